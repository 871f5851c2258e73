// Aliases: keys that lead nowhere, cards that show what the charter asks for, letters that prove nothing.
#include "protocol/channel/alias.h"

#include <doctest/doctest.h>

#include "protocol/base/entering_limits.h"
#include "protocol/channel/alias_letter.h"
#include "protocol/identity/identity_keys.h"
#include "tests/support/channel_people.h"

using namespace liaise;
using namespace liaise::channel;
using test::test_charter;
using test::test_member;
using test::TestDevice;
using Act = AliasLetter::Act;

namespace {

const ChannelId here{{4}}, elsewhere{{5}};

struct Asking {
    test::SeededRandom random{6};
    test::TestDirectory directory;
    TestDevice minh{test_member(2), directory, random};
    TestDevice asha{test_member(1), directory, random};
    TestDevice other{test_member(3), directory, random};
    AliasKeys alias = AliasKeys::derive(AliasSeed::draw(random), AliasSeed::draw(random));
    AliasLetter letter{Act::ask,
                       here,
                       minh.member(),
                       1'795'000'000'000,
                       Time{std::chrono::milliseconds(1'795'000'000'123)},
                       "We met in Nairobi.",
                       AliasLetter::Petition{"Heron", alias_credential(alias, here), package_of(alias)},
                       {}};

    Bytes package_of(const AliasKeys& keys) {
        OwnPackages packages;
        return packages.make(keys.member_id(), keys.device, Time{}, random);
    }
    Result<Bytes> seal(const TestDevice& from, const TestDevice& to, const AliasKeys& as) {
        const Bytes credential = from.own().credential;
        return seal_alias_letter(letter, to.device(),
                                 {from.member(), from.device().id, credential, from.inbox(), &as}, random);
    }
    Result<Bytes> seal(const TestDevice& from, const TestDevice& to) { return seal(from, to, alias); }
    Result<OpenedAliasLetter> open(const TestDevice& who, BytesView parcel) {
        return open_alias_letter(parcel, who.device().id, who.inbox(), directory);
    }
};

std::string text(std::size_t size) {
    return std::string(size, 'a');
}

bool holds(BytesView hay, BytesView needle) {
    return std::search(hay.begin(), hay.end(), needle.begin(), needle.end()) != hay.end();
}

}  // namespace

TEST_CASE("an alias has keys of its own: two of one person, or on two devices, have none in common") {
    test::SeededRandom random(1);
    const auto seed = AliasSeed::draw(random), other_seed = AliasSeed::draw(random);
    const auto desk = AliasSeed::draw(random), laptop = AliasSeed::draw(random);
    const AliasKeys one = AliasKeys::derive(seed, desk);
    const AliasKeys again = AliasKeys::derive(seed, desk);
    CHECK(one.member_id() == again.member_id());
    CHECK(one.device_id() == again.device_id());
    CHECK(one.inbox.public_key() == again.inbox.public_key());
    const AliasKeys second_device = AliasKeys::derive(seed, laptop);
    CHECK(second_device.member_id() == one.member_id());
    CHECK(second_device.device_id() != one.device_id());
    CHECK(second_device.inbox.public_key() != one.inbox.public_key());
    const AliasKeys second_alias = AliasKeys::derive(other_seed, AliasSeed::draw(random));
    CHECK(second_alias.member_id() != one.member_id());
    CHECK(second_alias.device_id() != one.device_id());
    CHECK(second_alias.inbox.public_key() != one.inbox.public_key());
}

TEST_CASE("an alias is never the member that the same key would be") {
    test::SeededRandom random(2);
    const VerifyKey key = crypto::SigningKey::draw(random).public_key();
    CHECK(alias_id_of(key) != identity::member_id_of(key));
}

TEST_CASE("a credential proves the alias in its channel alone; any other byte, and it proves nothing") {
    test::SeededRandom random(3);
    const AliasKeys keys = AliasKeys::derive(AliasSeed::draw(random), AliasSeed::draw(random));
    const Bytes credential = alias_credential(keys, here);
    CHECK(credential.size() == 161);
    CHECK(is_alias_credential(credential));
    const ProvenDevice proven = prove_alias(credential, here).value();
    CHECK(proven == ProvenDevice{keys.member_id(), keys.device_id(), keys.device.public_key(),
                                 keys.inbox.public_key()});
    CHECK(prove_alias(credential, elsewhere).error().code == ErrorCode::not_authentic);
    for (std::size_t i = 0; i < credential.size(); ++i) {
        Bytes flipped = credential;
        flipped[i] ^= 1;
        CHECK_FALSE(prove_alias(flipped, here).ok());
        CHECK_FALSE(prove_alias(BytesView(credential).first(i), here).ok());
    }
    Bytes longer = credential;
    longer.push_back(0);
    CHECK_FALSE(prove_alias(longer, here).ok());
    CHECK_FALSE(is_alias_credential(Bytes{}));
    CHECK_FALSE(is_alias_credential(Bytes{1}));
}

