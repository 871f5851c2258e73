// Suites 0x0003 and 0x0001: X25519, HKDF-SHA256, Ed25519. The first has ChaCha20-Poly1305; the second is
// here without its AEAD.
#include "protocol/crypto/hash.h"
#include "protocol/crypto/kdf.h"
#include "protocol/crypto/sign.h"
#include "protocol/mls/cipher_suite.h"

namespace liaise::mls {
namespace {

class Ed25519Signer final : public Signer {
  public:
    explicit Ed25519Signer(crypto::SigningKey key) : key_(std::move(key)) {}
    BytesView public_key() const override { return key_.public_key().view(); }
    SecretBytes private_key() const override { return SecretBytes::copy_of(key_.seed().view()); }
    Bytes sign(BytesView bytes) const override { return to_bytes(key_.sign_bare(bytes).view()); }

  private:
    crypto::SigningKey key_;
};

class SuiteX25519 final : public CipherSuite {
  public:
    SuiteX25519(std::uint16_t id, bool has_aead) : id_(id), has_aead_(has_aead) {}

    std::uint16_t id() const override { return id_; }
    bool has_aead() const override { return has_aead_; }
    std::size_t hash_bytes() const override { return 32; }
    std::size_t aead_key_bytes() const override { return has_aead_ ? 32 : 16; }
    std::size_t aead_nonce_bytes() const override { return 12; }

    Digest hash(std::initializer_list<BytesView> parts) const override {
        crypto::Sha256 sha;
        for (const BytesView part : parts) sha.update(part);
        const crypto::Sha256Digest out = sha.finish();
        Digest digest(out.size());
        std::copy(out.begin(), out.end(), digest.mutable_view().begin());
        return digest;
    }
    Digest mac(BytesView key, std::initializer_list<BytesView> parts) const override {
        Digest digest(32);
        crypto::hmac_sha256(key, parts, digest.mutable_view().first<32>());
        return digest;
    }
    SecretBytes extract(BytesView salt, BytesView input_key_material) const override {
        SecretBytes secret(32);
        crypto::hmac_sha256(salt, {input_key_material}, secret.mutable_view().first<32>());
        return secret;
    }
    void expand(BytesView secret, std::initializer_list<BytesView> info, MutableBytes out) const override {
        crypto::hkdf_expand(secret, info, out);
    }

    Bytes seal(BytesView key, BytesView nonce, BytesView associated, BytesView plain) const override {
        LIAISE_CHECK(has_aead_);
        return crypto::chacha_seal(key, crypto::Nonce12::from(nonce).value(), associated, plain);
    }
    Result<Bytes> open(BytesView key, BytesView nonce, BytesView associated,
                       BytesView sealed) const override {
        if (!has_aead_) return broken(Rule::suite_without_aead, id_);
        return crypto::chacha_open(key, crypto::Nonce12::from(nonce).value(), associated, sealed);
    }

    const crypto::Kem& kem() const override { return crypto::dhkem_x25519(); }

    Result<SharedSigner> signer_of(const SecretBytes& private_key) const override {
        const auto seed = crypto::Key::copy_of(private_key.view());
        if (!seed) return broken(Rule::private_key);
        return SharedSigner(std::make_shared<Ed25519Signer>(crypto::SigningKey::from_seed(*seed)));
    }
    SharedSigner draw_signer(RandomSource& random) const override {
        return std::make_shared<Ed25519Signer>(crypto::SigningKey::draw(random));
    }
    bool verify(BytesView public_key, BytesView bytes, BytesView signature) const override {
        return crypto::verify_bare(public_key, bytes, signature).ok();
    }
    std::size_t signature_key_bytes() const override { return 32; }

  private:
    std::uint16_t id_;
    bool has_aead_;
};

}  // namespace

const CipherSuite& suite_3() {
    static const SuiteX25519 suite(suite_x25519_chacha20, true);
    return suite;
}

Result<const CipherSuite*> find_suite(std::uint16_t id) {
    static const SuiteX25519 suite_1(suite_x25519_aes128, false);
    if (id == suite_x25519_chacha20) return &suite_3();
    if (id == suite_x25519_aes128) return &suite_1;
    return broken(Rule::suite_unknown, id);
}

}  // namespace liaise::mls
