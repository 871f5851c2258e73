#include "node/store/statement.h"

#include <sqlite3.h>

namespace liaise::node::store {

Query::~Query() {
    if (statement_ == nullptr) return;
    statement_->in_use_ = false;
    if (statement_->prepared_ != nullptr) sqlite3_reset(statement_->prepared_);
}

Result<bool> Query::next() {
    if (failed_ != SQLITE_OK) return Database::error_of(failed_);
    const int result = sqlite3_step(statement_->prepared_);
    if (result == SQLITE_ROW) return true;
    if (result == SQLITE_DONE) return false;
    return Database::error_of(result);
}

Result<void> Query::run() {
    LIAISE_CHECK(!LIAISE_TRY(next()));
    return {};
}

std::int64_t Query::number(int column) const {
    return sqlite3_column_int64(statement_->prepared_, column);
}

BytesView Query::bytes(int column) const {
    const auto* const data =
        static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_->prepared_, column));
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_->prepared_, column))};
}

std::string_view Query::text(int column) const {
    return text_of(bytes(column));
}

bool Query::is_null(int column) const {
    return sqlite3_column_type(statement_->prepared_, column) == SQLITE_NULL;
}

Statement::~Statement() {
    sqlite3_finalize(prepared_);
}

int Statement::start() {
    LIAISE_CHECK(!in_use_);
    in_use_ = true;
    if (prepared_ != nullptr) return SQLITE_OK;
    return sqlite3_prepare_v3(database_.handle(), sql_, -1, SQLITE_PREPARE_PERSISTENT, &prepared_, nullptr);
}

void Statement::bind(int index, std::int64_t value) {
    LIAISE_CHECK(sqlite3_bind_int64(prepared_, index, value) == SQLITE_OK);
}

void Statement::bind(int index, BytesView value) {
    // An empty view may have no address, which SQLite would take for NULL.
    const void* const data = value.empty() ? static_cast<const void*>("") : value.data();
    LIAISE_CHECK(sqlite3_bind_blob64(prepared_, index, data, value.size(), SQLITE_STATIC) == SQLITE_OK);
}

void Statement::bind(int index, std::string_view value) {
    const char* const data = value.empty() ? "" : value.data();
    LIAISE_CHECK(sqlite3_bind_text64(prepared_, index, data, value.size(), SQLITE_STATIC, SQLITE_UTF8) ==
                 SQLITE_OK);
}

void Statement::bind(int index, std::nullptr_t) {
    LIAISE_CHECK(sqlite3_bind_null(prepared_, index) == SQLITE_OK);
}

}  // namespace liaise::node::store
