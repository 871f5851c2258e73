// Letters and parcels that a member makes to harm, against a whole node: it goes on as before, and keeps no
// more than it is to.
#include <doctest/doctest.h>

#include "protocol/base/entering_limits.h"
#include "protocol/channel/alias_letter.h"
#include "protocol/channel/request.h"
#include "tests/simulation/node/attacker.h"
#include "tests/simulation/node/circle.h"

using namespace liaise;
using namespace liaise::test;
using namespace std::chrono_literals;
using channel::AliasLetter;
using channel::RequestLetter;

namespace {

struct Stage {
    std::unique_ptr<World> world;
    Attacker attacker, victim;
    node::service::Own own, of_victim;
    Bytes credential;
    DeviceId to;

    Stage(std::uint64_t seed, std::size_t whom)
        : world(network(seed, circle("accredited"))),
          attacker(*world, stranger),
          victim(*world, whom),
          own(attacker.own()),
          of_victim(victim.own()),
          credential(attacker.credential()),
          to(device_of(*world, whom)) {
        world->run(30min);  // what there was to be said is said
    }

    channel::Device addressee() { return {to, attacker.inbox_of(to)}; }
    Bytes letter(const AliasLetter& letter, const channel::AliasKeys* as = nullptr) {
        return channel::seal_alias_letter(letter, addressee(),
                                          {own.member(), own.device_id(), credential, own.device.inbox, as},
                                          attacker.random())
            .value();
    }
    Bytes request(const RequestLetter& letter) {
        return channel::seal_request(letter, addressee(), own.member(), credential, own.device.signing,
                                     attacker.random())
            .value();
    }
    void throw_at(const std::vector<Bytes>& parcels) {
        std::vector<std::pair<DeviceId, Bytes>> all;
        for (const Bytes& parcel : parcels) all.emplace_back(to, parcel);
        attacker.hand_over(all);
        world->run(2min);
    }
    Bytes noise(std::size_t size) {
        Bytes bytes(size, 0);
        attacker.random().fill(bytes);
        return bytes;
    }
};

}  // namespace

TEST_CASE("parcels of any kind and size with noise in them change nothing and leave nothing") {
    Stage stage(120, convener);
    const Bytes before = stage.victim.state("circle").encode();
    const std::uint64_t disk = (*stage.world)[convener].disk_bytes();
    std::vector<Bytes> parcels;
    for (std::uint8_t kind = 0; kind < 10; ++kind)
        for (const std::size_t size : {std::size_t{1}, std::size_t{33}, std::size_t{200}, std::size_t{4096},
                                       limits::alias_parcel_bytes_max - 1, limits::alias_parcel_bytes_max,
                                       limits::alias_parcel_bytes_max + 1}) {
            Bytes parcel = stage.noise(size);
            parcel[0] = kind;
            parcels.push_back(std::move(parcel));
        }
    // Letters that were good once: bytes turned, cut, and lengthened.
    const ChannelId circle = stage.victim.state("circle").id();
    const Bytes good =
        stage.request({RequestLetter::Act::ask, circle, stage.own.member(), 5, {}, "Let me in"});
    for (std::size_t i = 0; i < good.size(); i += 13) {
        Bytes turned = good;
        turned[i] ^= 4;
        parcels.push_back(std::move(turned));
        parcels.push_back(to_bytes(BytesView(good).first(i + 1)));
    }
    parcels.push_back(good);
    parcels.back().push_back(0);
    stage.throw_at(parcels);
    CHECK((*stage.world)[convener].node().requests("circle", stage.world->now())->empty());
    CHECK(stage.victim.state("circle").encode() == before);
    CHECK((*stage.world)[convener].disk_bytes() < disk + (std::uint64_t{2} << 20));
    say(*stage.world, member, "still there");
    stage.world->run(1min);
    CHECK(author_of(*stage.world, convener, "still there") == minh);
}

