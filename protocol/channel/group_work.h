// What a device does for its channel's group, from the channel's state and from what it keeps of the group:
// where to go, and what to write (docs/protocol/group.md, "Following" and "Duties").
//
// In:  the state, its Keyring and GroupKeys; commits by their entries; other devices' key packages; the time.
// Out: keys that were learned; what is due and how long to wait with it; commits to write and to whom their
//      Welcomes go.
//
// - Whoever drives it calls follow_group() after every change of the state, and looks at work_due() then.
// - A commit is made, stored with the state that it leads to, and followed, in one transaction; invitations
//   go out last.
// - Waiting is for others' sake, not for correctness: two who do the same at one time make a branch too many,
//   and the choice between them is everybody's.
#pragma once

#include "protocol/channel/commit_pieces.h"
#include "protocol/channel/convening.h"
#include "protocol/channel/group_duty.h"

namespace liaise::channel {

// A commit as its entries have it, whole. not_known: parts are missing.
using CommitReader = std::function<Result<CommitEntry>(const EntryRef&)>;
// The newest key package that a device published for all channels.
using PackageSource = std::function<std::optional<Bytes>(const MemberId&, const DeviceId&)>;

// Whether this device keeps the epoch's state, and it is what the entries say.
bool can_use(const Branches& branches, const GroupKeys& keys, const EntryRef& epoch);

// Follows own commits, others' to the head and to the sealing epoch, and branches that lost. What the epochs
// export goes into the keyring, and so does what to seal posts under. Gives the keys that are new.
std::vector<EpochId> follow_group(const ChannelState& state, Keyring& keyring, GroupKeys& keys,
                                  const CommitReader& commit_at, Time now);

struct GroupWork {
    enum class Kind : std::uint8_t {
        commit,       // perform: offers_due(), then make_commit()
        offer,        // a key package of ours: GroupKeys::offer()
        acknowledge,  // the head
        begin,        // nobody's state is here: a new group, after a long wait
    };
    Kind kind;
    Duration wait;
    bool also_off = false;  // the wait is long, and goes on while the device is off
    bool operator==(const GroupWork&) const = default;
};

// All that is due, at most one of each kind.
std::vector<GroupWork> work_due(const ChannelState& state, const GroupKeys& keys,
                                const PackageSource& package_of, Time now);

// Key packages of those who are to get a leaf and have offered none here themselves: to be written before the
// commit.
std::vector<Body> offers_due(const ChannelState& state, const GroupKeys& keys,
                             const PackageSource& package_of);
// The commit that is due. not_known: there is none, or no epoch to build on. An offer that MLS refuses is
// left out.
Result<GroupKeys::Made> make_commit(const ChannelState& state, GroupKeys& keys, RandomSource& random);
// A new group in which we are alone, after the head.
Result<GroupKeys::Made> begin_again(const ChannelState& state, GroupKeys& keys,
                                    const crypto::SigningKey& device_key, RandomSource& random);

// Whom a commit of ours seated who cannot follow it by themselves: they get an invitation with its Welcome.
std::vector<Invitee> seated_by(const ChannelState& state, const CommitFact& commit);

}  // namespace liaise::channel
