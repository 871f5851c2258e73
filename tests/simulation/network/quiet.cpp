// A quiet point: everything is healed and runs, nothing moves any more, and everything is looked at.
#include <algorithm>

#include "tests/simulation/network/doings.h"
#include "tests/simulation/network/holdings.h"

namespace liaise::simulation {

using node::service::ReadRequest;
using test::Machine;

namespace {

constexpr int hours_to_rest_max = 24 * 5;
// After what was found wrong the nodes get so long to mend it by their own schedules.
constexpr Duration to_mend = std::chrono::hours{40};

}  // namespace

Sight Scene::look(Machine& machine, const ChannelId& room) {
    Sight sight;
    if (!machine.runs()) return sight;
    auto& node = machine.node();
    const auto channel = node.channel(room.text(), machine.clock());
    if (!channel) return sight;
    sight.there = true;
    sight.channel = *channel;
    const auto charters = node.charters(room.text(), machine.clock());
    if (charters) sight.charters = *charters;
    ReadRequest request;
    request.channel = room.text();
    request.limit = 10'000;
    const auto read = node.read(request, machine.clock());
    if (read) sight.messages = read->messages;
    for (std::size_t i = 0; i < sight.messages.size(); ++i) sight.places[sight.messages[i].id] = i;
    return sight;
}

void Scene::heal_everything() {
    world.heal();
    world.latency = Duration{};
    treatment_.clear();
    full_.clear();
    for (std::size_t i = 0; i < world.size(); ++i) {
        Machine& machine = world[i];
        machine.disk().heal();
        machine.set_clock(Duration{});
        if (machine.needs_restart()) machine.stop();
        if (is_twin(i))
            machine.crash();
        else if (!machine.start())
            found_ = Wrong{"running", "the home of " + names_[i] + " cannot be opened any more"};
    }
    world.dial_now();
}

std::uint64_t Scene::standing() {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < people(); ++i) {
        if (!world[i].runs()) continue;
        const auto status = world[i].node().status(world[i].clock());
        sum = sum * 31 + status.entries;
        sum = sum * 31 + status.waiting;
        sum = sum * 31 + status.channels;
    }
    return sum;
}

// Until nothing is learned anywhere for two hours.
bool Scene::comes_to_rest() {
    std::uint64_t before = standing();
    int still = 0;
    for (int hour = 0; hour < hours_to_rest_max; ++hour) {
        world.run(std::chrono::hours{1});
        if (world.spinning()) return false;
        const std::uint64_t now = standing();
        still = now == before ? still + 1 : 0;
        if (still == 2) return true;
        before = now;
    }
    return false;
}

void Scene::look_at_everything() {
    sights_.assign(world.size(), std::vector<Sight>(ledger.rooms.size()));
    std::uint64_t epochs = 0;
    std::uint64_t lost = 0;
    for (std::size_t r = 0; r < ledger.rooms.size(); ++r) {
        std::uint64_t highest = 0;
        std::uint64_t most = 0;
        for (std::size_t m = 0; m < people(); ++m) {
            sights_[m][r] = look(world[m], ledger.rooms[r].id);
            highest = std::max(highest, sights_[m][r].channel.epoch);
            most = std::max(most, lost_commits(world[m], ledger.rooms[r].id));
            for (const MessageView& message : sights_[m][r].messages) note(message.id + message.text);
        }
        epochs += highest;
        lost += most;
    }
    counts.epochs = epochs;
    counts.lost_commits = lost;
}

std::optional<Wrong> Scene::check() {
    look_at_everything();
    for (auto* const invariant :
         {&check_agreement, &check_delivery, &check_secrecy, &check_authority, &check_bounds})
        if (auto wrong = invariant(*this)) return wrong;
    return std::nullopt;
}

// For whoever has to find out why.
void Scene::print_standing() {
    for (const Room& room : ledger.rooms) {
        std::printf("room %zu of %s, %s, history %s\n", ledger.number_of(room), names_[room.founder].c_str(),
                    room.kind.c_str(), room.from_start ? "from the start" : "from joining");
        for (const Act& act : room.acts)
            std::printf("  step %llu, epoch %llu: %s: %s %s\n", static_cast<unsigned long long>(act.order),
                        static_cast<unsigned long long>(act.epoch), names_[act.by].c_str(),
                        std::string(text_of(act.kind)).c_str(), names_[act.target].c_str());
        for (const Said& said : ledger.said)
            if (said.room == ledger.number_of(room))
                std::printf("  step %llu, epoch %llu: %s says %s\n",
                            static_cast<unsigned long long>(said.order),
                            static_cast<unsigned long long>(said.epoch), names_[said.author].c_str(),
                            said.id.c_str());
    }
    for (std::size_t m = 0; m < people(); ++m) {
        if (!world[m].runs()) continue;
        const auto status = world[m].node().status(world[m].clock());
        std::printf("%s: %llu entries, %llu waiting\n", names_[m].c_str(),
                    static_cast<unsigned long long>(status.entries),
                    static_cast<unsigned long long>(status.waiting));
        for (const auto& peer : status.peers)
            std::printf("  %s: %s\n", peer.name.c_str(), peer.state.c_str());
        for (std::size_t r = 0; r < ledger.rooms.size(); ++r) {
            const Sight& sight = sights_[m][r];
            if (!sight.there) continue;
            std::printf("  room %zu: %s, epoch %llu, %zu members, %zu charters, %zu messages\n", r,
                        sight.channel.state.c_str(), static_cast<unsigned long long>(sight.channel.epoch),
                        sight.channel.members.size(), sight.charters.size(), sight.messages.size());
            const auto waiting = world[m].node().waiting(ledger.rooms[r].id.text(), world[m].clock());
            if (!waiting) continue;
            for (const auto& group : *waiting)
                std::printf("    %llu wait for %s, %s of %s, %llu to %llu, since %s\n",
                            static_cast<unsigned long long>(group.count), group.what.c_str(),
                            group.log.c_str(), group.from.c_str(),
                            static_cast<unsigned long long>(group.first),
                            static_cast<unsigned long long>(group.last), to_rfc3339(group.since).c_str());
        }
    }
}

std::optional<Wrong> Scene::quiet() {
    found_.reset();
    heal_everything();
    if (found_) return found_;
    const bool rests = comes_to_rest();
    if (world.spinning()) return spinning();
    if (!rests) return Wrong{"bounds", "after five quiet days the nodes still write to each other"};
    ++counts.quiets;
    auto wrong = check();
    if (wrong) {
        world.run(to_mend);
        wrong = check();
    }
    if (wrong && std::getenv("LIAISE_SIMULATION_STEPS") != nullptr) print_standing();
    ++ledger.quiets;
    return wrong;
}

}  // namespace liaise::simulation
