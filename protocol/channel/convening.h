// What conveners and members write to change a channel: each function gives the bodies of the entries to
// write, in order.
//
// How to perform a Plan: for each body in order make a Content, validate, seal under epoch_for(state,
// keyring, body), sign, store, and give it to state.receive() like any other entry; then do what is due for
// the group (group_work.h): a commit for whoever was added or removed, and invitations to those whom it
// seated. Stopping half way is harmless: what is written counts, and the rest stays due.
//
// - Between a removal and the commit that covers it nobody seals posts: whoever removes makes both at once.
#pragma once

#include "protocol/channel/channel_state.h"
#include "protocol/channel/group_keys.h"

namespace liaise::channel {

struct Invitee {
    MemberId member;
    std::uint32_t term = 1;
    Device device;
    bool operator==(const Invitee&) const = default;
};

// The epoch to seal a policy body under: for a commit its parent, else the head; where their key is not here
// the best epoch whose key is.
EpochId epoch_for(const ChannelState& state, const Keyring& keyring, const Body& body);

struct Plan {
    std::vector<Body> bodies;
};

// A device of a member as an invitee: to send what it lacks (Change::keys_due).
std::optional<Invitee> invitee_of(const ChannelState& state, const DeviceId& device);

// A new channel: its state, its keys, and the bodies of its first entries: introduction, charter; in a group
// the adding of the founder and the first commit, in the directory its first epoch. `writer` is drawn for
// this channel alone. The charter's first convener is the founder.
struct Founding {
    ChannelState state;
    Keyring keyring;
    std::optional<GroupKeys> group;  // but in the directory
    Plan plan;
};
struct OwnDevice {
    ProvenDevice device;
    Bytes credential;
};
Result<Founding> found(const Charter& charter, const OwnDevice& own, const crypto::SigningKey& device_key,
                       const crypto::SigningKey& writer, RandomSource& random);

// A new member, or more devices of a member. not_permitted unless we are a convener; conflict when there is
// nothing to add; too_large beyond the limits.
Result<Plan> plan_invite(const ChannelState& state, const MemberId& member,
                         const std::vector<Device>& devices);
// `lasts`: of each log of the channel the last entry that we have, as the store knows it. Of a convener who
// ranks above us: a vote, without effect until most others have voted, too; conflict when we have.
Result<Plan> plan_remove(const ChannelState& state, const MemberId& member, const Coverage& lasts);
// Some of a member's devices, for good in this term; the member stays. conflict when none of them is there.
Result<Plan> plan_remove_devices(const ChannelState& state, const MemberId& member,
                                 const std::set<DeviceId>& devices, const Coverage& lasts);
Result<Plan> plan_leave(const ChannelState& state, const Coverage& lasts);
// A charter that replaces the present one: parent and demotions are filled in here.
Result<Plan> plan_amend(const ChannelState& state, Charter charter, const Coverage& lasts);
// What a convener's node says by itself: that it knows a new charter; or, where we voted under an older one
// and no decision came, our votes once more. No bodies: nothing to say.
Result<Plan> plan_say(const ChannelState& state, const Coverage& lasts);

}  // namespace liaise::channel
