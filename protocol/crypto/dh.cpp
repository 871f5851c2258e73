#include "protocol/crypto/dh.h"

#include <sodium.h>

namespace liaise::crypto {

DhKey DhKey::from_private(const Key& private_key) {
    DhKey key;
    key.private_key_ = private_key;
    crypto_scalarmult_base(key.public_key_.bytes.data(), private_key.view().data());
    return key;
}

Result<Key> dh_agree(const Key& private_key, BytesView other_public_key) {
    if (other_public_key.size() != crypto_scalarmult_BYTES)
        return Error{ErrorCode::malformed, "public key of the wrong size", other_public_key.size()};
    Key shared;
    if (crypto_scalarmult(shared.mutable_view().data(), private_key.view().data(), other_public_key.data()) !=
        0)
        return Error{ErrorCode::not_authentic, "public key of small order"};
    return shared;
}

}  // namespace liaise::crypto
