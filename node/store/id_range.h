// All ids whose text begins with what a person typed, as a range: for finding an id by a unique beginning
// through an index.
#pragma once

#include "protocol/base/ids.h"

namespace liaise::node::store {

template <class Id>
struct IdRange {
    Id first;
    Id last;  // included
};

// malformed for letters outside the alphabet or more of them than an id has.
template <class Id>
Result<IdRange<Id>> ids_named(std::string_view beginning) {
    constexpr std::size_t letters = (Id::size_bytes * 8 + 4) / 5;
    constexpr std::size_t spare_bits = letters * 5 - Id::size_bytes * 8;  // of the last letter; always zero
    // The last letters of the alphabet, by how many of their low bits are zero.
    constexpr std::string_view greatest = "zywrg";
    if (beginning.size() > letters) return Error{ErrorCode::malformed, "longer than an id", beginning.size()};
    std::string first(beginning);
    std::string last(beginning);
    first.resize(letters, '0');
    last.resize(letters, 'z');
    if (beginning.size() < letters) last.back() = greatest[spare_bits];
    return IdRange<Id>{LIAISE_TRY(Id::from_text(first)), LIAISE_TRY(Id::from_text(last))};
}

}  // namespace liaise::node::store
