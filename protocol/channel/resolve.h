// From facts to the channel as it stands: which charter rules, who is a member, which epoch is sealed under
// (docs/protocol/channel.md, "What counts", has the reasons and the attacks).
//
// 1. Charters form a tree from the founding one. From each the one child goes on whose author ranks highest
// in it,
//    then the one that comes first by log and sequence. An author may change nothing above their own rank,
//    nor kind and history.
// 2. An act (adding, removing, a new epoch) counts when its author is a convener in the ruling charter
// nearest to
//    the one that it names. A convener is removed only by one ranked above.
// 3. A removal, a demotion and a leaving cut: what the person wrote beyond what the remover had does not
// count, and
//    nothing that follows from it. Where cuts cut each other, those that nobody cuts speak first.
// 4. A member is who was added in a term that no removal ended. So a removal is final against any concurrent
// adding
//    or device of that term, and a later adding names the next term.
// 5. The epoch to seal under is, among those that cover every removal and withhold every device that was shut
// out,
//    the one with the highest number, then of the highest-ranked convener, then the smallest id. While there
//    is none nobody seals: better a post that waits than a post that the removed can read.
#pragma once

#include <optional>

#include "protocol/channel/facts.h"

namespace liaise::channel {

using Coverage = std::map<LogId, std::uint64_t>;  // of each log the last policy entry that is known

struct MemberView {
    std::uint32_t term = 0;                   // the newest they were added in
    std::uint32_t removed_term = 0;           // 0: never
    std::map<DeviceId, DhPublicKey> devices;  // of the newest term
    bool is_member() const { return term > removed_term; }
    bool operator==(const MemberView&) const = default;
};

// The last entry of a log that counts.
struct LogLimit {
    std::uint64_t last = UINT64_MAX;
    bool operator==(const LogLimit&) const = default;
};

struct View {
    std::vector<EntryRef>
        charters;  // that rule or ruled, oldest first; empty before the founding one is here
    std::map<MemberId, MemberView> members;
    std::map<LogId, std::uint64_t> limits;           // of cut logs, the last entry that counts
    std::map<LogId, std::uint64_t> convener_limits;  // of demoted conveners' logs, the last act that counts
    std::set<EntryRef> counting;                     // acts that count
    std::optional<EntryRef>
        head;  // the best epoch, covering everything or not: membership entries go under it
    std::optional<EntryRef> sealing;  // the epoch that posts go under
    bool operator==(const View&) const = default;
};

View resolve(const Facts& facts, const EntryRef& founding, const std::set<DeviceId>& shut_out);

// What an epoch's author knew, its parents' knowledge included.
Coverage coverage_of(const Facts& facts, const EntryRef& epoch);

// The acts (charter, adding, removing, epoch, leaving) of a fact: who may do them is asked.
bool is_act(const Fact& fact);

}  // namespace liaise::channel
