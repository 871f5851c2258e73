#include "protocol/crypto/kem.h"

#include "protocol/crypto/hpke_labels.h"

namespace liaise::crypto {
namespace {

constexpr std::uint16_t dhkem_x25519_id = 0x0020;
constexpr std::array<std::uint8_t, 5> suite{'K', 'E', 'M', 0x00, 0x20};

class DhKemX25519 final : public Kem {
  public:
    std::uint16_t id() const override { return dhkem_x25519_id; }
    std::size_t private_key_bytes() const override { return 32; }
    std::size_t public_key_bytes() const override { return 32; }
    std::size_t encapsulation_bytes() const override { return 32; }

    KemKeyPair derive_key_pair(BytesView input_key_material) const override {
        const Key extracted = hpke::labeled_extract(suite, {}, "dkp_prk", input_key_material);
        SecretBytes private_key(32);
        hpke::labeled_expand(suite, extracted.view(), "sk", {}, private_key.mutable_view());
        const DhKey pair = DhKey::from_private(Key::copy_of(private_key.view()).value());
        return {std::move(private_key), to_bytes(pair.public_key().view())};
    }

    Result<Bytes> public_key_of(const SecretBytes& private_key) const override {
        return to_bytes(
            DhKey::from_private(LIAISE_TRY(Key::copy_of(private_key.view()))).public_key().view());
    }

    Result<void> check_public_key(BytesView public_key) const override {
        return check_dh_public_key(LIAISE_TRY(DhPublicKey::from(public_key)));
    }

    Result<Encapsulated> encapsulate(BytesView public_key, RandomSource& random) const override {
        const Key input_key_material = Key::draw(random);
        KemKeyPair ephemeral = derive_key_pair(input_key_material.view());
        const Key private_key = LIAISE_TRY(Key::copy_of(ephemeral.private_key.view()));
        const Key agreed = LIAISE_TRY(dh_agree(private_key, public_key));
        SecretBytes shared = shared_secret(agreed, ephemeral.public_key, public_key);
        return Encapsulated{std::move(shared), std::move(ephemeral.public_key)};
    }

    Result<SecretBytes> decapsulate(BytesView encapsulation, const SecretBytes& private_key,
                                    BytesView public_key) const override {
        const Key agreed = LIAISE_TRY(dh_agree(LIAISE_TRY(Key::copy_of(private_key.view())), encapsulation));
        return shared_secret(agreed, encapsulation, public_key);
    }

  private:
    // ExtractAndExpand with kem_context = enc || pkRm (RFC 9180 section 4.1).
    static SecretBytes shared_secret(const Key& agreed, BytesView encapsulation, BytesView public_key) {
        const Key extracted = hpke::labeled_extract(suite, {}, "eae_prk", agreed.view());
        Bytes context = to_bytes(encapsulation);
        append(context, public_key);
        SecretBytes secret(32);
        hpke::labeled_expand(suite, extracted.view(), "shared_secret", context, secret.mutable_view());
        return secret;
    }
};

}  // namespace

const Kem& dhkem_x25519() {
    static const DhKemX25519 kem;
    return kem;
}

}  // namespace liaise::crypto
