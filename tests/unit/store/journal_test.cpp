// The rollback journal under encryption. The store itself uses it only while a database becomes one with a
// write-ahead log; here SQLite is driven with it alone, so that its format is met in full.
#include <doctest/doctest.h>
#include <sqlite3.h>

#include "tests/support/fault_vfs.h"
#include "tests/unit/store/samples.h"

using namespace liaise;
using namespace liaise::node::store;

namespace {

const std::string path = "/journal.db";

struct Handle {
    explicit Handle(const EncryptedVfs& vfs) {
        constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
        result = sqlite3_open_v2(path.c_str(), &db, flags, vfs.name().c_str());
        if (result == SQLITE_OK)
            result =
                run("PRAGMA temp_store = MEMORY; PRAGMA cache_size = 20;"
                    "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA");
    }
    ~Handle() { sqlite3_close(db); }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    int run(const std::string& sql) { return sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr); }
    std::int64_t number(const std::string& sql) {
        std::int64_t value = -1;
        const auto take = [](void* to, int, char** values, char**) {
            *static_cast<std::int64_t*>(to) = values[0] == nullptr ? -1 : std::stoll(values[0]);
            return 0;
        };
        const int code = sqlite3_exec(db, sql.c_str(), take, &value, nullptr);
        return code == SQLITE_OK ? value : -code;
    }
    sqlite3* db = nullptr;
    int result = 0;
};

// Ten generations of the same 200 rows: any mixture of two of them is seen.
std::string rewrite(int generation) {
    return "BEGIN; DELETE FROM t; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 200)"
           " INSERT INTO t SELECT i, " +
           std::to_string(generation) + ", hex(zeroblob(300)) || 'journal marker' FROM n; COMMIT";
}

}  // namespace

TEST_CASE("a power cut with a rollback journal leaves one generation whole, and no plain byte anywhere") {
    std::size_t older = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        test::FaultVfs disk(seed);
        test::SeededRandom random(seed);
        auto vfs = std::move(EncryptedVfs::create(test::sample_key(), random, disk.name())).value();
        int acknowledged = 0;
        {
            Handle handle(*vfs);
            REQUIRE(handle.run("CREATE TABLE t (i INTEGER PRIMARY KEY, generation INT, filler TEXT)") ==
                    SQLITE_OK);
            REQUIRE(handle.run(rewrite(1)) == SQLITE_OK);
            disk.fail_at(1 + random.below(600), test::Fault::write_error, true);
            for (acknowledged = 1; handle.run(rewrite(acknowledged + 1)) == SQLITE_OK; ++acknowledged)
                REQUIRE(acknowledged < 1000);
            disk.cut_power();
            disk.heal();
        }
        for (const std::string& file : disk.files())
            CHECK(text_of(disk.content(file)).find("journal marker") == std::string_view::npos);
        vfs = std::move(EncryptedVfs::create(test::sample_key(), random, disk.name())).value();
        Handle handle(*vfs);
        REQUIRE(handle.result == SQLITE_OK);
        const std::int64_t generation = handle.number("SELECT min(generation) FROM t");
        CHECK(handle.number("SELECT max(generation) FROM t") == generation);
        CHECK(handle.number("SELECT count(*) FROM t") == 200);
        CHECK((generation == acknowledged || generation == acknowledged + 1));
        if (generation == acknowledged) ++older;
        CHECK(handle.number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'") ==
              0);
    }
    CHECK(older > 10);
}

TEST_CASE("a journal whose bits were flipped never gives a mixture") {
    test::SeededRandom choices(9);
    std::size_t refused = 0;
    Bytes main;
    Bytes journal;
    test::FaultVfs disk(5);
    test::SeededRandom random(5);
    {
        auto vfs = std::move(EncryptedVfs::create(test::sample_key(), random, disk.name())).value();
        Handle handle(*vfs);
        REQUIRE(handle.run("CREATE TABLE t (i INTEGER PRIMARY KEY, generation INT, filler TEXT)") ==
                SQLITE_OK);
        REQUIRE(handle.run(rewrite(1)) == SQLITE_OK);
        disk.fail_at(150, test::Fault::write_error, true);
        REQUIRE(handle.run(rewrite(2)) != SQLITE_OK);
        main = disk.content(path);
        journal = disk.content(path + "-journal");
    }
    disk.heal();
    REQUIRE(journal.size() > 50'000);
    for (int i = 0; i < 200; ++i) {
        Bytes altered = journal;
        altered[choices.below(altered.size())] ^= static_cast<std::uint8_t>(1 << choices.below(8));
        disk.set_content(path, main);
        disk.set_content(path + "-journal", altered);
        auto vfs = std::move(EncryptedVfs::create(test::sample_key(), random, disk.name())).value();
        Handle handle(*vfs);
        const std::int64_t rows = handle.number("SELECT count(*) FROM t WHERE generation = 1");
        if (rows < 0 || handle.result != SQLITE_OK) {
            ++refused;
            continue;
        }
        // Where SQLite took the journal for torn, its integrity check or the page seals must show it.
        const bool whole = handle.number("SELECT count(*) FROM t") == 200 && rows == 200;
        const bool sound =
            handle.number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'") == 0;
        CHECK((whole || !sound));
    }
    CHECK(refused > 50);
}
