// Randomness, handed in: the system's in the daemon (node/daemon), a seeded stream in tests. protocol/ never
// draws its own.
#pragma once

#include "protocol/base/ids.h"

namespace liaise {

class RandomSource {
  public:
    virtual ~RandomSource() = default;
    // Fills `out` whole with unpredictable bytes. Cannot fail: a source that cannot deliver stops the
    // process.
    virtual void fill(MutableBytes out) = 0;

    template <class Id>
    Id draw() {
        Id id;
        fill(id.bytes);
        return id;
    }

  protected:
    RandomSource() = default;
    RandomSource(const RandomSource&) = default;
    RandomSource& operator=(const RandomSource&) = default;
};

}  // namespace liaise
