#include "tests/simulation/network/doings.h"

#include <algorithm>

namespace liaise::simulation {

using node::service::CharterRequest;
using node::service::MarkRequest;
using node::service::PublishRequest;
using node::service::ReadRequest;
using test::Machine;

bool Doings::perform(const Step& step) {
    switch (step.verb) {
        case Verb::post:
            return post(step);
        case Verb::edit:
        case Verb::retract:
        case Verb::react:
        case Verb::pin:
        case Verb::hide:
            return mark(step);
        case Verb::mute:
            return mute(step);
        case Verb::read:
            return read(step);
        case Verb::create:
            return create(step.who(), step.other());
        case Verb::direct:
            return direct(step);
        case Verb::invite:
            return invite(step);
        case Verb::remove:
        case Verb::promote:
        case Verb::demote:
        case Verb::hand_over:
        case Verb::leave:
            return govern(step);
        case Verb::amend:
            return amend(step);
        case Verb::publish:
            return publish(step);
        case Verb::fetch:
            return fetch(step);
        case Verb::join:
            return join(step.who(), step.other());
        default:
            return false;
    }
}

std::optional<Person> Doings::someone(const Machine& machine, std::uint32_t number) const {
    const Person self = scene.owner(machine.number());
    const Person other = number % scene.people();
    if (other == self) return std::nullopt;
    return other;
}

void Doings::record(Act::Kind kind, const ChannelId& id, const Machine& by, Person target,
                    std::uint64_t epoch) {
    Room* const room = scene.ledger.room(id);
    if (room == nullptr) return;
    room->acts.push_back({kind, scene.owner(by.number()), target, scene.ledger.order, scene.ledger.quiets,
                          scene.may_write_soundly(by.number()), epoch});
    if (kind != Act::Kind::invite) return;
    // What the inviter had already, the guest was not there for.
    const auto shown = scene.look(scene.world[by.number()], id);
    for (Said& said : scene.ledger.said)
        if (said.room == scene.ledger.number_of(*room) && !said.audience.contains(target) &&
            shown.find(said.id) != nullptr)
            said.late_guests.insert(target);
}

bool Doings::post(const Step& step) {
    const auto [machine, room] = scene.pick_place(step.who(), step.channel());
    if (machine == nullptr) return false;
    Said said;
    said.room = scene.ledger.number_of(*scene.ledger.room(room));
    said.author = scene.owner(machine->number());
    said.order = scene.ledger.order;
    said.quiet = scene.ledger.quiets;
    said.at = scene.world.now();
    said.sound = scene.may_write_soundly(machine->number());
    said.text = "message " + std::to_string(scene.ledger.said.size()) + " of " + scene.name(said.author);
    said.audience = scene.members_seen(*machine, room);
    said.epoch = scene.look(*machine, room).channel.epoch;
    std::string reply_to;
    if (step.other() % 3 == 0) {
        const Sight sight = scene.look(*machine, room);
        if (!sight.messages.empty()) {
            const auto& to = sight.messages[sight.messages.size() - 1 - step.extra() % sight.messages.size()];
            if (to.kind == "post") reply_to = to.id;
        }
    }
    const auto id = std::make_shared<std::string>();
    machine->node().post({room.text(), said.text, reply_to}, machine->clock(), [id](const auto& outcome) {
        if (outcome.ok()) *id = outcome->id;
    });
    machine->settle();
    said.id = *id;
    said.acknowledged = !id->empty();
    scene.note(said.id);
    scene.ledger.said.push_back(std::move(said));
    if (!id->empty()) ++scene.counts.messages;
    return !id->empty();
}

bool Doings::mark(const Step& step) {
    using Mark = MarkRequest::Act;
    const auto [machine, room] = scene.pick_place(step.who(), step.channel());
    if (machine == nullptr) return false;
    const Sight sight = scene.look(*machine, room);
    const bool own = step.verb == Verb::edit || step.verb == Verb::retract;
    std::vector<const MessageView*> choice;
    for (const MessageView& message : sight.messages)
        if (message.kind == "post" && (!own || message.mine)) choice.push_back(&message);
    if (choice.empty()) return false;
    const MessageView& on =
        *choice[choice.size() - 1 - step.other() % std::min<std::size_t>(choice.size(), 6)];
    const bool off = step.extra() % 4 == 0;
    MarkRequest request{Mark::edit, on.id, ""};
    if (step.verb == Verb::edit) {
        request.text = "edit " + std::to_string(scene.ledger.order) + " of " + on.id;
    } else if (step.verb == Verb::retract) {
        request.act = Mark::retract;
    } else if (step.verb == Verb::react) {
        request.act = off ? Mark::unreact : Mark::react;
        request.text = step.extra() % 2 == 0 ? "thanks" : "noted";
    } else if (step.verb == Verb::pin) {
        request.act = off ? Mark::unpin : Mark::pin;
    } else {
        request.act = off ? Mark::unhide : Mark::hide;
        request.text = "names a person";
    }
    const bool done = machine->node().mark(request, machine->clock()).ok();
    machine->settle();
    for (Said& said : scene.ledger.said) {
        if (said.id != on.id || !done) continue;
        if (step.verb == Verb::edit) said.texts.insert(request.text);
        if (step.verb == Verb::retract || step.verb == Verb::hide) said.gone = true;
    }
    return done;
}

bool Doings::mute(const Step& step) {
    Machine* const machine = scene.running(step.who());
    const auto whom = machine == nullptr ? std::nullopt : someone(*machine, step.other());
    if (!whom) return false;
    const bool on = step.extra() % 2 == 0;
    if (!machine->node().mute(scene.name(*whom), "", on, machine->clock())) return false;
    machine->settle();
    // An unmuted one stays in the ledger: what it excuses is a few messages.
    if (on) scene.ledger.mutes[scene.owner(machine->number())].insert(*whom);
    return true;
}

bool Doings::read(const Step& step) {
    const auto [machine, room] = scene.pick_place(step.who(), step.channel());
    if (machine == nullptr) return false;
    ReadRequest request;
    request.channel = room.text();
    request.mark_read = true;
    const bool done = machine->node().read(request, machine->clock()).ok();
    machine->settle();
    return done;
}

bool Doings::create(std::uint32_t who, std::uint32_t kind) {
    Machine* const machine = scene.running(who);
    if (machine == nullptr || scene.ledger.rooms.size() >= 6) return false;
    constexpr std::array<const char*, 5> kinds{"discussion", "discussion", "discussion", "announcement",
                                               "library"};
    CharterRequest charter;
    charter.name = "room " + std::to_string(scene.ledger.rooms.size());
    charter.purpose = "to talk";
    charter.kind = kinds[kind % kinds.size()];
    charter.history = kind % 7 < 3 ? "from-start" : "from-joining";
    charter.receipts = kind % 3 == 0 ? "on" : "off";
    const auto made = machine->node().create_channel(charter, machine->clock());
    machine->settle();
    if (!made) return false;
    Room room;
    room.id = made->id;
    room.founder = scene.owner(machine->number());
    room.kind = made->kind;
    room.from_start = made->history == "from-start";
    room.names = {made->name};
    room.purposes = {made->purpose};
    room.ceilings = {made->ceiling};
    room.retentions = {made->retention_days};
    scene.ledger.rooms.push_back(room);
    return true;
}

bool Doings::direct(const Step& step) {
    Machine* const machine = scene.running(step.who());
    const auto whom = machine == nullptr ? std::nullopt : someone(*machine, step.other());
    if (!whom || scene.ledger.rooms.size() >= 8) return false;
    const auto made = machine->node().direct(scene.name(*whom), machine->clock());
    machine->settle();
    if (!made) return false;
    if (scene.ledger.room(made->id) != nullptr) return true;
    Room room;
    room.id = made->id;
    room.founder = scene.owner(machine->number());
    room.kind = "direct";
    room.from_start = made->history == "from-start";
    room.names = {made->name};
    room.purposes = {made->purpose};
    room.ceilings = {made->ceiling};
    room.retentions = {made->retention_days};
    room.acts.push_back({Act::Kind::invite, room.founder, *whom, scene.ledger.order, scene.ledger.quiets,
                         scene.may_write_soundly(machine->number()), 0});
    room.acts.push_back({Act::Kind::promote, room.founder, *whom, scene.ledger.order, scene.ledger.quiets,
                         scene.may_write_soundly(machine->number()), 0});
    scene.ledger.rooms.push_back(room);
    return true;
}

bool Doings::publish(const Step& step) {
    const auto [machine, room] = scene.pick_place(step.who(), step.channel());
    if (machine == nullptr) return false;
    PublishRequest request;
    request.channel = room.text();
    request.title = "document " + std::to_string(scene.ledger.order);
    request.language = "en";
    request.kind = "report";
    request.file_name = "report.txt";
    auto upload = machine->node().publish(request, machine->clock());
    if (!upload) return false;
    Bytes bytes(1 + step.other() * 40);
    test::SeededRandom(scene.ledger.order).fill(bytes);
    const bool done = (*upload)->write(bytes).ok() && (*upload)->finish(machine->clock()).ok();
    machine->settle();
    return done;
}

bool Doings::fetch(const Step& step) {
    const auto [machine, room] = scene.pick_place(step.who(), step.channel());
    if (machine == nullptr) return false;
    const auto documents = machine->node().documents(room.text(), machine->clock());
    if (!documents || documents->empty()) return false;
    machine->node().get_document((*documents)[step.other() % documents->size()].id.text(), 0,
                                 machine->clock(), [](const auto&) {});
    machine->settle();
    return true;
}

bool Doings::join(std::uint32_t who, std::uint32_t by) {
    Machine& newcomer = scene.world[who % scene.people()];
    const Machine* const inviter = scene.running(by);
    if (!newcomer.runs() || inviter == nullptr || scene.ledger.in_network.contains(newcomer.number()) ||
        inviter->number() == newcomer.number())
        return false;
    const bool joined = scene.world.try_join(newcomer.number(), inviter->number());
    if (newcomer.runs() && newcomer.node().status(newcomer.clock()).state == "ready")
        scene.ledger.in_network.insert(newcomer.number());
    return joined;
}

}  // namespace liaise::simulation
