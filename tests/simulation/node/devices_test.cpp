// Several devices of one member, on whole nodes: how one is added, what it sees, and how it is shut out.
#include <doctest/doctest.h>

#include "protocol/base/limits.h"
#include "tests/simulation/node/world.h"

using namespace liaise;
using namespace liaise::test;
using namespace std::chrono_literals;
using node::service::DeviceJoinView;
using node::service::DeviceTicketView;
using node::service::DeviceView;
using node::service::MessageView;
using node::service::ReadRequest;

namespace {

constexpr std::size_t asha = 0, minh = 1;

std::unique_ptr<World> two_people(std::uint64_t seed, const char* history = "") {
    auto world = std::make_unique<World>(seed);
    world->add("Asha Wanjiru", "KE");
    world->add("Nguyen Van Minh", "VN");
    REQUIRE((*world)[asha].node().found_network("Practice network", world->now()).ok());
    world->join(minh, asha);
    REQUIRE((*world)[asha]
                .node()
                .create_channel("practice", "what works", "discussion", history, world->now())
                .ok());
    world->run(30s);
    REQUIRE((*world)[asha].node().invite("practice", "Nguyen Van Minh", world->now()).ok());
    world->run(30s);
    return world;
}

DeviceTicketView ticket_of(World& world, std::size_t who, const std::string& name = "", Duration valid = 1h) {
    const auto ticket = world[who].node().add_device(name, valid, world.now());
    REQUIRE(ticket.ok());
    return *ticket;
}

DeviceTicketView now_of(World& world, std::size_t who, const DeviceTicketView& ticket) {
    const auto all = world[who].node().device_tickets(world.now()).value();
    for (const DeviceTicketView& each : all)
        if (each.id == ticket.id) return each;
    return {};
}

DeviceJoinView join_of(World& world, std::size_t who) {
    return world[who].node().device_join(world.now()).value();
}

// Another device of this member, added and in step; its machine.
std::size_t add_device(World& world, std::size_t who, const std::string& name = "") {
    const auto ticket = ticket_of(world, who, name);
    const std::size_t device = world.size();
    world.add_device(ticket.text);
    world.run(10s);
    REQUIRE(join_of(world, device).state == "comparing");
    CHECK(join_of(world, device).words == now_of(world, who, ticket).words);
    REQUIRE(world[who].node().approve_device("", world.now()).ok());
    world.run(10s);
    REQUIRE(join_of(world, device).state == "joined");
    world.run(3min);
    return device;
}

bool post(World& world, std::size_t who, const std::string& text, const std::string& channel = "practice") {
    bool posted = false;
    world[who].node().post({channel, text, ""}, world.now(),
                           [&posted](const auto& outcome) { posted = outcome.ok(); });
    world[who].settle();
    return posted;
}

std::vector<MessageView> messages(World& world, std::size_t who, const std::string& kind = "post") {
    ReadRequest request;
    request.channel = "practice";
    request.limit = 1000;
    const auto answer = world[who].node().read(request, world.now());
    std::vector<MessageView> found;
    if (!answer) return found;
    for (const MessageView& message : answer->messages)
        if (message.kind == kind) found.push_back(message);
    return found;
}

std::vector<std::string> texts(World& world, std::size_t who, const std::string& kind = "post") {
    std::vector<std::string> all;
    for (const MessageView& message : messages(world, who, kind)) all.push_back(message.text);
    return all;
}

DeviceView device_named(World& world, std::size_t who, const std::string& name) {
    const auto all = world[who].node().devices(world.now()).value();
    for (const DeviceView& device : all)
        if (device.name == name) return device;
    return {};
}

node::service::Exit exit_of(const auto& outcome) {
    return outcome.ok() ? node::service::Exit::done : outcome.refusal().exit;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a member's new device comes to their channels, and what either writes all three read") {
    const auto world = two_people(1);
    World& w = *world;
    REQUIRE(post(w, minh, "before"));
    w.run(30s);
    const std::size_t laptop = add_device(w, asha, "field laptop");
    CHECK(w[laptop].node().status(w.now()).name == "Asha Wanjiru");
    REQUIRE(post(w, laptop, "from the laptop"));
    w.run(30s);
    REQUIRE(post(w, minh, "an answer"));
    REQUIRE(post(w, asha, "from the desk"));
    w.run(30s);
    for (const std::size_t who : {asha, minh, laptop}) {
        const Texts seen = texts(w, who);
        for (const char* text : {"from the laptop", "an answer", "from the desk"})
            CHECK_MESSAGE(std::count(seen.begin(), seen.end(), text) == 1, who << text);
    }
    // The history rule: what was said before the device came does not open there.
    const Texts there = texts(w, laptop), here = texts(w, asha);
    CHECK(std::count(here.begin(), here.end(), "before") == 1);
    CHECK(std::count(there.begin(), there.end(), "before") == 0);
    // All of it is Asha's, to herself on either device and to others.
    for (const MessageView& message : messages(w, laptop))
        if (message.text == "from the desk") CHECK(message.mine);
    for (const MessageView& message : messages(w, minh))
        if (message.text == "from the laptop") CHECK(message.author == "Asha Wanjiru");
    // One person, two devices.
    CHECK(w[minh].node().channel("practice", w.now())->members.size() == 2);
    CHECK(w[minh].node().person("Asha Wanjiru", w.now())->devices == 2);
    // Asha's node did it herself: nobody's news.
    CHECK(texts(w, minh, "notice") == Texts{});
}

TEST_CASE("where history is from the start, the new device reads it all") {
    const auto world = two_people(2, "from-start");
    World& w = *world;
    REQUIRE(post(w, minh, "before"));
    w.run(30s);
    const std::size_t laptop = add_device(w, asha);
    CHECK(texts(w, laptop) == Texts{"before"});
}

TEST_CASE("the device of somebody who convenes nothing is added by a convener's node") {
    const auto world = two_people(3);
    World& w = *world;
    const std::size_t laptop = add_device(w, minh);
    REQUIRE(post(w, laptop, "from Minh's laptop"));
    REQUIRE(post(w, asha, "to both"));
    w.run(30s);
    for (const std::size_t who : {asha, minh, laptop}) {
        const Texts seen = texts(w, who);
        CHECK(seen.size() == 2);
        CHECK(std::count(seen.begin(), seen.end(), "from Minh's laptop") == 1);
    }
    CHECK(texts(w, asha, "notice") ==
          Texts{"added Nguyen Van Minh.", "added another device of Nguyen Van Minh."});
}

TEST_CASE("a verified member stays verified with a new device, and decisions come along to it") {
    const auto world = two_people(4);
    World& w = *world;
    REQUIRE(w[minh].node().set_contact("Asha Wanjiru", "verified", w.now()).ok());
    REQUIRE(w[asha].node().set_contact("Nguyen Van Minh", "verified", w.now()).ok());
    const auto words = w[minh].node().safety_words("Asha Wanjiru", w.now()).value();
    const std::size_t laptop = add_device(w, asha);
    CHECK(w[minh].node().person("Asha Wanjiru", w.now())->contact == "verified");
    CHECK(w[laptop].node().person("Nguyen Van Minh", w.now())->contact == "verified");
    CHECK(w[minh].node().safety_words("Asha Wanjiru", w.now()).value() == words);
    CHECK(w[laptop].node().safety_words("Nguyen Van Minh", w.now()).value() == words);
}

TEST_CASE("deliveries count each device of the other members") {
    const auto world = two_people(5);
    World& w = *world;
    const std::size_t laptop = add_device(w, asha);
    w[laptop].stop();
    REQUIRE(post(w, minh, "to two devices"));
    w.run(30s);
    const auto of = [&] { return messages(w, minh).back(); };
    CHECK(of().delivered_of == 2);
    CHECK(of().delivered_to == 1);
    w[laptop].start();
    w.run(1min);
    CHECK(of().delivered_to == 2);
    CHECK(texts(w, laptop) == Texts{"to two devices"});
    // One's own other device is none of the others.
    REQUIRE(post(w, asha, "to one"));
    w.run(30s);
    CHECK(messages(w, asha).back().delivered_of == 1);
}

TEST_CASE("a revoked device opens nothing new, and what it writes then counts nowhere") {
    const auto world = two_people(6);
    World& w = *world;
    const std::size_t laptop = add_device(w, asha, "field laptop");
    REQUIRE(post(w, laptop, "while it was mine"));
    w.run(30s);
    REQUIRE(w[asha].node().revoke_device("field laptop", "device-lost", {}, w.now()).ok());
    CHECK(device_named(w, asha, "field laptop").state == "revoked");
    w.run(1min);
    (void)post(w, laptop, "by the thief");
    REQUIRE(post(w, minh, "among ourselves"));
    w.run(30s);
    REQUIRE(post(w, asha, "without the laptop"));
    w.run(1min);
    w[laptop].crash();
    w[laptop].start();  // tries everybody anew
    w.run(1min);
    for (const std::size_t who : {asha, minh}) {
        std::string all;
        for (const std::string& text : texts(w, who)) all += text + ", ";
        CHECK_MESSAGE(all == "while it was mine, among ourselves, without the laptop, ", who);
        for (const auto& peer : w[who].node().status(w.now()).peers)
            CHECK((peer.name != "Asha Wanjiru" || who == minh));
    }
    const Texts stolen = texts(w, laptop);
    CHECK(std::count(stolen.begin(), stolen.end(), "among ourselves") == 0);
    CHECK(std::count(stolen.begin(), stolen.end(), "without the laptop") == 0);
    for (const MessageView& message : messages(w, minh))
        if (message.text == "among ourselves") CHECK(message.delivered_of == 1);
    // Once, for good; and it is no way to come back.
    CHECK(exit_of(w[asha].node().revoke_device("field laptop", "", {}, w.now())) ==
          node::service::Exit::failed);
    CHECK(w[minh].node().person("Asha Wanjiru", w.now())->standing == "accredited");
}

TEST_CASE("a device without the identity key does all but what the identity signs") {
    const auto world = two_people(7);
    World& w = *world;
    const std::size_t laptop = add_device(w, asha);
    auto& node = w[laptop].node();
    using node::service::Exit;
    CHECK(exit_of(node.add_device("", 1h, w.now())) == Exit::not_allowed);
    CHECK(exit_of(node.create_ticket("focal-point", "UA", 1h, w.now())) == Exit::not_allowed);
    CHECK(exit_of(node.revoke("Nguyen Van Minh", "", w.now())) == Exit::not_allowed);
    CHECK(exit_of(node.found_network("Another", w.now())) == Exit::failed);
    REQUIRE(node.create_channel("field", "", "discussion", "", w.now()).ok());
    REQUIRE(node.invite("field", "Nguyen Van Minh", w.now()).ok());
    w.run(3min);
    REQUIRE(post(w, laptop, "from the field", "field"));
    w.run(30s);
    for (const std::size_t who : {asha, minh}) {
        const auto channel = w[who].node().channel("field", w.now());
        REQUIRE_MESSAGE(channel.ok(), who);
        CHECK_MESSAGE(channel->messages == 1, who);
    }
}

TEST_CASE("with the recovery sheet the first device is revoked from another") {
    const auto world = two_people(8);
    World& w = *world;
    const std::size_t laptop = add_device(w, asha);
    const auto all = w[laptop].node().devices(w.now()).value();
    REQUIRE(all.size() == 2);
    const std::string first = all.front().id.text();
    CHECK_FALSE(all.front().this_one);
    CHECK(all.back().this_one);
    using node::service::Exit;
    const auto sheet = [](const std::string& text) { return crypto::SecretBytes::copy_of(bytes_of(text)); };
    const auto revoke = [&](const std::string& what, const std::string& with) {
        return exit_of(w[laptop].node().revoke_device(what, "", sheet(with), w.now()));
    };
    CHECK(revoke(first, "") == Exit::not_allowed);
    CHECK(revoke(first, "not a sheet") == Exit::usage);
    CHECK(revoke(first, w[minh].sheet()) == Exit::not_allowed);
    CHECK(revoke(all.back().id.text(), w[asha].sheet()) == Exit::not_allowed);  // the one in use
    CHECK(revoke(first, w[asha].sheet()) == Exit::done);
    w.run(1min);
    REQUIRE(post(w, laptop, "from the one that is left"));
    w.run(1min);
    CHECK(texts(w, minh) == Texts{"from the one that is left"});
    CHECK(texts(w, asha) == Texts{});
}

TEST_CASE("what the owner says no to is refused, and the ticket is worthless then") {
    const auto world = two_people(9);
    World& w = *world;
    const auto ticket = ticket_of(w, asha);
    const std::size_t laptop = w.size();
    w.add_device(ticket.text);
    w.run(10s);
    REQUIRE(w[asha].node().deny_device("", w.now()).ok());
    w.run(10s);
    CHECK(join_of(w, laptop).state == "refused");
    CHECK(join_of(w, laptop).sentence.find("said no") != std::string::npos);
    CHECK(exit_of(w[asha].node().approve_device(ticket.id.text(), w.now())) == node::service::Exit::failed);
    CHECK(w[asha].node().devices(w.now())->size() == 1);
    // With another ticket the same machine begins anew.
    const auto again = ticket_of(w, asha);
    REQUIRE(w[laptop].node().join_as_device(again.text, w.now()).ok());
    w.run(10s);
    REQUIRE(w[asha].node().approve_device("", w.now()).ok());
    w.run(10s);
    CHECK(join_of(w, laptop).state == "joined");
}

TEST_CASE("a ticket serves the first device that asks, and no other") {
    const auto world = two_people(10);
    World& w = *world;
    const auto ticket = ticket_of(w, asha);
    const std::size_t first = w.size();
    w.add_device(ticket.text);
    w.run(10s);
    const std::size_t second = w.size();
    w.add_device(ticket.text);
    w.run(10s);
    CHECK(join_of(w, first).state == "comparing");
    CHECK(join_of(w, second).state == "refused");
    CHECK(join_of(w, second).sentence.find("Another device") != std::string::npos);
    REQUIRE(w[asha].node().approve_device("", w.now()).ok());
    w.run(10s);
    CHECK(join_of(w, first).state == "joined");
    CHECK(w[asha].node().devices(w.now())->size() == 2);
}

TEST_CASE("tickets that are over, of another kind, or of nobody are refused with a sentence") {
    const auto world = two_people(11);
    World& w = *world;
    using node::service::Exit;
    // Too late: 14 hours of slack at the new device, none at the old one.
    const auto late = ticket_of(w, asha, "", 1min);
    w.run(5min);
    const std::size_t laptop = w.size();
    w.add_device(late.text);
    w.run(10s);
    CHECK(join_of(w, laptop).state == "refused");
    CHECK(join_of(w, laptop).sentence.find("expired") != std::string::npos);
    CHECK(now_of(w, asha, late).state == "expired");
    // Kinds.
    const auto person = w[asha].node().create_ticket("focal-point", "UA", 1h, w.now()).value();
    CHECK(exit_of(w[laptop].node().join_as_device(person.text, w.now())) == Exit::failed);
    CHECK(exit_of(w[laptop].node().join_as_device("hello", w.now())) == Exit::usage);
    const auto device = ticket_of(w, asha);
    std::string sentence;
    World elsewhere(1100);
    elsewhere.add("Olena Koval", "UA").node().join(device.text, elsewhere.now(), [&](const auto& outcome) {
        sentence = outcome.ok() ? "" : outcome.refusal().sentence;
    });
    CHECK(sentence.find("liaise device join") != std::string::npos);
    // A home that is somebody's becomes nobody else's.
    CHECK(exit_of(w[minh].node().join_as_device(device.text, w.now())) == Exit::failed);
    // A home that is to become a device joins and founds nothing.
    CHECK(exit_of(w[laptop].node().found_network("Mine", w.now())) == Exit::not_allowed);
    w[laptop].node().join(person.text, w.now(), [&](const auto& outcome) { CHECK_FALSE(outcome.ok()); });
    // Spans.
    for (const auto& [span, good] : std::vector<std::pair<Duration, bool>>{
             {0s, false}, {1s, true}, {std::chrono::days{7}, true}, {std::chrono::days{7} + 1s, false}})
        CHECK(w[asha].node().add_device("", span, w.now()).ok() == good);
}

TEST_CASE("where the other device is away, each side goes on when it is back") {
    const auto world = two_people(12);
    World& w = *world;
    const auto ticket = ticket_of(w, asha);
    w[asha].stop();
    const std::size_t laptop = w.size();
    w.add_device(ticket.text);
    w.run(1min);
    CHECK(join_of(w, laptop).state == "unreachable");
    w[asha].start();
    w.run(1min);
    CHECK(join_of(w, laptop).state == "comparing");
    // The owner says yes while the new one is away.
    w[laptop].crash();
    w.run(10s);
    REQUIRE(w[asha].node().approve_device("", w.now()).ok());
    w[asha].crash();
    w[asha].start();
    w[laptop].start();
    w.run(1min);
    CHECK(join_of(w, laptop).state != "refused");
    w.run(3min);
    REQUIRE(post(w, laptop, "here I am"));
    w.run(30s);
    CHECK(texts(w, minh) == Texts{"here I am"});
}

TEST_CASE("crashes at any moment of adding a device leave what can go on") {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        CAPTURE(seed);
        World w(seed * 77);
        w.add("Asha Wanjiru", "KE");
        REQUIRE(w[asha].node().found_network("Practice network", w.now()).ok());
        w.run(5s);
        const auto ticket = ticket_of(w, asha);
        w.add_device(ticket.text);
        const std::size_t laptop = 1;
        bool approved = false;
        for (int step = 0; step < 40 && w[laptop].node().status(w.now()).network.empty(); ++step) {
            w.run(Duration{static_cast<std::int64_t>(w.random.below(3000))});
            const std::size_t victim = w.random.below(2);
            w[victim].crash();
            w[victim].start();
            w.run(Duration{static_cast<std::int64_t>(w.random.below(5000))});
            if (!approved && now_of(w, asha, ticket).state == "asked")
                approved = w[asha].node().approve_device("", w.now()).ok();
        }
        w.run(1min);
        if (!approved && now_of(w, asha, ticket).state == "asked")
            REQUIRE(w[asha].node().approve_device("", w.now()).ok());
        w.run(1min);
        CHECK(w[laptop].node().status(w.now()).network == "Practice network");
        CHECK(w[asha].node().devices(w.now())->size() == 2);
        CHECK(w[laptop].node().devices(w.now())->size() == 2);
    }
}

