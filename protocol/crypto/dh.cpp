#include "protocol/crypto/dh.h"

#include <sodium.h>

#include <algorithm>

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

Result<void> check_dh_public_key(const DhPublicKey& key) {
    // Little-endian, below 2^255 - 19.
    const auto& bytes = key.bytes;
    const bool high = std::all_of(bytes.begin() + 1, bytes.end() - 1, [](auto byte) { return byte == 0xff; });
    const bool reduced = bytes[31] < 0x7f || (bytes[31] == 0x7f && !(high && bytes[0] >= 0xed));
    if (!reduced) return Error{ErrorCode::not_authentic, "public key in a second encoding"};
    // Any scalar brings a key of small order to zero.
    Key probe;
    probe.mutable_view()[0] = 8;
    return dh_agree(probe, key.view()).ok() ? Result<void>{}
                                            : Error{ErrorCode::not_authentic, "public key of small order"};
}

}  // namespace liaise::crypto
