// What a convener's node has to do for the group, from the entries and from what it can follow
// (docs/protocol/group.md, "Duties").
//
// - Wishes are facts: who is a member, who was shut out, who offers a key package. A commit that lost its
//   race leaves them standing, and the next one on the winning branch brings them. So nothing is proposed
//   again, since nothing was lost.
// - A commit is built on the best epoch that the node keeps and that is what its entry says.
// - `over`: there is a better one that this node cannot use. Somebody lied, or this node was away too long:
//   it first asks for a leaf there (an offer), and only after a long wait builds over it.
#pragma once

#include <functional>

#include "protocol/channel/branches.h"

namespace liaise::channel {

struct CommitDuty {
    EntryRef base;
    Seats removed;  // also those who get a new leaf
    std::vector<Seating> added;
    bool posts_wait = false;  // until this commit is made: do not wait for a turn longer than needed
    bool over = false;
    bool own_keys = false;  // the committer's own, that nobody else has renewed
    bool operator==(const CommitDuty&) const = default;
};

// The best epoch that can be used; not one that has a child of ours: another one would not count.
std::optional<EntryRef> base_to_build_on(const Branches& branches, const Seat& own,
                                         const std::function<bool(const EntryRef&)>& can_use);

// `can_use`: the node keeps the epoch's state, and it fits. Nothing when there is nothing to do, or when we
// are no convener, have no leaf there, or can use none. `own_keys`: ours are to be renewed.
std::optional<CommitDuty> commit_due(const Branches& branches, const Seat& own,
                                     const std::function<bool(const EntryRef&)>& can_use,
                                     bool own_keys = false);

// Whether we need a leaf and have not asked for one: an offer is to be written.
bool offer_due(const Branches& branches, const Seat& own,
               const std::function<bool(const EntryRef&)>& can_use);

// Whether an own message that was sealed under `epoch` is to be sealed again: the epoch lost, and there are
// members now, of then too, who had no leaf in it.
bool reseal_due(const Branches& branches, const EntryRef& epoch);

}  // namespace liaise::channel
