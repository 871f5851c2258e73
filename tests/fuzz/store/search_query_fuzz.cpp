// Any text, typed as a search or indexed: what the index is given is well-formed, and in a query every letter
// stands inside quotation marks but for what we put between them.
#include "node/store/search_text.h"
#include "protocol/base/bytes.h"
#include "protocol/base/text.h"

using namespace liaise;

namespace {

void check_query(std::string_view query) {
    std::string outside;
    bool quoted = false;
    for (const char letter : query) {
        if (letter == '"') quoted = !quoted;
        if (!quoted && letter != '"') outside += letter;
    }
    LIAISE_CHECK(!quoted);
    for (std::size_t at = 0; at < outside.size();) {
        if (outside[at] == '*') {
            ++at;
        } else {
            LIAISE_CHECK(outside.compare(at, 5, " AND ") == 0);
            at += 5;
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = text_of({data, size});
    const std::string indexed = node::store::index_text(text);
    const std::string query = node::store::match_query(text);
    LIAISE_CHECK(is_utf8(indexed) && is_utf8(query));
    LIAISE_CHECK(indexed.size() <= 4 * text.size() + 2);
    check_query(query);
    return 0;
}
