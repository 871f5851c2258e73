#include "node/transport/dialled_connection.h"

namespace liaise::node::transport {
namespace {

constexpr int events_watched = ZMQ_EVENT_CLOSED | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED |
                               ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                               ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL;
constexpr std::size_t frame_weight = 64;

// More cannot wait in libzmq when the connection is gone: its queue, and what it read in one batch.
constexpr int last_frames_max = 4 * frames_queued_max;

}  // namespace

DialledConnection::DialledConnection(const LoopParts& loop, ZmqContext& context, const Address& address,
                                     const crypto::DhKey& own_key, const DhPublicKey& server_key,
                                     const SocketTimes& times, Owner& owner)
    : port_(loop.port),
      owner_(owner),
      dealer_(context, ZMQ_DEALER),
      monitor_(context, dealer_, events_watched),
      frames_(*this),
      monitor_pump_(loop.port, monitor_.socket(), *this) {
    LIAISE_CHECK(!address.is_name() && address.dialable());
    set_up_dialler(dealer_, own_key, server_key, times);
    dealer_.set(ZMQ_IPV6, address.kind == Address::Kind::ipv6);
    LIAISE_CHECK(dealer_.connect("tcp://" + address.text()) == 0);  // what can fail, fails in libzmq's thread
}

std::optional<std::size_t> DialledConnection::take_one() {
    const auto event = monitor_.next();
    if (!event) return std::nullopt;
    heed(*event);
    return frame_weight;
}

void DialledConnection::heed(const MonitorEvent& event) {
    if (state_ == State::ended) return;
    switch (event.kind) {
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
            if (state_ != State::connecting) return;
            state_ = State::up;
            frame_pump_.emplace(port_, dealer_, frames_);
            return owner_.connection_up(*this);
        case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
            return failed(DialFailure::refused);
        case ZMQ_EVENT_CLOSED:
            return failed(DialFailure::unreachable);
        case ZMQ_EVENT_DISCONNECTED:
            if (state_ == State::connecting) return failed(DialFailure::handshake_failed);
            take_last_frames();
            return ended(LinkEnd::peer_gone);
        default:
            return failed(DialFailure::handshake_failed);
    }
}

void DialledConnection::failed(DialFailure failure) {
    if (state_ != State::connecting) return;
    state_ = State::ended;
    owner_.connection_failed(*this, failure);
}

void DialledConnection::ended(LinkEnd end) {
    if (state_ != State::up) return;
    state_ = State::ended;
    owner_.connection_ended(*this, end);
}

// What the other side sent before it went.
void DialledConnection::take_last_frames() {
    for (int left = last_frames_max; left > 0 && state_ == State::up && take_frame(); --left) {
    }
}

std::optional<std::size_t> DialledConnection::Frames::take_one() {
    return connection_.take_frame();
}

std::optional<std::size_t> DialledConnection::take_frame() {
    ZmqMessage frame;
    if (!dealer_.receive(frame)) return std::nullopt;
    const bool single = !discarding_ && !frame.more();
    discarding_ = frame.more();
    if (state_ != State::up) return frame_weight;
    if (single && check_frame_size(frame.view().size(), limits::frame_bytes_max).ok())
        owner_.connection_frame(*this, frame.view());
    else
        ended(LinkEnd::rule_broken);
    return frame.view().size() + frame_weight;
}

void DialledConnection::Frames::turn_over(bool) {
    if (!connection_.is_up() || !connection_.send_parked() || !connection_.wants_room_) return;
    connection_.wants_room_ = false;
    connection_.owner_.connection_room(connection_);
}

Result<void> DialledConnection::send(Bytes&& frame) {
    if (state_ != State::up) return Error{ErrorCode::not_known, "link is gone"};
    frame_pump_->kick();
    if (!send_parked()) {
        wants_room_ = true;
        return Error{ErrorCode::exhausted, "the other side reads too slowly"};
    }
    parked_.emplace(std::move(frame));
    static_cast<void>(send_parked());
    return {};
}

// Whether nothing is parked any more. Ends with a look at the socket that says "no room" and "nothing to
// take" in one: either change from then on is an edge of the descriptor.
bool DialledConnection::send_parked() {
    while (parked_) {
        if (dealer_.send(*parked_) == SendOutcome::sent) {
            parked_.reset();
            return true;
        }
        const int events = dealer_.events();
        if ((events & ZMQ_POLLIN) != 0) frame_pump_->kick();
        if ((events & ZMQ_POLLOUT) == 0) return false;
    }
    return true;
}

}  // namespace liaise::node::transport
