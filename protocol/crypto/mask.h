// Hides eight bytes in place: a keyed permutation of 64-bit blocks (a Feistel network of four rounds over
// SipHash-2-4, after Luby and Rackoff).
//
// For small fields that stand in a foreign format with no room for a nonce and a tag, where equal plain
// blocks under an equal tweak may show as equal: the checksums of a write-ahead log (node/store). It
// authenticates nothing, and is no cipher for content.
#pragma once

#include "protocol/crypto/secret.h"

namespace liaise::crypto {

using MaskKey = Secret<16>;
using MaskedBlock = std::span<std::uint8_t, 8>;

// The tweak says where the block stands, so that equal blocks at different places differ.
void mask(const MaskKey& key, std::uint64_t tweak, MaskedBlock block);
void unmask(const MaskKey& key, std::uint64_t tweak, MaskedBlock block);

// SipHash-2-4: a keyed 64-bit hash for short inputs.
std::uint64_t short_hash(const MaskKey& key, BytesView bytes);

}  // namespace liaise::crypto
