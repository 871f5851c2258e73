// What a newcomer sends to the inviter (docs/identity.md, "Joining").
//
//     version u8=1 | ticket id 16 | network 16 | inviter's device 16 | role u8 | country 2 |
//     name | organisation | rank, each u8 length and text | device certificate 305       the body
//     identity's signature 64 | device's signature 64 | MAC 32
//
// - The MAC, under a key from the ticket's secret, is over everything before it and is checked first: whoever
//   has no ticket cannot make the inviter do public-key work, nor try signatures.
// - Identity and device both sign (Purpose::join_request): nobody can bring in a key that they do not hold.
// - Ticket, network and inviter are in what is signed: a request that was sent to one inviter is no request
//   to another (attack classes 3, 4, 11).
// - Role and country must be what the ticket approved; name, organisation and rank are wishes that the
//   inviter signs into the accreditation.
#pragma once

#include "protocol/identity/device_certificate.h"
#include "protocol/identity/ticket.h"

namespace liaise::identity {

class JoinRequest {
  public:
    struct Wishes {
        std::string name;
        Role role;
        Country country;
        std::string organisation;
        std::string rank;
        bool operator==(const Wishes&) const = default;
    };

    // The bytes to send. Refused if a name breaks the rules.
    static Result<Bytes> make(const Ticket& ticket, const Wishes& wishes,
                              const DeviceCertificate& certificate, const crypto::SigningKey& identity,
                              const crypto::SigningKey& device);

    // Which ticket it is for; nothing is checked yet.
    static Result<TicketId> ticket_of(BytesView bytes);
    // For the inviter, with the secret kept for that ticket: not_authentic for a wrong MAC or signature,
    // conflict if it is for another network or inviter, expired if the certificate is out of its time.
    static Result<JoinRequest> open(BytesView bytes, const TicketSecret& secret, const NetworkId& network,
                                    const DeviceId& inviter, Time now);

    const TicketId& ticket() const { return ticket_; }
    const Wishes& wishes() const { return wishes_; }
    const DeviceCertificate& certificate() const { return certificate_; }

  private:
    JoinRequest(const TicketId& ticket, Wishes wishes, DeviceCertificate certificate)
        : ticket_(ticket), wishes_(std::move(wishes)), certificate_(std::move(certificate)) {}
    TicketId ticket_;
    Wishes wishes_;
    DeviceCertificate certificate_;
};

// Names a request in the reply to it: BLAKE2b-256("liaise/1 join-request-id" 0x00 bytes).
Hash join_request_id(BytesView request);

}  // namespace liaise::identity
