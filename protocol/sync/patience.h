// How many useless frames a peer may send: duplicates, frames about channels that are no longer shared, news
// that is none (docs/protocol/peer.md, "Patience").
//
// Each is harmless and can happen to an honest peer, when messages cross; an endless stream of them is a
// flood that costs us decryption and look-ups. So each takes a token, and tokens come back with time.
#pragma once

#include <algorithm>

#include "protocol/base/limits.h"
#include "protocol/base/time.h"

namespace liaise::sync {

class Patience {
  public:
    // False when it is at its end.
    bool spend(Time now) {
        refill(now);
        if (tokens_ == 0) return false;
        --tokens_;
        return true;
    }
    std::uint64_t left() const { return tokens_; }

    bool operator==(const Patience&) const = default;

  private:
    void refill(Time now) {
        if (now <= filled_at_) return;
        const auto passed = static_cast<std::uint64_t>((now - filled_at_).count());
        const std::uint64_t earned = passed * limits::useless_frames_a_second / 1000;
        if (earned == 0) return;
        tokens_ = std::min<std::uint64_t>(limits::useless_frames_max, tokens_ + earned);
        filled_at_ = now;
    }

    std::uint64_t tokens_ = limits::useless_frames_max;
    Time filled_at_{};
};

}  // namespace liaise::sync
