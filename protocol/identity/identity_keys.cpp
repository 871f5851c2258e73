#include "protocol/identity/identity_keys.h"

#include "protocol/crypto/kdf.h"
#include "protocol/identity/labels.h"

namespace liaise::identity {
namespace {

crypto::SigningKey signing_key(const crypto::Key& root, std::string_view label) {
    crypto::Key seed;
    crypto::hkdf_expand(root.view(), {bytes_of(label)}, seed.mutable_view());
    return crypto::SigningKey::from_seed(seed);
}

}  // namespace

IdentityKeys IdentityKeys::derive(const RecoverySeed& seed) {
    const crypto::Key root = crypto::hkdf_extract(bytes_of("liaise/1 recovery"), {seed.view()});
    return {signing_key(root, "liaise/1 identity"), signing_key(root, "liaise/1 succession")};
}

DeviceKeys DeviceKeys::draw(RandomSource& random) {
    auto signing = crypto::SigningKey::draw(random);
    auto transport = crypto::DhKey::draw(random);
    auto inbox = crypto::DhKey::draw(random);
    return {std::move(signing), std::move(transport), std::move(inbox)};
}

MemberId member_id_of(const VerifyKey& identity) {
    return labelled_hash<MemberId>("liaise/1 member-id", {identity.view()});
}

DeviceId device_id_of(const VerifyKey& device_signing) {
    return labelled_hash<DeviceId>("liaise/1 device-id", {device_signing.view()});
}

Hash succession_commitment(const VerifyKey& succession) {
    return labelled_hash<Hash>("liaise/1 succession", {succession.view()});
}

}  // namespace liaise::identity