TEST_CASE(
    "letters come again, for others, and in heaps: one request waits, and no more of one is ever taken") {
    Stage stage(121, convener);
    const ChannelId circle = stage.victim.state("circle").id();
    const Bytes before = stage.victim.state("circle").encode();
    const auto ask = [&](std::uint64_t number) {
        return RequestLetter{RequestLetter::Act::ask, circle,
                             stage.own.member(),      number,
                             stage.world->now(),      "Number " + std::to_string(number)};
    };
    const Bytes once = stage.request(ask(10));
    std::vector<Bytes> parcels(20, once);
    for (std::uint64_t number = 11; number < 300; ++number) parcels.push_back(stage.request(ask(number)));
    parcels.push_back(stage.request(
        {RequestLetter::Act::ask, ChannelId{{77}}, stage.own.member(), 5, stage.world->now(), "Nowhere"}));
    // "Denied", says somebody who convenes nothing here, of somebody else.
    parcels.push_back(
        stage.request({RequestLetter::Act::deny, circle, Attacker(*stage.world, heron).own().member(),
                       limits::sequence_max, stage.world->now(), "No"}));
    stage.throw_at(parcels);
    const auto waiting = (*stage.world)[convener].node().requests("circle", stage.world->now());
    REQUIRE(waiting->size() == 1);
    CHECK(waiting->at(0).note == "Number 12");  // the third of a week
    CHECK(stage.victim.state("circle").encode() == before);
    REQUIRE(::liaise::test::ask(*stage.world, heron, ""));
    stage.world->run(1min);
    CHECK((*stage.world)[convener].node().requests("circle", stage.world->now())->size() == 2);
}

TEST_CASE("letters about aliases by who has no say: nothing is handed, seated, taken back, or offered") {
    Stage stage(122, heron);
    let_in(*stage.world, heron, olena, "Heron");
    const channel::ChannelState circle = stage.victim.state("circle");
    const auto letter = [&](AliasLetter::Act act, const MemberId& asker) {
        return AliasLetter{act, circle.id(), asker, 7, stage.world->now(), {}, {}, {}};
    };
    const auto card = [&](std::size_t i) {
        channel::Charter made = *circle.charter();
        made.name = "bait " + std::to_string(i);
        made.conveners = {stage.own.member()};
        return made;
    };
    std::vector<Bytes> parcels;
    // An alias handed by somebody else: for another channel, and for the one where we are.
    for (const ChannelId& channel : {circle.id(), ChannelId{{9}}}) {
        AliasLetter handing = letter(AliasLetter::Act::hand, stage.own.member());
        handing.channel = channel;
        handing.card = card(0);
        handing.handed = AliasLetter::Handed{
            "Trap", channel::AliasSeed::draw(stage.attacker.random()), DeviceId{{1}}, {stage.own.member()}};
        parcels.push_back(stage.letter(handing));
        parcels.push_back(parcels.back());
    }
    // More offers than anybody needs.
    for (std::uint8_t i = 1; i < 200; ++i) {
        AliasLetter offer = letter(AliasLetter::Act::offer, stage.of_victim.member());
        offer.channel = ChannelId{{i, 1}};
        offer.card = card(i);
        parcels.push_back(stage.letter(offer));
    }
    stage.throw_at(parcels);
    CHECK(stage.victim.state("circle").encode() == circle.encode());
    const auto offers = (*stage.world)[heron].node().listed_channels(stage.world->now());
    CHECK(offers->size() <= 64);
    for (const auto& offer : *offers) CHECK(offer.state == "may-ask");

    // A convener's node: petitions for the alias that is there, and its taking back, by somebody else.
    stage.to = device_of(*stage.world, convener);
    const Bytes before = Attacker(*stage.world, convener).state("circle").encode();
    // They have the alias's own seed, from a device of hers that was stolen.
    const auto keys = channel::AliasKeys::derive(stage.victim.alias_seed(),
                                                 channel::AliasSeed::draw(stage.attacker.random()));
    channel::OwnPackages packages;
    AliasLetter petition = letter(AliasLetter::Act::ask, stage.own.member());
    petition.petition = AliasLetter::Petition{
        "Heron", channel::alias_credential(keys, circle.id()),
        packages.make(keys.member_id(), keys.device, stage.world->now(), stage.attacker.random())};
    stage.throw_at({stage.letter(petition, &keys), stage.letter(petition, &keys),
                    stage.letter(letter(AliasLetter::Act::withdraw, stage.own.member())),
                    stage.letter(letter(AliasLetter::Act::deny, stage.of_victim.member()))});
    CHECK(Attacker(*stage.world, convener).state("circle").encode() == before);
    CHECK(names_in(*stage.world, member).size() == 3);
    const auto members = members_at(*stage.world, convener);
    for (const auto& each : members)
        if (each.person.alias == "Heron") CHECK(each.person.behind == olena);
    say(*stage.world, heron, "still me");
    stage.world->run(1min);
    CHECK(author_of(*stage.world, member, "still me") == "Heron (alias, accredited)");
}
