// A plan, run from beginning to end, with a quiet point last.
#pragma once

#include "tests/simulation/network/scene.h"

namespace liaise::simulation {

struct Outcome {
    std::optional<Wrong> wrong;
    std::size_t steps_done = 0;  // those up to what was found
    Scene::Counts counts;
    std::map<std::string, std::uint64_t> told;  // what nodes told their operators
    std::uint64_t digest = 0;
    std::uint64_t frames = 0, events = 0, ticks = 0;
    Duration virtual_time{};
};

Outcome run_plan(const Plan& plan);

// The same in a process of its own, so that one that stops, or never ends, is a finding as well.
Outcome run_apart(const Plan& plan, unsigned seconds_max);

}  // namespace liaise::simulation
