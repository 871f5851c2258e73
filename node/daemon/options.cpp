#include "node/daemon/options.h"

#include <array>
#include <charconv>

#include "node/transport/address.h"

namespace liaise::node::daemon {
namespace {

using service::Exit;
using service::Outcome;
using service::Refusal;

struct Option {
    const char* name;
    const char* value;  // null: a switch
    const char* sentence;
    bool (*set)(Options&, const std::string&);  // false: not such a value
};

bool set_descriptor(std::optional<int>& descriptor, const std::string& value) {
    int number = -1;
    const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (fault != std::errc{} || end != value.data() + value.size() || number < 0) return false;
    descriptor = number;
    return true;
}

bool set_level(Options& options, const std::string& value) {
    if (value == "debug")
        options.log_level = service::Level::debug;
    else if (value == "info")
        options.log_level = service::Level::info;
    else if (value == "warning")
        options.log_level = service::Level::warning;
    else if (value == "error")
        options.log_level = service::Level::error;
    else
        return false;
    return true;
}

constexpr std::array table{
    Option{"--home", "FOLDER", "the home of this node (made by `liaise init`)",
           [](Options& options, const std::string& value) { return options.home = value, !value.empty(); }},
    Option{"--listen", "ADDRESS:PORT", "take connections there; port 0 picks a free one; may be repeated",
           [](Options& options, const std::string& value) {
               return options.listen.push_back(value), !value.empty();
           }},
    Option{"--announce", "HOST:PORT",
           "tell others to dial this, in tickets and the directory, instead of where it listens; may be "
           "repeated",
           [](Options& options, const std::string& value) {
               const auto address = transport::Address::parse(value);
               return options.announce.push_back(value), address && address->dialable();
           }},
    Option{"--passphrase-fd", "NUMBER",
           "read the passphrase from this descriptor; without it the node starts locked",
           [](Options& options, const std::string& value) {
               return set_descriptor(options.passphrase_fd, value);
           }},
    Option{
        "--ready-fd", "NUMBER", "say there, in one line, when the node is ready or why it is not",
        [](Options& options, const std::string& value) { return set_descriptor(options.ready_fd, value); }},
    Option{"--log-level", "LEVEL", "debug, info, warning or error (default info); lines go to standard error",
           set_level},
    Option{"--setup", nullptr, "make a new home, as the client on standard input says",
           [](Options& options, const std::string&) { return options.setup = true; }},
    Option{"--help", nullptr, "say this",
           [](Options& options, const std::string&) { return options.help = true; }},
    Option{"--version", nullptr, "say the version",
           [](Options& options, const std::string&) { return options.version = true; }},
};

Refusal usage(const std::string& sentence) {
    return {Exit::usage, sentence + " See `liaised --help`."};
}

}  // namespace

Outcome<Options> parse_options(const std::vector<std::string>& arguments) {
    Options options;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const Option* found = nullptr;
        for (const Option& option : table)
            if (arguments[i] == option.name) found = &option;
        if (found == nullptr) return usage("There is no option " + arguments[i] + ".");
        if (found->value == nullptr) {
            found->set(options, {});
            continue;
        }
        if (++i == arguments.size())
            return usage(std::string(found->name) + " needs a value: " + found->value + ".");
        if (!found->set(options, arguments[i]))
            return usage(std::string(found->name) + " cannot be \"" + arguments[i] + "\".");
    }
    if (!options.announce.empty() && options.listen.empty())
        return usage("--announce goes with --listen: who takes no connections has nothing to announce.");
    if (options.home.empty() && !options.help && !options.version) return usage("--home is missing.");
    return options;
}

std::optional<int> ready_descriptor(const std::vector<std::string>& arguments) {
    std::optional<int> descriptor;
    for (std::size_t i = 0; i + 1 < arguments.size(); ++i)
        if (arguments[i] == "--ready-fd") set_descriptor(descriptor, arguments[i + 1]);
    return descriptor;
}

std::string options_help() {
    std::string text =
        "liaised: the node of a Liaise network. People use it through `liaise`, which also starts and stops "
        "it.\n\n"
        "usage: liaised --home FOLDER [options]\n\n";
    for (const Option& option : table) {
        std::string left =
            std::string("  ") + option.name + (option.value ? std::string(" ") + option.value : "");
        left.resize(std::max<std::size_t>(left.size() + 2, 30), ' ');
        text += left + option.sentence + "\n";
    }
    return text;
}

}  // namespace liaise::node::daemon
