#include "node/store/page_cipher.h"

#include "protocol/crypto/kdf.h"

namespace liaise::node::store {
namespace {

constexpr std::size_t nonce_bytes = crypto::Nonce24::size_bytes;
static_assert(nonce_bytes + crypto::tag_bytes == page_reserved_bytes);

using PlaceBytes = std::array<std::uint8_t, 1 + 4 + 16>;

PlaceBytes bytes_of_place(const PagePlace& place) {
    PlaceBytes bytes{};
    bytes[0] = static_cast<std::uint8_t>(place.kind);
    for (std::size_t i = 0; i < 4; ++i)
        bytes[1 + i] = static_cast<std::uint8_t>(place.number >> (24 - 8 * i));
    std::copy(place.frame_head.begin(), place.frame_head.end(), bytes.begin() + 5);
    return bytes;
}

template <class Secret>
Secret derive(const crypto::Key& key, std::string_view label) {
    Secret secret;
    crypto::hkdf_expand(key.view(), {bytes_of("liaise/1 store "), bytes_of(label)}, secret.mutable_view());
    return secret;
}

}  // namespace

PageCipher::PageCipher(const crypto::Key& key, RandomSource& random)
    : page_key_(derive<crypto::Key>(key, "page")),
      mask_key_(derive<crypto::MaskKey>(key, "checksum mask")),
      random_(random) {}

crypto::Nonce24 PageCipher::next_nonce() {
    if (nonces_left_ == 0) {
        random_.fill(pool_);
        nonces_left_ = pooled_nonces;
    }
    --nonces_left_;
    crypto::Nonce24 nonce;
    std::copy_n(pool_.begin() + static_cast<std::ptrdiff_t>(nonces_left_ * nonce_bytes), nonce_bytes,
                nonce.bytes.begin());
    return nonce;
}

void PageCipher::seal(const PagePlace& place, PageView plain, Page sealed) {
    const crypto::Nonce24 nonce = next_nonce();
    crypto::xchacha_seal_into(page_key_, nonce, bytes_of_place(place), plain.first<page_body_bytes>(),
                              sealed.first<page_body_bytes>(), sealed.last<crypto::tag_bytes>());
    std::copy(nonce.bytes.begin(), nonce.bytes.end(), sealed.begin() + page_body_bytes);
}

bool PageCipher::open(const PagePlace& place, PageView sealed, Page plain) const {
    crypto::Nonce24 nonce;
    std::copy_n(sealed.begin() + page_body_bytes, nonce_bytes, nonce.bytes.begin());
    const bool opened =
        crypto::xchacha_open_into(page_key_, nonce, bytes_of_place(place), sealed.first<page_body_bytes>(),
                                  sealed.last<crypto::tag_bytes>(), plain.first<page_body_bytes>())
            .ok();
    const MutableBytes cleared =
        opened ? MutableBytes(plain.last<page_reserved_bytes>()) : MutableBytes(plain);
    std::fill(cleared.begin(), cleared.end(), std::uint8_t{0});
    return opened;
}

void PageCipher::mask_log_checksum(std::uint32_t frame, crypto::MaskedBlock checksum) const {
    crypto::mask(mask_key_, frame, checksum);
}

void PageCipher::unmask_log_checksum(std::uint32_t frame, crypto::MaskedBlock checksum) const {
    crypto::unmask(mask_key_, frame, checksum);
}

std::uint32_t PageCipher::journal_cover(PageView sealed_page) const {
    return static_cast<std::uint32_t>(crypto::short_hash(mask_key_, sealed_page.last<crypto::tag_bytes>()));
}

}  // namespace liaise::node::store
