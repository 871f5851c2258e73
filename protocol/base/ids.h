// Fixed-size byte values as types of their own, so that an id cannot stand where a key is due, nor one id for
// another.
#pragma once

#include <algorithm>
#include <compare>
#include <functional>

#include "protocol/base/bytes.h"

namespace liaise {

// N bytes of one meaning. Compares byte by byte (not in constant time: public values only).
template <class Meaning, std::size_t N>
struct FixedBytes {
    static constexpr std::size_t size_bytes = N;
    std::array<std::uint8_t, N> bytes{};

    auto operator<=>(const FixedBytes&) const = default;

    BytesView view() const { return bytes; }
    bool is_zero() const {
        return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
    }
    std::string text() const { return to_base32(bytes); }

    static Result<FixedBytes> from(BytesView view) {
        if (view.size() != N) return Error{ErrorCode::malformed, "value of the wrong size", view.size()};
        FixedBytes value;
        std::copy(view.begin(), view.end(), value.bytes.begin());
        return value;
    }
    static Result<FixedBytes> from_text(std::string_view text) { return from(LIAISE_TRY(from_base32(text))); }
};

using Hash = FixedBytes<struct HashMeaning, 32>;  // BLAKE2b-256, unless its field says otherwise

// Keys, as bytes. What may be done with them is in protocol/crypto.
using VerifyKey = FixedBytes<struct VerifyKeyMeaning, 32>;      // Ed25519 public key
using DhPublicKey = FixedBytes<struct DhPublicKeyMeaning, 32>;  // X25519 public key
using Signature = FixedBytes<struct SignatureMeaning, 64>;      // Ed25519

// Ids. Each is a hash or a random value, never a key: see docs/protocol.md, "Ids".
using NetworkId = FixedBytes<struct NetworkIdMeaning, 32>;  // hash of the founding charter
using MemberId = FixedBytes<struct MemberIdMeaning, 32>;    // hash of the identity key
using DeviceId = FixedBytes<struct DeviceIdMeaning, 32>;    // hash of the device's signing key
using ChannelId = FixedBytes<struct ChannelIdMeaning, 16>;  // random: the routing id in entry headers
using EpochId = FixedBytes<struct EpochIdMeaning, 8>;       // names the key that a payload is sealed under
using WriterKey = FixedBytes<struct WriterKeyMeaning, 32>;  // Ed25519 public key of one log
using LogId =
    FixedBytes<struct LogIdMeaning, 8>;  // hash of channel and writer key: short, for people and references
using EntryId = FixedBytes<struct EntryIdMeaning, 32>;        // hash of header and signature
using DocumentId = FixedBytes<struct DocumentIdMeaning, 16>;  // hash of the place of its founding entry
using ChunkId = FixedBytes<struct ChunkIdMeaning, 32>;        // hash of the chunk's ciphertext
using TicketId = FixedBytes<struct TicketIdMeaning, 16>;      // hash of the ticket's secret

}  // namespace liaise

template <class Meaning, std::size_t N>
struct std::hash<liaise::FixedBytes<Meaning, N>> {
    // For containers of values that are already hashes or keys of our own. Where a stranger chooses the bytes
    // freely, use an ordered container: eight chosen bytes would let them flood one bucket.
    std::size_t operator()(const liaise::FixedBytes<Meaning, N>& value) const noexcept {
        static_assert(N >= sizeof(std::size_t));
        std::size_t bucket = 0;
        std::memcpy(&bucket, value.bytes.data(), sizeof bucket);
        return bucket;
    }
};
