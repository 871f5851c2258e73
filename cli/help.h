// Help, from the command table: the overview, and a page for each command.
#pragma once

#include <string>

#include "cli/command/command.h"

namespace liaise::cli {

// About the command of these words; about all whose first word it is ("channel"); without words, the
// overview. Throws Failure{Exit::usage} where there is no such command.
std::string help_about(const std::string& words, std::size_t columns);

// "liaise channel invite CHANNEL MEMBER [OPTIONS]"
std::string synopsis(const Command& command);

// The man page (docs/man/liaise.1), and completion for a shell: "bash", "zsh", "fish".
std::string man_page();
std::string completion_for(const std::string& shell);

}  // namespace liaise::cli
