#include "protocol/mls/cipher_suite.h"

namespace liaise::mls {
namespace {

constexpr std::string_view prefix = "MLS 1.0 ";

// The shape of SignContent and EncryptContext:
// struct { opaque label<V> = "MLS 1.0 " + Label; opaque content<V>; }
Bytes labeled(std::string_view label, BytesView content) {
    const LengthHeader label_length(prefix.size() + label.size());
    const LengthHeader content_length(content.size());
    Bytes whole;
    whole.reserve(label_length.size + prefix.size() + label.size() + content_length.size + content.size());
    append(whole, label_length.view());
    append(whole, bytes_of(prefix));
    append(whole, bytes_of(label));
    append(whole, content_length.view());
    append(whole, content);
    return whole;
}

}  // namespace

void HPKECiphertext::encode(Encoder& out) const {
    out.opaque(kem_output).opaque(ciphertext);
}

Result<HPKECiphertext> HPKECiphertext::decode(Decoder& in) {
    HPKECiphertext value;
    value.kem_output = LIAISE_TRY(in.opaque_copy());
    value.ciphertext = LIAISE_TRY(in.opaque_copy());
    return value;
}

void CipherSuite::expand_with_label(BytesView secret, std::string_view label, BytesView context,
                                    MutableBytes out) const {
    const std::array<std::uint8_t, 2> length{static_cast<std::uint8_t>(out.size() >> 8),
                                             static_cast<std::uint8_t>(out.size())};
    const LengthHeader label_length(prefix.size() + label.size());
    const LengthHeader context_length(context.size());
    expand(secret,
           {length, label_length.view(), bytes_of(prefix), bytes_of(label), context_length.view(), context},
           out);
}

SecretBytes CipherSuite::expand_with_label(BytesView secret, std::string_view label, BytesView context,
                                           std::size_t bytes) const {
    SecretBytes out(bytes);
    expand_with_label(secret, label, context, out.mutable_view());
    return out;
}

SecretBytes CipherSuite::derive_secret(BytesView secret, std::string_view label) const {
    return expand_with_label(secret, label, {}, hash_bytes());
}

void CipherSuite::derive_tree_secret(BytesView secret, std::string_view label, std::uint32_t generation,
                                     MutableBytes out) const {
    const std::array<std::uint8_t, 4> context{
        static_cast<std::uint8_t>(generation >> 24), static_cast<std::uint8_t>(generation >> 16),
        static_cast<std::uint8_t>(generation >> 8), static_cast<std::uint8_t>(generation)};
    expand_with_label(secret, label, context, out);
}

Digest CipherSuite::ref_hash(std::string_view label, BytesView value) const {
    return hash(
        {LengthHeader(label.size()).view(), bytes_of(label), LengthHeader(value.size()).view(), value});
}

Bytes CipherSuite::sign_with_label(const Signer& signer, std::string_view label, BytesView content) const {
    return signer.sign(labeled(label, content));
}

bool CipherSuite::verify_with_label(BytesView public_key, std::string_view label, BytesView content,
                                    BytesView signature) const {
    return verify(public_key, labeled(label, content), signature);
}

HpkeKeyPair CipherSuite::derive(BytesView secret) const {
    crypto::KemKeyPair pair = kem().derive_key_pair(secret);
    return {std::move(pair.private_key), std::move(pair.public_key)};
}

Result<void> CipherSuite::check_key_pair(const SecretBytes& private_key, BytesView public_key) const {
    const auto known = kem().public_key_of(private_key);
    if (!known || !same_bytes(*known, public_key)) return broken(Rule::private_key);
    return {};
}

Result<void> CipherSuite::check_public_key(BytesView public_key) const {
    if (public_key.size() != kem().public_key_bytes()) return broken(Rule::public_key, public_key.size());
    if (!kem().check_public_key(public_key)) return broken(Rule::small_order_key);
    return {};
}

LabeledHpke::LabeledHpke(const CipherSuite& suite, std::string_view label, BytesView context)
    : suite_(suite), info_(suite.kem(), labeled(label, context)) {}

Result<HPKECiphertext> LabeledHpke::seal(BytesView public_key, BytesView plain, RandomSource& random) const {
    if (!suite_.has_aead()) return broken(Rule::suite_without_aead, suite_.id());
    auto sealed = crypto::hpke::seal(suite_.kem(), public_key, info_, {}, plain, random);
    if (!sealed) return broken(Rule::small_order_key);
    return HPKECiphertext{std::move(sealed->encapsulation), std::move(sealed->ciphertext)};
}

Result<SecretBytes> LabeledHpke::open(const HPKECiphertext& sealed, const SecretBytes& private_key,
                                      BytesView public_key) const {
    if (!suite_.has_aead()) return broken(Rule::suite_without_aead, suite_.id());
    auto plain = crypto::hpke::open(suite_.kem(), sealed.kem_output, sealed.ciphertext, private_key,
                                    public_key, info_, {});
    if (!plain) return broken(Rule::decryption);
    return SecretBytes::take(std::move(*plain));
}

}  // namespace liaise::mls
