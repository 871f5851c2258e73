#include "node/store/transaction.h"

#include "node/store/statement.h"

namespace liaise::node::store {

Result<Transaction> Transaction::begin(Database& database) {
    LIAISE_CHECK(!database.in_transaction());
    if (database.vfs().sync_has_failed())
        return Error{ErrorCode::unavailable, "the disk failed; nothing can be made durable until a restart"};
    LIAISE_TRY(database.execute("BEGIN IMMEDIATE"));
    database.transaction_open_ = true;
    return Transaction(database);
}

// A rollback that the disk refuses leaves the database as it is on disk: it was never committed.
Transaction::~Transaction() {
    if (database_ == nullptr) return;
    database_->transaction_open_ = false;
    if (database_->in_transaction()) static_cast<void>(database_->execute("ROLLBACK"));
}

Result<void> Transaction::commit() {
    LIAISE_CHECK(database_ != nullptr);
    // SQLite gives a transaction up by itself after some errors, such as a full disk.
    if (!database_->in_transaction())
        return Error{ErrorCode::unavailable, "transaction was given up after an error"};
    return database_->execute("COMMIT");
}

}  // namespace liaise::node::store
