// HKDF with SHA-256 (RFC 5869). libsodium 1.0.18 has none, so it is composed here from its HMAC.
#pragma once

#include "protocol/crypto/hash.h"

namespace liaise::crypto {

Key hkdf_extract(BytesView salt, std::initializer_list<BytesView> input_key_material);
// Fills `out`: at most 255 * 32 bytes. `info` is the parts one behind the other.
void hkdf_expand(BytesView pseudo_random_key, std::initializer_list<BytesView> info, MutableBytes out);

}  // namespace liaise::crypto
