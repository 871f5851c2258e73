// What strangers and poor lines can cost us: reliability 1.4 (before authentication), 1.5 (silence, slow
// readers, reconnection), attack class 23.
#include <fcntl.h>
#include <sys/resource.h>

#include "tests/system/transport/line.h"

using namespace liaise;
using namespace liaise::node::transport;
using namespace liaise::node::transport::test;

namespace {

void check_alive(World& world, Pair& pair, std::string_view word) {
    REQUIRE(pair.dialler.transport.send(pair.dialled, to_bytes(bytes_of(word))).ok());
    REQUIRE(world.until([&] { return pair.listener.notes.got(word); }));
}

// Until the dialler of a new pair is no longer able to open anything.
class NoDescriptors {
  public:
    NoDescriptors() {
        REQUIRE(getrlimit(RLIMIT_NOFILE, &before_) == 0);
        const int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
        REQUIRE(next >= 0);
        close(next);
        rlimit none = before_;
        none.rlim_cur = static_cast<rlim_t>(next);
        REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
    }
    ~NoDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

  private:
    rlimit before_{};
};

}  // namespace

TEST_CASE("1.4: garbage and other protocols on the port are cut off, and disturb nobody") {
    World world;
    Pair pair(world);
    std::vector<RawTcp> strangers;
    const auto say = [&](Bytes bytes) {
        strangers.emplace_back(pair.address);
        static_cast<void>(strangers.back().send(bytes));
    };
    say(to_bytes(bytes_of("GET / HTTP/1.1\r\nHost: x\r\n\r\n")));
    say(zmtp_greeting("NULL"));
    say(zmtp_greeting("PLAIN"));
    Bytes noise(100'000);
    world.random.fill(noise);
    say(noise);
    Bytes after_greeting = zmtp_greeting("CURVE");
    append(after_greeting, BytesView(noise).first(5000));
    say(after_greeting);
    REQUIRE(world.until([&] {
        return std::all_of(strangers.begin(), strangers.end(),
                           [](RawTcp& stranger) { return stranger.closed(); });
    }));
    CHECK(pair.listener.notes.links.size() == 1);
    // libzmq tells of it after it cut them off.
    CHECK(world.until([&] { return pair.listener.transport.counters().handshakes_failed > 0; }));
    check_alive(world, pair, "still here");
}

TEST_CASE("1.4, class 17: a length of 4 GiB or 2^63 before authentication reserves nothing and is cut off") {
    World world;
    Pair pair(world);
    std::vector<RawTcp> strangers;
    for (const std::uint64_t length :
         {std::uint64_t{wire_bytes_max} + 1, std::uint64_t{1} << 32, (std::uint64_t{1} << 63) - 1,
          std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
        Bytes bytes = zmtp_greeting("CURVE");
        bytes.push_back(0x06);  // a long command
        for (int shift = 56; shift >= 0; shift -= 8)
            bytes.push_back(static_cast<std::uint8_t>(length >> shift));
        append(bytes, bytes_of("\x05HELLO"));
        strangers.emplace_back(pair.address);
        static_cast<void>(strangers.back().send(bytes));
    }
    REQUIRE(world.until([&] {
        return std::all_of(strangers.begin(), strangers.end(),
                           [](RawTcp& stranger) { return stranger.closed(); });
    }));
    check_alive(world, pair, "still here");
}

TEST_CASE("1.4, class 23: 500 handshakes that are never finished cost little and end with their time") {
    World world;
    Pair pair(world);
    const std::size_t before = resident_kib();
    std::vector<RawTcp> strangers;
    for (int i = 0; i < 500; ++i) {
        strangers.emplace_back(pair.address);
        if (i % 2 == 0) REQUIRE(strangers.back().send(zmtp_greeting("CURVE")));
    }
    check_alive(world, pair, "while they wait");
    CHECK(resident_kib() < before + 64 * 1024);
    REQUIRE(world.until([&] {
        return std::all_of(strangers.begin(), strangers.end(),
                           [](RawTcp& stranger) { return stranger.closed(); });
    }));
    CHECK(pair.listener.notes.links.size() == 1);
    check_alive(world, pair, "and after");
}

TEST_CASE("1.5, class 23: to a peer that does not read we stop sending; when it reads again, room is told") {
    World world;
    Party listener(world);
    const Address address = listener.listen();
    RawDealer slow(world, listener.key());
    listener.policy.members.insert(slow.key());
    slow.socket().set(ZMQ_RCVHWM, 2);
    slow.socket().set(ZMQ_RCVBUF, 64 * 1024);
    slow.connect(address);
    REQUIRE(world.until([&] { return slow.send({"begin"}); }));
    REQUIRE(world.until([&] { return listener.notes.only_up().has_value(); }));
    const LinkId link = *listener.notes.only_up();
    std::size_t taken = 0;
    REQUIRE(world.until([&] {
        Bytes frame(limits::frame_bytes_max, static_cast<std::uint8_t>(taken));
        const auto sent = listener.transport.send(link, std::move(frame));
        taken += sent.ok();
        if (sent.ok()) return false;
        CHECK(sent.error().code == ErrorCode::exhausted);
        CHECK(frame.size() == limits::frame_bytes_max);  // stayed with us
        return true;
    }));
    CHECK(taken >= static_cast<std::size_t>(frames_queued_max));
    CHECK(taken * limits::frame_bytes_max < 64 * 1024 * 1024);  // our queue, the kernel's and theirs
    CHECK(listener.notes.at(link).rooms == 0);

    std::size_t got = 0;
    ZmqMessage frame;
    REQUIRE(world.until([&] {
        for (; slow.socket().receive(frame); ++got) CHECK(frame.view()[0] == static_cast<std::uint8_t>(got));
        return listener.notes.at(link).rooms == 1 && got == taken;
    }));
    CHECK(listener.transport.send(link, Bytes{9}).ok());
    CHECK(world.until([&] { return slow.socket().receive(frame); }));
}

TEST_CASE("1.5: the same towards a listener that does not read") {
    World world;
    ZmqContext context;
    ZmqSocket slow(context, ZMQ_ROUTER);
    const auto key = crypto::DhKey::draw(world.random);
    slow.set(ZMQ_CURVE_SERVER, 1);
    slow.set_bytes(ZMQ_CURVE_SECRETKEY, key.private_key().view());
    slow.set(ZMQ_RCVHWM, 2);
    slow.set(ZMQ_RCVBUF, 64 * 1024);
    REQUIRE(slow.bind("tcp://127.0.0.1:*") == 0);
    Party dialler(world);
    const Address address = *Address::parse(slow.get_text(ZMQ_LAST_ENDPOINT).substr(6));
    REQUIRE(dialler.transport.dial({{address}, key.public_key(), std::nullopt}).ok());
    REQUIRE(world.until([&] { return dialler.notes.only_up().has_value(); }));
    const LinkId link = *dialler.notes.only_up();
    std::size_t taken = 0;
    REQUIRE(world.until([&] {
        const bool ok = dialler.transport.send(link, Bytes(limits::frame_bytes_max)).ok();
        taken += ok;
        return !ok;
    }));
    CHECK(taken * limits::frame_bytes_max < 64 * 1024 * 1024);
    ZmqMessage frame;
    REQUIRE(world.until([&] {
        while (slow.receive(frame)) {
        }
        return dialler.notes.at(link).rooms == 1;
    }));
    CHECK(dialler.transport.send(link, Bytes{9}).ok());
}

TEST_CASE("1.5: a line that goes dead is noticed by both sides, by their heartbeats") {
    World world;
    TransportSettings settings = quick_settings();
    settings.times.silence = Duration{1000};
    Party listener(world, settings), dialler(world, settings);
    listener.admit(dialler);
    Line line(world, listener.listen());
    REQUIRE(dialler.transport.dial(listener.target(line.address())).ok());
    REQUIRE(world.until([&] { return dialler.notes.only_up().has_value(); }));
    const LinkId dialled = *dialler.notes.only_up();
    REQUIRE(dialler.transport.send(dialled, Bytes{1}).ok());
    REQUIRE(world.until([&] { return listener.notes.only_up().has_value(); }));
    const LinkId inbound = *listener.notes.only_up();
    world.run_for(Duration{1500});  // an idle line that lives stays up
    CHECK(listener.notes.up_count() == 1);
    CHECK(dialler.notes.up_count() == 1);
    line.go_dead();
    REQUIRE(world.until([&] {
        return listener.notes.at(inbound).end == LinkEnd::peer_gone &&
               dialler.notes.at(dialled).end.has_value();
    }));
    CHECK(dialler.notes.at(dialled).end == LinkEnd::peer_gone);
}

TEST_CASE("1.5: a line that is cut is noticed by both sides, and comes back by redialling") {
    World world;
    Party listener(world), dialler(world);
    listener.admit(dialler);
    Line line(world, listener.listen());
    REQUIRE(dialler.transport.dial(listener.target(line.address())).ok());
    for (int round = 1; round <= 5; ++round) {
        REQUIRE(world.until([&] { return dialler.notes.only_up().has_value(); }));
        const LinkId dialled = *dialler.notes.only_up();
        REQUIRE(dialler.transport.send(dialled, Bytes{1}).ok());
        REQUIRE(world.until([&] { return listener.notes.frame_count() == static_cast<std::size_t>(round); }));
        line.cut();
        REQUIRE(world.until([&] { return dialler.notes.at(dialled).end.has_value(); }));
        REQUIRE(world.until([&] { return listener.notes.up_count() == 0; }));
    }
    CHECK(listener.notes.links.size() == 5);
}

TEST_CASE("1.5: what was sent before an orderly end still arrives") {
    World world;
    for (int round = 0; round < 20; ++round) {
        Pair pair(world);
        pair.dialler.transport.stop_dialling(pair.listener.key(), Lane::member);
        for (int i = 0; i < 5; ++i) REQUIRE(pair.listener.transport.send(pair.inbound, Bytes{1}).ok());
        REQUIRE(world.until([&] { return pair.dialler.notes.frame_count() == 5; }));
        pair.listener.transport.close(pair.inbound);
        REQUIRE(world.until([&] { return pair.dialler.notes.at(pair.dialled).end.has_value(); }));
        CHECK(pair.dialler.notes.frame_count() == 5);
    }
}

TEST_CASE("1.5: a host that accepts and closes is dialled with growing pauses all the same") {
    World world;
    auto receiver = world.loop().network.parseAddress("127.0.0.1", 0).wait(world.io.waitScope)->listen();
    const Address address{Address::Kind::ipv4, "127.0.0.1", static_cast<std::uint16_t>(receiver->getPort())};
    std::function<kj::Promise<void>()> accept_and_close = [&] {
        return receiver->accept().then([&](kj::Own<kj::AsyncIoStream>&&) { return accept_and_close(); });
    };
    auto accepting = accept_and_close().eagerlyEvaluate(nullptr);
    Party dialler(world), other(world);
    REQUIRE(dialler.transport.dial(other.target(address)).ok());
    REQUIRE(world.until([&] { return dialler.notes.failures.size() >= 5; }));
    CHECK(dialler.notes.failures[0] == DialFailure::handshake_failed);
    const BackoffLimits limits = quick_settings().backoff;
    Duration pause = limits.least;
    for (std::size_t i = 0; i < 5; ++i, pause = std::min(pause * 2, limits.most)) {
        CHECK(dialler.notes.pauses[i] >= pause / 2);
        CHECK(dialler.notes.pauses[i] <= pause);
    }
}

TEST_CASE("class 23: when descriptors run out dialling fails softly, and works again when there are some") {
    World world;
    Pair pair(world);
    Party dialler(world);
    pair.listener.admit(dialler);
    {
        const NoDescriptors none;
        REQUIRE(dialler.transport.dial(pair.listener.target(pair.address)).ok());
        REQUIRE(world.until([&] { return dialler.notes.failures.size() >= 2; }));
        check_alive(world, pair, "without descriptors");
    }
    CHECK(world.until([&] { return dialler.notes.only_up().has_value(); }));
}
