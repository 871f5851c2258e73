// What a machine holds, beneath what its node shows: for what nobody asks a node, but a thief would try.
#pragma once

#include "tests/simulation/network/scene.h"

namespace liaise::simulation {

// Whether the reader's machine can open a message: with every key in its home, every epoch that it can follow
// from there by the commits that the author's machine holds, and the payload itself.
bool can_open(Scene& scene, std::size_t reader, const Said& said);

// Commits that came to nothing, since another branch went on.
std::uint64_t lost_commits(test::Machine& machine, const ChannelId& room);

}  // namespace liaise::simulation
