#include "protocol/channel/parcel_piece.h"

#include <algorithm>

#include "protocol/base/check.h"
#include "protocol/base/reader.h"
#include "protocol/base/writer.h"

namespace liaise::channel {

bool is_piece(BytesView parcel) {
    return !parcel.empty() && parcel[0] == parcel_piece_version;
}

std::vector<Bytes> in_pieces(Bytes parcel, RandomSource& random) {
    LIAISE_CHECK(parcel.size() <= limits::whole_parcel_bytes_max);
    std::vector<Bytes> pieces;
    if (parcel.size() <= limits::parcel_bytes_max) {
        pieces.push_back(std::move(parcel));
        return pieces;
    }
    const auto set = random.draw<PieceSetId>();
    const std::size_t count = (parcel.size() + limits::piece_bytes_max - 1) / limits::piece_bytes_max;
    for (std::size_t index = 0; index < count; ++index) {
        const BytesView rest = BytesView(parcel).subspan(index * limits::piece_bytes_max);
        Writer writer;
        writer.u8(parcel_piece_version).fixed(set);
        writer.u16(static_cast<std::uint16_t>(index)).u16(static_cast<std::uint16_t>(count));
        writer.raw(rest.first(std::min(rest.size(), limits::piece_bytes_max)));
        pieces.push_back(std::move(writer).take());
    }
    return pieces;
}

Result<ParcelPiece> read_piece(BytesView parcel) {
    Reader reader(parcel);
    const std::uint8_t version = LIAISE_TRY(reader.u8());
    if (version != parcel_piece_version)
        return Error{ErrorCode::unsupported, "piece of another version", version};
    ParcelPiece piece;
    piece.set = LIAISE_TRY(reader.fixed<PieceSetId>());
    piece.index = LIAISE_TRY(reader.u16());
    piece.count = LIAISE_TRY(reader.u16());
    piece.bytes = LIAISE_TRY(reader.raw(reader.left()));
    if (piece.count < 2 || piece.index >= piece.count || piece.bytes.empty())
        return Error{ErrorCode::malformed, "piece of no parcel", piece.index};
    if (piece.count > limits::pieces_max || piece.bytes.size() > limits::piece_bytes_max)
        return Error{ErrorCode::too_large, "piece over its limit", piece.count};
    return piece;
}

}  // namespace liaise::channel
