// help, version, completion.
#include "cli/help.h"

#include "cli/command/command.h"
#include "cli/version.h"
#include "cli/words.h"

namespace liaise::cli {
namespace {

std::string without_last_break(std::string text) {
    if (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

Exit help(Context& context, const Arguments& arguments) {
    Output& out = context.out();
    if (arguments.has("--man")) {
        out.styled(without_last_break(man_page()));
        return Exit::done;
    }
    const std::string words = arguments.at(0) + (arguments.at(1).empty() ? "" : " " + arguments.at(1));
    out.styled(without_last_break(help_about(words, out.prose_columns())));
    return Exit::done;
}

Exit version(Context& context, const Arguments&) {
    if (context.out().json())
        context.out().record(Record{}.add("version", version_text));
    else
        context.out().line(std::string("liaise ") + version_text);
    return Exit::done;
}

Exit completion(Context& context, const Arguments& arguments) {
    context.out().styled(without_last_break(completion_for(arguments.at(0))));
    return Exit::done;
}

}  // namespace

std::vector<Command> help_commands() {
    return {
        {"completion",
         "completion of commands and options for a shell",
         {{"SHELL", "bash, zsh or fish", true, {"bash", "zsh", "fish"}}},
         {},
         "",
         {{"liaise completion bash > ~/.local/share/bash-completion/completions/liaise", ""},
          {"liaise completion fish > ~/.config/fish/completions/liaise.fish", ""}},
         completion},
        {"help",
         "help about all commands, or one",
         {{"COMMAND", "a command", false}, {"WORD", "its second word", false}},
         {{"--man", nullptr, "the manual page, for man"}},
         "",
         {{"liaise help channel invite", ""}, {"liaise help --man | man -l -", ""}},
         help},
        {"version", "which version this is", {}, {}, "", {{"liaise version", ""}}, version},
    };
}

}  // namespace liaise::cli
