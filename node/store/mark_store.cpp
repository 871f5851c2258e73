#include "node/store/mark_store.h"

#include "node/store/interned.h"
#include "node/store/log_number.h"

#define LIAISE_SELECT_MARK                                                                              \
    "SELECT m.log, m.sequence, logs.id, m.kind, m.target_log, m.target_sequence, members.id, m.number," \
    " m.time, m.text FROM marks AS m JOIN logs ON logs.log = m.log"                                     \
    " JOIN members ON members.member = m.author "

namespace liaise::node::store {
namespace {

constexpr std::uint8_t pin_kind = 3;  // as the index on pins has it

Result<MarkRow> mark_row(const Query& query) {
    MarkRow row;
    row.place = {LogRow{query.number(0)}, static_cast<std::uint64_t>(query.number(1))};
    row.log_id = LIAISE_TRY(query.fixed<LogId>(2));
    row.kind = static_cast<std::uint8_t>(query.number(3));
    row.target = {static_cast<std::uint64_t>(query.number(5)), log_of(query.number(4))};
    row.author = LIAISE_TRY(query.fixed<MemberId>(6));
    row.number = static_cast<std::uint32_t>(query.number(7));
    row.time = time_from_milliseconds(query.number(8));
    if (!query.is_null(9)) row.text = query.text(9);
    return row;
}

Result<std::vector<MarkRow>> mark_rows(Query query) {
    std::vector<MarkRow> rows;
    while (LIAISE_TRY(query.next())) rows.push_back(LIAISE_TRY(mark_row(query)));
    return rows;
}

}  // namespace

struct MarkStore::Statements {
    explicit Statements(Database& opened) : database(opened) {}

    Database& database;
    MemberNumbers members{database};
    Statement insert{database,
                     "INSERT OR IGNORE INTO marks (target_log, target_sequence, kind, log, sequence, author,"
                     " number, time, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"};
    Statement trim{database,
                   "DELETE FROM marks WHERE target_log = ?1 AND target_sequence = ?2 AND kind = ?3"
                   " AND log = ?4 AND sequence > (SELECT sequence FROM marks WHERE target_log = ?1"
                   " AND target_sequence = ?2 AND kind = ?3 AND log = ?4 ORDER BY sequence"
                   " LIMIT 1 OFFSET ?5)"};
    Statement on{database, LIAISE_SELECT_MARK
                 "WHERE m.target_log = ? AND m.target_sequence = ?"
                 " ORDER BY m.kind, m.log, m.sequence"};
    Statement said_by{database, LIAISE_SELECT_MARK "WHERE m.log = ? AND m.sequence = ? ORDER BY m.kind"};
    Statement clear{database, "UPDATE marks SET text = NULL WHERE log = ? AND sequence = ?"};
    Statement remove_from{database, "DELETE FROM marks WHERE log = ? AND sequence >= ?"};
    Statement pinned{database,
                     "SELECT DISTINCT target_log, target_sequence FROM marks WHERE kind = 3"
                     " ORDER BY target_log, target_sequence LIMIT ?"};
    Statement set_held{database,
                       "INSERT INTO held (log, device, head) VALUES (?, ?, ?)"
                       " ON CONFLICT (log, device) DO UPDATE SET head = max(head, excluded.head)"};
    Statement held{database, "SELECT device, head FROM held WHERE log = ? ORDER BY device"};
    Statement set_seen{database,
                       "INSERT INTO seen (log, member, last) VALUES (?, ?, ?)"
                       " ON CONFLICT (log, member) DO UPDATE SET last = max(last, excluded.last)"};
    Statement seen{database, "SELECT member, last FROM seen WHERE log = ? ORDER BY member"};
};

MarkStore::MarkStore(Database& database) : sql_(std::make_unique<Statements>(database)) {}
MarkStore::~MarkStore() = default;

Result<void> MarkStore::add(const MarkRow& mark, std::size_t each_max) {
    LIAISE_TRY(sql_->database.may_write());
    const std::int64_t author = LIAISE_TRY(sql_->members.ensure(mark.author.view()));
    const std::int64_t target = number_of(mark.target.log);
    std::optional<std::string> text;
    if (!mark.text.empty()) text = mark.text;
    LIAISE_TRY(sql_->insert.run(target, mark.target.sequence, mark.kind, mark.place.log, mark.place.sequence,
                                author, mark.number, to_milliseconds(mark.time), text));
    return sql_->trim.run(target, mark.target.sequence, mark.kind, mark.place.log, each_max - 1);
}

Result<std::vector<MarkRow>> MarkStore::on(const log::MessageRef& target) {
    return mark_rows(sql_->on.query(number_of(target.log), target.sequence));
}

Result<std::vector<MarkRow>> MarkStore::said_by(EntryPlace place) {
    return mark_rows(sql_->said_by.query(place.log, place.sequence));
}

Result<void> MarkStore::clear_text(EntryPlace place) {
    LIAISE_TRY(sql_->database.may_write());
    return sql_->clear.run(place.log, place.sequence);
}

Result<void> MarkStore::remove_from(LogRow log, std::uint64_t first) {
    LIAISE_TRY(sql_->database.may_write());
    return sql_->remove_from.run(log, first);
}

Result<std::vector<log::MessageRef>> MarkStore::pinned(std::size_t limit) {
    static_assert(pin_kind == 3);
    std::vector<log::MessageRef> found;
    Query query = sql_->pinned.query(limit);
    while (LIAISE_TRY(query.next()))
        found.push_back({static_cast<std::uint64_t>(query.number(1)), log_of(query.number(0))});
    return found;
}

Result<void> MarkStore::set_held(LogRow log, const DeviceId& device, std::uint64_t head) {
    LIAISE_TRY(sql_->database.may_write());
    return sql_->set_held.run(log, device, head);
}

Result<std::vector<HeldRow>> MarkStore::held(LogRow log) {
    std::vector<HeldRow> rows;
    Query query = sql_->held.query(log);
    while (LIAISE_TRY(query.next()))
        rows.push_back({LIAISE_TRY(query.fixed<DeviceId>(0)), static_cast<std::uint64_t>(query.number(1))});
    return rows;
}

Result<void> MarkStore::set_seen(LogRow log, const MemberId& member, std::uint64_t last) {
    LIAISE_TRY(sql_->database.may_write());
    return sql_->set_seen.run(log, member, last);
}

Result<std::vector<SeenRow>> MarkStore::seen(LogRow log) {
    std::vector<SeenRow> rows;
    Query query = sql_->seen.query(log);
    while (LIAISE_TRY(query.next()))
        rows.push_back({LIAISE_TRY(query.fixed<MemberId>(0)), static_cast<std::uint64_t>(query.number(1))});
    return rows;
}

}  // namespace liaise::node::store
