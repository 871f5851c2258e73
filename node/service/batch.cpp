#include "node/service/batch.h"

namespace liaise::node::service {

Result<void> Batch::write() {
    ++size_;
    if (transaction_) return {};
    transaction_.emplace(LIAISE_TRY(store_.begin()));
    wake_();
    return {};
}

void Batch::after(std::function<void()> happen) {
    if (transaction_)
        after_.push_back(std::move(happen));
    else if (happening_)
        due_.push_back(std::move(happen));
    else
        happen();
}

void Batch::happen_all() {
    if (happening_) return;
    happening_ = true;
    // Should one of them throw, the rest still has its turn at the next commit.
    struct Ends {
        bool& happening;
        ~Ends() { happening = false; }
    } ends{happening_};
    while (!due_.empty()) {
        const auto next = std::move(due_.front());
        due_.pop_front();
        next();
    }
}

void Batch::otherwise(std::function<void(const Error&)> happen) {
    if (transaction_) otherwise_.push_back(std::move(happen));
}

Result<void> Batch::commit_now() {
    for (const auto& hook : hooks_) LIAISE_TRY(hook());
    LIAISE_TRY(transaction_->commit());
    return {};
}

Result<void> Batch::commit() {
    if (!transaction_) return {};
    const Result<void> committed = commit_now();
    if (!committed) {
        fail(committed.error());
        return committed.error();
    }
    transaction_.reset();
    size_ = 0;
    otherwise_.clear();
    for (auto& each : std::exchange(after_, {})) due_.push_back(std::move(each));
    happen_all();
    return {};
}

void Batch::fail(const Error& error) {
    if (!transaction_) return;
    transaction_.reset();
    size_ = 0;
    after_.clear();
    const auto happen = std::exchange(otherwise_, {});
    failed_(error);
    for (const auto& each : happen) each(error);
}

}  // namespace liaise::node::service
