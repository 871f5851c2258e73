#include "cli/args.h"

#include <algorithm>
#include <charconv>

#include "cli/command/command.h"
#include "cli/words.h"
#include "protocol/base/time.h"

namespace liaise::cli {
namespace {

Failure usage(const std::string& sentence, const std::string& topic) {
    const std::string help = topic.empty() ? "liaise --help" : "liaise " + topic + " --help";
    return {Exit::usage, sentence + " " + say("See `{0}`.", help)};
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& words) {
    const auto near = nearest(word, words);
    return near ? " " + say("Did you mean \"{0}\"?", *near) : std::string{};
}

std::vector<std::string> split(const std::string& words) {
    std::vector<std::string> parts;
    std::size_t at = 0;
    while (at <= words.size()) {
        const std::size_t space = std::min(words.find(' ', at), words.size());
        parts.push_back(words.substr(at, space - at));
        at = space + 1;
    }
    return parts;
}

// Reads arguments one by one; the state is what has been named so far.
class Parser {
  public:
    Parser(const std::vector<Command>& table, const std::vector<std::string>& given)
        : table_(table), given_(given) {}

    Parsed parse() {
        while (at_ < given_.size()) {
            const std::string& argument = given_[at_++];
            if (!ended_ && argument == "--")
                ended_ = true;
            else if (!ended_ && argument.size() > 1 && argument[0] == '-')
                option(argument);
            else
                word(argument);
        }
        if (!parsed_.help && !parsed_.version) complete();
        return std::move(parsed_);
    }

  private:
    void option(const std::string& argument) {
        if (argument == "--help" || argument == "-h") {
            parsed_.help = true;
            return;
        }
        if (argument == "--version" && parsed_.command == nullptr) {
            parsed_.version = true;
            return;
        }
        const std::size_t equals = argument.find('=');
        const std::string name = argument.substr(0, equals);
        const Option* option = find_option(name);
        if (option == nullptr) throw unknown_option(name);
        std::string value;
        if (option->value == nullptr) {
            if (equals != std::string::npos)
                throw usage(say("The option {0} takes no value.", name), parsed_.topic);
        } else if (equals != std::string::npos) {
            value = argument.substr(equals + 1);
        } else if (at_ < given_.size()) {
            value = given_[at_++];
        } else {
            throw usage(say("The option {0} needs a value: {1}.", name, option->value), parsed_.topic);
        }
        take(*option, std::move(value));
    }

    void take(const Option& option, std::string value) {
        check_choice(option.name, value, option.choices);
        auto& values = parsed_.arguments.options[option.name];
        if (!values.empty() && !option.repeatable && option.value != nullptr)
            throw usage(say("The option {0} is given twice.", option.name), parsed_.topic);
        values.push_back(std::move(value));
    }

    void check_choice(const char* name, const std::string& value, const std::vector<const char*>& choices) {
        if (choices.empty()) return;
        const std::vector<std::string> words(choices.begin(), choices.end());
        if (std::find(words.begin(), words.end(), value) != words.end()) return;
        std::string list;
        for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
        throw usage(
            say("{0} cannot be \"{1}\": it is one of {2}.", name, value, list) + did_you_mean(value, words),
            parsed_.topic);
    }

    const Option* find_option(const std::string& name) const {
        if (parsed_.command != nullptr)
            for (const Option& option : parsed_.command->options)
                if (name == option.name) return &option;
        for (const Option& option : global_options)
            if (name == option.name) return &option;
        return nullptr;
    }

    Failure unknown_option(const std::string& name) const {
        std::vector<std::string> names{"--help"};
        if (parsed_.command != nullptr)
            for (const Option& option : parsed_.command->options) names.emplace_back(option.name);
        for (const Option& option : global_options) names.emplace_back(option.name);
        const std::string where =
            parsed_.command == nullptr ? say("before a command") : say("for this command");
        return usage(say("There is no option {0} {1}.", name, where) + did_you_mean(name, names),
                     parsed_.topic);
    }

    void word(const std::string& argument) {
        if (parsed_.command == nullptr) return command_word(argument);
        const auto& known = parsed_.command->arguments;
        if (parsed_.arguments.positional.size() >= known.size())
            throw usage(say("One argument too many: \"{0}\". A text of several words needs quotes around it.",
                            argument),
                        parsed_.topic);
        const Argument& slot = known[parsed_.arguments.positional.size()];
        check_choice(slot.name, argument, slot.choices);
        parsed_.arguments.positional.push_back(argument);
    }

