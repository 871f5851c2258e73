// Any bytes as a piece of a parcel.
#include "protocol/base/check.h"
#include "protocol/channel/parcel_piece.h"

using namespace liaise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView input(data, size);
    const auto piece = channel::read_piece(input);
    if (piece) LIAISE_CHECK(channel::is_piece(input) && piece->index < piece->count);
    return 0;
}
