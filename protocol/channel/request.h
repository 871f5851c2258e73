// Asking to enter a listed channel (docs/protocol/request.md): the letters between who asks and who convenes,
// each sealed to one device with HPKE (RFC 9180 base mode, the
// suite of invitation.h).
//
//     parcel:  kind 2 | encapsulation 32 | HPKE( letter, padded to its bucket )
//              info "liaise/1 channel-request" 0x00, associated data device id
//     letter:  body u16 + bytes | credential u16 + bytes | signature 64
//     body:    version 1 | act u8 | channel 16 | device 32 | asker 32 | number u64 | time u64 |
//              text u16 + bytes
//
// - The sender's device signs the body (purpose channel_request), in which the device stands that it is for:
//   a letter cannot be turned to somebody else.
// - The number is the asker's own, and only grows: a letter that comes again opens nothing a second time. It
//   is the time of the asking in milliseconds, or one more than the last: so two devices of one person need
//   not agree on it.
// - Asking and taking back are the asker's alone; that a denial comes from a convener is for the
// reader to
//   check, who knows the channel, or whom it asked.
// - The text is the note of who asks, or the reason of who denies. It obeys check_name: whoever reads it
//   does not know its author yet.
#pragma once

#include "protocol/base/time.h"
#include "protocol/channel/introduction.h"
#include "protocol/crypto/dh.h"

namespace liaise::channel {

struct RequestLetter {
    enum class Act : std::uint8_t { ask = 1, withdraw = 2, deny = 3 };
    Act act = Act::ask;
    ChannelId channel;
    MemberId asker;
    std::uint64_t number = 1;
    Time time;  // by its sender's clock, in whole milliseconds
    std::string text;
    bool operator==(const RequestLetter&) const = default;
};

struct OpenedRequest {
    RequestLetter letter;
    ProvenDevice sender;
};

// Whether a parcel is one of these; else it is an invitation.
bool is_request(BytesView parcel);

// malformed or too_large where the text is none that open_request() takes; not_permitted where somebody asks
// for another.
Result<Bytes> seal_request(const RequestLetter& letter, const Device& to, const MemberId& sender,
                           BytesView credential, const crypto::SigningKey& device_key, RandomSource& random);

Result<OpenedRequest> open_request(BytesView parcel, const DeviceId& device, const crypto::DhKey& inbox,
                                   const Accreditations& accreditations);

}  // namespace liaise::channel
