// What letters to one device have in common: how they are sealed, and how requests and what is said to them
// begin.
//
//     parcel:  kind u8 | encapsulation 32 | HPKE( letter )     RFC 9180 base mode, DHKEM(X25519,
//     HKDF-SHA256),
//              HKDF-SHA256, ChaCha20Poly1305; info and kind are the letter's own, associated data device id
//     head:    version u8 = 1 | act u8 | channel 16 | device 32 | asker 32 | number u64 | time u64 |
//              text u16 + bytes
//
// - The head names the device that it is for: what is in it cannot be sealed anew to somebody else.
// - Sizes and what an act may say are for each kind of letter to check.
#pragma once

#include <string>

#include "protocol/base/reader.h"
#include "protocol/base/time.h"
#include "protocol/base/writer.h"
#include "protocol/channel/policy.h"
#include "protocol/crypto/dh.h"

namespace liaise::channel {

struct LetterKind {
    std::uint8_t kind;
    std::string_view info;
};

Result<Bytes> seal_letter(const LetterKind& kind, BytesView letter, const Device& to, RandomSource& random);
// unsupported where it is of another kind, malformed, not_authentic.
Result<crypto::SecretBytes> open_letter(const LetterKind& kind, BytesView parcel, const DeviceId& device,
                                        const crypto::DhKey& inbox);

struct LetterHead {
    std::uint8_t act = 0;
    ChannelId channel;
    MemberId asker;
    std::uint64_t number = 0;
    Time time;
    std::string text;
};

void write_head(Writer& writer, const LetterHead& head, const DeviceId& to);
// not_authentic where it was written for another device.
Result<LetterHead> read_head(Reader& reader, const DeviceId& device, std::size_t text_bytes_max);

}  // namespace liaise::channel
