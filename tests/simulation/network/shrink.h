// The shortest plan that still fails: steps are taken out as long as the same invariant breaks (delta
// debugging, "ddmin": halves, then smaller and smaller pieces, then single steps and waits).
#pragma once

#include <chrono>

#include "tests/simulation/network/run.h"

namespace liaise::simulation {

struct Shrunk {
    Plan plan;
    Wrong wrong;
    std::size_t runs = 0;
};

// `plan` fails with `wrong` after `steps_done` steps. Each run happens in a process of its own.
Shrunk shrink(Plan plan, Wrong wrong, std::size_t steps_done, std::chrono::seconds time_max);

}  // namespace liaise::simulation
