// In which order entries are shown: causes first, the author's clock second.
//
//     order time = the author's time,
//                  not before the order time of any cause and of the log's entry before,
//                  not after arrival + slack, unless a cause is
//
// - Why not the clock alone: a clock that is wrong, or set to the year 2099, would stand on top for ever;
//   an answer would stand above its question (attack class 27).
// - Arrival is when this entry first reached this node. Nodes agree wherever clocks were right within the
//   slack; elsewhere the author lied or erred, and each node still shows causes first.
// - A key is compared field by field and never changes: a store can index it.
#pragma once

#include <compare>
#include <span>

#include "protocol/base/time.h"
#include "protocol/channel/entry_ref.h"

namespace liaise::channel {

inline constexpr Duration clock_slack = std::chrono::minutes(5);

struct OrderKey {
    std::int64_t milliseconds = 0;
    std::uint32_t depth = 0;  // among equal times: one more than the deepest cause of that time
    EntryRef entry;           // the rest of the tie
    auto operator<=>(const OrderKey&) const = default;
};

// `before`: keys of the causes that are here, and of the previous shown entry of the same log.
OrderKey order_key(const EntryRef& entry, Time author_time, Time arrival, std::span<const OrderKey> before);

}  // namespace liaise::channel
