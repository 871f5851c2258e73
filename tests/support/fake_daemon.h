// A daemon around a FakeNode, for tests of the control API and of the client: locks, unlocks and stops in
// memory; the passphrase is "a good passphrase".
#pragma once

#include <kj/async.h>
#include <kj/function.h>

#include "node/control/server.h"
#include "tests/support/fake_node.h"

namespace liaise::test {

class FakeDaemon final : public node::control::DaemonControl {
  public:
    explicit FakeDaemon(std::function<std::unique_ptr<FakeNode>()> make_node)
        : make_node_(std::move(make_node)), node_(make_node_()) {}
    ~FakeDaemon() noexcept override {}

    // Before anything else: the server that stands on the node.
    void serve(node::control::Server& server) {
        server_ = &server;
        server.node_starts(*node_);
    }
    FakeNode& fake() { return *node_; }

    std::string passphrase = "a good passphrase";
    Time time = Time{std::chrono::milliseconds{1'700'000'000'000}};
    node::control::DaemonFacts process{"0.1.0", 4711, "/home/test", {"127.0.0.1:7400"}, false};
    kj::Function<void()> on_stop = [] {};
    unsigned unlock_attempts = 0;
    unsigned used = 0;

    Time now() const override { return time; }
    node::control::DaemonFacts facts() override {
        process.locked = node_ == nullptr;
        return process;
    }
    node::service::Node* node() override { return node_.get(); }
    void node_was_used() override { ++used; }
    kj::Promise<node::service::Outcome<node::service::Done>> stop() override {
        on_stop();
        return node::service::Outcome<node::service::Done>(node::service::Done{});
    }
    kj::Promise<node::service::Outcome<node::service::Done>> lock() override {
        if (node_) server_->node_stops(*node_);
        node_.reset();
        return node::service::Outcome<node::service::Done>(node::service::Done{});
    }
    kj::Promise<node::service::Outcome<node::service::Done>> unlock(crypto::SecretBytes guess) override {
        using Answer = node::service::Outcome<node::service::Done>;
        ++unlock_attempts;
        if (text_of(guess.view()) != passphrase)
            return Answer(node::service::Refusal{node::service::Exit::not_allowed,
                                                 "The passphrase is wrong. Try again."});
        if (!node_) {
            node_ = make_node_();
            server_->node_starts(*node_);
        }
        return Answer(node::service::Done{});
    }

  private:
    std::function<std::unique_ptr<FakeNode>()> make_node_;
    std::unique_ptr<FakeNode> node_;
    node::control::Server* server_ = nullptr;
};

}  // namespace liaise::test
