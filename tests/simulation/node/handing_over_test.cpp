// Messages of a branch that lost, and of epochs that a device missed: those who may read them get their keys.
#include <doctest/doctest.h>

#include "tests/simulation/node/world.h"

using namespace liaise;
using namespace liaise::test;
using namespace std::chrono_literals;

namespace {

const std::array<std::pair<const char*, const char*>, 5> people{{{"Asha Wanjiru", "KE"},
                                                                 {"Nguyen Van Minh", "VN"},
                                                                 {"Olena Koval", "UA"},
                                                                 {"Ana Souza", "BR"},
                                                                 {"Li Wei", "MY"}}};

void post(World& world, std::size_t who, const std::string& text) {
    bool done = false;
    world[who].node().post({"private", text, ""}, world.now(),
                           [&done](const auto& outcome) { done = outcome.ok(); });
    world[who].settle();
    REQUIRE(done);
}

std::set<std::string> texts(World& world, std::size_t who) {
    node::service::ReadRequest request;
    request.channel = "private";
    request.limit = 1000;
    std::set<std::string> all;
    const auto messages = world[who].node().read(request, world.now());
    if (messages.ok())
        for (const auto& message : messages->messages)
            if (message.kind == "post") all.insert(message.text);
    return all;
}

// The founder, a second convener and a member in a private channel; two more in the network.
std::unique_ptr<World> network(std::uint64_t seed) {
    auto world = std::make_unique<World>(seed);
    for (const auto& [name, country] : people) world->add(name, country);
    REQUIRE((*world)[0].node().found_network("Practice network", world->now()).ok());
    for (std::size_t i = 1; i < people.size(); ++i) world->join(i, 0);
    REQUIRE(
        (*world)[0].node().create_channel("private", "", "discussion", "from-joining", world->now()).ok());
    world->run(30s);
    for (std::size_t i = 1; i < 3; ++i)
        REQUIRE((*world)[0].node().invite("private", people.at(i).first, world->now()).ok());
    world->run(30s);
    REQUIRE((*world)[0].node().promote("private", people[1].first, 0, world->now()).ok());
    world->run(30min);
    return world;
}

}  // namespace

TEST_CASE(
    "who was added on one side of a partition reads what was said on the other, and not what was said "
    "before") {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        CAPTURE(seed);
        const auto world = network(seed);
        post(*world, 2, "before");
        world->run(30s);
        for (const std::size_t a : {0U, 3U})
            for (const std::size_t b : {1U, 2U, 4U}) world->set_partition(a, b, true);
        REQUIRE((*world)[0].node().invite("private", people[3].first, world->now()).ok());
        REQUIRE((*world)[1].node().invite("private", people[4].first, world->now()).ok());
        world->run(2min);
        post(*world, 0, "on one side");
        post(*world, 2, "on the other side");
        world->run(2min);
        CHECK(texts(*world, 3) == std::set<std::string>{"on one side"});
        CHECK(texts(*world, 4) == std::set<std::string>{"on the other side"});

        world->heal();
        world->run(30h);
        for (std::size_t i = 0; i < 3; ++i)
            CHECK(texts(*world, i) == std::set<std::string>{"before", "on one side", "on the other side"});
        // One of the two was added on the branch that lost, and again on the one that won: what had been said
        // there by then is from before.
        std::set<std::string> seen = texts(*world, 3);
        for (const std::string& text : texts(*world, 4)) seen.insert(text);
        CHECK(seen == std::set<std::string>{"on one side", "on the other side"});
        CHECK(texts(*world, 3).contains("on the other side"));
        for (std::size_t i = 0; i < people.size(); ++i) {
            CAPTURE(i);
            const auto waiting = (*world)[i].node().waiting("private", world->now());
            REQUIRE(waiting.ok());
            CHECK(waiting->empty());
            post(*world, i, "after " + std::to_string(i));
        }
        world->run(1min);
        for (std::size_t i = 0; i < people.size(); ++i) CHECK(texts(*world, i).contains("after 4"));
    }
}
