// Writes our fixed-layout formats: the other half of reader.h.
#pragma once

#include "protocol/base/ids.h"

namespace liaise {

class Writer {
  public:
    Writer& u8(std::uint8_t value) { return number(value); }
    Writer& u16(std::uint16_t value) { return number(value); }
    Writer& u32(std::uint32_t value) { return number(value); }
    Writer& u64(std::uint64_t value) { return number(value); }
    // An unsigned LEB128 number: 1 byte below 128, at most 10.
    Writer& varint(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<std::uint8_t>(value | 0x80));
        bytes_.push_back(static_cast<std::uint8_t>(value));
        return *this;
    }
    Writer& raw(BytesView bytes) { return append(bytes_, bytes), *this; }
    // The caller has kept to the limit that the reader will ask for.
    Writer& sized16(BytesView bytes) {
        LIAISE_CHECK(bytes.size() <= 0xffff);
        return u16(static_cast<std::uint16_t>(bytes.size())).raw(bytes);
    }
    Writer& sized32(BytesView bytes) {
        LIAISE_CHECK(bytes.size() <= 0xffff'ffff);
        return u32(static_cast<std::uint32_t>(bytes.size())).raw(bytes);
    }
    template <class Meaning, std::size_t N>
    Writer& fixed(const FixedBytes<Meaning, N>& value) {
        return raw(value.view());
    }

    Writer& reserve(std::size_t count) { return bytes_.reserve(count), *this; }
    BytesView view() const { return bytes_; }
    Bytes take() && { return std::move(bytes_); }

  private:
    template <class Number>
    Writer& number(Number value) {
        for (std::size_t shift = sizeof(Number); shift-- > 0;)
            bytes_.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (shift * 8)));
        return *this;
    }

    Bytes bytes_;
};

}  // namespace liaise
