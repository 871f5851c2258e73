// Hybrid public key encryption (RFC 9180), base mode, with HKDF-SHA256 and ChaCha20Poly1305; the KEM is the
// caller's choice.
//
// seal/open are the single-shot forms (section 6.1). A Context (section 5) is what they are made of: it seals
// several messages in order and exports secrets. A context refuses to seal once its sequence number is used
// up.
#pragma once

#include "protocol/crypto/aead.h"
#include "protocol/crypto/kem.h"

namespace liaise::crypto::hpke {

struct Sealed {
    Bytes encapsulation;
    Bytes ciphertext;
};

// `info` hashed once, for callers who seal to many keys under one long info.
class Info {
  public:
    Info(const Kem& kem, BytesView info);

  private:
    friend class Context;
    std::array<std::uint8_t, 65> key_schedule_context_{};  // mode, psk_id_hash, info_hash
};

class Context {
  public:
    Context(const Kem& kem, const SecretBytes& shared_secret, const Info& info);
    Context(const Kem& kem, const SecretBytes& shared_secret, BytesView info)
        : Context(kem, shared_secret, Info(kem, info)) {}

    Result<Bytes> seal(BytesView associated, BytesView plain);
    Result<Bytes> open(BytesView associated, BytesView sealed);  // the sequence number moves on success only
    SecretBytes export_secret(BytesView context, std::size_t bytes) const;

  private:
    Nonce12 nonce() const;
    std::array<std::uint8_t, 10> suite_{};
    Key key_;
    Nonce12 base_nonce_;
    Key exporter_secret_;
    std::uint64_t sequence_ = 0;
};

struct Sender {
    Bytes encapsulation;
    Context context;
};
Result<Sender> set_up_sender(const Kem& kem, BytesView public_key, BytesView info, RandomSource& random);
Result<Context> set_up_receiver(const Kem& kem, BytesView encapsulation, const SecretBytes& private_key,
                                BytesView public_key, BytesView info);

Result<Sealed> seal(const Kem& kem, BytesView public_key, const Info& info, BytesView associated,
                    BytesView plain, RandomSource& random);
Result<Bytes> open(const Kem& kem, BytesView encapsulation, BytesView ciphertext,
                   const SecretBytes& private_key, BytesView public_key, const Info& info,
                   BytesView associated);

inline Result<Sealed> seal(const Kem& kem, BytesView public_key, BytesView info, BytesView associated,
                           BytesView plain, RandomSource& random) {
    return seal(kem, public_key, Info(kem, info), associated, plain, random);
}
inline Result<Bytes> open(const Kem& kem, BytesView encapsulation, BytesView ciphertext,
                          const SecretBytes& private_key, BytesView public_key, BytesView info,
                          BytesView associated) {
    return open(kem, encapsulation, ciphertext, private_key, public_key, Info(kem, info), associated);
}

}  // namespace liaise::crypto::hpke
