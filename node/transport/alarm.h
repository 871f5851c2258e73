// One deadline on the KJ loop, set and set again; nothing ticks while none is set.
#pragma once

#include <kj/function.h>
#include <kj/timer.h>

namespace liaise::node::transport {

class Alarm final : private kj::TaskSet::ErrorHandler {
  public:
    // `ring` is called from the loop, once for each time the alarm was set; it may set the alarm again.
    Alarm(kj::Timer& timer, kj::Function<void()> ring);

    ~Alarm() noexcept;

    void set(kj::TimePoint when);  // instead of what was set before
    void clear();

  private:
    void taskFailed(kj::Exception&& exception) override;

    kj::Timer& timer_;
    kj::Function<void()> ring_;
    kj::Maybe<kj::TimePoint> when_;
    kj::Canceler canceler_;
    kj::TaskSet tasks_;
};

}  // namespace liaise::node::transport
