#include "node/transport/backoff.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "tests/support/seeded_random.h"

using namespace liaise;
using namespace liaise::node::transport;

namespace {

const BackoffLimits limits{Duration{100}, Duration{1000}, Duration{5000}};

}  // namespace

TEST_CASE("pauses double to the most, each drawn from the upper half") {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        test::SeededRandom random(seed);
        Backoff backoff(limits);
        for (const int pause : {100, 200, 400, 800, 1000, 1000, 1000}) {
            const Duration drawn = backoff.after_failure(random);
            CHECK(drawn >= Duration{pause / 2});
            CHECK(drawn <= Duration{pause});
        }
    }
}

TEST_CASE("two nodes that lost the same relay wait differently") {
    std::set<Duration> drawn;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        test::SeededRandom random(seed);
        drawn.insert(Backoff(limits).after_failure(random));
    }
    CHECK(drawn.size() > 30);
}

TEST_CASE("a link that lasted starts over; one that was closed at once does not") {
    test::SeededRandom random(1);
    Backoff backoff(limits);
    for (int i = 0; i < 10; ++i) static_cast<void>(backoff.after_link(Duration{4999}, random));
    CHECK(backoff.after_link(Duration{4999}, random) >= Duration{500});
    CHECK(backoff.after_link(Duration{5000}, random) <= Duration{100});
    CHECK(backoff.after_failure(random) <= Duration{200});
    for (int i = 0; i < 10; ++i) static_cast<void>(backoff.after_failure(random));
    backoff.reset();
    CHECK(backoff.after_failure(random) <= Duration{100});
}

TEST_CASE("the shortest of pauses is still a pause that can be drawn") {
    test::SeededRandom random(1);
    Backoff backoff({Duration{1}, Duration{1}, Duration{1}});
    for (int i = 0; i < 20; ++i) CHECK(backoff.after_failure(random) <= Duration{1});
}
