#include "protocol/mls/codec.h"

namespace liaise::mls {
namespace {

constexpr std::size_t one_byte_max = 63;
constexpr std::size_t two_bytes_max = 16383;
constexpr std::size_t four_bytes_max = 1073741823;

}  // namespace

LengthHeader::LengthHeader(std::size_t length) {
    LIAISE_CHECK(length <= four_bytes_max);
    const auto byte = [&](std::size_t shift) { return static_cast<std::uint8_t>(length >> shift); };
    if (length <= one_byte_max) {
        bytes = {byte(0)};
        size = 1;
    } else if (length <= two_bytes_max) {
        bytes = {static_cast<std::uint8_t>(0x40 | byte(8)), byte(0)};
        size = 2;
    } else {
        bytes = {static_cast<std::uint8_t>(0x80 | byte(24)), byte(16), byte(8), byte(0)};
        size = 4;
    }
}

void Encoder::grow(std::size_t more) {
    Bytes larger;
    larger.reserve(2 * (out_.size() + more));
    append(larger, out_);
    crypto::wipe(out_);
    out_ = std::move(larger);
}

Result<std::size_t> Decoder::length() {
    const std::size_t start = position_;
    const std::uint8_t first = LIAISE_TRY(u8());
    const unsigned prefix = first >> 6;
    if (prefix == 3) return broken(Rule::vector_length, start);
    std::size_t value = first & 0x3f;
    for (unsigned more = (1U << prefix) - 1; more > 0; --more) value = value << 8 | LIAISE_TRY(u8());
    const bool shortest = prefix == 0 || (prefix == 1 ? value > one_byte_max : value > two_bytes_max);
    if (!shortest) return broken(Rule::vector_length, start);
    return value;
}

Result<bool> Decoder::presence() {
    const std::size_t start = position_;
    const std::uint8_t octet = LIAISE_TRY(u8());
    if (octet > 1) return broken(Rule::presence_octet, start);
    return octet == 1;
}

}  // namespace liaise::mls
