// What the entries of a channel tell of its MLS group: commits, acknowledgements, offers
// (docs/protocol/group.md has the rule and the attacks).
//
//     seat:    member 32 | device 32 | term u32                                                    68 bytes
//     commit:  version 1 | flags 1 (1: fresh) | charter ref 16 | parent ref 16 | from name 24 | to name 24 |
//              key id 8 | leaf u32 | parts u16 | removed u16, seat* | added u16, (seat, offer ref 16)* |
//              message u32 + bytes
//     message: MLS commit u32 + bytes | Welcome, as far as it goes: for devices that got another leaf
//     name:    number u64 | the first 16 of the epoch authenticator
//     ref:     sequence u64 | log 8
//
// - Members are made by facts (resolve.h), keys by commits. A commit says in the open what it does to the
//   seats; whoever follows it holds MLS to that, and everybody else can reckon with it all the same: a node
//   that cannot process a commit must choose as one that can.
// - An epoch is named by its commit's entry, by number and authenticator (numbers repeat across branches),
//   and, for payloads, by the key that it exports.
// - Seats carry the term: a leaf from before a removal is not the leaf of one who was added again.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "protocol/channel/entry_ref.h"

namespace liaise::channel {

// Who sits on a leaf of the group.
struct Seat {
    MemberId member;
    DeviceId device;
    std::uint32_t term = 1;
    auto operator<=>(const Seat&) const = default;
};
using Seats = std::set<Seat>;

using AuthenticatorPrefix = FixedBytes<struct AuthenticatorPrefixMeaning, 16>;
struct EpochName {
    std::uint64_t number = 0;
    AuthenticatorPrefix authenticator;
    auto operator<=>(const EpochName&) const = default;
};

struct Seating {
    Seat seat;
    EntryRef offer;  // the key package that was used; none: our own, of whoever seats themselves
    auto operator<=>(const Seating&) const = default;
};

// In the order in which they win (branches.h).
enum class CommitClass : std::uint8_t { remove, add, update, fresh };

struct CommitFact {
    bool fresh = false;         // a new group with its author alone: the first one, or when nobody can follow
    EntryRef charter;           // under which its author is a convener
    EntryRef parent;            // the commit that made the epoch before; none: the channel begins here
    EpochName from;             // that epoch; zeros where the channel begins
    EpochName to;               // its number: the parent's and one; 0 where the channel begins
    EpochId key;                // of the key that the new epoch exports (epoch_keys.h)
    std::uint32_t leaf = 0;     // the committer's, in the new epoch
    std::uint16_t parts = 0;    // entries right before the commit's own, in which its message begins
    std::vector<Seat> removed;  // increasing
    std::vector<Seating> added;  // increasing; a seat in both lists got a new leaf
    bool operator==(const CommitFact&) const = default;

    // By what it does to the seats: new leaves for those who have one are an update.
    CommitClass commit_class() const;
};

struct CommitEntry {
    CommitFact fact;
    Bytes message;  // MLS commit and Welcome, as MLSMessages; empty where a group begins
    bool operator==(const CommitEntry&) const = default;
};

// An Add for whoever needs a leaf: a device that was added, one that lost its state, one that renews its
// keys. Bound to no epoch and no branch, so that it is lost with none.
struct Offer {
    Seat seat;          // member and device as the key package proves (leaf_credential.h)
    bool lost = false;  // the device holds no state of the group: a Welcome alone does not do
    Bytes key_package;  // empty once the same log offered a newer one for the seat
    bool operator==(const Offer&) const = default;
};

// A convener stands behind this commit, and all that led to it.
struct Acknowledgement {
    EntryRef commit;
    bool operator==(const Acknowledgement&) const = default;
};

using Commits = std::map<EntryRef, CommitFact>;
using Acknowledgements = std::map<EntryRef, EntryRef>;  // of the commit at an entry, and of all before it
using Offers = std::map<EntryRef, Offer>;

Bytes encode(const CommitEntry& entry);  // without a message: the fact alone, as states keep it
// malformed, too_large, unsupported.
Result<CommitEntry> decode_commit(BytesView bytes);
Result<CommitFact> decode_fact(BytesView bytes);

}  // namespace liaise::channel
