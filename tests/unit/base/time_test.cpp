#include "protocol/base/time.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

using namespace liaise;
using namespace std::chrono_literals;

TEST_CASE("RFC 3339 goes both ways") {
    const Time time = from_rfc3339("2026-11-23T05:42:50.123Z").value();
    CHECK(to_rfc3339(time) == "2026-11-23T05:42:50.123Z");
    CHECK(to_rfc3339(from_rfc3339("2024-02-29T23:59:59Z").value()) == "2024-02-29T23:59:59.000Z");
    CHECK(to_milliseconds(from_rfc3339("1970-01-01T00:00:01Z").value()) == 1000);
}

TEST_CASE("what is no time is refused") {
    for (const char* text :
         {"", "2026-11-23", "2026-02-30T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T05:42:50+01:00",
          "2026-11-23T05:42:-1Z", "20a6-11-23T05:42:50Z", "2026-11-23T05:42:50.12Z"})
        CHECK_MESSAGE(from_rfc3339(text).error().code == ErrorCode::malformed, text);
}

TEST_CASE("any number from outside becomes a time that can be shown and added to") {
    CHECK(to_rfc3339(time_from_milliseconds(std::numeric_limits<std::int64_t>::max())) ==
          "9999-12-31T00:00:00.000Z");
    CHECK(to_rfc3339(time_from_milliseconds(std::numeric_limits<std::int64_t>::min())) ==
          "0000-01-01T00:00:00.000Z");
}

TEST_CASE("spans are read with one unit") {
    CHECK(duration_from_text("90s").value() == 90s);
    CHECK(duration_from_text("7d").value() == 168h);
    CHECK(duration_from_text("2w").value() == 336h);
    CHECK(duration_from_text("521w").value() == 521 * 168h);
    CHECK(duration_from_text("522w").error().code == ErrorCode::too_large);
    for (const char* text : {"", "7", "d", "-7d", "0d", "7 d", "7dd", "1e3s", "99999999999999999999d"})
        CHECK_MESSAGE(!duration_from_text(text).ok(), text);
}
