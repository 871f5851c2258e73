#include "node/transport/alarm.h"

#include <kj/debug.h>

namespace liaise::node::transport {

Alarm::Alarm(kj::Timer& timer, kj::Function<void()> ring)
    : timer_(timer), ring_(kj::mv(ring)), tasks_(*this) {}

Alarm::~Alarm() noexcept = default;

void Alarm::set(kj::TimePoint when) {
    KJ_IF_MAYBE (set_already, when_) {
        if (*set_already == when) return;
    }
    clear();
    when_ = when;
    auto due = canceler_.wrap(timer_.atTime(when));
    tasks_.add(due.then(
        [this] {
            when_ = nullptr;
            ring_();
        },
        [](kj::Exception&&) {}));  // cleared
}

void Alarm::clear() {
    when_ = nullptr;
    canceler_.cancel("alarm cleared");
}

void Alarm::taskFailed(kj::Exception&& exception) {
    KJ_LOG(ERROR, "event=alarm_failed", exception.getDescription());
}

}  // namespace liaise::node::transport
