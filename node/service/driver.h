// What drives a Node: the clock of this turn, and a promise to call back.
#pragma once

#include "protocol/base/time.h"

namespace liaise::node::service {

class Driver {
  public:
    virtual ~Driver() = default;
    // The reading of this turn: two decisions in one turn agree.
    virtual Time now() const = 0;
    // Call flush() once your queue is empty, and look at deadline() again then.
    virtual void wake() = 0;
};

}  // namespace liaise::node::service
