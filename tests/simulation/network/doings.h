// The steps of a plan, done: what people do, and what happens to them.
#pragma once

#include "tests/simulation/network/scene.h"

namespace liaise::simulation {

// Through the public interface of nodes alone; what nodes answer goes into the ledger.
struct Doings {
    explicit Doings(Scene& of) : scene(of) {}

    // Whether it happened.
    bool perform(const Step& step);

    bool post(const Step& step);
    bool mark(const Step& step);
    bool mute(const Step& step);
    bool read(const Step& step);
    bool create(std::uint32_t who, std::uint32_t kind);
    bool direct(const Step& step);
    bool invite(const Step& step);
    bool govern(const Step& step);  // remove, promote, demote, hand over, leave
    bool amend(const Step& step);
    bool publish(const Step& step);
    bool fetch(const Step& step);
    bool join(std::uint32_t who, std::uint32_t by);

    Scene& scene;

  private:
    void record(Act::Kind kind, const ChannelId& room, const test::Machine& by, Person target,
                std::uint64_t epoch);
    // What the machine's own node shows of two people says that one may do this to the other.
    void must_be_allowed(Act::Kind kind, const ChannelView& before, Person by, Person target);
    // Another person than the owner of the machine.
    std::optional<Person> someone(const test::Machine& machine, std::uint32_t number) const;
};

struct Faults {
    explicit Faults(Scene& of) : scene(of) {}

    bool perform(const Step& step);

    bool links(const Step& step);    // break, part, split, heal, slow
    bool machine(const Step& step);  // crash, power, start, full, roomy, clock
    bool copies(const Step& step);   // backup, restore, twin
    bool hostile(const Step& step);  // frames

    Scene& scene;
};

}  // namespace liaise::simulation
