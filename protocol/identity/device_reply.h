// What the adding device answers a new one (docs/identity.md, "Several devices").
//
//     version u8=1 | request id 32 | outcome u8 |                                     the head
//     welcome 0:    certificate 305 | handover | what welcome.h has
//     refusals 1 to 6: nothing
//     proposal 64:  body of the certificate 177
//     waiting 65:   nothing
//     adding device's signing key 32 | signature 64 (Purpose::device_reply)
//
//     handover:     name | devices u8 count, each device id 32, name | contacts u16 count, each member id 32,
//                   state u8; a name is u8 length and text, and may be empty
//
// - The key must be the one whose id the ticket names, and the request id binds the answer to the question.
// - A proposal must name the asking device's own three keys, and be in its time: only then it consents.
// - A welcome holds the certificate, signed by both now, and a chain for the identity in it.
// - The handover is what one's own devices need not ask anybody for: the names that the owner gave to them,
//   which nobody else learns, and whom the owner has verified.
#pragma once

#include <variant>

#include "protocol/identity/contact_state.h"
#include "protocol/identity/device_request.h"
#include "protocol/identity/welcome.h"

namespace liaise::identity {

enum class DeviceRefusal : std::uint8_t {
    used = 1,  // another device came with it
    expired = 2,
    denied = 3,     // the owner said no, or took the ticket back
    unknown = 4,    // it was not made here, or this device may add none
    malformed = 5,  // the request could not be read
    full = 6,       // the member has as many devices as can be
};
std::string_view text_of(DeviceRefusal refusal);  // "used"

struct Proposal {
    Bytes body;  // DeviceCertificate::body_of()
    bool operator==(const Proposal&) const = default;
};
struct Waiting {  // for the owner
    bool operator==(const Waiting&) const = default;
};
struct Handover {
    std::string name;  // of the new device; may be empty
    std::vector<std::pair<DeviceId, std::string>> devices;
    std::vector<std::pair<MemberId, ContactState>> contacts;
    bool operator==(const Handover&) const = default;
};
struct DeviceWelcome {
    DeviceCertificate certificate;
    Handover handover;
    Welcome network;
};
using DeviceReply = std::variant<DeviceWelcome, DeviceRefusal, Proposal, Waiting>;

// too_large if it would not fit into limits::join_reply_bytes_max.
Result<Bytes> make_device_reply(const DeviceReply& reply, const Hash& request,
                                const crypto::SigningKey& device);

struct OpenedDeviceReply {
    DeviceReply reply;
    VerifyKey adder;  // the adding device's key, for the words
};
// For the new device. not_authentic if the adding device did not sign this for this request; conflict if it
// is for other keys or another network; malformed, not_permitted, expired as the parts say.
Result<OpenedDeviceReply> open_device_reply(BytesView bytes, const DeviceTicket& ticket, const Hash& request,
                                            const NewDevice& own, Time now);

}  // namespace liaise::identity
