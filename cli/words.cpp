#include "cli/words.h"

#include <libintl.h>

namespace liaise::cli {

std::string tr(const char* text) {
    // gettext("") answers with the catalogue's header.
    return *text == '\0' ? std::string{} : ::dgettext("liaise", text);
}

std::string fill(std::string_view pattern, const std::vector<std::string>& values) {
    std::string filled;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        const bool hole = pattern[at] == '{' && at + 2 < pattern.size() && pattern[at + 2] == '}' &&
                          pattern[at + 1] >= '0' && pattern[at + 1] <= '9';
        if (!hole) {
            filled += pattern[at];
            continue;
        }
        const auto index = static_cast<std::size_t>(pattern[at + 1] - '0');
        if (index < values.size()) filled += values[index];
        at += 2;
    }
    return filled;
}

}  // namespace liaise::cli
