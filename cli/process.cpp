#include "cli/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "cli/exit.h"
#include "cli/words.h"

namespace liaise::cli {
namespace fs = std::filesystem;
namespace {

constexpr int ready_wait_milliseconds = 120'000;  // Argon2id on an old laptop, a long recovery
constexpr std::size_t ready_bytes_max = 4096;

Failure system_failure(const char* what) {
    return {Exit::failed, say("Cannot start the daemon: {0}: {1}.", what, std::strerror(errno))};
}

struct Pipe {
    int read = -1, write = -1;
    Pipe() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) throw system_failure("pipe");
        read = ends[0];
        write = ends[1];
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        close_read();
        close_write();
    }
    void close_read() {
        if (read >= 0) ::close(std::exchange(read, -1));
    }
    void close_write() {
        if (write >= 0) ::close(std::exchange(write, -1));
    }
    // Within the pipe's own room, so that it does not wait for a reader.
    void fill(const std::string& text) {
        if (::write(write, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
            throw system_failure("pipe");
        close_write();
    }
};

std::vector<std::string> arguments_of(const DaemonStart& start, int ready, int passphrase) {
    std::vector<std::string> arguments{find_daemon().string(), "--home", start.home.string()};
    for (const std::string& address : start.listen) arguments.insert(arguments.end(), {"--listen", address});
    for (const std::string& address : start.announce)
        arguments.insert(arguments.end(), {"--announce", address});
    if (!start.log_level.empty()) arguments.insert(arguments.end(), {"--log-level", start.log_level});
    if (ready >= 0) arguments.insert(arguments.end(), {"--ready-fd", std::to_string(ready)});
    if (start.passphrase) arguments.insert(arguments.end(), {"--passphrase-fd", std::to_string(passphrase)});
    return arguments;
}

std::vector<char*> pointers_to(std::vector<std::string>& arguments) {
    std::vector<char*> pointers;
    pointers.reserve(arguments.size() + 1);
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    return pointers;
}

int open_log(const fs::path& home) {
    const int log =
        ::open((home / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (log >= 0) return log;
    if (errno == ENOENT || errno == ENOTDIR)
        throw Failure{Exit::not_found,
                      say("There is no home at {0}. Make one with `liaise init`, or name another with "
                          "--home.",
                          home.string())};
    throw system_failure((home / "log").c_str());
}

constexpr int ready_descriptor = 3;
constexpr int passphrase_descriptor = 4;

// In the daemon-to-be: only calls that are safe after a fork.
[[noreturn]] void run_detached(int log, int ready, int passphrase, char* const* arguments) {
    const int nothing = ::open("/dev/null", O_RDONLY);
    // Out of the way of the numbers that they will get.
    log = ::fcntl(log, F_DUPFD, 10);
    ready = ::fcntl(ready, F_DUPFD, 10);
    if (passphrase >= 0) passphrase = ::fcntl(passphrase, F_DUPFD, 10);
    ::dup2(nothing, 0);
    ::dup2(log, 1);
    ::dup2(log, 2);
    ::dup2(ready, ready_descriptor);
    if (passphrase >= 0)
        ::dup2(passphrase, passphrase_descriptor);
    else
        ::close(passphrase_descriptor);
    ::close_range(passphrase_descriptor + 1, ~0U, 0);
    if (::chdir("/") != 0) ::_exit(1);
    ::execv(arguments[0], arguments);
    static const char refusal[] = "refused 1 Cannot start the daemon: the program liaised cannot be run.\n";
    if (::write(ready_descriptor, refusal, sizeof refusal - 1) < 0) ::_exit(2);
    ::_exit(1);
}

std::string first_line(int descriptor) {
    std::string line;
    while (line.size() < ready_bytes_max) {
        pollfd wanted{descriptor, POLLIN, 0};
        const int polled = ::poll(&wanted, 1, ready_wait_milliseconds);
        if (polled < 0 && errno == EINTR) continue;
        if (polled == 0)
            throw Failure{Exit::failed,
                          say("The daemon is not ready after {0} s. The file `log` in its home says more.",
                              ready_wait_milliseconds / 1000)};
        char piece[512];
        const ssize_t count = ::read(descriptor, piece, sizeof piece);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        line.append(piece, static_cast<std::size_t>(count));
        if (const auto end = line.find('\n'); end != std::string::npos) return line.substr(0, end);
    }
    return line;
}

void understand(const std::string& line) {
    if (line == "ready") return;
    const std::string refused = "refused ";
    if (line.rfind(refused, 0) == 0 && line.size() > refused.size() + 2) {
        const int exit = line[refused.size()] - '0';
        const bool known = exit >= 1 && exit <= static_cast<int>(Exit::not_found);
        throw Failure{known ? static_cast<Exit>(exit) : Exit::failed, line.substr(refused.size() + 2)};
    }
    throw Failure{Exit::failed,
                  tr("The daemon ended before it was ready. The file `log` in its home says more.")};
}

}  // namespace

fs::path find_daemon() {
    if (const char* named = std::getenv("LIAISED"); named != nullptr && *named != '\0')
        return fs::absolute(named);
    std::error_code ignored;
    const fs::path here = fs::read_symlink("/proc/self/exe", ignored).parent_path();
    std::vector<fs::path> places{
        here / "liaised", here.parent_path() / "libexec" / "liaised",
        here.parent_path() / "libexec" / "liaise" / "liaised",
        here.parent_path() / "node" / "daemon" / "liaised"};  // the last: a build folder
    const char* const set = std::getenv("PATH");
    const std::string path = set != nullptr ? set : "/usr/local/bin:/usr/bin:/bin";
    for (std::size_t at = 0; at <= path.size();) {
        const std::size_t end = std::min(path.find(':', at), path.size());
        if (end > at) places.push_back(fs::path(path.substr(at, end - at)) / "liaised");
        at = end + 1;
    }
    for (const fs::path& place : places)
        if (::access(place.c_str(), X_OK) == 0 && fs::is_regular_file(place, ignored)) return place;
    throw Failure{Exit::failed,
                  tr("The daemon's program `liaised` is neither beside this one nor on the PATH. Install "
                     "it, or name it in the variable LIAISED.")};
}

void start_daemon(const DaemonStart& start) {
    const int log = open_log(start.home);
    Pipe ready, passphrase;
    if (start.passphrase) passphrase.fill(*start.passphrase);
    auto arguments = arguments_of(start, ready_descriptor, passphrase_descriptor);
    const auto pointers = pointers_to(arguments);

    const pid_t child = ::fork();
    if (child < 0) throw system_failure("fork");
    if (child == 0) {
        ::setsid();
        const pid_t daemon = ::fork();
        if (daemon != 0) ::_exit(daemon < 0 ? 1 : 0);
        run_detached(log, ready.write, start.passphrase ? passphrase.read : -1, pointers.data());
    }
    ::close(log);
    ready.close_write();
    passphrase.close_read();
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    understand(first_line(ready.read));
}

void become_daemon(const DaemonStart& start) {
    Pipe passphrase;
    if (start.passphrase) passphrase.fill(*start.passphrase);
    auto arguments = arguments_of(start, -1, passphrase.read);
    const auto pointers = pointers_to(arguments);
    if (start.passphrase) ::fcntl(passphrase.read, F_SETFD, 0);
    ::execv(pointers[0], pointers.data());
    throw system_failure(pointers[0]);
}

SetupProcess start_setup(const fs::path& home) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw system_failure("socketpair");
    std::vector<std::string> arguments{find_daemon().string(), "--home", home.string(), "--setup"};
    const auto pointers = pointers_to(arguments);
    const pid_t child = ::fork();
    if (child < 0) throw system_failure("fork");
    if (child == 0) {
        ::dup2(ends[1], 0);
        ::dup2(ends[1], 1);
        ::close_range(3, ~0U, 0);
        ::execv(pointers[0], pointers.data());
        ::_exit(127);
    }
    ::close(ends[1]);
    return {child, ends[0]};
}

void wait_for(const SetupProcess& setup) {
    int status = 0;
    while (::waitpid(setup.process, &status, 0) < 0 && errno == EINTR) {
    }
}

Leaving::Leaving(std::uint32_t process)
    : descriptor_(static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(process), 0))) {}

Leaving::~Leaving() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

bool Leaving::wait(int milliseconds) const {
    if (descriptor_ < 0) return true;  // gone before we looked
    pollfd wanted{descriptor_, POLLIN, 0};
    return ::poll(&wanted, 1, milliseconds) == 1;
}

}  // namespace liaise::cli
