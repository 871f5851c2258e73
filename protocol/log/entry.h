// An entry: one link of one writer's log in one channel (docs/protocol/log.md, "Entries").
//
// Header (126 bytes, big-endian):
//   version u8 = 1 | kind u8 | channel 16 | writer key 32 | sequence u64 | previous entry's id 32 |
//   payload bytes u32 | payload hash 32 (BLAKE2b-256)
// Signature: by the writer key, Purpose::entry, over the 126 bytes.
// Id: BLAKE2b-256 over header and signature; the next entry names it, so the chain binds signatures too.
//
// - No time, name or type stands here: everything a relay needs, nothing it could use.
// - The payload is apart from the header, so that it can expire while the chain still verifies.
// - Sequence numbers start at 1; entry 1 names 32 zero bytes as its predecessor, and no other entry may.
// - A policy entry (membership, keys, rules) is always verified on its own, never by what follows it.
//   Attack: a change of members that took effect on the strength of a later entry's signature.
#pragma once

#include <optional>

#include "protocol/base/limits.h"
#include "protocol/crypto/sign.h"
#include "protocol/log/log_head.h"

namespace liaise::log {

enum class EntryKind : std::uint8_t {
    content = 0,
    policy = 1,
};

struct EntryHeader {
    EntryKind kind = EntryKind::content;
    ChannelId channel;
    WriterKey writer;
    std::uint64_t sequence = 0;
    EntryId previous;
    std::uint32_t payload_bytes = 0;
    Hash payload_hash;

    auto operator<=>(const EntryHeader&) const = default;
};

inline constexpr std::size_t header_bytes = 126;
using HeaderBytes = std::array<std::uint8_t, header_bytes>;

HeaderBytes encode(const EntryHeader& header);
// malformed for a wrong size, sequence 0, a predecessor that does not fit the sequence; unsupported for
// another version or kind; too_large for a payload over payload_bytes_max or a sequence over sequence_max.
Result<EntryHeader> parse_header(BytesView bytes);

// A header and its signature: what is exchanged where the payload does not matter. Nobody has checked it yet.
struct SignedHeader {
    EntryHeader header;
    Signature signature;

    auto operator<=>(const SignedHeader&) const = default;
};

inline constexpr std::size_t signed_header_bytes = header_bytes + Signature::size_bytes;

Bytes encode(const SignedHeader& entry);
Result<SignedHeader> parse_signed_header(BytesView bytes);
EntryId id_of(const SignedHeader& entry);
// not_authentic unless the writer key signed the header.
Result<void> verify(const SignedHeader& entry);

struct Entry {
    EntryHeader header;
    Signature signature;
    EntryId id;
    std::optional<Bytes> payload;  // absent once expired or erased

    SignedHeader signed_header() const { return {header, signature}; }
    LogHead head() const { return {header.sequence, id}; }
};

// The short name of a log, for people and references: 8 bytes of a hash of channel and writer key.
LogId log_id_of(const ChannelId& channel, const WriterKey& writer);

inline WriterKey writer_key_of(const crypto::SigningKey& key) {
    return WriterKey{key.public_key().bytes};
}

// The entry that extends the log of this writer from `head`. too_large when the payload is over its limit or
// the log is full. The caller makes it durable before its first byte leaves: a writer that signs two
// entries at one place in its log has equivocated, and its log ends there for everyone.
Result<Entry> sign_entry(const crypto::SigningKey& writer, const ChannelId& channel, const LogHead& head,
                         EntryKind kind, BytesView payload);

// Checks one whole entry: its id, the writer's signature and, where it is present, its payload. Says nothing
// about its place in a log: that is chain.h's.
Result<void> verify(const Entry& entry);

}  // namespace liaise::log
