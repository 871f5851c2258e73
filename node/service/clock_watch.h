// Whether this computer's clock agrees with those of the peers: what a node can tell without asking a server.
//
// In:  how far a peer's clock was ahead of ours when its session opened; its signed hello says it.
// Out: a verdict, once ours is off by more than `tolerated`.
//
// The rule: the median over the devices met since the start, each with its newest figure; of two in the
// middle the one nearer to ours.
// - So clocks that are wrong, or lie, move nothing while they are not half of those we met. A sole peer that
//   lies makes us warn, and nothing else: no decision hangs on the verdict.
// - The times of entries are not looked at: an entry that was long on its way looks like one of a slow clock.
#pragma once

#include <map>
#include <optional>

#include "protocol/base/ids.h"
#include "protocol/base/time.h"

namespace liaise::node::service {

class ClockWatch {
  public:
    static constexpr Duration tolerated = std::chrono::minutes{10};

    struct Verdict {
        Duration behind;       // ours is; negative: ahead
        std::size_t agreeing;  // how many peers say so: off to the same side, by more than tolerated
        std::size_t met;
        DeviceId witness;  // one that says so
    };

    void met(const DeviceId& device, Duration ahead) { ahead_[device] = ahead; }
    // Our clock was set: what was compared with it says nothing any more.
    void clear() { ahead_.clear(); }
    std::optional<Verdict> verdict() const;

  private:
    std::map<DeviceId, Duration> ahead_;  // at most the devices of the directory
};

}  // namespace liaise::node::service
