// What a command takes in beside its arguments: text, passphrases, answers to questions.
//
// - Nothing here asks a question unless there is a terminal to ask on; without one the sentence says which
//   option or file would do.
// - A passphrase never comes from the command line or the environment, which other users of the machine can
//   see. It comes from a file (its last line break does not count) or from the terminal, unechoed.
// - What an editor works on lies in memory where the system has such a place (/dev/shm), in a folder of its
//   own that is removed afterwards.
#pragma once

#include <filesystem>
#include <string>

#include "cli/args.h"
#include "cli/output.h"

namespace liaise::cli {

// The argument; or standard input where it is "-" or left out and standard input is no terminal; or what
// comes out of $VISUAL or $EDITOR. Trailing line breaks are cut. `what` names it in a sentence: "message".
std::string text_from(const Arguments& arguments, std::size_t index, const char* what, std::size_t bytes_max);

// A whole file, or standard input for "-".
std::string file_contents(const std::filesystem::path& path, std::size_t bytes_max);

// By --passphrase-file, else asked on the terminal; asked twice where it is a new one.
std::string passphrase_from(const Arguments& arguments, Output& out, bool is_new);

// A line from the terminal, shown or unechoed. Throws Failure{Exit::failed} when the person breaks off.
bool can_ask();
std::string ask(const std::string& question, bool echo);
// Wipes what the terminal shows, its scroll-back included.
void clear_terminal();

// Shows text of many lines: through $PAGER on a terminal where it is longer than the screen, else as it is.
void show(Output& out, const std::string& safe);

}  // namespace liaise::cli
