// How long to wait before dialling again: pure, one value for each target.
//
// - The pause doubles with each failure from `least` to `most`; what is waited is drawn from its upper half,
//   so that a thousand nodes that lost the same relay do not come back in the same second.
// - A link that came up resets the pause only once it has stayed up for `settled`. Attack: a peer that
//   accepts and closes would make us dial it without pause (docs/transport.md, "Dialling").
#pragma once

#include "protocol/base/random.h"
#include "protocol/base/time.h"

namespace liaise::node::transport {

struct BackoffLimits {
    Duration least{500};
    Duration most{std::chrono::minutes{5}};
    Duration settled{std::chrono::seconds{30}};
};

class Backoff {
  public:
    explicit Backoff(const BackoffLimits& limits);  // 0 < least <= most

    // An attempt failed: the pause before the next one.
    Duration after_failure(RandomSource& random);
    // A link was up for `lasted` and went down: the pause before the next attempt.
    Duration after_link(Duration lasted, RandomSource& random);
    // The next failure counts as the first: the target's addresses changed, or a person asked.
    void reset() { pause_ = limits_.least; }

  private:
    BackoffLimits limits_;
    Duration pause_;
};

}  // namespace liaise::node::transport
