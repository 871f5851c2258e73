#include "protocol/channel/padding.h"

#include "protocol/base/padding.h"

namespace liaise::channel {

namespace {
constexpr std::uint8_t end_mark = 0x80;
}

Bytes pad(BytesView plain) {
    Bytes padded;
    padded.reserve(padded_size(plain.size() + 1, padded_bytes_least));
    append(padded, plain);
    padded.push_back(end_mark);
    padded.resize(padded_size(plain.size() + 1, padded_bytes_least));
    return padded;
}

Result<std::size_t> unpadded_size(BytesView padded) {
    std::size_t end = padded.size();
    while (end > 0 && padded[end - 1] == 0) --end;
    if (end == 0 || padded[end - 1] != end_mark) return Error{ErrorCode::malformed, "padding has no end"};
    if (padded_size(end, padded_bytes_least) != padded.size())
        return Error{ErrorCode::malformed, "padded to the wrong size", padded.size()};
    return end - 1;
}

}  // namespace liaise::channel
