// The limits of parcels that travel in pieces (docs/protocol/channel.md, "Invitations"), beside those of
// limits.h. A constant here has a test at the limit, one below and one above.
#pragma once

#include "protocol/base/limits.h"

namespace liaise::limits {

// Fixed by the protocol: nodes that differ here cannot work together.
inline constexpr std::size_t whole_parcel_bytes_max = 8 * 1024 * 1024;  // joined: an invitation with its tree
inline constexpr std::size_t piece_bytes_max = 240 * 1024;              // of it, in one parcel
inline constexpr std::size_t pieces_max = 40;                           // of one parcel

// Chosen by us: a node may lower them.
inline constexpr std::size_t piece_sets_of_one_max = 2;                 // begun, from one device
inline constexpr std::size_t piece_store_bytes_max = 64 * 1024 * 1024;  // of all that are begun
inline constexpr std::int64_t piece_set_days = 30;                      // until the rest has come

static_assert(piece_bytes_max + 1024 <= parcel_bytes_max);
static_assert(whole_parcel_bytes_max <= pieces_max * piece_bytes_max);
static_assert(2 * whole_parcel_bytes_max <= piece_store_bytes_max);

}  // namespace liaise::limits