TEST_CASE("a member has so many devices and no more, the revoked counted") {
    World w(13);
    w.add("Asha Wanjiru", "KE");
    REQUIRE(w[asha].node().found_network("Practice network", w.now()).ok());
    w.run(5s);
    const auto add_one = [&] {
        const auto ticket = ticket_of(w, asha);
        w.add_device(ticket.text);
        w.run(5s);
        REQUIRE(w[asha].node().approve_device("", w.now()).ok());
        w.run(5s);
        const std::size_t last = w.size() - 1;
        REQUIRE(join_of(w, last).state == "joined");
        w[last].stop();
    };
    while (w[asha].node().devices(w.now())->size() < limits::member_devices_max) add_one();
    CHECK(exit_of(w[asha].node().add_device("", 1h, w.now())) == node::service::Exit::failed);
    const auto last = w[asha].node().devices(w.now())->back().id.text();
    REQUIRE(w[asha].node().revoke_device(last, "", {}, w.now()).ok());
    CHECK(exit_of(w[asha].node().add_device("", 1h, w.now())) == node::service::Exit::failed);
    CHECK(w[asha].node().devices(w.now())->size() == limits::member_devices_max);
}

TEST_CASE("so many tickets for devices are open at a time and no more") {
    World w(14);
    w.add("Asha Wanjiru", "KE");
    REQUIRE(w[asha].node().found_network("Practice network", w.now()).ok());
    for (std::size_t i = 0; i < node::service::device_tickets_max; ++i) (void)ticket_of(w, asha);
    CHECK_FALSE(w[asha].node().add_device("", 1h, w.now()).ok());
    w.run(1h + 1min);
    CHECK(w[asha].node().add_device("", 1h, w.now()).ok());
}

TEST_CASE("one's devices have the names that their owner gives them, and nobody else learns those") {
    const auto world = two_people(15);
    World& w = *world;
    const std::size_t laptop = add_device(w, asha, "field laptop");
    CHECK(device_named(w, asha, "field laptop").connected);
    CHECK(device_named(w, laptop, "field laptop").this_one);
    const auto all = w[asha].node().devices(w.now()).value();
    REQUIRE(w[asha].node().rename_device(all.front().id.text(), "office", w.now()).ok());
    CHECK(device_named(w, asha, "office").this_one);
    CHECK(device_named(w, asha, "office").identity);
    const std::size_t third = add_device(w, asha);
    CHECK(device_named(w, third, "office").state == "active");
    CHECK(device_named(w, third, "field laptop").state == "active");
    w[laptop].stop();
    w.run(1min);
    CHECK_FALSE(device_named(w, asha, "field laptop").connected);
    CHECK(device_named(w, asha, "field laptop").seen.has_value());
    w[asha].crash();
    w[asha].start();
    CHECK(device_named(w, asha, "office").this_one);
    CHECK(device_named(w, asha, "field laptop").seen.has_value());
}
