// A key from a passphrase: Argon2id (RFC 9106).
#pragma once

#include "protocol/crypto/secret.h"

namespace liaise::crypto {

// The price of one guess. Stored beside what the key protects, so that it can rise later; bounded when read,
// so that a forged file cannot make us allocate or compute without end.
struct PasswordCost {
    std::uint32_t passes = 3;
    std::uint32_t memory_kib = 256 * 1024;
    friend bool operator==(const PasswordCost&, const PasswordCost&) = default;
};
inline constexpr PasswordCost password_cost_least{1, 8};  // for tests
inline constexpr PasswordCost password_cost_most{16, 1024 * 1024};

using PasswordSalt = FixedBytes<struct PasswordSaltMeaning, 16>;

// too_large or malformed outside the bounds; exhausted when the memory cannot be had.
Result<Key> key_from_password(const SecretBytes& password, const PasswordSalt& salt, PasswordCost cost);

}  // namespace liaise::crypto
