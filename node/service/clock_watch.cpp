#include "node/service/clock_watch.h"

#include <algorithm>
#include <vector>

namespace liaise::node::service {

std::optional<ClockWatch::Verdict> ClockWatch::verdict() const {
    if (ahead_.empty()) return std::nullopt;
    std::vector<Duration> sorted;
    for (const auto& [device, ahead] : ahead_) sorted.push_back(ahead);
    std::sort(sorted.begin(), sorted.end());
    const Duration high = sorted[sorted.size() / 2];
    const Duration low = sorted[(sorted.size() - 1) / 2];
    const Duration middle = std::chrono::abs(low) < std::chrono::abs(high) ? low : high;
    if (std::chrono::abs(middle) <= tolerated) return std::nullopt;
    Verdict verdict{middle, 0, sorted.size(), {}};
    for (const auto& [device, ahead] : ahead_) {
        if (std::chrono::abs(ahead) <= tolerated || (ahead < Duration::zero()) != (middle < Duration::zero()))
            continue;
        ++verdict.agreeing;
        verdict.witness = device;
    }
    return verdict;
}

}  // namespace liaise::node::service