    void command_word(const std::string& argument) {
        const std::string words = parsed_.topic.empty() ? argument : parsed_.topic + " " + argument;
        std::vector<std::string> candidates;
        for (const Command& command : table_) {
            if (words == command.words) {
                parsed_.command = &command;
                parsed_.topic = words;
                return;
            }
            const auto parts = split(command.words);
            if (parsed_.topic.empty()) candidates.push_back(parts[0]);
            if (!parsed_.topic.empty() && parts[0] == parsed_.topic && parts.size() > 1)
                candidates.push_back(parts[1]);
        }
        if (parsed_.topic.empty() &&
            std::find(candidates.begin(), candidates.end(), argument) != candidates.end()) {
            parsed_.topic = argument;
            return;
        }
        throw usage(say("There is no command \"{0}\".", words) + did_you_mean(argument, candidates),
                    parsed_.topic);
    }

    void complete() {
        if (parsed_.command == nullptr) {
            if (parsed_.topic.empty()) return;
            std::string list;
            for (const Command& command : table_)
                if (const auto parts = split(command.words); parts[0] == parsed_.topic)
                    list += (list.empty() ? "" : ", ") + parts.back();
            throw usage(say("\"{0}\" needs another word: {1}.", parsed_.topic, list), parsed_.topic);
        }
        const auto& known = parsed_.command->arguments;
        for (std::size_t i = parsed_.arguments.positional.size(); i < known.size(); ++i)
            if (known[i].required) throw usage(say("{0} is missing.", known[i].name), parsed_.topic);
    }

    const std::vector<Command>& table_;
    const std::vector<std::string>& given_;
    std::size_t at_ = 0;
    bool ended_ = false;
    Parsed parsed_;
};

// Optimal string alignment: insertions, deletions, replacements, and neighbours swapped.
std::size_t distance(const std::string& a, const std::string& b) {
    std::vector<std::vector<std::size_t>> rows(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) rows[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i)
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            rows[i][j] = std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
        }
    return rows[a.size()][b.size()];
}

}  // namespace

const std::vector<Option> global_options{
    {"--home",
     "PATH",
     "the home of this node (else $LIAISE_HOME, else ~/.local/share/liaise)",
     {},
     false,
     Kind::folder},
    {"--json", nullptr, "answer in JSON, one object a line"},
    {"--no-colour", nullptr, "no colour, even on a terminal"},
};

std::string Arguments::value(const std::string& option, const std::string& otherwise) const {
    const auto found = options.find(option);
    return found == options.end() ? otherwise : found->second.back();
}

std::vector<std::string> Arguments::values(const std::string& option) const {
    const auto found = options.find(option);
    return found == options.end() ? std::vector<std::string>{} : found->second;
}

Parsed parse(const std::vector<Command>& table, const std::vector<std::string>& arguments) {
    return Parser{table, arguments}.parse();
}

std::optional<std::string> nearest(const std::string& word, const std::vector<std::string>& words) {
    constexpr std::size_t compared_max = 64;
    if (word.empty() || word.size() > compared_max) return {};
    std::optional<std::string> best;
    std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const std::string& candidate : words) {
        const bool begins = word.size() >= 2 && candidate.rfind(word, 0) == 0;
        const std::size_t apart = begins ? 0 : distance(word, candidate);
        if (apart < best_distance) {
            best = candidate;
            best_distance = apart;
        }
    }
    return best;
}

std::int64_t milliseconds_from(const std::string& option, const std::string& text) {
    const bool bare =
        !text.empty() && text.size() <= 9 && text.find_first_not_of("0123456789") == std::string::npos;
    if (bare) return std::stoll(text) * 1000;
    const auto span = duration_from_text(text);
    if (span.ok()) return span->count();
    throw Failure{Exit::usage, say("{0} cannot be \"{1}\": {2}.", option, text, tr(span.error().phrase))};
}

std::uint32_t number_from(const std::string& option, const std::string& text, std::uint32_t least,
                          std::uint32_t most) {
    std::uint32_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault == std::errc{} && end == text.data() + text.size() && number >= least && number <= most)
        return number;
    throw Failure{Exit::usage,
                  say("{0} cannot be \"{1}\": it is a number from {2} to {3}.", option, text, least, most)};
}

}  // namespace liaise::cli
