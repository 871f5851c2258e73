#include "protocol/channel/ordering.h"

#include <algorithm>

namespace liaise::channel {
namespace {

constexpr Duration least_step = std::chrono::milliseconds(1);

Time behind(Time time) {
    return time > Time::max() - least_step ? time : time + least_step;
}

}  // namespace

Time order_time(Time author_time, Time arrival, std::span<const Time> before) {
    Time order = std::min(author_time, arrival + clock_slack);
    for (const Time& cause : before) order = std::max(order, behind(cause));
    return order;
}

// A clock that was far ahead when the last one was written is not followed.
Time time_after(Time now, Time own_last) {
    return own_last < now + clock_slack ? std::max(now, behind(own_last)) : now;
}

}  // namespace liaise::channel
