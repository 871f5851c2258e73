// An alias on several devices of its person: how it comes there, who learns what, and how a device goes.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/simulation/node/circle.h"

using namespace liaise;
using namespace liaise::test;
using namespace std::chrono_literals;

namespace {

const std::string shown = "Heron (alias, accredited)";

// Another device of this member, added and in step; its machine.
std::size_t add_device(World& world, std::size_t who, const std::string& name) {
    const auto ticket = world[who].node().add_device(name, 1h, world.now());
    REQUIRE(ticket.ok());
    const std::size_t device = world.size();
    world.add_device(ticket->text);
    world.run(10s);
    REQUIRE(world[who].node().approve_device("", world.now()).ok());
    world.run(3min);
    REQUIRE(world[device].node().device_join(world.now())->state == "joined");
    return device;
}

std::string state_at(World& world, std::size_t who) {
    const auto channel = world[who].node().channel("circle", world.now());
    if (channel.ok()) return channel->state;
    const auto others = world[who].node().listed_channels(world.now());
    REQUIRE(others.ok());
    return others->empty() ? "(nothing)" : others->at(0).state;
}

std::size_t devices_of_heron(World& world, std::size_t who) {
    for (const auto& each : members_at(world, who))
        if (each.person.alias == "Heron") return each.person.devices;
    return 0;
}

bool is_between(const Sent& each, std::size_t a, std::size_t b) {
    return (each.from == a && each.to == b) || (each.from == b && each.to == a);
}

}  // namespace

TEST_CASE("an alias comes to the person's other device, and both speak as one") {
    const auto world = network(100, circle("accredited"));
    const std::size_t laptop = add_device(*world, heron, "laptop");
    world->run(96h);
    std::vector<Sent> sent;
    world->on_send = [&](World::OnItsWay& way) {
        for (const auto& [frame, later] : way.frames) sent.push_back({way.from, way.to, frame});
    };
    let_in(*world, heron, olena, "Heron");
    world->run(5min);
    CHECK(state_at(*world, laptop) == "open");
    sent.clear();
    say(*world, laptop, "from the laptop");
    world->run(1min);
    say(*world, heron, "from the desk");
    say(*world, member, "an answer");
    world->run(2min);
    for (const std::size_t who : {convener, member, heron, laptop}) {
        CAPTURE(who);
        CHECK(author_of(*world, who, "from the laptop") == shown);
        CHECK(author_of(*world, who, "from the desk") == shown);
        CHECK(author_of(*world, who, "an answer") == minh);
        CHECK(names_in(*world, who) == std::vector<std::string>{asha, shown, minh});
    }
    CHECK(post_of(*world, laptop, "from the desk").mine);
    CHECK(post_of(*world, heron, "from the laptop").mine);
    CHECK_FALSE(post_of(*world, member, "from the laptop").mine);
    for (const auto& each : members_at(*world, convener))
        if (each.person.alias == "Heron") CHECK(each.person.behind == olena);

    // What other members learn: that it has two devices. Nothing of it goes between those and them.
    CHECK(devices_of_heron(*world, member) == 2);
    for (const std::size_t of_heron : {heron, laptop})
        for (const std::size_t other : {member, ibis, stranger}) {
            const auto pieces = passed_on(sent, of_heron, convener, member);
            CHECK(pieces.size() > 4);
            for (const Sent& each : sent)
                for (const Bytes& piece : pieces)
                    if (is_between(each, of_heron, other)) CHECK_FALSE(holds(each.frame, piece));
        }
    // Nobody finds the devices in the directory: it has those that everybody has.
    CHECK((*world)[member].node().person(olena, world->now())->devices == 2);
}

TEST_CASE("a device that is added later gets the alias within a day, and not at once") {
    const auto world = network(101, circle("accredited"));
    let_in(*world, heron, olena, "Heron");
    const std::size_t laptop = add_device(*world, heron, "laptop");
    world->run(30min);
    CHECK(state_at(*world, laptop) == "asked");
    CHECK(devices_of_heron(*world, member) == 1);
    (*world)[laptop].crash();
    REQUIRE((*world)[laptop].start());
    world->run(25h);
    CHECK(state_at(*world, laptop) == "open");
    CHECK(devices_of_heron(*world, member) == 2);
    say(*world, laptop, "from the laptop");
    world->run(1min);
    CHECK(author_of(*world, member, "from the laptop") == shown);
}

TEST_CASE("a revoked device is out of the alias: it opens nothing new, and what it knows brings it nowhere") {
    const auto world = network(102, circle("accredited"));
    const std::size_t laptop = add_device(*world, heron, "laptop");
    world->run(96h);
    let_in(*world, heron, olena, "Heron");
    world->run(5min);
    REQUIRE(state_at(*world, laptop) == "open");
    say(*world, laptop, "before");
    world->run(1min);
    // The thief hears nothing of it: what is said from here on is for the others.
    for (std::size_t who = 0; who < laptop; ++who) world->set_partition(who, laptop, true);
    REQUIRE((*world)[heron].node().revoke_device("laptop", "device-lost", {}, world->now()).ok());
    (*world)[heron].settle();
    world->run(2min);
    for (const std::size_t who : {convener, member, heron}) {
        CHECK(devices_of_heron(*world, who) == 1);
        CHECK(names_in(*world, who) == std::vector<std::string>{asha, shown, minh});
    }
    say(*world, heron, "after, from the desk");
    say(*world, member, "after, from a member");
    say(*world, laptop, "by the thief");
    world->run(1min);
    CHECK(author_of(*world, member, "after, from the desk") == shown);
    world->heal();
    world->dial_now();
    world->run(10min);
    CHECK(author_of(*world, laptop, "after, from the desk") == "(not here)");
    CHECK(author_of(*world, laptop, "after, from a member") == "(not here)");
    CHECK(author_of(*world, member, "by the thief") == "(not here)");
    CHECK(author_of(*world, convener, "by the thief") == "(not here)");
    CHECK(author_of(*world, member, "before") == shown);
    CHECK(devices_of_heron(*world, member) == 1);
    // Who stays goes on, and gets another device.
    const std::size_t phone = add_device(*world, heron, "phone");
    world->run(25h);
    CHECK(state_at(*world, phone) == "open");
    CHECK(devices_of_heron(*world, member) == 2);
    say(*world, phone, "from the phone");
    world->run(1min);
    CHECK(author_of(*world, member, "from the phone") == shown);
}

