#include "cli/args.h"

#include <doctest/doctest.h>

#include "cli/command/command.h"

using namespace liaise::cli;

namespace {

Parsed read(const std::vector<std::string>& arguments) {
    return parse(command_table(), arguments);
}

std::string refused(const std::vector<std::string>& arguments) {
    try {
        read(arguments);
    } catch (const Failure& failure) {
        CHECK(failure.exit == Exit::usage);
        return failure.sentence;
    }
    return {};
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a command of two words, its arguments and its options, in any order") {
    const Parsed parsed =
        read({"--home", "ke", "ticket", "create", "--valid=7d", "--json", "--country", "VN"});
    REQUIRE((parsed.command != nullptr));
    CHECK(std::string(parsed.command->words) == "ticket create");
    CHECK(parsed.arguments.value("--home") == "ke");
    CHECK(parsed.arguments.value("--valid") == "7d");
    CHECK(parsed.arguments.value("--country") == "VN");
    CHECK(parsed.arguments.has("--json"));
    CHECK(parsed.arguments.value("--role", "focal-point") == "focal-point");
}

TEST_CASE("a repeatable option keeps all its values; another given twice is refused") {
    CHECK(read({"up", "--listen", "a:1", "--listen", "b:2"}).arguments.values("--listen") ==
          std::vector<std::string>{"a:1", "b:2"});
    CHECK(has(refused({"ticket", "create", "--valid", "1d", "--valid", "2d"}), "twice"));
}

TEST_CASE("-- ends the options, and - is an argument") {
    const Parsed parsed = read({"post", "practice", "--", "--json"});
    CHECK(parsed.arguments.positional == std::vector<std::string>{"practice", "--json"});
    CHECK_FALSE(parsed.arguments.has("--json"));
    CHECK(read({"post", "practice", "-"}).arguments.at(1) == "-");
}

TEST_CASE("unknown words and options are refused with the nearest that exists") {
    CHECK(has(refused({"chanel", "list"}), "\"channel\""));
    CHECK(has(refused({"channel", "lsit"}), "\"list\""));
    CHECK(has(refused({"read", "--limt", "3"}), "\"--limit\""));
    CHECK(has(refused({"ticket", "create", "--role", "focal"}), "\"focal-point\""));
    CHECK_FALSE(has(refused({"xyzzy"}), "Did you mean"));
    CHECK(has(refused({"completion", "basch"}), "\"bash\""));
}

TEST_CASE("what is missing or too much is named") {
    CHECK(has(refused({"join"}), "TICKET is missing"));
    CHECK(has(refused({"channel"}), "create"));
    CHECK(has(refused({"channel", "create", "a", "b"}), "quotes"));
    CHECK(has(refused({"read", "--limit"}), "needs a value"));
    CHECK(has(refused({"status", "--json=yes"}), "takes no value"));
    CHECK(has(refused({"--valid", "7d", "ticket", "create"}), "before a command"));
}

TEST_CASE("help may be asked for anywhere, and asks for nothing else") {
    CHECK(read({"--help"}).help);
    CHECK(read({"channel", "--help"}).topic == "channel");
    const Parsed parsed = read({"join", "-h"});
    CHECK(parsed.help);
    CHECK(parsed.topic == "join");
    CHECK((read({}).command == nullptr));
    CHECK(read({"--version"}).version);
}

TEST_CASE("spans of time: with a unit, or bare seconds") {
    CHECK(milliseconds_from("--wait", "10") == 10'000);
    CHECK(milliseconds_from("--wait", "0") == 0);
    CHECK(milliseconds_from("--wait", "90s") == 90'000);
    CHECK(milliseconds_from("--valid", "7d") == 7LL * 24 * 3600 * 1000);
    for (const char* bad : {"", "d", "-1", "7x", "1e9", "99999999999", "0x10"})
        CHECK_THROWS_AS(milliseconds_from("--wait", bad), Failure);
}

TEST_CASE("numbers have a range") {
    CHECK(number_from("--limit", "1", 1, 1000) == 1);
    CHECK(number_from("--limit", "1000", 1, 1000) == 1000);
    for (const char* bad : {"0", "1001", "", "a", "1a", "-1", "4294967297"})
        CHECK_THROWS_AS(number_from("--limit", bad, 1, 1000), Failure);
}

TEST_CASE("the nearest word is near, or none") {
    const std::vector<std::string> words{"channel", "post", "read", "revoke"};
    CHECK(nearest("chanel", words) == "channel");
    CHECK(nearest("raed", words) == "read");
    CHECK(nearest("re", words) == "read");
    CHECK_FALSE(nearest("zzzzzz", words).has_value());
    CHECK_FALSE(nearest("", words).has_value());
    CHECK_FALSE(nearest(std::string(10'000, 'a'), words).has_value());
}

TEST_CASE("every command has a summary, an example, and nothing ambiguous") {
    for (const Command& command : command_table()) {
        CHECK_MESSAGE((command.run != nullptr), std::string(command.words));
        CHECK_MESSAGE(std::string(command.summary).size() > 5, std::string(command.words));
        CHECK_MESSAGE(!command.examples.empty(), std::string(command.words));
        bool optional = false;
        for (const Argument& argument : command.arguments) {
            CHECK_MESSAGE(!(optional && argument.required), std::string(command.words));
            optional = optional || !argument.required;
        }
        for (const Option& option : command.options)
            for (const Option& global : global_options) CHECK(std::string(option.name) != global.name);
    }
}

TEST_CASE("the examples of every command can be parsed") {
    for (const Command& command : command_table())
        for (const Example& example : command.examples) {
            // The shell's work: words, double quotes, and nothing from the first redirection or pipe on.
            std::vector<std::string> words(1);
            bool quoted = false;
            for (const char c : std::string(example.line)) {
                if (!quoted && (c == '<' || c == '>' || c == '|')) break;
                if (c == '"')
                    quoted = !quoted;
                else if (c == ' ' && !quoted)
                    words.emplace_back();
                else
                    words.back() += c;
            }
            std::erase(words, "");
            REQUIRE(words.front() == "liaise");
            words.erase(words.begin());
            const Parsed parsed = read(words);
            CHECK_MESSAGE((parsed.command == &command), std::string(example.line));
        }
}
