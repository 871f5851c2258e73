// The client's transcript, command by command: what goes to standard output, the names of JSON fields, the
// exit codes. The daemon is a fake; tests/system has the same with real ones.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

#include "tests/system/cli/harness.h"

using namespace liaise::test;

namespace {

const std::vector<std::string> message_fields{"id",      "channel",  "author", "author_id", "role",
                                              "country", "verified", "time",   "text",      "state"};
const std::vector<std::string> document_fields{"id",    "revision", "title", "lang", "kind",
                                               "bytes", "author",   "time",  "state"};

std::vector<std::string> first(std::vector<std::string> all, std::size_t count) {
    all.resize(std::min(all.size(), count));
    return all;
}

bool is_rfc3339_utc(const std::string& time) {
    return time.size() == 24 && time[4] == '-' && time[10] == 'T' && time.back() == 'Z';
}

}  // namespace

TEST_CASE("the transcript of a first day works as printed") {
    Liaise l;
    CHECK(l.run({"--home", "ke", "init", "--name", "Asha Wanjiru", "--role", "focal-point", "--country", "KE",
                 "--passphrase-file", "pass", "--recovery-file", "sheet"})
              .exit == 0);
    CHECK(l.contents("sheet").find("recovery sheet") != std::string::npos);
    CHECK(l.run({"--home", "ke", "up", "--listen", "127.0.0.1:0", "--passphrase-file", "pass"}).exit == 0);
    CHECK(l.run({"--home", "ke", "network", "found", "Practice network"}).exit == 0);

    const Ran ticket = l.run(
        {"--home", "ke", "ticket", "create", "--role", "focal-point", "--country", "VN", "--valid", "7d"});
    CHECK(ticket.exit == 0);
    const std::string text = line(ticket.out);  // alone on standard output
    CHECK(text.find(' ') == std::string::npos);

    l.node("vn", "Nguyen Van Minh", "VN");
    CHECK(l.run({"--home", "vn", "join", text}).exit == 0);
    CHECK(l.run({"--home", "ke", "channel", "create", "practice"}).exit == 0);
    CHECK(l.run({"--home", "ke", "channel", "invite", "practice", "Nguyen Van Minh"}).exit == 0);

    const Ran posted =
        l.run({"--home", "ke", "post", "practice", "Referral instead of arrest: what worked in Kisumu."});
    CHECK(posted.exit == 0);
    const std::string id = line(posted.out);
    CHECK(id.find('.') != std::string::npos);

    CHECK(l.run({"--home", "vn", "sync", "--wait", "10"}).exit == 0);
    const Ran read = l.run({"--home", "vn", "read", "practice", "--json"});
    CHECK(read.exit == 0);
    const auto messages = json_lines(read.out);
    REQUIRE(messages.size() == 1);
    CHECK(first(names(messages[0]), message_fields.size()) == message_fields);
    CHECK(messages[0]["author"] == "Asha Wanjiru");
    CHECK(messages[0]["text"] == "Referral instead of arrest: what worked in Kisumu.");
    CHECK(messages[0]["verified"] == false);
    CHECK(is_rfc3339_utc(messages[0]["time"]));

    l.write("guide.md", "# Needle disposal\n\nUse a sharps box.\n");
    const Ran published = l.run({"--home", "vn", "doc", "publish", "practice", "guide.md", "--title",
                                 "Needle disposal", "--lang", "en", "--kind", "good-practice"});
    CHECK(published.exit == 0);
    const std::string document = line(published.out);
    const Ran listed = l.run({"--home", "vn", "doc", "list", "practice", "--json"});
    const auto documents = json_lines(listed.out);
    REQUIRE(documents.size() == 1);
    CHECK(first(names(documents[0]), document_fields.size()) == document_fields);
    CHECK(documents[0]["id"] == document);
    CHECK(documents[0]["bytes"] == 37);
    CHECK(documents[0]["lang"] == "en");

    CHECK(l.run({"--home", "vn", "doc", "get", document.substr(0, 6), "--out", "copy.md"}).exit == 0);
    CHECK(l.contents("copy.md") == l.contents("guide.md"));
    const Ran again = l.run({"--home", "vn", "doc", "get", document, "--out", "copy.md"});
    CHECK(again.exit == 1);
    CHECK(again.err.find("--force") != std::string::npos);
    CHECK(l.run({"--home", "vn", "doc", "get", document, "--out", "copy.md", "--force"}).exit == 0);

    const Ran found = l.run({"--home", "vn", "search", "disposal", "--json"});
    CHECK(found.exit == 0);
    REQUIRE(json_lines(found.out).size() == 1);
    CHECK(json_lines(found.out)[0]["found"] == "document");

    CHECK(l.run({"--home", "ke", "down"}).exit == 0);
    CHECK(l.run({"--home", "ke", "status"}).exit == 3);
}

