// What the inviter answers (docs/identity.md, "Joining").
//
//     version u8=1 | request id 32 | outcome u8 |                                     the head
//     for a welcome: what welcome.h has | the body ends here
//     inviter's device signing key 32 | signature 64 (Purpose::join_reply)
//
// - The key must be the one whose id the ticket names, and the request id binds the answer to the question:
//   an answer to another request, or from another device, is refused.
// - Refusals are signed too, and say which.
#pragma once

#include "protocol/identity/join_request.h"
#include "protocol/identity/welcome.h"

namespace liaise::identity {

enum class Refusal : std::uint8_t {
    used = 1,
    expired = 2,
    revoked = 3,
    other_network = 4,
    not_permitted =
        5,  // role or country is not what the ticket approved, or the inviter may no longer accredit
    name_refused = 6,  // the name is taken, or looks like another's
    unknown = 7,       // the inviter does not know this ticket
    malformed = 8,     // the inviter could not read the request
};
std::string_view text_of(Refusal refusal);  // "used", "other-network"

using JoinReply = std::variant<Welcome, Refusal>;

// too_large if it would not fit into limits::join_reply_bytes_max: send fewer objects, the rest follows by
// sync.
Result<Bytes> make_join_reply(const JoinReply& reply, const Hash& request, const crypto::SigningKey& device);
// For the newcomer. not_authentic if the inviter did not sign this for this request; conflict if the charter
// is not the ticket's; malformed, not_permitted, expired as the parts say.
Result<JoinReply> open_join_reply(BytesView bytes, const Ticket& ticket, const Hash& request,
                                  const VerifyKey& own_identity, Time now);

}  // namespace liaise::identity
