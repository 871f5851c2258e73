// A payload into content: the other half of seal.h.
//
// - not_known: the key is not here (yet): the entry waits (waiting.h), and epoch_of() says for what.
// - not_authentic: altered, from another place, or under a wrong key: one answer for all. It never opens.
// - unsupported: a payload format, body or value of a newer version.
// - malformed, too_large: sealed rightly by a member, and wrong inside.
#pragma once

#include "protocol/channel/seal.h"

namespace liaise::channel {

// What a payload says in the open. malformed or unsupported when it is no payload of ours.
struct PayloadHead {
    PayloadFormat format;
    EpochId epoch;
    std::uint32_t generation = 0;  // in format 2: which key of its author's ratchet
};
Result<PayloadHead> head_of(BytesView payload);
Result<EpochId> epoch_of(BytesView payload);

// Under the epoch's key; or, in either format, under the entry's own that was handed over.
Result<ValidatedContent> open(BytesView payload, const Place& place, const EpochKeys& keys);
// Under the entry's own key, whatever the format.
Result<ValidatedContent> open(BytesView payload, const Place& place, const crypto::Key& key);

}  // namespace liaise::channel
