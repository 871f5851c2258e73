// What conveners and members write to change a channel: each function gives the bodies of the entries to
// write, in order, and the devices that then need an invitation.
//
// How to perform a Plan: for each body in order make a Content, validate, seal under epoch_for(state,
// body), sign, store, and give it to state.receive() like any other entry; then, for each of `invitees`,
// seal_invitation() (invitation.h) from the state that this led to, and bring it to the device's inbox.
// Stopping half way is harmless: what is written counts, rekey_due() asks for the rest, and invitations can
// be made again at any time.
//
// - A removal and its new epoch are two entries; between them nobody seals posts.
// - A new epoch's key is sealed to each device of each member that has not been shut out, the author's own
//   too: so a crash after writing loses nothing.
#pragma once

#include "protocol/channel/channel_state.h"

namespace liaise::channel {

struct Invitee {
    MemberId member;
    std::uint32_t term = 1;
    Device device;
    bool operator==(const Invitee&) const = default;
};

// The epoch to seal a policy body under. A new epoch's own entries go under its parent, so that whoever is
// to find their key in the second of them can open it.
EpochId epoch_for(const ChannelState& state, const Body& body);

struct Plan {
    std::vector<Body> bodies;
    std::vector<Invitee> invitees;
};

// A device of a member as an invitee: to send what it lacks (Change::keys_due), or what got lost.
std::optional<Invitee> invitee_of(const ChannelState& state, const DeviceId& device);

// A new channel: its state, its keys, and the bodies of its first entries: introduction, charter, adding of
// the founder, first epoch. `writer` is drawn for this channel alone. The charter's first convener is the
// founder.
struct Founding {
    ChannelState state;
    Keyring keyring;
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
                         const std::vector<Device>& devices, RandomSource& random);
// `lasts`: of each log of the channel the last entry that we have, as the store knows it. Of a convener who
// ranks above us: a vote, without effect until most others have voted, too; conflict when we have.
Result<Plan> plan_remove(const ChannelState& state, const MemberId& member, const Coverage& lasts,
                         RandomSource& random);
Result<Plan> plan_leave(const ChannelState& state, const Coverage& lasts);
// A charter that replaces the present one: parent and demotions are filled in here.
Result<Plan> plan_amend(const ChannelState& state, Charter charter, const Coverage& lasts);
// What a convener's node says by itself: that it knows a new charter; or, where we voted under an older one
// and no decision came, our votes once more. No bodies: nothing to say.
Result<Plan> plan_say(const ChannelState& state, const Coverage& lasts);
// When rekey_due() says so, or at will. Invitees: members who could not read up to here.
Result<Plan> plan_rekey(const ChannelState& state, RandomSource& random);
// The directory channel's, whose devices the channel does not list.
Result<Plan> plan_directory_rekey(const ChannelState& state, const std::vector<Device>& devices,
                                  RandomSource& random);

}  // namespace liaise::channel
