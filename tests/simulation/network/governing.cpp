// Steps that change who is in a room, who convenes it, and its charter.
#include <algorithm>

#include "tests/simulation/network/doings.h"

namespace liaise::simulation {

using node::service::CharterRequest;
using test::Machine;

namespace {

// 1 the highest; 0: no convener.
std::size_t place_of(const ChannelView& channel, const std::string& name) {
    for (const auto& member : channel.members)
        if (member.person.name == name) return member.place;
    return 0;
}

}  // namespace

// The rules in the words of the user guide: conveners invite, remove whom they rank above (or vote), name
// conveners below themselves, change the charter. In a direct channel nobody comes and nobody is put out.
void Doings::must_be_allowed(Act::Kind kind, const ChannelView& before, Person by, Person target) {
    const std::size_t own = place_of(before, scene.name(by));
    const std::size_t theirs = place_of(before, scene.name(target));
    const Room& room = *scene.ledger.room(before.id);
    bool allowed = own != 0 && before.kind != "direct";
    if (kind == Act::Kind::invite && before.kind == "direct")  // back in, one of the two
        allowed = own != 0 && scene.ledger.ever_in(room, target);
    if (kind == Act::Kind::leave) allowed = true;
    if (kind == Act::Kind::amend) allowed = own != 0;
    if ((kind == Act::Kind::demote || kind == Act::Kind::promote) && theirs != 0)
        allowed = allowed && own < theirs;
    if (allowed) return;
    scene.found_ =
        Wrong{"authority", "the node of " + scene.name(by) + " let them " + std::string(text_of(kind)) + " " +
                               scene.name(target) + " in " + before.name + ", and they may not"};
}

bool Doings::invite(const Step& step) {
    const auto [machine, room] = scene.pick_convened(step);
    const auto whom = machine == nullptr ? std::nullopt : someone(*machine, step.other());
    if (!whom) return false;
    const auto before = machine->node().channel(room.text(), machine->clock());
    const bool done =
        machine->node().invite(room.text(), scene.name(*whom), machine->clock()).ok() && before.ok();
    machine->settle();
    if (!done) return false;
    must_be_allowed(Act::Kind::invite, *before, scene.owner(machine->number()), *whom);
    record(Act::Kind::invite, room, *machine, *whom, before->epoch);
    return true;
}

bool Doings::govern(const Step& step) {
    const auto [machine, room] =
        step.verb == Verb::leave ? scene.pick_place(step.who(), step.channel()) : scene.pick_convened(step);
    if (machine == nullptr) return false;
    const auto whom = someone(*machine, step.other());
    if (!whom && step.verb != Verb::leave) return false;
    auto& node = machine->node();
    const auto before = node.channel(room.text(), machine->clock());
    if (!before) return false;
    const std::string id = room.text();
    const Person self = scene.owner(machine->number());
    const Person target = step.verb == Verb::leave ? self : whom.value_or(self);
    Act::Kind kind{};
    bool done = false;
    if (step.verb == Verb::remove) {
        kind = Act::Kind::remove;
        done = node.remove(id, scene.name(target), machine->clock()).ok();
    } else if (step.verb == Verb::promote) {
        kind = Act::Kind::promote;
        const std::size_t place = step.extra() % 3 == 0 ? 1 + step.extra() % 4 : 0;
        done = node.promote(id, scene.name(target), place, machine->clock()).ok();
    } else if (step.verb == Verb::demote) {
        kind = Act::Kind::demote;
        done = node.demote(id, scene.name(target), machine->clock()).ok();
    } else if (step.verb == Verb::hand_over) {
        kind = Act::Kind::hand_over;
        done = node.hand_over(id, scene.name(target), machine->clock()).ok();
    } else {
        kind = Act::Kind::leave;
        done = node.leave(id, machine->clock()).ok();
    }
    machine->settle();
    if (!done) return false;
    // Handing over may bring a new epoch before the leaving; who left is still of that one.
    const auto after = node.channel(id, machine->clock());
    record(kind, room, *machine, target, after ? std::max(before->epoch, after->epoch) : before->epoch);
    must_be_allowed(kind, *before, self, target);
    return true;
}

bool Doings::amend(const Step& step) {
    const auto [machine, room] =
        step.verb == Verb::leave ? scene.pick_place(step.who(), step.channel()) : scene.pick_convened(step);
    if (machine == nullptr) return false;
    const auto before = machine->node().channel(room.text(), machine->clock());
    if (!before) return false;
    const std::string mark = " " + std::to_string(scene.ledger.order);
    CharterRequest change;
    switch (step.extra() % 4) {
        case 0:
            change.name = "room" + mark;
            break;
        case 1:
            change.purpose = "to talk" + mark;
            break;
        case 2:
            change.ceiling = step.other() % 2 == 0 ? "green" : "red";
            break;
        default:
            change.receipts = step.other() % 2 == 0 ? "on" : "off";
    }
    const bool done = machine->node().amend(room.text(), change, machine->clock()).ok();
    machine->settle();
    if (!done) return false;
    Room& written = *scene.ledger.room(room);
    if (!change.name.empty()) written.names.insert(change.name);
    if (!change.purpose.empty()) written.purposes.insert(change.purpose);
    if (!change.ceiling.empty()) written.ceilings.insert(change.ceiling);
    record(Act::Kind::amend, room, *machine, scene.owner(machine->number()), before->epoch);
    must_be_allowed(Act::Kind::amend, *before, scene.owner(machine->number()),
                    scene.owner(machine->number()));
    return true;
}

}  // namespace liaise::simulation
