// The control API over the application core (protocol/schema/control.capnp): what all connections share.
//
// In:  calls of `liaise` and other clients of this user, through session.h; what the node tells its Observer.
// Out: answers. Every answer is a result or a Refusal; no call throws for anything that its caller did.
//
// - One Server for the life of the process, one session a connection. The node comes and goes beneath it with
//   lock and unlock: the daemon says node_starts() and node_stops().
// - node_stops() lets go of everything that stands on the node: uploads and downloads on their way end with a
//   refusal, followers are told through their sink, calls that wait are answered.
//   Attack: a client that keeps an upload open must not keep a locked store's keys alive.
// - While locked only status, unlock and stop answer; everything else is refused with a sentence.
// - A follower that does not take its messages has at most limits::control_backlog_max waiting; beyond that
//   it is let go, and asks again from the last message it has. A slow reader costs bounded memory.
// - Calls that wait for others (join, sync, getDocument) end with a sentence when their time is up.
#pragma once

#include <kj/timer.h>

#include <list>
#include <map>
#include <memory>

#include "node/control/daemon_control.h"
#include "node/control/events.h"
#include "node/control/unlock_guard.h"
#include "protocol/schema/control.capnp.h"

namespace liaise::node::control {

// Something that stands on the node and must let go of it.
class Dependant {
  public:
    virtual ~Dependant() = default;
    virtual void let_go() = 0;  // may destroy itself
};

class Server final : public service::Observer, private kj::TaskSet::ErrorHandler {
  public:
    // Both outlive the server.
    Server(DaemonControl& daemon, kj::Timer& timer);
    ~Server() noexcept override;
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // For one connection.
    ::liaise::control::Control::Client session();

    // Around the life of an application core. The server sets itself as its observer.
    void node_starts(service::Node& node);
    void node_stops(service::Node& node);

    // From the node.
    bool wants_messages() const override { return !followers_.empty(); }
    void message_arrived(const service::MessageView& message) override;
    void changed() override {}

    // For the sessions.
    DaemonControl& daemon() { return daemon_; }
    kj::Timer& timer() { return timer_; }
    UnlockGuard& unlock_guard() { return unlock_guard_; }
    void enrol(Dependant& dependant) { dependants_.push_back(&dependant); }
    void dismiss(Dependant& dependant) { dependants_.remove(&dependant); }
    // Follows until the subscription that comes back is dropped, or the follower is let go.
    ::liaise::control::Subscription::Client follow(std::optional<ChannelId> channel,
                                                   ::liaise::control::MessageSink::Client sink);
    std::size_t followers() const { return followers_.size(); }

  private:
    class Subscription;
    void taskFailed(kj::Exception&& exception) override;
    void let_go(kj::Own<Follower> follower);
    void let_go_soon(std::uint64_t number);

    DaemonControl& daemon_;
    kj::Timer& timer_;
    UnlockGuard unlock_guard_;
    std::list<Dependant*> dependants_;
    std::map<std::uint64_t, kj::Own<Follower>> followers_;
    std::uint64_t followers_ever_ = 0;
    std::shared_ptr<Server*>
        self_;  // owned here and by subscriptions, which may outlive the server; null then
    kj::TaskSet tasks_;
};

}  // namespace liaise::node::control
