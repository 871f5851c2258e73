// The exit codes of `liaise`, in one place (docs/control-api.md prints the same table), and the way a command
// ends early.
//
// A Failure is thrown by whatever cannot go on, and caught once, in run() (cli/run.h), which prints its
// sentence on standard error and exits with its code. The sentence says what happened, why, and what to do;
// it may hold text from others, and is neutralised when it is printed.
#pragma once

#include <array>
#include <string>

namespace liaise::cli {

enum class Exit : int { done = 0, failed = 1, usage = 2, not_running = 3, not_allowed = 4, not_found = 5 };

struct ExitMeaning {
    Exit exit;
    const char* meaning;
};
inline constexpr std::array exit_meanings{
    ExitMeaning{Exit::done, "done"},
    ExitMeaning{Exit::failed, "failed: the sentence on standard error says why"},
    ExitMeaning{Exit::usage, "the command line cannot be understood"},
    ExitMeaning{Exit::not_running, "the daemon does not run on this home"},
    ExitMeaning{Exit::not_allowed,
                "not allowed: a wrong passphrase, a locked node, a role that may not do this"},
    ExitMeaning{Exit::not_found, "not found: an unknown member, channel, document, ticket or message"},
};

struct Failure {
    Exit exit;
    std::string sentence;
};

}  // namespace liaise::cli
