#include "node/transport/zmq_socket.h"

#include <kj/debug.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "protocol/base/limits.h"

namespace liaise::node::transport {
namespace {

// A dialled link takes three sockets (the DEALER and both ends of its monitor).
constexpr int sockets_max = static_cast<int>(3 * limits::dial_targets_max + 64);

// ZMQ_ZERO_COPY_RECV, which 4.3.4's header hides. What arrives is decrypted into a message of its own anyway;
// without it a connection's receive buffer is 10 KiB smaller.
constexpr int zero_copy_receive = 10;

void free_bytes(void*, void* hint) {
    delete static_cast<Bytes*>(hint);
}

}  // namespace

ZmqContext::ZmqContext() : context_(zmq_ctx_new()) {
    LIAISE_CHECK(context_ != nullptr);
    LIAISE_CHECK(zmq_ctx_set(context_, ZMQ_MAX_SOCKETS, sockets_max) == 0);
    LIAISE_CHECK(zmq_ctx_set(context_, zero_copy_receive, 0) == 0);
    LIAISE_CHECK(zmq_ctx_set(context_, ZMQ_BLOCKY, 0) == 0);  // ending never waits for unsent frames
}

ZmqContext::~ZmqContext() {
    while (zmq_ctx_term(context_) != 0) LIAISE_CHECK(errno == EINTR);
}

std::string ZmqContext::fresh_inproc_name() {
    return "inproc://liaise-" + std::to_string(++names_);
}

ZmqMessage::ZmqMessage(Bytes&& bytes) {
    auto owned = std::make_unique<Bytes>(std::move(bytes));
    LIAISE_CHECK(zmq_msg_init_data(&message_, owned->data(), owned->size(), free_bytes, owned.get()) == 0);
    static_cast<void>(owned.release());
}

BytesView ZmqMessage::view() const {
    auto* message = const_cast<zmq_msg_t*>(&message_);  // zmq_msg_data forgets that it changes nothing
    return {static_cast<const std::uint8_t*>(zmq_msg_data(message)), zmq_msg_size(message)};
}

std::string_view ZmqMessage::user_id() const {
    const char* text = zmq_msg_gets(&message_, "User-Id");
    return text == nullptr ? std::string_view() : std::string_view(text);
}

ZmqSocket::ZmqSocket(ZmqContext& context, int type) : socket_(zmq_socket(context.get(), type)) {
    if (socket_ == nullptr) throw KJ_EXCEPTION(OVERLOADED, "no descriptor left for a socket");
    set(ZMQ_LINGER, 0);
}

ZmqSocket::~ZmqSocket() {
    zmq_close(socket_);
}

void ZmqSocket::set(int option, int value) {
    LIAISE_CHECK(zmq_setsockopt(socket_, option, &value, sizeof value) == 0);
}

void ZmqSocket::set_bytes(int option, BytesView value) {
    LIAISE_CHECK(zmq_setsockopt(socket_, option, value.data(), value.size()) == 0);
}

void ZmqSocket::set_int64(int option, std::int64_t value) {
    LIAISE_CHECK(zmq_setsockopt(socket_, option, &value, sizeof value) == 0);
}

int ZmqSocket::get(int option) const {
    int value = 0;
    std::size_t size = sizeof value;
    while (zmq_getsockopt(socket_, option, &value, &size) != 0) LIAISE_CHECK(errno == EINTR);
    return value;
}

std::string ZmqSocket::get_text(int option) const {
    std::string text(512, '\0');
    std::size_t size = text.size();
    LIAISE_CHECK(zmq_getsockopt(socket_, option, text.data(), &size) == 0);
    text.resize(size == 0 ? 0 : std::strlen(text.c_str()));
    return text;
}

int ZmqSocket::bind(const std::string& endpoint) {
    return zmq_bind(socket_, endpoint.c_str()) == 0 ? 0 : errno;
}
int ZmqSocket::unbind(const std::string& endpoint) {
    return zmq_unbind(socket_, endpoint.c_str()) == 0 ? 0 : errno;
}
int ZmqSocket::connect(const std::string& endpoint) {
    return zmq_connect(socket_, endpoint.c_str()) == 0 ? 0 : errno;
}

bool ZmqSocket::receive(ZmqMessage& message) {
    for (;;) {
        if (zmq_msg_recv(message.raw(), socket_, ZMQ_DONTWAIT) >= 0) return true;
        if (errno == EINTR) continue;
        LIAISE_CHECK(errno == EAGAIN);
        return false;
    }
}

SendOutcome ZmqSocket::send(ZmqMessage& message, bool more) {
    const int flags = ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0);
    for (;;) {
        if (zmq_msg_send(message.raw(), socket_, flags) >= 0) return SendOutcome::sent;
        if (errno == EINTR) continue;
        LIAISE_CHECK(errno == EAGAIN || errno == EHOSTUNREACH);
        return errno == EAGAIN ? SendOutcome::full : SendOutcome::gone;
    }
}

SendOutcome ZmqSocket::send_copy(BytesView bytes, bool more) {
    ZmqMessage message(to_bytes(bytes));
    return send(message, more);
}

ZmqMonitor::ZmqMonitor(ZmqContext& context, ZmqSocket& watched, int kinds)
    : watched_(watched), events_(context, ZMQ_PAIR) {
    const std::string name = context.fresh_inproc_name();
    if (zmq_socket_monitor(watched.get(), name.c_str(), kinds) != 0)
        throw KJ_EXCEPTION(OVERLOADED, "no descriptor left for a monitor");
    // Without a limit: at a limit libzmq's thread would wait for us inside an event, and we for it when we
    // close. Connections come slower than events are read, and a listener's monitor reports no failed
    // accepts.
    events_.set(ZMQ_RCVHWM, 0);
    LIAISE_CHECK(events_.connect(name) == 0);
}

// First libzmq stops telling, then we stop listening. In the other order its thread waits for ever to tell
// somebody who has gone, and with it every connection of the node.
ZmqMonitor::~ZmqMonitor() {
    LIAISE_CHECK(zmq_socket_monitor(watched_.get(), nullptr, 0) == 0);
}

std::optional<MonitorEvent> ZmqMonitor::next() {
    ZmqMessage event;
    if (!events_.receive(event)) return std::nullopt;
    std::uint16_t kind = 0;
    std::uint32_t value = 0;
    LIAISE_CHECK(event.view().size() == sizeof kind + sizeof value && event.more());
    std::memcpy(&kind, event.view().data(), sizeof kind);
    std::memcpy(&value, event.view().data() + sizeof kind, sizeof value);
    ZmqMessage endpoint;
    LIAISE_CHECK(events_.receive(endpoint) && !endpoint.more());
    return MonitorEvent{kind, value};
}

}  // namespace liaise::node::transport
