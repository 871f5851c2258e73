// Content in a bucket: its bytes, one byte 0x80, zeros up to the bucket's size (protocol/base/padding.h),
// so that a payload's size tells no more than the bucket: at least 128 bytes, and at most 12 % above that.
#pragma once

#include "protocol/base/bytes.h"

namespace liaise::channel {

inline constexpr std::size_t padded_bytes_least = 128;

Bytes pad(BytesView plain);
// The size of what was padded; malformed when it was not padded so, or not into its bucket.
Result<std::size_t> unpadded_size(BytesView padded);

}  // namespace liaise::channel
