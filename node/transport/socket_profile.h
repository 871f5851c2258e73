// Every option of our ZeroMQ sockets, in one place; docs/transport.md gives the reason of each.
//
// A listener admits nobody by mistake only with all of: the ZAP handler bound before the socket is made, a
// ZAP domain, option 93 (refuse when the handler is gone), the CURVE server role. One missing, and
// libzmq 4.3.4 lets every key in. make_listener sets them and reads them back; the start-up self-test tries
// them from outside.
#pragma once

#include "node/transport/zmq_socket.h"
#include "protocol/base/limits.h"
#include "protocol/base/time.h"
#include "protocol/crypto/dh.h"

namespace liaise::node::transport {

// What the daemon keeps at its defaults and tests make short.
struct SocketTimes {
    Duration handshake{
        std::chrono::seconds{10}};               // greeting to admission; far above the loop's longest block
    Duration connect{std::chrono::seconds{10}};  // TCP alone
    Duration heartbeat{std::chrono::seconds{30}};  // between two signs of life
    Duration silence{std::chrono::seconds{60}};    // after which the other side is gone
};

inline constexpr std::string_view zap_endpoint = "inproc://zeromq.zap.01";
inline constexpr std::string_view zap_domain = "liaise";

// CURVE puts a frame into a command with a name, a nonce, flags and a tag; the limit is on what arrives.
inline constexpr std::size_t curve_overhead_bytes = 33;
inline constexpr std::size_t wire_bytes_max = limits::frame_bytes_max + curve_overhead_bytes;

// Frames that may wait in one direction of one link, in libzmq. The session's credit stays below it.
inline constexpr int frames_queued_max = 16;

void set_up_listener(ZmqSocket& router, const crypto::DhKey& server_key, const SocketTimes& times);
void set_up_dialler(ZmqSocket& dealer, const crypto::DhKey& own_key, const DhPublicKey& server_key,
                    const SocketTimes& times);

// Whether a socket that is about to listen refuses whom it should: LIAISE_CHECK.
void check_fails_closed(const ZmqSocket& router);

}  // namespace liaise::node::transport
