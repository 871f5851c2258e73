// From facts to the channel as it stands: which charter rules, who is a member
// (docs/protocol/channel.md, "What counts", has the reasons and the attacks).
//
// 1. Charters form a tree from the founding one. From each, the one child goes on whose author ranks
//    highest in it, then the one that comes first by sequence and log. An author may change only what is
//    below their own rank, and neither kind nor history: so nobody ever comes to stand above somebody who
//    was above them, and whoever wants to hand over the highest rank leaves.
// 2. An act (adding, removing, a commit) counts when its author is a convener in the ruling charter
//    nearest to the one that it names. A convener is removed only by one ranked above.
// 3. A removal, a demotion and a leaving cut: what the person wrote beyond what the remover had does not
//    count, nor does anything that follows from it. A cut that is itself cut is not heard. A leaving cuts
//    no charter of other logs: nobody can leave a past that never was.
//    A removal by somebody who ranks below is a vote. It counts when rule 6 says so, and then every vote
//    does.
// 4. A member is who was added in a term that no removal ended. So a removal is final against any
//    concurrent adding or device of that term, and a later adding names the next term. A device that was
//    removed is none of the member's in that term, whoever adds it, and its logs are cut.
// Which epoch is sealed under follows from facts of another kind: branches.h.
//
// 6. A convener is voted out when, under one charter that rules or ruled, more than half of the electors
// voted
//    so, at least two: the charter's other conveners, but for those whom somebody below the voted made
//    conveners. From that charter on they are no convener, and no charter of theirs goes on; of each of their
//    logs counts what the median of the voters had. Nothing cuts a vote: each convener has one say under each
//    charter, and loses it by naming a later one (ballots.h).
//
// Work: n log n for n facts, times the depth to which conveners removed each other, which their ranks
// bound, times those who were voted out, at most voted_out_max.
#pragma once

#include <optional>

#include "protocol/channel/ballots.h"
#include "protocol/channel/ranks.h"

namespace liaise::channel {

using Coverage = std::map<LogId, std::uint64_t>;  // of each log the last policy entry that is known

struct MemberView {
    std::uint32_t term = 0;                   // the newest they were added in
    std::uint32_t removed_term = 0;           // 0: never
    std::uint32_t put_out_term = 0;           // likewise, by others: not by leaving
    std::map<DeviceId, DhPublicKey> devices;  // of the newest term
    std::map<DeviceId, EntryRef> addings;     // the first of each device
    std::set<DeviceId> removed_devices;       // of the newest term, for good
    std::optional<AliasCard> alias;           // of the newest term, the first by place that has one
    bool is_member() const { return term > removed_term; }
    bool operator==(const MemberView&) const = default;
};

inline constexpr std::size_t voted_out_max = 64;  // of one channel: part of rule 6, like the majority

// Votes under the charter in force that are too few yet.
struct OpenBallot {
    MemberId member;
    std::uint32_t term = 1;
    std::vector<MemberId> voters;
    std::size_t electors = 0;
    bool operator==(const OpenBallot&) const = default;
};

struct View {
    std::vector<EntryRef>
        charters;  // that rule or ruled, oldest first; empty before the founding one is here
    std::map<MemberId, MemberView> members;
    std::map<LogId, std::uint64_t> limits;           // of cut logs, the last entry that counts
    std::map<LogId, std::uint64_t> convener_limits;  // of those who are conveners no more, the last act
    std::set<EntryRef> counting;                     // acts that count
    std::set<MemberId> voted_out;                    // conveners no more, whatever the charter lists
    std::vector<OpenBallot> ballots;
    std::optional<EntryRef> directory_epoch;  // of the directory channel; of a group: branches.h
    bool operator==(const View&) const = default;
};

View resolve(const Facts& facts, const EntryRef& founding);

}  // namespace liaise::channel
