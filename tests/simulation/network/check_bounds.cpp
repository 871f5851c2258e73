// 5. Memory and disk of every node stay bounded by what it is entitled to hold. That nodes ever stop writing
// to each other is found by the quiet point itself (quiet.cpp).
#include "tests/simulation/network/scene.h"

namespace liaise::simulation {
namespace {

// What a step may bring at most, everything counted that nodes write by themselves because of it: commits,
// acknowledgements, offers, introductions.
constexpr std::size_t entries_a_step = 12;
constexpr std::size_t entries_a_person = 40;
constexpr std::size_t entries_a_forged = 2;              // itself, and what is asked because of it
constexpr std::uint64_t disk_at_rest = 2 * 1024 * 1024;  // with the write-ahead log
constexpr std::uint64_t disk_an_entry = 12 * 1024;       // a commit with its state, a Welcome with its tree

}  // namespace

std::optional<Wrong> check_bounds(Scene& scene) {
    const std::size_t due = scene.people() * entries_a_person + scene.ledger.order * entries_a_step +
                            scene.ledger.forged * entries_a_forged;
    for (std::size_t machine = 0; machine < scene.people(); ++machine) {
        if (!scene.world[machine].runs()) continue;
        const auto status = scene.world[machine].node().status(scene.world[machine].clock());
        if (status.entries > due)
            return Wrong{"bounds", scene.name(machine) + " holds " + std::to_string(status.entries) +
                                       " entries after " + std::to_string(scene.ledger.order) + " steps"};
        if (status.waiting > status.entries)
            return Wrong{"bounds", scene.name(machine) + " waits for more than it holds"};
        const std::uint64_t disk = scene.world[machine].disk_bytes();
        if (disk > disk_at_rest + disk_an_entry * status.entries)
            return Wrong{"bounds", scene.name(machine) + " takes " + std::to_string(disk) + " bytes for " +
                                       std::to_string(status.entries) + " entries"};
    }
    return std::nullopt;
}

}  // namespace liaise::simulation
