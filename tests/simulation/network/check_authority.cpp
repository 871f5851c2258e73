// 4. No unauthorised change of membership or charter is ever accepted.
//
// At every quiet point each member, convener and charter that an honest node shows must be explained by
// something that somebody did who was allowed to: the ledger has it, from nodes' answers to their own users
// (and each answer is judged as it is given: governing.cpp). And nobody is out whom nobody put out.
#include <algorithm>

#include "tests/simulation/network/scene.h"

namespace liaise::simulation {
namespace {

bool was(const Room& room, Act::Kind kind, Person target) {
    return std::any_of(room.acts.begin(), room.acts.end(),
                       [&](const Act& act) { return act.kind == kind && act.target == target; });
}

// Whether some convener was put out or demoted at all: then acts of theirs may rightly be undone. What a
// hostile one wrote may have come to nothing.
bool acts_may_be_cut(const Room& room) {
    return room.upset || std::any_of(room.acts.begin(), room.acts.end(), [](const Act& act) {
               return act.kind != Act::Kind::invite && act.kind != Act::Kind::amend;
           });
}

std::string wrong_charter(const Room& room, const CharterView& charter) {
    // A direct channel has the name of whoever is the other.
    if (room.kind != "direct" && !room.names.contains(charter.name)) return "name \"" + charter.name + "\"";
    if (!room.purposes.contains(charter.purpose)) return "purpose \"" + charter.purpose + "\"";
    if (!room.ceilings.contains(charter.ceiling)) return "ceiling " + charter.ceiling;
    if (!room.retentions.contains(charter.retention_days))
        return "retention of " + std::to_string(charter.retention_days) + " days";
    return {};
}

std::string wrong_in(const Scene& scene, const Room& room, const Sight& sight) {
    for (const CharterView& charter : sight.charters) {
        const std::string what = wrong_charter(room, charter);
        if (!what.empty()) return "a charter with the " + what + " that nobody gave it";
    }
    for (const auto& member : sight.channel.members) {
        const Person person = scene.person_of(member.person.name);
        if (!scene.ledger.ever_in(room, person))
            return member.person.name + " as a member, whom nobody invited";
        const bool named = person == room.founder || was(room, Act::Kind::promote, person) ||
                           was(room, Act::Kind::hand_over, person);
        if (member.convener && !named) return member.person.name + " as a convener, whom nobody made one";
    }
    if (acts_may_be_cut(room)) return {};
    for (Person person = 0; person < scene.people(); ++person)
        if (scene.ledger.ever_in(room, person) && !sight.lists(scene.name(person)) && room.kind != "direct")
            return scene.name(person) + " as out, whom nobody put out";
    return {};
}

// Whoever was put out by a convener who is above doubt, and invited by nobody since, is out.
std::string still_in(const Scene& scene, const Room& room, const Sight& sight) {
    for (const Act& act : room.acts) {
        if (act.kind != Act::Kind::remove || !act.sound || act.by != room.founder) continue;
        if (scene.ledger.ever_out(room, act.by) || !scene.ledger.honest(act.by)) continue;
        const bool again = std::any_of(room.acts.begin(), room.acts.end(), [&](const Act& other) {
            return other.kind == Act::Kind::invite && other.target == act.target && other.order > act.order;
        });
        if (!again && sight.lists(scene.name(act.target))) return scene.name(act.target);
    }
    return {};
}

}  // namespace

std::optional<Wrong> check_authority(Scene& scene) {
    for (std::size_t number = 0; number < scene.ledger.rooms.size(); ++number) {
        const Room& room = scene.ledger.rooms[number];
        for (const std::size_t machine : scene.honest_machines()) {
            const Sight& sight = scene.sight(machine, number);
            if (!sight.open() || !sight.lists(scene.name(machine))) continue;
            // Whom a hostile convener brought in while being put out knows only that side. What counts is
            // that nobody else takes them for a member.
            const Sight& founders = scene.sight(room.founder, number);
            const bool fooled = !scene.ledger.hostile.empty() && !scene.ledger.ever_in(room, machine);
            if (fooled && founders.open() && !founders.lists(scene.name(machine))) continue;
            const std::string what = wrong_in(scene, room, sight);
            if (!what.empty())
                return Wrong{"authority", "in room " + std::to_string(number) + " " + scene.name(machine) +
                                              " shows " + what};
            // One who is out is not told, and goes on with what they knew.
            if (!founders.open() || !founders.lists(scene.name(machine))) continue;
            const std::string who = still_in(scene, room, sight);
            if (!who.empty())
                return Wrong{"authority", "in room " + std::to_string(number) + " " + scene.name(machine) +
                                              " shows " + who + " as a member, whom the founder removed"};
        }
    }
    return std::nullopt;
}

}  // namespace liaise::simulation
