// 3. Nobody else ever opens a message: not who was put out, not who joined later where history is from
// joining, nobody who was never in.
//
// May open it: whom its author's node showed as a member; who was invited about that time or later, unless
// history is from joining and the inviter had the message before.
#include <algorithm>

#include "tests/simulation/network/scene.h"

namespace liaise::simulation {
namespace {

bool may_open(const Scene& scene, const Said& said, Person reader) {
    const Room& room = scene.ledger.rooms[said.room];
    if (said.author == reader || said.audience.contains(reader)) return true;
    const bool invited = std::any_of(room.acts.begin(), room.acts.end(), [&](const Act& act) {
        return act.kind == Act::Kind::invite && act.target == reader && act.quiet >= said.quiet;
    });
    return invited && (room.from_start || !said.late_guests.contains(reader));
}

}  // namespace

std::optional<Wrong> check_secrecy(Scene& scene) {
    for (const Said& said : scene.ledger.said) {
        if (!said.sound || said.id.empty()) continue;
        for (std::size_t machine = 0; machine < scene.people(); ++machine) {
            if (may_open(scene, said, machine)) continue;
            const MessageView* const shown = scene.sight(machine, said.room).find(said.id);
            if (shown != nullptr && !shown->text.empty())
                return Wrong{"secrecy", scene.name(machine) + " reads " + said.id + " (\"" + shown->text +
                                            "\") in room " + std::to_string(said.room) +
                                            ", which was not written for them"};
        }
    }
    return std::nullopt;
}

}  // namespace liaise::simulation
