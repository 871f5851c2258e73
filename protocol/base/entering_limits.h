// The limits of listed channels and of asking to enter them (docs/protocol/request.md), also under an alias
// (docs/protocol/channel.md, "Aliases"), beside those of limits.h. A constant here has a test at the limit,
// one below and one above.
#pragma once

#include "protocol/base/limits.h"

namespace liaise::limits {

// Fixed by the protocol: nodes that differ here cannot work together.
inline constexpr std::uint32_t announcement_number_max = 1'000'000;
inline constexpr std::size_t request_text_bytes_max = 500;         // with a request to enter, or its denial
inline constexpr std::size_t request_parcel_bytes_max = 8 * 1024;  // what carries one

inline constexpr std::size_t alias_name_bytes_least = 2;
inline constexpr std::size_t alias_name_bytes_max = 40;  // shorter than a person's: more stands behind it
inline constexpr std::size_t alias_letter_text_bytes_max = 500;   // a note, or the reason of a denial
inline constexpr std::size_t alias_package_bytes_max = 2 * 1024;  // the key package in a letter
inline constexpr std::size_t alias_card_bytes_max = 8 * 1024;     // the charter in an invitation to ask
inline constexpr std::size_t alias_parcel_bytes_max = 20 * 1024;  // what carries one letter

// Chosen by us: a node may lower them.
inline constexpr std::size_t announcements_of_one_max = 64;  // channels that one member announces
inline constexpr std::size_t requests_of_channel_max = 200;  // that wait for an answer
inline constexpr std::size_t requests_of_one_a_week = 3;     // to enter one channel
inline constexpr std::size_t requests_own_max = 16;          // of this member, that wait for an answer

static_assert(request_parcel_bytes_max <= parcel_bytes_max);
static_assert(alias_parcel_bytes_max <= parcel_bytes_max);
static_assert(alias_package_bytes_max <= key_package_bytes_max);

}  // namespace liaise::limits
