// Time as a value: milliseconds since 1970 in UTC, handed in by whoever owns the clock. protocol/ never reads
// one.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "protocol/base/result.h"

namespace liaise {

using Duration = std::chrono::milliseconds;
using Time = std::chrono::sys_time<Duration>;

inline std::int64_t to_milliseconds(Time time) {
    return time.time_since_epoch().count();
}

// Any 64-bit number from outside becomes a time within year 0 and year 9999, so that arithmetic on it cannot
// overflow.
Time time_from_milliseconds(std::int64_t milliseconds);

std::string to_rfc3339(Time time);                 // "2026-11-23T05:42:50.123Z"
Result<Time> from_rfc3339(std::string_view text);  // UTC ("Z") only, seconds or milliseconds; else malformed
Result<Duration> duration_from_text(
    std::string_view text);  // "90s" "15m" "12h" "7d" "4w", above zero, up to 10 years

}  // namespace liaise
