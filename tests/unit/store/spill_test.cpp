// Transactions that are larger than the page cache. SQLite writes their pages to the log before the end, some
// of them twice, and then finishes the frames' heads behind its first writes.
#include <doctest/doctest.h>

#include <map>

#include "node/store/page_cipher.h"
#include "protocol/base/writer.h"
#include "tests/unit/store/samples.h"
using namespace liaise;
using namespace liaise::node::store;

namespace {

std::unique_ptr<Database> open(const std::string& path, RandomSource& random) {
    DatabaseOptions options;
    options.existing = Existing::optional;
    options.cache_bytes = 64 * 1024;
    return std::move(Database::open(path, test::sample_key(), random, options)).value();
}

}  // namespace

TEST_CASE(
    "a transaction larger than the page cache is read back as it was written, in this process and the next") {
    test::SeededRandom random{7};
    test::TempFolder folder;
    std::unique_ptr<Database> database;
    std::map<std::uint64_t, Bytes> expected;
    for (int round = 0; round < 60; ++round) {
        if (round % 10 == 0) {
            database.reset();
            database = open(folder / "store.db", random);
        }
        RecordStore records(*database);
        Transaction transaction = std::move(Transaction::begin(*database)).value();
        for (int i = 0; i < 300; ++i) {
            const std::uint64_t number = random.below(2000);
            Bytes value(200 + random.below(300), static_cast<std::uint8_t>(round));
            Writer key;
            key.u64(number);
            REQUIRE(records.put(1, key.view(), value).ok());
            expected[number] = value;
        }
        REQUIRE(transaction.commit().ok());
        for (const auto& [number, value] : expected) {
            Writer key;
            key.u64(number);
            const auto got = records.get(1, key.view());
            REQUIRE(got.ok());
            REQUIRE(**got == value);
        }
    }
    CHECK(database->check_integrity().ok());
}
