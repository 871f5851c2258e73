// Names that are near each other: to suggest what was meant, and to warn of two that look the same.
//
// - nearest: for a person who mistyped. Case and Latin diacritics do not count ("nguyen van minh" finds
//   "Nguyễn Văn Minh"); then up to one edit in three letters, at most three.
// - looks_alike: for a person who is being deceived. Two names look alike when their skeletons are equal:
//   case, diacritics, spaces, hyphens and dots removed; letters of Latin, Cyrillic and Greek that share a
//   shape made one; 0 and o, 1 and l and i, rn and m, vv and w made one (attack class 5). It warns, it does
//   not forbid: two people may have one name. Work is bounded: names by limits::name_bytes_max (longer ones
//   are cut), each comparison by their product.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace liaise::identity {

// Lower case without diacritics (Latin; Greek and Cyrillic lower-cased), one code point an element.
std::u32string fold_name(std::string_view name);
std::u32string skeleton_of(std::string_view name);
bool looks_alike(std::string_view a, std::string_view b);

// Insertions, deletions, replacements and swaps of neighbours; `most + 1` for anything above `most`.
std::size_t edit_distance(std::u32string_view a, std::u32string_view b, std::size_t most);

// Index of the nearest candidate (the first of equals); nothing if none is near enough.
std::optional<std::size_t> nearest_name(std::string_view typed, std::span<const std::string> candidates);

}  // namespace liaise::identity
