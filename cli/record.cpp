#include "cli/record.h"

#include <nlohmann/json.hpp>

#include "cli/text.h"
#include "protocol/base/text.h"

namespace liaise::cli {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Record& record) {
    Json object = Json::object();
    for (const auto& [name, value] : record.values()) {
        Json& slot = object[name];
        if (const auto* records = std::get_if<std::vector<Record>>(&value)) {
            slot = Json::array();
            for (const Record& inner : *records) slot.push_back(json_of(inner));
        } else {
            std::visit(
                [&slot](const auto& plain) {
                    if constexpr (!std::is_same_v<std::decay_t<decltype(plain)>, std::vector<Record>>)
                        slot = plain;
                },
                value);
        }
    }
    return object;
}

void escape(std::string& to, char32_t c) {
    char text[16];
    if (c >= 0x10000) {
        const auto offset = static_cast<unsigned>(c) - 0x10000;
        std::snprintf(text, sizeof text, "\\u%04x\\u%04x", 0xd800 + (offset >> 10),
                      0xdc00 + (offset & 0x3ff));
    } else {
        std::snprintf(text, sizeof text, "\\u%04x", static_cast<unsigned>(c));
    }
    to += text;
}

}  // namespace

std::string Record::json() const {
    // Bytes that are not UTF-8 become U+FFFD. What is left of controls here stands inside strings, since JSON
    // has none elsewhere on one line.
    const std::string plain = json_of(*this).dump(-1, ' ', false, Json::error_handler_t::replace);
    std::string safe;
    safe.reserve(plain.size());
    std::size_t marks = 0;
    for (std::size_t at = 0; at < plain.size();) {
        const std::size_t start = at;
        const char32_t c = next_code_point(plain, at);
        marks = stacks(c) ? marks + 1 : 0;
        if ((is_unsafe_in_name(c) && c != 0xfffd) || marks > combining_max)
            escape(safe, c);
        else
            safe.append(plain, start, at - start);
    }
    return safe;
}

}  // namespace liaise::cli
