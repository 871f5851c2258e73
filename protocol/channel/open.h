// A payload into content: the other half of seal.h.
//
// - not_known: the epoch's key is not here (yet): the entry waits (waiting.h), and epoch_of() says for
//   what.
// - not_authentic: altered, from another place, or under a wrong key: one answer for all. It never opens.
// - unsupported: a payload format, body or value of a newer version.
// - malformed, too_large: sealed rightly by a member, and wrong inside.
#pragma once

#include "protocol/channel/seal.h"

namespace liaise::channel {

// The epoch that a payload names. malformed or unsupported when it is no payload of ours.
Result<EpochId> epoch_of(BytesView payload);

Result<ValidatedContent> open(BytesView payload, const Place& place, const EpochKeys& keys);

}  // namespace liaise::channel
