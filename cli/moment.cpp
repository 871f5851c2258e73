#include "cli/moment.h"

#include <array>
#include <ctime>

#include "protocol/base/time.h"

namespace liaise::cli {
namespace {

std::string local(std::int64_t milliseconds, const char* format) {
    const std::time_t seconds =
        static_cast<std::time_t>(to_milliseconds(time_from_milliseconds(milliseconds)) / 1000);
    std::tm parts{};
    ::localtime_r(&seconds, &parts);
    std::array<char, 64> text{};
    return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

}  // namespace

std::string moment_in_utc(std::int64_t milliseconds) {
    return to_rfc3339(time_from_milliseconds(milliseconds));
}

std::string moment_for_people(std::int64_t milliseconds) {
    return local(milliseconds, "%Y-%m-%d %H:%M");
}

std::string day_for_people(std::int64_t milliseconds) {
    return local(milliseconds, "%Y-%m-%d");
}

std::string size_for_people(std::uint64_t bytes) {
    constexpr std::array units{"B", "kB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    auto value = static_cast<double>(bytes);
    while (value >= 999.5 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    std::array<char, 32> text{};
    const int length = std::snprintf(text.data(), text.size(),
                                     unit == 0 || value >= 99.95 ? "%.0f %s" : "%.1f %s", value, units[unit]);
    return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace liaise::cli
