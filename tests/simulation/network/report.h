// What came of the networks that ran: figures to print.
#pragma once

#include "tests/simulation/network/run.h"

namespace liaise::simulation {

struct Totals {
    std::uint64_t runs = 0, frames = 0, events = 0;
    Duration virtual_time{};
    Scene::Counts counts;
    std::map<std::string, std::uint64_t> told;
    std::string broken;  // the invariant

    void add(const Outcome& outcome);
};

void print(const Totals& totals);

// An outcome as lines, from one process to another.
std::string to_text(const Outcome& outcome);
Outcome parse_outcome(const std::string& text);

}  // namespace liaise::simulation
