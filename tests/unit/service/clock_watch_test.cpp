#include "node/service/clock_watch.h"

#include <doctest/doctest.h>

using namespace liaise;
using node::service::ClockWatch;
using std::chrono::minutes;

namespace {

DeviceId device(std::uint8_t number) {
    DeviceId id;
    id.bytes[0] = number;
    return id;
}

ClockWatch watch_of(std::initializer_list<Duration> peers_ahead) {
    ClockWatch watch;
    std::uint8_t number = 0;
    for (const Duration ahead : peers_ahead) watch.met(device(++number), ahead);
    return watch;
}

bool off(std::initializer_list<Duration> peers_ahead) {
    return watch_of(peers_ahead).verdict().has_value();
}

}  // namespace

TEST_CASE("who has met nobody knows nothing") {
    CHECK_FALSE(off({}));
}

TEST_CASE("a difference is tolerated up to the limit, and told one millisecond beyond it") {
    constexpr Duration most = ClockWatch::tolerated;
    CHECK_FALSE(off({most - Duration{1}}));
    CHECK_FALSE(off({most}));
    CHECK_FALSE(off({-most}));
    CHECK(off({most + Duration{1}}));
    CHECK(off({-most - Duration{1}}));
}

TEST_CASE("half of the peers, or fewer, move nothing, however wrong they are") {
    CHECK_FALSE(off({minutes{0}, minutes{5'000'000}}));
    CHECK_FALSE(off({minutes{0}, minutes{-1}, minutes{5'000'000}, minutes{5'000'000}}));
    CHECK_FALSE(off({minutes{1}, minutes{-5'000}, minutes{5'000}}));
    CHECK(off({minutes{0}, minutes{60}, minutes{61}}));
}

TEST_CASE("the verdict says by how much, to which side, and how many peers say so") {
    const auto verdict =
        watch_of({minutes{-62}, minutes{2}, minutes{-61}, minutes{-60}, minutes{300}}).verdict();
    REQUIRE(verdict.has_value());
    CHECK(verdict->behind == minutes{-60});
    CHECK(verdict->agreeing == 3);
    CHECK(verdict->met == 5);
    CHECK(verdict->witness == device(4));
}

TEST_CASE("a device counts once, with its newest figure; a clock that was set starts anew") {
    ClockWatch watch = watch_of({minutes{60}});
    watch.met(device(1), minutes{0});
    CHECK_FALSE(watch.verdict().has_value());
    watch.met(device(1), minutes{60});
    watch.clear();
    CHECK_FALSE(watch.verdict().has_value());
}
