// Attack class 21: what others wrote reaches a terminal only as text. In a real pseudo-terminal, in every
// command that shows a field of others.
#include <doctest/doctest.h>

#include <sstream>

#include "cli/text.h"
#include "protocol/base/text.h"
#include "tests/system/cli/harness.h"

using namespace liaise::test;

namespace {

// Everything but line ends and our own colours: ESC [ digits m.
std::string without_own_colours(const std::string& sent) {
    std::string rest;
    for (std::size_t at = 0; at < sent.size();) {
        std::size_t end = at + 2;
        if (sent.compare(at, 2, "\x1b[") == 0) {
            while (end < sent.size() && sent[end] >= '0' && sent[end] <= '9') ++end;
            if (end > at + 2 && end < sent.size() && sent[end] == 'm') {
                at = end + 1;
                continue;
            }
        }
        rest += sent[at++];
    }
    return rest;
}

void check_harmless(const std::string& sent, const std::string& command) {
    REQUIRE_MESSAGE(liaise::is_utf8(sent), command);
    std::size_t marks = 0;
    for (std::size_t at = 0; at < sent.size();) {
        const char32_t c = liaise::next_code_point(sent, at);
        const bool line_end = c == '\n' || c == '\r';
        CHECK_MESSAGE((line_end || c == 0xfffd || !liaise::is_unsafe_in_name(c)),
                      command << " sent " << static_cast<unsigned>(c));
        marks = c == 0x301 ? marks + 1 : 0;
        CHECK_MESSAGE(marks <= 4, command);
    }
}

const std::vector<std::vector<std::string>> commands{{"who"},
                                                     {"who", "--json"},
                                                     {"read"},
                                                     {"read", "practice"},
                                                     {"read", "--json"},
                                                     {"search", "Referral"},
                                                     {"search", "Referral", "--json"},
                                                     {"channel", "show", "practice"},
                                                     {"channel", "list"},
                                                     {"doc", "list"},
                                                     {"doc", "show", "hostile"},
                                                     {"status"},
                                                     {"doctor"},
                                                     {"who", "no\x1b[31m\u202ebody"}};

}  // namespace

TEST_CASE("21: nothing that others wrote drives the terminal, with colour and without") {
    Liaise l;
    l.environment["FAKE_LIAISED_HOSTILE"] = "1";
    l.node("ke");
    REQUIRE(l.run({"--home", "ke", "join", "liaise1abc"}).exit == 0);
    l.write("hostile.md",
            "# A \x1b]0;owned\x07title\n\n- \x1b[31mred\n- "
            "[link](http://x\x1b[2J)\n\n<b>\x1b[1m</b>\n\n```\n\x1b]52;c;x\x07\n```\n");
    REQUIRE(l.run({"--home", "ke", "doc", "publish", "practice", "hostile.md"}).exit == 0);
    for (const bool colour : {true, false}) {
        if (!colour) l.environment["NO_COLOR"] = "1";
        for (const auto& command : commands)
            for (const unsigned columns : {30U, 80U}) {
                std::vector<std::string> arguments{"--home", "ke"};
                arguments.insert(arguments.end(), command.begin(), command.end());
                const Ran ran = l.run_in_terminal(arguments, columns);
                CHECK(!ran.out.empty());
                check_harmless(colour ? without_own_colours(ran.out) : ran.out, command[0]);
            }
    }
}

TEST_CASE("21: JSON in a pipe holds the text whole, with what drives terminals escaped") {
    Liaise l;
    l.environment["FAKE_LIAISED_HOSTILE"] = "1";
    l.node("ke");
    REQUIRE(l.run({"--home", "ke", "join", "liaise1abc"}).exit == 0);
    const Ran read = l.run({"--home", "ke", "read", "--json"});
    check_harmless(read.out.substr(0, read.out.find("Z\u0301")), "read --json");
    const std::string text = json_lines(read.out).at(0)["text"];
    CHECK(text.find("\x1b]0;owned\x07") != std::string::npos);
    CHECK(text.find("\u202egnp.exe") != std::string::npos);
}

TEST_CASE("colour is for terminals, and gone with NO_COLOR, --no-colour and TERM=dumb") {
    Liaise l;
    l.node("ke");
    CHECK(l.run({"--home", "ke", "status"}).out.find('\x1b') == std::string::npos);
    CHECK(l.run_in_terminal({"--home", "ke", "status"}).out.find("\x1b[") != std::string::npos);
    CHECK(l.run_in_terminal({"--home", "ke", "--no-colour", "status"}).out.find('\x1b') == std::string::npos);
    l.environment["TERM"] = "dumb";
    CHECK(l.run_in_terminal({"--home", "ke", "status"}).out.find('\x1b') == std::string::npos);
}

TEST_CASE("tables fit narrow terminals") {
    Liaise l;
    l.node("ke");
    l.environment["NO_COLOR"] = "1";
    for (const unsigned columns : {20U, 40U, 60U, 120U}) {
        std::istringstream out(l.run_in_terminal({"--home", "ke", "who"}, columns).out);
        for (std::string one; std::getline(out, one);) {
            if (!one.empty() && one.back() == '\r') one.pop_back();
            CHECK(liaise::cli::cells(one) <= columns);
        }
    }
}

TEST_CASE("init on a terminal asks, shows the sheet once, clears it, and lets a part be retyped") {
    Liaise l;
    const Ran made = l.run_in_terminal(
        {"--home", "ke", "init", "--name", "Asha Wanjiru", "--role", "focal-point", "--country", "KE"}, 80,
        {{"New passphrase: ", "secret words\n"},
         {"Once more: ", "secret words\n"},
         {"Press Enter", "\n"},
         {"Group 1 of the sheet: ", "wrong\n"},
         {"Group 3 of the sheet: ", "cccc\n"},
         {"Group 1 of the sheet: ", "aaaa\n"},
         {"Group 3 of the sheet: ", "cccc\n"}});
    CHECK_MESSAGE(made.exit == 0, made.out);
    CHECK(made.out.find("secret words") == std::string::npos);  // unechoed
    const auto cleared = made.out.find("\x1b[2J");
    CHECK(made.out.find("aaaa 2 bbbb") < cleared);
    CHECK(made.out.find("bbbb", cleared) == std::string::npos);
    const Ran up = l.run_in_terminal({"--home", "ke", "up"}, 80, {{"Passphrase: ", "secret words\n"}});
    CHECK_MESSAGE(up.exit == 0, up.out);
}

TEST_CASE("init that is broken off on the terminal leaves nothing behind") {
    Liaise l;
    const Ran broken = l.run_in_terminal(
        {"--home", "ke", "init", "--name", "Asha Wanjiru", "--role", "focal-point", "--country", "KE"}, 80,
        {{"New passphrase: ", "secret words\n"}, {"Once more: ", "secret words\n"}, {"Press Enter", "\x03"}});
    CHECK(broken.exit == 1);
    CHECK_FALSE(std::filesystem::exists(l.folder() / "ke"));
}

TEST_CASE("a ticket as a QR code is a square of whole lines") {
    Liaise l;
    l.node("ke");
    const Ran shown = l.run({"--home", "ke", "ticket", "create", "--country", "VN", "--qr"});
    CHECK(shown.exit == 0);
    CHECK(std::count(shown.out.begin(), shown.out.end(), '\n') > 15);
}
