// A frontier: how far each log of one channel reaches at one node (docs/protocol/log.md, "Frontiers").
//
// Encoded, for each log in ascending order of writer keys (numbers marked v are LEB128):
//   writer key 32 | sequence * 2 + (1 where a fork is known) v | entry id 32, absent at sequence 0 |
//   where forked: the sequence of the fork v
// About 67 bytes a log; a fingerprint of 32 bytes says that two frontiers are equal without sending either.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "protocol/log/log_head.h"

namespace liaise::log {

struct LogState {
    WriterKey writer;
    LogHead head;                 // below the fork, where one is known
    std::uint64_t forked_at = 0;  // the lowest sequence that is proven to exist twice; 0 for none

    auto operator<=>(const LogState&) const = default;
};

// In ascending order of writer keys, no key twice.
using Frontier = std::vector<LogState>;

// What a log counts for: nothing of a log at or behind its fork.
inline std::uint64_t end_of(const LogState& log, std::uint64_t sequence) {
    return log.forked_at == 0 || sequence < log.forked_at ? sequence : log.forked_at - 1;
}

Bytes encode(std::span<const LogState> frontier);
// malformed for disorder, a repeated key or an impossible head; too_large beyond `logs_max`.
Result<Frontier> parse_frontier(BytesView bytes, std::size_t logs_max);

// Equal for equal states, whoever computes it. Logs without entries and without a fork do not count.
Hash fingerprint_of(const ChannelId& channel, std::span<const LogState> frontier);

// A log in which two frontiers differ; a log absent from one of them is empty there.
struct LogDifference {
    WriterKey writer;
    LogState mine;
    LogState theirs;
};
std::vector<LogDifference> difference(std::span<const LogState> mine, std::span<const LogState> theirs);

}  // namespace liaise::log
