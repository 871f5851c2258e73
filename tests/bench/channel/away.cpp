// A device that was away for 90 days, in which its channel went through 200 epochs and 20,000 messages: how
// fast it has all of them readable, beside the same messages in one epoch.
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
    double wall = 0, reader = 0;
    std::size_t messages = 0, waiting = 0;
    std::uint64_t epochs = 0;
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
    const double began = wall_seconds();
    for (int rounds = 0; rounds < 10 && messages_of(wire, ben) < before + there; ++rounds)
        rounds == 0 ? wire.pump() : wire.run(std::chrono::minutes(1));
    caught.wall = wall_seconds() - began;
    caught.reader = ben.seconds;
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
    std::printf("  %-28s %6llu epochs %8zu messages %8.2f s %9.0f a second (reader's processor %.2f s)\n",
                what, static_cast<unsigned long long>(caught.epochs), caught.messages, caught.wall,
                static_cast<double>(caught.messages) / caught.wall, caught.reader);
}

}  // namespace

bool measure_away() {
    std::printf("\nA device comes back after 90 days\n");
    const Caught bulk = catch_up(false, "from-start");
    print("an archive, in bulk", bulk);
    const Caught one = catch_up(false, "from-joining");
    print("away, one epoch", one);
    const Caught many = catch_up(true, "from-joining");
    print("away, many epochs", many);
    const double ratio =
        (static_cast<double>(many.messages) / many.wall) / (static_cast<double>(bulk.messages) / bulk.wall);
    const bool holds = ratio >= 0.5 && many.messages >= posts && many.epochs >= steps && many.waiting == 0;
    std::printf("  %-52s %8.2f of at least 0.50%s\n", "rate, many epochs to bulk", ratio,
                holds ? "" : "   BROKEN");
    return holds;
}

}  // namespace liaise::bench
