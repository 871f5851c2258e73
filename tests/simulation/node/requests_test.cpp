// Listed channels and those who ask to enter them, on whole nodes.
#include <doctest/doctest.h>

#include "protocol/base/entering_limits.h"
#include "tests/simulation/node/world.h"

using namespace liaise;
using namespace liaise::test;
using namespace std::chrono_literals;
using node::service::ChannelView;
using node::service::CharterRequest;
using node::service::RequestView;

namespace {

const std::array<std::pair<const char*, const char*>, 5> people{{{"Asha Wanjiru", "KE"},
                                                                 {"Nguyen Van Minh", "VN"},
                                                                 {"Olena Koval", "UA"},
                                                                 {"Ana Souza", "BR"},
                                                                 {"Li Wei", "MY"}}};
const std::string asha = people[0].first, minh = people[1].first, olena = people[2].first;

CharterRequest listed(const std::string& name = "practice") {
    CharterRequest charter;
    charter.name = name;
    charter.purpose = "What works";
    charter.listed = "on";
    return charter;
}

// So many people in one network; the founder convenes "practice", which is listed.
std::unique_ptr<World> network(std::uint64_t seed, std::size_t count) {
    auto world = std::make_unique<World>(seed);
    for (std::size_t i = 0; i < count; ++i) world->add(people.at(i).first, people.at(i).second);
    REQUIRE((*world)[0].node().found_network("Practice network", world->now()).ok());
    for (std::size_t i = 1; i < count; ++i) world->join(i, 0);
    REQUIRE((*world)[0].node().create_channel(listed(), world->now()).ok());
    world->run(30s);
    return world;
}

// Of one channel, as this person's list of others' channels shows it.
std::optional<ChannelView> other(World& world, std::size_t who, const std::string& name = "practice") {
    const auto all = world[who].node().listed_channels(world.now());
    REQUIRE(all.ok());
    for (const ChannelView& view : *all)
        if (view.name == name) return view;
    return std::nullopt;
}

std::string state(World& world, std::size_t who) {
    const auto view = other(world, who);
    return view ? view->state : "";
}

bool ask(World& world, std::size_t who, const std::string& note = "", const std::string& name = "practice") {
    const auto outcome = world[who].node().request(name, note, "", world.now());
    world[who].settle();
    return outcome.ok();
}

std::vector<std::string> queue(World& world, std::size_t who, const std::string& name = "practice") {
    std::vector<std::string> names;
    const auto waiting = world[who].node().requests(name, world.now());
    if (waiting.ok())
        for (const RequestView& request : *waiting) names.push_back(request.person.name);
    std::sort(names.begin(), names.end());
    return names;
}

using Names = std::vector<std::string>;

bool is_in(World& world, std::size_t who) {
    const auto channel = world[who].node().channel("practice", world.now());
    return channel.ok() && channel->state == "open";
}

}  // namespace

TEST_CASE("a listed channel shows its charter to everybody, an unlisted one to nobody") {
    const auto world = network(60, 3);
    REQUIRE((*world)[0].node().create_channel("quiet", "", "discussion", "", world->now()).ok());
    world->run(10s);
    for (std::size_t who = 1; who < 3; ++who) {
        CHECK_FALSE(other(*world, who, "quiet"));
        const auto seen = other(*world, who);
        REQUIRE(seen);
        CHECK(seen->state == "listed");
        CHECK(seen->purpose == "What works");
        CHECK(seen->announced_by.at(0).name == asha);
        const auto charters = (*world)[who].node().charters("practice", world->now());
        REQUIRE(charters.ok());
        CHECK(charters->at(0).source == "announced");
        CHECK(charters->at(0).conveners.at(0).name == asha);
        CHECK_FALSE((*world)[who].node().channel("practice", world->now()).ok());
    }
    CHECK_FALSE(other(*world, 0));  // one's own is not another's

    CharterRequest change;
    change.purpose = "What works, and what does not";
    REQUIRE((*world)[0].node().amend("practice", change, world->now()).ok());
    world->run(10s);
    CHECK(other(*world, 1)->purpose == "What works, and what does not");
    change = {};
    change.listed = "off";
    REQUIRE((*world)[0].node().amend("practice", change, world->now()).ok());
    world->run(10s);
    CHECK_FALSE(other(*world, 1));
    CHECK_FALSE(ask(*world, 1));
    change.listed = "on";
    REQUIRE((*world)[0].node().amend("practice", change, world->now()).ok());
    world->run(10s);
    CHECK(state(*world, 1) == "listed");
}

