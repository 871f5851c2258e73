#include "node/transport/zmq_pump.h"

#include <kj/debug.h>

namespace liaise::node::transport {

ZmqPump::ZmqPump(kj::UnixEventPort& port, ZmqSocket& socket, PumpedSocket& served)
    : socket_(socket),
      served_(served),
      observer_(port, socket.descriptor(), kj::UnixEventPort::FdObserver::OBSERVE_READ),
      tasks_(*this) {
    wait_for_descriptor();
    kick();  // what came before us has no edge left to tell of it
}

ZmqPump::~ZmqPump() noexcept = default;

void ZmqPump::kick() {
    if (in_turn_) again_ = true;
    if (queued_ || in_turn_) return;
    queued_ = true;
    tasks_.add(kj::evalLast([this] {
        queued_ = false;
        turn();
    }));
}

void ZmqPump::wait_for_descriptor() {
    tasks_.add(observer_.whenBecomesReadable().then([this] {
        wait_for_descriptor();
        turn();
    }));
}

void ZmqPump::turn() {
    in_turn_ = true;
    KJ_DEFER(in_turn_ = false);
    std::size_t messages = 0;
    std::size_t bytes = 0;
    bool drained = false;
    while (!drained && messages < messages_a_turn && bytes < bytes_a_turn) {
        if (const auto taken = served_.take_one()) {
            ++messages;
            bytes += *taken;
        } else {
            drained = !socket_.readable();
        }
    }
    // What handlers sent up to here, the last look at the socket came after; what is sent from here on, not.
    again_ = false;
    served_.turn_over(drained);
    in_turn_ = false;
    if (!drained || again_) kick();
}

void ZmqPump::taskFailed(kj::Exception&& exception) {
    // Out of a handler that met a failure of the world; the message that led to it is taken. The rest goes
    // on.
    KJ_LOG(ERROR, "event=pump_turn_failed", exception.getDescription());
    kick();
}

}  // namespace liaise::node::transport
