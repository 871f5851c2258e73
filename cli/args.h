// The command line, read by the command table (cli/command/command.h).
//
//     liaise [--home PATH] [--json] [--no-colour] WORDS [ARGUMENTS] [OPTIONS]
//
// - Options have long names; a value follows as the next argument or after "=". Global options may stand
//   anywhere before "--"; a command's own anywhere after its words.
// - "--" ends the options: what follows are arguments, even with a dash in front. "-" alone is an argument.
// - --help (or -h) anywhere asks for help about what was named so far.
// - A word or option that does not exist is refused with the nearest one that does.
// - An option given twice is refused unless it may be repeated: which one was meant is not ours to guess.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/exit.h"

namespace liaise::cli {

struct Command;

// What a value may be completed with, and how it is shown in help.
enum class Kind { word, file, folder, choice };

struct Option {
    const char* name;      // "--role"
    const char* value;     // "ROLE"; null: a switch
    const char* sentence;  // what it does
    std::vector<const char*> choices{};
    bool repeatable = false;
    Kind kind = Kind::word;
};

struct Argument {
    const char* name;  // "CHANNEL"
    const char* sentence;
    bool required = true;
    std::vector<const char*> choices{};
    Kind kind = Kind::word;
};

struct Arguments {
    std::vector<std::string> positional;
    std::map<std::string, std::vector<std::string>> options;  // by name; switches have one empty value

    bool has(const std::string& option) const { return options.count(option) != 0; }
    std::string value(const std::string& option, const std::string& otherwise = {}) const;
    std::vector<std::string> values(const std::string& option) const;
    // The argument, or empty where an optional one was left out.
    std::string at(std::size_t index) const {
        return index < positional.size() ? positional[index] : std::string{};
    }
};

struct Parsed {
    const Command* command = nullptr;  // null: none was named
    std::string topic;                 // with help: the words named so far
    bool help = false;
    bool version = false;
    Arguments arguments;
};

extern const std::vector<Option> global_options;

// Throws Failure{Exit::usage}.
Parsed parse(const std::vector<Command>& table, const std::vector<std::string>& arguments);

// The nearest of the words, if one is near enough to be meant.
std::optional<std::string> nearest(const std::string& word, const std::vector<std::string>& words);

// "90s", "15m", "7d", or a bare number of seconds. Throws Failure{Exit::usage}.
std::int64_t milliseconds_from(const std::string& option, const std::string& text);
std::uint32_t number_from(const std::string& option, const std::string& text, std::uint32_t least,
                          std::uint32_t most);

}  // namespace liaise::cli
