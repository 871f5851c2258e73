// Those who follow channels: each Follower is one MessageSink with a bounded backlog.
//
// In:  messages in the order in which they become readable. Out: calls of the sink, one after another, each
// when the one before has been taken.
//
// A follower whose backlog is full, or whose sink fails, is done for: the server lets it go, and its sink is
// told the end behind what it was sent. Its client reads what it missed, and follows again.
#pragma once

#include <kj/async.h>
#include <kj/function.h>

#include <deque>
#include <optional>

#include "node/service/views.h"
#include "protocol/schema/control.capnp.h"

namespace liaise::node::control {

class Follower {
  public:
    // channel: only this one; none: all. `over` is called once, when the follower is done for; it must not
    // destroy the follower before it returns.
    Follower(std::optional<ChannelId> channel, ::liaise::control::MessageSink::Client sink,
             kj::Function<void()> over);

    void offer(const service::MessageView& message);
    // Takes no more, forgets what waits, tells the sink so, and is done when the sink has answered.
    kj::Promise<void> finish();

  private:
    kj::Promise<void> pump();
    void end();

    std::optional<ChannelId> channel_;
    ::liaise::control::MessageSink::Client sink_;
    kj::Function<void()> over_;
    std::deque<service::MessageView> backlog_;
    bool sending_ = false;
    bool ended_ = false;
    kj::Promise<void> work_ = kj::READY_NOW;
};

}  // namespace liaise::node::control
