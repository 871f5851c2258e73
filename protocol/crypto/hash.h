// Hashing. BLAKE2b wherever the choice is ours (three times as fast as SHA-256 here); SHA-256 and HMAC where
// RFC 9420 and RFC 9180 say so.
#pragma once

#include <initializer_list>

#include "protocol/crypto/secret.h"

namespace liaise::crypto {

// BLAKE2b (RFC 7693), fed in parts.
class Blake2b {
  public:
    explicit Blake2b(std::size_t digest_bytes = 32,
                     BytesView key = {});  // digest 16 to 64 bytes, key up to 64
    Blake2b& update(BytesView part);
    void finish(MutableBytes digest);  // exactly digest_bytes; once

    Hash finish() {
        Hash hash;
        finish(hash.bytes);
        return hash;
    }

  private:
    struct alignas(64) State {
        std::array<std::uint8_t, 384> opaque;
    } state_;
};

// BLAKE2b-256 over the parts, one behind the other. What is hashed must be self-delimiting: a domain, then
// fixed-size parts, and at most one of free length, last.
Hash blake2b(std::initializer_list<BytesView> parts);
// The same with a key: a pseudo-random function and a message authentication code.
Hash keyed_blake2b(const Key& key, std::initializer_list<BytesView> parts);

using Sha256Digest = std::array<std::uint8_t, 32>;

class Sha256 {
  public:
    Sha256();
    Sha256& update(BytesView part);
    Sha256Digest finish();

  private:
    struct alignas(8) State {
        std::array<std::uint8_t, 104> opaque;
    } state_;
};
Sha256Digest sha256(BytesView bytes);

// HMAC-SHA256 (RFC 2104), with a key of any size, over the parts one behind the other.
void hmac_sha256(BytesView key, std::initializer_list<BytesView> parts, std::span<std::uint8_t, 32> tag);

}  // namespace liaise::crypto
