// Logs and their entries.
//
// In:  runs of entries that somebody else has checked (protocol/log), appended where a log ends.
// Out: entries by log and sequence, heads, and what is still to be verified one by one.
//
// - An entry's row number is its log's and its sequence: appending touches the end of one log, reading a run
// is
//   one scan, and no index over random ids exists. The millionth message costs what the first did.
// - Payload size and hash are stored only once the payload is gone; before, they follow from it. Channel,
// writer
//   and predecessor follow from the log and the row before.
// - Which signatures nobody has checked alone is kept as ranges, one for each run, not as a mark on each
// entry:
//   checking a million entries in idle time then does not write each of them again.
// - A log with a proof of equivocation takes no more entries (conflict).
//
// Writes need an open Transaction.
#pragma once

#include <optional>
#include <span>

#include "node/store/rows.h"
#include "node/store/statement.h"

namespace liaise::node::store {

inline constexpr std::uint64_t log_sequence_max = (std::uint64_t{1} << 40) - 1;

struct LogState {
    LogRow row{};
    ChannelId channel;
    WriterKey writer;
    LogId id;
    bool own = false;
    bool equivocated = false;
    std::uint64_t head_sequence = 0;  // 0: empty
    EntryId head_id;
    std::uint64_t verified_sequence = 0;  // the highest entry whose own signature was checked
};

// An entry to append. The payload may have expired before it came here: then its size and hash alone.
struct NewEntry {
    std::uint8_t kind = 0;
    Signature signature;
    EntryId id;
    std::optional<BytesView> payload;
    std::uint32_t payload_bytes = 0;  // with payload_hash: read only where the payload is absent
    Hash payload_hash;
};

struct StoredEntry {
    std::uint64_t sequence = 0;
    std::uint8_t kind = 0;
    Signature signature;
    EntryId id;
    std::optional<Bytes> payload;
    std::uint32_t payload_bytes = 0;   // of an absent payload too
    std::optional<Hash> payload_hash;  // only of an absent payload
};

enum class Checked : std::uint8_t { each, last };  // which signatures of an appended run were verified

struct ReadLimits {
    std::size_t entries;
    std::size_t payload_bytes;  // reading stops before going over it, after one entry at least
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

    // The log of a writer in a channel; made where it is new.
    Result<LogRow> ensure_log(const ChannelId& channel, const WriterKey& writer, const LogId& id, bool own);
    Result<std::optional<LogState>> find_log(const ChannelId& channel, const WriterKey& writer);
    Result<std::optional<LogState>> log(LogRow row);
    Result<std::vector<LogState>> logs_of(const ChannelId& channel);
    Result<std::vector<LogState>> own_logs();
    // Logs whose id's text begins so (base32, from none to 13 letters), at most `count_max`.
    Result<std::vector<LogState>> logs_named(std::string_view beginning, std::size_t count_max);
    Result<std::uint64_t> entry_count();

    // conflict unless `first` follows the log's head, or when the log has equivocated; too_large beyond
    // log_sequence_max.
    Result<void> append(LogRow log, std::uint64_t first, std::span<const NewEntry> run, Checked checked);
    // From `first` on, oldest first; empty beyond the head.
    Result<std::vector<StoredEntry>> read(LogRow log, std::uint64_t first, ReadLimits limits);
    Result<std::optional<StoredEntry>> entry(EntryPlace place);
    // The id of an entry alone: the predecessor of the one behind it. Zeros for sequence 0.
    Result<std::optional<EntryId>> id_of(EntryPlace place);

    // The entries from `first` to `last` were verified one by one.
    Result<void> mark_verified(LogRow log, std::uint64_t first, std::uint64_t last);
    Result<bool> is_verified(EntryPlace place);
    // Ranges of entries whose own signatures are unchecked: of all logs, or of one.
    Result<std::vector<SequenceRange>> unverified(std::size_t count_max);
    Result<std::vector<SequenceRange>> unverified(LogRow log, std::size_t count_max);

    // Removes the payload and keeps its size and hash; true unless it was gone already. not_known: no such
    // entry.
    Result<bool> erase_payload(EntryPlace place);

    // The log stops here; the first proof stays.
    Result<void> set_equivocation(LogRow log, BytesView proof);
    Result<std::optional<Bytes>> equivocation(LogRow log);

  private:
    struct Statements;
    std::unique_ptr<Statements> sql_;
};

}  // namespace liaise::node::store
