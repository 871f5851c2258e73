#include "node/store/record_store.h"

namespace liaise::node::store {
namespace {

Result<std::vector<Record>> records(Query query) {
    std::vector<Record> found;
    while (LIAISE_TRY(query.next()))
        found.push_back({to_bytes(query.bytes(0)), static_cast<std::uint64_t>(query.number(1)),
                         to_bytes(query.bytes(2))});
    return found;
}

}  // namespace

struct RecordStore::Statements {
    explicit Statements(Database& opened) : database(opened) {}

    Database& database;
    Statement newest_version{database,
                             "SELECT coalesce(max(version), 0) FROM records WHERE kind = ? AND key = ?"};
    Statement insert{database, "INSERT INTO records (kind, key, version, value) VALUES (?, ?, ?, ?)"};
    Statement remove_before{database, "DELETE FROM records WHERE kind = ? AND key = ? AND version < ?"};
    Statement newest{database,
                     "SELECT value FROM records WHERE kind = ? AND key = ? ORDER BY version DESC LIMIT 1"};
    Statement versions{database,
                       "SELECT key, version, value FROM records WHERE kind = ? AND key = ?"
                       " ORDER BY version"};
    // One seek for each key: the smallest behind the last, and its newest version.
    Statement next_key{database,
                       "SELECT key, version, value FROM records WHERE kind = ?1 AND key ="
                       " (SELECT min(key) FROM records WHERE kind = ?1 AND key > ?2)"
                       " ORDER BY version DESC LIMIT 1"};
    Statement first_key{database,
                        "SELECT key, version, value FROM records WHERE kind = ?1 AND key ="
                        " (SELECT min(key) FROM records WHERE kind = ?1) ORDER BY version DESC LIMIT 1"};
    Statement count{database, "SELECT count(DISTINCT key) FROM records WHERE kind = ?"};
};

RecordStore::RecordStore(Database& database) : sql_(std::make_unique<Statements>(database)) {}
RecordStore::~RecordStore() = default;

Result<std::uint64_t> RecordStore::append(std::uint16_t kind, BytesView key, BytesView value) {
    LIAISE_TRY(sql_->database.may_write());
    if (key.size() > record_key_bytes_max)
        return Error{ErrorCode::too_large, "record key is larger than it may be", key.size()};
    if (value.size() > record_bytes_max)
        return Error{ErrorCode::too_large, "record is larger than it may be", value.size()};
    std::uint64_t version = 0;
    {
        Query query = sql_->newest_version.query(kind, key);
        LIAISE_TRY(query.next());
        version = static_cast<std::uint64_t>(query.number(0)) + 1;
    }
    LIAISE_TRY(sql_->insert.run(kind, key, version, value));
    return version;
}

Result<std::uint64_t> RecordStore::put(std::uint16_t kind, BytesView key, BytesView value) {
    const std::uint64_t version = LIAISE_TRY(append(kind, key, value));
    LIAISE_TRY(sql_->remove_before.run(kind, key, version));
    return version;
}

Result<void> RecordStore::remove(std::uint16_t kind, BytesView key) {
    LIAISE_TRY(sql_->database.may_write());
    return sql_->remove_before.run(kind, key, INT64_MAX);
}

Result<std::optional<Bytes>> RecordStore::get(std::uint16_t kind, BytesView key) {
    Query query = sql_->newest.query(kind, key);
    if (!LIAISE_TRY(query.next())) return std::optional<Bytes>();
    return std::optional(to_bytes(query.bytes(0)));
}

Result<std::vector<Record>> RecordStore::versions(std::uint16_t kind, BytesView key) {
    return records(sql_->versions.query(kind, key));
}

Result<std::vector<Record>> RecordStore::list(std::uint16_t kind, std::size_t limit, BytesView after) {
    std::vector<Record> found;
    while (found.size() < limit) {
        const bool from_start = found.empty() && after.empty();
        const BytesView behind = found.empty() ? after : BytesView(found.back().key);
        std::vector<Record> next = LIAISE_TRY(
            records(from_start ? sql_->first_key.query(kind) : sql_->next_key.query(kind, behind)));
        if (next.empty()) break;
        found.push_back(std::move(next.front()));
    }
    return found;
}

Result<std::uint64_t> RecordStore::count(std::uint16_t kind) {
    Query query = sql_->count.query(kind);
    LIAISE_TRY(query.next());
    return static_cast<std::uint64_t>(query.number(0));
}

}  // namespace liaise::node::store
