#include "node/store/database.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/store/migrate.h"
#include "node/store/statement.h"

namespace liaise::node::store {
namespace {

constexpr int log_size_limit_bytes = 16 * 1024 * 1024;  // a log that a big batch made longer is cut back

Result<void> prepare_place(const std::string& path, const DatabaseOptions& options) {
    if (path.empty() || path.front() != '/') return Error{ErrorCode::malformed, "store path is not absolute"};
    if (!options.vfs_beneath.empty()) return {};
    struct stat status {};
    const bool there = ::stat(path.c_str(), &status) == 0;
    if (options.existing == Existing::required && (!there || status.st_size == 0))
        return Error{ErrorCode::not_authentic, "store file is missing or empty"};
    if (options.existing == Existing::forbidden)
        for (const char* part : {"", "-wal", "-journal"}) ::unlink((path + part).c_str());
    return {};
}

int flags_for(const DatabaseOptions& options) {
    const int create = options.existing == Existing::required ? 0 : SQLITE_OPEN_CREATE;
    return SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | create;
}

void restrict_handle(sqlite3* handle) {
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
}

constexpr Error altered{ErrorCode::not_authentic,
                        "store file was damaged or altered, or this is not its key"};

}  // namespace

Error Database::error_of(int result_code) {
    const auto at = static_cast<std::uint64_t>(result_code);
    if (result_code == SQLITE_IOERR_DATA) return {altered.code, altered.phrase, at};
    switch (result_code & 0xff) {
        case SQLITE_FULL:
            return {ErrorCode::exhausted, "the disk is full", at};
        case SQLITE_NOMEM:
            return {ErrorCode::exhausted, "no memory for the store", at};
        case SQLITE_ERROR:  // our SQL does not fit: pages of different times were put together
            return {altered.code, "store does not fit its schema", at};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return {altered.code, altered.phrase, at};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_PROTOCOL:
            return {ErrorCode::conflict, "store is open in another process", at};
        case SQLITE_CONSTRAINT:
            return {ErrorCode::conflict, "row is already there", at};
        case SQLITE_TOOBIG:
            return {ErrorCode::too_large, "value is too large for the store", at};
        case SQLITE_IOERR:
            return {ErrorCode::unavailable, "the disk failed", at};
        default:
            return {ErrorCode::unavailable, "store cannot be opened or written", at};
    }
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, const crypto::Key& key,
                                                 RandomSource& random, const DatabaseOptions& options) {
    LIAISE_TRY(prepare_place(path, options));
    auto vfs = LIAISE_TRY(EncryptedVfs::create(key, random, options.vfs_beneath));
    std::unique_ptr<Database> database(new Database(std::move(vfs)));
    const int result =
        sqlite3_open_v2(path.c_str(), &database->handle_, flags_for(options), database->vfs_->name().c_str());
    if (result != SQLITE_OK)
        return error_of(database->handle_ == nullptr ? result : sqlite3_extended_errcode(database->handle_));
    restrict_handle(database->handle_);
    // Before anything is written: the log takes its permissions from the database file.
    if (options.vfs_beneath.empty() && ::chmod(path.c_str(), 0600) != 0)
        return Error{ErrorCode::unavailable, "store file cannot be closed to others"};
    LIAISE_TRY(database->configure(options));
    if (options.existing == Existing::required && LIAISE_TRY(database->number("PRAGMA user_version")) == 0)
        return altered;
    LIAISE_TRY(migrate(*database));
    return database;
}

Result<void> Database::configure(const DatabaseOptions& options) {
    // The lock first: a log under an exclusive lock needs no shared memory, and ours has none.
    LIAISE_TRY(execute("PRAGMA locking_mode = EXCLUSIVE"));
    LIAISE_TRY(execute("PRAGMA temp_store = MEMORY"));
    const std::string cache = "PRAGMA cache_size = -" + std::to_string(options.cache_bytes / 1024);
    LIAISE_TRY(execute(cache.c_str()));
    LIAISE_TRY(execute("PRAGMA secure_delete = ON"));
    // EXTRA is FULL, and a rollback journal's removal made durable: the one from making the database, come
    // back after a power cut, would roll it back to nothing.
    LIAISE_TRY(execute("PRAGMA synchronous = EXTRA"));
    LIAISE_TRY(execute("PRAGMA journal_mode = WAL"));
    const std::string limit = "PRAGMA journal_size_limit = " + std::to_string(log_size_limit_bytes);
    LIAISE_TRY(execute(limit.c_str()));
    const std::string pages = "PRAGMA wal_autocheckpoint = " + std::to_string(options.checkpoint_pages);
    LIAISE_TRY(execute(pages.c_str()));
    // Takes the lock now, not at the first write: a second process is refused at once.
    LIAISE_TRY(execute("BEGIN EXCLUSIVE"));
    return execute("COMMIT");
}

Database::~Database() {
    if (handle_ != nullptr) LIAISE_CHECK(sqlite3_close(handle_) == SQLITE_OK);
}

bool Database::in_transaction() const {
    return sqlite3_get_autocommit(handle_) == 0;
}

Result<void> Database::may_write() const {
    LIAISE_CHECK(transaction_open_);
    if (!in_transaction()) return Error{ErrorCode::unavailable, "transaction was given up after an error"};
    return {};
}

Result<void> Database::execute(const char* sql) {
    const int result = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
    if (result != SQLITE_OK) return error_of(result);
    return {};
}

Result<std::int64_t> Database::number(const char* sql) {
    Statement statement(*this, sql);
    Query query = statement.query();
    if (!LIAISE_TRY(query.next())) return Error{ErrorCode::not_known, "query gave no row"};
    return query.number(0);
}

Result<void> Database::checkpoint() {
    const int result =
        sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if (result != SQLITE_OK) return error_of(result);
    return {};
}

Result<void> Database::check_integrity() {
    Statement check(*this, "PRAGMA integrity_check(1)");
    Query query = check.query();
    if (!LIAISE_TRY(query.next()) || query.text(0) != "ok") return altered;
    return execute("INSERT INTO search (search) VALUES ('integrity-check')");
}

void Database::release_memory() {
    sqlite3_db_release_memory(handle_);
}

}  // namespace liaise::node::store
