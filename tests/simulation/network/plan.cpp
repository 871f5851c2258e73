#include "tests/simulation/network/plan.h"

#include <cstdlib>
#include <sstream>

#include "tests/support/seeded_random.h"

namespace liaise::simulation {
namespace {

using test::SeededRandom;

struct Word {
    std::string_view name;
    bool fault;
    std::uint32_t weight;  // among the steps of its half
    bool always;           // in every plan
};

// In the order of Verb.
constexpr std::array<Word, static_cast<std::size_t>(Verb::count_)> words{{
    {"post", false, 60, true},    {"edit", false, 5, false},       {"retract", false, 3, false},
    {"react", false, 5, false},   {"pin", false, 3, false},        {"hide", false, 2, false},
    {"mute", false, 1, false},    {"read", false, 3, false},       {"create", false, 3, true},
    {"direct", false, 3, false},  {"invite", false, 14, true},     {"remove", false, 7, false},
    {"promote", false, 7, false}, {"demote", false, 3, false},     {"hand-over", false, 1, false},
    {"leave", false, 2, false},   {"amend", false, 4, false},      {"publish", false, 2, false},
    {"fetch", false, 2, false},   {"join", false, 2, false},       {"break-link", true, 8, true},
    {"part", true, 8, true},      {"split", true, 5, false},       {"heal", true, 10, true},
    {"slow", true, 4, false},     {"crash", true, 10, false},      {"power", true, 8, false},
    {"start", true, 14, true},    {"full", true, 4, false},        {"roomy", true, 4, true},
    {"clock", true, 5, false},    {"backup", true, 4, false},      {"restore", true, 3, false},
    {"hostile", true, 3, false},  {"twin", true, 1, false},        {"flood", true, 8, false},
    {"garbage", true, 16, false}, {"fork-group", true, 20, false}, {"forge-policy", true, 20, false},
    {"lie", true, 24, false},     {"quiet", false, 0, false},
}};

std::uint64_t draw_wait(SeededRandom& random) {
    constexpr std::uint64_t second = 1000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;
    const std::uint64_t roll = random.below(100);
    if (roll < 45) return random.below(2 * second);
    if (roll < 75) return random.below(minute);
    if (roll < 90) return random.below(20 * minute);
    if (roll < 98) return random.below(12 * hour);
    return random.below(20 * day);
}

}  // namespace

std::string_view name_of(Verb verb) {
    return verb == Verb::count_ ? "?" : words.at(static_cast<std::size_t>(verb)).name;
}

bool is_fault(Verb verb) {
    return words.at(static_cast<std::size_t>(verb)).fault;
}

Plan draw_plan(std::uint64_t seed) {
    SeededRandom random(seed);
    Plan plan;
    plan.seed = seed;
    plan.people = static_cast<std::uint32_t>(3 + random.below(6));
    std::array<std::uint32_t, words.size()> weights{};
    // In all of them where that is asked for.
    const bool hostile = random.chance(35) || std::getenv("LIAISE_SIMULATION_HOSTILE") != nullptr;
    // Copies of homes are drawn on request alone: beside a fork that is proven nodes do not come to rest yet.
    const bool restores = random.chance(20) && std::getenv("LIAISE_SIMULATION_COPIES") != nullptr;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto verb = static_cast<Verb>(i);
        weights[i] = words[i].weight;
        if (!words[i].always && random.chance(words[i].fault ? 55 : 25)) weights[i] = 0;
        if (words[i].fault && random.chance(20)) weights[i] *= 4;
        if (!hostile && verb >= Verb::hostile && verb <= Verb::lie) weights[i] = 0;
        if (!restores && (verb == Verb::restore || verb == Verb::twin)) weights[i] = 0;
    }
    const auto steps = 30 + random.below(170);
    const std::uint64_t quiet_every = 30 + random.below(120);
    const std::uint32_t fault_percent = static_cast<std::uint32_t>(10 + random.below(35));
    for (std::uint64_t i = 0; i < steps; ++i) {
        const bool fault = random.chance(fault_percent);
        std::uint64_t total = 0;
        for (std::size_t w = 0; w < words.size(); ++w)
            if (words[w].fault == fault) total += weights[w];
        std::uint64_t roll = random.below(total);
        std::size_t chosen = 0;
        for (; chosen < words.size(); ++chosen) {
            if (words[chosen].fault != fault) continue;
            if (roll < weights[chosen]) break;
            roll -= weights[chosen];
        }
        Step step;
        step.verb = static_cast<Verb>(chosen);
        for (std::uint32_t& number : step.numbers) number = static_cast<std::uint32_t>(random.below(1000));
        step.wait_ms = draw_wait(random);
        plan.steps.push_back(step);
        if (i % quiet_every == quiet_every - 1) plan.steps.push_back({Verb::quiet, {}, 0});
    }
    return plan;
}

std::string to_text(const Step& step) {
    std::string line(name_of(step.verb));
    for (const std::uint32_t number : step.numbers) line += " " + std::to_string(number);
    return line + " " + std::to_string(step.wait_ms);
}

std::string to_text(const Plan& plan) {
    std::string text =
        "plan 1\nseed " + std::to_string(plan.seed) + "\npeople " + std::to_string(plan.people) + "\n";
    for (const Step& step : plan.steps) text += to_text(step) + "\n";
    return text;
}

Result<Plan> parse_plan(std::string_view text) {
    Plan plan;
    std::istringstream lines{std::string(text)};
    std::string line;
    std::uint64_t number = 0;
    while (std::getline(lines, line)) {
        ++number;
        if (line.empty() || line[0] == '#') continue;
        std::istringstream rest(line);
        std::string verb;
        rest >> verb;
        if (verb == "plan") continue;
        if (verb == "seed") {
            rest >> plan.seed;
        } else if (verb == "people") {
            rest >> plan.people;
        } else {
            Step step;
            step.verb = Verb::count_;
            for (std::size_t i = 0; i < words.size(); ++i)
                if (words[i].name == verb) step.verb = static_cast<Verb>(i);
            for (std::uint32_t& value : step.numbers) rest >> value;
            rest >> step.wait_ms;
            if (step.verb == Verb::count_) return Error{ErrorCode::malformed, "an unknown verb", number};
            plan.steps.push_back(step);
        }
        if (!rest) return Error{ErrorCode::malformed, "a number is missing", number};
    }
    if (plan.people < 1 || plan.people > 8)
        return Error{ErrorCode::malformed, "people are 1 to 8 in number", 0};
    return plan;
}

}  // namespace liaise::simulation
