// Group commit: all writes of one turn, or of several while more is queued, become one transaction.
//
//     idle --write()--> open --commit(): durable--> idle, then what waited for it happens, in order
//                         \--fail() or a commit that fails--> idle, and `failed` is called: nothing of it
//                         happened
//
// - What depends on a write (an answer, a frame to a peer, a word to an observer) is handed to after(): it
//   happens once the write is durable, or not at all. With no batch open it happens at once.
// - What is handed to after() happens in that order, also what is handed over while the rest is happening: a
//   frame must not overtake one that was put together before it.
// - What makes up for a failure (an answer that says so) is handed to otherwise().
// - A failed batch leaves the store as it was before the batch; whoever keeps state in memory loads it anew
//   in `failed`.
// - What before_commit() registers runs once before each commit, inside the transaction: chunks that wait to
//   be written together.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "node/store/store.h"

namespace liaise::node::service {

class Batch {
  public:
    // `wake` is called when a batch opens.
    Batch(store::Store& store, std::function<void()> wake, std::function<void(const Error&)> failed)
        : store_(store), wake_(std::move(wake)), failed_(std::move(failed)) {}

    bool open() const { return transaction_.has_value(); }
    std::size_t size() const { return size_; }

    // Before any write: opens a transaction unless one is open.
    Result<void> write();
    void after(std::function<void()> happen);
    void otherwise(std::function<void(const Error&)> happen);
    void before_commit(std::function<Result<void>()> hook) { hooks_.push_back(std::move(hook)); }

    Result<void> commit();
    // Gives the open batch up, because of what a write answered.
    void fail(const Error& error);

  private:
    Result<void> commit_now();
    void happen_all();

    store::Store& store_;
    std::function<void()> wake_;
    std::function<void(const Error&)> failed_;
    std::vector<std::function<Result<void>()>> hooks_;
    std::optional<store::Transaction> transaction_;
    std::vector<std::function<void()>> after_;
    std::vector<std::function<void(const Error&)>> otherwise_;
    std::deque<std::function<void()>> due_;  // of batches that are durable
    bool happening_ = false;
    std::size_t size_ = 0;
};

}  // namespace liaise::node::service
