// Authenticated encryption: sealed = ciphertext, then the 16-byte tag.
//
// ChaCha20-Poly1305 (RFC 8439, 12-byte nonce) where RFC 9420 and RFC 9180 say so; the nonce comes from their
// schedules. XChaCha20-Poly1305 (24-byte nonce) for our own formats: the nonce is drawn at random. Opening
// gives not_authentic for a wrong key, nonce, tag or associated data alike, and then no byte of plaintext.
#pragma once

#include "protocol/crypto/secret.h"

namespace liaise::crypto {

inline constexpr std::size_t tag_bytes = 16;
using Nonce12 = FixedBytes<struct Nonce12Meaning, 12>;
using Nonce24 = FixedBytes<struct Nonce24Meaning, 24>;

Bytes chacha_seal(BytesView key, const Nonce12& nonce, BytesView associated, BytesView plain);
Result<Bytes> chacha_open(BytesView key, const Nonce12& nonce, BytesView associated, BytesView sealed);

Bytes xchacha_seal(const Key& key, const Nonce24& nonce, BytesView associated, BytesView plain);
Result<Bytes> xchacha_open(const Key& key, const Nonce24& nonce, BytesView associated, BytesView sealed);

// In place, for buffers that are filled once: `buffer` holds the plaintext and gets the ciphertext, or the
// other way round. `buffer` is as it was when opening fails.
void xchacha_seal_in_place(const Key& key, const Nonce24& nonce, BytesView associated, MutableBytes buffer,
                           std::span<std::uint8_t, tag_bytes> tag);
Result<void> xchacha_open_in_place(const Key& key, const Nonce24& nonce, BytesView associated,
                                   MutableBytes buffer, std::span<const std::uint8_t, tag_bytes> tag);

// From one buffer into another of the same size, for bytes that are read or written elsewhere anyway: no copy
// beside the cipher's own pass. What `plain` holds after a refusal is zeros.
void xchacha_seal_into(const Key& key, const Nonce24& nonce, BytesView associated, BytesView plain,
                       MutableBytes sealed, std::span<std::uint8_t, tag_bytes> tag);
Result<void> xchacha_open_into(const Key& key, const Nonce24& nonce, BytesView associated, BytesView sealed,
                               std::span<const std::uint8_t, tag_bytes> tag, MutableBytes plain);

}  // namespace liaise::crypto
