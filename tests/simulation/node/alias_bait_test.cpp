// A convener who was not told wants to know who stands behind an alias, with everything that they have: the
// channel's keys, the alias's inbox key, letters and charters for each suspect, and a program of their own.
#include <doctest/doctest.h>

#include "protocol/channel/alias_letter.h"
#include "protocol/channel/handed_keys.h"
#include "protocol/channel/invitation.h"
#include "tests/simulation/node/attacker.h"
#include "tests/simulation/node/circle.h"

using namespace liaise;
using namespace liaise::test;
using namespace std::chrono_literals;

namespace {

const std::array<std::size_t, 3> suspects{heron, ibis, stranger};

// Olena is there as Heron; Minh was made a convener after she asked.
std::unique_ptr<World> hunted(std::uint64_t seed) {
    auto world = network(seed, circle("accredited"));
    let_in(*world, heron, olena, "Heron");
    REQUIRE((*world)[convener].node().promote("circle", minh, 0, world->now()).ok());
    world->run(5min);
    return world;
}

channel::Member alias_in(const channel::ChannelState& state) {
    for (const channel::Member& each : state.members())
        if (state.alias_of(each.id) != nullptr) return each;
    return {};
}

// What only who holds the alias's keys could act on: keys of messages, keys of the channel, and a new term,
// with which they would begin a new log for all to see.
std::vector<Bytes> baits(Attacker& minh_) {
    const channel::ChannelState state = minh_.state("circle");
    const channel::Keyring keyring = minh_.keyring(state.id());
    const channel::Member alias = alias_in(state);
    const node::service::Own own = minh_.own();
    const auto& fields = own.certificate.fields();
    const channel::OwnDevice me{{own.member(), own.device_id(), fields.device, fields.inbox},
                                minh_.credential()};
    std::vector<Bytes> all;
    all.push_back(
        channel::seal_handed_keys({state.id(), {{state.founding(), crypto::Key::draw(minh_.random())}}},
                                  alias.devices.at(0), minh_.random())
            .value());
    for (const std::uint32_t term : {1u, 2u})
        all.push_back(channel::seal_invitation(state, keyring, {alias.id, term, alias.devices.at(0)},
                                               std::nullopt, me, own.device.signing, minh_.random())
                          .value());
    return all;
}

// Sizes of what somebody answered somebody, but for what begins a session, of which there may be more than
// one.
std::multiset<std::size_t> answers(const std::vector<Sent>& sent, std::size_t from, std::size_t to) {
    constexpr std::size_t least_of_greeting = 70, most_of_greeting = 100;
    std::multiset<std::size_t> all;
    for (const Sent& each : sent) {
        const std::size_t size = each.frame.size();
        const bool greets = size > least_of_greeting && size < most_of_greeting;
        if (each.from == from && each.to == to && !greets) all.insert(size);
    }
    return all;
}

}  // namespace

TEST_CASE(
    "nothing that is sealed to an alias tells who opens it, by whomever it is brought but those who know") {
    const auto world = hunted(110);
    Attacker attacker(*world, member);
    const std::vector<Bytes> bait = baits(attacker);
    const Bytes before = Attacker(*world, heron).state("circle").encode();

    // The same for all: the baits, and as much noise, to see the difference.
    const auto reactions = [&](bool noise) {
        std::vector<std::pair<DeviceId, Bytes>> parcels;
        for (const std::size_t suspect : suspects)
            for (Bytes parcel : bait) {
                if (noise) attacker.random().fill(std::span(parcel).subspan(1));
                parcels.emplace_back(device_of(*world, suspect), std::move(parcel));
            }
        std::vector<Sent> sent;
        world->on_send = [&](World::OnItsWay& way) {
            for (const auto& [frame, later] : way.frames) sent.push_back({way.from, way.to, frame});
        };
        attacker.hand_over(parcels);
        world->run(5min);
        world->on_send = nullptr;
        return sent;
    };
    const auto to_noise = reactions(true), to_bait = reactions(false);
    for (const std::size_t suspect : suspects) {
        CAPTURE(suspect);
        CHECK(answers(to_bait, suspect, member).size() >= bait.size());
        CHECK(answers(to_bait, suspect, member) == answers(to_bait, ibis, member));
        CHECK(answers(to_bait, suspect, member) == answers(to_noise, suspect, member));
        CHECK(answers(to_bait, suspect, convener) == answers(to_noise, suspect, convener));
    }
    CHECK(Attacker(*world, heron).state("circle").encode() == before);

    // They were good baits: from one who was told the alias takes them.
    Attacker told(*world, convener);
    told.hand_over({{device_of(*world, heron), bait.back()}});
    world->run(1min);
    CHECK(Attacker(*world, heron).state("circle").encode() != before);
}

TEST_CASE("another charter for each suspect leads nowhere: none of them shows in what the alias does") {
    const auto world = hunted(111);
    Attacker attacker(*world, member);
    const node::service::Own own = attacker.own();
    const Bytes credential = attacker.credential();
    std::vector<std::pair<DeviceId, Bytes>> parcels;
    for (const std::size_t suspect : suspects) {
        const DeviceId device = device_of(*world, suspect);
        channel::AliasLetter letter{channel::AliasLetter::Act::offer,
                                    attacker.state("circle").id(),
                                    Attacker(*world, suspect).own().member(),
                                    7,
                                    world->now(),
                                    {},
                                    {},
                                    *attacker.state("circle").charter()};
        letter.card->name = "circle " + std::to_string(suspect);
        letter.card->parent = {};
        letter.card->demotions.clear();
        parcels.emplace_back(device, channel::seal_alias_letter(letter, {device, attacker.inbox_of(device)},
                                                                {own.member(), own.device_id(), credential,
                                                                 own.device.inbox, nullptr},
                                                                attacker.random())
                                         .value());
    }
    const Bytes before = Attacker(*world, heron).state("circle").encode();
    attacker.hand_over(parcels);
    world->run(5min);
    // Who is not in the channel is shown it, and may ask or not. Who is there takes no notice.
    CHECK((*world)[ibis].node().listed_channels(world->now())->size() == 1);
    CHECK((*world)[heron].node().channel("circle", world->now())->name == "circle");
    CHECK(Attacker(*world, heron).state("circle").encode() == before);
    say(*world, heron, "what I think");
    world->run(1min);
    CHECK(author_of(*world, member, "what I think") == "Heron (alias, accredited)");
}

// What no code of ours answers (docs/threat-model.md): they see who does not come. The person is warned.
TEST_CASE(
    "who is invited in their own name where they are under an alias stays who they are, and is warned") {
    const auto world = hunted(112);
    CHECK((*world)[heron].node().channel("circle", world->now())->warnings.empty());
    REQUIRE((*world)[member].node().invite("circle", olena, world->now()).ok());
    world->run(5min);
    const auto channel = (*world)[heron].node().channel("circle", world->now());
    REQUIRE(channel.ok());
    CHECK(channel->state == "open");
    bool warned = false;
    for (const std::string& warning : channel->warnings)
        warned = warned || warning.find("in your own name") != std::string::npos;
    CHECK(warned);
    say(*world, heron, "still Heron");
    world->run(1min);
    CHECK(author_of(*world, member, "still Heron") == "Heron (alias, accredited)");
}
