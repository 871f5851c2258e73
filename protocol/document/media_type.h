// What kind of file this is, decided by us. The sender's word is never asked for, since it would decide which
// program or renderer meets bytes that the sender chose.
//
// In:  the first bytes of the content (media_probe_bytes of them, or all there are) and the file's name.
// Out: one of the few types below; application/octet-stream unless content and extension agree.
//
// - PDF and images are told by the signature at offset 0, nowhere later: a file that is two things at once is
//   what its beginning says. The extension is one of that type's, or there is none.
// - Text is UTF-8 without control characters other than tab, line feed, carriage return and form feed. It is
//   Markdown with the extension .md or .markdown, plain text with .txt, .text or none.
// - Any other extension gives octet-stream, whatever the content (html, svg, js and sh are text for some
//   program, and we are not to say which). Rendered text is still neutralised on its way to a terminal: only
//   its first bytes were looked at here.
#pragma once

#include <string_view>

#include "protocol/base/bytes.h"

namespace liaise::document {

enum class MediaType { octet_stream, markdown, plain_text, pdf, png, jpeg, gif, webp };

inline constexpr std::size_t media_probe_bytes = 8 * 1024;

std::string_view name_of(MediaType type);  // "text/markdown"
constexpr bool is_text(MediaType type) {
    return type == MediaType::markdown || type == MediaType::plain_text;
}

MediaType media_type_of(BytesView beginning, std::string_view file_name);

}  // namespace liaise::document
