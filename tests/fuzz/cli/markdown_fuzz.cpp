// A document from others, shown in a terminal.
#include "cli/markdown.h"

#include "cli/text.h"
#include "protocol/base/check.h"
#include "protocol/base/text.h"

using namespace liaise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const bool ready = (cli::choose_character_set(false), true);
    LIAISE_CHECK(ready);
    const cli::Output out({.json = false, .colour = false});
    const std::string shown = cli::render_markdown({reinterpret_cast<const char*>(data), size}, out, 40);
    LIAISE_CHECK(is_utf8(shown));
    for (std::size_t at = 0; at < shown.size();) {
        const char32_t c = next_code_point(shown, at);
        LIAISE_CHECK(c == '\n' || c == 0xfffd || !is_unsafe_in_name(c));
    }
    return 0;
}
