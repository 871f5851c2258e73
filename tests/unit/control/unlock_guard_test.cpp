#include "node/control/unlock_guard.h"

#include <doctest/doctest.h>

using namespace liaise;
using node::control::UnlockGuard;
using Verdict = UnlockGuard::Verdict;

namespace {
const Time start{std::chrono::hours{1000}};
}

TEST_CASE("one attempt at a time") {
    UnlockGuard guard;
    CHECK(guard.ask(start).verdict == Verdict::may_try);
    CHECK(guard.ask(start).verdict == Verdict::busy);
    guard.undecided();
    CHECK(guard.ask(start).verdict == Verdict::may_try);
}

TEST_CASE("the wait doubles from the fourth wrong guess on, up to a minute") {
    UnlockGuard guard;
    Time now = start;
    for (unsigned i = 0; i < UnlockGuard::free_guesses; ++i) {
        REQUIRE(guard.ask(now).verdict == Verdict::may_try);
        guard.wrong(now);
    }
    for (const int seconds : {1, 2, 4, 8, 16, 32, 60, 60}) {
        REQUIRE(guard.ask(now).verdict == Verdict::may_try);
        guard.wrong(now);
        const auto answer = guard.ask(now);
        CHECK(answer.verdict == Verdict::must_wait);
        CHECK(answer.wait == std::chrono::seconds{seconds});
        now += answer.wait - Duration{1};
        CHECK(guard.ask(now).verdict == Verdict::must_wait);
        now += Duration{1};
    }
    CHECK(guard.ask(now).verdict == Verdict::may_try);
}

TEST_CASE("the right passphrase forgets the wrong ones") {
    UnlockGuard guard;
    for (int i = 0; i < 4; ++i) {
        (void)guard.ask(start);
        guard.wrong(start);
    }
    REQUIRE(guard.ask(start + std::chrono::seconds{1}).verdict == Verdict::may_try);
    guard.right();
    CHECK(guard.ask(start).verdict == Verdict::may_try);
}

TEST_CASE("a clock that jumps back does not lock its owner out for longer than a minute") {
    UnlockGuard guard;
    for (int i = 0; i < 12; ++i) {
        (void)guard.ask(start + std::chrono::hours{i});
        guard.wrong(start + std::chrono::hours{i});
    }
    CHECK(guard.ask(Time{}).wait <= UnlockGuard::wait_longest);
}
