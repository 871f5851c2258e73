// Reads our fixed-layout formats: big-endian numbers, byte strings with a length before them. Every read is
// bounded; after a refusal nothing is consumed. Views borrow from the bytes that the reader was given.
#pragma once

#include "protocol/base/ids.h"

namespace liaise {

class Reader {
  public:
    explicit Reader(BytesView bytes) : bytes_(bytes) {}

    std::size_t position() const { return position_; }
    std::size_t left() const { return bytes_.size() - position_; }
    bool done() const { return left() == 0; }

    Result<std::uint8_t> u8() { return number<std::uint8_t>(); }
    Result<std::uint16_t> u16() { return number<std::uint16_t>(); }
    Result<std::uint32_t> u32() { return number<std::uint32_t>(); }
    Result<std::uint64_t> u64() { return number<std::uint64_t>(); }

    // An unsigned LEB128 number: seven bits a byte, the lowest first, in as few bytes as it takes.
    Result<std::uint64_t> varint() {
        std::uint64_t value = 0;
        for (unsigned i = 0; i < 10; ++i) {
            if (i >= left()) return Error{ErrorCode::malformed, "bytes cut short", position_};
            const std::uint8_t byte = bytes_[position_ + i];
            value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
            if ((byte & 0x80) != 0) continue;
            const bool over_long = i > 0 && byte == 0;
            if (over_long || (i == 9 && byte > 1)) break;
            position_ += i + 1;
            return value;
        }
        return Error{ErrorCode::malformed, "number not in its shortest form", position_};
    }

    // The next `count` bytes.
    Result<BytesView> raw(std::size_t count) {
        if (count > left()) return Error{ErrorCode::malformed, "bytes cut short", position_};
        const BytesView view = bytes_.subspan(position_, count);
        position_ += count;
        return view;
    }
    // A byte string behind a 16-bit or 32-bit length; longer than `count_max` is too_large.
    Result<BytesView> sized16(std::size_t count_max) { return sized(u16(), count_max); }
    Result<BytesView> sized32(std::size_t count_max) { return sized(u32(), count_max); }

    template <class Id>
    Result<Id> fixed() {
        return Id::from(LIAISE_TRY(raw(Id::size_bytes)));
    }
    // Nothing may follow.
    Result<void> end() const {
        if (!done()) return Error{ErrorCode::malformed, "bytes left over", position_};
        return {};
    }

  private:
    template <class Number>
    Result<Number> number() {
        const BytesView view = LIAISE_TRY(raw(sizeof(Number)));
        std::uint64_t value = 0;
        for (const std::uint8_t byte : view) value = value << 8 | byte;
        return static_cast<Number>(value);
    }
    template <class Count>
    Result<BytesView> sized(Result<Count> count, std::size_t count_max) {
        if (!count) return count.error();
        const std::size_t start = position_ - sizeof(Count);
        if (*count > count_max || *count > left()) {
            position_ = start;
            if (*count > count_max) return Error{ErrorCode::too_large, "byte string over its limit", start};
            return Error{ErrorCode::malformed, "bytes cut short", start};
        }
        return raw(*count);
    }

    BytesView bytes_;
    std::size_t position_ = 0;
};

}  // namespace liaise
