#include "protocol/channel/ordering.h"

#include <algorithm>

namespace liaise::channel {

OrderKey order_key(const EntryRef& entry, Time author_time, Time arrival, std::span<const OrderKey> before) {
    OrderKey key;
    key.milliseconds = std::min(to_milliseconds(author_time), to_milliseconds(arrival + clock_slack));
    key.entry = entry;
    for (const OrderKey& cause : before) key.milliseconds = std::max(key.milliseconds, cause.milliseconds);
    for (const OrderKey& cause : before) {
        if (cause.milliseconds != key.milliseconds) continue;
        key.depth = std::max(key.depth, cause.depth == UINT32_MAX ? cause.depth : cause.depth + 1);
    }
    return key;
}

}  // namespace liaise::channel
