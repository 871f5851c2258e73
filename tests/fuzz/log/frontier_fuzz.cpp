// Frontiers: one form for one content.
#include "protocol/base/limits.h"
#include "protocol/log/frontier.h"

using namespace liaise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView bytes(data, size);
    const auto frontier = log::parse_frontier(bytes, limits::heads_logs_max);
    if (!frontier) return 0;
    LIAISE_CHECK(log::encode(*frontier) == to_bytes(bytes));
    LIAISE_CHECK(log::difference(*frontier, *frontier).empty());
    (void)log::fingerprint_of(ChannelId{}, *frontier);
    return 0;
}
