// Who gets in: reliability tests 1.2, and attack class 7 (a key that is not admitted, ZAP handler gone,
// forged User-Id).
#include "node/transport/self_test.h"
#include "tests/system/transport/world.h"

using namespace liaise;
using namespace liaise::node::transport;
using namespace liaise::node::transport::test;

TEST_CASE("1.2: an unknown key is refused, and gets in by redialling once it is admitted") {
    World world;
    Party listener(world), dialler(world);
    const Address address = listener.listen();
    REQUIRE(dialler.transport.dial(listener.target(address)).ok());
    REQUIRE(world.until([&] { return dialler.notes.failures.size() >= 2; }));
    CHECK(dialler.notes.failures[0] == DialFailure::refused);
    CHECK(dialler.notes.links.empty());
    CHECK(listener.notes.links.empty());
    CHECK(listener.transport.counters().refused >= 2);
    CHECK(listener.transport.counters().admitted == 0);

    listener.admit(dialler);
    REQUIRE(world.until([&] { return dialler.notes.only_up().has_value(); }));
    CHECK(dialler.transport.send(*dialler.notes.only_up(), to_bytes(bytes_of("hello"))).ok());
    REQUIRE(world.until([&] { return listener.notes.got("hello"); }));
    const Notes::Link& inbound = listener.notes.at(*listener.notes.only_up());
    CHECK(inbound.info.peer == dialler.key());
    CHECK(inbound.info.lane == Lane::member);
    CHECK_FALSE(inbound.info.dialled);
}

TEST_CASE("1.2: with the ZAP handler gone everyone is refused, even a key that it would admit") {
    World world;
    ZmqContext context;
    Guests policy;
    Notes notes, dialler_notes;
    LinkIds ids;
    const auto server_key = crypto::DhKey::draw(world.random);
    const auto client_key = crypto::DhKey::draw(world.random);
    policy.members.insert(client_key.public_key());
    TransportSettings settings = quick_settings();
    settings.times.handshake = Duration{300};  // nobody answers, so this is how each attempt ends
    auto admission = std::make_unique<ZapHandler>(world.loop().port, context, policy);
    Listener listener(world.loop(), context, *admission, server_key, settings.times, ids, notes);
    const Address address = *listener.listen(*Address::parse("127.0.0.1:0"));
    admission.reset();

    ZmqContext elsewhere;
    Dialer dialler(world.loop(), elsewhere, client_key, settings.times, settings.backoff, world.random, ids,
                   dialler_notes);
    REQUIRE(dialler.dial({{address}, server_key.public_key(), std::nullopt}).ok());
    REQUIRE(world.until([&] { return dialler_notes.failures.size() >= 3; }));
    CHECK(dialler_notes.links.empty());
    CHECK(notes.links.empty());
    CHECK(policy.asked == 0);
}

TEST_CASE("1.2: a listener without a ZAP domain or without its enforcement is never made") {
    World world;
    ZmqContext context;
    ZmqSocket router(context, ZMQ_ROUTER);
    set_up_listener(router, crypto::DhKey::draw(world.random), SocketTimes{});
    check_fails_closed(router);  // stops the process otherwise
    CHECK(router.get_text(ZMQ_ZAP_DOMAIN) == zap_domain);
    CHECK(router.get(ZMQ_MECHANISM) == ZMQ_CURVE);
}

TEST_CASE("1.2, class 7: a User-Id that the peer claims in its metadata is ignored") {
    constexpr int metadata = 95;  // ZMQ_METADATA
    World world;
    Party listener(world), victim(world);
    const Address address = listener.listen();
    listener.admit(victim);
    RawDealer attacker(world, listener.key());
    listener.policy.members.insert(attacker.key());
    attacker.socket().set_bytes(metadata, bytes_of("X-User-Id:" + user_id_of({Lane::member, victim.key()})));
    attacker.connect(address);
    REQUIRE(world.until([&] { return attacker.send({"I am the victim"}); }));
    REQUIRE(world.until([&] { return listener.notes.got("I am the victim"); }));
    CHECK(listener.notes.at(*listener.notes.only_up()).info.peer == attacker.key());
}

TEST_CASE("1.2: a wrong server key is told apart from a refusal, and nothing is sent to whoever answers") {
    World world;
    Party listener(world), other(world), dialler(world);
    const Address address = listener.listen();
    listener.admit(dialler);
    REQUIRE(dialler.transport.dial(other.target(address)).ok());
    REQUIRE(world.until([&] { return dialler.notes.failures.size() >= 2; }));
    CHECK(dialler.notes.failures[0] == DialFailure::handshake_failed);
    CHECK(dialler.notes.links.empty());
    CHECK(listener.policy.asked == 0);
}

TEST_CASE("a key that is revoked after its handshake and before its first frame gets no link") {
    World world;
    Party listener(world), dialler(world);
    const Address address = listener.listen();
    listener.admit(dialler);
    REQUIRE(dialler.transport.dial(listener.target(address)).ok());
    REQUIRE(world.until([&] { return dialler.notes.only_up().has_value(); }));
    const LinkId link = *dialler.notes.only_up();
    listener.policy.members.clear();
    REQUIRE(dialler.transport.send(link, to_bytes(bytes_of("late"))).ok());
    REQUIRE(world.until([&] { return dialler.notes.at(link).end.has_value(); }));
    CHECK(listener.notes.links.empty());
}

