#include "protocol/channel/waiting.h"

namespace liaise::channel {

namespace {

template <class Key>
std::vector<EntryRef> take(std::map<Key, std::set<EntryRef>>& from, const Key& key) {
    const auto found = from.find(key);
    if (found == from.end()) return {};
    std::vector<EntryRef> entries(found->second.begin(), found->second.end());
    from.erase(found);
    return entries;
}

}  // namespace

// Half of what the others leave: a log alone may fill half of the room, the next a quarter, and so on;
// there is always room for the first name of another log until the very end.
bool Waiting::room_for(const LogId& log) const {
    const auto found = of_log_.find(log);
    const std::size_t own = found == of_log_.end() ? 0 : found->second;
    const std::size_t left = entries_max_ - size_;
    return left > 0 && (own == 0 || own < left);
}

void Waiting::added(const LogId& log) {
    ++of_log_[log];
    ++size_;
}

void Waiting::removed(const std::vector<EntryRef>& entries) {
    for (const EntryRef& entry : entries) {
        const auto found = of_log_.find(entry.log);
        if (--found->second == 0) of_log_.erase(found);
    }
    size_ -= entries.size();
}

bool Waiting::for_epoch(const EpochId& epoch, const EntryRef& entry) {
    const auto found = by_epoch_.find(epoch);
    if (found != by_epoch_.end() && found->second.contains(entry)) return true;
    if (!room_for(entry.log)) return overflowed_ = true, false;
    by_epoch_[epoch].insert(entry);
    added(entry.log);
    return true;
}

bool Waiting::for_writer(const EntryRef& entry) {
    const auto found = by_writer_.find(entry.log);
    if (found != by_writer_.end() && found->second.contains(entry)) return true;
    if (!room_for(entry.log)) return overflowed_ = true, false;
    by_writer_[entry.log].insert(entry);
    added(entry.log);
    return true;
}

std::vector<EntryRef> Waiting::take_epoch(const EpochId& epoch) {
    const std::vector<EntryRef> entries = take(by_epoch_, epoch);
    removed(entries);
    return entries;
}

std::vector<EntryRef> Waiting::take_writer(const LogId& log) {
    const std::vector<EntryRef> entries = take(by_writer_, log);
    removed(entries);
    return entries;
}

std::vector<EntryRef> Waiting::take_writers() {
    std::vector<EntryRef> all;
    while (!by_writer_.empty()) {
        const std::vector<EntryRef> some = take_writer(by_writer_.begin()->first);
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

std::vector<EpochId> Waiting::epochs() const {
    std::vector<EpochId> ids;
    ids.reserve(by_epoch_.size());
    for (const auto& [id, entries] : by_epoch_) ids.push_back(id);
    return ids;
}

}  // namespace liaise::channel
