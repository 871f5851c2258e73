// Links between honest devices: frames, ends, dialling, addresses.
#include "tests/system/transport/world.h"

using namespace liaise;
using namespace liaise::node::transport;
using namespace liaise::node::transport::test;

namespace {

Bytes frame_of(std::string_view text) {
    return to_bytes(bytes_of(text));
}

}  // namespace

TEST_CASE("frames travel both ways, whole and in order") {
    World world;
    Pair pair(world);
    for (int i = 0; i < 10; ++i)
        REQUIRE(pair.listener.transport.send(pair.inbound, frame_of(std::to_string(i))).ok());
    REQUIRE(world.until([&] { return pair.dialler.notes.frame_count() == 10; }));
    for (int i = 0; i < 10; ++i)
        CHECK(text_of(pair.dialler.notes.at(pair.dialled).frames[static_cast<std::size_t>(i)]) ==
              std::to_string(i));
}

TEST_CASE("class 17: frames of one byte and of the limit pass; empty ones and larger ones are not taken") {
    World world;
    Pair pair(world);
    for (const std::size_t size : {std::size_t{1}, limits::frame_bytes_max - 1, limits::frame_bytes_max}) {
        REQUIRE(pair.dialler.transport.send(pair.dialled, Bytes(size, 7)).ok());
        REQUIRE(pair.listener.transport.send(pair.inbound, Bytes(size, 8)).ok());
        REQUIRE(world.until([&] {
            return pair.listener.notes.at(pair.inbound).frames.back() == Bytes(size, 7) &&
                   pair.dialler.notes.frame_count() > 0 &&
                   pair.dialler.notes.at(pair.dialled).frames.back() == Bytes(size, 8);
        }));
    }
    for (auto [transport, link] : {std::pair{&pair.dialler.transport, pair.dialled},
                                   std::pair{&pair.listener.transport, pair.inbound}}) {
        CHECK(transport->send(link, Bytes(limits::frame_bytes_max + 1)).error().code == ErrorCode::too_large);
        CHECK(transport->send(link, Bytes()).error().code == ErrorCode::malformed);
    }
    CHECK(pair.listener.notes.up_count() == 1);
}

TEST_CASE("closing an inbound link ends it on both sides, and the target is dialled again") {
    World world;
    Pair pair(world);
    pair.listener.transport.close(pair.inbound);
    CHECK_FALSE(pair.listener.notes.at(pair.inbound).end.has_value());  // told from the loop, not from within
    CHECK(pair.listener.transport.send(pair.inbound, frame_of("late")).error().code == ErrorCode::not_known);
    REQUIRE(world.until([&] { return pair.dialler.notes.at(pair.dialled).end.has_value(); }));
    CHECK(pair.listener.notes.at(pair.inbound).end == LinkEnd::closed_by_us);
    CHECK(pair.dialler.notes.at(pair.dialled).end == LinkEnd::peer_gone);
    REQUIRE(world.until([&] { return pair.dialler.notes.only_up().has_value(); }));
    CHECK(*pair.dialler.notes.only_up() != pair.dialled);
}

TEST_CASE("closing a dialled link ends it on both sides; once dialling is stopped it stays ended") {
    World world;
    Pair pair(world);
    pair.dialler.transport.stop_dialling(pair.listener.key(), Lane::member);
    REQUIRE(pair.dialler.transport.send(pair.dialled, frame_of("still up")).ok());
    REQUIRE(world.until([&] { return pair.listener.notes.got("still up"); }));
    pair.dialler.transport.close(pair.dialled);
    REQUIRE(world.until([&] { return pair.listener.notes.at(pair.inbound).end.has_value(); }));
    CHECK(pair.listener.notes.at(pair.inbound).end == LinkEnd::peer_gone);
    CHECK(pair.dialler.notes.at(pair.dialled).end == LinkEnd::closed_by_us);
    CHECK(pair.dialler.transport.counters().targets == 0);
    world.run_for(Duration{300});
    CHECK(pair.dialler.notes.links.size() == 1);
}

TEST_CASE("a handler may close links, stop dialling and dial from within its calls") {
    World world;
    Pair pair(world);
    pair.listener.notes.on_frame = [&](LinkId link, BytesView) { pair.listener.transport.close(link); };
    pair.dialler.notes.on_frame = [&](LinkId link, BytesView) {
        pair.dialler.transport.stop_dialling(pair.listener.key(), Lane::member);
        pair.dialler.transport.close(link);
    };
    REQUIRE(pair.listener.transport.send(pair.inbound, frame_of("go")).ok());
    REQUIRE(world.until([&] { return pair.dialler.notes.at(pair.dialled).end.has_value(); }));
    pair.dialler.notes.on_frame = nullptr;
    REQUIRE(pair.dialler.transport.dial(pair.listener.target(pair.address)).ok());
    REQUIRE(world.until([&] { return pair.dialler.notes.only_up().has_value(); }));
    const LinkId second = *pair.dialler.notes.only_up();
    REQUIRE(pair.dialler.transport.send(second, frame_of("close me")).ok());
    CHECK(world.until([&] { return pair.dialler.notes.at(second).end.has_value(); }));
}

