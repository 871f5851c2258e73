#include "node/store/entry_store.h"

#include "node/store/id_range.h"
#include "node/store/interned.h"
#include "protocol/crypto/hash.h"

// Every query for logs gives these columns, in this order.
#define LIAISE_SELECT_LOG                                                                          \
    "SELECT logs.log, channels.id, logs.writer, logs.id, logs.own, logs.equivocation IS NOT NULL," \
    " logs.doubted, logs.head_sequence, logs.head_id"                                              \
    " FROM logs JOIN channels USING (channel) "

namespace liaise::node::store {
namespace {

constexpr int sequence_bits = 40;
constexpr std::uint64_t sequence_most = (std::uint64_t{1} << sequence_bits) - 1;
constexpr std::int64_t log_most = (std::int64_t{1} << (63 - sequence_bits)) - 1;

std::int64_t entry_row(LogRow log, std::uint64_t sequence) {
    return static_cast<std::int64_t>(log) << sequence_bits | static_cast<std::int64_t>(sequence);
}
std::int64_t entry_row(EntryPlace place) {
    return entry_row(place.log, place.sequence);
}
std::uint64_t sequence_of(std::int64_t entry) {
    return static_cast<std::uint64_t>(entry) & sequence_most;
}
bool fits(std::uint64_t sequence) {
    return sequence <= sequence_most;
}

Result<LogState> log_state(const Query& query) {
    LogState state;
    state.row = LogRow{query.number(0)};
    state.channel = LIAISE_TRY(query.fixed<ChannelId>(1));
    state.writer = LIAISE_TRY(query.fixed<WriterKey>(2));
    state.id = LIAISE_TRY(query.fixed<LogId>(3));
    state.own = query.number(4) != 0;
    state.equivocated = query.number(5) != 0;
    state.doubted = query.number(6) != 0;
    state.head = {static_cast<std::uint64_t>(query.number(7)), LIAISE_TRY(query.fixed<EntryId>(8))};
    return state;
}

Result<std::vector<LogState>> log_states(Query query) {
    std::vector<LogState> states;
    while (LIAISE_TRY(query.next())) states.push_back(LIAISE_TRY(log_state(query)));
    return states;
}

Result<std::vector<SequenceRange>> ranges(Query query) {
    std::vector<SequenceRange> found;
    while (LIAISE_TRY(query.next()))
        found.push_back({LogRow{query.number(0)}, static_cast<std::uint64_t>(query.number(1)),
                         static_cast<std::uint64_t>(query.number(2))});
    return found;
}

// The ranges that hold any of the entries from `first` to `last`, the latest first.
Result<std::vector<SequenceRange>> ranges_touching(Query query, std::uint64_t first) {
    std::vector<SequenceRange> found;
    while (LIAISE_TRY(query.next())) {
        const SequenceRange range{LogRow{query.number(0)}, static_cast<std::uint64_t>(query.number(1)),
                                  static_cast<std::uint64_t>(query.number(2))};
        if (range.last < first) break;
        found.push_back(range);
    }
    return found;
}

// Columns: entry, kind, signature, id, payload, payload_bytes, payload_hash.
Result<EntryView> entry_view(const Query& query) {
    EntryView entry;
    entry.sequence = sequence_of(query.number(0));
    entry.kind = static_cast<log::EntryKind>(query.number(1));
    entry.signature = LIAISE_TRY(query.fixed<Signature>(2));
    entry.id = LIAISE_TRY(query.fixed<EntryId>(3));
    if (query.is_null(4)) {
        entry.payload_bytes = static_cast<std::uint32_t>(query.number(5));
        entry.payload_hash = LIAISE_TRY(query.fixed<Hash>(6));
    } else {
        entry.payload = query.bytes(4);
        entry.payload_bytes = static_cast<std::uint32_t>(entry.payload->size());
    }
    return entry;
}

}  // namespace

struct EntryStore::Statements {
    explicit Statements(Database& opened) : database(opened) {}

