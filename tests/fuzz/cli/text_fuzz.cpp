// Text from others on its way to a terminal: any bytes become something harmless, which stays as it is.
#include "cli/text.h"

#include "cli/record.h"
#include "protocol/base/check.h"
#include "protocol/base/text.h"

using namespace liaise;

namespace {

void check_harmless(std::string_view safe, bool line_breaks) {
    LIAISE_CHECK(is_utf8(safe));
    std::size_t marks = 0;
    for (std::size_t at = 0; at < safe.size();) {
        const char32_t c = next_code_point(safe, at);
        LIAISE_CHECK(c == 0xfffd || (c == '\n' && line_breaks) || !is_unsafe_in_name(c));
        marks = cli::stacks(c) ? marks + 1 : 0;
        LIAISE_CHECK(marks <= cli::combining_max + 1);  // and a joiner
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const bool ready = (cli::choose_character_set(false), true);
    LIAISE_CHECK(ready);
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const std::string line = cli::safe_line(text), lines = cli::safe_text(text);
    check_harmless(line, false);
    check_harmless(lines, true);
    LIAISE_CHECK(cli::safe_text(lines) == lines);
    LIAISE_CHECK(cli::cells(cli::fit(line, 20)) <= 20);
    for (const std::string& part : cli::wrap(lines, 13)) LIAISE_CHECK(cli::cells(part) <= 13);
    LIAISE_CHECK(is_utf8(cli::Record{}.add("text", std::string(text)).json()));
    return 0;
}
