// Attack class 20: names and places of files.
#include "cli/out_file.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "cli/exit.h"

using namespace liaise::cli;
namespace fs = std::filesystem;

namespace {

struct Folder {
    fs::path path;
    Folder() {
        std::string pattern = (fs::temp_directory_path() / "liaise-out-XXXXXX").string();
        path = ::mkdtemp(pattern.data());
    }
    ~Folder() { fs::remove_all(path); }
    std::string contents(const char* name) const {
        std::ifstream file(path / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    std::size_t files() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(path), fs::directory_iterator()));
    }
};

Exit exit_of(const fs::path& target, bool force) {
    try {
        OutFile file(target, force);
        file.write("new");
        file.commit();
        return Exit::done;
    } catch (const Failure& failure) {
        return failure.exit;
    }
}

}  // namespace

TEST_CASE_FIXTURE(Folder, "a file appears whole, for its owner alone") {
    OutFile file(path / "a", false);
    file.write("some ");
    CHECK_FALSE(fs::exists(path / "a"));
    file.write("bytes");
    file.commit();
    CHECK(contents("a") == "some bytes");
    struct stat info {};
    REQUIRE(::stat((path / "a").c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
    CHECK(files() == 1);
}

TEST_CASE_FIXTURE(Folder, "what is broken off leaves nothing") {
    {
        OutFile file(path / "a", false);
        file.write("half");
    }
    CHECK(files() == 0);
}

TEST_CASE_FIXTURE(Folder, "20: an existing file is refused, at the start and at the end, unless forced") {
    std::ofstream(path / "a") << "mine";
    CHECK(exit_of(path / "a", false) == Exit::failed);
    CHECK(contents("a") == "mine");
    OutFile late(path / "b", false);
    late.write("new");
    std::ofstream(path / "b") << "came meanwhile";
    CHECK_THROWS_AS(late.commit(), Failure);
    CHECK(contents("b") == "came meanwhile");
    CHECK(exit_of(path / "a", true) == Exit::done);
    CHECK(contents("a") == "new");
}

TEST_CASE_FIXTURE(Folder, "20: a symbolic link is replaced, never followed") {
    std::ofstream(path / "precious") << "mine";
    fs::create_symlink(path / "precious", path / "link");
    CHECK(exit_of(path / "link", false) == Exit::failed);
    CHECK(exit_of(path / "link", true) == Exit::done);
    CHECK(contents("precious") == "mine");
    CHECK_FALSE(fs::is_symlink(path / "link"));
}

TEST_CASE_FIXTURE(Folder, "a folder in the file's place, and a folder that is not there") {
    fs::create_directory(path / "d");
    CHECK(exit_of(path / "d", true) == Exit::usage);
    CHECK(exit_of(path / "none" / "a", false) == Exit::failed);
    CHECK(exit_of(path / "..", false) == Exit::usage);
}

TEST_CASE("20: a name from others is used only where it is a plain name") {
    for (const char* good : {"guide.md", "Nguyễn.pdf", "a b.txt", "console.txt", "COM10.txt"})
        CHECK(safe_file_name(good, "other") == good);
    for (const char* bad : {"",     ".",         "..",       "../x", "a/b",     "a\\b", ".bashrc", "-rf",
                            "a\nb", "a\x1b[31m", "a\u202eb", "con",  "CON.txt", "nul",  "COM1.md", "lpt9",
                            "a.",   "a ",        " a",       "a:b",  "a*",      "\xff", "a\u200bb"})
        CHECK_MESSAGE(safe_file_name(bad, "other") == "other", bad);
    CHECK(safe_file_name(std::string("a\0b", 3), "other") == "other");
    CHECK(safe_file_name(std::string(200, 'a'), "other").size() == 200);
    CHECK(safe_file_name(std::string(201, 'a'), "other") == "other");
}