TEST_CASE("who asks waits, is let in, and reads; the conveners' queue is empty then, after crashes too") {
    const auto world = network(61, 3);
    (*world)[0].stop();  // nobody is there to take it
    REQUIRE(ask(*world, 1, "We met in Nairobi."));
    CHECK_FALSE(ask(*world, 1));  // once is enough
    CHECK(state(*world, 1) == "asked");
    (*world)[1].crash();
    (*world)[1].start();
    CHECK(state(*world, 1) == "asked");
    (*world)[0].start();
    world->run(2min);
    (*world)[0].crash();
    (*world)[0].start();
    const auto waiting = (*world)[0].node().requests("", world->now());
    REQUIRE(waiting.ok());
    REQUIRE(waiting->size() == 1);
    CHECK(waiting->at(0).person.name == minh);
    CHECK(waiting->at(0).note == "We met in Nairobi.");
    CHECK((*world)[0].node().status(world->now()).requests == 1);
    CHECK((*world)[0].node().channel("practice", world->now())->requests == 1);
    CHECK_FALSE((*world)[0].node().approve("practice", olena, world->now()).ok());  // she did not ask
    REQUIRE((*world)[0].node().approve("practice", minh, world->now()).ok());
    CHECK(queue(*world, 0).empty());
    world->run(2min);
    CHECK(is_in(*world, 1));
    CHECK_FALSE(other(*world, 1));
    CHECK_FALSE(ask(*world, 1));  // in it already
    CHECK_FALSE(is_in(*world, 2));
    // The charter itself is shown before anything else.
    CHECK((*world)[1].node().channel("practice", world->now())->invited);
    REQUIRE((*world)[1].node().unseen_charter("practice", world->now())->has_value());
    CHECK_FALSE((*world)[1].node().channel("practice", world->now())->invited);
}

TEST_CASE("all conveners see one queue; an answer of one clears it for all, and no member ever sees it") {
    const auto world = network(62, 5);
    for (std::size_t i = 1; i < 3; ++i)
        REQUIRE((*world)[0].node().invite("practice", people.at(i).first, world->now()).ok());
    world->run(2min);
    REQUIRE((*world)[0].node().promote("practice", minh, 0, world->now()).ok());
    world->run(2min);
    CHECK(other(*world, 3)->announced_by.size() == 2);
    REQUIRE(ask(*world, 3));
    REQUIRE(ask(*world, 4));
    world->run(1min);
    for (std::size_t who = 0; who < 2; ++who)
        CHECK(queue(*world, who) == Names{people[3].first, people[4].first});
    CHECK_FALSE((*world)[2].node().requests("practice", world->now()).ok());  // a member, no convener
    CHECK((*world)[2].node().requests("", world->now())->empty());

    REQUIRE((*world)[1].node().deny("practice", people[3].first, "Only trainers.", world->now()).ok());
    REQUIRE((*world)[0].node().approve("practice", people[4].first, world->now()).ok());
    world->run(1min);
    for (std::size_t who = 0; who < 2; ++who) CHECK(queue(*world, who).empty());
    CHECK(state(*world, 3) == "denied");
    CHECK(other(*world, 3)->reason == "Only trainers.");
    CHECK(is_in(*world, 4));
    // Nothing of the one who was denied is in the channel.
    const auto practice = (*world)[2].node().channel("practice", world->now());
    for (const auto& member : practice->members) CHECK(member.person.name != people[3].first);
}

TEST_CASE("a convener who comes to the channel later is sent what still waits") {
    const auto world = network(63, 3);
    REQUIRE((*world)[0].node().invite("practice", minh, world->now()).ok());
    world->run(1min);
    REQUIRE(ask(*world, 2));
    world->run(1min);
    CHECK(queue(*world, 0) == Names{olena});
    REQUIRE((*world)[0].node().promote("practice", minh, 0, world->now()).ok());
    world->run(1min);
    CHECK(queue(*world, 1) == Names{olena});
    REQUIRE((*world)[0].node().demote("practice", minh, world->now()).ok());
    world->run(1min);
    CHECK(queue(*world, 1).empty());  // and it is no business of theirs any more
    CHECK(queue(*world, 0) == Names{olena});
    CHECK(other(*world, 2)->announced_by.size() == 1);
}

