// Entries of one channel that cannot be used yet, by what they wait for: an epoch's key, or a log's
// introduction or membership. It holds names only; the entries themselves are in the store.
//
// - At most limits::waiting_entries_max names in all, and no log may take more than half of the room that
//   is left: one writer's hundred thousand entries with missing keys cannot push out the others' (attack
//   class 15).
// - A name that found no room is not lost: overflowed() says so until rescan_done(), and whoever learned a
//   key then looks through the store's unopened entries instead.
// - take_*() hands out names in order of log and sequence, each once.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "protocol/base/limits.h"
#include "protocol/channel/entry_ref.h"

namespace liaise::channel {

class Waiting {
  public:
    explicit Waiting(std::size_t entries_max = limits::waiting_entries_max) : entries_max_(entries_max) {}

    // Harmless when repeated. False: no room, and overflowed() from now on.
    bool for_epoch(const EpochId& epoch, const EntryRef& entry);
    bool for_writer(const EntryRef& entry);

    // All that waited for this key (this log's introduction or membership), and wait no more.
    std::vector<EntryRef> take_epoch(const EpochId& epoch);
    std::vector<EntryRef> take_writer(const LogId& log);
    // Everything that waits for something else than a key. After a batch in which any policy entry was
    // accepted: it may have been what the others wait for. Until none of them is accepted any more.
    std::vector<EntryRef> take_writers();

    std::vector<EpochId> epochs() const;  // that are waited for: what to ask others for
    std::size_t size() const { return size_; }
    bool overflowed() const { return overflowed_; }
    void rescan_done() { overflowed_ = false; }

  private:
    bool room_for(const LogId& log) const;
    void added(const LogId& log);
    void removed(const std::vector<EntryRef>& entries);

    std::size_t entries_max_;
    std::size_t size_ = 0;
    bool overflowed_ = false;
    std::map<EpochId, std::set<EntryRef>> by_epoch_;
    std::map<LogId, std::set<EntryRef>> by_writer_;
    std::map<LogId, std::size_t> of_log_;
};

}  // namespace liaise::channel