TEST_CASE("a name has its size, and nothing with which it could pass for a card") {
    CHECK_FALSE(check_alias_name("").ok());
    CHECK_FALSE(check_alias_name(text(limits::alias_name_bytes_least - 1)).ok());
    CHECK(check_alias_name(text(limits::alias_name_bytes_least)).ok());
    CHECK(check_alias_name(text(limits::alias_name_bytes_least + 1)).ok());
    CHECK(check_alias_name(text(limits::alias_name_bytes_max - 1)).ok());
    CHECK(check_alias_name(text(limits::alias_name_bytes_max)).ok());
    CHECK(check_alias_name(text(limits::alias_name_bytes_max + 1)).error().code == ErrorCode::too_large);
    for (const char* good : {"Blue Ibis", "O'Hara 2", "St. Mary-Ann", "\xE9\xB9\xAD\xE9\xB9\xAD",
                             "\xD0\xA7\xD0\xB0\xD0\xB9\xD0\xBA\xD0\xB0", "H\xC3\xA9ron"})
        CHECK(check_alias_name(good).ok());
    for (const char* bad :
         {"Heron (focal point)", "Heron, KE", "a@b", "<b>", "a/b", "x:y", " ab", "ab ", "a  b", "a\nb",
          "Heron\xEF\xBC\x88KE\xEF\xBC\x89",  // full-width brackets
          "Heron\xE2\x9D\xA8KE", "Heron\xEF\xBC\x8CKE",
          "a\xE2\x80\xAE"
          "b",
          "\xC0\xAF"})
        CHECK_FALSE(check_alias_name(bad).ok());
}

TEST_CASE("a card shows what its rule asks for, not less and not more") {
    const AliasCard accredited{"Heron", AliasRule::accredited, {}, {}, {}, {}, {}};
    const AliasCard role{"Heron", AliasRule::role_and_country, "liaison", "UA", {}, {}, {}};
    const AliasCard full{"Heron", AliasRule::full_card, "liaison", "UA", "Olena", "NGO", "Dr"};
    for (const AliasCard& card : {accredited, role, full}) {
        CHECK(check_card(card).ok());
        for (const AliasRule rule :
             {AliasRule::none, AliasRule::full_card, AliasRule::role_and_country, AliasRule::accredited}) {
            AliasCard lying = card;
            lying.shows = rule;
            CHECK(check_card(lying).ok() == (rule == card.shows));
        }
    }
    AliasCard card = role;
    card.country = "XX";
    CHECK_FALSE(check_card(card).ok());
    card = role;
    card.role = "general";
    CHECK(check_card(card).error().code == ErrorCode::unsupported);
    card = full;
    card.person = "a\nb";
    CHECK_FALSE(check_card(card).ok());
    card = full;
    card.organisation.clear();
    card.rank.clear();
    CHECK(check_card(card).ok());
    card.name = "Heron (";
    CHECK_FALSE(check_card(card).ok());
}

TEST_CASE("a letter tells the convener who asks under which alias, and nobody else anything") {
    Asking asking;
    const Bytes parcel = asking.seal(asking.minh, asking.asha).value();
    CHECK(is_alias_letter(parcel));
    const OpenedAliasLetter opened = asking.open(asking.asha, parcel).value();
    CHECK(opened.letter == asking.letter);
    CHECK(opened.sender.member == asking.minh.member());
    CHECK(opened.alias->member == asking.alias.member_id());
    CHECK(opened.alias->device == asking.alias.device_id());
    CHECK_FALSE(asking.open(asking.other, parcel).ok());
    // What members of the channel are shown has nothing of the person in it.
    for (const Bytes& shown : {asking.letter.petition->credential, asking.letter.petition->key_package})
        for (const BytesView of_person :
             {asking.minh.member().view(), asking.minh.device().id.view(), asking.minh.device().inbox.view(),
              asking.minh.device_key().public_key().view()})
            CHECK_FALSE(holds(shown, of_person));

    asking.letter = {Act::withdraw, here, asking.minh.member(), 7, asking.letter.time, {}, {}, {}};
    CHECK(asking.open(asking.asha, asking.seal(asking.minh, asking.asha).value()).value().letter ==
          asking.letter);
    asking.letter.act = Act::deny;
    asking.letter.text = "Not this year.";
    CHECK(asking.open(asking.minh, asking.seal(asking.asha, asking.minh).value()).value().letter ==
          asking.letter);
    asking.letter.act = Act::offer;
    asking.letter.card = test_charter(asking.asha.member());
    asking.letter.card->aliases = AliasRule::accredited;
    const auto offered = asking.open(asking.minh, asking.seal(asking.asha, asking.minh).value()).value();
    CHECK(offered.letter == asking.letter);
    CHECK_FALSE(offered.alias);
}