    Database& database;
    ChannelNumbers channels{database};
    Statement insert_log{database,
                         "INSERT INTO logs (channel, writer, id, own, head_id)"
                         " VALUES (?, ?, ?, ?, zeroblob(32)) RETURNING log"};
    Statement log_by_writer{database, LIAISE_SELECT_LOG "WHERE channels.id = ? AND logs.writer = ?"};
    Statement log_by_row{database, LIAISE_SELECT_LOG "WHERE logs.log = ?"};
    Statement logs_by_channel{database, LIAISE_SELECT_LOG "WHERE channels.id = ? ORDER BY logs.log"};
    Statement own_logs{database, LIAISE_SELECT_LOG "WHERE logs.own = 1 ORDER BY logs.log"};
    Statement logs_by_id{database,
                         LIAISE_SELECT_LOG "WHERE logs.id BETWEEN ? AND ? ORDER BY logs.id LIMIT ?"};
    Statement entry_count{database, "SELECT coalesce(sum(head_sequence), 0) FROM logs"};
    Statement head{database, "SELECT head_sequence, equivocation IS NOT NULL FROM logs WHERE log = ?"};
    Statement set_head{database, "UPDATE logs SET head_sequence = ?, head_id = ? WHERE log = ?"};
    Statement remove_entries{database, "DELETE FROM entries WHERE entry BETWEEN ? AND ?"};

    Statement insert_entry{database,
                           "INSERT INTO entries (entry, kind, signature, id, payload, payload_bytes,"
                           " payload_hash) VALUES (?, ?, ?, ?, ?, ?, ?)"};
    Statement entries_from{database,
                           "SELECT entry, kind, signature, id, payload, payload_bytes, payload_hash"
                           " FROM entries WHERE entry BETWEEN ? AND ? ORDER BY entry"};
    // With what its log says, and the entry before it.
    Statement whole_entry{database,
                          "SELECT entries.kind, entries.signature, entries.id, entries.payload,"
                          " entries.payload_bytes, entries.payload_hash, channels.id, logs.writer, before.id"
                          " FROM entries JOIN logs ON logs.log = ?2 JOIN channels USING (channel)"
                          " LEFT JOIN entries AS before ON before.entry = entries.entry - 1"
                          " WHERE entries.entry = ?1 AND ?3 <= logs.head_sequence"};
    Statement id_of_entry{database, "SELECT id FROM entries WHERE entry = ?"};
    Statement payload_of{database, "SELECT payload FROM entries WHERE entry = ?"};
    Statement erase_payload{database,
                            "UPDATE entries SET payload = NULL, message_key = NULL, payload_bytes = ?,"
                            " payload_hash = ? WHERE entry = ?"};
    Statement message_key{database, "SELECT message_key FROM entries WHERE entry = ?"};
    Statement keep_message_key{database,
                               "UPDATE entries SET message_key = ? WHERE entry = ? AND payload IS NOT NULL"};

    Statement add_range{database, "INSERT INTO unverified (log, first, last) VALUES (?, ?, ?)"};
    Statement remove_range{database, "DELETE FROM unverified WHERE log = ? AND first = ?"};
    // From the last range that begins within or before, downwards: ranges never overlap.
    Statement ranges_down_from{database,
                               "SELECT log, first, last FROM unverified"
                               " WHERE log = ? AND first <= ? ORDER BY first DESC"};
    Statement all_ranges{database, "SELECT log, first, last FROM unverified ORDER BY log, first LIMIT ?"};
    Statement ranges_of{database,
                        "SELECT log, max(first, ?2), last FROM unverified"
                        " WHERE log = ?1 AND last >= ?2 AND first >= coalesce((SELECT max(first)"
                        " FROM unverified WHERE log = ?1 AND first <= ?2), 0) ORDER BY first LIMIT ?3"};

