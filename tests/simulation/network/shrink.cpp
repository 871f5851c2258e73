#include "tests/simulation/network/shrink.h"

#include <algorithm>

namespace liaise::simulation {
namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned run_seconds_max = 60;

class Shrinker {
  public:
    Shrinker(Plan plan, Wrong wrong, Clock::time_point end) : end_(end) {
        best_.plan = std::move(plan);
        best_.wrong = std::move(wrong);
    }

    bool over() const { return Clock::now() >= end_; }

    // Keeps the candidate when it fails in the same way.
    bool holds(Plan candidate) {
        ++best_.runs;
        const Outcome outcome = run_apart(candidate, run_seconds_max);
        if (!outcome.wrong || outcome.wrong->invariant != best_.wrong.invariant) return false;
        candidate.steps.resize(std::min(candidate.steps.size(), outcome.steps_done));
        best_.plan = std::move(candidate);
        best_.wrong = *outcome.wrong;
        return true;
    }

    bool without(std::size_t from, std::size_t count) {
        Plan candidate = best_.plan;
        const auto begin = candidate.steps.begin() + static_cast<std::ptrdiff_t>(from);
        const auto left = std::min(count, candidate.steps.size() - from);
        candidate.steps.erase(begin, begin + static_cast<std::ptrdiff_t>(left));
        return holds(std::move(candidate));
    }

    // One round with pieces of this size; whether anything went.
    bool round(std::size_t piece) {
        bool smaller = false;
        for (std::size_t from = best_.plan.steps.size(); from > 0 && !over();) {
            from = from > piece ? from - piece : 0;
            if (from < best_.plan.steps.size() && without(from, piece)) smaller = true;
        }
        return smaller;
    }

    void shorten_waits() {
        for (std::size_t i = 0; i < best_.plan.steps.size() && !over(); ++i)
            for (const std::uint64_t wait : {0ULL, 1000ULL, 60'000ULL}) {
                if (best_.plan.steps[i].wait_ms <= wait) break;
                Plan candidate = best_.plan;
                candidate.steps[i].wait_ms = wait;
                if (holds(std::move(candidate))) break;
            }
    }

    void fewer_people() {
        while (best_.plan.people > 2 && !over()) {
            Plan candidate = best_.plan;
            --candidate.people;
            if (!holds(std::move(candidate))) return;
        }
    }

    Shrunk best_;

  private:
    Clock::time_point end_;
};

}  // namespace

Shrunk shrink(Plan plan, Wrong wrong, std::size_t steps_done, std::chrono::seconds time_max) {
    plan.steps.resize(std::min(plan.steps.size(), steps_done));
    Shrinker shrinker(std::move(plan), std::move(wrong), Clock::now() + time_max);
    for (std::size_t piece = std::max<std::size_t>(1, shrinker.best_.plan.steps.size() / 2);
         !shrinker.over();) {
        const bool smaller = shrinker.round(piece);
        if (piece > 1)
            piece /= 2;
        else if (!smaller)
            break;
    }
    shrinker.fewer_people();
    shrinker.shorten_waits();
    return std::move(shrinker.best_);
}

}  // namespace liaise::simulation