TEST_CASE("an alias is handed to another device by a letter, within its limits, and by its owner alone") {
    Asking asking;
    const AliasSeed seed = AliasSeed::draw(asking.random);
    const auto told = [](std::size_t count) {
        std::vector<MemberId> all;
        for (std::size_t i = 0; i < count; ++i) all.push_back(MemberId{{static_cast<std::uint8_t>(i + 1)}});
        return all;
    };
    AliasLetter handing{Act::hand, here, asking.minh.member(), 7, asking.letter.time, {}, {}, {}};
    handing.card = test_charter(asking.asha.member());
    handing.card->aliases = AliasRule::accredited;
    handing.handed = AliasLetter::Handed{"Heron", seed, DeviceId{{3}}, told(2)};
    asking.letter = handing;
    const Bytes parcel = asking.seal(asking.minh, asking.other).value();
    CHECK(asking.open(asking.other, parcel).value().letter == handing);
    CHECK_FALSE(asking.open(asking.asha, parcel).ok());
    CHECK(asking.seal(asking.other, asking.minh).error().code == ErrorCode::not_permitted);
    const auto fits = [&](const auto& change) {
        asking.letter = handing;
        change(asking.letter);
        const auto sealed = asking.seal(asking.minh, asking.other);
        return sealed.ok() && asking.open(asking.other, *sealed).ok();
    };
    for (const std::size_t count : {std::size_t{0}, std::size_t{1}, limits::conveners_max - 1,
                                    limits::conveners_max, limits::conveners_max + 1})
        CHECK(fits([&](AliasLetter& letter) { letter.handed->told = told(count); }) ==
              (count > 0 && count <= limits::conveners_max));
    CHECK_FALSE(fits([](AliasLetter& letter) { std::swap(letter.handed->told[0], letter.handed->told[1]); }));
    CHECK_FALSE(fits([](AliasLetter& letter) { letter.handed->told[1] = letter.handed->told[0]; }));
    CHECK_FALSE(fits([](AliasLetter& letter) { letter.handed->name = "a("; }));
    CHECK_FALSE(fits([](AliasLetter& letter) { letter.handed.reset(); }));
    CHECK_FALSE(fits([](AliasLetter& letter) { letter.card.reset(); }));
    CHECK_FALSE(fits([](AliasLetter& letter) { letter.act = Act::offer; }));
}

TEST_CASE("nobody asks in another's name, nor with an alias that is another's") {
    Asking asking;
    CHECK(asking.seal(asking.other, asking.asha).error().code == ErrorCode::not_permitted);
    // The alias's credential and key package are known to all members of the channel.
    asking.letter.asker = asking.other.member();
    const AliasKeys mine = AliasKeys::derive(AliasSeed::draw(asking.random), AliasSeed::draw(asking.random));
    CHECK(asking.open(asking.asha, asking.seal(asking.other, asking.asha, mine).value()).error().code ==
          ErrorCode::not_authentic);
    // Its own credential, and the other's key package.
    asking.letter.petition->credential = alias_credential(mine, here);
    CHECK(asking.open(asking.asha, asking.seal(asking.other, asking.asha, mine).value()).error().code ==
          ErrorCode::not_authentic);
    asking.letter.petition->key_package = asking.package_of(mine);
    CHECK(asking.open(asking.asha, asking.seal(asking.other, asking.asha, mine).value()).ok());
    // One that was made for another channel.
    asking.letter.petition->credential = alias_credential(mine, elsewhere);
    CHECK(asking.open(asking.asha, asking.seal(asking.other, asking.asha, mine).value()).error().code ==
          ErrorCode::not_authentic);
}

