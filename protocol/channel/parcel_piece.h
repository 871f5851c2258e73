// A parcel that is too large for one frame, in pieces. An invitation carries the tree of its group and the
// keys of the entries before, both linear in the channel: a megabyte for some thousand devices.
//
//     piece:   version 4 | id 16 | index u16 | count u16, 2..40 | bytes, 1..240 KiB
//
// - Each piece travels, is stored and acknowledged like any other parcel; the whole is what the pieces of one
//   id from one device are in the order of their indices. What that is, its own first byte says.
// - Pieces say nothing and prove nothing: the whole is sealed and signed. Pieces of different devices never
//   meet, so that nobody spoils another's parcel.
// - What is left of a parcel of which nothing more comes is let go (node/service/parcel_pieces.h).
#pragma once

#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/parcel_limits.h"
#include "protocol/base/random.h"
#include "protocol/base/result.h"

namespace liaise::channel {

using PieceSetId = FixedBytes<struct PieceSetMeaning, 16>;

struct ParcelPiece {
    PieceSetId set;
    std::uint16_t index = 0;
    std::uint16_t count = 0;
    BytesView bytes;  // into what was parsed
};

inline constexpr std::uint8_t parcel_piece_version = 4;  // the first byte, beside those of other parcels

bool is_piece(BytesView parcel);
// The parcel as it is where it fits into one; else its pieces, in order. At most whole_parcel_bytes_max.
std::vector<Bytes> in_pieces(Bytes parcel, RandomSource& random);
// malformed, unsupported, too_large.
Result<ParcelPiece> read_piece(BytesView parcel);

}  // namespace liaise::channel
