// Moments in time, for programs and for people.
#pragma once

#include <cstdint>
#include <string>

namespace liaise::cli {

// Milliseconds since 1970: "2026-11-23T05:42:50.123Z".
std::string moment_in_utc(std::int64_t milliseconds);
// "2026-11-23 08:42", in the person's time zone ($TZ).
std::string moment_for_people(std::int64_t milliseconds);
// "2026-11-23".
std::string day_for_people(std::int64_t milliseconds);

// "1.4 MB"
std::string size_for_people(std::uint64_t bytes);

}  // namespace liaise::cli