TEST_CASE("each act carries what belongs to it, within its limits") {
    Asking asking;
    const auto fits = [&](const auto& change) {
        Asking fresh;
        change(fresh.letter);
        const auto sealed = fresh.seal(fresh.minh, fresh.asha);
        return sealed.ok() && fresh.open(fresh.asha, *sealed).ok();
    };
    const auto with_text = [&](std::size_t size) {
        return fits([size](AliasLetter& letter) { letter.text = text(size); });
    };
    CHECK(with_text(0));
    CHECK(with_text(limits::alias_letter_text_bytes_max - 1));
    CHECK(with_text(limits::alias_letter_text_bytes_max));
    CHECK_FALSE(with_text(limits::alias_letter_text_bytes_max + 1));
    const auto with_number = [&](std::uint64_t number) {
        return fits([number](AliasLetter& letter) { letter.number = number; });
    };
    CHECK_FALSE(with_number(0));
    CHECK(with_number(1));
    CHECK(with_number(limits::sequence_max));
    CHECK_FALSE(with_number(limits::sequence_max + 1));
    CHECK_FALSE(fits([](AliasLetter& letter) { letter.petition.reset(); }));
    CHECK_FALSE(fits([](AliasLetter& letter) { letter.act = Act::withdraw; }));
    CHECK_FALSE(fits([](AliasLetter& letter) { letter.act = static_cast<Act>(0); }));
    CHECK_FALSE(fits([](AliasLetter& letter) { letter.act = static_cast<Act>(6); }));
    CHECK_FALSE(fits([](AliasLetter& letter) { letter.card = test_charter(test_member(1)); }));
    CHECK_FALSE(fits([](AliasLetter& letter) { letter.petition->name = "a("; }));
    CHECK_FALSE(fits([](AliasLetter& letter) { letter.petition->key_package.pop_back(); }));
    for (const std::size_t size : {limits::alias_package_bytes_max - 1, limits::alias_package_bytes_max,
                                   limits::alias_package_bytes_max + 1}) {
        asking.letter.petition->key_package = Bytes(size, 1);
        const auto sealed = asking.seal(asking.minh, asking.asha);
        CHECK(sealed.ok() == (size <= limits::alias_package_bytes_max));
    }
    CHECK_FALSE(asking.open(asking.asha, Bytes(limits::alias_parcel_bytes_max + 1, 5)).ok());
    CHECK(asking.open(asking.asha, Bytes(limits::alias_parcel_bytes_max + 1, 5)).error().code ==
          ErrorCode::too_large);
    CHECK(asking.open(asking.asha, Bytes(limits::alias_parcel_bytes_max, 5)).error().code !=
          ErrorCode::too_large);
    CHECK(asking.open(asking.asha, Bytes(limits::alias_parcel_bytes_max - 1, 5)).error().code !=
          ErrorCode::too_large);
}

TEST_CASE("every flipped byte and every cut of a letter is refused") {
    Asking asking;
    const Bytes parcel = asking.seal(asking.minh, asking.asha).value();
    for (std::size_t i = 0; i < parcel.size(); i += 7) {
        Bytes flipped = parcel;
        flipped[i] ^= 0x10;
        CHECK_FALSE(asking.open(asking.asha, flipped).ok());
        CHECK_FALSE(asking.open(asking.asha, BytesView(parcel).first(i)).ok());
    }
}

namespace {

// Asha convenes; Olena's alias was added with this card, and its log begins with this credential.
struct Circle {
    test::SeededRandom random{9};
    test::TestDirectory directory;
    TestDevice asha{test_member(1), directory, random};
    TestDevice olena{test_member(3), directory, random};
    AliasSeed seed = AliasSeed::draw(random);
    AliasKeys alias = AliasKeys::derive(seed, AliasSeed::draw(random));
    crypto::SigningKey writer = crypto::SigningKey::draw(random);

