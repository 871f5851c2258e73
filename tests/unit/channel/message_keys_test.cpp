// Keys of single messages: one for each, for their place, gone when used, also from the store.
#include "protocol/channel/message_keys.h"

#include <doctest/doctest.h>

#include "protocol/base/limits.h"
#include "protocol/channel/entry_sealing.h"
#include "tests/support/channel_people.h"

using namespace liaise;
using namespace liaise::channel;
using test::test_charter;
using test::test_member;
using test::TestDevice;

namespace {

// Two in a channel whose history begins with joining.
struct Pair {
    test::SeededRandom random{4};
    test::TestDirectory directory;
    TestDevice ada{test_member(1), directory, random};
    TestDevice ben{test_member(2), directory, random};

    Pair() {
        ada.found(test_charter(ada.member()));
        for (const auto& mail : ada.perform(plan_invite(ada.state(), ben.member(), {ben.device()}).value()))
            ben.take_parcel(mail.parcel).value();
        share();
    }
    void share() {
        for (int round = 0; round < 2; ++round) {
            ben.take(ada.entries());
            ada.take(ben.entries());
        }
    }
    EpochId epoch() { return ada.keyring().current()->id; }
    Place place(const TestDevice& of, std::uint64_t sequence) {
        return {of.state().id(), of.state().own().writer, sequence, log::EntryKind::content};
    }
    MessageKeys& keys(TestDevice& of) { return of.group().messages(); }
    DeviceId device(TestDevice& of) { return of.state().own().device; }
};

mls::Group group_of_one(RandomSource& random) {
    const LeafPolicy policy;
    const auto key = crypto::SigningKey::draw(random);
    return mls::Group::create(mls::suite_3(), make_package(test_member(1), key, random), Bytes{1}, {}, {},
                              {policy, mls::no_psks(), std::nullopt}, random)
        .value();
}

// As a store keeps it, part by part.
struct Parts {
    std::map<Bytes, crypto::SecretBytes> all;
    std::size_t written = 0;

    void take(MessageKeys& keys) {
        for (auto& [name, part] : keys.take_changes()) {
            ++written;
            if (part) {
                all.insert_or_assign(name, *std::move(part));
            } else {
                all.erase(name);
            }
        }
    }
    MessageKeys load() const {
        std::vector<NamedSecret> parts;
        for (const auto& [name, part] : all) parts.push_back({name, part});
        return MessageKeys::load(parts).value();
    }
};

}  // namespace

TEST_CASE("author and reader take the same key, each once") {
    Pair two;
    const Place place = two.place(two.ada, 9);
    auto written = two.keys(two.ada).next(two.epoch(), place).value();
    CHECK(written.generation == 0);
    auto read = two.keys(two.ben).find(two.epoch(), two.device(two.ada), place, 0).value();
    CHECK(written.key == read.key);
    two.keys(two.ada).use(std::move(written));
    CHECK(two.keys(two.ada).next(two.epoch(), place)->generation == 1);
    two.keys(two.ben).use(std::move(read));
    CHECK_FALSE(two.keys(two.ben).find(two.epoch(), two.device(two.ada), place, 0).ok());
}

TEST_CASE("a key is bound to its place and to its author's leaf") {
    Pair two;
    const auto here = two.keys(two.ben).find(two.epoch(), two.device(two.ada), two.place(two.ada, 9), 0);
    const auto there = two.keys(two.ben).find(two.epoch(), two.device(two.ada), two.place(two.ada, 10), 0);
    const auto other = two.keys(two.ben).find(two.epoch(), two.device(two.ben), two.place(two.ada, 9), 0);
    CHECK(here->key != there->key);
    CHECK(here->key != other->key);
    CHECK(two.keys(two.ben).find(two.epoch(), DeviceId{}, two.place(two.ada, 9), 0).error().code ==
          ErrorCode::not_permitted);
}

