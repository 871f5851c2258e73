#include "node/store/database.h"

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "node/store/migrate.h"
#include "tests/unit/store/samples.h"

using namespace liaise;
using namespace liaise::node::store;

namespace {

Result<std::unique_ptr<Database>> open(const std::string& path, RandomSource& random, Existing existing,
                                       const crypto::Key& key = test::sample_key()) {
    DatabaseOptions options;
    options.existing = existing;
    return Database::open(path, key, random, options);
}

}  // namespace

TEST_CASE("what is committed is there after opening again, what is not is not") {
    test::SampleDatabase sample;
    {
        RecordStore records(*sample.database);
        Transaction first = sample.begin();
        REQUIRE(records.put(1, bytes_of("kept"), bytes_of("yes")).ok());
        REQUIRE(first.commit().ok());
        Transaction second = sample.begin();
        REQUIRE(records.put(1, bytes_of("dropped"), bytes_of("no")).ok());
    }
    sample.reopen();
    RecordStore records(*sample.database);
    CHECK(text_of(**records.get(1, bytes_of("kept"))) == "yes");
    CHECK_FALSE(records.get(1, bytes_of("dropped"))->has_value());
    CHECK(sample.database->check_integrity().ok());
}

TEST_CASE("no file of the store holds a plain byte of it, and none is readable by others") {
    test::SampleDatabase sample;
    const std::string marker = "marker of what must not be seen";
    RecordStore records(*sample.database);
    SearchIndex search(*sample.database);
    Transaction transaction = sample.begin();
    for (std::uint8_t i = 0; i < 50; ++i) REQUIRE(records.append(1, Bytes{i}, bytes_of(marker)).ok());
    REQUIRE(search.add(MessageKey{1}, marker).ok());
    REQUIRE(transaction.commit().ok());
    for (const std::string_view word : {std::string_view(marker), std::string_view("SQLite format"),
                                        std::string_view("CREATE TABLE"), std::string_view("marker")})
        CHECK_FALSE(test::folder_holds(sample.folder.path(), word));
    REQUIRE(sample.database->checkpoint().ok());
    CHECK_FALSE(test::folder_holds(sample.folder.path(), "marker"));
    for (const auto& entry : std::filesystem::directory_iterator(sample.folder.path())) {
        struct stat status {};
        REQUIRE(::stat(entry.path().c_str(), &status) == 0);
        CHECK((status.st_mode & 0077) == 0);
        CHECK(entry.path().extension() != ".db-shm");
    }
}

TEST_CASE("two opens of one store: the second is refused, in the same process too") {
    test::SampleDatabase sample;
    const auto second = open(sample.path(), sample.random, Existing::required);
    REQUIRE_FALSE(second.ok());
    CHECK(second.error().code == ErrorCode::conflict);
    sample.database.reset();
    CHECK(open(sample.path(), sample.random, Existing::required).ok());
}

TEST_CASE("many databases live in one process, each under its own key") {
    const test::TempFolder folder;
    test::SeededRandom random(3);
    std::vector<std::unique_ptr<Database>> databases;
    std::vector<crypto::Key> keys;
    for (int i = 0; i < 20; ++i) {
        keys.push_back(crypto::Key::draw(random));
        const std::string path = folder / (std::to_string(i) + ".db");
        databases.push_back(std::move(open(path, random, Existing::forbidden, keys.back())).value());
        RecordStore records(*databases.back());
        Transaction transaction = std::move(Transaction::begin(*databases.back())).value();
        REQUIRE(records.put(1, bytes_of("number"), bytes_of(std::to_string(i))).ok());
        REQUIRE(transaction.commit().ok());
    }
    for (std::size_t i = 0; i < 20; ++i) {
        RecordStore records(*databases[i]);
        CHECK(text_of(**records.get(1, bytes_of("number"))) == std::to_string(i));
    }
    databases.clear();
    CHECK(open(folder / "3.db", random, Existing::required, keys[4]).error().code ==
          ErrorCode::not_authentic);
    CHECK(open(folder / "3.db", random, Existing::required, keys[3]).ok());
}

TEST_CASE("a store that must be there and is absent or empty is refused, not made anew") {
    const test::TempFolder folder;
    test::SeededRandom random(1);
    CHECK(open(folder / "store.db", random, Existing::required).error().code == ErrorCode::not_authentic);
    test::write_content(folder / "store.db", {});
    CHECK(open(folder / "store.db", random, Existing::required).error().code == ErrorCode::not_authentic);
    CHECK(open("relative.db", random, Existing::optional).error().code == ErrorCode::malformed);
}

TEST_CASE("a store of a newer version is refused with its number and left as it is") {
    test::SampleDatabase sample;
    REQUIRE(sample.database->execute("PRAGMA user_version = 4711").ok());
    sample.database.reset();
    const auto opened = open(sample.path(), sample.random, Existing::required);
    REQUIRE_FALSE(opened.ok());
    CHECK(opened.error().code == ErrorCode::unsupported);
    CHECK(opened.error().at == 4711);
}

