// A commit in as many entries as its size asks for.
//
//     log:  ... | part | part | commit: what it does, the last of its message | ...
//
// - The commit's own entry says all that the choice is made from (branches.h), and how many parts stand
//   right before it. So whoever only reckons needs no part, and whoever follows finds them in one log, in
//   one piece, or waits.
// - The parts say nothing by themselves.
#pragma once

#include "protocol/channel/content.h"

namespace liaise::channel {

// How many parts a message of that size takes beside this fact.
std::uint16_t parts_needed(const CommitFact& fact, std::size_t message_bytes);

// The bodies to write, in order; the commit's own is the last. `whole.fact.parts` is parts_needed().
std::vector<Body> pieces_of(const CommitEntry& whole);
// The other way round: `last` as its entry has it, and the parts before it. too_large over the limit.
Result<CommitEntry> joined(CommitEntry last, const std::vector<Bytes>& parts);

// What holds of a commit's own entry as it travels. malformed, too_large.
Result<void> check_piece(const CommitEntry& last);

}  // namespace liaise::channel
