#include "protocol/crypto/hpke.h"

#include "protocol/crypto/hpke_labels.h"

namespace liaise::crypto::hpke {
namespace {

constexpr std::uint8_t mode_base = 0;

using Suite = std::array<std::uint8_t, 10>;

// "HPKE" || kem_id || kdf_id (HKDF-SHA256) || aead_id (ChaCha20Poly1305).
Suite suite_of(const Kem& kem) {
    return {
        'H',  'P',  'K',  'E', static_cast<std::uint8_t>(kem.id() >> 8), static_cast<std::uint8_t>(kem.id()),
        0x00, 0x01, 0x00, 0x03};
}

}  // namespace

Info::Info(const Kem& kem, BytesView info) {
    const Suite suite = suite_of(kem);
    const Key psk_id_hash = labeled_extract(suite, {}, "psk_id_hash", {});
    const Key info_hash = labeled_extract(suite, {}, "info_hash", info);
    key_schedule_context_[0] = mode_base;
    std::copy(psk_id_hash.view().begin(), psk_id_hash.view().end(), key_schedule_context_.begin() + 1);
    std::copy(info_hash.view().begin(), info_hash.view().end(), key_schedule_context_.begin() + 33);
}

// KeySchedule of section 5.1, mode_base: no PSK.
Context::Context(const Kem& kem, const SecretBytes& shared_secret, const Info& info) : suite_(suite_of(kem)) {
    const BytesView context = info.key_schedule_context_;
    const Key secret = labeled_extract(suite_, shared_secret.view(), "secret", {});
    labeled_expand(suite_, secret.view(), "key", context, key_.mutable_view());
    labeled_expand(suite_, secret.view(), "base_nonce", context, base_nonce_.bytes);
    labeled_expand(suite_, secret.view(), "exp", context, exporter_secret_.mutable_view());
}

Nonce12 Context::nonce() const {
    Nonce12 nonce = base_nonce_;
    for (std::size_t i = 0; i < 8; ++i)
        nonce.bytes[11 - i] ^= static_cast<std::uint8_t>(sequence_ >> (8 * i));
    return nonce;
}

Result<Bytes> Context::seal(BytesView associated, BytesView plain) {
    if (sequence_ == UINT64_MAX) return Error{ErrorCode::exhausted, "HPKE context used up"};
    Bytes sealed = chacha_seal(key_.view(), nonce(), associated, plain);
    ++sequence_;
    return sealed;
}

Result<Bytes> Context::open(BytesView associated, BytesView sealed) {
    if (sequence_ == UINT64_MAX) return Error{ErrorCode::exhausted, "HPKE context used up"};
    Bytes plain = LIAISE_TRY(chacha_open(key_.view(), nonce(), associated, sealed));
    ++sequence_;
    return plain;
}

SecretBytes Context::export_secret(BytesView context, std::size_t bytes) const {
    SecretBytes secret(bytes);
    labeled_expand(suite_, exporter_secret_.view(), "sec", context, secret.mutable_view());
    return secret;
}

Result<Sender> set_up_sender(const Kem& kem, BytesView public_key, BytesView info, RandomSource& random) {
    Encapsulated encapsulated = LIAISE_TRY(kem.encapsulate(public_key, random));
    return Sender{std::move(encapsulated.encapsulation), Context(kem, encapsulated.shared_secret, info)};
}

Result<Context> set_up_receiver(const Kem& kem, BytesView encapsulation, const SecretBytes& private_key,
                                BytesView public_key, BytesView info) {
    return Context(kem, LIAISE_TRY(kem.decapsulate(encapsulation, private_key, public_key)), info);
}

Result<Sealed> seal(const Kem& kem, BytesView public_key, const Info& info, BytesView associated,
                    BytesView plain, RandomSource& random) {
    Encapsulated encapsulated = LIAISE_TRY(kem.encapsulate(public_key, random));
    Bytes ciphertext = LIAISE_TRY(Context(kem, encapsulated.shared_secret, info).seal(associated, plain));
    return Sealed{std::move(encapsulated.encapsulation), std::move(ciphertext)};
}

Result<Bytes> open(const Kem& kem, BytesView encapsulation, BytesView ciphertext,
                   const SecretBytes& private_key, BytesView public_key, const Info& info,
                   BytesView associated) {
    const SecretBytes shared = LIAISE_TRY(kem.decapsulate(encapsulation, private_key, public_key));
    return Context(kem, shared, info).open(associated, ciphertext);
}

}  // namespace liaise::crypto::hpke
