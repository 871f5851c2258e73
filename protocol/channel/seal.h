// Content into a payload (docs/protocol/channel.md, "Payload").
//
//     payload:  format 1 | epoch 8 | nonce 24 | XChaCha20-Poly1305( padded content ) | tag 16
//               format 2 | epoch 8 | generation 4 | nonce 24 | the same | tag 16
//     nonce:    random 8 | the first 16 of BLAKE2b-256(entry key; "liaise/1 payload" 0x00 | random 8)
//     key:      format 1: entry_key(epoch key, channel, writer, sequence)
//               format 2: the message's own, from the ratchet of its author's leaf (message_keys.h)
//     associated data:  kind 1 | channel 16 | writer 32 | sequence 8 | epoch 8
//
// - The place is bound twice, by the key and by the associated data: a payload that is put at another
//   place, into another log or channel, or under the other kind does not open (attack classes 1 and 11).
// - The nonce commits to the key: nobody can make one payload that says two things under two keys, and hand
//   different readers different ones. A random 8 bytes are enough, since the key belongs to one place, and
//   a place is sealed once, or a few times when a crash came before it was stored.
// - Sizes are padded to buckets: padding.h.
#pragma once

#include "protocol/base/random.h"
#include "protocol/channel/content.h"
#include "protocol/channel/epoch_keys.h"

namespace liaise::channel {

enum class PayloadFormat : std::uint8_t {
    epoch_key = 1,    // under the key that the epoch exports
    message_key = 2,  // under a key of its own, gone when it was used
};
inline constexpr std::size_t payload_overhead_bytes = 1 + 8 + 24 + 16;  // beyond the padded content
inline constexpr std::size_t generation_bytes = 4;                      // more, in format 2

// Where an entry stands: known before it is sealed.
struct Place {
    ChannelId channel;
    WriterKey writer;
    std::uint64_t sequence = 0;
    log::EntryKind kind = log::EntryKind::content;
    bool operator==(const Place&) const = default;
};

// too_large when the payload would be over limits::payload_bytes_max. The place's kind is the content's.
Result<Bytes> seal(const ValidatedContent& content, const Place& place, const EpochKey& epoch,
                   RandomSource& random);
// Under a message's own key.
Result<Bytes> seal(const ValidatedContent& content, const Place& place, const EpochId& epoch,
                   std::uint32_t generation, const crypto::Key& key, RandomSource& random);

}  // namespace liaise::channel
