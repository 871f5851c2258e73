// What MLS needs of cryptography (RFC 9420 section 5.1), behind one interface: another suite, such as one
// with a hybrid post-quantum KEM, is one more implementation and no change elsewhere.
//
// Sizes are the suite's: a Digest holds up to 64 bytes, keys and signatures are byte strings. The labelled
// functions of sections 5.1.2, 5.1.3, 5.2 and 8 are written once, here, on top of the primitives; their
// labels carry the prefix "MLS 1.0 ".
//
// The suite's number enters hashes and signatures as data. Suites 1 and 3 differ in the AEAD alone, so 1 is
// served too, without one: enough to check trees, schedules and transcripts of such groups, and refused where
// encryption is due (Rule::suite_without_aead).
#pragma once

#include <initializer_list>
#include <memory>
#include <string_view>

#include "protocol/base/random.h"
#include "protocol/crypto/hpke.h"
#include "protocol/crypto/secret.h"
#include "protocol/mls/codec.h"

namespace liaise::mls {

using crypto::SecretBytes;

// The output of a suite's hash: no more than 64 bytes, without a heap block of its own.
class Digest {
  public:
    static constexpr std::size_t bytes_max = 64;
    Digest() = default;
    explicit Digest(std::size_t size) : size_(static_cast<std::uint8_t>(size)) {
        LIAISE_CHECK(size <= bytes_max);
    }
    BytesView view() const { return BytesView(bytes_).first(size_); }
    MutableBytes mutable_view() { return MutableBytes(bytes_).first(size_); }
    friend bool operator==(const Digest& a, const Digest& b) { return same_bytes(a.view(), b.view()); }

  private:
    std::array<std::uint8_t, bytes_max> bytes_{};
    std::uint8_t size_ = 0;
};

// A private signature key, expanded once.
class Signer {
  public:
    virtual ~Signer() = default;
    virtual BytesView public_key() const = 0;
    virtual SecretBytes private_key() const = 0;  // as signer_of takes it
    virtual Bytes sign(BytesView bytes) const = 0;

  protected:
    Signer() = default;
    Signer(const Signer&) = default;
    Signer& operator=(const Signer&) = default;
};
// Owned together by every group and key package that signs with it; it never changes.
using SharedSigner = std::shared_ptr<const Signer>;

struct HpkeKeyPair {
    SecretBytes private_key;
    Bytes public_key;
};
struct HPKECiphertext {
    Bytes kem_output;
    Bytes ciphertext;
    void encode(Encoder& out) const;
    static Result<HPKECiphertext> decode(Decoder& in);
    friend bool operator==(const HPKECiphertext&, const HPKECiphertext&) = default;
};

class CipherSuite {
  public:
    virtual ~CipherSuite() = default;

    virtual std::uint16_t id() const = 0;
    virtual bool has_aead() const = 0;
    virtual std::size_t hash_bytes() const = 0;        // KDF.Nh
    virtual std::size_t aead_key_bytes() const = 0;    // AEAD.Nk
    virtual std::size_t aead_nonce_bytes() const = 0;  // AEAD.Nn

    virtual Digest hash(std::initializer_list<BytesView> parts) const = 0;
    virtual Digest mac(BytesView key, std::initializer_list<BytesView> parts) const = 0;
    virtual SecretBytes extract(BytesView salt, BytesView input_key_material) const = 0;
    virtual void expand(BytesView secret, std::initializer_list<BytesView> info, MutableBytes out) const = 0;

    virtual Bytes seal(BytesView key, BytesView nonce, BytesView associated, BytesView plain) const = 0;
    virtual Result<Bytes> open(BytesView key, BytesView nonce, BytesView associated,
                               BytesView sealed) const = 0;

    virtual const crypto::Kem& kem() const = 0;

    virtual Result<SharedSigner> signer_of(const SecretBytes& private_key) const = 0;
    virtual SharedSigner draw_signer(RandomSource& random) const = 0;
    virtual bool verify(BytesView public_key, BytesView bytes, BytesView signature) const = 0;
    virtual std::size_t signature_key_bytes() const = 0;

    // Section 8.
    void expand_with_label(BytesView secret, std::string_view label, BytesView context,
                           MutableBytes out) const;
    SecretBytes expand_with_label(BytesView secret, std::string_view label, BytesView context,
                                  std::size_t bytes) const;
    SecretBytes derive_secret(BytesView secret, std::string_view label) const;
    // Section 9.1.
    void derive_tree_secret(BytesView secret, std::string_view label, std::uint32_t generation,
                            MutableBytes out) const;
    // Section 5.2. These labels are whole: "MLS 1.0 KeyPackage Reference", "MLS 1.0 Proposal Reference".
    Digest ref_hash(std::string_view label, BytesView value) const;

    // Section 5.1.2.
    Bytes sign_with_label(const Signer& signer, std::string_view label, BytesView content) const;
    bool verify_with_label(BytesView public_key, std::string_view label, BytesView content,
                           BytesView signature) const;

    // Section 5.1.1: the pair that belongs to a secret, and the check that a given pair is one.
    HpkeKeyPair derive_key_pair(BytesView secret) const { return derive(secret); }
    Result<void> check_key_pair(const SecretBytes& private_key, BytesView public_key) const;
    Result<void> check_public_key(BytesView public_key) const;

  private:
    HpkeKeyPair derive(BytesView secret) const;
};

// EncryptWithLabel and DecryptWithLabel (section 5.1.3) under one label and context. The context is hashed
// once, however many keys follow: a Welcome's context holds the whole tree, and hashing it for each new
// member would be quadratic in the group.
class LabeledHpke {
  public:
    LabeledHpke(const CipherSuite& suite, std::string_view label, BytesView context);
    Result<HPKECiphertext> seal(BytesView public_key, BytesView plain, RandomSource& random) const;
    Result<SecretBytes> open(const HPKECiphertext& sealed, const SecretBytes& private_key,
                             BytesView public_key) const;

  private:
    const CipherSuite& suite_;
    crypto::hpke::Info info_;
};

inline constexpr std::uint16_t suite_x25519_chacha20 =
    0x0003;  // MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519
inline constexpr std::uint16_t suite_x25519_aes128 =
    0x0001;  // the same with AES-128-GCM: served without AEAD

// The suites that this program speaks; they live as long as the program. unsupported for any other number.
Result<const CipherSuite*> find_suite(std::uint16_t id);
const CipherSuite& suite_3();

}  // namespace liaise::mls