TEST_CASE("1.5: a listener that restarts is found again") {
    World world;
    auto listener = std::make_unique<Party>(world);
    Party dialler(world);
    const crypto::DhKey key = listener->own_key;
    listener->admit(dialler);
    const Address address = listener->listen();
    REQUIRE(dialler.transport.dial(listener->target(address)).ok());
    REQUIRE(world.until([&] { return dialler.notes.only_up().has_value(); }));
    const LinkId first = *dialler.notes.only_up();
    listener.reset();
    REQUIRE(world.until([&] { return dialler.notes.at(first).end.has_value(); }));
    CHECK(dialler.notes.at(first).end == LinkEnd::peer_gone);
    REQUIRE(world.until([&] { return dialler.notes.failures.size() >= 2; }));
    CHECK(dialler.notes.failures.back() == DialFailure::unreachable);

    Guests policy;
    Notes notes;
    policy.members.insert(dialler.key());
    ZmqTransport again(world.loop(), key, policy, world.random, notes, quick_settings());
    REQUIRE(again.listen(address).ok());
    REQUIRE(world.until([&] { return dialler.notes.only_up().has_value(); }));
    REQUIRE(dialler.transport.send(*dialler.notes.only_up(), frame_of("hello again")).ok());
    CHECK(world.until([&] { return notes.got("hello again"); }));
}

TEST_CASE("a port in use, an address of another machine and a name are refused with their reasons") {
    World world;
    Party one(world), two(world);
    const Address taken = one.listen();
    const auto in_use = two.transport.listen(taken);
    REQUIRE_FALSE(in_use.ok());
    CHECK(in_use.error().code == ErrorCode::unavailable);
    CHECK(std::string(in_use.error().phrase) == "port is in use by another program");
    const auto elsewhere = two.transport.listen(*Address::parse("192.0.2.1:0"));
    REQUIRE_FALSE(elsewhere.ok());
    CHECK(std::string(elsewhere.error().phrase) == "address is not one of this machine");
    CHECK(two.transport.listen(*Address::parse("localhost:0")).error().code == ErrorCode::malformed);
    CHECK(two.transport.listen(*Address::parse("127.0.0.1:0")).ok());  // no harm done
}

TEST_CASE("one listener serves several addresses; a dialler finds the one that works, by name too") {
    World world;
    Party listener(world), dialler(world);
    listener.admit(dialler);
    const Address dead = listener.listen();
    listener.transport.stop_listening();
    Party second(world);
    second.admit(dialler);
    const Address first_address = second.listen();
    const Address other_address = second.listen();
    CHECK(first_address.port != other_address.port);
    const Address by_name{Address::Kind::name, "localhost", other_address.port};
    REQUIRE(dialler.transport.dial({{dead, by_name}, second.key(), std::nullopt}).ok());
    REQUIRE(world.until([&] { return dialler.notes.only_up().has_value(); }));
    CHECK(dialler.notes.failures.empty());  // a round fails only after its last address
}

TEST_CASE("an IPv6 address can be listened on and dialled") {
    World world;
    Party listener(world), dialler(world);
    listener.admit(dialler);
    const auto address = listener.transport.listen(*Address::parse("[::1]:0"));
    if (!address) {
        MESSAGE("not run: no IPv6 here");
        return;
    }
    CHECK(address->kind == Address::Kind::ipv6);
    REQUIRE(dialler.transport.dial(listener.target(*address)).ok());
    CHECK(world.until([&] { return dialler.notes.only_up().has_value(); }));
}

TEST_CASE("an onion address is never looked up") {
    World world;
    Party dialler(world), other(world);
    const auto onion = *Address::parse("expyuzz4wqqyqhjn.onion:7000");
    REQUIRE(dialler.transport.dial(other.target(onion)).ok());
    REQUIRE(world.until([&] { return dialler.notes.failures.size() >= 2; }));
    CHECK(dialler.notes.failures[0] == DialFailure::unreachable);
}

TEST_CASE("targets are limited, and a target without addresses is none") {
    World world;
    TransportSettings settings = quick_settings();
    settings.backoff.least = settings.backoff.most = std::chrono::minutes{5};
    Party dialler(world, settings);
    const Address onion = *Address::parse("expyuzz4wqqyqhjn.onion:7000");  // fails without a socket
    CHECK(dialler.transport.dial({{}, dialler.key(), std::nullopt}).error().code == ErrorCode::malformed);
    const auto key = [&] { return world.random.draw<DhPublicKey>(); };
    CHECK(
        dialler.transport.dial({std::vector<Address>(limits::addresses_max + 1, onion), key(), std::nullopt})
            .error()
            .code == ErrorCode::too_large);
    const std::vector<Address> as_many_as_may_be(limits::addresses_max, onion);
    for (std::size_t i = 0; i < limits::dial_targets_max; ++i)
        REQUIRE(dialler.transport.dial({as_many_as_may_be, key(), std::nullopt}).ok());
    CHECK(dialler.transport.dial({{onion}, key(), std::nullopt}).error().code == ErrorCode::exhausted);
    CHECK(world.until([&] { return dialler.notes.failures.size() == limits::dial_targets_max; }));
}

TEST_CASE("1.6: a bulk of frames flows to its end both ways, driven by room alone") {
    // Once it stalled for good: the call that says whether a message waits had also taken in the news of
    // room.
    World world;
    Pair pair(world);
    constexpr std::size_t frames = 20'000;
    struct Side {
        Party& party;
        LinkId link;
        std::size_t left = frames;
        void pump() {
            while (left > 0 && party.transport.send(link, Bytes(500, 1)).ok()) --left;
        }
    };
    std::array sides{Side{pair.listener, pair.inbound}, Side{pair.dialler, pair.dialled}};
    for (Side& side : sides) {
        side.party.notes.keep_frames = false;
        side.party.notes.on_room = [&side](LinkId) { side.pump(); };
    }
    for (Side& side : sides) side.pump();
    REQUIRE(world.until([&] {
        return pair.listener.notes.frame_count() == frames + 1 && pair.dialler.notes.frame_count() == frames;
    }));
    CHECK(sides[0].left + sides[1].left == 0);
}
