// simulate-network: networks of whole nodes under random faults (docs/contributing.md, "The simulator").
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "protocol/crypto/init.h"
#include "tests/simulation/network/report.h"
#include "tests/simulation/network/shrink.h"

namespace {

using namespace liaise;
using namespace liaise::simulation;

constexpr const char* usage =
    "Usage: simulate-network [--seconds S] [--seed N | --from A --to B | --replay FILE... | --twice N]\n"
    "\n"
    "Whole networks of nodes in virtual time, everything drawn from one seed, and five invariants at every\n"
    "quiet point. Without a seed: fresh ones for S seconds (3).\n"
    "\n"
    "  --seconds S     how long; with a failure, also how long its trace is shortened at most\n"
    "  --seed N        that network alone\n"
    "  --from A --to B those networks\n"
    "  --replay FILE   a trace that was written when something failed\n"
    "  --twice N       that network twice: the runs must not differ in a single byte\n"
    "  --expect NAME   to break this invariant is what is wanted: done when one of the networks does\n"
    "  --print         the steps of --seed N, and nothing is run\n"
    "\n"
    "On failure: the seed, the invariant, and the shortest trace found, in a file to replay.\n"
    "LIAISE_SIMULATION_STEPS=1 prints each step, LIAISE_SIMULATION_LOG=1 what nodes tell their operators.\n";

struct Wishes {
    long seconds = 3;
    std::optional<std::uint64_t> seed, from, to, twice;
    std::vector<std::string> replay;
    std::string expect;
    bool print = false;
};

std::optional<Wishes> parse(int count, char** arguments) {
    Wishes wishes;
    for (int i = 1; i < count; ++i) {
        const std::string word = arguments[i];
        if (word == "--print") {
            wishes.print = true;
            continue;
        }
        if (i + 1 == count) return std::nullopt;
        const char* const value = arguments[++i];
        const auto number = std::strtoull(value, nullptr, 10);
        if (word == "--seconds")
            wishes.seconds = static_cast<long>(number);
        else if (word == "--seed")
            wishes.seed = number;
        else if (word == "--from")
            wishes.from = number;
        else if (word == "--to")
            wishes.to = number;
        else if (word == "--twice")
            wishes.twice = number;
        else if (word == "--expect")
            wishes.expect = value;
        else if (word == "--replay")
            wishes.replay.emplace_back(value);
        else
            return std::nullopt;
    }
    return wishes;
}

std::optional<Plan> read_plan(const std::string& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    auto plan = parse_plan(text.str());
    if (!file || !plan || plan->steps.empty()) {
        std::printf("%s holds no trace\n", path.c_str());
        return std::nullopt;
    }
    return *std::move(plan);
}

// Runs it in a process of its own; a failure is made short, written down and told.
bool run(const Plan& plan, Totals& totals, const Wishes& wishes) {
    constexpr unsigned run_seconds_max = 120;
    Outcome outcome = run_apart(plan, run_seconds_max);
    totals.add(outcome);
    if (!outcome.wrong) return true;
    std::printf("seed %llu, %s: %s\n", static_cast<unsigned long long>(plan.seed),
                outcome.wrong->invariant.c_str(), outcome.wrong->sentence.c_str());
    if (!wishes.expect.empty() || !wishes.replay.empty()) {
        totals.broken = outcome.wrong->invariant;
        return false;
    }
    std::fflush(stdout);
    const Shrunk least = shrink(plan, *outcome.wrong, outcome.steps_done, std::chrono::seconds{120});
    const std::string path =
        (std::filesystem::temp_directory_path() / ("liaise-trace-" + std::to_string(plan.seed))).string();
    std::ofstream(path) << "# " << least.wrong.invariant << ": " << least.wrong.sentence << "\n"
                        << to_text(least.plan);
    std::printf(
        "FAILED (%s): %s\nThe shortest trace found in %zu runs has %zu steps:\n%sreplay: simulate-network "
        "--replay "
        "%s\n     or: simulate-network --seed %llu\n",
        least.wrong.invariant.c_str(), least.wrong.sentence.c_str(), least.runs, least.plan.steps.size(),
        to_text(least.plan).c_str(), path.c_str(), static_cast<unsigned long long>(plan.seed));
    return false;
}

bool run_all(const Wishes& wishes, Totals& totals) {
    if (!wishes.replay.empty()) {
        for (const std::string& path : wishes.replay) {
            const auto plan = read_plan(path);
            if (!plan || !run(*plan, totals, wishes)) return false;
        }
        return true;
    }
    if (wishes.seed) return run(draw_plan(*wishes.seed), totals, wishes);
    if (wishes.from) {
        for (std::uint64_t seed = *wishes.from; seed <= wishes.to.value_or(*wishes.from); ++seed)
            if (!run(draw_plan(seed), totals, wishes) &&
                (wishes.expect.empty() || wishes.expect == totals.broken))
                return false;
        return true;
    }
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(wishes.seconds);
    auto fresh =
        static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count() / 1000);
    while (std::chrono::steady_clock::now() < end)
        if (!run(draw_plan(fresh++), totals, wishes)) return false;
    return true;
}

int run_twice(std::uint64_t seed) {
    const Plan plan = draw_plan(seed);
    const Outcome once = run_apart(plan, 120);
    const Outcome again = run_apart(plan, 120);
    std::printf("seed %llu: %016llx and %016llx, %llu events\n", static_cast<unsigned long long>(seed),
                static_cast<unsigned long long>(once.digest), static_cast<unsigned long long>(again.digest),
                static_cast<unsigned long long>(once.events));
    return once.digest == again.digest && once.digest != 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
    const auto wishes = parse(count, arguments);
    if (!wishes) {
        std::fputs(usage, stderr);
        return 2;
    }
    crypto::initialise();
    if (wishes->print) {
        std::fputs(to_text(draw_plan(wishes->seed.value_or(1))).c_str(), stdout);
        return 0;
    }
    if (wishes->twice) return run_twice(*wishes->twice);
    Totals totals;
    const bool good = run_all(*wishes, totals);
    if (!wishes->expect.empty()) {
        const bool bitten = !good && totals.broken == wishes->expect;
        std::printf(bitten ? "caught after %llu networks\n" : "NOT CAUGHT in %llu networks\n",
                    static_cast<unsigned long long>(totals.runs));
        return bitten ? 0 : 1;
    }
    print(totals);
    return good ? 0 : 1;
}
