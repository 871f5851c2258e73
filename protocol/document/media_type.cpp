#include "protocol/document/media_type.h"

#include <algorithm>

#include "protocol/base/text.h"

namespace liaise::document {
namespace {

struct Kind {
    MediaType type;
    std::string_view name;
    std::string_view extensions;  // each between blanks; one blank alone: no extension at all is fine
};
constexpr std::array kinds{
    Kind{MediaType::octet_stream, "application/octet-stream", ""},
    Kind{MediaType::markdown, "text/markdown", " md markdown "},
    Kind{MediaType::plain_text, "text/plain", " txt text "},
    Kind{MediaType::pdf, "application/pdf", " pdf "},
    Kind{MediaType::png, "image/png", " png "},
    Kind{MediaType::jpeg, "image/jpeg", " jpg jpeg "},
    Kind{MediaType::gif, "image/gif", " gif "},
    Kind{MediaType::webp, "image/webp", " webp "},
};

const Kind& kind_of(MediaType type) {
    return *std::find_if(kinds.begin(), kinds.end(), [&](const Kind& kind) { return kind.type == type; });
}

// In lower case and without its dot; empty where there is none.
std::string extension_of(std::string_view file_name) {
    file_name = file_name.substr(file_name.find_last_of("/\\") + 1);
    const std::size_t dot = file_name.rfind('.');
    if (dot == std::string_view::npos) return "";
    std::string extension(file_name.substr(dot + 1));
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return extension;
}

bool has_extension_of(const Kind& kind, const std::string& extension) {
    return extension.find(' ') == std::string::npos &&
           kind.extensions.find(" " + extension + " ") != std::string_view::npos;
}

MediaType signature_of(std::string_view beginning) {
    if (beginning.starts_with("%PDF-")) return MediaType::pdf;
    if (beginning.starts_with("\x89PNG\r\n\x1a\n")) return MediaType::png;
    if (beginning.starts_with("\xff\xd8\xff")) return MediaType::jpeg;
    if (beginning.starts_with("GIF87a") || beginning.starts_with("GIF89a")) return MediaType::gif;
    if (beginning.size() >= 12 && beginning.starts_with("RIFF") && beginning.substr(8, 4) == "WEBP")
        return MediaType::webp;
    return MediaType::octet_stream;
}

// Whether these are the first bytes of a text: a character cut by the end of a full probe is none of its
// faults.
bool begins_text(std::string_view beginning) {
    std::string_view whole = beginning;
    if (beginning.size() >= media_probe_bytes) {
        for (std::size_t cut = 0; cut < 3 && !is_utf8(whole); ++cut) whole.remove_suffix(1);
    }
    if (!is_utf8(whole)) return false;
    for (std::size_t at = 0; at < whole.size();) {
        const char32_t c = next_code_point(whole, at);
        const bool layout = c == '\t' || c == '\n' || c == '\r' || c == '\f';
        if ((c < 0x20 && !layout) || (c >= 0x7f && c < 0xa0)) return false;
    }
    return true;
}

}  // namespace

std::string_view name_of(MediaType type) {
    return kind_of(type).name;
}

MediaType media_type_of(BytesView beginning, std::string_view file_name) {
    const std::string_view bytes = text_of(beginning.first(std::min(beginning.size(), media_probe_bytes)));
    const std::string extension = extension_of(file_name);
    const MediaType signature = signature_of(bytes);
    if (signature != MediaType::octet_stream) {
        const bool agrees = extension.empty() || has_extension_of(kind_of(signature), extension);
        return agrees ? signature : MediaType::octet_stream;
    }
    if (!begins_text(bytes)) return MediaType::octet_stream;
    if (has_extension_of(kind_of(MediaType::markdown), extension)) return MediaType::markdown;
    if (extension.empty() || has_extension_of(kind_of(MediaType::plain_text), extension))
        return MediaType::plain_text;
    return MediaType::octet_stream;
}

}  // namespace liaise::document
