#include "protocol/base/text.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace liaise {
namespace {

// Length of the sequence that a lead byte announces and the smallest code point that may use it; 0 for no
// lead byte.
struct Lead {
    std::size_t length;
    char32_t bits;
    char32_t smallest;
};

Lead lead_of(unsigned char byte) {
    if (byte < 0x80) return {1, byte, 0};
    if ((byte & 0xe0) == 0xc0) return {2, byte & 0x1fU, 0x80};
    if ((byte & 0xf0) == 0xe0) return {3, byte & 0x0fU, 0x800};
    if ((byte & 0xf8) == 0xf0) return {4, byte & 0x07U, 0x10000};
    return {0, 0, 0};
}

struct Range {
    char32_t first;
    char32_t last;
};
constexpr std::array unsafe_ranges{
    Range{0x0000, 0x001f},  // C0 controls
    Range{0x007f, 0x009f},  // DEL, C1 controls
    Range{0x00ad, 0x00ad},  // soft hyphen
    Range{0x034f, 0x034f},  // combining grapheme joiner
    Range{0x061c, 0x061c},  // Arabic letter mark
    Range{0x115f, 0x1160},  // Hangul fillers
    Range{0x17b4, 0x17b5},  // Khmer inherent vowels
    Range{0x180b, 0x180f},  // Mongolian selectors
    Range{0x200b,
          0x200b},  // zero width space (joiners U+200C and U+200D are needed by Persian, Sinhala and others)
    Range{0x200e, 0x200f},     // direction marks
    Range{0x2028, 0x202e},     // separators, embeddings, overrides
    Range{0x2060, 0x206f},     // word joiner, invisible operators, isolates, deprecated
    Range{0x3164, 0x3164},     // Hangul filler
    Range{0xfdd0, 0xfdef},     // non-characters
    Range{0xfeff, 0xfeff},     // zero width no-break space
    Range{0xffa0, 0xffa0},     // half-width filler
    Range{0xfff0, 0xffff},     // specials
    Range{0x1d173, 0x1d17a},   // musical format controls
    Range{0xe0000, 0xe0fff},   // tags, variation selectors' supplement
    Range{0xf0000, 0x10ffff},  // private planes
};

}  // namespace

bool is_utf8(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        // Eight at a time while they are ASCII, as most texts mostly are.
        std::uint64_t eight = 0;
        while (text.size() - at >= sizeof eight) {
            std::memcpy(&eight, text.data() + at, sizeof eight);
            if ((eight & 0x8080808080808080U) != 0) break;
            at += sizeof eight;
        }
        if (at == text.size()) break;
        const Lead lead = lead_of(static_cast<unsigned char>(text[at]));
        if (lead.length == 0 || lead.length > text.size() - at) return false;
        char32_t code_point = lead.bits;
        for (std::size_t i = 1; i < lead.length; ++i) {
            const auto byte = static_cast<unsigned char>(text[at + i]);
            if ((byte & 0xc0) != 0x80) return false;
            code_point = code_point << 6 | (byte & 0x3fU);
        }
        const bool surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
        if (code_point < lead.smallest || surrogate || code_point > 0x10ffff) return false;
        at += lead.length;
    }
    return true;
}

char32_t next_code_point(std::string_view text, std::size_t& at) {
    const Lead lead = lead_of(static_cast<unsigned char>(text[at]));
    char32_t code_point = lead.bits;
    for (std::size_t i = 1; i < lead.length && at + i < text.size(); ++i)
        code_point = code_point << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3fU);
    at += lead.length == 0 ? 1 : lead.length;
    return code_point;
}

bool is_unsafe_in_name(char32_t code_point) {
    for (const Range& range : unsafe_ranges)
        if (code_point >= range.first && code_point <= range.last) return true;
    return false;
}

Result<void> check_name(std::string_view name, std::size_t bytes_max) {
    if (name.empty()) return Error{ErrorCode::malformed, "the name is empty"};
    if (name.size() > bytes_max) return Error{ErrorCode::too_large, "the name is too long", bytes_max};
    if (!is_utf8(name)) return Error{ErrorCode::malformed, "the name is not valid UTF-8"};
    if (name.front() == ' ' || name.back() == ' ')
        return Error{ErrorCode::malformed, "the name begins or ends with a space"};
    if (name.find("  ") != std::string_view::npos)
        return Error{ErrorCode::malformed, "the name has two spaces together"};
    for (std::size_t at = 0; at < name.size();) {
        const std::size_t start = at;
        if (is_unsafe_in_name(next_code_point(name, at)))
            return Error{ErrorCode::malformed, "the name has a control, direction or invisible character",
                         start};
    }
    return {};
}

bool is_country_code(std::string_view code) {
    return code.size() == 2 && code[0] >= 'A' && code[0] <= 'Z' && code[1] >= 'A' && code[1] <= 'Z';
}

}  // namespace liaise
