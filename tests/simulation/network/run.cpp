#include "tests/simulation/network/run.h"

#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <cstdio>
#include <cstdlib>

#include "tests/simulation/network/report.h"

namespace liaise::simulation {

Outcome run_plan(const Plan& plan) {
    Outcome outcome;
    Scene scene(plan);
    const Time began = scene.world.now();
    const bool verbose = std::getenv("LIAISE_SIMULATION_STEPS") != nullptr;
    for (const Step& step : plan.steps) {
        ++outcome.steps_done;
        if (verbose) std::printf("%s  %s\n", to_rfc3339(scene.world.now()).c_str(), to_text(step).c_str());
        outcome.wrong = scene.perform(step);
        if (outcome.wrong) break;
    }
    if (!outcome.wrong) outcome.wrong = scene.quiet();
    outcome.counts = scene.counts;
    for (const auto& [name, count] : scene.world.told()) outcome.told[name] = count;
    outcome.digest = scene.digest();
    outcome.frames = scene.world.frames_ever();
    outcome.events = scene.world.events_ever();
    outcome.ticks = scene.world.ticks_ever();
    outcome.virtual_time = scene.world.now() - began;
    return outcome;
}

Outcome run_apart(const Plan& plan, unsigned seconds_max) {
    // Beneath it everything that a run leaves behind when it is stopped; in memory where that can be had.
    const test::TempFolder folder("/dev/shm");
    int ends[2];
    LIAISE_CHECK(::pipe(ends) == 0);
    std::fflush(nullptr);
    const pid_t child = ::fork();
    LIAISE_CHECK(child >= 0);
    if (child == 0) {
        ::close(ends[0]);
        ::alarm(seconds_max);
        ::setenv("TMPDIR", folder.path().c_str(), 1);
        const Outcome outcome = run_plan(plan);
        const std::string text = to_text(outcome);
        std::fflush(stdout);
        const auto written = ::write(ends[1], text.data(), text.size());
        std::_Exit(written == static_cast<ssize_t>(text.size()) ? 0 : 2);
    }
    ::close(ends[1]);
    std::string text;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<std::size_t>(got));
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return parse_outcome(text);
    Outcome outcome;
    const bool endless = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
    const std::string how = WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                                                : "exit code " + std::to_string(WEXITSTATUS(status));
    outcome.wrong =
        endless ? Wrong{"endless", "it does not end"} : Wrong{"running", "the process was stopped: " + how};
    outcome.steps_done = plan.steps.size();
    return outcome;
}

}  // namespace liaise::simulation
