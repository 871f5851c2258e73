// What happens in one simulated network: a list of steps, drawn from a seed before anything runs, and plain
// text that people can read, cut and keep.
//
// In:  a seed, or the text of a plan.
// Out: a Plan. Same plan, same run (run.h).
//
// - A step stands for itself: it names people and channels by number, and what does not apply when its turn
//   comes (nobody runs there, no such channel yet) is passed over. So any part of a plan is a plan, which is
//   what shrinking (shrink.h) rests on.
// - Every plan draws which faults it knows and how often (a swarm): rare faults meet each other in some plans
//   because they are common there.
//
// Text: "plan 1", then "seed N", "people N", and a line a step: verb, four numbers, milliseconds to
// wait afterwards.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "protocol/base/result.h"

namespace liaise::simulation {

enum class Verb : std::uint8_t {
    // What people do. who, channel, and what the line says.
    post,       // reply to: 0 none, else one of the newest
    edit,       // which of one's own
    retract,    // likewise
    react,      // which of the newest
    pin,        // likewise
    hide,       // likewise
    mute,       // -, whom
    read,       //
    create,     // kind and history
    direct,     // -, whom
    invite,     // whom
    remove,     // whom
    promote,    // whom, to which place
    demote,     // whom
    hand_over,  // to whom
    leave,      //
    amend,      // what of it
    publish,    // how large
    fetch,      // which document
    join,       // -, by whom: a newcomer enters the network
    // What happens to them.
    break_link,  // who, -, with whom
    part,        // who, -, from whom
    split,       // sides, as bits
    heal,        //
    slow,        // milliseconds a line takes
    crash,       // who: killed
    power,       // who: and what was not synced is lost, or not
    start,       // who
    full,        // who, -, after how many writes the disk is full
    roomy,       // who
    clock,       // who, -, how far off, which way
    backup,      // who
    restore,     // who: the newest backup put back
    // What a hostile member's machine does.
    hostile,  // who, -, how it treats frames
    twin,     // who: a copy of the machine runs beside it
    // What a hostile member writes with their own keys (malice.h): who, if nobody is hostile yet; where; at
    // whom or how much; of which kind.
    flood,         //
    garbage,       //
    fork_group,    //
    forge_policy,  //
    lie,           //
    // Everything is healed, and everything is checked.
    quiet,
    count_
};

std::string_view name_of(Verb verb);
// Whether the step is a fault: counted and printed by kind.
bool is_fault(Verb verb);

struct Step {
    Verb verb{};
    std::array<std::uint32_t, 4> numbers{};  // who, channel, other, extra
    std::uint64_t wait_ms = 0;

    std::uint32_t who() const { return numbers[0]; }
    std::uint32_t channel() const { return numbers[1]; }
    std::uint32_t other() const { return numbers[2]; }
    std::uint32_t extra() const { return numbers[3]; }
    bool operator==(const Step&) const = default;
};

struct Plan {
    std::uint64_t seed = 0;
    std::uint32_t people = 3;
    std::vector<Step> steps;
};

Plan draw_plan(std::uint64_t seed);
std::string to_text(const Plan& plan);
std::string to_text(const Step& step);
Result<Plan> parse_plan(std::string_view text);

}  // namespace liaise::simulation
