// What is made from the command table and kept in the repository is what the table makes.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "cli/help.h"

using namespace liaise::cli;

namespace {

std::string file(const std::string& name) {
    std::ifstream stream(std::string(LIAISE_SOURCE_DIR) + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

TEST_CASE("the man page is the table's: `liaise help --man > docs/man/liaise.1`") {
    CHECK(file("docs/man/liaise.1") == man_page());
}

TEST_CASE("the completions are the table's: `liaise completion SHELL > packaging/completions/...`") {
    CHECK(file("packaging/completions/liaise.bash") == completion_for("bash"));
    CHECK(file("packaging/completions/_liaise") == completion_for("zsh"));
    CHECK(file("packaging/completions/liaise.fish") == completion_for("fish"));
}

TEST_CASE("docs/control-api.md names every exit code and every field of --json") {
    const std::string page = file("docs/control-api.md");
    for (const auto& [exit, meaning] : exit_meanings)
        CHECK_MESSAGE(
            page.find("| " + std::to_string(static_cast<int>(exit)) + " | " + meaning) != std::string::npos,
            meaning);
    for (const Record& record :
         {record_of(Person{}), record_of(Network{}), record_of(Ticket{}), record_of(Channel{}),
          record_of(Message{}), record_of(Document{}), record_of(Status{}), record_of(Finding{})})
        for (const auto& [name, value] : record.values())
            CHECK_MESSAGE(page.find(name) != std::string::npos, name);
}

TEST_CASE("docs/user-guide.md speaks of every command") {
    const std::string page = file("docs/user-guide.md");
    for (const Command& command : command_table())
        CHECK_MESSAGE(page.find(std::string("liaise ") + command.words) != std::string::npos,
                      std::string(command.words));
}

TEST_CASE("help fits its width, and says more about each command than its name") {
    for (const std::size_t columns : {40U, 80U}) {
        CHECK(help_about("", columns).size() > 500);
        for (const Command& command : command_table()) CHECK(help_about(command.words, columns).size() > 60);
        CHECK(help_about("channel", columns).find("channel invite") != std::string::npos);
    }
    CHECK_THROWS_AS(help_about("nothing", 80), Failure);
}
