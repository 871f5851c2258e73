#include "tests/simulation/network/report.h"

#include <cstdio>
#include <sstream>

namespace liaise::simulation {
namespace {

using Tally = std::map<std::string, std::uint64_t>;

void add(Tally& to, const Tally& more) {
    for (const auto& [name, count] : more) to[name] += count;
}

void print(const char* what, const Tally& tally) {
    std::printf("%s:", what);
    for (const auto& [name, count] : tally)
        std::printf(" %s %llu", name.c_str(), static_cast<unsigned long long>(count));
    std::printf("%s\n", tally.empty() ? " none" : "");
}

// The figures of an outcome, in one order for both directions.
template <class Of, class Call>
void for_each_figure(Of& outcome, Call call) {
    call(outcome.digest);
    call(outcome.frames);
    call(outcome.events);
    call(outcome.ticks);
    call(outcome.counts.messages);
    call(outcome.counts.epochs);
    call(outcome.counts.lost_commits);
    call(outcome.counts.quiets);
}

}  // namespace

void Totals::add(const Outcome& outcome) {
    ++runs;
    frames += outcome.frames;
    events += outcome.events;
    virtual_time += outcome.virtual_time;
    counts.messages += outcome.counts.messages;
    counts.epochs += outcome.counts.epochs;
    counts.lost_commits += outcome.counts.lost_commits;
    counts.quiets += outcome.counts.quiets;
    simulation::add(counts.faults, outcome.counts.faults);
    simulation::add(counts.done, outcome.counts.done);
    simulation::add(counts.refused, outcome.counts.refused);
    simulation::add(told, outcome.told);
}

void print(const Totals& totals) {
    const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
    const auto hours = std::chrono::duration_cast<std::chrono::hours>(totals.virtual_time).count();
    const auto forks = totals.told.find("fork_proven");
    std::printf(
        "%llu networks, %lld virtual hours, %llu events, %llu frames, %llu messages, %llu epochs, %llu "
        "commits "
        "lost to another branch, %llu forked logs proven, %llu quiet points\n",
        number(totals.runs), static_cast<long long>(hours), number(totals.events), number(totals.frames),
        number(totals.counts.messages), number(totals.counts.epochs), number(totals.counts.lost_commits),
        number(forks == totals.told.end() ? 0 : forks->second), number(totals.counts.quiets));
    print("done", totals.counts.done);
    print("refused", totals.counts.refused);
    print("faults", totals.counts.faults);
    print("told", totals.told);
}

std::string to_text(const Outcome& outcome) {
    std::string text =
        std::to_string(outcome.steps_done) + "\n" + std::to_string(outcome.virtual_time.count()) + "\n";
    for_each_figure(outcome, [&text](std::uint64_t figure) { text += std::to_string(figure) + "\n"; });
    const auto lines = [&text](char of, const Tally& tally) {
        for (const auto& [name, count] : tally)
            text += std::string(1, of) + " " + name + " " + std::to_string(count) + "\n";
    };
    lines('f', outcome.counts.faults);
    lines('d', outcome.counts.done);
    lines('r', outcome.counts.refused);
    lines('t', outcome.told);
    if (outcome.wrong) text += "w " + outcome.wrong->invariant + " " + outcome.wrong->sentence + "\n";
    return text;
}

Outcome parse_outcome(const std::string& text) {
    std::istringstream in(text);
    Outcome outcome;
    std::int64_t span = 0;
    in >> outcome.steps_done >> span;
    outcome.virtual_time = Duration{span};
    for_each_figure(outcome, [&in](std::uint64_t& figure) { in >> figure; });
    char of = 0;
    std::string name;
    while (in >> of >> name) {
        if (of == 'w') {
            std::string sentence;
            std::getline(in, sentence);
            outcome.wrong = Wrong{name, sentence.substr(std::min<std::size_t>(1, sentence.size()))};
            continue;
        }
        Tally& tally = of == 'f'   ? outcome.counts.faults
                       : of == 'd' ? outcome.counts.done
                       : of == 'r' ? outcome.counts.refused
                                   : outcome.told;
        in >> tally[name];
    }
    return outcome;
}

}  // namespace liaise::simulation
