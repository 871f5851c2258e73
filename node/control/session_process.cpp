// The process itself: status, doctor, stop, lock, unlock.
#include "node/control/answer.h"

namespace liaise::node::control {

using service::Done;

namespace {

// An attempt to unlock. One that breaks off unsettled counts as wrong: breaking off is not a way to guess on.
class Attempt {
  public:
    explicit Attempt(Server& server) : server_(server) {}
    Attempt(const Attempt&) = delete;
    Attempt& operator=(const Attempt&) = delete;
    ~Attempt() {
        if (!settled_) server_.unlock_guard().wrong(server_.daemon().now());
    }
    void settle(const Outcome<Done>& outcome) {
        settled_ = outcome.ok() || outcome.refusal().exit != service::Exit::not_allowed;
        if (outcome.ok())
            server_.unlock_guard().right();
        else if (settled_)
            server_.unlock_guard().undecided();
    }

  private:
    Server& server_;
    bool settled_ = false;
};

}  // namespace

kj::Promise<void> Session::status(StatusContext context) {
    server_.daemon().node_was_used();
    const DaemonFacts facts = server_.daemon().facts();
    Node* node = server_.daemon().node();
    if (node == nullptr)
        write_locked(facts, context.getResults().initStatus());
    else
        write(node->status(now()), facts, context.getResults().initStatus());
    server_.daemon().node_was_used();
    return kj::READY_NOW;
}

kj::Promise<void> Session::doctor(DoctorContext context) {
    return answer(
        server_, context, {}, [&](Node& node) { return always(node.doctor(now())); },
        [](const auto& findings, auto results) {
            write_all(findings, results.initFindings(size_of(findings)));
        });
}

kj::Promise<void> Session::stop(StopContext context) {
    return server_.daemon().stop().then([context](const Outcome<Done>& outcome) mutable -> kj::Promise<void> {
        if (!outcome.ok()) return refuse(context, outcome.refusal());
        return kj::READY_NOW;
    });
}

kj::Promise<void> Session::lock(LockContext context) {
    return server_.daemon().lock().then([context](const Outcome<Done>& outcome) mutable -> kj::Promise<void> {
        if (!outcome.ok()) return refuse(context, outcome.refusal());
        return kj::READY_NOW;
    });
}

kj::Promise<void> Session::unlock(UnlockContext context) {
    const auto data = context.getParams().getPassphrase();
    if (data.size() > limits::control_passphrase_bytes_max)
        return refuse(context, messages::too_long("passphrase", limits::control_passphrase_bytes_max));
    const UnlockGuard::Answer verdict = server_.unlock_guard().ask(now());
    if (verdict.verdict == UnlockGuard::Verdict::busy) return refuse(context, messages::another_unlock());
    if (verdict.verdict == UnlockGuard::Verdict::must_wait)
        return refuse(context, messages::guess_later(verdict.wait));

    auto passphrase = crypto::SecretBytes::copy_of({data.begin(), data.size()});
    // The call's own memory is ours once it has been read: nothing of the passphrase stays behind in it.
    crypto::wipe({const_cast<std::uint8_t*>(data.begin()), data.size()});
    context.releaseParams();
    auto attempt = kj::heap<Attempt>(server_);
    Attempt& trying = *attempt;
    return server_.daemon()
        .unlock(std::move(passphrase))
        .then([&trying, context](const Outcome<Done>& outcome) mutable -> kj::Promise<void> {
            trying.settle(outcome);
            if (!outcome.ok()) return refuse(context, outcome.refusal());
            return kj::READY_NOW;
        })
        .attach(kj::mv(attempt));
}

}  // namespace liaise::node::control
