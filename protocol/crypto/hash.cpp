#include "protocol/crypto/hash.h"

#include <sodium.h>

namespace liaise::crypto {
namespace {

static_assert(sizeof(crypto_generichash_state) <= 384);
static_assert(sizeof(crypto_hash_sha256_state) == 104);

template <class Sodium, class State>
Sodium* as(State& state) {
    return reinterpret_cast<Sodium*>(state.opaque.data());
}

}  // namespace

Blake2b::Blake2b(std::size_t digest_bytes, BytesView key) {
    LIAISE_CHECK(crypto_generichash_init(as<crypto_generichash_state>(state_),
                                         key.empty() ? nullptr : key.data(), key.size(), digest_bytes) == 0);
}

Blake2b& Blake2b::update(BytesView part) {
    crypto_generichash_update(as<crypto_generichash_state>(state_), part.data(), part.size());
    return *this;
}

void Blake2b::finish(MutableBytes digest) {
    LIAISE_CHECK(
        crypto_generichash_final(as<crypto_generichash_state>(state_), digest.data(), digest.size()) == 0);
}

Hash blake2b(std::initializer_list<BytesView> parts) {
    Blake2b hash;
    for (const BytesView part : parts) hash.update(part);
    return hash.finish();
}

Hash keyed_blake2b(const Key& key, std::initializer_list<BytesView> parts) {
    Blake2b hash(32, key.view());
    for (const BytesView part : parts) hash.update(part);
    return hash.finish();
}

Sha256::Sha256() {
    crypto_hash_sha256_init(as<crypto_hash_sha256_state>(state_));
}

Sha256& Sha256::update(BytesView part) {
    crypto_hash_sha256_update(as<crypto_hash_sha256_state>(state_), part.data(), part.size());
    return *this;
}

Sha256Digest Sha256::finish() {
    Sha256Digest digest;
    crypto_hash_sha256_final(as<crypto_hash_sha256_state>(state_), digest.data());
    return digest;
}

Sha256Digest sha256(BytesView bytes) {
    Sha256Digest digest;
    crypto_hash_sha256(digest.data(), bytes.data(), bytes.size());
    return digest;
}

void hmac_sha256(BytesView key, std::initializer_list<BytesView> parts, std::span<std::uint8_t, 32> tag) {
    crypto_auth_hmacsha256_state state;
    // An empty key is a right one (HKDF without salt), but a null pointer is none for libsodium.
    const std::uint8_t none = 0;
    crypto_auth_hmacsha256_init(&state, key.empty() ? &none : key.data(), key.size());
    for (const BytesView part : parts) crypto_auth_hmacsha256_update(&state, part.data(), part.size());
    crypto_auth_hmacsha256_final(&state, tag.data());
    sodium_memzero(&state, sizeof state);
}

}  // namespace liaise::crypto
