// What a home does by itself as weeks go by, and when it is opened by a newer program.
#include <doctest/doctest.h>

#include "node/service/kinds.h"
#include "tests/simulation/node/attacker.h"
#include "tests/simulation/node/circle.h"

using namespace liaise;
using namespace liaise::test;
using namespace std::chrono_literals;

namespace record = node::service::record;

namespace {

constexpr Duration day = 24h;

std::uint64_t epochs(World& world, std::size_t who) {
    return Attacker(world, who).state("circle").group().commits.size();
}

std::vector<Bytes> facts_of(World& world, std::size_t who, const ChannelId& channel) {
    std::vector<Bytes> keys;
    const auto all = world[who].store().records().list(record::channel_fact, 100'000).value();
    for (const auto& kept : all)
        if (holds(kept.key, channel.view())) keys.push_back(kept.key);
    return keys;
}

// As homes did before.
void keep_whole(World& world, std::size_t who, const channel::ChannelState& state) {
    const auto facts = facts_of(world, who, state.id());
    node::store::Store& store = world[who].store();
    auto transaction = store.begin().value();
    for (const Bytes& key : facts) store.records().remove(record::channel_fact, key).value();
    store.records().put(record::channel, state.id().view(), state.encode()).value();
    transaction.commit().value();
}

}  // namespace

TEST_CASE("a convener whom nobody renews makes new keys by themselves") {
    World world(31);
    world.add(asha, "KE");
    REQUIRE(world[convener].node().found_network("Practice network", world.now()).ok());
    REQUIRE(world[convener].node().create_channel("circle", "", "discussion", "", world.now()).ok());
    world.run(29 * day);
    const std::uint64_t before = epochs(world, convener);
    world.run(3 * day);
    CHECK(epochs(world, convener) == before + 1);
    world.run(28 * day);
    CHECK(epochs(world, convener) == before + 1);
    world.run(3 * day);
    CHECK(epochs(world, convener) == before + 2);
}

TEST_CASE("a convener whose laptop is on for an hour a day makes them, too") {
    World world(32);
    world.add(asha, "KE");
    REQUIRE(world[convener].node().found_network("Practice network", world.now()).ok());
    REQUIRE(world[convener].node().create_channel("circle", "", "discussion", "", world.now()).ok());
    world.run(1h);
    const std::uint64_t before = epochs(world, convener);
    for (int days = 0; days < 33; ++days) {
        world[convener].crash();
        world.run(23h);
        REQUIRE(world[convener].start());
        world.run(1h);
    }
    CHECK(epochs(world, convener) == before + 1);
}

TEST_CASE(
    "a home that holds a channel's state as one record goes on with it, and keeps it by facts from then on") {
    const auto world = network(33, circle(""));
    say(*world, convener, "before");
    world->run(1min);
    const channel::ChannelState state = Attacker(*world, member).state("circle");
    keep_whole(*world, member, state);
    (*world)[member].crash();
    REQUIRE((*world)[member].start());
    CHECK(Attacker(*world, member).state("circle") == state);

    say(*world, convener, "after");
    REQUIRE((*world)[convener].node().invite("circle", olena, world->now()).ok());
    world->run(5min);
    CHECK(post_of(*world, member, "after").text == "after");
    const channel::ChannelState now = Attacker(*world, member).state("circle");
    CHECK(facts_of(*world, member, now.id()).size() == now.facts().size());
    (*world)[member].crash();
    REQUIRE((*world)[member].start());
    CHECK(Attacker(*world, member).state("circle") == now);
    CHECK(members_at(*world, member).size() == 3);
}