    Statement set_doubted{database, "UPDATE logs SET doubted = 1 WHERE log = ?"};
    Statement set_equivocation{database,
                               "UPDATE logs SET equivocation = ? WHERE log = ? AND equivocation IS NULL"};
    Statement equivocation{database, "SELECT equivocation FROM logs WHERE log = ?"};
};

EntryStore::EntryStore(Database& database) : sql_(std::make_unique<Statements>(database)) {}
EntryStore::~EntryStore() = default;

// --- logs

Result<LogRow> EntryStore::ensure_log(const ChannelId& channel, const WriterKey& writer, bool own) {
    if (const auto known = LIAISE_TRY(find_log(channel, writer))) return known->row;
    LIAISE_TRY(sql_->database.may_write());
    const std::int64_t channel_number = LIAISE_TRY(sql_->channels.ensure(channel.view()));
    const LogId id = log::log_id_of(channel, writer);
    Query query = sql_->insert_log.query(channel_number, writer, id, own);
    if (!LIAISE_TRY(query.next())) return Error{ErrorCode::unavailable, "store gave no row number"};
    const std::int64_t row = query.number(0);
    LIAISE_TRY(query.next());
    if (row > log_most) return Error{ErrorCode::exhausted, "more logs than a store can hold"};
    return LogRow{row};
}

Result<std::optional<LogState>> EntryStore::find_log(const ChannelId& channel, const WriterKey& writer) {
    Query query = sql_->log_by_writer.query(channel, writer);
    if (!LIAISE_TRY(query.next())) return std::optional<LogState>();
    return std::optional(LIAISE_TRY(log_state(query)));
}

Result<std::optional<LogState>> EntryStore::log(LogRow row) {
    Query query = sql_->log_by_row.query(row);
    if (!LIAISE_TRY(query.next())) return std::optional<LogState>();
    return std::optional(LIAISE_TRY(log_state(query)));
}

Result<std::vector<LogState>> EntryStore::logs_of(const ChannelId& channel) {
    return log_states(sql_->logs_by_channel.query(channel));
}

Result<std::vector<LogState>> EntryStore::own_logs() {
    return log_states(sql_->own_logs.query());
}

Result<std::vector<LogState>> EntryStore::logs_with(const LogId& id, std::size_t count_max) {
    return log_states(sql_->logs_by_id.query(id, id, count_max));
}

Result<std::vector<LogState>> EntryStore::logs_named(std::string_view beginning, std::size_t count_max) {
    const IdRange<LogId> range = LIAISE_TRY(ids_named<LogId>(beginning));
    return log_states(sql_->logs_by_id.query(range.first, range.last, count_max));
}

Result<std::uint64_t> EntryStore::entry_count() {
    Query query = sql_->entry_count.query();
    LIAISE_TRY(query.next());
    return static_cast<std::uint64_t>(query.number(0));
}

// --- entries

Result<void> EntryStore::append(LogRow log, const log::VerifiedRun& run) {
    std::vector<EntryView> entries;
    entries.reserve(run.entries().size());
    for (const log::RunEntry& from : run.entries()) {
        EntryView& to = entries.emplace_back();
        to.sequence = from.header.sequence;
        to.kind = from.header.kind;
        to.signature = from.signature;
        to.id = from.id;
        if (from.has_payload) to.payload = from.payload;
        to.payload_bytes = from.header.payload_bytes;
        to.payload_hash = from.header.payload_hash;
        to.verified = from.verified;
    }
    return append(log, entries);
}

// Where a log ends that can still grow.
Result<std::uint64_t> EntryStore::open_head(LogRow row) {
    Query query = sql_->head.query(row);
    if (!LIAISE_TRY(query.next())) return Error{ErrorCode::not_known, "no such log"};
    if (query.number(1) != 0) return Error{ErrorCode::conflict, "log has ended in an equivocation"};
    return static_cast<std::uint64_t>(query.number(0));
}

Result<void> EntryStore::append(LogRow row, std::span<const EntryView> run) {
    LIAISE_TRY(sql_->database.may_write());
    const std::uint64_t head = LIAISE_TRY(open_head(row));
    if (run.empty()) return {};
    if (run.front().sequence != head + 1)
        return Error{ErrorCode::conflict, "run does not begin behind the log's head", head};
    if (!fits(run.back().sequence))
        return Error{ErrorCode::too_large, "log is longer than a store can hold", run.back().sequence};
    std::uint64_t next = run.front().sequence;
    std::optional<std::uint64_t> unverified_from;
    for (const EntryView& entry : run) {
        LIAISE_CHECK(entry.sequence == next++);
        const bool gone = !entry.payload.has_value();
        LIAISE_TRY(sql_->insert_entry.run(entry_row(row, entry.sequence), entry.kind, entry.signature,
                                          entry.id, entry.payload,
                                          gone ? std::optional(entry.payload_bytes) : std::nullopt,
                                          gone ? std::optional(entry.payload_hash) : std::nullopt));
        if (!entry.verified && !unverified_from) unverified_from = entry.sequence;
        if (entry.verified && unverified_from)
            LIAISE_TRY(
                sql_->add_range.run(row, *std::exchange(unverified_from, std::nullopt), entry.sequence - 1));
    }
    if (unverified_from) LIAISE_TRY(sql_->add_range.run(row, *unverified_from, run.back().sequence));
    return sql_->set_head.run(run.back().sequence, run.back().id, row);
}

Result<void> EntryStore::visit(LogRow log, std::uint64_t first,
                               const std::function<bool(const EntryView&)>& wants_more) {
    if (!fits(first)) return {};
    // The unverified range at or behind the entry at hand, so that each entry is asked about once.
    SequenceRange unchecked{log, 0, 0};
    bool more_unchecked = true;
    Query query = sql_->entries_from.query(entry_row(log, first), entry_row(log, sequence_most));
    while (LIAISE_TRY(query.next())) {
        EntryView entry = LIAISE_TRY(entry_view(query));
        if (more_unchecked && entry.sequence > unchecked.last) {
            const auto following = LIAISE_TRY(unverified(log, entry.sequence, 1));
            more_unchecked = !following.empty();
            if (more_unchecked) unchecked = following.front();
        }
        entry.verified = !more_unchecked || entry.sequence < unchecked.first;
        if (!wants_more(entry)) break;
    }
    return {};
}

Result<std::optional<log::Entry>> EntryStore::entry(EntryPlace place) {
    if (place.sequence == 0 || !fits(place.sequence)) return std::optional<log::Entry>();
    Query query = sql_->whole_entry.query(entry_row(place), place.log, place.sequence);
    if (!LIAISE_TRY(query.next())) return std::optional<log::Entry>();
    if (place.sequence > 1 && query.is_null(8))
        return Error{ErrorCode::not_authentic, "store row is damaged"};
    log::Entry found;
    found.header.kind = static_cast<log::EntryKind>(query.number(0));
    found.header.channel = LIAISE_TRY(query.fixed<ChannelId>(6));
    found.header.writer = LIAISE_TRY(query.fixed<WriterKey>(7));
    found.header.sequence = place.sequence;
    if (place.sequence > 1) found.header.previous = LIAISE_TRY(query.fixed<EntryId>(8));
    found.signature = LIAISE_TRY(query.fixed<Signature>(1));
    found.id = LIAISE_TRY(query.fixed<EntryId>(2));
    if (query.is_null(3)) {
        found.header.payload_bytes = static_cast<std::uint32_t>(query.number(4));
        found.header.payload_hash = LIAISE_TRY(query.fixed<Hash>(5));
    } else {
        found.payload = to_bytes(query.bytes(3));
        found.header.payload_bytes = static_cast<std::uint32_t>(found.payload->size());
        found.header.payload_hash = crypto::blake2b({*found.payload});
    }
    return std::optional(std::move(found));
}

Result<std::optional<Bytes>> EntryStore::payload(EntryPlace place) {
    if (!fits(place.sequence)) return Error{ErrorCode::not_known, "no such entry"};
    Query query = sql_->payload_of.query(entry_row(place));
    if (!LIAISE_TRY(query.next())) return Error{ErrorCode::not_known, "no such entry"};
    if (query.is_null(0)) return std::optional<Bytes>();
    return std::optional(to_bytes(query.bytes(0)));
}

Result<std::optional<crypto::Key>> EntryStore::message_key(EntryPlace place) {
    if (!fits(place.sequence)) return std::optional<crypto::Key>();
    Query query = sql_->message_key.query(entry_row(place));
    if (!LIAISE_TRY(query.next()) || query.is_null(0)) return std::optional<crypto::Key>();
    return std::optional(LIAISE_TRY(crypto::Key::copy_of(query.bytes(0))));
}

Result<void> EntryStore::keep_message_key(EntryPlace place, const crypto::Key& key) {
    LIAISE_TRY(sql_->database.may_write());
    return sql_->keep_message_key.run(key.view(), entry_row(place));
}

Result<std::optional<EntryId>> EntryStore::id_of(EntryPlace place) {
    if (place.sequence == 0) return std::optional(EntryId{});
    if (!fits(place.sequence)) return std::optional<EntryId>();
    Query query = sql_->id_of_entry.query(entry_row(place));
    if (!LIAISE_TRY(query.next())) return std::optional<EntryId>();
    return std::optional(LIAISE_TRY(query.fixed<EntryId>(0)));
}

Result<bool> EntryStore::erase_payload(EntryPlace place) {
    LIAISE_TRY(sql_->database.may_write());
    const std::optional<Bytes> present = LIAISE_TRY(payload(place));
    if (!present) return false;
    LIAISE_TRY(sql_->erase_payload.run(present->size(), crypto::blake2b({*present}), entry_row(place)));
    return true;
}

// --- what was verified, and what stopped

Result<void> EntryStore::mark_verified(LogRow log, std::uint64_t first, std::uint64_t last) {
    LIAISE_TRY(sql_->database.may_write());
    for (const SequenceRange& range :
         LIAISE_TRY(ranges_touching(sql_->ranges_down_from.query(log, last), first))) {
        LIAISE_TRY(sql_->remove_range.run(log, range.first));
        if (range.first < first) LIAISE_TRY(sql_->add_range.run(log, range.first, first - 1));
        if (range.last > last) LIAISE_TRY(sql_->add_range.run(log, last + 1, range.last));
    }
    return {};
}

Result<bool> EntryStore::is_verified(EntryPlace place) {
    if (!LIAISE_TRY(id_of(place))) return false;
    return LIAISE_TRY(
               ranges_touching(sql_->ranges_down_from.query(place.log, place.sequence), place.sequence))
        .empty();
}

Result<std::vector<SequenceRange>> EntryStore::unverified(std::size_t count_max) {
    return ranges(sql_->all_ranges.query(count_max));
}

Result<std::vector<SequenceRange>> EntryStore::unverified(LogRow log, std::uint64_t from,
                                                          std::size_t count_max) {
    return ranges(sql_->ranges_of.query(log, from, count_max));
}

Result<void> EntryStore::set_doubted(LogRow log) {
    LIAISE_TRY(sql_->database.may_write());
    return sql_->set_doubted.run(log);
}

Result<void> EntryStore::cut(LogRow row, std::uint64_t first) {
    LIAISE_CHECK(sql_->database.in_transaction() && first > 0);
    const auto state = LIAISE_TRY(log(row));
    if (!state || first > state->head.sequence) return {};
    const auto before = LIAISE_TRY(id_of({row, first - 1}));
    if (!before) return Error{ErrorCode::not_known, "no entry before the cut", first};
    LIAISE_TRY(mark_verified(row, first, state->head.sequence));
    LIAISE_TRY(sql_->remove_entries.run(entry_row(row, first), entry_row(row, state->head.sequence)));
    return sql_->set_head.run(first - 1, *before, row);
}

Result<void> EntryStore::set_equivocation(LogRow log, BytesView proof) {
    LIAISE_TRY(sql_->database.may_write());
    return sql_->set_equivocation.run(proof, log);
}

Result<std::optional<Bytes>> EntryStore::equivocation(LogRow log) {
    Query query = sql_->equivocation.query(log);
    if (!LIAISE_TRY(query.next()) || query.is_null(0)) return std::optional<Bytes>();
    return std::optional(to_bytes(query.bytes(0)));
}

}  // namespace liaise::node::store
