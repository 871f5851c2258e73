// A ticket: one string that admits one newcomer (docs/identity.md, "Ticket").
//
//     "liaise1-" then base32 of:
//     network 16 | inviter's device 16 | inviter's transport key 32 | secret 16 | role u8 | country 2 |
//     expiry u32, seconds since 1970 | addresses u8, 0..4 | each address | checksum 4
//
//     address: u8 length n (1..255) and n bytes of text, or
//              0, 1 and 6 bytes (IPv4 and port: "192.0.2.7:4040"), or 0, 2 and 37 bytes (onion v3 and port)
//
// 168 characters with one numeric address, 218 with an onion address. Short, because it is read aloud, typed
// and shown as a QR code:
//  - network and device are the first 16 bytes of their ids: to find another charter or device key with the
//    same 16 bytes costs 2^128 tries;
//  - numeric and onion addresses are packed, if and only if that gives back the same text;
//  - the version is in the prefix, in capitals every character is in the QR code's alphanumeric set, and
//    reading forgives capitals, spaces, line breaks and hyphens.
//
// The secret is all that the newcomer has to prove: from it come the ticket's id (by which the inviter finds
// the ticket, and which tells nothing), the guest's CURVE key (the only key that the inviter's door opens to
// for this ticket) and the key of the join request's authentication. Whoever reads a ticket can use it, once;
// then it is used for everyone else, and the inviter sees by whom.
#pragma once

#include "protocol/base/random.h"
#include "protocol/identity/ticket_text.h"

namespace liaise::identity {

crypto::Key join_mac_key_of(const TicketSecret& secret);  // authenticates the join request

struct Ticket {
    NetworkTag network;
    DeviceTag inviter;
    DhPublicKey transport;
    TicketSecret secret;
    Role role;
    Country country;
    Time expires;  // whole seconds
    std::vector<std::string> addresses;

    // too_large for too many or too long addresses, malformed for one with a space or control character.
    Result<std::string> encode() const;

    // malformed    this is no ticket at all
    // not_authentic  a ticket, but mistyped or cut short: its checksum does not fit
    // unsupported  of a newer version; Error::at is the version
    static Result<Ticket> parse(std::string_view text);

    TicketId id() const { return ticket_id_of(secret); }
    // expired, with Error::at the expiry in milliseconds since 1970. The newcomer's clock may be wrong by
    // clock_slack; the inviter, whose clock made the ticket, asks is_over_for_inviter.
    Result<void> check_time(Time now) const;
    bool is_over_for_inviter(Time now) const { return now > expires; }
};

}  // namespace liaise::identity