    explicit Circle(AliasRule rule) {
        Charter charter = test_charter(asha.member());
        charter.aliases = rule;
        asha.found(charter);
    }
    MemberAdded adding(const std::optional<AliasCard>& card) {
        return {asha.state().founding(),
                alias.member_id(),
                1,
                {{alias.device_id(), alias.inbox.public_key()}},
                card};
    }
    AliasKeys alias_on_another_device() { return AliasKeys::derive(seed, AliasSeed::draw(random)); }
    MemberAdded adding_of(const AliasKeys& device) {
        MemberAdded added = adding({});
        added.devices = {{device.device_id(), device.inbox.public_key()}};
        return added;
    }
    // As the log of this writer has it.
    Result<Accepted> receive(const crypto::SigningKey& by, std::uint64_t sequence, Body body) {
        const auto content = validate({Time{}, Handling::clear, {}, std::move(body)}).value();
        const Place place{asha.state().id(), log::writer_key_of(by), sequence, content.kind()};
        return asha.state().receive(place, asha.state().policy_epoch(), content, directory, asha.inbox(),
                                    asha.keyring());
    }
    Result<Accepted> introduce(Bytes credential, const crypto::SigningKey& device) {
        return receive(writer, 1,
                       channel::introduce(asha.state().id(), log::writer_key_of(writer), 1,
                                          std::move(credential), device));
    }
    Result<Accepted> introduce(const AliasKeys& keys) {
        return introduce(alias_credential(keys, asha.state().id()), keys.device);
    }
    Result<Accepted> introduce_alias() {
        return introduce(alias_credential(alias, asha.state().id()), alias.device);
    }
};

const AliasCard accredited{"Heron", AliasRule::accredited, {}, {}, {}, {}, {}};
const AliasCard role{"Heron", AliasRule::role_and_country, "liaison", "UA", {}, {}, {}};

}  // namespace

TEST_CASE("a convener who shows less or more of an alias than the charter asks is not heard") {
    Circle circle(AliasRule::role_and_country);
    CHECK_FALSE(circle.asha.write(circle.adding(accredited)).ok());
    CHECK(circle.asha.write(circle.adding(role)).ok());
    CHECK(*circle.asha.state().alias_of(circle.alias.member_id()) == role);
    CHECK(circle.asha.state().alias_of(circle.asha.member()) == nullptr);
    const ChannelState loaded = ChannelState::load(circle.asha.state().encode()).value();
    CHECK(loaded == circle.asha.state());
    CHECK(*loaded.alias_of(circle.alias.member_id()) == role);
    Circle none(AliasRule::none);
    CHECK_FALSE(none.asha.write(none.adding(accredited)).ok());
    // Conveners stand with their own cards.
    Circle other(AliasRule::accredited);
    MemberAdded twice = other.adding(accredited);
    twice.member = other.asha.member();
    CHECK_FALSE(other.asha.write(twice).ok());
}

TEST_CASE("an alias writes once it was added as one; a person is none, and none is a person") {
    Circle circle(AliasRule::accredited);
    CHECK(circle.introduce_alias().error().code == ErrorCode::not_known);
    circle.asha.write(circle.adding(accredited)).value();
    CHECK(circle.introduce_alias().value().author == circle.alias.member_id());

    Circle without(AliasRule::accredited);
    without.asha.write(without.adding({})).value();
    CHECK(without.introduce_alias().error().code == ErrorCode::not_known);

    Circle person(AliasRule::accredited);
    MemberAdded added = person.adding(accredited);
    added.member = person.olena.member();
    person.asha.write(added).value();
    CHECK(person.introduce(person.olena.own().credential, person.olena.device_key()).error().code ==
          ErrorCode::not_known);

    Circle elsewhere_made(AliasRule::accredited);
    elsewhere_made.asha.write(elsewhere_made.adding(accredited)).value();
    CHECK(elsewhere_made
              .introduce(alias_credential(elsewhere_made.alias, elsewhere), elsewhere_made.alias.device)
              .error()
              .code == ErrorCode::not_authentic);
    CHECK_FALSE(elsewhere_made
                    .introduce(alias_credential(elsewhere_made.alias, elsewhere_made.asha.state().id()),
                               elsewhere_made.olena.device_key())
                    .ok());
}

TEST_CASE("an alias's devices are those that conveners added, whoever holds its key") {
    Circle circle(AliasRule::accredited);
    circle.asha.write(circle.adding(accredited)).value();
    const AliasKeys unheard = circle.alias_on_another_device();
    CHECK(circle.introduce(unheard).error().code == ErrorCode::not_known);
    circle.asha.write(circle.adding_of(unheard)).value();
    CHECK(circle.introduce(unheard).value().author == circle.alias.member_id());
    const auto alias = circle.asha.state().member(circle.alias.member_id()).value();
    CHECK(alias.devices.size() == 2);
    CHECK(*circle.asha.state().alias_of(alias.id) == accredited);  // the card came with the first
}

