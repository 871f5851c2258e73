#include "node/transport/self_test.h"

namespace liaise::node::transport {
namespace {

using Verdict = kj::PromiseFulfiller<Result<void>>;

const Error let_in{ErrorCode::not_authentic, "the listener lets strangers in"};
const Error not_settled{ErrorCode::unavailable,
                        "whether the listener refuses strangers could not be settled"};

// Holds a key that nobody admitted.
class UnknownKey final : private DialledConnection::Owner {
  public:
    UnknownKey(const LoopParts& loop, ZmqContext& context, const Address& listener,
               const DhPublicKey& server_key, const SocketTimes& times, RandomSource& random,
               kj::Own<Verdict> verdict)
        : verdict_(kj::mv(verdict)),
          connection_(loop, context, listener, crypto::DhKey::draw(random), server_key, times, *this) {}

    ~UnknownKey() noexcept override {}

  private:
    void connection_up(DialledConnection&) override { verdict_->fulfill(let_in); }
    void connection_frame(DialledConnection&, BytesView) override {}
    void connection_room(DialledConnection&) override {}
    void connection_ended(DialledConnection&, LinkEnd) override {}
    void connection_failed(DialledConnection&, DialFailure failure) override {
        verdict_->fulfill(failure == DialFailure::refused ? Result<void>() : not_settled);
    }

    kj::Own<Verdict> verdict_;
    DialledConnection connection_;
};

// Speaks no CURVE.
class NoKey final : private PumpedSocket {
  public:
    NoKey(const LoopParts& loop, ZmqContext& context, const Address& listener, kj::Own<Verdict> verdict)
        : verdict_(kj::mv(verdict)),
          dealer_(context, ZMQ_DEALER),
          monitor_(context, dealer_,
                   ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                       ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_CLOSED),
          pump_(loop.port, monitor_.socket(), *this) {
        dealer_.set(ZMQ_RECONNECT_IVL, -1);
        dealer_.set(ZMQ_IPV6, listener.kind == Address::Kind::ipv6);
        LIAISE_CHECK(dealer_.connect("tcp://" + listener.text()) == 0);
    }

    ~NoKey() noexcept override {}

  private:
    std::optional<std::size_t> take_one() override {
        const auto event = monitor_.next();
        if (!event) return std::nullopt;
        switch (event->kind) {
            case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
                verdict_->fulfill(let_in);
                break;
            case ZMQ_EVENT_CLOSED:  // nobody was reached
                verdict_->fulfill(not_settled);
                break;
            default:
                verdict_->fulfill({});
        }
        return 1;
    }
    void turn_over(bool) override {}

    kj::Own<Verdict> verdict_;
    ZmqSocket dealer_;
    ZmqMonitor monitor_;
    ZmqPump pump_;
};

}  // namespace

kj::Promise<Result<void>> self_test(const LoopParts& loop, ZmqContext& context, const Address& listener,
                                    const DhPublicKey& server_key, const SocketTimes& times, Duration time,
                                    RandomSource& random) {
    auto first = kj::newPromiseAndFulfiller<Result<void>>();
    auto second = kj::newPromiseAndFulfiller<Result<void>>();
    auto unknown_key =
        kj::heap<UnknownKey>(loop, context, listener, server_key, times, random, kj::mv(first.fulfiller));
    auto no_key = kj::heap<NoKey>(loop, context, listener, kj::mv(second.fulfiller));
    auto both = first.promise.then([second = kj::mv(second.promise)](Result<void>&& verdict) mutable {
        return second.then(
            [verdict = kj::mv(verdict)](Result<void>&& other) { return verdict ? other : verdict; });
    });
    auto late = loop.timer.afterDelay(to_kj(time)).then([] { return Result<void>(not_settled); });
    return both.exclusiveJoin(kj::mv(late)).attach(kj::mv(unknown_key), kj::mv(no_key));
}

}  // namespace liaise::node::transport
