#include "node/control/events.h"

#include "node/control/convert.h"
#include "protocol/base/limits.h"

namespace liaise::node::control {

Follower::Follower(std::optional<ChannelId> channel, api::MessageSink::Client sink, kj::Function<void()> over)
    : channel_(channel), sink_(kj::mv(sink)), over_(kj::mv(over)) {}

void Follower::offer(const service::MessageView& message) {
    if (ended_ || (channel_ && message.channel_id != *channel_)) return;
    if (backlog_.size() >= limits::control_backlog_max) return end();
    backlog_.push_back(message);
    if (!sending_) pump();
}

// Sends the front of the backlog, then itself again. `work_` holds the one promise under way: replacing it
// from within its own continuation is deferred to the next turn by evalLater.
void Follower::pump() {
    sending_ = !backlog_.empty() && !ended_;
    if (!sending_) return;
    work_ = kj::evalLater([this] {
                auto request = sink_.messageRequest();
                write(backlog_.front(), request.initMessage());
                backlog_.pop_front();
                return request.send();
            })
                .then([this] { loop_ = true; },
                      [this](kj::Exception&&) { end(); })
                .eagerlyEvaluate(nullptr);
}

}  // namespace liaise::node::control
