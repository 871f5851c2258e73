// The presentation language of RFC 9420 section 2.1: big-endian numbers, optional values, and vectors behind
// a length of 1, 2 or 4 bytes in its shortest form.
//
// Every structure of this folder has `void encode(Encoder&) const` and `static Result<T> decode(Decoder&)`.
// There is one way to write a value, so re-encoding what was decoded gives the bytes that were signed.
//
// - A vector's length is checked against the bytes that are there before anything is allocated, so a message
//   of n bytes makes us hold no more than a constant times n.
// - A list has a limit on its elements. Attack: many tiny elements that cost us far more than a byte each.
// - Views borrow from the bytes that the decoder was given.
#pragma once

#include <optional>
#include <vector>

#include "protocol/base/bytes.h"
#include "protocol/base/limits.h"
#include "protocol/crypto/secret.h"
#include "protocol/mls/errors.h"

namespace liaise::mls {

// The length of a vector before its bytes: 1, 2 or 4 bytes.
struct LengthHeader {
    std::array<std::uint8_t, 4> bytes{};
    std::size_t size = 0;
    explicit LengthHeader(std::size_t length);
    BytesView view() const { return BytesView(bytes).first(size); }
};

class Encoder {
  public:
    Encoder() = default;
    explicit Encoder(std::size_t expected_bytes) { out_.reserve(expected_bytes); }
    // For secrets: what a growing buffer leaves behind is wiped.
    static Encoder for_secrets() {
        Encoder out(256);
        out.wipes_ = true;
        return out;
    }

    Encoder& u8(std::uint8_t value) { return number(value); }
    Encoder& u16(std::uint16_t value) { return number(value); }
    Encoder& u32(std::uint32_t value) { return number(value); }
    Encoder& u64(std::uint64_t value) { return number(value); }
    Encoder& raw(BytesView bytes) {
        make_room(bytes.size());
        return append(out_, bytes), *this;
    }
    // opaque x<V>
    Encoder& opaque(BytesView bytes) { return raw(LengthHeader(bytes.size()).view()).raw(bytes); }

    template <class T>
    Encoder& value(const T& item) {
        return item.encode(*this), *this;
    }
    // optional<T>
    template <class T>
    Encoder& optional(const std::optional<T>& item) {
        u8(item.has_value() ? 1 : 0);
        if (item) value(*item);
        return *this;
    }
    // T x<V>
    template <class T>
    Encoder& list(const std::vector<T>& items) {
        return vector([&] {
            for (const T& item : items) value(item);
        });
    }
    Encoder& numbers16(const std::vector<std::uint16_t>& items) {
        return vector([&] {
            for (const std::uint16_t item : items) u16(item);
        });
    }
    Encoder& numbers32(const std::vector<std::uint32_t>& items) {
        return vector([&] {
            for (const std::uint32_t item : items) u32(item);
        });
    }
    // What `write` appends, behind its length.
    template <class Write>
    Encoder& vector(Write&& write) {
        const std::size_t start = out_.size();
        write();
        const LengthHeader header(out_.size() - start);
        make_room(header.size);
        out_.insert(out_.begin() + static_cast<std::ptrdiff_t>(start), header.bytes.begin(),
                    header.bytes.begin() + static_cast<std::ptrdiff_t>(header.size));
        return *this;
    }

    BytesView view() const { return out_; }
    std::size_t size() const { return out_.size(); }
    Bytes take() && { return std::move(out_); }
    crypto::SecretBytes take_secret() && { return crypto::SecretBytes::take(std::move(out_)); }

  private:
    void make_room(std::size_t more) {
        if (wipes_ && out_.size() + more > out_.capacity()) grow(more);
    }
    void grow(std::size_t more);

    template <class Number>
    Encoder& number(Number value) {
        std::array<std::uint8_t, sizeof(Number)> bytes;
        for (std::size_t i = 0; i < sizeof(Number); ++i)
            bytes[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >>
                                                 (8 * (sizeof(Number) - 1 - i)));
        return raw(bytes);
    }

    Bytes out_;
    bool wipes_ = false;
};

class Decoder {
  public:
    explicit Decoder(BytesView bytes) : bytes_(bytes) {}

    std::size_t position() const { return position_; }
    std::size_t left() const { return bytes_.size() - position_; }
    bool done() const { return left() == 0; }
    // The bytes from `start` (an earlier position()) to here: what a structure looked like on the wire.
    BytesView since(std::size_t start) const { return bytes_.subspan(start, position_ - start); }

    Result<std::uint8_t> u8() { return number<std::uint8_t>(); }
    Result<std::uint16_t> u16() { return number<std::uint16_t>(); }
    Result<std::uint32_t> u32() { return number<std::uint32_t>(); }
    Result<std::uint64_t> u64() { return number<std::uint64_t>(); }
    Result<BytesView> raw(std::size_t count) {
        if (count > left()) return broken(Rule::cut_short, position_);
        const BytesView view = bytes_.subspan(position_, count);
        position_ += count;
        return view;
    }
    Result<std::size_t> length();  // a vector's length alone; the bytes need not be there
    Result<BytesView> opaque() { return raw(LIAISE_TRY(length())); }
    Result<Bytes> opaque_copy() { return to_bytes(LIAISE_TRY(opaque())); }
    Result<Decoder> vector() { return Decoder(LIAISE_TRY(opaque())); }
    Result<bool> presence();  // the octet of an optional value

    template <class T>
    Result<std::optional<T>> optional() {
        if (!LIAISE_TRY(presence())) return std::optional<T>();
        return std::optional<T>(LIAISE_TRY(T::decode(*this)));
    }
    template <class T>
    Result<std::vector<T>> list(std::size_t count_max) {
        return collect<T>(count_max, [](Decoder& inner) { return T::decode(inner); });
    }
    Result<std::vector<std::uint16_t>> numbers16(std::size_t count_max) {
        return collect<std::uint16_t>(count_max, [](Decoder& inner) { return inner.u16(); });
    }
    Result<std::vector<std::uint32_t>> numbers32(std::size_t count_max) {
        return collect<std::uint32_t>(count_max, [](Decoder& inner) { return inner.u32(); });
    }
    Result<void> end() const {
        if (!done()) return broken(Rule::left_over, position_);
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
    template <class T, class Decode>
    Result<std::vector<T>> collect(std::size_t count_max, Decode decode) {
        Decoder inner = LIAISE_TRY(vector());
        std::vector<T> items;
        while (!inner.done()) {
            if (items.size() == count_max) return broken(Rule::list_too_long, position_);
            items.push_back(LIAISE_TRY(decode(inner)));
        }
        return items;
    }

    BytesView bytes_;
    std::size_t position_ = 0;
};

template <class T>
Bytes encoded(const T& item) {
    Encoder encoder;
    item.encode(encoder);
    return std::move(encoder).take();
}
// The whole of `bytes`, and nothing left over.
template <class T>
Result<T> decoded(BytesView bytes) {
    Decoder decoder(bytes);
    T item = LIAISE_TRY(T::decode(decoder));
    LIAISE_TRY(decoder.end());
    return item;
}

}  // namespace liaise::mls
