// The simulated network keeps what transport.h says, so that a simulation proves something about the real
// one.
#include "tests/support/memory_network.h"

#include <doctest/doctest.h>

using namespace liaise;
using namespace liaise::node::transport;
using liaise::test::MemoryNetwork;

namespace {

constexpr Time start{Duration{1'000'000'000'000}};

struct Everyone final : AdmissionPolicy {
    std::set<DhPublicKey> refused;
    Admission decide(const DhPublicKey& key) override {
        return refused.count(key) ? Admission::refuse : Admission::member;
    }
};

struct Notes final : LinkHandler {
    std::map<LinkId, bool> up;
    std::vector<Bytes> frames;
    std::vector<DialFailure> failures;
    std::size_t rooms = 0;

    void link_up(LinkId link, const LinkInfo&) override { CHECK(up.emplace(link, true).second); }
    void frame(LinkId link, BytesView bytes) override {
        CHECK(up.at(link));
        frames.push_back(to_bytes(bytes));
    }
    void room(LinkId) override { ++rooms; }
    void link_down(LinkId link, LinkEnd) override { CHECK(std::exchange(up.at(link), false)); }
    void dial_failed(const DhPublicKey&, Lane, DialFailure why, Duration) override {
        failures.push_back(why);
    }
    std::optional<LinkId> link() const {
        for (const auto& [id, is_up] : up)
            if (is_up) return id;
        return std::nullopt;
    }
};

struct World {
    explicit World(std::uint64_t seed) : network(seed, start) {
        address = *listener->listen(*Address::parse("10.0.0.1:0"));
    }
    void dial() { REQUIRE(dialler->dial({{address}, listener_key, std::nullopt}).ok()); }
    void run(int seconds) { network.advance(network.now() + std::chrono::seconds{seconds}); }

    MemoryNetwork network;
    DhPublicKey listener_key{{1}}, dialler_key{{2}};
    Everyone policy;
    Notes at_listener, at_dialler;
    std::unique_ptr<Transport> listener = network.join(listener_key, policy, at_listener);
    std::unique_ptr<Transport> dialler = network.join(dialler_key, policy, at_dialler);
    Address address{};
};

}  // namespace

TEST_CASE("simulated frames arrive in order, whatever the seed, and room follows exhaustion") {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        CAPTURE(seed);
        World world(seed);
        world.dial();
        world.run(1);
        REQUIRE(world.at_dialler.link().has_value());
        CHECK(world.at_listener.up.empty());  // it hears with the first frame
        std::size_t taken = 0;
        while (world.dialler->send(*world.at_dialler.link(), Bytes{static_cast<std::uint8_t>(taken)}).ok())
            ++taken;
        CHECK(taken == 17);
        world.run(2);
        REQUIRE(world.at_listener.frames.size() == taken);
        for (std::size_t i = 0; i < taken; ++i)
            CHECK(world.at_listener.frames[i] == Bytes{static_cast<std::uint8_t>(i)});
        CHECK(world.at_dialler.rooms == 1);
    }
}

TEST_CASE("simulated links end on both sides: closed, cut, crashed, parted; and are dialled again") {
    World world(7);
    const auto connected = [&] {
        world.run(200);
        REQUIRE(world.at_dialler.link().has_value());
        REQUIRE(world.dialler->send(*world.at_dialler.link(), Bytes{1}).ok());
        world.run(1);
        return world.at_listener.link().has_value();
    };
    world.dial();
    REQUIRE(connected());
    world.listener->close(*world.at_listener.link());
    world.network.advance(world.network.now() + Duration{100});
    CHECK_FALSE(world.at_listener.link().has_value());
    CHECK_FALSE(world.at_dialler.link().has_value());
    REQUIRE(connected());
    world.network.cut_all();
    world.network.advance(world.network.now() + Duration{100});
    CHECK_FALSE(world.at_dialler.link().has_value());
    REQUIRE(connected());
    world.network.part({world.dialler_key});
    world.run(59);
    CHECK(world.at_dialler.link().has_value());
    world.run(2);
    CHECK_FALSE(world.at_dialler.link().has_value());
    world.run(10);
    CHECK(world.at_dialler.failures.back() == DialFailure::unreachable);
    world.network.heal();
    REQUIRE(connected());
    world.listener.reset();  // a crash
    world.run(1);
    CHECK_FALSE(world.at_dialler.link().has_value());
    world.listener = world.network.join(world.listener_key, world.policy, world.at_listener);
    world.at_listener.up.clear();
    REQUIRE(world.listener->listen(world.address).ok());
    REQUIRE(connected());
}

TEST_CASE("simulated admission refuses, and knows a wrong key") {
    World world(3);
    world.policy.refused.insert(world.dialler_key);
    world.dial();
    world.run(5);
    REQUIRE_FALSE(world.at_dialler.failures.empty());
    CHECK(world.at_dialler.failures.back() == DialFailure::refused);
    world.dialler->stop_dialling(world.listener_key, Lane::member);
    REQUIRE(world.dialler->dial({{world.address}, DhPublicKey{{9}}, std::nullopt}).ok());
    world.run(5);
    CHECK(world.at_dialler.failures.back() == DialFailure::handshake_failed);
}

TEST_CASE("the same seed gives the same run") {
    const auto run = [](std::uint64_t seed) {
        World world(seed);
        world.dial();
        std::vector<std::int64_t> times;
        for (int i = 0; i < 20; ++i) {
            const auto next = world.network.deadline();
            if (!next) break;
            world.network.advance(*next);
            times.push_back(to_milliseconds(*next));
            if (const auto link = world.at_dialler.link())
                static_cast<void>(world.dialler->send(*link, Bytes{1}));
        }
        return times;
    };
    CHECK(run(11) == run(11));
    CHECK(run(11) != run(12));
}