TEST_CASE("a device that is taken out of an alias is out for good: its log ends, and nobody adds it again") {
    Circle circle(AliasRule::accredited);
    circle.asha.write(circle.adding(accredited)).value();
    const AliasKeys second = circle.alias_on_another_device();
    circle.asha.write(circle.adding_of(second)).value();
    circle.introduce_alias().value();
    const crypto::SigningKey first_writer =
        std::exchange(circle.writer, crypto::SigningKey::draw(circle.random));
    circle.introduce(second).value();
    const LogId first_log = log::log_id_of(circle.asha.state().id(), log::writer_key_of(first_writer));
    const LogId second_log = log::log_id_of(circle.asha.state().id(), log::writer_key_of(circle.writer));

    const ChannelState& state = circle.asha.state();
    const MemberId alias = circle.alias.member_id();
    CHECK(plan_remove_devices(state, alias, {DeviceId{{9}}}, {}).error().code == ErrorCode::conflict);
    CHECK(plan_remove_devices(state, circle.olena.member(), {DeviceId{{9}}}, {}).error().code ==
          ErrorCode::not_known);
    CHECK(plan_remove_devices(state, circle.asha.member(), {circle.asha.device().id}, {}).error().code ==
          ErrorCode::not_permitted);
    const Coverage lasts{{first_log, 3}, {second_log, 1}};
    const auto plan = plan_remove_devices(state, alias, {circle.alias.device_id()}, lasts).value();
    CHECK(std::get<DeviceRemoved>(plan.bodies.at(0)).lasts == std::vector<EntryRef>{{3, first_log}});
    circle.asha.write_all(plan.bodies).value();

    const auto left = [&] {
        std::vector<DeviceId> devices;
        const auto member = state.member(alias);
        for (const Device& device : member.value().devices) devices.push_back(device.id);
        return devices;
    };
    CHECK(left() == std::vector<DeviceId>{second.device_id()});
    CHECK(state.author_of({3, first_log}).ok());
    CHECK(state.author_of({4, first_log}).error().code == ErrorCode::not_permitted);
    CHECK(state.author_of({4, second_log}).ok());
    CHECK_FALSE(state.branches().entitled().contains({alias, circle.alias.device_id(), 1}));
    CHECK(state.branches().entitled().contains({alias, second.device_id(), 1}));
    CHECK(plan_invite(state, alias, {{circle.alias.device_id(), circle.alias.inbox.public_key()}})
              .error()
              .code == ErrorCode::conflict);
    circle.asha.write(circle.adding(accredited)).value();  // by a convener who had not heard of it
    CHECK(left() == std::vector<DeviceId>{second.device_id()});
    CHECK(ChannelState::load(state.encode()).value() == state);
    // Its leaving is beyond the cut: it takes nobody out of the channel.
    CHECK(circle.receive(first_writer, 4, Left{1, {}}).ok());
    CHECK(left() == std::vector<DeviceId>{second.device_id()});
    CHECK(circle.receive(circle.writer, 2, Left{1, {}}).ok());
    CHECK_FALSE(state.member(alias));
}

TEST_CASE("nobody but a convener takes devices out") {
    Circle circle(AliasRule::accredited);
    circle.asha.write(circle.adding(accredited)).value();
    const AliasKeys second = circle.alias_on_another_device();
    circle.asha.write(circle.adding_of(second)).value();
    circle.introduce_alias().value();
    const DeviceRemoved out{
        circle.asha.state().founding(), circle.alias.member_id(), 1, {second.device_id()}, {}};
    CHECK(circle.receive(circle.writer, 2, out).error().code == ErrorCode::not_permitted);
    CHECK(circle.asha.state().member(circle.alias.member_id()).value().devices.size() == 2);
}

TEST_CASE("the rule on aliases is for good, and there is none between two people") {
    Circle circle(AliasRule::accredited);
    for (const AliasRule rule : {AliasRule::none, AliasRule::full_card, AliasRule::role_and_country}) {
        Charter next = *circle.asha.state().charter();
        next.aliases = rule;
        CHECK(plan_amend(circle.asha.state(), next, circle.asha.lasts()).error().code ==
              ErrorCode::not_permitted);
    }
    Charter direct = test_charter(test_member(1), History::from_joining, ChannelKind::direct);
    direct.aliases = AliasRule::accredited;
    CHECK_FALSE(validate({Time{}, Handling::clear, {}, direct}).ok());
    Charter directory = test_charter(test_member(1), History::from_start, ChannelKind::directory);
    CHECK(validate({Time{}, Handling::clear, {}, directory}).ok());
    directory.aliases = AliasRule::accredited;
    CHECK_FALSE(validate({Time{}, Handling::clear, {}, directory}).ok());
}
