// The Transport over ZeroMQ CURVE sockets on a KJ loop (docs/transport.md).
//
// What stands behind it, in the order in which it is made: the context (one thread of libzmq does the
// cryptography), the ZAP handler, the listener (at the first listen()), the dialler. All of it lives on the
// loop's thread.
//
// - The loop's WaitScope needs setBusyPollInterval(busy_poll_interval), see zmq_pump.h; signals are captured
//   before this is made, or libzmq's thread would not block them.
// - After the first listen() and before telling anyone the address, the daemon awaits prove_closed(): it
//   tries a key that nobody admitted, and a client without any. Unless both are turned away, listening stops.
#pragma once

#include "node/transport/dialer.h"
#include "node/transport/listener.h"

namespace liaise::node::transport {

struct TransportSettings {
    SocketTimes times;
    BackoffLimits backoff;
    Duration proof_time{std::chrono::seconds{5}};  // for prove_closed(), after which it has failed
};

struct TransportCounters {
    std::uint64_t admitted = 0;           // handshakes, at our listener
    std::uint64_t refused = 0;            // by the policy
    std::uint64_t handshakes_failed = 0;  // garbage, other protocols, cut short
    std::uint64_t rules_broken = 0;       // links and would-be links ended for what they sent
    std::size_t inbound_links = 0;
    std::size_t dialled_links = 0;
    std::size_t targets = 0;
};

class ZmqTransport final : public Transport {
  public:
    // All references outlive the transport. `own_key`: the device's transport key.
    ZmqTransport(const LoopParts& loop, const crypto::DhKey& own_key, AdmissionPolicy& policy,
                 RandomSource& random, LinkHandler& handler, const TransportSettings& settings = {});

    Result<Address> listen(const Address& address) override;
    Result<void> dial(DialTarget target) override;
    void stop_dialling(const DhPublicKey& server_key, Lane lane) override;
    Result<void> send(LinkId link, Bytes&& frame) override;
    void close(LinkId link) override;

    // Whether the listener at `bound` turns strangers away; if that cannot be shown, stop_listening() is
    // called and the answer is not_authentic (one was let in) or unavailable (it could not be tried in time).
    kj::Promise<Result<void>> prove_closed(const Address& bound);
    // Unbinds all addresses and closes inbound links; listen() says not_permitted from now on.
    void stop_listening();

    TransportCounters counters() const;

  private:
    LoopParts loop_;
    const crypto::DhKey& own_key_;
    RandomSource& random_;
    LinkHandler& handler_;
    TransportSettings settings_;

    ZmqContext context_;
    LinkIds link_ids_;
    ZapHandler admission_;
    std::unique_ptr<Listener> listener_;
    Dialer dialer_;
    bool stopped_ = false;
};

}  // namespace liaise::node::transport
