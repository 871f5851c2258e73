#include "protocol/base/time.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace liaise {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr Time earliest = sys_days{std::chrono::year{0} / 1 / 1};
constexpr Time latest = sys_days{std::chrono::year{9999} / 12 / 31};
constexpr Duration longest = days{3653};

Result<unsigned> digits(std::string_view text, std::size_t at, std::size_t count) {
    unsigned value = 0;
    if (at + count > text.size()) return Error{ErrorCode::malformed, "time cut short", at};
    const auto [end, fault] = std::from_chars(text.data() + at, text.data() + at + count, value);
    if (fault != std::errc{} || end != text.data() + at + count || text[at] == '+' || text[at] == '-')
        return Error{ErrorCode::malformed, "time with a character that is no digit", at};
    return value;
}

}  // namespace

Time time_from_milliseconds(std::int64_t milliseconds) {
    return std::clamp(Time{Duration{milliseconds}}, earliest, latest);
}

std::string to_rfc3339(Time time) {
    time = std::clamp(time, earliest, latest);
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    char text[40];
    const int length = std::snprintf(
        text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return {text, static_cast<std::size_t>(length)};
}

Result<Time> from_rfc3339(std::string_view text) {
    const bool with_fraction = text.size() == 24 && text[19] == '.';
    const bool shaped = (text.size() == 20 || with_fraction) && text[4] == '-' && text[7] == '-' &&
                        text[10] == 'T' && text[13] == ':' && text[16] == ':' && text.back() == 'Z';
    if (!shaped) return Error{ErrorCode::malformed, "not a time such as 2026-11-23T05:42:50Z"};
    const auto year = std::chrono::year{static_cast<int>(LIAISE_TRY(digits(text, 0, 4)))};
    const year_month_day date{year / std::chrono::month{LIAISE_TRY(digits(text, 5, 2))} /
                              std::chrono::day{LIAISE_TRY(digits(text, 8, 2))}};
    const unsigned hour = LIAISE_TRY(digits(text, 11, 2));
    const unsigned minute = LIAISE_TRY(digits(text, 14, 2));
    const unsigned second = LIAISE_TRY(digits(text, 17, 2));
    const unsigned fraction = with_fraction ? LIAISE_TRY(digits(text, 20, 3)) : 0;
    if (!date.ok() || hour > 23 || minute > 59 || second > 59)
        return Error{ErrorCode::malformed, "no such date or time"};
    return Time{sys_days{date}} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
           std::chrono::seconds{second} + Duration{fraction};
}

Result<Duration> duration_from_text(std::string_view text) {
    std::int64_t count = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
    const bool shaped =
        fault == std::errc{} && end + 1 == text.data() + text.size() && count > 0 && count <= 1'000'000'000;
    if (!shaped) return Error{ErrorCode::malformed, "not a span of time such as 90s, 15m, 12h, 7d or 4w"};
    Duration unit{};
    switch (text.back()) {
        case 's':
            unit = std::chrono::seconds{1};
            break;
        case 'm':
            unit = std::chrono::minutes{1};
            break;
        case 'h':
            unit = std::chrono::hours{1};
            break;
        case 'd':
            unit = days{1};
            break;
        case 'w':
            unit = std::chrono::weeks{1};
            break;
        default:
            return Error{ErrorCode::malformed, "not a span of time such as 90s, 15m, 12h, 7d or 4w"};
    }
    if (count > longest / unit) return Error{ErrorCode::too_large, "a span of more than ten years"};
    return unit * count;
}

}  // namespace liaise
