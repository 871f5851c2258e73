#include "protocol/channel/resolve.h"

namespace liaise::channel {

EpochTree::EpochTree(const Facts& facts) : facts_(facts) {
    // Facts are in order of sequence and log, so of several entries of one id (a large channel's parts) the
    // first stands for all.
    for (const auto& [at, fact] : facts)
        if (const auto* epoch = std::get_if<EpochFact>(&fact.what)) by_id_.try_emplace(epoch->id, at);
}

const EpochFact* EpochTree::find(const EpochId& id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : std::get_if<EpochFact>(&facts_.at(found->second).what);
}

const EntryRef* EpochTree::entry_of(const EpochId& id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &found->second;
}

// Parents have smaller numbers (receive() made sure), so each walk ends.
Coverage EpochTree::coverage(const EntryRef& epoch) const {
    Coverage covered;
    const auto cover = [&covered](const LogId& log, std::uint64_t sequence) {
        std::uint64_t& last = covered[log];
        last = std::max(last, sequence);
    };
    for (const EntryRef* at = &epoch; at != nullptr;) {
        const auto& fact = std::get<EpochFact>(facts_.at(*at).what);
        cover(at->log, at->sequence - 1);
        for (const EntryRef& ref : fact.covers) cover(ref.log, ref.sequence);
        const auto parent = by_id_.find(fact.parent);
        at = fact.number > 1 && parent != by_id_.end() ? &parent->second : nullptr;
    }
    return covered;
}

std::set<DeviceId> EpochTree::withheld(const EntryRef& epoch) const {
    std::set<DeviceId> devices;
    for (const auto* fact = &std::get<EpochFact>(facts_.at(epoch).what); fact != nullptr;
         fact = fact->number > 1 ? find(fact->parent) : nullptr)
        devices.insert(fact->withheld.begin(), fact->withheld.end());
    return devices;
}

bool EpochTree::reaches(const Adding& adding, const EntryRef& epoch, const Coverage& coverage,
                        History history) const {
    const auto covered = coverage.find(adding.at.log);
    if (covered != coverage.end() && covered->second >= adding.at.sequence) return true;
    const auto& target = std::get<EpochFact>(facts_.at(epoch).what);
    if (history == History::from_joining) return adding.epoch == target.id;
    for (const auto* fact = find(adding.epoch); fact != nullptr && fact->number >= target.number;
         fact = fact->number > 1 ? find(fact->parent) : nullptr)
        if (fact->id == target.id) return true;
    return false;
}

}  // namespace liaise::channel
