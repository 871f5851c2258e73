// Measuring: a steady clock and percentiles. For benchmarks alone; nothing asserts what it says.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace liaise::bench {

inline double seconds_now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// The value below which `part` (0 to 1) of the samples lie; 0 without samples.
inline double percentile(std::vector<double> samples, double part) {
    if (samples.empty()) return 0;
    std::sort(samples.begin(), samples.end());
    const auto at = static_cast<std::size_t>(part * static_cast<double>(samples.size() - 1) + 0.5);
    return samples[at];
}

}  // namespace liaise::bench