TEST_CASE("the self-test passes where strangers are refused, and listening goes on") {
    World world;
    Party listener(world), dialler(world);
    const Address address = listener.listen();
    listener.admit(dialler);
    CHECK(listener.transport.prove_closed(address).wait(world.io.waitScope).ok());
    CHECK(listener.notes.links.empty());
    REQUIRE(dialler.transport.dial(listener.target(address)).ok());
    CHECK(world.until([&] { return dialler.notes.only_up().has_value(); }));
}

// libzmq's thread once waited for ever to tell of a connection whose monitor had just been closed, and with
// it every connection of the node.
TEST_CASE("attempts that are given up at any moment leave libzmq's thread free to serve others") {
    World world;
    Party listener(world), dialler(world);
    const Address address = listener.listen();
    listener.admit(dialler);
    for (int round = 0; round < 100; ++round)
        REQUIRE(listener.transport.prove_closed(address).wait(world.io.waitScope).ok());
    for (int round = 0; round < 300; ++round) {
        REQUIRE(dialler.transport.dial(listener.target(address)).ok());
        for (int turns = round % 30; turns > 0; --turns) kj::evalLast([] {}).wait(world.io.waitScope);
        dialler.transport.stop_dialling(listener.key(), Lane::member);
        if (const auto link = dialler.notes.only_up()) dialler.transport.close(*link);
    }
    REQUIRE(listener.transport.prove_closed(address).wait(world.io.waitScope).ok());
    REQUIRE(dialler.transport.dial(listener.target(address)).ok());
    CHECK(world.until([&] { return dialler.notes.only_up().has_value(); }));
}

TEST_CASE("the self-test fails where strangers are let in, and listening stops") {
    struct EveryoneMayCome final : AdmissionPolicy {
        Admission decide(const DhPublicKey&) override { return Admission::member; }
    } policy;
    World world;
    const auto key = crypto::DhKey::draw(world.random);
    Notes notes;
    ZmqTransport transport(world.loop(), key, policy, world.random, notes, quick_settings());
    const Address address = *transport.listen(*Address::parse("127.0.0.1:0"));
    const auto proof = transport.prove_closed(address).wait(world.io.waitScope);
    REQUIRE_FALSE(proof.ok());
    CHECK(proof.error().code == ErrorCode::not_authentic);
    CHECK(transport.listen(address).error().code == ErrorCode::not_permitted);

    Party dialler(world);
    REQUIRE(dialler.transport.dial({{address}, key.public_key(), std::nullopt}).ok());
    // The first attempt may still find the port closing.
    REQUIRE(world.until([&] {
        return !dialler.notes.failures.empty() && dialler.notes.failures.back() == DialFailure::unreachable;
    }));
    CHECK(dialler.notes.links.empty());
}

TEST_CASE("the self-test fails where a client without CURVE is let in") {
    World world;
    ZmqContext context;
    ZmqSocket open(context, ZMQ_ROUTER);
    REQUIRE(open.bind("tcp://127.0.0.1:*") == 0);
    const Address address = *Address::parse(open.get_text(ZMQ_LAST_ENDPOINT).substr(6));
    const auto key = crypto::DhKey::draw(world.random);
    const auto proof = self_test(world.loop(), context, address, key.public_key(), quick_settings().times,
                                 Duration{5000}, world.random)
                           .wait(world.io.waitScope);
    REQUIRE_FALSE(proof.ok());
}

TEST_CASE("the self-test fails within its time where nobody answers") {
    World world;
    ZmqContext context;
    ZmqSocket raw(context, ZMQ_STREAM);  // accepts, and says nothing
    REQUIRE(raw.bind("tcp://127.0.0.1:*") == 0);
    const Address address = *Address::parse(raw.get_text(ZMQ_LAST_ENDPOINT).substr(6));
    const auto key = crypto::DhKey::draw(world.random);
    const auto proof = self_test(world.loop(), context, address, key.public_key(), SocketTimes{},
                                 Duration{300}, world.random)
                           .wait(world.io.waitScope);
    REQUIRE_FALSE(proof.ok());
    CHECK(proof.error().code == ErrorCode::unavailable);
}

TEST_CASE("a guest key enters the guest lane, and only that") {
    World world;
    Party listener(world), newcomer(world);
    const Address address = listener.listen();
    const auto guest_key = crypto::DhKey::draw(world.random);
    listener.policy.guests.insert(guest_key.public_key());
    REQUIRE(newcomer.transport.dial({{address}, listener.key(), guest_key}).ok());
    REQUIRE(world.until([&] { return newcomer.notes.only_up().has_value(); }));
    const LinkId link = *newcomer.notes.only_up();
    CHECK(newcomer.notes.at(link).info.lane == Lane::guest);
    CHECK(newcomer.transport.send(link, Bytes(limits::guest_frame_bytes_max + 1, 1)).error().code ==
          ErrorCode::too_large);
    REQUIRE(newcomer.transport.send(link, Bytes(limits::guest_frame_bytes_max, 1)).ok());
    REQUIRE(world.until([&] { return listener.notes.frame_count() == 1; }));
    const LinkId inbound = *listener.notes.only_up();
    CHECK(listener.notes.at(inbound).info.lane == Lane::guest);
    CHECK(listener.notes.at(inbound).info.peer == guest_key.public_key());
    // An answer may be large: it brings what a member needs to begin.
    REQUIRE(listener.transport.send(inbound, Bytes(limits::frame_bytes_max, 2)).ok());
    CHECK(world.until([&] { return newcomer.notes.frame_count() == 1; }));
}
