// Byte strings, and their text forms.
//
// Bytes owns, BytesView borrows (as long as what it was made from). Text forms: hex for tools and logs of
// formats, base32 (Crockford's alphabet in lower case, no padding) for what people read and type: it has no
// letter that looks like a digit, and decoding forgives upper case and the four usual confusions (o for 0; i
// and l for 1).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.h"

namespace liaise {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;

// The bytes of a text, borrowed.
inline BytesView bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
// The text of some bytes, borrowed; whether they are UTF-8 is the caller's to check.
inline std::string_view text_of(BytesView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline Bytes to_bytes(BytesView view) {
    return {view.begin(), view.end()};
}
inline void append(Bytes& to, BytesView more) {
    to.insert(to.end(), more.begin(), more.end());
}

// Not in constant time: for public values only. Secrets have crypto::equal.
inline bool same_bytes(BytesView a, BytesView b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

std::string to_hex(BytesView bytes);
Result<Bytes> from_hex(
    std::string_view text);  // even length, either case; else malformed at the first bad character

std::string to_base32(BytesView bytes);
Result<Bytes> from_base32(std::string_view text);  // left-over bits must be zero; else malformed

}  // namespace liaise
