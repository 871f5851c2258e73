// Who may finish a handshake: the ZAP handler (RFC 27 of ZeroMQ), asked by libzmq once for each connection.
//
// In:  a ZAP request: version "1.0", our domain, mechanism CURVE, one credential of 32 bytes, the client's
// key. Out: 200 with a user id, or 400. Anything that is not exactly such a request is refused.
//
// - The user id is "m:" or "g:" and the key in hex: the lane and the identity that each later frame carries.
// It is
//   ours alone: libzmq keeps the handler's answer before anything that the peer claims in its metadata.
// - It must be bound before a listener is made, and live as long (a Listener takes it as an argument for that
//   reason). Should it go away all the same, listeners refuse everyone (socket_profile.h).
#pragma once

#include <kj/async-unix.h>

#include "node/transport/socket_profile.h"
#include "node/transport/transport.h"
#include "node/transport/zmq_pump.h"

namespace liaise::node::transport {

struct PeerIdentity {
    Lane lane;
    DhPublicKey key;
};
std::string user_id_of(const PeerIdentity& peer);
Result<PeerIdentity> parse_user_id(std::string_view text);  // malformed

class ZapHandler final : private PumpedSocket {
  public:
    ZapHandler(kj::UnixEventPort& port, ZmqContext& context, AdmissionPolicy& policy);

    AdmissionPolicy& policy() const { return policy_; }
    std::uint64_t admitted() const { return admitted_; }
    std::uint64_t refused() const { return refused_; }

  private:
    struct Request;
    std::optional<std::size_t> take_one() override;
    void turn_over(bool) override {}
    std::optional<PeerIdentity> decide(const Request& request) const;
    void answer(BytesView request_id, const std::optional<PeerIdentity>& peer);

    AdmissionPolicy& policy_;
    std::uint64_t admitted_ = 0;
    std::uint64_t refused_ = 0;
    ZmqSocket socket_;
    ZmqPump pump_;
};

}  // namespace liaise::node::transport
