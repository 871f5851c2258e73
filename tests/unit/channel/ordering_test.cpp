#include "protocol/channel/ordering.h"

#include <doctest/doctest.h>

#include <vector>

#include "protocol/base/limits.h"
#include "tests/support/seeded_random.h"

using namespace liaise;
using namespace liaise::channel;

namespace {

Time at(std::int64_t milliseconds) {
    return time_from_milliseconds(milliseconds);
}

}  // namespace

TEST_CASE("an honest clock is taken at its word") {
    CHECK(order_time(at(1000), at(5000), {}) == at(1000));
}

TEST_CASE("attack class 27: a clock from the future stands at arrival and slack") {
    const std::int64_t slack = clock_slack.count();
    CHECK(order_time(at(INT64_MAX), at(5000), {}) == at(5000 + slack));
    CHECK(order_time(at(5000 + slack), at(5000), {}) == at(5000 + slack));
    CHECK(order_time(at(5000 + slack + 1), at(5000), {}) == at(5000 + slack));
    CHECK(order_time(at(INT64_MIN), at(5000), {}) == at(INT64_MIN));
}

TEST_CASE("an answer stands behind its question, whatever its clock says") {
    const Time question = order_time(at(10'000), at(10'000), {});
    const Time early = order_time(at(3), at(10'001), std::vector{question});
    CHECK(early == at(10'001));
    CHECK(order_time(at(3), at(10'002), std::vector{question, early}) == at(10'002));
}

TEST_CASE("causes come first, for random clocks and random causes") {
    test::SeededRandom random(27);
    std::vector<Time> times;
    for (std::uint64_t i = 1; i < 2000; ++i) {
        std::vector<Time> causes;
        for (std::size_t n = random.below(limits::causes_max); n > 0 && !times.empty(); --n)
            causes.push_back(times[random.below(times.size())]);
        const Time time = order_time(at(static_cast<std::int64_t>(random.number())),
                                     at(static_cast<std::int64_t>(i)), causes);
        for (const Time& cause : causes) CHECK(cause < time);
        times.push_back(time);
    }
}

TEST_CASE("an author's times increase, and a clock that was far ahead is not followed") {
    CHECK(time_after(at(5000), {}) == at(5000));
    CHECK(time_after(at(5000), at(4999)) == at(5000));
    CHECK(time_after(at(5000), at(5000)) == at(5001));
    CHECK(time_after(at(5000), at(6000)) == at(6001));
    const std::int64_t slack = clock_slack.count();
    CHECK(time_after(at(5000), at(5000 + slack - 1)) == at(5000 + slack));
    CHECK(time_after(at(5000), at(5000 + slack)) == at(5000));
}
