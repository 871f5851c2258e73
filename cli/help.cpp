#include "cli/help.h"

#include <algorithm>

#include "cli/text.h"
#include "cli/words.h"

namespace liaise::cli {
namespace {

void paragraph(std::string& to, const std::string& text, std::size_t indent, std::size_t columns) {
    const std::size_t room = columns > indent + 20 ? columns - indent : 20;
    for (const std::string& line : wrap(text, room)) to += std::string(indent, ' ') + line + "\n";
}

// "  --name NAME      what it is", wrapped under itself.
void definition(std::string& to, const std::string& term, const std::string& text, std::size_t width,
                std::size_t columns) {
    const std::size_t column = width + 4;
    std::string left = "  " + term;
    if (cells(left) + 2 > column) {
        to += left + "\n";
        left.clear();
    }
    left += std::string(column - cells(left), ' ');
    const std::size_t room = columns > column + 20 ? columns - column : 20;
    for (const std::string& line : wrap(text, room)) {
        to += left + line + "\n";
        left = std::string(column, ' ');
    }
}

std::string term_of(const Option& option) {
    return option.value == nullptr ? option.name : std::string(option.name) + " " + option.value;
}

std::string sentence_of(const Option& option) {
    std::string text = tr(option.sentence);
    if (option.choices.empty()) return text;
    std::string list;
    for (const char* choice : option.choices) list += (list.empty() ? "" : ", ") + std::string(choice);
    return text + ": " + list;
}

void options(std::string& to, const std::string& heading, const std::vector<Option>& list,
             std::size_t columns) {
    if (list.empty()) return;
    to += "\n" + heading + ":\n";
    for (const Option& option : list) definition(to, term_of(option), sentence_of(option), 26, columns);
}

void summaries(std::string& to, const std::vector<const Command*>& commands, std::size_t columns) {
    for (const Command* command : commands) definition(to, command->words, tr(command->summary), 16, columns);
}

std::string help_overview(std::size_t columns) {
    std::string text;
    paragraph(
        text,
        tr("liaise: a secure network for police focal points, organisers of consultations, and civil-society "
           "liaisons."),
        0, columns);
    text += "\n" + tr("usage") + ": liaise [--home PATH] [--json] [--no-colour] COMMAND ...\n\n";
    std::vector<const Command*> all;
    for (const Command& command : command_table()) all.push_back(&command);
    summaries(text, all, columns);
    options(text, tr("Options of every command"), global_options, columns);
    text += "\n" + tr("Exit codes") + ":\n";
    for (const auto& [exit, meaning] : exit_meanings)
        definition(text, std::to_string(static_cast<int>(exit)), tr(meaning), 4, columns);
    text += "\n";
    paragraph(
        text,
        tr("`liaise COMMAND --help` says more about one command. `liaise help --man` is the manual page."), 0,
        columns);
    return text;
}

std::string help_for(const Command& command, std::size_t columns) {
    std::string text = std::string("liaise ") + command.words + ": " + tr(command.summary) + "\n\n";
    text += tr("usage") + ": " + synopsis(command) + "\n";
    if (!command.arguments.empty()) {
        text += "\n";
        for (const Argument& argument : command.arguments)
            definition(text, argument.name, tr(argument.sentence), 26, columns);
    }
    options(text, tr("Options"), command.options, columns);
    if (*command.details != '\0') {
        text += "\n";
        paragraph(text, tr(command.details), 0, columns);
    }
    if (!command.examples.empty()) text += "\n" + tr("Examples") + ":\n";
    for (const Example& example : command.examples) {
        text += std::string("  ") + example.line + "\n";
        if (*example.sentence != '\0') paragraph(text, tr(example.sentence), 6, columns);
    }
    text += "\n" + tr("Options of every command: --home PATH, --json, --no-colour.") + "\n";
    return text;
}

}  // namespace

std::string synopsis(const Command& command) {
    std::string line = std::string("liaise ") + command.words;
    for (const Argument& argument : command.arguments)
        line +=
            argument.required ? std::string(" ") + argument.name : std::string(" [") + argument.name + "]";
    if (!command.options.empty()) line += " [OPTIONS]";
    return line;
}

std::string help_about(const std::string& words, std::size_t columns) {
    if (words.empty()) return help_overview(columns);
    std::vector<const Command*> group;
    for (const Command& command : command_table()) {
        if (words == command.words) return help_for(command, columns);
        if (std::string(command.words).rfind(words + " ", 0) == 0) group.push_back(&command);
    }
    if (group.empty())
        throw Failure{Exit::usage,
                      say("There is no command \"{0}\".", words) + " " + say("See `{0}`.", "liaise --help")};
    std::string text;
    summaries(text, group, columns);
    return text;
}

}  // namespace liaise::cli
