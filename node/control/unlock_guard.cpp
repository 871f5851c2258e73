#include "node/control/unlock_guard.h"

#include <algorithm>

namespace liaise::node::control {

UnlockGuard::Answer UnlockGuard::ask(Time now) {
    if (trying_) return {Verdict::busy};
    if (not_before_ && now < *not_before_) {
        // A clock that jumped back must not lock its owner out for longer than the longest wait.
        return {Verdict::must_wait, std::min(*not_before_ - now, wait_longest)};
    }
    trying_ = true;
    return {Verdict::may_try};
}

void UnlockGuard::wrong(Time now) {
    trying_ = false;
    ++wrong_guesses_;
    if (wrong_guesses_ <= free_guesses) return;
    const unsigned doublings = std::min(wrong_guesses_ - free_guesses - 1, 6U);
    not_before_ = now + std::min<Duration>(std::chrono::seconds{1} * (1 << doublings), wait_longest);
}

void UnlockGuard::right() {
    trying_ = false;
    wrong_guesses_ = 0;
    not_before_.reset();
}

}  // namespace liaise::node::control
