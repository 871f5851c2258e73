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

// A parent has a smaller number, so each walk ends. receive() saw to it for the parent that it knew. Attack:
// a convener who writes that epoch once more, under its id, as a child of its own children.
const EntryRef* EpochTree::parent_of(const EpochFact& epoch) const {
    const auto found = by_id_.find(epoch.parent);
    if (epoch.number <= 1 || found == by_id_.end()) return nullptr;
    return at(&found->second)->number < epoch.number ? &found->second : nullptr;
}

const EpochFact* EpochTree::at(const EntryRef* entry) const {
    return entry == nullptr ? nullptr : std::get_if<EpochFact>(&facts_.at(*entry).what);
}

Coverage EpochTree::coverage(const EntryRef& epoch) const {
    Coverage covered;
    const auto cover = [&covered](const LogId& log, std::uint64_t sequence) {
        std::uint64_t& last = covered[log];
        last = std::max(last, sequence);
    };
    for (const EntryRef* entry = &epoch; entry != nullptr;) {
        const EpochFact& fact = *at(entry);
        cover(entry->log, entry->sequence - 1);
        for (const EntryRef& ref : fact.covers) cover(ref.log, ref.sequence);
        entry = parent_of(fact);
    }
    return covered;
}

std::set<DeviceId> EpochTree::withheld(const EntryRef& epoch) const {
    std::set<DeviceId> devices;
    for (const EpochFact* fact = at(&epoch); fact != nullptr; fact = at(parent_of(*fact)))
        devices.insert(fact->withheld.begin(), fact->withheld.end());
    return devices;
}

bool EpochTree::reaches(const Adding& adding, const EntryRef& epoch, const Coverage& coverage,
                        History history) const {
    const auto covered = coverage.find(adding.at.log);
    if (covered != coverage.end() && covered->second >= adding.at.sequence) return true;
    const auto& target = std::get<EpochFact>(facts_.at(epoch).what);
    if (history == History::from_joining) return adding.epoch == target.id;
    for (const EpochFact* fact = find(adding.epoch); fact != nullptr && fact->number >= target.number;
         fact = at(parent_of(*fact)))
        if (fact->id == target.id) return true;
    return false;
}

}  // namespace liaise::channel
