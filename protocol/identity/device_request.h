// What a new device sends to the one that made the ticket (docs/identity.md, "Several devices").
//
//     version u8=1 | ticket id 16 | network 16 | adding device 16 |
//     device signing key 32 | transport key 32 | inbox key 32 |
//     consent u8, 0 or 1, and then signature 64: of the certificate's body that was proposed
//     signature of the device key 64 (Purpose::device_request) | MAC 32
//
// - The MAC, under a key from the ticket's secret, is over everything before it and is checked first: whoever
//   has no ticket cannot make the other side do public-key work.
// - The device key signs all three keys, ticket, network and adding device: nobody brings in a key that they
//   do not hold, and a request to one is no request to another (attack classes 3, 4, 11).
// - The device signs its certificate (the consent) before anybody approves: once the owner has said yes, the
//   identity's signature completes it, whether the new device is connected then or not.
#pragma once

#include "protocol/identity/device_certificate.h"
#include "protocol/identity/device_ticket.h"

namespace liaise::identity {

// The public halves of a new device's keys.
struct NewDevice {
    VerifyKey signing;
    DhPublicKey transport;
    DhPublicKey inbox;
    DeviceId id() const { return device_id_of(signing); }
    bool operator==(const NewDevice&) const = default;
};
NewDevice public_keys_of(const DeviceKeys& keys);

struct DeviceRequest {
    TicketId ticket;
    NewDevice device;
    std::optional<Signature> consent;

    // The bytes to send. `proposal` is the body of the certificate to consent to, if it came.
    static Bytes make(const DeviceTicket& ticket, const DeviceKeys& device,
                      const std::optional<Bytes>& proposal);
    // For the adding device, with the secret kept for that ticket: not_authentic for a wrong MAC or
    // signature, conflict if it is for another ticket, network or device. The consent is not checked here:
    // DeviceCertificate::assemble() does.
    static Result<DeviceRequest> open(BytesView bytes, const TicketSecret& secret, const NetworkId& network,
                                      const DeviceId& adder);
};

// Names a request in the reply to it.
Hash device_request_id(BytesView request);

}  // namespace liaise::identity
