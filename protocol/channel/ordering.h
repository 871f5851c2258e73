// In which order entries are shown: causes first, the author's clock second.
//
//     order time = the author's time,
//                  after the order time of any cause and of the log's entry before,
//                  not after arrival + slack, unless a cause is
//
// - Why not the clock alone: a clock that is wrong, or set to the year 2099, would stand on top for ever;
//   an answer would stand above its question (attack class 27).
// - Arrival is when this entry first reached this node. Nodes agree wherever clocks were right within the
//   slack; elsewhere the author lied or erred, and each node still shows causes first.
// - Among equal times there are no causes, and so at most one entry of a log: the log's id decides.
// - An author's own times increase from entry to entry (time_after), so that an entry that had to wait at one
//   node, and was shown after the next one of its log, has the same order time there as elsewhere.
#pragma once

#include <span>

#include "protocol/base/time.h"

namespace liaise::channel {

inline constexpr Duration clock_slack = std::chrono::minutes(5);

// `before`: order times of the causes that are here, and of the previous shown entry of the same log.
Time order_time(Time author_time, Time arrival, std::span<const Time> before);

// What an author says the time is, who last said `own_last`.
Time time_after(Time now, Time own_last);

}  // namespace liaise::channel
