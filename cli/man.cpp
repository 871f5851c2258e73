// The manual page, in troff, from the command table.
#include "cli/help.h"

namespace liaise::cli {
namespace {

// Troff reads a backslash, a dash and a leading dot or quote as its own.
std::string escaped(const std::string& text) {
    std::string safe;
    for (const char c : text) {
        if (c == '\\')
            safe += "\\e";
        else if (c == '-')
            safe += "\\-";
        else
            safe += c;
    }
    if (!safe.empty() && (safe[0] == '.' || safe[0] == '\'')) safe.insert(0, "\\&");
    return safe;
}

void option_list(std::string& page, const std::vector<Option>& options) {
    for (const Option& option : options) {
        page += ".TP\n\\fB" + escaped(option.name) + "\\fR";
        if (option.value != nullptr) page += " \\fI" + escaped(option.value) + "\\fR";
        page += "\n" + escaped(option.sentence);
        std::string choices;
        for (const char* choice : option.choices)
            choices += (choices.empty() ? "" : ", ") + std::string(choice);
        page += choices.empty() ? "\n" : ": " + escaped(choices) + "\n";
    }
}

void command(std::string& page, const Command& command) {
    page += ".SS \"liaise " + std::string(command.words) + "\"\n";
    page += escaped(command.summary) + ".\n.PP\n.RS 4\n\\fB" + escaped(synopsis(command)) + "\\fR\n.RE\n";
    for (const Argument& argument : command.arguments)
        page += ".TP\n\\fI" + escaped(argument.name) + "\\fR\n" + escaped(argument.sentence) + "\n";
    option_list(page, command.options);
    if (*command.details != '\0') page += ".PP\n" + escaped(command.details) + "\n";
    for (const Example& example : command.examples)
        page += ".PP\n.RS 4\n.nf\n" + escaped(example.line) + "\n.fi\n.RE\n";
}

}  // namespace

std::string man_page() {
    std::string page =
        ".\\\" Made by `liaise help --man` from the command table; change it there.\n"
        ".TH LIAISE 1 \"\" \"Liaise\" \"User commands\"\n"
        ".SH NAME\nliaise \\- a secure network for police focal points and civil\\-society liaisons\n"
        ".SH SYNOPSIS\n\\fBliaise\\fR [\\fB\\-\\-home\\fR \\fIPATH\\fR] [\\fB\\-\\-json\\fR] "
        "[\\fB\\-\\-no\\-colour\\fR] "
        "\\fICOMMAND\\fR ...\n"
        ".SH DESCRIPTION\n"
        "Talks to the daemon \\fBliaised\\fR on this machine, which keeps your keys, messages and documents "
        "in an encrypted "
        "store and exchanges them with the other members of your network. Every command works without asking "
        "a question; "
        "results go to standard output and everything else to standard error.\n"
        ".PP\nA member, channel, document, ticket or message is named by its id, by a unique beginning of "
        "the id, or by its "
        "name where that is unique.\n"
        ".SH OPTIONS\n";
    option_list(page, global_options);
    page += ".SH COMMANDS\n";
    for (const Command& one : command_table()) command(page, one);
    page += ".SH \"EXIT STATUS\"\n";
    for (const auto& [exit, meaning] : exit_meanings)
        page += ".TP\n\\fB" + std::to_string(static_cast<int>(exit)) + "\\fR\n" + escaped(meaning) + "\n";
    page +=
        ".SH ENVIRONMENT\n"
        ".TP\n\\fBLIAISE_HOME\\fR\nThe home, where \\-\\-home is not given.\n"
        ".TP\n\\fBLIAISED\\fR\nThe daemon's program, where it is not beside this one.\n"
        ".TP\n\\fBVISUAL\\fR, \\fBEDITOR\\fR, \\fBPAGER\\fR\nWhat texts are written and read with. With an "
        "empty PAGER "
        "nothing is paged.\n"
        ".TP\n\\fBNO_COLOR\\fR\nNo colour, if set.\n"
        ".TP\n\\fBCOLUMNS\\fR\nThe width to fit into, where it is not the terminal's own.\n"
        ".SH FILES\n"
        ".TP\n\\fI~/.local/share/liaise\\fR\nThe home: vault, store.db, chunks.pack, control.sock, lock, "
        "log.\n"
        ".SH SECURITY\n"
        "Passphrases come from files or from the terminal, never from arguments or the environment, because "
        "other users of "
        "the machine can see those. Text from others is made harmless before it meets the terminal: what "
        "could drive it is "
        "shown as a replacement character.\n";
    return page;
}

}  // namespace liaise::cli
