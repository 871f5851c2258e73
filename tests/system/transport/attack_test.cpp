// What an admitted peer can do to us with libzmq in its hands: reliability 1.3 (routing ids), attack class 17
// (lengths, parts, empty frames), 1.6 (floods).
#include "protocol/crypto/hash.h"
#include "tests/system/transport/world.h"

using namespace liaise;
using namespace liaise::node::transport;
using namespace liaise::node::transport::test;

namespace {

// A listener with an honest member's link, and room for attackers.
struct Siege {
    World world;
    Pair honest{world};
    Party& listener = honest.listener;

    std::unique_ptr<RawDealer> attacker(std::string_view routing_id = {}, Lane lane = Lane::member) {
        auto made = std::make_unique<RawDealer>(world, listener.key(), routing_id);
        (lane == Lane::member ? listener.policy.members : listener.policy.guests).insert(made->key());
        made->connect(honest.address);
        return made;
    }
    // The link of an attacker that has sent "begin".
    LinkId link_of(RawDealer& attacker) {
        REQUIRE(world.until([&] { return attacker.send({"begin"}); }));
        REQUIRE(world.until([&] { return find(attacker).has_value(); }));
        return *find(attacker);
    }
    std::optional<LinkId> find(const RawDealer& attacker) const {
        for (const auto& [id, link] : honest.listener.notes.links)
            if (!link.end && link.info.peer == attacker.key()) return id;
        return std::nullopt;
    }
    bool disconnected(RawDealer& attacker) {
        while (const auto event = attacker.event())
            if (*event == ZMQ_EVENT_DISCONNECTED) return true;
        return false;
    }
    // The honest link still carries frames both ways.
    void check_honest() {
        static int round = 0;
        const std::string ping = "ping " + std::to_string(++round);
        REQUIRE(honest.dialler.transport.send(honest.dialled, to_bytes(bytes_of(ping))).ok());
        REQUIRE(world.until([&] { return listener.notes.got(ping); }));
        REQUIRE(listener.transport.send(honest.inbound, to_bytes(bytes_of(ping))).ok());
        REQUIRE(world.until([&] { return honest.dialler.notes.got(ping); }));
    }
};

}  // namespace

TEST_CASE("1.4, class 17: a message of several parts ends the link") {
    Siege siege;
    const auto attacker = siege.attacker();
    const LinkId link = siege.link_of(*attacker);
    REQUIRE(attacker->send({"one", "two"}));
    REQUIRE(siege.world.until([&] { return siege.listener.notes.at(link).end.has_value(); }));
    CHECK(siege.listener.notes.at(link).end == LinkEnd::rule_broken);
    CHECK(siege.listener.notes.at(link).frame_count == 1);
    CHECK(siege.world.until([&] { return siege.disconnected(*attacker); }));
    siege.check_honest();
}

