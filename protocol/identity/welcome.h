// What whoever enters a network is given: by its inviter (join_reply.h), or a member's new device by the old
// one (device_reply.h).
//
//     charter u16 length and bytes | amendments u16 count, each u16 length and bytes |
//     chain u16 length and bytes | objects u16 count, each u16 length and bytes |
//     channel u32 length and bytes
//
// - The charter's id must begin with what the ticket names: the ticket decides which network is joined, not
//   the machine that answers.
// - The chain must hold under the charter and be for the identity that the receiver expects; what else comes
//   (directory objects) is parsed and checked like anything from outside.
// - `channel` is opaque here: the welcome to the directory's channel.
#pragma once

#include "protocol/identity/accreditation_chain.h"
#include "protocol/identity/directory_object.h"
#include "protocol/identity/ticket_text.h"

namespace liaise::identity {

struct Welcome {
    Charter charter;
    std::vector<Amendment> amendments;  // oldest first
    AccreditationChain chain;
    std::vector<DirectoryObject> objects;
    Bytes channel;
    CharterInForce in_force() const;  // the amendments were checked
};

Result<void> write_welcome(Writer& writer, const Welcome& welcome);
// Objects of kinds that are not known here are left out.
Result<Welcome> read_welcome(Reader& reader);
// conflict if the charter is not of the network or the chain for someone else; else as verify_chain() says.
Result<void> check_welcome(const Welcome& welcome, const NetworkTag& network, const VerifyKey& identity,
                           Time now);

// What a device answers a guest: a body, then the device's key 32 and its signature 64. The key must be the
// one that the ticket names: an answer from another device is not authentic.
Bytes signed_reply(Bytes body, crypto::Purpose purpose, const crypto::SigningKey& device);
struct SignedReply {
    BytesView body;
    VerifyKey device;
};
Result<SignedReply> open_signed_reply(BytesView bytes, crypto::Purpose purpose, const DeviceTag& expected);

}  // namespace liaise::identity
