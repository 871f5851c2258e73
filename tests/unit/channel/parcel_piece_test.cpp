#include "protocol/channel/parcel_piece.h"

#include <doctest/doctest.h>

#include "protocol/base/writer.h"
#include "tests/support/seeded_random.h"

using namespace liaise;
using namespace liaise::channel;

namespace {

Bytes piece(std::uint16_t index, std::uint16_t count, std::size_t bytes, std::uint8_t version = 4) {
    return to_bytes(Writer().u8(version).fixed(PieceSetId{}).u16(index).u16(count).raw(Bytes(bytes)).view());
}

ErrorCode code(const Bytes& bytes) {
    return read_piece(bytes).error().code;
}

}  // namespace

TEST_CASE("a parcel that fits into one stays as it is; a larger one is what its pieces are in order") {
    test::SeededRandom random(1);
    for (const std::size_t size : {std::size_t{1}, limits::parcel_bytes_max - 1, limits::parcel_bytes_max,
                                   limits::parcel_bytes_max + 1, 3 * limits::piece_bytes_max,
                                   limits::whole_parcel_bytes_max - 1, limits::whole_parcel_bytes_max}) {
        CAPTURE(size);
        Bytes parcel(size);
        random.fill(parcel);
        parcel[0] = 1;
        const std::vector<Bytes> pieces = in_pieces(parcel, random);
        if (size <= limits::parcel_bytes_max) {
            CHECK(pieces == std::vector<Bytes>{parcel});
            continue;
        }
        REQUIRE(pieces.size() == (size + limits::piece_bytes_max - 1) / limits::piece_bytes_max);
        Bytes whole;
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            CHECK(pieces[i].size() <= limits::parcel_bytes_max);
            REQUIRE(is_piece(pieces[i]));
            const ParcelPiece read = read_piece(pieces[i]).value();
            CHECK(read.index == i);
            CHECK(read.count == pieces.size());
            CHECK(read.set == read_piece(pieces[0]).value().set);
            append(whole, read.bytes);
        }
        CHECK(whole == parcel);
    }
}

TEST_CASE("what is no piece is refused, and so is what is over its limits") {
    CHECK(read_piece(piece(1, 2, 1)).ok());
    CHECK(code(piece(0, 2, 1, 3)) == ErrorCode::unsupported);
    CHECK(code(piece(2, 2, 1)) == ErrorCode::malformed);
    CHECK(code(piece(0, 1, 1)) == ErrorCode::malformed);
    CHECK(code(piece(0, 0, 1)) == ErrorCode::malformed);
    CHECK(code(piece(0, 2, 0)) == ErrorCode::malformed);
    const auto most = static_cast<std::uint16_t>(limits::pieces_max);
    CHECK(read_piece(piece(0, most - 1, limits::piece_bytes_max - 1)).ok());
    CHECK(read_piece(piece(0, most, limits::piece_bytes_max)).ok());
    CHECK(code(piece(0, most + 1, 1)) == ErrorCode::too_large);
    CHECK(code(piece(0, 2, limits::piece_bytes_max + 1)) == ErrorCode::too_large);
    const Bytes whole = piece(1, 2, 1);
    for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK_FALSE(read_piece(BytesView(whole).first(size)).ok());
}
