// What a channel's state is made of: one fact for each policy entry that counts or might count, kept by the
// place of the entry. The state is a function of the set of facts and of nothing else: not of the order of
// arrival, not of a clock. resolve.h is that function.
#pragma once

#include <map>
#include <set>
#include <variant>

#include "protocol/channel/commit_fact.h"
#include "protocol/channel/policy.h"

namespace liaise::channel {

struct WriterFact {
    WriterKey writer;
    MemberId member;
    DeviceId device;
    std::uint32_t term = 1;
    bool operator==(const WriterFact&) const = default;
};

// Of the directory channel.
struct EpochFact {
    EntryRef charter;
    EpochId id;
    std::uint64_t number = 1;
    EpochId parent;
    bool operator==(const EpochFact&) const = default;
};

struct Fact {
    EpochId sealed_under;  // the epoch that the entry was sealed under
    std::variant<WriterFact, Charter, MemberAdded, MemberRemoved, Left, EpochFact, CharterAcknowledged,
                 CommitFact, Acknowledgement, Offer, KeysWanted, DeviceRemoved>
        what;
    bool operator==(const Fact&) const = default;
};

using Facts = std::map<EntryRef, Fact>;

}  // namespace liaise::channel
