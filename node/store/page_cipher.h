// How one database page is sealed: XChaCha20-Poly1305 under the database's own key, with a nonce drawn for
// every write (docs/storage.md, "Pages").
//
//     page of 4096 bytes = ciphertext 4056 | nonce 24 | tag 16        (SQLite leaves 40 bytes of each page
//     free)
//
// - The place (kind of file and where in it) is associated data: a page does not open anywhere else.
// - Opened pages carry zeros in their last 40 bytes, always. Why: SQLite sums whole pages in its log, and
//   what it reads must equal what it summed.
// - One PageCipher belongs to one open database; two databases in one process share nothing.
#pragma once

#include <array>

#include "protocol/crypto/aead.h"
#include "protocol/crypto/mask.h"

namespace liaise::node::store {

inline constexpr std::size_t page_bytes = 4096;
inline constexpr std::size_t page_reserved_bytes = 40;
inline constexpr std::size_t page_body_bytes = page_bytes - page_reserved_bytes;

using Page = std::span<std::uint8_t, page_bytes>;
using PageView = std::span<const std::uint8_t, page_bytes>;

enum class PageKind : std::uint8_t { main = 1, log = 2, journal = 3 };

// Where a page stands, as associated data.
struct PagePlace {
    PageKind kind;
    std::uint32_t number = 0;  // page number; in the log, the frame's
    std::array<std::uint8_t, 16>
        frame_head{};  // log only: page number, commit mark and salts as they stand on disk
};

class PageCipher {
  public:
    PageCipher(const crypto::Key& key, RandomSource& random);

    void seal(const PagePlace& place, PageView plain, Page sealed);
    // false when key, place or bytes do not fit; then `plain` is zeros. The two buffers may be the same.
    bool open(const PagePlace& place, PageView sealed, Page plain) const;

    // The checksums that SQLite computes over plain pages and writes beside them: masked, so that they tell
    // nothing about the content.
    void mask_log_checksum(std::uint32_t frame, crypto::MaskedBlock checksum) const;
    void unmask_log_checksum(std::uint32_t frame, crypto::MaskedBlock checksum) const;
    // What a journal record's checksum is covered with: depends on the sealed page before it, which is fresh
    // with each write.
    std::uint32_t journal_cover(PageView sealed_page) const;

  private:
    crypto::Nonce24 next_nonce();

    crypto::Key page_key_;
    crypto::MaskKey mask_key_;
    RandomSource& random_;
    // One draw for many pages: a system call for each page would cost as much as the cipher.
    static constexpr std::size_t pooled_nonces = 128;
    std::array<std::uint8_t, pooled_nonces * 24> pool_{};
    std::size_t nonces_left_ = 0;
};

}  // namespace liaise::node::store
