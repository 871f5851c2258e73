// Finding the first place at which two peers hold different entries of one log (docs/protocol/log.md,
// "Forks").
//
// Each side in turn sends ids along its own branch (a trail); whoever receives one compares, and either knows
// the first place that differs, or sends a narrower trail. The first trail doubles its steps backwards from
// the known difference; each later one divides what is left by about thirty: four turns for a million
// entries.
//
// A lying peer gains nothing: the end of the search is a signed header, which is checked.
#pragma once

#include <functional>
#include <variant>

#include "protocol/log/log_head.h"
#include "protocol/sync/wire.h"

namespace liaise::sync {

// The id of our own entry at a place; nothing where our log does not reach.
using IdAt = std::function<std::optional<EntryId>(std::uint64_t sequence)>;

// The first trail: back from `differing`, a place that we hold and that is known to differ.
std::vector<log::LogHead> first_trail(std::uint64_t differing, const IdAt& mine);

struct ForkFound {
    std::uint64_t sequence;
};
struct NarrowerTrail {
    std::vector<log::LogHead> points;
};
struct NoFork {};
using TrailAnswer = std::variant<ForkFound, NarrowerTrail, NoFork>;

// What a received trail (ascending, not empty) tells, compared with our own log.
TrailAnswer answer_trail(const std::vector<log::LogHead>& theirs, const IdAt& mine);

}  // namespace liaise::sync
