#include "node/transport/socket_profile.h"

namespace liaise::node::transport {
namespace {

constexpr int zap_enforce_domain = 93;  // ZMQ_ZAP_ENFORCE_DOMAIN: works in 4.3.4, though its header hides it
constexpr int backlog = 256;

int milliseconds(Duration duration) {
    return static_cast<int>(duration.count());
}

void set_common(ZmqSocket& socket, const SocketTimes& times) {
    socket.set_int64(ZMQ_MAXMSGSIZE, static_cast<std::int64_t>(wire_bytes_max));
    socket.set(ZMQ_HANDSHAKE_IVL, milliseconds(times.handshake));
    socket.set(ZMQ_HEARTBEAT_IVL, milliseconds(times.heartbeat));
    socket.set(ZMQ_HEARTBEAT_TIMEOUT, milliseconds(times.silence));
    socket.set(ZMQ_HEARTBEAT_TTL, milliseconds(times.silence));
    socket.set(ZMQ_SNDHWM, frames_queued_max);
    socket.set(ZMQ_RCVHWM, frames_queued_max);
    socket.set(ZMQ_LINGER, 0);
}

}  // namespace

void set_up_listener(ZmqSocket& router, const crypto::DhKey& server_key, const SocketTimes& times) {
    set_common(router, times);
    router.set(ZMQ_CURVE_SERVER, 1);
    router.set_bytes(ZMQ_CURVE_SECRETKEY, server_key.private_key().view());
    router.set_bytes(ZMQ_ZAP_DOMAIN, bytes_of(zap_domain));
    router.set(zap_enforce_domain, 1);
    router.set(ZMQ_ROUTER_MANDATORY, 1);
    router.set(ZMQ_ROUTER_HANDOVER, 0);
    router.set(ZMQ_BACKLOG, backlog);
    check_fails_closed(router);
}

void set_up_dialler(ZmqSocket& dealer, const crypto::DhKey& own_key, const DhPublicKey& server_key,
                    const SocketTimes& times) {
    set_common(dealer, times);
    dealer.set_bytes(ZMQ_CURVE_SERVERKEY, server_key.view());
    dealer.set_bytes(ZMQ_CURVE_PUBLICKEY, own_key.public_key().view());
    dealer.set_bytes(ZMQ_CURVE_SECRETKEY, own_key.private_key().view());
    dealer.set(ZMQ_RECONNECT_IVL, -1);
    dealer.set(ZMQ_IMMEDIATE, 1);
    dealer.set(ZMQ_CONNECT_TIMEOUT, milliseconds(times.connect));
}

void check_fails_closed(const ZmqSocket& router) {
    LIAISE_CHECK(router.get(ZMQ_MECHANISM) == ZMQ_CURVE && router.get(ZMQ_CURVE_SERVER) == 1);
    LIAISE_CHECK(router.get_text(ZMQ_ZAP_DOMAIN) == zap_domain);
    LIAISE_CHECK(router.get(zap_enforce_domain) == 1);
}

}  // namespace liaise::node::transport
