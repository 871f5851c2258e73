// 3. Nobody else ever opens a message: not who was put out, not who joined later where history is from
// joining, nobody who was never in.
//
// Asked is what their node shows, and what their machine could open with all that it holds, were it handed
// every commit and the message itself.
//
// May open it: whom its author's node showed as a member; who was invited about that time or later, unless
// history is from joining and the inviter had the message before; who was in by then where history is from
// the start, which brings the keys of all epochs, though the author's node did not know of them; whoever was
// invited to a room that a hostile convener forked, since what was said on a branch that lost is handed to
// all members whose own branch does not come from it (docs/protocol/group.md, "Handed over"); and who left by
// themselves, until somebody makes a new epoch (docs/protocol/group.md, "The choice").
//
// Not judged: what is written by who was put out, was not told, and goes on under keys that all have who were
// ever in.
#include <algorithm>

#include "tests/simulation/network/holdings.h"

namespace liaise::simulation {
namespace {

// By the last word on it before this.
bool is_in(const Room& room, Person reader, std::uint64_t before = UINT64_MAX) {
    bool in = room.founder == reader;
    for (const Act& act : room.acts) {
        if (act.order >= before) continue;
        if (act.kind == Act::Kind::invite && act.target == reader) in = true;
        if (act.kind == Act::Kind::remove && act.target == reader) in = false;
        if ((act.kind == Act::Kind::leave || act.kind == Act::Kind::hand_over) && act.by == reader)
            in = false;
    }
    return in;
}

bool may_open(const Scene& scene, const Said& said, Person reader) {
    const Room& room = scene.ledger.rooms[said.room];
    if (said.author == reader || said.audience.contains(reader)) return true;
    const bool invited = std::any_of(room.acts.begin(), room.acts.end(), [&](const Act& act) {
        return act.kind == Act::Kind::invite && act.target == reader && act.quiet >= said.quiet;
    });
    const bool left_in_it = std::any_of(room.acts.begin(), room.acts.end(), [&](const Act& act) {
        return (act.kind == Act::Kind::leave || act.kind == Act::Kind::hand_over) && act.by == reader &&
               act.epoch >= said.epoch;
    });
    if (left_in_it || (room.from_start && is_in(room, reader))) return true;
    return invited && (room.from_start || room.forked || !said.late_guests.contains(reader));
}

}  // namespace

std::optional<Wrong> check_secrecy(Scene& scene) {
    for (const Said& said : scene.ledger.said) {
        if (!said.sound || said.id.empty()) continue;
        if (!is_in(scene.ledger.rooms[said.room], said.author, said.order)) continue;
        for (std::size_t machine = 0; machine < scene.people(); ++machine) {
            if (may_open(scene, said, machine)) continue;
            const MessageView* const shown = scene.sight(machine, said.room).find(said.id);
            const bool reads = shown != nullptr && !shown->text.empty();
            if (reads || can_open(scene, machine, said))
                return Wrong{"secrecy", scene.name(machine) + (reads ? " reads " : " could open ") + said.id +
                                            " (\"" + said.text + "\") in room " + std::to_string(said.room) +
                                            ", which was not written for them"};
        }
    }
    return std::nullopt;
}

}  // namespace liaise::simulation
