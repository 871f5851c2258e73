// How two peers find the channels that both are in, naming no other (docs/protocol/peer.md, "Channels in
// common").
//
// A tag is 8 bytes of a keyed hash over the session's transcript and the offering side's role, under a key
// that only the channel's members have. Offered tags stand in random order among random decoys, padded to a
// power of two, at least 8.
//
// - A peer that lacks the key can neither recognise a tag nor test a guess.
// - Tags of two sessions have nothing in common, and a tag sent back matches nothing.
// - The number of channels shows only as the power of two above it.
#pragma once

#include <optional>
#include <vector>

#include "protocol/base/random.h"
#include "protocol/sync/handshake.h"
#include "protocol/sync/replica.h"

namespace liaise::sync {

Tag channel_tag(const crypto::Key& tag_key, const Transcript& transcript, Role offering);

// Tags of an offer, and what stands behind each: nothing for a decoy.
struct PaddedOffer {
    std::vector<Tag> tags;
    std::vector<std::optional<ChannelId>> channels;
};
// At most offer_tags_max channels.
PaddedOffer pad_offer(const std::vector<OfferedChannel>& channels, const Transcript& transcript,
                      Role offering, RandomSource& random);

}  // namespace liaise::sync
