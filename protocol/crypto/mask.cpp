#include "protocol/crypto/mask.h"

#include <sodium.h>

namespace liaise::crypto {
namespace {

static_assert(MaskKey::size_bytes == crypto_shorthash_KEYBYTES);
constexpr std::uint8_t rounds = 4;

struct Halves {
    std::uint32_t left;
    std::uint32_t right;
};

std::uint32_t round_of(const MaskKey& key, std::uint64_t tweak, std::uint8_t round, std::uint32_t half) {
    std::array<std::uint8_t, 13> input{};
    std::memcpy(input.data(), &tweak, sizeof tweak);
    input[8] = round;
    std::memcpy(input.data() + 9, &half, sizeof half);
    return static_cast<std::uint32_t>(short_hash(key, input));
}

Halves load(MaskedBlock block) {
    Halves halves{};
    std::memcpy(&halves.left, block.data(), 4);
    std::memcpy(&halves.right, block.data() + 4, 4);
    return halves;
}

void save(Halves halves, MaskedBlock block) {
    std::memcpy(block.data(), &halves.left, 4);
    std::memcpy(block.data() + 4, &halves.right, 4);
}

}  // namespace

std::uint64_t short_hash(const MaskKey& key, BytesView bytes) {
    std::array<std::uint8_t, crypto_shorthash_BYTES> digest{};
    crypto_shorthash(digest.data(), bytes.data(), bytes.size(), key.view().data());
    std::uint64_t value = 0;
    std::memcpy(&value, digest.data(), sizeof value);
    return value;
}

void mask(const MaskKey& key, std::uint64_t tweak, MaskedBlock block) {
    Halves halves = load(block);
    for (std::uint8_t round = 0; round < rounds; ++round)
        halves = {halves.right, halves.left ^ round_of(key, tweak, round, halves.right)};
    save(halves, block);
}

void unmask(const MaskKey& key, std::uint64_t tweak, MaskedBlock block) {
    Halves halves = load(block);
    for (std::uint8_t round = rounds; round-- > 0;)
        halves = {halves.right ^ round_of(key, tweak, round, halves.left), halves.left};
    save(halves, block);
}

}  // namespace liaise::crypto
