// Key encapsulation as RFC 9180 section 4 uses it. One implementation today, DHKEM(X25519, HKDF-SHA256); a
// hybrid with ML-KEM is one more.
#pragma once

#include "protocol/crypto/dh.h"

namespace liaise::crypto {

struct KemKeyPair {
    SecretBytes private_key;
    Bytes public_key;
};
struct Encapsulated {
    SecretBytes shared_secret;
    Bytes encapsulation;
};

class Kem {
  public:
    virtual ~Kem() = default;
    virtual std::uint16_t id() const = 0;  // RFC 9180 section 7.1
    virtual std::size_t private_key_bytes() const = 0;
    virtual std::size_t public_key_bytes() const = 0;
    virtual std::size_t encapsulation_bytes() const = 0;

    // DeriveKeyPair of RFC 9180 section 7.1.3: the same input gives the same pair.
    virtual KemKeyPair derive_key_pair(BytesView input_key_material) const = 0;
    // The public key of a private key; malformed when its size is wrong.
    virtual Result<Bytes> public_key_of(const SecretBytes& private_key) const = 0;
    // malformed or not_authentic for a public key that no private key has. Costs next to nothing.
    virtual Result<void> check_public_key(BytesView public_key) const = 0;
    // malformed or not_authentic for a public key that is none.
    virtual Result<Encapsulated> encapsulate(BytesView public_key, RandomSource& random) const = 0;
    // Needs the public key that belongs to the private one (it enters the shared secret, and computing it
    // anew costs a multiplication).
    virtual Result<SecretBytes> decapsulate(BytesView encapsulation, const SecretBytes& private_key,
                                            BytesView public_key) const = 0;

  protected:
    Kem() = default;
    Kem(const Kem&) = default;
    Kem& operator=(const Kem&) = default;
};

const Kem& dhkem_x25519();

}  // namespace liaise::crypto
