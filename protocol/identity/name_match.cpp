#include "protocol/identity/name_match.h"

#include <algorithm>
#include <vector>

#include "protocol/base/limits.h"
#include "protocol/base/text.h"
#include "protocol/identity/name_fold.h"

namespace liaise::identity {
namespace {

constexpr std::size_t edits_max = 3;

// Code points of at most name_bytes_max bytes; nothing of text that is no UTF-8.
std::u32string code_points(std::string_view text) {
    std::u32string points;
    if (!is_utf8(text)) return points;
    for (std::size_t at = 0; at < text.size() && at < limits::name_bytes_max;)
        points += next_code_point(text, at);
    return points;
}

// What people do not notice between letters.
bool is_separator(char32_t point) {
    return point == ' ' || point == '-' || point == '.' || point == '\'' || point == '_' || point == ',' ||
           point == 0xa0 || point == 0xb7 || (point >= 0x2010 && point <= 0x2015) || point == 0x2018 ||
           point == 0x2019 || point == 0x2bc || point == 0x3000;
}

char32_t same_stroke(char32_t point) {
    if (point == 'i' || point == '1' || point == '|') return 'l';
    if (point == '0') return 'o';
    return point;
}

}  // namespace

std::u32string fold_name(std::string_view name) {
    std::u32string folded;
    for (const char32_t point : code_points(name))
        if (!is_mark(point)) folded += fold_letter(point);
    return folded;
}

std::u32string skeleton_of(std::string_view name) {
    std::u32string skeleton;
    for (const char32_t point : code_points(name)) {
        if (is_mark(point) || is_separator(point)) continue;
        const char32_t stroke = same_stroke(shape_of(point));
        const char32_t before = skeleton.empty() ? U'\0' : skeleton.back();
        if (before == 'r' && stroke == 'n') {
            skeleton.back() = 'm';
        } else if (before == 'v' && stroke == 'v') {
            skeleton.back() = 'w';
        } else {
            skeleton += stroke;
        }
    }
    return skeleton;
}

bool looks_alike(std::string_view a, std::string_view b) {
    return skeleton_of(a) == skeleton_of(b);
}

std::size_t edit_distance(std::u32string_view a, std::u32string_view b, std::size_t most) {
    const std::size_t longer = std::max(a.size(), b.size());
    const std::size_t shorter = std::min(a.size(), b.size());
    if (longer - shorter > most) return most + 1;
    // Three rows of the usual table: two back for swaps, one back, and this one.
    std::vector<std::size_t> two_back(b.size() + 1);
    std::vector<std::size_t> back(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) back[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = back[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({back[j] + 1, row[j - 1] + 1, replaced});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = std::min(row[j], two_back[j - 2] + 1);
        }
        std::swap(two_back, back);
        std::swap(back, row);
    }
    return std::min(back[b.size()], most + 1);
}

std::optional<std::size_t> nearest_name(std::string_view typed, std::span<const std::string> candidates) {
    const std::u32string wanted = fold_name(typed);
    if (wanted.empty()) return std::nullopt;
    std::size_t least = std::min(edits_max, std::max<std::size_t>(1, wanted.size() / 3)) + 1;
    std::optional<std::size_t> nearest;
    for (std::size_t i = 0; i < candidates.size() && least > 0; ++i) {
        const std::size_t distance = edit_distance(wanted, fold_name(candidates[i]), least - 1);
        if (distance >= least) continue;
        least = distance;
        nearest = i;
    }
    return nearest;
}

}  // namespace liaise::identity
