#include "node/transport/zmq_transport.h"

#include "node/transport/self_test.h"

namespace liaise::node::transport {

ZmqTransport::ZmqTransport(const LoopParts& loop, const crypto::DhKey& own_key, AdmissionPolicy& policy,
                           RandomSource& random, LinkHandler& handler, const TransportSettings& settings)
    : loop_(loop),
      own_key_(own_key),
      random_(random),
      handler_(handler),
      settings_(settings),
      admission_(loop.port, context_, policy),
      dialer_(loop, context_, own_key, settings.times, settings.backoff, random, link_ids_, handler) {}

Result<Address> ZmqTransport::listen(const Address& address) {
    if (stopped_) return Error{ErrorCode::not_permitted, "listening was stopped"};
    if (!listener_) {
        const auto failed = kj::runCatchingExceptions([&] {
            listener_ = std::make_unique<Listener>(loop_, context_, admission_, own_key_, settings_.times,
                                                   link_ids_, handler_);
        });
        if (failed != nullptr) return Error{ErrorCode::unavailable, "no descriptor left for a socket"};
    }
    return listener_->listen(address);
}

Result<void> ZmqTransport::dial(DialTarget target) {
    return dialer_.dial(std::move(target));
}

void ZmqTransport::stop_dialling(const DhPublicKey& server_key, Lane lane) {
    dialer_.stop_dialling(server_key, lane);
}

Result<void> ZmqTransport::send(LinkId link, Bytes&& frame) {
    if (listener_ && listener_->owns(link)) return listener_->send(link, std::move(frame));
    return dialer_.send(link, std::move(frame));
}

void ZmqTransport::close(LinkId link) {
    if (listener_) listener_->close(link);
    dialer_.close(link);
}

kj::Promise<Result<void>> ZmqTransport::prove_closed(const Address& bound) {
    auto answer = self_test(loop_, context_, bound.from_here(), own_key_.public_key(), settings_.times,
                            settings_.proof_time, random_);
    return answer.then([this](Result<void>&& proof) {
        if (!proof) stop_listening();
        return kj::mv(proof);
    });
}

void ZmqTransport::stop_listening() {
    stopped_ = true;
    if (listener_) listener_->stop();
}

TransportCounters ZmqTransport::counters() const {
    TransportCounters counters;
    counters.admitted = admission_.admitted();
    counters.refused = admission_.refused();
    counters.dialled_links = dialer_.links();
    counters.targets = dialer_.targets();
    if (listener_) {
        counters.handshakes_failed = listener_->handshakes_failed();
        counters.rules_broken = listener_->rules_broken();
        counters.inbound_links = listener_->links();
    }
    return counters;
}

}  // namespace liaise::node::transport
