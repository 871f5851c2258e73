#include "node/store/home.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/temp_folder.h"

using namespace liaise;
using namespace liaise::node::store;

namespace {

unsigned mode_of(const std::string& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777u;
}

}  // namespace

TEST_CASE("a home is made for its owner alone, and one that others could enter is closed to them") {
    const test::TempFolder folder;
    {
        const auto home = Home::open(folder / "ke");
        REQUIRE(home.ok());
        CHECK(mode_of(folder / "ke") == 0700);
        CHECK(mode_of(folder / "ke/lock") == 0600);
        CHECK_FALSE(home->initialised());
    }
    REQUIRE(::chmod((folder / "ke").c_str(), 0755) == 0);
    CHECK(Home::open(folder / "ke").ok());
    CHECK(mode_of(folder / "ke") == 0700);
}

TEST_CASE("two daemons on one home: the second is told the first one's process, until that one ends") {
    const test::TempFolder folder;
    {
        const auto first = Home::open(folder / "ke");
        REQUIRE(first.ok());
        const auto second = Home::open(folder / "ke");
        REQUIRE_FALSE(second.ok());
        CHECK(second.error().code == ErrorCode::conflict);
        CHECK(second.error().at == static_cast<std::uint64_t>(::getpid()));
    }
    CHECK(Home::open(folder / "ke").ok());
}

TEST_CASE("a home that is a file, or below nothing, is refused") {
    const test::TempFolder folder;
    test::write_content(folder / "file", Bytes{1});
    CHECK(Home::open(folder / "file").error().code == ErrorCode::conflict);
    CHECK(Home::open(folder / "no/where").error().code == ErrorCode::unavailable);
}

TEST_CASE("a home given by a relative path knows its absolute one") {
    const test::TempFolder folder;
    const auto home = Home::open(folder / "../" + std::filesystem::path(folder.path()).filename().string());
    REQUIRE(home.ok());
    CHECK(home->database().front() == '/');
    CHECK(home->database().find("..") == std::string::npos);
}
