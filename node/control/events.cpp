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
    if (sending_) return;
    sending_ = true;
    work_ = kj::evalLater([this] {
                return pump();
            }).catch_([this](kj::Exception&&) {
                  end();
              }).eagerlyEvaluate(nullptr);
}

kj::Promise<void> Follower::pump() {
    if (backlog_.empty() || ended_) {
        sending_ = false;
        return kj::READY_NOW;
    }
    auto request = sink_.messageRequest();
    write(backlog_.front(), request.initMessage());
    backlog_.pop_front();
    return request.send().then([this] { return pump(); });
}

kj::Promise<void> Follower::finish() {
    ended_ = true;
    backlog_.clear();
    // Not cancelled: the sink is told of the end behind what it was sent.
    return work_.then([this] { return sink_.endRequest().send().ignoreResult(); });
}

void Follower::end() {
    if (ended_) return;
    ended_ = true;
    backlog_.clear();
    over_();
}

}  // namespace liaise::node::control
