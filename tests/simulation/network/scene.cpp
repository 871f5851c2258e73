#include "tests/simulation/network/scene.h"

#include <algorithm>

#include "tests/simulation/network/doings.h"

namespace liaise::simulation {
namespace {

constexpr std::array<std::pair<const char*, const char*>, 8> cast{{{"Asha Wanjiru", "KE"},
                                                                   {"Nguyen Van Minh", "VN"},
                                                                   {"Olena Koval", "UA"},
                                                                   {"Ana Souza", "BR"},
                                                                   {"Li Wei", "MY"},
                                                                   {"Juan Perez", "MX"},
                                                                   {"Mariam Diallo", "SN"},
                                                                   {"Ilse Visser", "NL"}}};
constexpr std::size_t machines_max = 12;  // with twins

}  // namespace

bool Sight::lists(const std::string& name) const {
    return std::any_of(channel.members.begin(), channel.members.end(),
                       [&](const auto& member) { return member.person.name == name; });
}

const MessageView* Sight::find(const std::string& id) const {
    const auto place = places.find(id);
    return place == places.end() ? nullptr : &messages[place->second];
}

// The first half of the people are in the network from the start, and in its first channel.
Scene::Scene(const Plan& plan) : world(plan.seed) {
    world.dial_pause_max = std::chrono::minutes{5};
    world.late_news_max = std::chrono::seconds{45};
    world.on_arrival = [this](std::size_t to, BytesView frame) {
        digest_ = (digest_ ^ to) * 1099511628211ULL;
        for (const std::uint8_t byte : frame) digest_ = (digest_ ^ byte) * 1099511628211ULL;
    };
    world.on_send = [this](test::World::OnItsWay& way) { treat(way); };
    for (std::size_t i = 0; i < plan.people; ++i) {
        names_.emplace_back(cast[i].first);
        owners_.push_back(i);
        world.add(cast[i].first, cast[i].second);
    }
    LIAISE_CHECK(world[0].node().found_network("Practice network", world.now()).ok());
    ledger.in_network.insert(0);
    Doings doings(*this);
    doings.create(0, 0);
    for (std::uint32_t i = 1; i < plan.people; ++i)
        if (i < 3 || i % 3 != 0) doings.join(i, 0);
    for (std::uint32_t i = 1; i < plan.people; ++i)
        if (i < 3) doings.invite({Verb::invite, {0, 0, i, 1}, 0});
    world.run(std::chrono::minutes{1});
}

Person Scene::person_of(const std::string& name) const {
    return static_cast<Person>(std::find(names_.begin(), names_.end(), name) - names_.begin());
}

std::vector<std::size_t> Scene::honest_machines() const {
    std::vector<std::size_t> machines;
    for (std::size_t i = 0; i < people(); ++i)
        if (ledger.honest(i) && ledger.in_network.contains(i)) machines.push_back(i);
    return machines;
}

void Scene::note(std::string_view what) {
    for (const char letter : what) digest_ = (digest_ ^ static_cast<std::uint8_t>(letter)) * 1099511628211ULL;
}

test::Machine* Scene::running(std::uint32_t who) {
    test::Machine& machine = world[who % world.size()];
    return machine.runs() && ledger.in_network.contains(owner(machine.number())) ? &machine : nullptr;
}

Scene::Place Scene::pick_place(std::uint32_t who, std::uint32_t room) {
    std::vector<test::Machine*> machines;
    for (std::size_t i = 0; i < world.size(); ++i)
        if (test::Machine* const machine = running(static_cast<std::uint32_t>(i)))
            machines.push_back(machine);
    if (machines.empty()) return {};
    test::Machine& machine = *machines[who % machines.size()];
    const auto channels = machine.node().channels(machine.clock());
    if (!channels) return {};
    std::vector<ChannelId> ids;
    for (const ChannelView& channel : *channels)
        if (ledger.room(channel.id) != nullptr) ids.push_back(channel.id);
    if (ids.empty()) return {};
    std::sort(ids.begin(), ids.end());
    return {&machine, ids[room % ids.size()]};
}

// Most of the time somebody who may; now and then anybody, to be refused.
Scene::Place Scene::pick_convened(const Step& step) {
    std::vector<Place> places;
    for (std::size_t i = 0; i < world.size(); ++i) {
        test::Machine* const machine = running(static_cast<std::uint32_t>(i));
        if (machine == nullptr) continue;
        const auto channels = machine->node().channels(machine->clock());
        if (!channels) continue;
        for (const ChannelView& channel : *channels)
            if (channel.convener && channel.state == "open" && ledger.room(channel.id) != nullptr)
                places.push_back({machine, channel.id});
    }
    std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
        return std::pair(a.machine->number(), a.room) < std::pair(b.machine->number(), b.room);
    });
    if (places.empty() || step.extra() % 8 == 0) return pick_place(step.who(), step.channel());
    return places[(step.who() * 7 + step.channel()) % places.size()];
}

std::set<Person> Scene::members_seen(test::Machine& machine, const ChannelId& room) {
    std::set<Person> members;
    const auto channel = machine.node().channel(room.text(), machine.clock());
    if (channel)
        for (const auto& member : channel->members) members.insert(person_of(member.person.name));
    return members;
}

std::optional<Wrong> Scene::perform(const Step& step) {
    if (step.verb == Verb::quiet) return quiet();
    ++ledger.order;
    found_.reset();
    const bool happened = is_fault(step.verb) ? Faults(*this).perform(step) : Doings(*this).perform(step);
    auto& tally = is_fault(step.verb) ? counts.faults : happened ? counts.done : counts.refused;
    if (happened || !is_fault(step.verb)) ++tally[std::string(name_of(step.verb))];
    // While somebody tries in vain again and again, long times show nothing more and cost much.
    auto wait = Duration{static_cast<std::int64_t>(step.wait_ms)};
    if (!full_.empty() || !treatment_.empty()) wait = std::min<Duration>(wait, std::chrono::minutes{30});
    world.run(wait);
    if (world.spinning()) return spinning();
    return found_;
}

Wrong Scene::spinning() const {
    return {"bounds",
            "the node of " + name(owner(*world.spinning())) + " asks to be called again without end"};
}

bool Scene::can_add_machine() const {
    return world.size() < machines_max;
}

}  // namespace liaise::simulation
