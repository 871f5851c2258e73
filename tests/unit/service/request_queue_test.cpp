#include "node/service/request_queue.h"

#include <doctest/doctest.h>

#include "protocol/base/entering_limits.h"

using namespace liaise;
using namespace liaise::node::service;
using namespace std::chrono_literals;

namespace {

const Time start{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}};

MemberId member(std::size_t number) {
    MemberId id;
    id.bytes[0] = static_cast<std::uint8_t>(number >> 8);
    id.bytes[1] = static_cast<std::uint8_t>(number);
    id.bytes[2] = 1;
    return id;
}

}  // namespace

TEST_CASE("a request waits until it is answered, and its note goes with the answer") {
    RequestQueue queue;
    CHECK(queue.take(member(1), 10, start - 1h, "why", start));
    CHECK(queue.waiting() == 1);
    CHECK(queue.all().at(member(1)).note == "why");
    CHECK(queue.all().at(member(1)).taken == start);
    CHECK(queue.close(member(1), 10, start));
    CHECK(queue.waiting() == 0);
    CHECK(queue.all().at(member(1)).note.empty());
    CHECK_FALSE(queue.close(member(1), 10, start));
}

TEST_CASE("attack class 11: what comes again, or late, opens nothing") {
    RequestQueue queue;
    CHECK(queue.take(member(1), 10, start, "", start));
    CHECK_FALSE(queue.take(member(1), 10, start, "", start));
    CHECK_FALSE(queue.take(member(1), 9, start, "", start));
    CHECK(queue.close(member(1), 10, start));
    CHECK_FALSE(queue.take(member(1), 10, start, "", start));
    CHECK(queue.take(member(1), 11, start, "", start));
    CHECK_FALSE(queue.close(member(1), 10, start));  // the answer to the one before
    CHECK(queue.waiting() == 1);
}

TEST_CASE("an answer that comes before its request keeps it answered") {
    RequestQueue queue;
    CHECK(queue.close(member(1), 10, start));
    CHECK_FALSE(queue.take(member(1), 10, start, "", start));
    CHECK(queue.waiting() == 0);
    CHECK(queue.take(member(1), 11, start, "", start));
}

TEST_CASE("attack class 17: of one member three a week are taken, whatever became of them") {
    RequestQueue queue;
    std::uint64_t number = 0;
    const auto ask = [&](Time when) { return queue.take(member(1), ++number, when, "", when); };
    for (std::size_t i = 0; i < limits::requests_of_one_a_week; ++i) {
        CHECK(ask(start + i * 1h));
        queue.close(member(1), number, start + i * 1h);
    }
    CHECK_FALSE(ask(start + 3h));
    CHECK_FALSE(ask(start + 7 * 24h - 1ms));
    CHECK(queue.take(member(2), 1, start, "", start + 3h));  // nobody else is kept out
    CHECK(ask(start + 7 * 24h));
    CHECK_FALSE(ask(start + 7 * 24h));
    CHECK(ask(start + 7 * 24h + 1h));
}

TEST_CASE("attack class 17: 200 wait at a time") {
    RequestQueue queue;
    for (std::size_t i = 0; i < limits::requests_of_channel_max - 1; ++i)
        REQUIRE(queue.take(member(i), 1, start, "", start));
    CHECK(queue.take(member(1000), 1, start, "", start));
    CHECK(queue.waiting() == limits::requests_of_channel_max);
    CHECK_FALSE(queue.take(member(1001), 1, start, "", start));
    CHECK_FALSE(queue.all().contains(member(1001)));
    CHECK(queue.take(member(1000), 2, start, "another note", start));  // who waits already, waits still
    CHECK(queue.close(member(5), 1, start));
    CHECK(queue.take(member(1001), 1, start, "", start));
}

TEST_CASE("what is old is forgotten, answered or not") {
    RequestQueue queue;
    queue.take(member(1), 1, start, "", start);
    queue.take(member(2), 1, start, "", start + 1h);
    queue.close(member(3), 1, start);
    CHECK(queue.forget(start).empty());
    CHECK(queue.forget(start + 1h) == std::vector<MemberId>{member(1), member(3)});
    CHECK(queue.all().size() == 1);
}
