#include "cli/input.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "cli/words.h"
#include "protocol/base/limits.h"
#include "protocol/base/text.h"

namespace liaise::cli {
namespace fs = std::filesystem;
namespace {

Failure cannot_read(const std::string& path, int fault) {
    const Exit exit = fault == ENOENT ? Exit::not_found : Exit::failed;
    return {exit, say("Cannot read {0}: {1}.", path, std::strerror(fault))};
}

std::string read_all(int descriptor, const std::string& name, std::size_t bytes_max) {
    std::string text;
    char piece[16 * 1024];
    while (true) {
        const ssize_t count = ::read(descriptor, piece, sizeof piece);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw cannot_read(name, errno);
        if (count == 0) return text;
        text.append(piece, static_cast<std::size_t>(count));
        if (text.size() > bytes_max)
            throw Failure{Exit::usage,
                          say("{0} is too long: at most {1} bytes fit here. Publish it as a document "
                              "with `liaise doc publish`.",
                              name, bytes_max)};
    }
}

void cut_line_breaks(std::string& text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
}

// A folder for one file that an editor works on; gone with its contents at the end.
class EditorFolder {
  public:
    EditorFolder() {
        const char* const memory = "/dev/shm";
        const fs::path parent = ::access(memory, W_OK) == 0 ? fs::path(memory) : fs::temp_directory_path();
        std::string pattern = (parent / "liaise-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr)
            throw Failure{Exit::failed,
                          say("Cannot make a place for the editor to write: {0}.", std::strerror(errno))};
        folder_ = pattern;
    }
    EditorFolder(const EditorFolder&) = delete;
    EditorFolder& operator=(const EditorFolder&) = delete;
    ~EditorFolder() {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    fs::path file() const { return folder_ / "message.md"; }

  private:
    fs::path folder_;
};

std::string editor() {
    for (const char* variable : {"VISUAL", "EDITOR"})
        if (const char* value = std::getenv(variable); value != nullptr && *value != '\0') return value;
    return "vi";
}

// Runs `command` with the shell, as $EDITOR and $PAGER are meant to be, and one argument.
int run_shell(const std::string& command, const std::string& argument, int standard_input) {
    const std::string line = command + (argument.empty() ? "" : " \"$1\"");
    const pid_t child = ::fork();
    if (child < 0) throw Failure{Exit::failed, say("Cannot start {0}: {1}.", command, std::strerror(errno))};
    if (child == 0) {
        if (standard_input >= 0) ::dup2(standard_input, 0);
        ::execl("/bin/sh", "sh", "-c", line.c_str(), "sh", argument.c_str(), nullptr);
        ::_exit(127);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

std::string edited_text(const char* what, std::size_t bytes_max) {
    const EditorFolder folder;
    const std::string command = editor();
    const int status = run_shell(command, folder.file().string(), -1);
    if (status != 0)
        throw Failure{Exit::failed,
                      say("The editor {0} ended with code {1}; nothing was sent.", command, status)};
    const int descriptor = ::open(folder.file().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0) throw Failure{Exit::usage, say("The {0} is empty; nothing was sent.", what)};
    std::string text = read_all(descriptor, say("The {0}", what), bytes_max);
    ::close(descriptor);
    return text;
}

void warn_if_others_can_read(const fs::path& path, Output& out) {
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && (info.st_mode & 0077) != 0)
        out.note(
            say("Other users of this machine can read {0}. Close it with `chmod 600 {0}`.", path.string()));
}

volatile std::sig_atomic_t interrupted = 0;

// The terminal, without echo for its lifetime where that is wanted. An interrupt meanwhile ends the question,
// not the process: the echo must not stay off, and nothing half-done behind.
class Terminal {
  public:
    explicit Terminal(bool echo) : descriptor_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {
        if (descriptor_ < 0 || ::tcgetattr(descriptor_, &before_) != 0) return;
        interrupted = 0;
        struct sigaction catching {};
        catching.sa_handler = [](int) { interrupted = 1; };
        // Held back but while we wait: one that comes just before the wait ends it all the same.
        sigset_t held;
        ::sigemptyset(&held);
        for (const int number : caught) ::sigaddset(&held, number);
        ::sigprocmask(SIG_BLOCK, &held, &mask_before_);
        for (std::size_t i = 0; i < caught.size(); ++i) ::sigaction(caught[i], &catching, &handlers_[i]);
        termios changed = before_;
        if (!echo) changed.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        changed.c_lflag |= echo ? ECHO : ECHONL;
        changed_ = ::tcsetattr(descriptor_, TCSAFLUSH, &changed) == 0;
    }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;
    ~Terminal() {
        if (changed_) {
            ::tcsetattr(descriptor_, TCSADRAIN, &before_);
            for (std::size_t i = 0; i < caught.size(); ++i) ::sigaction(caught[i], &handlers_[i], nullptr);
            ::sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
        }
        if (descriptor_ >= 0) ::close(descriptor_);
    }

    bool ok() const { return descriptor_ >= 0; }
    void say(std::string_view text) {
        if (::write(descriptor_, text.data(), text.size()) < 0) return;
    }
    std::string line() {
        std::string line;
        char c = 0;
        while (line.size() < limits::control_passphrase_bytes_max) {
            const ssize_t count = wait() ? ::read(descriptor_, &c, 1) : -1;
            if (count <= 0) throw Failure{Exit::failed, tr("Broken off; nothing was done.")};
            if (c == '\n') break;
            line += c;
        }
        return line;
    }

  private:
    // Until something was typed; false when we were interrupted.
    bool wait() const {
        sigset_t open_to = mask_before_;
        for (const int number : caught) ::sigdelset(&open_to, number);
        pollfd typed{descriptor_, POLLIN, 0};
        while (interrupted == 0) {
            const int ready = ::ppoll(&typed, 1, nullptr, &open_to);
            if (ready > 0) return true;
            if (ready < 0 && errno != EINTR) return false;
        }
        return false;
    }

    static constexpr std::array caught{SIGINT, SIGTERM, SIGHUP};
    int descriptor_;
    termios before_{};
    std::array<struct sigaction, caught.size()> handlers_{};
    sigset_t mask_before_{};
    bool changed_ = false;
};

std::size_t screen_lines() {
    winsize size{};
    return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24;
}

}  // namespace

std::string text_from(const Arguments& arguments, std::size_t index, const char* what,
                      std::size_t bytes_max) {
    std::string text = arguments.at(index);
    const bool left_out = index >= arguments.positional.size();
    if (text == "-" || (left_out && ::isatty(STDIN_FILENO) == 0))
        text = read_all(STDIN_FILENO, tr("standard input"), bytes_max);
    else if (left_out)
        text = edited_text(what, bytes_max);
    cut_line_breaks(text);
    if (text.empty()) throw Failure{Exit::usage, say("The {0} is empty; nothing was sent.", what)};
    if (text.size() > bytes_max)
        throw Failure{Exit::usage,
                      say("The {0} is too long: at most {1} bytes fit. Publish it as a document with "
                          "`liaise doc publish`.",
                          what, bytes_max)};
    if (!is_utf8(text))
        throw Failure{Exit::usage, say("The {0} is not valid text (UTF-8). Publish it as a document with "
                                       "`liaise doc publish`.",
                                       what)};
    return text;
}

std::string file_contents(const fs::path& path, std::size_t bytes_max) {
    if (path == "-") return read_all(STDIN_FILENO, tr("standard input"), bytes_max);
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) throw cannot_read(path.string(), errno);
    std::string text = read_all(descriptor, path.string(), bytes_max);
    ::close(descriptor);
    return text;
}

std::string passphrase_from(const Arguments& arguments, Output& out, bool is_new) {
    std::string passphrase;
    if (arguments.has("--passphrase-file")) {
        const fs::path path = arguments.value("--passphrase-file");
        passphrase = file_contents(path, limits::control_passphrase_bytes_max + 2);
        warn_if_others_can_read(path, out);
        if (!passphrase.empty() && passphrase.back() == '\n') passphrase.pop_back();
        if (!passphrase.empty() && passphrase.back() == '\r') passphrase.pop_back();
    } else if (can_ask()) {
        passphrase = ask(is_new ? tr("New passphrase: ") : tr("Passphrase: "), false);
        if (is_new && ask(tr("Once more: "), false) != passphrase)
            throw Failure{Exit::failed, tr("The two passphrases differ; nothing was done. Start again.")};
    } else {
        throw Failure{Exit::usage,
                      tr("There is no terminal to ask for the passphrase on. Name a file that holds it "
                         "with --passphrase-file.")};
    }
    if (passphrase.empty())
        throw Failure{Exit::usage, tr("The passphrase is empty. Choose one of several words.")};
    if (passphrase.size() > limits::control_passphrase_bytes_max)
        throw Failure{Exit::usage, say("The passphrase is too long: at most {0} bytes are taken.",
                                       limits::control_passphrase_bytes_max)};
    return passphrase;
}

bool can_ask() {
    return ::isatty(STDIN_FILENO) == 1 && Terminal{true}.ok();
}

std::string ask(const std::string& question, bool echo) {
    Terminal terminal{echo};
    if (!terminal.ok()) throw Failure{Exit::usage, tr("There is no terminal to ask on.")};
    terminal.say(question);
    return terminal.line();
}

void clear_terminal() {
    Terminal terminal{true};
    if (terminal.ok()) terminal.say("\x1b[H\x1b[2J\x1b[3J");
}

void show(Output& out, const std::string& safe) {
    const auto lines = static_cast<std::size_t>(std::count(safe.begin(), safe.end(), '\n'));
    const char* pager = std::getenv("PAGER");
    const bool paged = out.terminal() && lines + 1 > screen_lines() && (pager == nullptr || *pager != '\0');
    int ends[2];
    if (!paged || ::pipe2(ends, O_CLOEXEC) != 0) return out.styled(safe);
    out.flush();
    ::setenv("LESS", "FRX", 0);      // colours through, nothing cleared
    ::setenv("LESSSECURE", "1", 0);  // what is read must not run anything
    const pid_t writer = ::fork();
    if (writer == 0) {
        ::close(ends[0]);
        std::string_view left = safe;
        while (!left.empty()) {
            const ssize_t count = ::write(ends[1], left.data(), left.size());
            if (count <= 0) break;
            left.remove_prefix(static_cast<std::size_t>(count));
        }
        ::_exit(0);
    }
    ::close(ends[1]);
    const int status = run_shell(pager == nullptr ? "less" : pager, "", ends[0]);
    ::close(ends[0]);
    while (::waitpid(writer, nullptr, 0) < 0 && errno == EINTR) {
    }
    if (status == 127) out.styled(safe);  // no such pager
}

}  // namespace liaise::cli