TEST_CASE("1.4: as the first message it makes no link; a hundred thousand parts are worked off in turns") {
    Siege siege;
    const auto attacker = siege.attacker();
    std::vector<std::string> parts(100'000, "x");
    REQUIRE(siege.world.until([&] { return attacker->send({parts}); }));
    REQUIRE(siege.world.until([&] { return siege.listener.transport.counters().rules_broken == 1; }));
    CHECK(siege.world.until([&] { return siege.disconnected(*attacker); }));
    CHECK_FALSE(siege.find(*attacker).has_value());
    siege.check_honest();
}

TEST_CASE("class 17: an empty frame ends the link") {
    Siege siege;
    const auto attacker = siege.attacker();
    const LinkId link = siege.link_of(*attacker);
    REQUIRE(attacker->send({""}));
    REQUIRE(siege.world.until([&] { return siege.listener.notes.at(link).end.has_value(); }));
    CHECK(siege.listener.notes.at(link).end == LinkEnd::rule_broken);
    siege.check_honest();
}

TEST_CASE("class 17: a frame of the limit passes, one byte more ends the link") {
    Siege siege;
    const auto attacker = siege.attacker();
    const LinkId link = siege.link_of(*attacker);
    for (const std::size_t size : {limits::frame_bytes_max - 1, limits::frame_bytes_max})
        REQUIRE(attacker->send({std::string(size, 'a')}));
    REQUIRE(siege.world.until([&] { return siege.listener.notes.at(link).frame_count == 3; }));
    REQUIRE(attacker->send({std::string(limits::frame_bytes_max + 1, 'a')}));
    REQUIRE(siege.world.until([&] { return siege.listener.notes.at(link).end.has_value(); }));
    CHECK(siege.listener.notes.at(link).frame_count == 3);
    siege.check_honest();
}

TEST_CASE("1.5: a listener that sends too large a frame loses the link, and we dial again") {
    World world;
    ZmqContext context;
    ZmqSocket hostile(context, ZMQ_ROUTER);
    const auto key = crypto::DhKey::draw(world.random);
    hostile.set(ZMQ_CURVE_SERVER, 1);
    hostile.set_bytes(ZMQ_CURVE_SECRETKEY, key.private_key().view());
    REQUIRE(hostile.bind("tcp://127.0.0.1:*") == 0);
    const Address address = *Address::parse(hostile.get_text(ZMQ_LAST_ENDPOINT).substr(6));
    for (const bool parts : {false, true}) {
        Party dialler(world);
        REQUIRE(dialler.transport.dial({{address}, key.public_key(), std::nullopt}).ok());
        REQUIRE(world.until([&] { return dialler.notes.only_up().has_value(); }));
        const LinkId first = *dialler.notes.only_up();
        REQUIRE(dialler.transport.send(first, to_bytes(bytes_of("hello"))).ok());
        ZmqMessage routing_id, hello;
        REQUIRE(world.until([&] { return hostile.receive(routing_id); }));
        REQUIRE(hostile.receive(hello));
        REQUIRE(hostile.send_copy(routing_id.view(), true) == SendOutcome::sent);
        if (parts) REQUIRE(hostile.send_copy(bytes_of("one of two"), true) == SendOutcome::sent);
        REQUIRE(hostile.send_copy(Bytes(parts ? 3 : limits::frame_bytes_max + 1)) == SendOutcome::sent);
        REQUIRE(world.until([&] { return dialler.notes.at(first).end.has_value(); }));
        CHECK(dialler.notes.at(first).end == (parts ? LinkEnd::rule_broken : LinkEnd::peer_gone));
        CHECK(dialler.notes.frame_count() == 0);
        CHECK(world.until([&] { return dialler.notes.only_up().has_value(); }));
    }
}

TEST_CASE("1.3: a claimed routing id makes no link, and locks nobody out") {
    Siege siege;
    const auto first = siege.attacker("the same id");
    const auto second = siege.attacker("the same id");
    REQUIRE(siege.world.until([&] { return first->send({"I am first"}) && second->send({"I am second"}); }));
    REQUIRE(siege.world.until([&] { return siege.listener.transport.counters().rules_broken >= 1; }));
    CHECK_FALSE(siege.find(*first).has_value());
    CHECK_FALSE(siege.find(*second).has_value());
    siege.check_honest();
}

TEST_CASE("1.3: two devices that present the same name to libzmq, which is none, both live") {
    Siege siege;
    const auto first = siege.attacker();
    const auto second = siege.attacker();
    const LinkId one = siege.link_of(*first);
    const LinkId two = siege.link_of(*second);
    CHECK(one != two);
    REQUIRE(siege.listener.transport.send(one, to_bytes(bytes_of("for one"))).ok());
    REQUIRE(siege.listener.transport.send(two, to_bytes(bytes_of("for two"))).ok());
    ZmqMessage got_one, got_two;
    REQUIRE(siege.world.until([&] { return first->socket().receive(got_one); }));
    REQUIRE(siege.world.until([&] { return second->socket().receive(got_two); }));
    CHECK(text_of(got_one.view()) == "for one");
    CHECK(text_of(got_two.view()) == "for two");
}

TEST_CASE("the same device may have two links at once: the session above picks one") {
    World world;
    Party one(world), two(world);
    one.admit(two);
    two.admit(one);
    const Address at_one = one.listen(), at_two = two.listen();
    REQUIRE(one.transport.dial(two.target(at_two)).ok());
    REQUIRE(two.transport.dial(one.target(at_one)).ok());
    REQUIRE(world.until([&] { return one.notes.up_count() == 1 && two.notes.up_count() == 1; }));
    REQUIRE(one.transport.send(*one.notes.only_up(), to_bytes(bytes_of("from one"))).ok());
    REQUIRE(two.transport.send(*two.notes.only_up(), to_bytes(bytes_of("from two"))).ok());
    REQUIRE(world.until([&] { return one.notes.got("from two") && two.notes.got("from one"); }));
    CHECK(one.notes.up_count() == 2);
    CHECK(two.notes.up_count() == 2);
}

TEST_CASE("a guest's frame at its limit passes, one byte more ends the link") {
    Siege siege;
    const auto guest = siege.attacker({}, Lane::guest);
    const LinkId link = siege.link_of(*guest);
    CHECK(siege.listener.notes.at(link).info.lane == Lane::guest);
    REQUIRE(guest->send({std::string(limits::guest_frame_bytes_max, 'g')}));
    REQUIRE(siege.world.until([&] { return siege.listener.notes.at(link).frame_count == 2; }));
    REQUIRE(guest->send({std::string(limits::guest_frame_bytes_max + 1, 'g')}));
    REQUIRE(siege.world.until([&] { return siege.listener.notes.at(link).end.has_value(); }));
    CHECK(siege.listener.notes.at(link).end == LinkEnd::rule_broken);
    siege.check_honest();
}

TEST_CASE("a guest's frames are counted: the limit passes, one more ends the link") {
    Siege siege;
    const auto guest = siege.attacker({}, Lane::guest);
    const LinkId link = siege.link_of(*guest);
    for (std::size_t sent = 1; sent < limits::guest_frames_max; ++sent) REQUIRE(guest->send({"more"}));
    REQUIRE(siege.world.until(
        [&] { return siege.listener.notes.at(link).frame_count == limits::guest_frames_max; }));
    CHECK_FALSE(siege.listener.notes.at(link).end.has_value());
    REQUIRE(guest->send({"one too many"}));
    REQUIRE(siege.world.until([&] { return siege.listener.notes.at(link).end.has_value(); }));
    CHECK(siege.listener.notes.at(link).frame_count == limits::guest_frames_max);
}

TEST_CASE("guests are limited: the last place is given, the next guest gets none") {
    Siege siege;
    std::vector<std::unique_ptr<RawDealer>> guests;
    for (std::size_t i = 0; i < limits::guest_links_max; ++i) {
        guests.push_back(siege.attacker({}, Lane::guest));
        siege.link_of(*guests.back());
    }
    const auto one_too_many = siege.attacker({}, Lane::guest);
    REQUIRE(siege.world.until([&] { return one_too_many->send({"begin"}); }));
    REQUIRE(siege.world.until([&] { return siege.disconnected(*one_too_many); }));
    CHECK_FALSE(siege.find(*one_too_many).has_value());
    guests.pop_back();
    REQUIRE(siege.world.until([&] { return siege.listener.notes.up_count() == limits::guest_links_max; }));
    const auto next = siege.attacker({}, Lane::guest);
    siege.link_of(*next);
    siege.check_honest();
}

TEST_CASE("1.6: while a member floods us, everyone else on the loop has their turn") {
    Siege siege;
    const auto attacker = siege.attacker();
    siege.link_of(*attacker);
    siege.listener.notes.keep_frames = false;
    // The flood never ebbs, and each frame costs us more than it cost to send.
    const Bytes work(32 * 1024);
    siege.listener.notes.on_frame = [&](LinkId, BytesView) {
        static_cast<void>(crypto::blake2b({work}));
        static_cast<void>(attacker->send({"flood"}));
    };
    for (int i = 0; i < 2000; ++i) REQUIRE(attacker->send({"flood"}));
    REQUIRE(siege.world.until([&] { return siege.listener.notes.frame_count() > 5000; }));

    // Stands for the control socket: a byte through the kernel and back.
    auto pipe = siege.world.io.provider->newTwoWayPipe();
    std::size_t worst = 0, meanwhile = 0;
    for (int round = 0; round < 100'000 && meanwhile < 1000; ++round) {
        const std::size_t before = siege.listener.notes.frame_count();
        const char ping = 'p';
        char pong = 0;
        auto read = pipe.ends[1]->read(&pong, 1);  // first, so that only the loop can bring it
        pipe.ends[0]->write(&ping, 1).wait(siege.world.io.waitScope);
        read.wait(siege.world.io.waitScope);
        const std::size_t frames = siege.listener.notes.frame_count() - before;
        worst = std::max(worst, frames);
        meanwhile += frames;
    }
    CHECK(meanwhile >= 1000);  // the flood went on
    CHECK(worst <= 2 * busy_poll_interval * ZmqPump::messages_a_turn);
    siege.listener.notes.on_frame = nullptr;
}

TEST_CASE("1.6: a frame sent from anywhere on the loop never waits for other traffic") {
    World world;
    Pair pair(world);
    for (auto* notes : {&pair.listener.notes, &pair.dialler.notes}) notes->keep_frames = false;
    pair.listener.notes.on_frame = [&](LinkId link, BytesView) {
        CHECK(pair.listener.transport.send(link, Bytes{1}).ok());
    };
    for (std::size_t round = 1; round <= 1000; ++round) {
        REQUIRE(pair.dialler.transport.send(pair.dialled, Bytes{1}).ok());
        REQUIRE(world.until([&] { return pair.dialler.notes.at(pair.dialled).frame_count == round; }));
    }
}