TEST_CASE("a generation is below the entry's place; far ahead is work that the log bounds") {
    Pair two;
    const DeviceId ada = two.device(two.ada);
    CHECK(two.keys(two.ben).find(two.epoch(), ada, two.place(two.ada, 3000), 2999).ok());
    CHECK(two.keys(two.ben).find(two.epoch(), ada, two.place(two.ada, 3000), 3000).error().code ==
          ErrorCode::malformed);
    CHECK(two.keys(two.ben).find(two.epoch(), ada, two.place(two.ada, 9), UINT32_MAX).error().code ==
          ErrorCode::malformed);
}

TEST_CASE("late messages of one author open in any order, each once") {
    Pair two;
    for (const std::uint32_t generation : {4U, 0U, 2U, 3U, 1U, 5U}) {
        const Place place = two.place(two.ada, 10 + generation);
        auto taken = two.keys(two.ben).find(two.epoch(), two.device(two.ada), place, generation);
        REQUIRE(taken.ok());
        two.keys(two.ben).use(*std::move(taken));
        CHECK_FALSE(two.keys(two.ben).find(two.epoch(), two.device(two.ada), place, generation).ok());
    }
}

TEST_CASE("what is stored part by part loads to the same keys, and none that were used") {
    Pair two;
    Parts parts;
    MessageKeys& keys = two.keys(two.ben);
    parts.take(keys);
    const DeviceId ada = two.device(two.ada);
    for (std::uint32_t generation = 0; generation < 3; ++generation) {
        keys.use(keys.find(two.epoch(), ada, two.place(two.ada, 9), generation).value());
        keys.use(keys.next(two.epoch(), two.place(two.ben, 9)).value());
        parts.take(keys);
        const MessageKeys loaded = parts.load();
        CHECK(loaded.size() == keys.size());
        CHECK_FALSE(loaded.find(two.epoch(), ada, two.place(two.ada, 9), generation).ok());
        const auto next = loaded.find(two.epoch(), ada, two.place(two.ada, 9), generation + 1);
        CHECK(next->key == keys.find(two.epoch(), ada, two.place(two.ada, 9), generation + 1)->key);
        CHECK(loaded.next(two.epoch(), two.place(two.ben, 9))->generation == generation + 1);
    }
    parts.written = 0;
    keys.use(keys.find(two.epoch(), ada, two.place(two.ada, 20), 7).value());
    parts.take(keys);
    CHECK(parts.written == 1);  // one ratchet
    parts.take(keys);
    CHECK(parts.written == 1);
    keys.clear();
    parts.take(keys);
    CHECK(parts.all.size() == 1);  // that we spoke there
    CHECK(parts.load().size() == 0);
}

TEST_CASE("an epoch that was let go after we had spoken in it does not come again") {
    Pair two;
    MessageKeys& keys = two.keys(two.ben);
    keys.use(keys.next(two.epoch(), two.place(two.ben, 9)).value());
    const EpochId epoch = two.epoch();
    keys.clear();
    keys.enter(epoch, group_of_one(two.random), {});
    CHECK_FALSE(keys.holds(epoch));
    keys.enter(EpochId{}, group_of_one(two.random), {});
    CHECK(keys.size() == 1);
}

TEST_CASE("epochs are kept by count and by time, and those in use stay") {
    test::SeededRandom random{7};
    const mls::Group group = group_of_one(random);
    MessageKeys keys;
    const auto id = [](std::size_t i) {
        EpochId epoch;
        epoch.bytes[0] = static_cast<std::uint8_t>(i >> 8);
        epoch.bytes[1] = static_cast<std::uint8_t>(i);
        epoch.bytes[2] = 1;
        return epoch;
    };
    for (std::size_t i = 0; i < limits::message_epochs_max + 1; ++i)
        keys.enter(id(i), group, Time{} + std::chrono::minutes(i));
    keys.prune({id(0)}, Time{});
    CHECK(keys.size() == limits::message_epochs_max);
    CHECK(keys.holds(id(0)));
    CHECK_FALSE(keys.holds(id(1)));
    // The newest is spoken in until another comes.
    const Time late = Time{} + std::chrono::days(limits::message_epoch_days + 1);
    keys.prune({id(0)}, late);
    CHECK(keys.size() == 2);
    keys.enter(id(limits::message_epochs_max + 1), group, late);
    keys.prune({id(0), id(limits::message_epochs_max + 1)},
               late + std::chrono::days(limits::message_epoch_days));
    CHECK(keys.holds(id(limits::message_epochs_max)));
    keys.prune({id(0), id(limits::message_epochs_max + 1)},
               late + std::chrono::days(limits::message_epoch_days) + std::chrono::milliseconds(1));
    CHECK(keys.size() == 2);
}

