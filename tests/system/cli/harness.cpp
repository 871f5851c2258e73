#include "tests/system/cli/harness.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace liaise::test {
namespace fs = std::filesystem;
namespace {

int exit_of(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

[[noreturn]] void become(const std::vector<std::string>& arguments,
                         const std::vector<std::string>& environment, const fs::path& folder) {
    std::vector<char*> argv, envp;
    std::string program = LIAISE_PROGRAM;
    argv.push_back(program.data());
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    for (const std::string& variable : environment) envp.push_back(const_cast<char*>(variable.c_str()));
    argv.push_back(nullptr);
    envp.push_back(nullptr);
    if (::chdir(folder.c_str()) != 0) ::_exit(126);
    ::execve(program.c_str(), argv.data(), envp.data());
    ::_exit(127);
}

std::string slurp(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace

Liaise::Liaise() {
    std::string pattern = (fs::temp_directory_path() / "liaise-cli-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    write("pass", "a good passphrase\n");
    fs::permissions(folder_ / "pass", fs::perms::owner_read | fs::perms::owner_write);
    environment = {{"LIAISED", FAKE_LIAISED},
                   {"HOME", folder_.string()},
                   {"PATH", "/usr/bin:/bin"},
                   {"TZ", "UTC"},
                   {"TERM", "xterm-256color"},
                   {"LANG", "C.UTF-8"},
                   {"PAGER", ""}};
}

Liaise::~Liaise() {
    for (const auto& entry : fs::directory_iterator(folder_))
        if (fs::exists(entry.path() / "control.sock")) run({"--home", entry.path().string(), "down"});
    fs::remove_all(folder_);
}

std::vector<std::string> Liaise::environment_list() const {
    std::vector<std::string> list;
    for (const auto& [name, value] : environment) list.push_back(name + "=" + value);
    return list;
}

Ran Liaise::run(const std::vector<std::string>& arguments, const std::string& standard_input) {
    const fs::path in = folder_ / ".stdin", out = folder_ / ".stdout", err = folder_ / ".stderr";
    std::ofstream(in, std::ios::binary) << standard_input;
    const auto variables = environment_list();
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::setsid();  // no terminal to ask on, whoever runs the tests
        ::dup2(::open(in.c_str(), O_RDONLY), 0);
        ::dup2(::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
        ::dup2(::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 2);
        become(arguments, variables, folder_);
    }
    const int exit = exit_of(child);
    return {exit, slurp(out), slurp(err)};
}

Ran Liaise::run_in_terminal(const std::vector<std::string>& arguments, unsigned columns,
                            const std::vector<std::pair<std::string, std::string>>& typed) {
    winsize size{};
    size.ws_col = static_cast<unsigned short>(columns);
    size.ws_row = 200;
    const auto variables = environment_list();
    int terminal = -1;
    const pid_t child = ::forkpty(&terminal, nullptr, nullptr, &size);
    REQUIRE(child >= 0);
    if (child == 0) become(arguments, variables, folder_);
    Ran ran;
    std::size_t answered = 0, searched = 0;
    while (true) {
        char piece[4096];
        const ssize_t count = ::read(terminal, piece, sizeof piece);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        ran.out.append(piece, static_cast<std::size_t>(count));
        if (answered == typed.size()) continue;
        const auto asked = ran.out.find(typed[answered].first, searched);
        if (asked == std::string::npos) continue;
        searched = asked + typed[answered].first.size();
        const std::string& text = typed[answered++].second;
        CHECK(::write(terminal, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }
    ran.exit = exit_of(child);
    ::close(terminal);
    return ran;
}

void Liaise::node(const std::string& name, const std::string& person, const std::string& country) {
    const Ran made = run({"--home", name, "init", "--name", person, "--role", "focal-point", "--country",
                          country, "--passphrase-file", "pass", "--recovery-file", name + ".sheet"});
    REQUIRE_MESSAGE(made.exit == 0, made.err);
    const Ran up = run({"--home", name, "up", "--listen", "127.0.0.1:0", "--passphrase-file", "pass"});
    REQUIRE_MESSAGE(up.exit == 0, up.err);
}

void Liaise::write(const std::string& file, const std::string& content) const {
    std::ofstream(folder_ / file, std::ios::binary) << content;
}

std::string Liaise::contents(const std::string& file) const {
    return slurp(folder_ / file);
}

std::vector<nlohmann::ordered_json> json_lines(const std::string& text) {
    std::vector<nlohmann::ordered_json> lines;
    std::istringstream stream(text);
    for (std::string one; std::getline(stream, one);) lines.push_back(nlohmann::ordered_json::parse(one));
    return lines;
}

std::vector<std::string> names(const nlohmann::ordered_json& object) {
    std::vector<std::string> list;
    for (const auto& [name, value] : object.items()) list.push_back(name);
    return list;
}

std::string line(const std::string& text) {
    REQUIRE(!text.empty());
    REQUIRE(text.find('\n') == text.size() - 1);
    return text.substr(0, text.size() - 1);
}

}  // namespace liaise::test
