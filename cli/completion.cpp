// Completion for bash, zsh and fish, from the command table.
#include <map>

#include "cli/help.h"

namespace liaise::cli {
namespace {

std::string list(const std::vector<const char*>& words) {
    std::string text;
    for (const char* word : words) text += (text.empty() ? "" : " ") + std::string(word);
    return text;
}

// First words, each with its second words where there are any.
std::vector<std::pair<std::string, std::string>> word_tree() {
    std::vector<std::pair<std::string, std::string>> tree;
    for (const Command& command : command_table()) {
        const std::string words = command.words;
        const auto space = words.find(' ');
        const std::string first = words.substr(0, space);
        if (tree.empty() || tree.back().first != first) tree.emplace_back(first, "");
        if (space == std::string::npos) continue;
        std::string& second = tree.back().second;
        second += (second.empty() ? "" : " ") + words.substr(space + 1);
    }
    return tree;
}

std::string first_words() {
    std::string text;
    for (const auto& [first, second] : word_tree()) text += (text.empty() ? "" : " ") + first;
    return text;
}

std::string option_names(const Command& command) {
    std::string text;
    for (const Option& option : command.options) text += std::string(option.name) + " ";
    return text + "--home --json --no-colour --help";
}

std::string argument_words(const Command& command) {
    for (const Argument& argument : command.arguments)
        if (!argument.choices.empty()) return list(argument.choices);
    return {};
}

bool takes_file(const Command& command) {
    for (const Argument& argument : command.arguments)
        if (argument.kind == Kind::file) return true;
    return false;
}

// The shell code that answers for an option's value, shared by bash and (through bashcompinit) zsh.
std::string bash() {
    std::string text =
        "# bash completion for liaise. Made by `liaise completion bash` from the command table; change it "
        "there.\n"
        "_liaise() {\n"
        "    local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
        "    local first=\"\" second=\"\" word skip=0 i\n"
        "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
        "        word=\"${COMP_WORDS[i]}\"\n"
        "        if ((skip)); then skip=0; continue; fi\n"
        "        case \"$word\" in\n"
        "            --home) skip=1 ;;\n"
        "            -*) ;;\n"
        "            *) if [[ -z $first ]]; then first=\"$word\"; elif [[ -z $second ]]; then "
        "second=\"$word\"; fi ;;\n"
        "        esac\n"
        "    done\n"
        "    COMPREPLY=()\n"
        "    if [[ $previous == --home ]]; then COMPREPLY=($(compgen -d -- \"$current\")); return; fi\n"
        "    case \"$first\" in\n"
        "        \"\") COMPREPLY=($(compgen -W \"" +
        first_words() + " --home --json --no-colour --help\" -- \"$current\")); return ;;\n";
    for (const auto& [first, second] : word_tree())
        if (!second.empty())
            text += "        " + first + ") if [[ -z $second ]]; then COMPREPLY=($(compgen -W \"" + second +
                    "\" -- \"$current\")); return; fi ;;\n";
    text += "        *) second=\"\" ;;\n    esac\n    case \"$first${second:+ $second}\" in\n";
    for (const Command& command : command_table()) {
        text += "        \"" + std::string(command.words) + "\")\n            case \"$previous\" in\n";
        for (const Option& option : command.options) {
            if (option.value == nullptr) continue;
            const std::string action = option.kind == Kind::file ? "compgen -f -- \"$current\""
                                       : !option.choices.empty()
                                           ? "compgen -W \"" + list(option.choices) + "\" -- \"$current\""
                                           : ":";
            text += "                " + std::string(option.name) + ") COMPREPLY=($(" + action +
                    ")); return ;;\n";
        }
        const std::string words = argument_words(command);
        text += "            esac\n            COMPREPLY=($(compgen -W \"" + option_names(command) +
                (words.empty() ? "" : " " + words) + "\" -- \"$current\"))";
        if (takes_file(command))
            text += "\n            [[ $current != -* ]] && COMPREPLY+=($(compgen -f -- \"$current\"))";
        text += " ;;\n";
    }
    return text + "    esac\n}\ncomplete -o filenames -F _liaise liaise\n";
}

std::string shell_quoted(const std::string& text) {
    std::string safe = "'";
    for (const char c : text) safe += c == '\'' ? "'\\''" : std::string(1, c);
    return safe + "'";
}

// In zsh's own specifications brackets and colons mean something.
std::string zsh_escaped(const std::string& text) {
    std::string safe;
    for (const char c : text) {
        if (c == '[' || c == ']' || c == ':' || c == '\\') safe += '\\';
        safe += c;
    }
    return safe;
}

std::string zsh_spec(const Option& option) {
    std::string spec =
        (option.repeatable ? "*" : "") + std::string(option.name) + "[" + zsh_escaped(option.sentence) + "]";
    if (option.value == nullptr) return shell_quoted(spec);
    spec += ":" + zsh_escaped(option.value) + ":";
    if (option.kind == Kind::file) spec += "_files";
    if (option.kind == Kind::folder) spec += "_files -/";
    if (!option.choices.empty()) spec += "(" + list(option.choices) + ")";
    return shell_quoted(spec);
}

std::string zsh() {
    std::string text =
        "#compdef liaise\n"
        "# zsh completion for liaise. Made by `liaise completion zsh` from the command table; change it "
        "there.\n"
        "_liaise() {\n"
        "    local -a common\n"
        "    common=(";
    for (const Option& option : global_options) text += zsh_spec(option) + " ";
    text +=
        "'--help[say more]')\n    local first=\"\" second=\"\" word\n    local -i i skip=0\n"
        "    for ((i = 2; i < CURRENT; i++)); do\n"
        "        word=\"${words[i]}\"\n"
        "        if ((skip)); then skip=0; continue; fi\n"
        "        case \"$word\" in\n"
        "            --home) skip=1 ;;\n"
        "            -*) ;;\n"
        "            *) if [[ -z $first ]]; then first=\"$word\"; elif [[ -z $second ]]; then "
        "second=\"$word\"; fi ;;\n"
        "        esac\n"
        "    done\n"
        "    case \"$first\" in\n"
        "        \"\") _arguments $common \"1:command:(" +
        first_words() + ")\"; return ;;\n";
    for (const auto& [first, second] : word_tree())
        if (!second.empty())
            text +=
                "        " + first + ") if [[ -z $second ]]; then compadd " + second + "; return; fi ;;\n";
    text += "        *) second=\"\" ;;\n    esac\n    case \"$first${second:+ $second}\" in\n";
    for (const Command& command : command_table()) {
        text += "        " + shell_quoted(command.words) + ") _arguments $common";
        for (const Option& option : command.options) text += " " + zsh_spec(option);
        const std::string words = argument_words(command);
        text += !words.empty()        ? " '*:argument:(" + words + ")'"
                : takes_file(command) ? " '*:file:_files'"
                                      : " '*:argument: '";
        text += " ;;\n";
    }
    return text + "    esac\n}\n_liaise \"$@\"\n";
}

std::string fish() {
    std::string text =
        "# fish completion for liaise. Made by `liaise completion fish` from the command table; change it "
        "there.\n"
        "complete -c liaise -f\n";
    const std::string none = "__fish_use_subcommand";
    std::map<std::string, bool> seen;
    for (const Option& option : global_options)
        text += "complete -c liaise -l " + std::string(option.name + 2) +
                (option.value != nullptr ? " -r" : "") + " -d " + shell_quoted(option.sentence) + "\n";
    for (const Command& command : command_table()) {
        const std::string words = command.words;
        const auto space = words.find(' ');
        const std::string first = words.substr(0, space);
        const bool is_new = !seen[first];
        seen[first] = true;
        std::string here = "__fish_seen_subcommand_from " + first;
        if (space == std::string::npos) {
            text += "complete -c liaise -n " + none + " -a " + first + " -d " +
                    shell_quoted(command.summary) + "\n";
        } else {
            const std::string second = words.substr(space + 1);
            if (is_new) text += "complete -c liaise -n " + none + " -a " + first + "\n";
            text += "complete -c liaise -n '" + here + "' -a " + second + " -d " +
                    shell_quoted(command.summary) + "\n";
            here += "; and __fish_seen_subcommand_from " + second;
        }
        for (const Option& option : command.options) {
            text += "complete -c liaise -n '" + here + "' -l " + std::string(option.name + 2);
            if (option.value != nullptr) text += option.kind == Kind::file ? " -r -F" : " -x";
            if (!option.choices.empty()) text += " -a " + shell_quoted(list(option.choices));
            text += " -d " + shell_quoted(option.sentence) + "\n";
        }
        if (const std::string choices = argument_words(command); !choices.empty())
            text += "complete -c liaise -n '" + here + "' -a " + shell_quoted(choices) + "\n";
        if (takes_file(command)) text += "complete -c liaise -n '" + here + "' -F\n";
    }
    return text;
}

}  // namespace

std::string completion_for(const std::string& shell) {
    if (shell == "bash") return bash();
    if (shell == "zsh") return zsh();
    return fish();
}

}  // namespace liaise::cli
