// A transaction: all of it durable when commit() gives back well, none of it otherwise.
//
// Every write of a repository needs one to be open, so that callers decide what belongs together: one entry
// of our own, or a whole batch from a peer. Transactions do not nest. What the world is told, it is told
// after commit().
#pragma once

#include "node/store/database.h"

namespace liaise::node::store {

class Transaction {
  public:
    static Result<Transaction> begin(Database& database);
    Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();  // rolls back what was not committed

    Result<void> commit();

  private:
    explicit Transaction(Database& database) : database_(&database) {}
    Database* database_;
};

}  // namespace liaise::node::store
