// 2. Every message that an honest member in good standing acknowledged becomes readable by every honest
// current member entitled to it.
//
// Entitled: in the room when it was written, as its author knew it, and never out of it since; where history
// is from the start, whoever is in now. Not judged is what the rules themselves let go: messages of whoever
// was put out around that time, of homes that were put back from a copy, and of whom the reader mutes.
#include "tests/simulation/network/scene.h"

namespace liaise::simulation {
namespace {

bool is_to_arrive(const Scene& scene, const Said& said) {
    const Ledger& ledger = scene.ledger;
    const Room& room = ledger.rooms[said.room];
    if (!said.acknowledged || !said.sound || !ledger.honest(said.author)) return false;
    return !ledger.ever_out(room, said.author);
}

bool is_entitled(const Scene& scene, const Said& said, Person reader) {
    const Ledger& ledger = scene.ledger;
    const Room& room = ledger.rooms[said.room];
    const auto mutes = ledger.mutes.find(reader);
    if (mutes != ledger.mutes.end() && mutes->second.contains(said.author)) return false;
    if (ledger.ever_out(room, reader)) return false;
    return room.from_start ? ledger.ever_in(room, reader) : said.audience.contains(reader);
}

}  // namespace

std::optional<Wrong> check_delivery(Scene& scene) {
    const auto machines = scene.honest_machines();
    for (Said& said : scene.ledger.said) {
        if (!is_to_arrive(scene, said)) continue;
        const Sight& authors = scene.sight(said.author, said.room);
        if (!authors.open()) continue;
        for (const std::size_t machine : machines) {
            if (!is_entitled(scene, said, machine)) continue;
            const Sight& sight = scene.sight(machine, said.room);
            if (!sight.open() || !authors.lists(scene.name(machine))) continue;
            const Room& room = scene.ledger.rooms[said.room];
            if (room.upset && !sight.lists(scene.name(said.author))) continue;
            const MessageView* const shown = sight.find(said.id);
            if (shown == nullptr)
                return Wrong{"delivery", scene.name(machine) + " does not see " + said.id + " (\"" +
                                             said.text + "\") in room " + std::to_string(said.room)};
            if (shown->text != said.text && !said.texts.contains(shown->text) && !said.gone)
                return Wrong{"delivery", scene.name(machine) + " sees \"" + shown->text + "\" (" +
                                             shown->state + ") instead of \"" + said.text + "\""};
        }
        said.settled = true;
    }
    return std::nullopt;
}

}  // namespace liaise::simulation
