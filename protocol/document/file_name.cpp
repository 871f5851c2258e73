#include "protocol/document/file_name.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "protocol/base/limits.h"
#include "protocol/base/text.h"

namespace liaise::document {
namespace {

constexpr std::size_t extension_bytes_max = 16;

// Calls `each(character, is_unsafe)` for every code point and every byte that begins none.
template <class Each>
void for_each_character(std::string_view text, Each&& each) {
    for (std::size_t at = 0; at < text.size();) {
        std::size_t length = 1;
        while (length < 4 && at + length < text.size() && !is_utf8(text.substr(at, length))) ++length;
        if (!is_utf8(text.substr(at, length))) {
            each(text.substr(at, 1), true);
            ++at;
            continue;
        }
        std::size_t start = at;
        each(text.substr(at, length), is_unsafe_in_name(next_code_point(text, start)));
        at += length;
    }
}

// The longest prefix of at most `bytes_max` bytes that does not cut a character of valid UTF-8.
std::string_view prefix(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return text;
    std::size_t end = bytes_max;
    while (end > 0 && (static_cast<std::uint8_t>(text[end]) & 0xc0) == 0x80) --end;
    return text.substr(0, end);
}

std::string last_component(std::string_view name) {
    const std::size_t separator = name.find_last_of("/\\");
    return std::string(separator == std::string_view::npos ? name : name.substr(separator + 1));
}

std::string without_unsafe(std::string_view name) {
    constexpr std::string_view special = "<>:\"|?*/\\";
    std::string safe;
    for_each_character(name, [&](std::string_view character, bool unsafe) {
        if (unsafe || special.find(character[0]) != std::string_view::npos)
            safe += '_';
        else
            safe += character;
    });
    return safe;
}

std::string_view trimmed(std::string_view name) {
    while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
    while (!name.empty() && (name.back() == ' ' || name.back() == '.')) name.remove_suffix(1);
    return name;
}

bool is_device(std::string_view name) {
    std::string stem(name.substr(0, name.find('.')));
    while (!stem.empty() && stem.back() == ' ') stem.pop_back();
    std::transform(stem.begin(), stem.end(), stem.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    constexpr std::array<std::string_view, 7> names{"CON",    "PRN",    "AUX",    "NUL",
                                                    "CLOCK$", "CONIN$", "CONOUT$"};
    if (std::find(names.begin(), names.end(), stem) != names.end()) return true;
    if (!stem.starts_with("COM") && !stem.starts_with("LPT")) return false;
    const std::string_view digit = std::string_view(stem).substr(3);
    constexpr std::array<std::string_view, 3> superscripts{"\xc2\xb9", "\xc2\xb2", "\xc2\xb3"};
    return (digit.size() == 1 && digit[0] >= '0' && digit[0] <= '9') ||
           std::find(superscripts.begin(), superscripts.end(), digit) != superscripts.end();
}

std::string shortened(std::string_view name) {
    if (name.size() <= safe_file_name_bytes_max) return std::string(name);
    const std::size_t dot = name.rfind('.');
    const bool has_extension =
        dot != std::string_view::npos && dot > 0 && name.size() - dot <= extension_bytes_max;
    const std::string_view extension = has_extension ? name.substr(dot) : std::string_view();
    const std::string_view stem =
        prefix(name.substr(0, name.size() - extension.size()), safe_file_name_bytes_max - extension.size());
    return std::string(trimmed(stem)) + std::string(extension);
}

}  // namespace

std::string safe_file_name(std::string_view name) {
    std::string safe = without_unsafe(last_component(name));
    safe = trimmed(safe);
    if (safe.empty()) return "document";
    if (safe[0] == '.' || safe[0] == '-' || safe[0] == '~') safe[0] = '_';
    if (is_device(safe)) safe.insert(0, 1, '_');
    return std::string(trimmed(shortened(safe)));
}

std::string shown_file_name(std::string_view name) {
    constexpr std::string_view replacement = "\xef\xbf\xbd";
    std::string shown;
    for_each_character(
        name, [&](std::string_view character, bool unsafe) { shown += unsafe ? replacement : character; });
    if (shown.size() <= limits::file_name_bytes_max) return shown;
    return std::string(prefix(shown, limits::file_name_bytes_max)) + "…";
}

}  // namespace liaise::document