TEST_CASE("text comes from an argument, from standard input, and from an editor") {
    Liaise l;
    l.node("ke");
    l.run({"--home", "ke", "channel", "create", "practice"});
    CHECK(l.run({"--home", "ke", "post", "practice", "an argument"}).exit == 0);
    CHECK(l.run({"--home", "ke", "post", "practice", "-"}, "a dash\n").exit == 0);
    CHECK(l.run({"--home", "ke", "post", "practice"}, "a pipe\nof two lines\n").exit == 0);
    CHECK(l.run({"--home", "ke", "post", "practice", "--", "--with a dash in front"}).exit == 0);
    l.write("editor", "#!/bin/sh\nprintf 'an editor\\n' > \"$1\"\n");
    std::filesystem::permissions(l.folder() / "editor", std::filesystem::perms::owner_all);
    l.environment["EDITOR"] = (l.folder() / "editor").string();
    CHECK(l.run_in_terminal({"--home", "ke", "post", "practice"}).exit == 0);
    std::vector<std::string> texts;
    for (const auto& message : json_lines(l.run({"--home", "ke", "read", "--json"}).out))
        texts.push_back(message["text"]);
    CHECK(texts == std::vector<std::string>{"an argument", "a dash", "a pipe\nof two lines",
                                            "--with a dash in front", "an editor"});
}

