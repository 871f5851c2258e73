// File names, language tags and media types: whatever the bytes, the promises of their headers hold.
#include "protocol/base/text.h"
#include "protocol/document/file_name.h"
#include "protocol/document/media_type.h"
#include "protocol/document/revision.h"

using namespace liaise;
using namespace liaise::document;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view name = liaise::text_of(BytesView{data, size});
    const std::string safe = safe_file_name(name);
    LIAISE_CHECK(!safe.empty() && safe.size() <= safe_file_name_bytes_max && is_utf8(safe));
    LIAISE_CHECK(safe.find_first_of("/\\:*?\"<>|") == std::string::npos);
    LIAISE_CHECK(safe.front() != '.' && safe.front() != '-' && safe.front() != '~' && safe.front() != ' ');
    LIAISE_CHECK(safe.back() != '.' && safe.back() != ' ');
    LIAISE_CHECK(safe_file_name(safe) == safe);

    const std::string shown = shown_file_name(name);
    LIAISE_CHECK(is_utf8(shown));
    for (std::size_t at = 0; at < shown.size();) {
        const char32_t code_point = next_code_point(shown, at);
        LIAISE_CHECK(code_point == 0xfffd || !is_unsafe_in_name(code_point));
    }
    if (const auto tag = language_tag_of(name)) LIAISE_CHECK(language_tag_of(*tag).value() == *tag);
    const MediaType type = media_type_of({data, size}, name.substr(0, name.find('\n')));
    LIAISE_CHECK(!name_of(type).empty());
    return 0;
}
