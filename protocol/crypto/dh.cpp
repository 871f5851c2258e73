#include "protocol/crypto/dh.h"

#include <sodium.h>

#include <algorithm>

namespace liaise::crypto {
namespace {

// The points whose order divides 8, on the curve and on its twist: 0 and 1, the two of order 8, and -1.
// Compared instead of multiplied, because a tree of keys is checked at once.
const std::array<DhPublicKey, 5>& small_order_keys() {
    static const std::array<DhPublicKey, 5> keys = [] {
        std::array<DhPublicKey, 5> out;
        constexpr std::array texts{"0000000000000000000000000000000000000000000000000000000000000000",
                                   "0100000000000000000000000000000000000000000000000000000000000000",
                                   "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                                   "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                                   "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = DhPublicKey::from(from_hex(texts[i]).value()).value();
        return out;
    }();
    return keys;
}

}  // namespace

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
    for (const DhPublicKey& weak : small_order_keys())
        if (key == weak) return Error{ErrorCode::not_authentic, "public key of small order"};
    return {};
}

}  // namespace liaise::crypto
