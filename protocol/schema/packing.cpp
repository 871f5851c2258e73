#include "protocol/schema/packing.h"

namespace liaise::schema {
namespace {

constexpr std::size_t word_bytes = 8;
constexpr std::size_t run_words_max = 255;  // that follow a tag of all zeros or all ones

using WordBytes = std::array<std::uint8_t, word_bytes>;

WordBytes bytes_of_word(std::uint64_t word) {
    WordBytes bytes;
    std::memcpy(bytes.data(), &word, word_bytes);
    return bytes;
}

std::size_t zero_bytes(std::uint64_t word) {
    std::size_t zeros = 0;
    for (const std::uint8_t byte : bytes_of_word(word)) zeros += byte == 0;
    return zeros;
}

// How many words from `at` on the test holds for.
template <class Test>
std::size_t count_while(std::span<const std::uint64_t> words, std::size_t at, Test&& test) {
    std::size_t count = 0;
    while (count < run_words_max && at + count < words.size() && test(words[at + count])) ++count;
    return count;
}

class Unpacker {
  public:
    Unpacker(BytesView packed, std::size_t words_max) : packed_(packed), words_max_(words_max) {}

    Result<Words> unpack() {
        while (at_ < packed_.size()) LIAISE_TRY(unpack_tag());
        if (words_.empty()) return Error{ErrorCode::malformed, "message without a word"};
        return std::move(words_);
    }

  private:
    Result<std::uint8_t> byte() {
        if (at_ == packed_.size()) return Error{ErrorCode::malformed, "packed message cut short", at_};
        return packed_[at_++];
    }
    Result<void> room_for(std::size_t count) const {
        if (count > words_max_ - words_.size())
            return Error{ErrorCode::too_large, "message over its limit", words_max_};
        return {};
    }

    Result<void> unpack_tag() {
        LIAISE_TRY(room_for(1));
        const std::uint8_t tag = LIAISE_TRY(byte());
        WordBytes bytes{};
        for (std::size_t i = 0; i < word_bytes; ++i)
            if ((tag >> i & 1) != 0) bytes[i] = LIAISE_TRY(byte());
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data(), word_bytes);
        words_.push_back(word);
        if (tag == 0x00) return unpack_zeros();
        if (tag == 0xff) return unpack_plain();
        return {};
    }
    Result<void> unpack_zeros() {
        const std::size_t count = LIAISE_TRY(byte());
        LIAISE_TRY(room_for(count));
        words_.resize(words_.size() + count);
        return {};
    }
    Result<void> unpack_plain() {
        const std::size_t count = LIAISE_TRY(byte());
        LIAISE_TRY(room_for(count));
        if (count * word_bytes > packed_.size() - at_)
            return Error{ErrorCode::malformed, "packed message cut short", at_};
        const std::size_t old = words_.size();
        words_.resize(old + count);
        if (count > 0) std::memcpy(words_.data() + old, packed_.data() + at_, count * word_bytes);
        at_ += count * word_bytes;
        return {};
    }

    BytesView packed_;
    std::size_t words_max_;
    std::size_t at_ = 0;
    Words words_;
};

}  // namespace

Bytes pack(std::span<const std::uint64_t> words) {
    Bytes packed;
    for (std::size_t at = 0; at < words.size();) {
        const WordBytes bytes = bytes_of_word(words[at++]);
        const std::size_t tag_at = packed.size();
        packed.push_back(0);
        for (std::size_t i = 0; i < word_bytes; ++i) {
            if (bytes[i] == 0) continue;
            packed[tag_at] = static_cast<std::uint8_t>(packed[tag_at] | 1U << i);
            packed.push_back(bytes[i]);
        }
        const std::uint8_t tag = packed[tag_at];
        if (tag != 0x00 && tag != 0xff) continue;
        const std::size_t count =
            tag == 0x00 ? count_while(words, at, [](std::uint64_t word) { return word == 0; })
                        : count_while(words, at, [](std::uint64_t word) { return zero_bytes(word) < 2; });
        packed.push_back(static_cast<std::uint8_t>(count));
        const std::size_t old = packed.size();
        if (tag == 0xff && count > 0) {
            packed.resize(old + count * word_bytes);
            std::memcpy(packed.data() + old, words.data() + at, count * word_bytes);
        }
        at += count;
    }
    return packed;
}

Result<Words> unpack(BytesView packed, std::size_t words_max) {
    return Unpacker(packed, words_max).unpack();
}

}  // namespace liaise::schema
