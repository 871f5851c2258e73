#include "protocol/sync/fork_search.h"

#include <algorithm>

namespace liaise::sync {
namespace {

void add(std::vector<log::LogHead>& trail, std::uint64_t sequence, const IdAt& mine) {
    const std::optional<EntryId> id = mine(sequence);
    if (id) trail.push_back({sequence, *id});
}

}  // namespace

std::vector<log::LogHead> first_trail(std::uint64_t differing, const IdAt& mine) {
    std::vector<log::LogHead> trail;
    add(trail, differing, mine);
    for (std::uint64_t step = 1; step < differing && trail.size() + 1 < limits::trail_points_max; step *= 2)
        add(trail, differing - step, mine);
    if (differing > 1 && (trail.empty() || trail.back().sequence != 1)) add(trail, 1, mine);
    std::reverse(trail.begin(), trail.end());
    return trail;
}

TrailAnswer answer_trail(const std::vector<log::LogHead>& theirs, const IdAt& mine) {
    std::uint64_t equal = 0;
    std::uint64_t differing = 0;
    for (const log::LogHead& point : theirs) {
        const std::optional<EntryId> id = mine(point.sequence);
        if (!id) break;
        if (*id != point.id) {
            differing = point.sequence;
            break;
        }
        equal = point.sequence;
    }
    if (differing == 0) return NoFork{};
    if (differing == equal + 1) return ForkFound{differing};

    const std::uint64_t between = differing - equal;
    const std::uint64_t steps = std::min<std::uint64_t>(between, limits::trail_points_max - 1);
    NarrowerTrail trail;
    for (std::uint64_t i = equal == 0 ? 1 : 0; i <= steps; ++i)
        add(trail.points, equal + between / steps * i + between % steps * i / steps, mine);
    return trail;
}

}  // namespace liaise::sync
