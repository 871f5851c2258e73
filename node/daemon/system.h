// The world as the daemon hands it to the pure parts: the clock, randomness, and what keeps secrets inside
// this process.
#pragma once

#include "protocol/base/random.h"
#include "protocol/base/time.h"

namespace liaise::node::daemon {

// The system's clock in UTC. Read once per turn of the loop and passed down.
Time wall_clock();
// Never set; from an arbitrary beginning.
Duration steady_clock();

// Every connection takes descriptors: as many as the system lets us have.
void raise_descriptor_limit();

// getrandom(2). Stops the process when the kernel cannot deliver.
class SystemRandom final : public RandomSource {
  public:
    void fill(MutableBytes out) override;
};

// Before any secret is read: no core dumps, no ptrace by other processes of this user, files for the owner
// only.
void harden_process();

// Lets the heap keep a little of what was freed: giving every page back at once and taking it again was a
// tenth of a busy daemon's work.
void keep_some_heap();

}  // namespace liaise::node::daemon
