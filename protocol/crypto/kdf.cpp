#include "protocol/crypto/kdf.h"

#include <sodium.h>

namespace liaise::crypto {

Key hkdf_extract(BytesView salt, std::initializer_list<BytesView> input_key_material) {
    Key key;
    hmac_sha256(salt, input_key_material, key.mutable_view().first<32>());
    return key;
}

void hkdf_expand(BytesView pseudo_random_key, std::initializer_list<BytesView> info, MutableBytes out) {
    LIAISE_CHECK(out.size() <= std::size_t{255} * 32);
    crypto_auth_hmacsha256_state keyed;
    crypto_auth_hmacsha256_init(&keyed, pseudo_random_key.data(), pseudo_random_key.size());
    std::array<std::uint8_t, 32> block{};
    std::uint8_t counter = 1;
    for (std::size_t done = 0; done < out.size(); ++counter) {
        crypto_auth_hmacsha256_state state = keyed;
        if (counter > 1) crypto_auth_hmacsha256_update(&state, block.data(), block.size());
        for (const BytesView part : info) crypto_auth_hmacsha256_update(&state, part.data(), part.size());
        crypto_auth_hmacsha256_update(&state, &counter, 1);
        crypto_auth_hmacsha256_final(&state, block.data());
        sodium_memzero(&state, sizeof state);
        const std::size_t step = std::min(block.size(), out.size() - done);
        std::copy_n(block.begin(), step, out.begin() + static_cast<std::ptrdiff_t>(done));
        done += step;
    }
    sodium_memzero(&keyed, sizeof keyed);
    wipe(block);
}

}  // namespace liaise::crypto
