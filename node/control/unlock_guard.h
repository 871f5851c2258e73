// Limits the guesses at the passphrase through the control API, beside the cost that Argon2id puts on each.
//
// In:  each attempt's outcome, and the time. Out: whether another attempt may start now, else how long not.
//
// - The first three wrong guesses cost nothing: people mistype. Each further one doubles a wait that begins
//   at one second and ends at a minute.
// - One attempt at a time: Argon2id takes 256 MiB, and ten at once would be a way to fill the memory.
// - A right passphrase forgets the wrong ones; so does a restart, which costs an attacker more than it gains.
#pragma once

#include <optional>

#include "protocol/base/time.h"

namespace liaise::node::control {

class UnlockGuard {
  public:
    static constexpr unsigned free_guesses = 3;
    static constexpr Duration wait_longest = std::chrono::minutes{1};

    enum class Verdict : std::uint8_t { may_try, busy, must_wait };
    struct Answer {
        Verdict verdict;
        Duration wait{0};
    };

    // may_try takes the one place; the caller says how the attempt ended: by a wrong passphrase, by the right
    // one, or by something that says nothing of the passphrase (no memory, a damaged store).
    Answer ask(Time now);
    void wrong(Time now);
    void right();
    void undecided() { trying_ = false; }

  private:
    bool trying_ = false;
    unsigned wrong_guesses_ = 0;
    std::optional<Time> not_before_;
};

}  // namespace liaise::node::control
