#include "tests/simulation/network/doings.h"
#include "tests/simulation/network/malice.h"

namespace liaise::simulation {

using test::Machine;

bool Faults::perform(const Step& step) {
    switch (step.verb) {
        case Verb::break_link:
        case Verb::part:
        case Verb::split:
        case Verb::heal:
        case Verb::slow:
            return links(step);
        case Verb::backup:
        case Verb::restore:
        case Verb::twin:
            return copies(step);
        case Verb::hostile:
            return hostile(step);
        case Verb::flood:
        case Verb::garbage:
        case Verb::fork_group:
        case Verb::forge_policy:
        case Verb::lie:
            return Malice(scene).perform(step);
        default:
            return machine(step);
    }
}

bool Faults::links(const Step& step) {
    test::World& world = scene.world;
    const std::size_t one = step.who() % world.size();
    const std::size_t other = step.other() % world.size();
    switch (step.verb) {
        case Verb::break_link:
            if (one != other) world.break_links(one, other);
            return one != other;
        case Verb::part:
            if (one != other) world.set_partition(one, other, true);
            return one != other;
        case Verb::split: {
            for (std::size_t a = 0; a < world.size(); ++a)
                for (std::size_t b = 0; b < a; ++b)
                    world.set_partition(a, b, ((step.other() >> a) & 1U) != ((step.other() >> b) & 1U));
            return true;
        }
        case Verb::slow:
            world.latency = Duration{step.other() % 4 == 0 ? 0 : step.extra() * 4};
            return true;
        default:
            world.heal();
            return true;
    }
}

bool Faults::machine(const Step& step) {
    Machine& machine = scene.world[step.who() % scene.world.size()];
    switch (step.verb) {
        case Verb::crash:
        case Verb::power:
            if (!machine.runs()) return false;
            if (step.verb == Verb::power)
                machine.lose_power();
            else
                machine.crash();
            if (step.extra() % 2 == 0) machine.start();  // at once, or when its turn comes
            return true;
        case Verb::start:
            return !machine.runs() && machine.start();
        case Verb::full:
            machine.disk().fail_at(1 + step.other() % 40, test::Fault::disk_full, true);
            scene.full_.insert(machine.number());
            return true;
        case Verb::roomy:
            machine.disk().heal();
            return scene.full_.erase(machine.number()) > 0;
        case Verb::clock: {
            // Minutes to years, either way.
            constexpr std::array<std::int64_t, 6> spans{60, 3'600, 86'400, 700'000, 31'000'000, 300'000'000};
            const Duration off{std::chrono::seconds{spans[step.other() % spans.size()] *
                                                    static_cast<std::int64_t>(1 + step.extra() % 3)}};
            machine.set_clock(step.extra() % 5 == 0 ? Duration{} : step.extra() % 2 == 0 ? off : -off);
            return true;
        }
        default:
            return false;
    }
}

bool Faults::copies(const Step& step) {
    const std::size_t number = step.who() % scene.people();
    Machine& machine = scene.world[number];
    if (!scene.ledger.in_network.contains(number)) return false;
    if (step.verb == Verb::backup) {
        const bool ran = machine.runs();
        machine.crash();
        scene.backups_[number] = machine.copy_of_disk();
        if (ran) machine.start();
        return true;
    }
    if (step.verb == Verb::restore) {
        const auto backup = scene.backups_.find(number);
        if (backup == scene.backups_.end()) return false;
        machine.crash();
        machine.put_back(backup->second);
        scene.ledger.restored.insert(number);
        machine.start();
        return true;
    }
    // The same device twice: only somebody who means harm, or does not know better, runs a copy.
    if (!scene.can_add_machine()) return false;
    machine.crash();
    scene.ledger.hostile.insert(number);
    scene.owners_.push_back(number);
    Machine& twin = scene.world.add_twin(number);
    machine.start();
    scene.world.set_partition(twin.number(), number, true);
    return true;
}

// Frames as a hostile machine sends them: some never, some twice, some late, some from another time.
bool Faults::hostile(const Step& step) {
    const auto number = Malice(scene).turn_hostile(step.who() % scene.people());
    if (!number) return false;
    scene.treatment_[*number] = step.extra();
    return true;
}

void Scene::treat(test::World::OnItsWay& way) {
    const auto treatment = treatment_.find(way.from);
    if (treatment == treatment_.end() || way.frames.empty()) return;
    const std::uint32_t how = treatment->second;
    auto& kept = kept_frames_[way.from];
    if (kept.size() < 200) kept.push_back(way.frames[0].first);
    const auto one_in = [this](std::uint64_t count) { return world.random.below(count) == 0; };
    if ((how & 1U) != 0 && one_in(20)) {
        ++counts.faults["frame-dropped"];
        way.frames.clear();
        return;
    }
    if ((how & 2U) != 0 && one_in(20)) {
        ++counts.faults["frame-twice"];
        way.frames.push_back(way.frames[0]);
    }
    if ((how & 4U) != 0 && one_in(20)) {
        ++counts.faults["frame-late"];
        way.frames[0].second = Duration{static_cast<std::int64_t>(world.random.below(60'000))};
    }
    if ((how & 8U) != 0 && one_in(20)) {
        ++counts.faults["frame-garbled"];
        Bytes& bytes = way.frames[0].first;
        if (!bytes.empty())
            bytes[world.random.below(bytes.size())] ^= static_cast<std::uint8_t>(1 + world.random.below(255));
    }
    if ((how & 16U) != 0 && one_in(20)) {
        ++counts.faults["frame-replayed"];
        way.frames.emplace_back(kept[world.random.below(kept.size())], Duration{});
    }
}

}  // namespace liaise::simulation
