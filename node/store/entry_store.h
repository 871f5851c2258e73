// Logs and their entries.
//
// In:  runs of entries that somebody else has checked (protocol/log), appended where a log ends.
// Out: entries by log and sequence, heads, and what is still to be verified one by one.
//
// - An entry's row number is its log's and its sequence: appending touches the end of one log, reading a run
//   is one scan, and no index over random ids exists. The millionth message costs what the first did.
// - Payload size and hash are stored only once the payload is gone; before, they follow from it. Channel,
//   writer and predecessor follow from the log and the row before.
// - Which signatures nobody has checked alone is kept as ranges, one for each run, not as a mark on each
// entry:
//   checking a million entries in idle time then does not write each of them again.
// - A log with a proof of equivocation takes no more entries (conflict).
//
// Writes need an open Transaction. Row numbers leave 23 bits for logs and 40 for sequences.
#pragma once

#include <functional>
#include <optional>
#include <span>

#include "node/store/rows.h"
#include "node/store/statement.h"
#include "protocol/crypto/secret.h"
#include "protocol/log/run.h"

namespace liaise::node::store {

struct LogState {
    LogRow row{};
    ChannelId channel;
    WriterKey writer;
    LogId id;
    bool own = false;
    bool equivocated = false;
    bool doubted = false;  // an entry turned out to carry a bad signature: from now on each is checked first
    log::LogHead head;
};

// An entry as it is appended or read. Views borrow: from the caller, or until the visit of an entry ends.
struct EntryView {
    std::uint64_t sequence = 0;
    log::EntryKind kind{};
    Signature signature;
    EntryId id;
    std::optional<BytesView> payload;
    std::uint32_t payload_bytes = 0;
    Hash payload_hash;      // only where the payload is absent: else it follows from it
    bool verified = false;  // its own signature was checked, not only one that follows it
};

struct SequenceRange {
    LogRow log{};
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

class EntryStore {
  public:
    explicit EntryStore(Database& database);
    ~EntryStore();

    // The log of a writer in a channel; made where it is new. `own`: this device writes it.
    Result<LogRow> ensure_log(const ChannelId& channel, const WriterKey& writer, bool own);
    Result<std::optional<LogState>> find_log(const ChannelId& channel, const WriterKey& writer);
    Result<std::optional<LogState>> log(LogRow row);
    Result<std::vector<LogState>> logs_of(const ChannelId& channel);
    Result<std::vector<LogState>> own_logs();
    Result<std::vector<LogState>> logs_with(const LogId& id, std::size_t count_max);
    // Logs whose id's text begins so (base32, up to 13 letters; none: all), at most `count_max`.
    Result<std::vector<LogState>> logs_named(std::string_view beginning, std::size_t count_max);
    Result<std::uint64_t> entry_count();

    // conflict unless the run begins right behind the log's head, or when the log has equivocated; not_known
    // for a log that is not here.
    Result<void> append(LogRow log, const log::VerifiedRun& run);
    Result<void> append(LogRow log, std::span<const EntryView> run);  // in sequence, checked by the caller

    // Entries from `first` on, oldest first, as long as there are any and `wants_more` answers true. It calls
    // nothing of this store.
    Result<void> visit(LogRow log, std::uint64_t first,
                       const std::function<bool(const EntryView&)>& wants_more);
    // One entry whole, its header rebuilt; nothing when it is not here.
    Result<std::optional<log::Entry>> entry(EntryPlace place);
    // The payload alone; not_known when there is no such entry, nothing when its payload is gone.
    Result<std::optional<Bytes>> payload(EntryPlace place);
    // The key that opens this one payload, where it has one of its own; as long as the payload is here.
    Result<std::optional<crypto::Key>> message_key(EntryPlace place);
    Result<void> keep_message_key(EntryPlace place, const crypto::Key& key);
    // The id of an entry alone; zeros for sequence 0, nothing when it is not here.
    Result<std::optional<EntryId>> id_of(EntryPlace place);

    // The signatures of the entries from `first` to `last` were checked one by one.
    Result<void> mark_verified(LogRow log, std::uint64_t first, std::uint64_t last);
    Result<bool> is_verified(EntryPlace place);
    // Ranges of entries whose own signatures are unchecked: of all logs, or of one from a sequence on.
    Result<std::vector<SequenceRange>> unverified(std::size_t count_max);
    Result<std::vector<SequenceRange>> unverified(LogRow log, std::uint64_t from, std::size_t count_max);
    Result<void> set_doubted(LogRow log);

    // Takes the entries from `first` on away: the log ends before them. For a log that turned out badly
    // signed.
    Result<void> cut(LogRow log, std::uint64_t first);

    // Removes the payload and its key, and keeps its size and hash; true unless it was gone already.
    // not_known: no such entry.
    Result<bool> erase_payload(EntryPlace place);

    // The log stops here; the first proof stays.
    Result<void> set_equivocation(LogRow log, BytesView proof);
    Result<std::optional<Bytes>> equivocation(LogRow log);

  private:
    Result<std::uint64_t> open_head(LogRow log);

    struct Statements;
    std::unique_ptr<Statements> sql_;
};

}  // namespace liaise::node::store
