// The limits of aliases (docs/protocol/channel.md, "Aliases"), beside those of limits.h. A constant here has
// a test at the limit, one below and one above. All are fixed by the protocol.
#pragma once

#include "protocol/base/limits.h"

namespace liaise::limits {

inline constexpr std::size_t alias_name_bytes_least = 2;
inline constexpr std::size_t alias_name_bytes_max = 40;  // shorter than a person's: more stands behind it
inline constexpr std::size_t alias_letter_text_bytes_max = 500;   // a note, or the reason of a denial
inline constexpr std::size_t alias_package_bytes_max = 2 * 1024;  // the key package in a letter
inline constexpr std::size_t alias_card_bytes_max = 8 * 1024;     // the charter in an invitation to ask
inline constexpr std::size_t alias_parcel_bytes_max = 16 * 1024;  // what carries one letter

static_assert(alias_parcel_bytes_max <= parcel_bytes_max);
static_assert(alias_package_bytes_max <= key_package_bytes_max);

}  // namespace liaise::limits
