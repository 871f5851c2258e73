// X25519 (RFC 7748).
#pragma once

#include "protocol/crypto/secret.h"

namespace liaise::crypto {

// The shared secret; not_authentic when it is all zeros: the other key is of small order (RFC 7748
// section 6.1).
Result<Key> dh_agree(const Key& private_key, BytesView other_public_key);

// not_authentic for a public key of small order or a second encoding of another (RFC 7748 lets decoders
// reduce them; here one key has one form, so that it can stand for a device).
Result<void> check_dh_public_key(const DhPublicKey& key);

class DhKey {
  public:
    static DhKey from_private(const Key& private_key);
    static DhKey draw(RandomSource& random) { return from_private(Key::draw(random)); }

    const DhPublicKey& public_key() const { return public_key_; }
    const Key& private_key() const { return private_key_; }
    Result<Key> agree(BytesView other_public_key) const { return dh_agree(private_key_, other_public_key); }

  private:
    DhKey() = default;
    Key private_key_;
    DhPublicKey public_key_;
};

}  // namespace liaise::crypto