TEST_CASE(
    "who comes back after longer than keys are kept still opens what was said in the epoch they left with") {
    test::SeededRandom random{8};
    const mls::Group group = group_of_one(random);
    const auto before = random.draw<EpochId>(), after = random.draw<EpochId>();
    MessageKeys keys;
    keys.enter(before, group, Time{});
    keys.prune({before}, Time{});
    // Restarted: what was in use is not known any more.
    Parts parts;
    parts.take(keys);
    MessageKeys back = parts.load();
    const Time now = Time{} + 2 * std::chrono::days(limits::message_epoch_days);
    back.enter(after, group, now);
    back.prune({after}, now);
    CHECK(back.holds(before));
    back.prune({after}, now + std::chrono::days(limits::message_epoch_days) + std::chrono::milliseconds(1));
    CHECK_FALSE(back.holds(before));
    CHECK(back.holds(after));
}

TEST_CASE("damaged parts are refused") {
    Pair two;
    Parts parts;
    parts.take(two.keys(two.ben));
    for (const auto& [name, part] : parts.all) {
        std::vector<NamedSecret> damaged;
        for (const auto& [other, value] : parts.all)
            if (other != name) damaged.push_back({other, value});
        CHECK_FALSE(MessageKeys::load(damaged).ok());
        damaged.push_back({name, crypto::SecretBytes::copy_of(part.view().first(part.size() - 1))});
        CHECK_FALSE(MessageKeys::load(damaged).ok());
    }
}

TEST_CASE("contents go under keys of their own, policy under the epoch's; the other way round is refused") {
    Pair two;
    two.ada.write(Post{"among us", {}}).value();
    const auto& written = two.ada.entries().back();
    CHECK(head_of(written.payload)->format == PayloadFormat::message_key);
    two.share();
    CHECK(two.ben.readable().contains("among us"));
    CHECK(two.ada.readable().contains("among us"));
    for (const auto& entry : two.ada.entries())
        if (entry.place.kind == log::EntryKind::policy)
            CHECK(head_of(entry.payload)->format == PayloadFormat::epoch_key);

    const Place place = two.place(two.ada, 99);
    const ValidatedContent content = validate({Time{}, Handling::clear, {}, Post{"x", {}}}).value();
    const Bytes exported = seal(content, place, *two.ada.keyring().current(), two.random).value();
    CHECK(open_entry(exported, place, two.ben.state(), two.ben.keyring(), &two.keys(two.ben)).error().code ==
          ErrorCode::not_permitted);
}

TEST_CASE("a member cannot write with another's leaf, nor use up another's keys") {
    Pair two;
    // Ben knows all ratchets: he seals with Ada's next key, in his own log.
    const Place place = two.place(two.ben, 9);
    const auto stolen = two.keys(two.ben).find(two.epoch(), two.device(two.ada), place, 0).value();
    const ValidatedContent content = validate({Time{}, Handling::clear, {}, Post{"as Ada", {}}}).value();
    const Bytes payload = seal(content, place, two.epoch(), 0, stolen.key, two.random).value();
    CHECK(open_entry(payload, place, two.ada.state(), two.ada.keyring(), &two.keys(two.ada)).error().code ==
          ErrorCode::not_authentic);
    two.ada.write(Post{"herself", {}}).value();
    two.share();
    CHECK(two.ben.readable().contains("herself"));
}

TEST_CASE("a post of 100 bytes costs its log and its channel so much") {
    Pair two;
    two.ada.write(Post{std::string(100, 'x'), {}}).value();
    const std::size_t payload = two.ada.entries().back().payload.size();
    MESSAGE("payload of a 100-byte post under its own key: "
            << payload << " bytes; with header and signature " << payload + 126 + 64);
    CHECK(payload + 126 + 64 <= 420);
}
