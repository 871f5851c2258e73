#include "node/store/search_text.h"

#include <algorithm>
#include <array>
#include <vector>

#include "protocol/base/text.h"

namespace liaise::node::store {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

// Scripts whose readers find the words without being shown them.
constexpr std::array unspaced_ranges{
    Range{0x0e00, 0x0eff},    // Thai, Lao
    Range{0x0f00, 0x0fff},    // Tibetan
    Range{0x1000, 0x109f},    // Myanmar
    Range{0x1780, 0x17ff},    // Khmer
    Range{0x1950, 0x19ff},    // Tai Le, New Tai Lue, Khmer symbols
    Range{0x1a20, 0x1aaf},    // Tai Tham
    Range{0x3005, 0x3007},    // Han iteration mark, closing mark, zero
    Range{0x3040, 0x30ff},    // Hiragana, Katakana
    Range{0x31f0, 0x31ff},    // Katakana extensions
    Range{0x3400, 0x4dbf},    // Han extension A
    Range{0x4e00, 0x9fff},    // Han
    Range{0xa9e0, 0xa9ff},    // Myanmar extended B
    Range{0xaa60, 0xaa7f},    // Myanmar extended A
    Range{0xf900, 0xfaff},    // Han compatibility
    Range{0xff66, 0xff9f},    // half-width Katakana
    Range{0x1b000, 0x1b16f},  // kana supplements
    Range{0x20000, 0x3ffff},  // Han extensions
};

// A stretch of text of one way of writing.
struct Stretch {
    bool unspaced = false;
    std::vector<std::string_view> letters;  // only of an unspaced one
    std::string_view text;
};

std::vector<Stretch> stretches_of(std::string_view text) {
    std::vector<Stretch> stretches;
    std::size_t start = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t letter_at = at;
        const bool unspaced = is_unspaced(next_code_point(text, at));
        if (stretches.empty() || stretches.back().unspaced != unspaced) {
            start = letter_at;
            stretches.push_back({unspaced, {}, {}});
        }
        if (unspaced) stretches.back().letters.push_back(text.substr(letter_at, at - letter_at));
        stretches.back().text = text.substr(start, at - start);
    }
    return stretches;
}

// "abc" as "ab bc"; a single letter as itself.
void append_pairs(std::string& out, const Stretch& stretch) {
    for (std::size_t i = 0; i + 1 < stretch.letters.size() || i == 0; ++i) {
        if (i > 0) out += ' ';
        out += stretch.letters[i];
        if (i + 1 < stretch.letters.size()) out += stretch.letters[i + 1];
    }
}

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    for (const char letter : text) {
        if (letter == '\0') continue;  // the index's query ends there
        out += letter;
        if (letter == '"') out += '"';
    }
    out += '"';
}

// Whether the index would find a word in it at all: a query of nothing but punctuation matches nothing, and
// would make the whole search empty.
bool has_word(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char letter) {
        const auto byte = static_cast<unsigned char>(letter);
        return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
               (byte >= 'A' && byte <= 'Z');
    });
}

// One word or quoted phrase as terms that must all occur.
void append_terms(std::string& query, std::string_view word, bool beginning) {
    const std::vector<Stretch> stretches = stretches_of(word);
    for (const Stretch& stretch : stretches) {
        if (!stretch.unspaced && !has_word(stretch.text)) continue;
        if (!query.empty()) query += " AND ";
        std::string term;
        if (stretch.unspaced)
            append_pairs(term, stretch);
        else
            term = stretch.text;
        append_quoted(query, term);
        const bool single_letter = stretch.unspaced && stretch.letters.size() == 1;
        const bool last = &stretch == &stretches.back();
        if (single_letter || (!stretch.unspaced && beginning && last)) query += '*';
    }
}

bool is_space(char letter) {
    return letter == ' ' || (letter >= '\t' && letter <= '\r');
}

struct Word {
    std::string_view text;
    bool beginning = false;
};

std::vector<Word> words_of(std::string_view typed) {
    std::vector<Word> words;
    for (std::size_t at = 0; at < typed.size();) {
        if (is_space(typed[at])) {
            ++at;
            continue;
        }
        const bool quoted = typed[at] == '"';
        if (quoted) ++at;
        std::size_t end = at;
        while (end < typed.size() && typed[end] != '"' && (quoted || !is_space(typed[end]))) ++end;
        std::string_view text = typed.substr(at, end - at);
        const bool beginning = !quoted && text.size() > 1 && text.back() == '*';
        if (beginning) text.remove_suffix(1);
        if (!text.empty()) words.push_back({text, beginning});
        at = quoted && end < typed.size() ? end + 1 : end;
    }
    return words;
}

}  // namespace

bool is_unspaced(char32_t code_point) {
    if (code_point < unspaced_ranges.front().first) return false;
    return std::any_of(unspaced_ranges.begin(), unspaced_ranges.end(), [&](const Range& range) {
        return code_point >= range.first && code_point <= range.last;
    });
}

std::string index_text(std::string_view text) {
    if (!is_utf8(text)) return {};
    std::string out;
    out.reserve(text.size() + 1);
    for (const Stretch& stretch : stretches_of(text)) {
        if (!stretch.unspaced) {
            out += stretch.text;
            continue;
        }
        out += ' ';
        append_pairs(out, stretch);
        out += ' ';
    }
    return out;
}

std::string match_query(std::string_view typed) {
    if (!is_utf8(typed)) return {};
    std::string query;
    for (const Word& word : words_of(typed)) append_terms(query, word.text, word.beginning);
    return query;
}

}  // namespace liaise::node::store
