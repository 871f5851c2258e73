// A store beyond 1 GiB: the page that holds SQLite's lock bytes is never written. SQLite's test control moves
// that page near the beginning, for the whole process; so these tests have a program of their own.
#include <doctest/doctest.h>
#include <sqlite3.h>

#include "node/store/page_cipher.h"
#include "protocol/base/writer.h"
#include "tests/unit/store/samples.h"

using namespace liaise;
using namespace liaise::node::store;

namespace {

constexpr unsigned lock_page = 101;

struct LargeDatabase : test::SampleDatabase {
    // A few pages a transaction.
    void fill(std::uint32_t from, std::uint32_t until) {
        RecordStore records(*database);
        for (std::uint32_t i = from; i < until; ++i) {
            Transaction transaction = begin();
            Writer key;
            key.u32(i);
            REQUIRE(records.put(1, key.view(), Bytes(9000, static_cast<std::uint8_t>(i))).ok());
            REQUIRE(transaction.commit().ok());
            if (i % 16 == 0) REQUIRE(database->checkpoint().ok());
        }
    }
    void check(std::uint32_t until) {
        RecordStore records(*database);
        for (std::uint32_t i = 0; i < until; ++i) {
            Writer key;
            key.u32(i);
            CHECK(**records.get(1, key.view()) == Bytes(9000, static_cast<std::uint8_t>(i)));
        }
        CHECK(database->check_integrity().ok());
    }
};

// Before the first database of this process.
const int moved = sqlite3_test_control(SQLITE_TESTCTRL_PENDING_BYTE, (lock_page - 1) * page_bytes);

}  // namespace

TEST_CASE("a store grows past the page of SQLite's lock bytes") {
    REQUIRE(moved != 0);
    LargeDatabase sample;
    sample.fill(0, 100);
    sample.check(100);
    sample.reopen();
    sample.check(100);
}

TEST_CASE(
    "a large transaction goes past that page in one step, and what is deleted beyond it is used again") {
    LargeDatabase sample;
    {
        RecordStore records(*sample.database);
        Transaction transaction = sample.begin();
        for (std::uint32_t i = 0; i < 100; ++i) {
            Writer key;
            key.u32(i);
            REQUIRE(records.put(1, key.view(), Bytes(9000, static_cast<std::uint8_t>(i))).ok());
        }
        REQUIRE(transaction.commit().ok());
    }
    sample.check(100);
    sample.reopen();
    sample.check(100);
    sample.fill(0, 100);
    sample.check(100);
}
