// A ticket for a device of one's own (docs/identity.md, "Several devices"): one string, made on a device that
// holds the identity key, typed or scanned on the new one.
//
//     "liaise-device1-" then base32 of:
//     network 16 | adding device 16 | adding device's transport key 32 | secret 16 |
//     expiry u32, seconds since 1970 | addresses u8, 0..4 | each address | checksum 4
//
// - A kind of its own, with a prefix of its own: a ticket that admits a person can never add a device to
//   one's own, nor the other way round, and whoever mixes them up is told so at once.
// - The secret proves that the ticket was held, and nothing more: the owner compares words on both screens
//   before the identity signs. Attack: somebody who saw the ticket asks first; the owner sees other words.
#pragma once

#include "protocol/base/random.h"
#include "protocol/identity/ticket_text.h"

namespace liaise::identity {

struct DeviceTicket {
    NetworkTag network;
    DeviceTag adder;
    DhPublicKey transport;
    TicketSecret secret;
    Time expires;  // whole seconds
    std::vector<std::string> addresses;

    // too_large for too many or too long addresses, malformed for one with a space or control character.
    Result<std::string> encode() const;
    // Errors as ticket_body() gives them.
    static Result<DeviceTicket> parse(std::string_view text);

    TicketId id() const { return ticket_id_of(secret); }
    Result<void> check_time(Time now) const { return check_ticket_time(expires, now); }
};

}  // namespace liaise::identity
