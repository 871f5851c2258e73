// Votes by which conveners remove one of their own who ranks above some of them (docs/protocol/channel.md,
// "What counts", rule 6).
//
// In:  the facts, in which a vote is a MemberRemoved whose author ranks below whom it removes, and anything
//      that names a charter says that its author knew that charter.
// Out: of each charter, against whom who voted, and is heard.
//
// - Each convener of a charter has one say under it: a log that named a charter after it, before it voted, is
//   not heard any more. That is all that makes an old charter old.
// - What is counted here depends on no cut, no ruling charter and no order of arrival. Which of it has an
// effect
//   is resolve()'s.
#pragma once

#include "protocol/channel/facts.h"

namespace liaise::channel {

struct Ballot {
    MemberId member;  // whom they remove
    std::uint32_t term = 1;
    std::map<MemberId, EntryRef> votes;  // of each voter the first that is heard
    bool operator==(const Ballot&) const = default;
};

// Whether `author` may vote under this charter to remove `member`: both convene, under whatever ranks.
bool may_vote(const MemberId& author, const MemberId& member, const Charter& charter);

// By the charter that they were cast under.
using Ballots = std::map<EntryRef, std::vector<Ballot>>;
Ballots ballots_in(const Facts& facts);

// The charter that an act is done under; of a charter, itself. Nothing for what names none.
const EntryRef* named_charter_of(const EntryRef& at, const Fact& fact);

// More than half of the electors, and not one alone.
inline bool decides(std::size_t votes, std::size_t electors) {
    return votes >= 2 && 2 * votes > electors;
}

}  // namespace liaise::channel
