// Flow control in bytes (docs/protocol/peer.md, "Credit"): how much bulk one side may send ahead of what the
// other has stored.
//
// - A bulk frame is charged its size, and at least frame_charge_min: so a window holds a bounded number of
//   frames, too, and stays below the transport's high-water mark, where frames are lost without a word.
// - What was stored (or refused) is released. The running total since the session began is sent, so that a
//   repeated message changes nothing, and only when a quarter of the window has come together.
#pragma once

#include <algorithm>

#include "protocol/base/limits.h"
#include "protocol/base/result.h"

namespace liaise::sync {

constexpr std::uint64_t charge_of(std::size_t frame_bytes) {
    return std::max(frame_bytes, limits::frame_charge_min);
}

// The sender's half.
class SendCredit {
  public:
    // Room for a frame of any size.
    bool has_room() const { return charged_ - released_ + limits::frame_bytes_max <= limits::window_bytes; }
    void sent(std::size_t frame_bytes) { charged_ += charge_of(frame_bytes); }
    // not_permitted for more than was charged, or less than was released before.
    Result<void> check_released(std::uint64_t total) const {
        if (total > charged_ || total < released_)
            return Error{ErrorCode::not_permitted, "credit that was never taken", total};
        return {};
    }
    void released(std::uint64_t total) { released_ = total; }
    std::uint64_t outstanding() const { return charged_ - released_; }

    bool operator==(const SendCredit&) const = default;

  private:
    std::uint64_t charged_ = 0;
    std::uint64_t released_ = 0;
};

// The receiver's half.
class ReceiveCredit {
  public:
    // exhausted for a frame beyond the window.
    Result<void> check(std::size_t frame_bytes) const {
        if (held_ + charge_of(frame_bytes) > limits::window_bytes)
            return Error{ErrorCode::exhausted, "more bulk than the window holds", held_};
        return {};
    }
    void took(std::size_t frame_bytes) { held_ += charge_of(frame_bytes); }
    void release(std::size_t frame_bytes) {
        held_ -= charge_of(frame_bytes);
        released_ += charge_of(frame_bytes);
    }
    bool must_tell() const { return released_ - told_ >= limits::window_bytes / 4; }
    std::uint64_t tell() { return told_ = released_; }
    std::uint64_t held() const { return held_; }

    bool operator==(const ReceiveCredit&) const = default;

  private:
    std::uint64_t held_ = 0;      // charged and not yet released
    std::uint64_t released_ = 0;  // since the session began
    std::uint64_t told_ = 0;
};

}  // namespace liaise::sync
