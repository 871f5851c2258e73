// Keys of single messages, handed to a device that is entitled to them and cannot make them: the message was
// sealed on a branch that lost, or in an epoch whose ratchets the device has no more. Sealed to its inbox key
// with HPKE (RFC 9180 base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305).
//
//     parcel:  version 3 | encapsulation 32 | HPKE( body )
//              info "liaise/1 handed keys" 0x00, associated data device id
//     body:    version 1 | channel 16 | count u16, 1..64 | (sequence u64 | log 8 | key 32)*
//
// - Nobody signs it, and it does not matter who sent it: a payload's nonce commits to its one key, and the
//   entry is signed by its author. A key that does not open its entry is thrown away.
// - Who may have a key is asked by whoever hands it over: ChannelState::may_read().
#pragma once

#include <vector>

#include "protocol/channel/entry_ref.h"
#include "protocol/channel/policy.h"
#include "protocol/crypto/dh.h"

namespace liaise::channel {

struct HandedKeys {
    ChannelId channel;
    std::vector<std::pair<EntryRef, crypto::Key>> keys;
};

inline constexpr std::uint8_t handed_keys_version = 3;  // of the parcel: 1 is an invitation, 2 a request

Result<Bytes> seal_handed_keys(const HandedKeys& handed, const Device& device, RandomSource& random);
// unsupported, malformed, too_large, not_authentic.
Result<HandedKeys> open_handed_keys(BytesView parcel, const DeviceId& device, const crypto::DhKey& inbox);
Result<HandedKeys> decode_handed_keys(BytesView body);  // the inner part, for tests of bad input

}  // namespace liaise::channel