TEST_CASE("what was asked can be taken back") {
    const auto world = network(64, 2);
    CHECK_FALSE((*world)[1].node().withdraw_request("practice", world->now()).ok());
    REQUIRE(ask(*world, 1, "by mistake"));
    world->run(10s);
    CHECK(queue(*world, 0) == Names{minh});
    REQUIRE((*world)[1].node().withdraw_request("practice", world->now()).ok());
    world->run(10s);
    CHECK(queue(*world, 0).empty());
    CHECK(state(*world, 1) == "listed");
    CHECK_FALSE((*world)[0].node().approve("practice", minh, world->now()).ok());
}

TEST_CASE("asked, denied, asked again: three times in a week, and again when the week is over") {
    const auto world = network(65, 2);
    for (std::size_t round = 0; round < limits::requests_of_one_a_week; ++round) {
        REQUIRE(ask(*world, 1));
        world->run(10s);
        REQUIRE(queue(*world, 0) == Names{minh});
        REQUIRE((*world)[0].node().deny("practice", minh, "", world->now()).ok());
        world->run(10s);
        CHECK(state(*world, 1) == "denied");
    }
    CHECK_FALSE(ask(*world, 1));
    world->run(6 * 24h);
    CHECK_FALSE(ask(*world, 1));
    world->run(25h);
    REQUIRE(ask(*world, 1));
    world->run(10s);
    CHECK(queue(*world, 0) == Names{minh});
}

TEST_CASE("a note is a line of 500 bytes at most, and a reason too") {
    const auto world = network(66, 2);
    CHECK_FALSE(ask(*world, 1, std::string(limits::request_text_bytes_max + 1, 'a')));
    CHECK_FALSE(ask(*world, 1, "two\nlines"));
    CHECK_FALSE(ask(*world, 1, "\x1b[2J"));
    CHECK(state(*world, 1) == "listed");
    REQUIRE(ask(*world, 1, std::string(limits::request_text_bytes_max, 'a')));
    world->run(10s);
    auto& node = (*world)[0].node();
    CHECK_FALSE(
        node.deny("practice", minh, std::string(limits::request_text_bytes_max + 1, 'a'), world->now()).ok());
    CHECK(queue(*world, 0) == Names{minh});
    CHECK(node.deny("practice", minh, std::string(limits::request_text_bytes_max, 'a'), world->now()).ok());
}

TEST_CASE(
    "somebody who announces another's channel stands apart, and hears nothing that the others are asked") {
    const auto world = network(67, 3);
    // Olena has a channel of the same name; she says nothing of Asha's.
    REQUIRE((*world)[2].node().create_channel(listed(), world->now()).ok());
    world->run(10s);
    CHECK((*world)[1].node().charters("practice", world->now())->size() == 2);
    CHECK_FALSE(ask(*world, 1));  // whose?
    REQUIRE((*world)[1].node().request("practice", "", asha, world->now()).ok());
    CHECK_FALSE((*world)[1].node().request("practice", "", minh, world->now()).ok());
    world->run(10s);
    CHECK(queue(*world, 0) == Names{minh});
    CHECK(queue(*world, 2).empty());
}

TEST_CASE("whose accreditation is revoked is not in the queue's way: they cannot be let in, nor ask") {
    const auto world = network(68, 3);
    REQUIRE(ask(*world, 1));
    world->run(10s);
    REQUIRE((*world)[0].node().revoke(minh, "left", world->now()).ok());
    world->run(10s);
    CHECK_FALSE((*world)[0].node().approve("practice", minh, world->now()).ok());
    CHECK((*world)[0].node().deny("practice", minh, "", world->now()).ok());
    CHECK(queue(*world, 0).empty());
    CHECK_FALSE(ask(*world, 1));
    // A convener who is revoked announces nothing any more.
    const auto alone = network(69, 3);
    REQUIRE((*alone)[2].node().create_channel(listed("other"), alone->now()).ok());
    alone->run(10s);
    CHECK(other(*alone, 1, "other"));
    REQUIRE((*alone)[0].node().revoke(olena, "left", alone->now()).ok());
    alone->run(10s);
    CHECK_FALSE(other(*alone, 1, "other"));
}

