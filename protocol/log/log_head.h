// How far a log reaches: the sequence number and id of its newest entry. {0, zeros} is an empty log.
//
// The newest entry's header and signature are a signed head already: whoever holds them can show how far the
// log went, which is what catches a store that was put back from a backup (docs/protocol/log.md).
#pragma once

#include "protocol/base/ids.h"

namespace liaise::log {

struct LogHead {
    std::uint64_t sequence = 0;
    EntryId id{};

    bool empty() const { return sequence == 0; }
    auto operator<=>(const LogHead&) const = default;
};

}  // namespace liaise::log
