// The commands: a table. Parsing, --help, the man page and the shells' completions all come from it
// (cli/args.h, cli/help.h, cli/man.h, cli/completion.h), so that they cannot disagree.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "cli/args.h"
#include "cli/client.h"
#include "cli/output.h"

namespace liaise::cli {

// What a command has to work with.
class Context {
  public:
    Context(std::filesystem::path home, Output& output) : home_(std::move(home)), output_(output) {}

    const std::filesystem::path& home() const { return home_; }
    Output& out() { return output_; }
    // Connects at the first call; throws Failure{Exit::not_running} where no daemon answers.
    Client& client();
    // The next call connects anew: to another daemon than the one that just went away.
    void hang_up();

  private:
    std::filesystem::path home_;
    Output& output_;
    std::unique_ptr<Client> client_;
};

struct Example {
    const char* line;
    const char* sentence;
};

struct Command {
    const char* words;    // "channel create"
    const char* summary;  // one line, no full stop
    std::vector<Argument> arguments{};
    std::vector<Option> options{};
    const char* details = "";  // sentences for help and man page
    std::vector<Example> examples{};
    Exit (*run)(Context&, const Arguments&) = nullptr;
};

// All of them, in the order of the help page.
const std::vector<Command>& command_table();

// One per noun; table.cpp puts them together.
std::vector<Command> daemon_commands();
std::vector<Command> init_commands();
std::vector<Command> network_commands();
std::vector<Command> device_commands();
std::vector<Command> people_commands();
std::vector<Command> channel_commands();
std::vector<Command> charter_commands();
std::vector<Command> entering_commands();
std::vector<Command> direct_commands();
std::vector<Command> message_commands();
std::vector<Command> mark_commands();
std::vector<Command> document_commands();
std::vector<Command> search_commands();
std::vector<Command> help_commands();

// Values that several commands share.
extern const std::vector<const char*> roles;
extern const std::vector<const char*> document_kinds;

}  // namespace liaise::cli
