// Ed25519 signatures (RFC 8032).
#pragma once

#include "protocol/crypto/purpose.h"
#include "protocol/crypto/secret.h"

namespace liaise::crypto {

class SigningKey {
  public:
    // The key pair of a 32-byte seed.
    static SigningKey from_seed(const Key& seed);
    static SigningKey draw(RandomSource& random) { return from_seed(Key::draw(random)); }

    const VerifyKey& public_key() const { return public_key_; }
    Key seed() const;

    Signature sign(Purpose purpose, BytesView bytes) const;
    // Over the bytes alone: for protocol/mls, whose labels are RFC 9420's own.
    Signature sign_bare(BytesView bytes) const;

  private:
    SigningKey() = default;
    Secret<64> expanded_;
    VerifyKey public_key_;
};

// not_authentic for 32 bytes that no honest key pair has: not on the curve, of small or mixed order, not
// canonical. For keys that are written down before they ever sign (attack class 6).
Result<void> check_verify_key(const VerifyKey& key);

// not_authentic unless the signature is right for this key, purpose and bytes. Small-order keys and
// non-canonical encodings are refused (libsodium).
Result<void> verify(const VerifyKey& key, Purpose purpose, BytesView bytes, const Signature& signature);
Result<void> verify_bare(BytesView key, BytesView bytes, BytesView signature);

}  // namespace liaise::crypto
