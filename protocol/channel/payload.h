// What sealing and opening share: the payload's layout, its nonce and its associated data (seal.h).
#pragma once

#include "protocol/base/writer.h"
#include "protocol/channel/seal.h"
#include "protocol/crypto/aead.h"
#include "protocol/crypto/hash.h"

namespace liaise::channel::payload {

inline constexpr std::size_t random_bytes = 8;
inline constexpr std::size_t commitment_bytes = 16;
inline constexpr std::size_t epoch_at = 1;
inline constexpr std::size_t generation_at = epoch_at + EpochId::size_bytes;  // in format 2
static_assert(random_bytes + commitment_bytes == crypto::Nonce24::size_bytes);
static_assert(generation_at + crypto::Nonce24::size_bytes + crypto::tag_bytes == payload_overhead_bytes);

inline constexpr std::size_t nonce_at(PayloadFormat format) {
    return generation_at + (format == PayloadFormat::message_key ? generation_bytes : 0);
}
inline constexpr std::size_t overhead_bytes(PayloadFormat format) {
    return nonce_at(format) + crypto::Nonce24::size_bytes + crypto::tag_bytes;
}

// The nonce that goes with these random bytes under this key, and with no other key.
inline crypto::Nonce24 nonce_of(const crypto::Key& key, BytesView random) {
    using namespace std::string_view_literals;
    const Hash hash = crypto::keyed_blake2b(key, {bytes_of("liaise/1 payload\0"sv), random});
    crypto::Nonce24 nonce;
    std::copy(random.begin(), random.end(), nonce.bytes.begin());
    std::copy_n(hash.bytes.begin(), commitment_bytes, nonce.bytes.begin() + random_bytes);
    return nonce;
}

inline Bytes associated(const Place& place, const EpochId& epoch) {
    Writer writer;
    writer.u8(static_cast<std::uint8_t>(place.kind)).fixed(place.channel).fixed(place.writer);
    writer.u64(place.sequence).fixed(epoch);
    return std::move(writer).take();
}

}  // namespace liaise::channel::payload
