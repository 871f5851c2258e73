// Starting `liaised`, and waiting for it to go.
//
// - It is found beside this program, then in ../libexec, then on the PATH; $LIAISED names another.
// - The passphrase goes through a pipe, never through arguments or environment, which others can see.
// - A started daemon belongs to no terminal (setsid, forked twice), has /dev/null as input and the file `log`
//   in its home as output, and no descriptor of ours but the two that it is told of.
// - It says on a pipe when it is ready, or why not, in one line: "ready", or "refused EXIT SENTENCE".
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace liaise::cli {

std::filesystem::path find_daemon();

struct DaemonStart {
    std::filesystem::path home;  // absolute
    std::vector<std::string> listen;
    std::optional<std::string> passphrase;  // none: it starts locked
    std::string log_level;                  // empty: its own choice
    std::vector<std::string> announce{};    // what others are told to dial; empty: where it listens
};

// Returns when it is ready; throws the Failure that it says otherwise.
void start_daemon(const DaemonStart& start);
// Becomes the daemon.
[[noreturn]] void become_daemon(const DaemonStart& start);

// A daemon that makes a home: talked to over `socket`. Ends when the socket is closed.
struct SetupProcess {
    int process = -1;
    int socket = -1;
};
SetupProcess start_setup(const std::filesystem::path& home);
void wait_for(const SetupProcess& setup);

// A process that is expected to go: held by descriptor, so that another with the same number is not mistaken
// for it.
class Leaving {
  public:
    explicit Leaving(std::uint32_t process);
    ~Leaving();
    Leaving(const Leaving&) = delete;
    Leaving& operator=(const Leaving&) = delete;
    bool wait(int milliseconds) const;  // whether it went

  private:
    int descriptor_;
};

}  // namespace liaise::cli