TEST_CASE("what nobody answers is forgotten on both sides after 90 days") {
    const auto world = network(70, 2);
    REQUIRE(ask(*world, 1, "still here"));
    world->run(1min);
    CHECK(queue(*world, 0) == Names{minh});
    world->run(91 * 24h);
    CHECK(queue(*world, 0).empty());
    CHECK(state(*world, 1) == "listed");
    CHECK(ask(*world, 1));
}

TEST_CASE("an invitation can be declined: one is out again, and members see it") {
    const auto world = network(71, 2);
    REQUIRE((*world)[0].node().invite("practice", minh, world->now()).ok());
    world->run(1min);
    CHECK((*world)[1].node().status(world->now()).invitations == 1);
    REQUIRE((*world)[1].node().decline("practice", world->now()).ok());
    CHECK_FALSE((*world)[1].node().decline("practice", world->now()).ok());
    world->run(1min);
    CHECK((*world)[0].node().channel("practice", world->now())->members.size() == 1);
    REQUIRE(ask(*world, 1));  // another mind
    world->run(1min);
    REQUIRE((*world)[0].node().approve("practice", minh, world->now()).ok());
    world->run(1min);
    CHECK(is_in(*world, 1));
}

TEST_CASE(
    "any history of asking, answering, crashing and being apart ends with one queue, and nobody in unasked") {
    for (std::uint64_t seed = 300; seed < 304; ++seed) {
        CAPTURE(seed);
        const auto world = network(seed, 4);
        REQUIRE((*world)[0].node().invite("practice", minh, world->now()).ok());
        world->run(1min);
        REQUIRE((*world)[0].node().promote("practice", minh, 0, world->now()).ok());
        world->run(1min);
        std::set<std::size_t> let_in{0, 1};
        for (int step = 0; step < 40; ++step) {
            const auto convener = static_cast<std::size_t>(world->random.below(2));
            const auto asker = static_cast<std::size_t>(2 + world->random.below(2));
            if (world->random.chance(20)) world->set_partition(convener, asker, world->random.chance(60));
            if (world->random.chance(10)) {
                const auto who = static_cast<std::size_t>(world->random.below(4));
                (*world)[who].crash();
                (*world)[who].start();
            }
            const std::string name = people.at(asker).first;
            switch (world->random.below(4)) {
                case 0:
                    ask(*world, asker, "round " + std::to_string(step));
                    break;
                case 1:
                    (void)(*world)[asker].node().withdraw_request("practice", world->now());
                    break;
                case 2:
                    (void)(*world)[convener].node().deny("practice", name, "no", world->now());
                    break;
                default:
                    if (world->random.chance(20) &&
                        (*world)[convener].node().approve("practice", name, world->now()).ok())
                        let_in.insert(asker);
            }
            world->run(Duration{static_cast<std::int64_t>(world->random.below(60'000))});
        }
        world->heal();
        world->run(20min);
        CHECK(queue(*world, 0) == queue(*world, 1));
        for (std::size_t who = 0; who < 4; ++who) {
            CHECK(is_in(*world, who) == let_in.contains(who));
            const Names waiting = queue(*world, 0);
            const bool asks =
                std::find(waiting.begin(), waiting.end(), people.at(who).first) != waiting.end();
            CHECK(asks == (state(*world, who) == "asked"));
        }
    }
}

TEST_CASE(
    "a request that is taken back while it is granted is an invitation: it has its keys, and can be "
    "declined") {
    const auto world = network(9, 3);
    REQUIRE(ask(*world, 2));
    world->run(30s);
    world->set_partition(0, 2, true);
    REQUIRE((*world)[2].node().withdraw_request("practice", world->now()).ok());
    (*world)[2].settle();
    REQUIRE((*world)[0].node().approve("practice", olena, world->now()).ok());
    world->run(30s);
    world->heal();
    world->dial_now();
    world->run(2min);
    CHECK((*world)[2].node().channel("practice", world->now())->invited);
    REQUIRE((*world)[2].node().decline("practice", world->now()).ok());
    world->run(1min);
    CHECK((*world)[0].node().channel("practice", world->now())->members.size() == 1);
}
