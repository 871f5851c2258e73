#include "protocol/crypto/sign.h"

#include <sodium.h>

namespace liaise::crypto {
namespace {

constexpr std::string_view prefix = "liaise/1 ";

Bytes with_purpose(Purpose purpose, BytesView bytes) {
    const std::string_view name = text_of(purpose);
    Bytes whole;
    whole.reserve(prefix.size() + name.size() + 1 + bytes.size());
    append(whole, bytes_of(prefix));
    append(whole, bytes_of(name));
    whole.push_back(0);
    append(whole, bytes);
    return whole;
}

}  // namespace

SigningKey SigningKey::from_seed(const Key& seed) {
    SigningKey key;
    crypto_sign_seed_keypair(key.public_key_.bytes.data(), key.expanded_.mutable_view().data(),
                             seed.view().data());
    return key;
}

Key SigningKey::seed() const {
    return Key::copy_of(expanded_.view().first(32)).value();
}

Signature SigningKey::sign(Purpose purpose, BytesView bytes) const {
    return sign_bare(with_purpose(purpose, bytes));
}

Signature SigningKey::sign_bare(BytesView bytes) const {
    Signature signature;
    crypto_sign_detached(signature.bytes.data(), nullptr, bytes.data(), bytes.size(),
                         expanded_.view().data());
    return signature;
}

Result<void> check_verify_key(const VerifyKey& key) {
    if (crypto_core_ed25519_is_valid_point(key.bytes.data()) != 1)
        return Error{ErrorCode::not_authentic, "not the key of an honest key pair"};
    return {};
}

Result<void> verify(const VerifyKey& key, Purpose purpose, BytesView bytes, const Signature& signature) {
    return verify_bare(key.view(), with_purpose(purpose, bytes), signature.view());
}

Result<void> verify_bare(BytesView key, BytesView bytes, BytesView signature) {
    const bool shaped = key.size() == crypto_sign_PUBLICKEYBYTES && signature.size() == crypto_sign_BYTES;
    if (!shaped || crypto_sign_verify_detached(signature.data(), bytes.data(), bytes.size(), key.data()) != 0)
        return Error{ErrorCode::not_authentic, "signature does not verify"};
    return {};
}

}  // namespace liaise::crypto
