// The process around the application: home, store, node, transport and control server, on one KJ loop.
//
//     start: lock the home -> control socket -> (passphrase) unlock
//     unlock: vault -> store -> node -> transport -> listen -> prove the door closed -> publish addresses
//     lock, stop: the same backwards; keys are wiped as their owners go
//
// While locked the control socket answers status, unlock and stop.
//
// A turn of the loop: events call the node, the node asks for wake(); once the queue is empty flush() makes
// the turn's writes durable, and the timer is set to the node's deadline. The clock is read once a turn; when
// it was set meanwhile, by somebody or by the machine's sleep, the node is told: its deadlines are void.
#pragma once

#include <kj/async-io.h>

#include <memory>

#include "node/control/server.h"
#include "node/control/socket.h"
#include "node/daemon/options.h"
#include "node/service/app_node.h"
#include "node/transport/zmq_transport.h"

namespace liaise::node::daemon {

class Daemon final : public control::DaemonControl,
                     private service::Driver,
                     private kj::TaskSet::ErrorHandler {
  public:
    // Everything outlives the daemon. `io`'s wait scope has the busy poll interval that the transport asks
    // for.
    Daemon(Options options, store::Home home, kj::AsyncIoContext& io, service::EventLog& log,
           RandomSource& random);
    ~Daemon() noexcept override;

    // Opens the control socket and, with a passphrase, the node.
    kj::Promise<service::Outcome<service::Done>> start(std::optional<crypto::SecretBytes> passphrase);
    // Fulfilled when stop() was asked for and answered, or a signal came.
    kj::Promise<void> run();

    Time now() const override;
    control::DaemonFacts facts() override;
    service::Node* node() override { return node_.get(); }
    void node_was_used() override;
    kj::Promise<service::Outcome<service::Done>> stop() override;
    kj::Promise<service::Outcome<service::Done>> lock() override;
    kj::Promise<service::Outcome<service::Done>> unlock(crypto::SecretBytes passphrase) override;

  private:
    void wake() override;
    void turn();
    void set_timer();
    bool clock_was_set();
    service::Outcome<service::Done> open_node(const crypto::SecretBytes& passphrase);
    kj::Promise<service::Outcome<service::Done>> open_door();
    void close_node();
    void taskFailed(kj::Exception&& exception) override;

    Options options_;
    store::Home home_;
    kj::AsyncIoContext& io_;
    service::EventLog& log_;
    RandomSource& random_;
    control::Server server_;
    std::unique_ptr<control::ControlSocket> socket_;

    std::unique_ptr<store::Store> store_;
    std::unique_ptr<service::AppNode> node_;
    std::unique_ptr<transport::ZmqTransport> transport_;
    std::vector<std::string> listening_;

    mutable std::optional<Time> turn_time_;
    bool turn_queued_ = false;
    bool ending_ = false;
    std::optional<Time> timer_at_;
    Duration clock_offset_{};  // the clock's reading less that of the steady one, at the last turn
    kj::Promise<void> timer_ = nullptr;
    kj::Own<kj::PromiseFulfiller<void>> stopped_;
    kj::Promise<void> stopping_;
    mutable kj::TaskSet tasks_;  // now() queues the end of its reading
};

}  // namespace liaise::node::daemon