TEST_CASE("each migration step is a transaction of its own: one that fails leaves the ones before") {
    test::SampleDatabase sample;
    const auto today = static_cast<std::uint64_t>(*sample.database->number("PRAGMA user_version"));
    CHECK(today == migrations().size());
    std::vector<Migration> steps(migrations().begin(), migrations().end());
    steps.push_back({"good", "CREATE TABLE good (a)"});
    steps.push_back({"bad", "CREATE TABLE half (a); INSERT INTO nowhere VALUES (1)"});
    CHECK_FALSE(migrate(*sample.database, steps).ok());
    CHECK(*sample.database->number("PRAGMA user_version") == static_cast<std::int64_t>(today + 1));
    CHECK(*sample.database->number("SELECT count(*) FROM sqlite_schema WHERE name = 'good'") == 1);
    CHECK(*sample.database->number("SELECT count(*) FROM sqlite_schema WHERE name = 'half'") == 0);
}

TEST_CASE("the settings are those of the design") {
    test::SampleDatabase sample;
    Database& database = *sample.database;
    CHECK(*database.number("PRAGMA synchronous") == 3);
    CHECK(*database.number("PRAGMA temp_store") == 2);
    CHECK(*database.number("PRAGMA secure_delete") == 1);
    CHECK(*database.number("PRAGMA foreign_keys") == 1);
    CHECK(*database.number("PRAGMA trusted_schema") == 0);
    CHECK(*database.number("PRAGMA page_size") == 4096);
    CHECK(*database.number("PRAGMA cache_size") == -8192);
    Statement journal(database, "PRAGMA journal_mode");
    Query query = journal.query();
    REQUIRE(*query.next());
    CHECK(query.text(0) == "wal");
}

TEST_CASE("nothing leads out of the encrypted file: no ATTACH, no VACUUM INTO, no extension, no map") {
    test::SampleDatabase sample;
    Database& database = *sample.database;
    const std::string plain = sample.folder / "plain.db";
    for (const std::string& sql :
         {"ATTACH '" + plain + "' AS plain", "ATTACH 'file:" + plain + "?vfs=unix' AS plain",
          "VACUUM INTO '" + plain + "'", "VACUUM INTO 'file:" + plain + "?vfs=unix'",
          std::string("SELECT load_extension('/tmp/x.so')")})
        CHECK_FALSE(database.execute(sql.c_str()).ok());
    CHECK_FALSE(file_exists(plain));
    REQUIRE(database.execute("PRAGMA mmap_size = 100000000").ok());
    Statement mapped(database, "PRAGMA mmap_size");
    Query query = mapped.query();
    if (*query.next()) CHECK(query.number(0) == 0);
}

TEST_CASE("temporary files are refused where SQLite would make them") {
    test::SampleDatabase sample;
    Database& database = *sample.database;
    const std::string fill = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000) ";
    REQUIRE(database.execute("PRAGMA cache_size = 10").ok());
    REQUIRE(database.execute("CREATE TEMP TABLE kept (a, b)").ok());
    REQUIRE(database.execute((fill + "INSERT INTO kept SELECT i, randomblob(200) FROM n").c_str()).ok());
    REQUIRE(database.execute("SELECT count(*) FROM (SELECT * FROM kept ORDER BY b)").ok());
    CHECK(database.vfs().refused_files() == 0);  // all of it in memory

    REQUIRE(database.execute("DROP TABLE kept; PRAGMA temp_store = FILE").ok());
    const bool made =
        database.execute("CREATE TEMP TABLE spilt (a, b)").ok() &&
        database.execute((fill + "INSERT INTO spilt SELECT i, randomblob(200) FROM n").c_str()).ok();
    CHECK_FALSE(made);
    CHECK(database.vfs().refused_files() > 0);
}

TEST_CASE("errors of SQLite become ours") {
    CHECK(Database::error_of(SQLITE_FULL).code == ErrorCode::exhausted);
    CHECK(Database::error_of(SQLITE_NOMEM).code == ErrorCode::exhausted);
    CHECK(Database::error_of(SQLITE_IOERR_DATA).code == ErrorCode::not_authentic);
    CHECK(Database::error_of(SQLITE_CORRUPT_INDEX).code == ErrorCode::not_authentic);
    CHECK(Database::error_of(SQLITE_NOTADB).code == ErrorCode::not_authentic);
    CHECK(Database::error_of(SQLITE_BUSY).code == ErrorCode::conflict);
    CHECK(Database::error_of(SQLITE_CONSTRAINT_UNIQUE).code == ErrorCode::conflict);
    CHECK(Database::error_of(SQLITE_IOERR_FSYNC).code == ErrorCode::unavailable);
    CHECK(Database::error_of(SQLITE_CANTOPEN).code == ErrorCode::unavailable);
}
