#include "protocol/crypto/aead.h"

#include <sodium.h>

namespace liaise::crypto {
namespace {

constexpr Error refused{ErrorCode::not_authentic, "sealed bytes do not open"};

}  // namespace

Bytes chacha_seal(BytesView key, const Nonce12& nonce, BytesView associated, BytesView plain) {
    LIAISE_CHECK(key.size() == crypto_aead_chacha20poly1305_ietf_KEYBYTES);
    Bytes sealed(plain.size() + tag_bytes);
    crypto_aead_chacha20poly1305_ietf_encrypt(sealed.data(), nullptr, plain.data(), plain.size(),
                                              associated.data(), associated.size(), nullptr,
                                              nonce.bytes.data(), key.data());
    return sealed;
}

Result<Bytes> chacha_open(BytesView key, const Nonce12& nonce, BytesView associated, BytesView sealed) {
    LIAISE_CHECK(key.size() == crypto_aead_chacha20poly1305_ietf_KEYBYTES);
    if (sealed.size() < tag_bytes) return refused;
    Bytes plain(sealed.size() - tag_bytes);
    if (crypto_aead_chacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, sealed.data(),
                                                  sealed.size(), associated.data(), associated.size(),
                                                  nonce.bytes.data(), key.data()) != 0)
        return refused;
    return plain;
}

Bytes xchacha_seal(const Key& key, const Nonce24& nonce, BytesView associated, BytesView plain) {
    Bytes sealed(plain.size() + tag_bytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data(), nullptr, plain.data(), plain.size(),
                                               associated.data(), associated.size(), nullptr,
                                               nonce.bytes.data(), key.view().data());
    return sealed;
}

Result<Bytes> xchacha_open(const Key& key, const Nonce24& nonce, BytesView associated, BytesView sealed) {
    if (sealed.size() < tag_bytes) return refused;
    Bytes plain(sealed.size() - tag_bytes);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, sealed.data(),
                                                   sealed.size(), associated.data(), associated.size(),
                                                   nonce.bytes.data(), key.view().data()) != 0)
        return refused;
    return plain;
}

void xchacha_seal_in_place(const Key& key, const Nonce24& nonce, BytesView associated, MutableBytes buffer,
                           std::span<std::uint8_t, tag_bytes> tag) {
    crypto_aead_xchacha20poly1305_ietf_encrypt_detached(buffer.data(), tag.data(), nullptr, buffer.data(),
                                                        buffer.size(), associated.data(), associated.size(),
                                                        nullptr, nonce.bytes.data(), key.view().data());
}

Result<void> xchacha_open_in_place(const Key& key, const Nonce24& nonce, BytesView associated,
                                   MutableBytes buffer, std::span<const std::uint8_t, tag_bytes> tag) {
    if (crypto_aead_xchacha20poly1305_ietf_decrypt_detached(
            buffer.data(), nullptr, buffer.data(), buffer.size(), tag.data(), associated.data(),
            associated.size(), nonce.bytes.data(), key.view().data()) != 0)
        return refused;
    return {};
}

void xchacha_seal_into(const Key& key, const Nonce24& nonce, BytesView associated, BytesView plain,
                       MutableBytes sealed, std::span<std::uint8_t, tag_bytes> tag) {
    LIAISE_CHECK(sealed.size() == plain.size());
    crypto_aead_xchacha20poly1305_ietf_encrypt_detached(sealed.data(), tag.data(), nullptr, plain.data(),
                                                        plain.size(), associated.data(), associated.size(),
                                                        nullptr, nonce.bytes.data(), key.view().data());
}

Result<void> xchacha_open_into(const Key& key, const Nonce24& nonce, BytesView associated, BytesView sealed,
                               std::span<const std::uint8_t, tag_bytes> tag, MutableBytes plain) {
    LIAISE_CHECK(sealed.size() == plain.size());
    if (crypto_aead_xchacha20poly1305_ietf_decrypt_detached(
            plain.data(), nullptr, sealed.data(), sealed.size(), tag.data(), associated.data(),
            associated.size(), nonce.bytes.data(), key.view().data()) != 0)
        return refused;
    return {};
}

}  // namespace liaise::crypto
