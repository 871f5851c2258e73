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
EntryRef entry(std::uint64_t sequence) {
    EntryRef ref;
    ref.sequence = sequence;
    ref.log.bytes[7] = 1;
    return ref;
}

}  // namespace

TEST_CASE("an honest clock is taken at its word") {
    CHECK(order_key(entry(1), at(1000), at(5000), {}).milliseconds == 1000);
}

TEST_CASE("attack class 27: a clock from the future stands at arrival and slack") {
    const std::int64_t slack = clock_slack.count();
    CHECK(order_key(entry(1), at(INT64_MAX), at(5000), {}).milliseconds == 5000 + slack);
    CHECK(order_key(entry(1), at(5000 + slack), at(5000), {}).milliseconds == 5000 + slack);
    CHECK(order_key(entry(1), at(5000 + slack + 1), at(5000), {}).milliseconds == 5000 + slack);
    CHECK(order_key(entry(1), at(INT64_MIN), at(5000), {}).milliseconds == to_milliseconds(at(INT64_MIN)));
}

TEST_CASE("an answer stands behind its question, whatever its clock says") {
    const OrderKey question = order_key(entry(1), at(10'000), at(10'000), {});
    const OrderKey early = order_key(entry(2), at(3), at(10'001), std::vector{question});
    CHECK(question < early);
    CHECK(early.milliseconds == 10'000);
    const OrderKey deeper = order_key(entry(1), at(3), at(10'002), std::vector{question, early});
    CHECK(early < deeper);
    CHECK(deeper.depth == 2);
}

TEST_CASE("causes come first, for random clocks and random causes") {
    test::SeededRandom random(27);
    std::vector<OrderKey> keys;
    for (std::uint64_t i = 1; i < 2000; ++i) {
        std::vector<OrderKey> causes;
        for (std::size_t n = random.below(limits::causes_max); n > 0 && !keys.empty(); --n)
            causes.push_back(keys[random.below(keys.size())]);
        const OrderKey key =
            order_key(entry(random.below(50) + 1), at(static_cast<std::int64_t>(random.number())),
                      at(static_cast<std::int64_t>(i)), causes);
        for (const OrderKey& cause : causes) CHECK(cause < key);
        keys.push_back(key);
    }
}