TEST_CASE("a text that is empty, too long or no text is refused before it is sent") {
    Liaise l;
    l.node("ke");
    l.run({"--home", "ke", "channel", "create", "practice"});
    CHECK(l.run({"--home", "ke", "post", "practice"}, "").exit == 2);
    CHECK(l.run({"--home", "ke", "post", "practice"}, std::string(40'000, 'a')).exit == 2);
    CHECK(l.run({"--home", "ke", "post", "practice"}, "\xff\xfe").exit == 2);
    CHECK(json_lines(l.run({"--home", "ke", "read", "--json"}).out).empty());
}

TEST_CASE("a reply goes into the channel of its message") {
    Liaise l;
    l.node("ke");
    l.run({"--home", "ke", "channel", "create", "other"});
    l.run({"--home", "ke", "channel", "create", "practice"});
    const std::string id = line(l.run({"--home", "ke", "post", "practice", "question"}).out);
    const Ran reply = l.run({"--home", "ke", "reply", id, "answer", "--json"});
    REQUIRE(reply.exit == 0);
    const auto message = json_lines(reply.out).at(0);
    CHECK(message["channel"] == "practice");
    CHECK(message["reply_to"] == id);
    CHECK(json_lines(l.run({"--home", "ke", "read", "--thread", id, "--json"}).out).size() == 2);
    CHECK(l.run({"--home", "ke", "reply", "99.zzzz", "answer"}).exit == 5);
}

TEST_CASE("what is not known is refused with exit code 5 and the nearest match") {
    Liaise l;
    l.node("ke");
    l.run({"--home", "ke", "channel", "create", "practice"});
    const Ran channel = l.run({"--home", "ke", "read", "practise"});
    CHECK(channel.exit == 5);
    CHECK(channel.err.find("Did you mean \"practice\"") != std::string::npos);
    CHECK(channel.out.empty());
    CHECK(l.run({"--home", "ke", "who", "Nobody"}).exit == 5);
}

TEST_CASE("without a daemon every command says so, with exit code 3") {
    Liaise l;
    l.node("ke");
    l.run({"--home", "ke", "down"});
    for (const std::vector<std::string>& command : {std::vector<std::string>{"status"},
                                                    {"read"},
                                                    {"post", "practice", "x"},
                                                    {"who"},
                                                    {"doc", "list"},
                                                    {"down"},
                                                    {"doctor"}}) {
        std::vector<std::string> arguments{"--home", "ke"};
        arguments.insert(arguments.end(), command.begin(), command.end());
        const Ran ran = l.run(arguments);
        CHECK_MESSAGE(ran.exit == 3, command[0]);
    }
    CHECK(l.run({"--home", "ke", "status"}).err.find("up`") != std::string::npos);
    CHECK(l.run({"--home", "nowhere", "status"}).exit == 3);
}

TEST_CASE("up says so where a daemon runs already, and refuses a wrong passphrase") {
    Liaise l;
    l.node("ke");
    CHECK(l.run({"--home", "ke", "up", "--passphrase-file", "pass"}).exit == 0);
    l.run({"--home", "ke", "down"});
    l.write("wrong", "not it\n");
    const Ran wrong = l.run({"--home", "ke", "up", "--passphrase-file", "wrong"});
    CHECK(wrong.exit == 4);
    CHECK(l.run({"--home", "ke", "status"}).exit == 3);
    CHECK(l.run({"--home", "nowhere", "up", "--passphrase-file", "pass"}).exit == 5);
    CHECK(l.run({"--home", "ke", "up"}).exit == 2);  // no terminal, no file
}

TEST_CASE("a daemon that cannot be started or ends at once is a sentence") {
    Liaise l;
    l.node("ke");
    l.run({"--home", "ke", "down"});
    l.environment["LIAISED"] = "/bin/false";
    CHECK(l.run({"--home", "ke", "up", "--passphrase-file", "pass"}).exit == 1);
    l.environment["LIAISED"] = "/nonexistent/liaised";
    CHECK(l.run({"--home", "ke", "up", "--passphrase-file", "pass"}).exit == 1);
}

TEST_CASE("34: the passphrase is neither in the daemon's arguments nor in its environment") {
    Liaise l;
    l.node("ke");
    const auto status = json_lines(l.run({"--home", "ke", "status", "--json"}).out).at(0);
    const std::string process = "/proc/" + std::to_string(status["pid"].get<int>());
    for (const char* file : {"/cmdline", "/environ"}) {
        std::ifstream stream(process + file, std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
        CHECK(!bytes.empty());
        CHECK(bytes.find("a good passphrase") == std::string::npos);
    }
}

TEST_CASE("lock and unlock") {
    Liaise l;
    l.node("ke");
    CHECK(l.run({"--home", "ke", "lock"}).exit == 0);
    CHECK(l.run({"--home", "ke", "read"}).exit == 4);
    CHECK(json_lines(l.run({"--home", "ke", "status", "--json"}).out).at(0)["state"] == "locked");
    l.write("wrong", "not it\n");
    CHECK(l.run({"--home", "ke", "unlock", "--passphrase-file", "wrong"}).exit == 4);
    CHECK(l.run({"--home", "ke", "unlock", "--passphrase-file", "pass"}).exit == 0);
    CHECK(l.run({"--home", "ke", "read"}).exit == 0);
    l.run({"--home", "ke", "down"});
    CHECK(l.run({"--home", "ke", "up", "--locked"}).exit == 0);
    CHECK(l.run({"--home", "ke", "read"}).exit == 4);
}

TEST_CASE("sync ends with 1 when the time is up") {
    Liaise l;
    l.environment["FAKE_LIAISED_SILENT"] = "1";
    l.node("ke");
    const Ran late = l.run({"--home", "ke", "sync", "--wait", "0"});
    CHECK(late.exit == 1);
    CHECK(late.out.empty());
}

TEST_CASE("follow shows what arrives, and ends after so many") {
    Liaise l;
    l.node("ke");
    l.run({"--home", "ke", "channel", "create", "practice"});
    CHECK(l.run({"--home", "ke", "follow", "--for", "0"}).exit == 0);
    CHECK(l.run({"--home", "ke", "follow", "nowhere"}).exit == 5);
}

TEST_CASE("a document keeps its revisions, and goes to standard output as it is") {
    Liaise l;
    l.node("ke");
    l.run({"--home", "ke", "channel", "create", "practice"});
    const std::string bytes("\0\x01\x1b[31m\xff", 8);
    l.write("data.bin", bytes);
    const std::string id = line(l.run({"--home", "ke", "doc", "publish", "practice", "data.bin"}).out);
    CHECK(l.run({"--home", "ke", "doc", "get", id, "--out", "-"}).out == bytes);
    l.write("data.bin", "second");
    CHECK(line(l.run({"--home", "ke", "doc", "revise", id, "data.bin", "--note", "better"}).out) == id);
    CHECK(json_lines(l.run({"--home", "ke", "doc", "history", id, "--json"}).out).size() == 2);
    CHECK(l.run({"--home", "ke", "doc", "get", id, "--revision", "1", "--out", "-"}).out == bytes);
    CHECK(l.run({"--home", "ke", "doc", "get", id, "--revision", "7", "--out", "x"}).exit == 5);
    CHECK_FALSE(std::filesystem::exists(l.folder() / "x"));
    CHECK(l.run({"--home", "ke", "doc", "show", id}).out.find("data.bin") != std::string::npos);
    CHECK(l.run({"--home", "ke", "doc", "publish", "practice", "missing.md"}).exit == 5);
    CHECK(l.run({"--home", "ke", "doc", "publish", "practice", "."}).exit == 2);
}

TEST_CASE("an init that is broken off or refused leaves nothing behind") {
    Liaise l;
    const Ran refused = l.run({"--home", "ke", "init", "--name", "Asha\x1b[31m", "--role", "focal-point",
                               "--country", "KE", "--passphrase-file", "pass", "--recovery-file", "sheet"});
    CHECK(refused.exit == 2);
    CHECK_FALSE(std::filesystem::exists(l.folder() / "ke"));
    CHECK_FALSE(std::filesystem::exists(l.folder() / "sheet"));
    l.write("sheet", "mine");
    const Ran existing = l.run({"--home", "ke", "init", "--name", "Asha", "--role", "focal-point",
                                "--country", "KE", "--passphrase-file", "pass", "--recovery-file", "sheet"});
    CHECK(existing.exit == 1);
    CHECK(l.contents("sheet") == "mine");
    CHECK_FALSE(std::filesystem::exists(l.folder() / "ke"));
    CHECK(l.run({"--home", "ke", "init", "--name", "Asha", "--role", "focal-point", "--country", "KE",
                 "--passphrase-file", "pass"})
              .exit == 2);  // nowhere to show the sheet
}

TEST_CASE("a device is added, named and shut out") {
    Liaise l;
    l.node("ke");
    const Ran ticket = l.run({"--home", "ke", "device", "add", "--name", "field laptop"});
    CHECK(ticket.exit == 0);
    CHECK(line(ticket.out).rfind("liaise-device1-", 0) == 0);  // alone on standard output
    CHECK(ticket.err.find("liaise device approve") != std::string::npos);
    const auto tickets = json_lines(l.run({"--home", "ke", "device", "tickets", "--json"}).out);
    REQUIRE(tickets.size() == 1);
    CHECK(names(tickets[0]) ==
          std::vector<std::string>{"id", "name", "state", "created", "expires", "words", "device_id"});
    const Ran shown = l.run({"--home", "ke", "device", "approve"});
    CHECK(shown.exit == 0);
    CHECK(shown.out.find("acorn barn cedar delta") != std::string::npos);
    CHECK(l.run({"--home", "ke", "device", "list", "--json"}).out.empty());
    CHECK(l.run({"--home", "ke", "device", "approve", "--confirm"}).exit == 0);
    CHECK(l.run({"--home", "ke", "device", "approve"}).exit == 1);
    CHECK(l.run({"--home", "ke", "device", "name", "field laptop", "travel"}).exit == 0);
    const auto devices = json_lines(l.run({"--home", "ke", "device", "list", "--json"}).out);
    REQUIRE(devices.size() == 1);
    CHECK(names(devices[0]) == std::vector<std::string>{"id", "name", "state", "added", "seen", "this_one",
                                                        "connected", "identity"});
    CHECK(devices[0]["name"] == "travel");
    CHECK(l.run({"--home", "ke", "device", "revoke", "travel", "--sheet"}).exit == 2);  // no terminal
    CHECK(l.run({"--home", "ke", "device", "revoke", "travel", "--reason", "boredom"}).exit == 2);
    CHECK(l.run({"--home", "ke", "device", "revoke", "travel"}).exit == 0);
    CHECK(l.run({"--home", "ke", "device", "revoke", "nothing"}).exit == 5);
}

TEST_CASE("on a terminal the owner is asked about the words of a new device") {
    Liaise l;
    l.node("ke");
    const Ran added = l.run_in_terminal({"--home", "ke", "device", "add"}, 80, {{"yes or no:", "yes\n"}});
    CHECK(added.exit == 0);
    CHECK(added.out.find("acorn barn cedar delta") != std::string::npos);
    CHECK(added.out.find("is one of your devices now") != std::string::npos);
    const Ran refused = l.run_in_terminal({"--home", "ke", "device", "add"}, 80, {{"yes or no:", "no\n"}});
    CHECK(refused.exit == 4);
    CHECK(json_lines(l.run({"--home", "ke", "device", "list", "--json"}).out).size() == 1);
}

TEST_CASE("a disk that is full under a redirection is an error, and a closed pipe is none") {
    Liaise l;
    const auto shell = [&](const std::string& line) {
        return std::system(
            ("cd " + l.folder().string() + " && LIAISED=" FAKE_LIAISED " " LIAISE_PROGRAM " " + line)
                .c_str());
    };
    CHECK(WEXITSTATUS(shell("help > /dev/full 2> /dev/null")) == 1);
    CHECK(WEXITSTATUS(shell("help --man | true")) == 0);
}
