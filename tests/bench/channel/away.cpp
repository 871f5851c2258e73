// A device that was away for 90 days, in which its channel went through 200 epochs and 20,000 messages: how
// fast it has all of them readable, beside the same messages in one epoch.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "tests/bench/channel/crowd.h"
#include "tests/bench/channel/scenarios.h"

namespace liaise::bench {

namespace {

constexpr std::size_t steps = 200, posts_a_step = 100;
constexpr std::size_t posts = steps * posts_a_step;
constexpr Duration away = std::chrono::days(90);
const std::string text(500, 'x');

double wall_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Caught {
    double wall = 0, reader = 0, all = 0;  // on the clock; of processor: the device, and everybody
    std::size_t at_once = 0, messages = 0, waiting = 0;
    std::uint64_t epochs = 0;
    Duration waited{};  // by the clock of the wire
    double rate() const { return static_cast<double>(at_once) / wall; }
};

std::uint64_t epoch_of(Wire& wire, Host& host) {
    return host.node().channel("private", wire.now())->epoch;
}

std::size_t messages_of(Wire& wire, Host& host) {
    return host.node().channel("private", wire.now())->messages;
}

// Two people write; somebody comes and goes where there are to be many epochs.
Caught catch_up(bool many_epochs, const char* history) {
    Wire wire;
    Host& ada = wire.add("Ada", "KE");
    LIAISE_CHECK(ada.node().found_network("Away", wire.now()).ok());
    Host& ben = wire.add("Ben", "KE");
    Host& cyn = wire.add("Cyn", "KE");
    wire.join(ben, ada);
    wire.join(cyn, ada);
    Crowd crowd(wire, ada, 1);
    crowd.publish(0, 1);
    crowd.disconnect();
    LIAISE_CHECK(ada.node().create_channel("private", "", "discussion", history, wire.now()).ok());
    for (const Host* const who : {&ben, &cyn})
        LIAISE_CHECK(ada.node().invite("private", who->name(), wire.now()).ok());
    wire.run(std::chrono::hours(1));
    const std::uint64_t epoch_before = epoch_of(wire, ben);
    const std::size_t before = messages_of(wire, ben);

    ben.stop();
    for (std::size_t step = 0; step < steps; ++step) {
        if (many_epochs && step % 2 == 0)
            LIAISE_CHECK(ada.node().invite("private", Crowd::name_of(0), wire.now()).ok());
        if (many_epochs && step % 2 == 1)
            LIAISE_CHECK(ada.node().remove("private", Crowd::name_of(0), wire.now()).ok());
        wire.run(away / static_cast<int>(steps));
        for (std::size_t i = 0; i < posts_a_step; ++i)
            (i % 2 == 0 ? ada : cyn).node().post({"private", text, ""}, wire.now(), [](const auto& outcome) {
                LIAISE_CHECK(outcome.ok());
            });
        wire.pump();
    }
    const std::size_t there = messages_of(wire, ada) - before;

    ben.start();
    ben.reset_counts();
    Caught caught;
    const double began = wall_seconds(), worked = thread_seconds();
    // What opens by what the device has. What it must ask others for comes later, and the time until then is
    // no measure: in its quiet moments signatures under a later one are checked and the search index follows.
    wire.pump();
    caught.wall = wall_seconds() - began;
    caught.all = thread_seconds() - worked;
    caught.at_once = messages_of(wire, ben) - before;
    caught.reader = ben.seconds;
    const Time back = wire.now();
    wire.run(std::chrono::minutes(10), [&] { return messages_of(wire, ben) >= before + there; });
    caught.waited = wire.now() - back;
    caught.messages = messages_of(wire, ben) - before;
    caught.epochs = epoch_of(wire, ben) - epoch_before;
    caught.waiting = ben.node().channel("private", wire.now())->waiting;
    LIAISE_CHECK(there >= posts);
    if (caught.messages != there || caught.waiting != 0)
        std::printf("  of %zu messages %zu, and %zu entries wait\n", there, caught.messages, caught.waiting);
    caught.messages = std::min(caught.messages, there);
    return caught;
}

void print(const char* what, const Caught& caught) {
    std::printf(
        "  %-22s %4llu epochs %7zu messages %6.2f s %8.0f a second (processor: reader %.2f s, all %.2f s)\n",
        what, static_cast<unsigned long long>(caught.epochs), caught.at_once, caught.wall, caught.rate(),
        caught.reader, caught.all);
    if (caught.messages > caught.at_once)
        std::printf("    %zu more under keys that others handed over, after %.0f s\n",
                    caught.messages - caught.at_once, std::chrono::duration<double>(caught.waited).count());
}

constexpr std::size_t times = 3;
template <class Figure>
double median(const std::array<Caught, times>& runs, Figure figure) {
    std::array<double, times> figures;
    std::transform(runs.begin(), runs.end(), figures.begin(), figure);
    std::sort(figures.begin(), figures.end());
    return figures[times / 2];
}

// All of them open at once, and nothing is asked of others.
bool is_whole(const Caught& caught) {
    return caught.at_once >= posts && caught.waiting == 0;
}

}  // namespace

bool measure_away() {
    std::printf("\nA device comes back after 90 days\n");
    std::array<Caught, times> bulk, many;
    bool whole = true;
    for (std::size_t i = 0; i < times; ++i) {
        print("an archive, in bulk", bulk[i] = catch_up(false, "from-start"));
        print("away, many epochs", many[i] = catch_up(true, "from-joining"));
        whole = whole && is_whole(bulk[i]) && is_whole(many[i]) && many[i].epochs >= steps;
    }
    const Caught one = catch_up(false, "from-joining");
    print("away, one epoch", one);
    const auto rate = [](const Caught& caught) { return caught.rate(); };
    const double ratio = median(many, rate) / median(bulk, rate);
    const auto per_message = [](const Caught& caught) {
        return static_cast<double>(caught.at_once) / caught.all;
    };
    const bool holds = ratio >= 0.5 && whole && is_whole(one);
    std::printf("  %-52s %8.2f of at least 0.50%s\n", "rate, many epochs to bulk, medians", ratio,
                holds ? "" : "   BROKEN");
    std::printf("  %-52s %8.2f\n", "the same by everybody's processor time",
                median(many, per_message) / median(bulk, per_message));
    if (!whole || !is_whole(one)) std::printf("  Not everything opened at once.   BROKEN\n");
    return holds;
}

}  // namespace liaise::bench
