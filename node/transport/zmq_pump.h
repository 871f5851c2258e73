// Serves one ZeroMQ socket from the KJ loop (docs/transport.md, "The pump").
//
// ZeroMQ's descriptor says only that something may have changed, once, and any call on the socket may take
// that hint away. So:
// - After each wake-up messages are taken until the socket itself says that none waits; only then is the
//   descriptor waited for. Looking and waiting in one turn of the loop is free of races: KJ looks at
//   descriptors only between turns.
// - Whoever calls the socket elsewhere (to send) calls kick() afterwards. Without it traffic stalls until the
//   next message happens to come.
// - The same call also takes in the news that a full queue has room. A frame that waits for room is tried
//   after the last look at the socket, in turn_over(), never before it.
// - At most `messages_a_turn` messages or `bytes_a_turn` bytes in one turn; then everyone else's turn comes
//   first. Attack: a peer that floods us would keep the control socket waiting. This needs
//   WaitScope::setBusyPollInterval(busy_poll_interval), or KJ looks at no descriptor while a turn is queued.
// - One promise for readability is kept outstanding, and renewed before the socket is served.
#pragma once

#include <kj/async-unix.h>

#include "node/transport/zmq_socket.h"

namespace liaise::node::transport {

inline constexpr unsigned busy_poll_interval = 20;  // for the WaitScope of every loop with a pump on it

// What a pump serves. The calls come from the loop; none of them may destroy the pump.
class PumpedSocket {
  public:
    virtual ~PumpedSocket() = default;
    // Takes one frame or event, and gives its weight in bytes; nothing when none waits.
    virtual std::optional<std::size_t> take_one() = 0;
    // After each turn; `drained`: nothing waits any more.
    virtual void turn_over(bool drained) = 0;
};

class ZmqPump final : private kj::TaskSet::ErrorHandler {
  public:
    static constexpr std::size_t messages_a_turn = 64;
    static constexpr std::size_t bytes_a_turn = 1024 * 1024;

    ZmqPump(kj::UnixEventPort& port, ZmqSocket& socket, PumpedSocket& served);

    ~ZmqPump() noexcept;

    void kick();  // serve the socket at the next turn

  private:
    void wait_for_descriptor();
    void turn();
    void taskFailed(kj::Exception&& exception) override;

    ZmqSocket& socket_;
    PumpedSocket& served_;
    kj::UnixEventPort::FdObserver observer_;
    bool queued_ = false;
    bool in_turn_ = false;
    bool again_ = false;  // the socket was called while the turn ended
    kj::TaskSet tasks_;
};

}  // namespace liaise::node::transport