TEST_CASE("the device that asked is lost, and the alias goes on where it was handed to") {
    const auto world = network(103, circle("accredited"));
    const std::size_t laptop = add_device(*world, heron, "laptop");
    world->run(96h);
    let_in(*world, laptop, olena, "Heron");
    world->run(5min);
    REQUIRE(state_at(*world, heron) == "open");
    say(*world, laptop, "from the one that asked");
    world->run(1min);
    REQUIRE((*world)[heron].node().revoke_device("laptop", "device-lost", {}, world->now()).ok());
    (*world)[heron].settle();
    world->run(3min);
    say(*world, heron, "from the other");
    world->run(1min);
    CHECK(author_of(*world, member, "from the other") == shown);
    CHECK(author_of(*world, member, "from the one that asked") == shown);
    CHECK(author_of(*world, laptop, "from the other") == "(not here)");
    CHECK(devices_of_heron(*world, member) == 1);
}

TEST_CASE("an alias comes to the other device through crashes at every end, and once") {
    const auto world = network(104, circle("role"));
    const std::size_t laptop = add_device(*world, heron, "laptop");
    world->run(96h);
    REQUIRE(ask(*world, heron, "Heron"));
    world->run(1min);
    REQUIRE((*world)[convener].node().approve("circle", olena, world->now()).ok());
    for (int round = 0; round < 12; ++round) {
        world->run(5s);
        const std::size_t who = std::array{heron, laptop, convener}.at(static_cast<std::size_t>(round % 3));
        (*world)[who].crash();
        REQUIRE((*world)[who].start());
    }
    world->run(5min);
    CHECK(state_at(*world, laptop) == "open");
    CHECK(devices_of_heron(*world, member) == 2);
    say(*world, laptop, "from the laptop");
    say(*world, heron, "from the desk");
    world->run(1min);
    for (const std::string text : {"from the laptop", "from the desk"})
        CHECK(author_of(*world, member, text) == "Heron (alias, focal point, UA)");
}

TEST_CASE("who leaves under an alias leaves on all devices") {
    const auto world = network(105, circle("accredited"));
    const std::size_t laptop = add_device(*world, heron, "laptop");
    world->run(96h);
    let_in(*world, heron, olena, "Heron");
    world->run(5min);
    REQUIRE(state_at(*world, laptop) == "open");
    REQUIRE((*world)[laptop].node().leave("circle", world->now()).ok());
    (*world)[laptop].settle();
    world->run(5min);
    CHECK(state_at(*world, laptop) == "left");
    CHECK(state_at(*world, heron) == "left");
    CHECK(names_in(*world, member) == std::vector<std::string>{asha, minh});
}

TEST_CASE("the alias's devices have each other's words while no convener is there") {
    const auto world = network(106, circle("accredited"));
    const std::size_t laptop = add_device(*world, heron, "laptop");
    world->run(96h);
    let_in(*world, heron, olena, "Heron");
    world->run(5min);
    (*world)[convener].stop();
    say(*world, laptop, "to myself");
    world->run(2min);
    CHECK(author_of(*world, heron, "to myself") == shown);
    CHECK(author_of(*world, member, "to myself") == "(not here)");
    REQUIRE((*world)[convener].start());
    world->run(3min);
    CHECK(author_of(*world, member, "to myself") == shown);
}

TEST_CASE("a device that takes its wish back while it is seated goes by itself, and the alias stays") {
    const auto world = network(107, circle("accredited"));
    const std::size_t laptop = add_device(*world, heron, "laptop");
    world->run(96h);
    world->set_partition(convener, laptop, true);
    let_in(*world, heron, olena, "Heron");
    world->set_partition(convener, laptop, false);
    world->dial_now();
    world->run(5s);  // its letter is there, and nothing was done yet
    world->set_partition(convener, laptop, true);
    world->run(1min);
    REQUIRE(devices_of_heron(*world, convener) == 2);
    REQUIRE(state_at(*world, laptop) == "asked");
    REQUIRE((*world)[laptop].node().withdraw_request("circle", world->now()).ok());
    world->heal();
    world->dial_now();
    world->run(3min);
    for (const std::size_t who : {convener, member, heron}) CHECK(devices_of_heron(*world, who) == 1);
    say(*world, heron, "still here");
    world->run(1min);
    CHECK(author_of(*world, member, "still here") == shown);
    CHECK(author_of(*world, laptop, "still here") == "(not here)");
}
