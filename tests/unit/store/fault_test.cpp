// Disks that refuse (attack class 24): every write of a load fails once, for each of them in turn.
#include <doctest/doctest.h>

#include "tests/support/fault_vfs.h"
#include "tests/unit/store/samples.h"

using namespace liaise;
using namespace liaise::node::store;

namespace {

const std::string path = "/store.db";

struct Load {
    explicit Load(std::uint64_t seed) : disk(seed), random(seed) {}

    Result<void> open() {
        database.reset();
        DatabaseOptions options;
        options.existing = Existing::optional;
        options.vfs_beneath = disk.name();
        options.checkpoint_pages = 20;
        database = LIAISE_TRY(Database::open(path, test::sample_key(), random, options));
        return {};
    }
    // Commits rows one by one until one is refused.
    Result<void> write(std::size_t count) {
        RecordStore records(*database);
        for (std::size_t i = 0; i < count; ++i) {
            Transaction transaction = LIAISE_TRY(Transaction::begin(*database));
            LIAISE_TRY(records.append(1, {}, Bytes(1500, static_cast<std::uint8_t>(acknowledged))));
            LIAISE_TRY(transaction.commit());
            ++acknowledged;
        }
        return {};
    }
    std::size_t rows() {
        RecordStore records(*database);
        const auto versions = records.versions(1, {});
        REQUIRE(versions.ok());
        for (std::size_t i = 0; i < versions->size(); ++i)
            REQUIRE((*versions)[i].value == Bytes(1500, static_cast<std::uint8_t>(i)));
        return versions->size();
    }

    test::FaultVfs disk;
    test::SeededRandom random;
    std::unique_ptr<Database> database;
    std::size_t acknowledged = 0;
};

}  // namespace

TEST_CASE(
    "the disk is full at the n-th write, for every n: exhausted, nothing lost, and it goes on when there is "
    "room") {
    std::size_t hits = 0;
    for (std::uint64_t nth = 1;; ++nth) {
        CAPTURE(nth);
        Load load(nth);
        load.disk.fail_at(nth, test::Fault::disk_full, true);
        Result<void> done = load.open();
        if (done) done = load.write(25);
        if (!load.disk.fault_was_hit()) {
            CHECK(done.ok());
            break;
        }
        ++hits;
        if (!done)
            CHECK((done.error().code == ErrorCode::exhausted || done.error().code == ErrorCode::unavailable));
        load.disk.heal();
        if (load.database != nullptr) {
            const std::size_t before = load.acknowledged;
            const auto again = load.write(3);
            if (again) CHECK(load.acknowledged == before + 3);
        }
        REQUIRE(load.open().ok());
        CHECK(load.rows() >= load.acknowledged);
        CHECK(load.rows() <= load.acknowledged + 1);
        CHECK(load.database->check_integrity().ok());
    }
    CHECK(hits > 100);
}

TEST_CASE("the n-th write fails once, for every n: an error at most, and every acknowledged row stays") {
    for (std::uint64_t nth = 1;; ++nth) {
        CAPTURE(nth);
        Load load(nth);
        load.disk.fail_at(nth, test::Fault::write_error, false);
        Result<void> done = load.open();
        if (done) done = load.write(25);
        if (!load.disk.fault_was_hit()) break;
        if (!done) CHECK(done.error().code == ErrorCode::unavailable);
        REQUIRE(load.open().ok());
        CHECK(load.rows() >= load.acknowledged);
        CHECK(load.database->check_integrity().ok());
    }
}

TEST_CASE(
    "once a sync has failed nothing is durable any more: every write is refused until the store is opened "
    "anew") {
    for (std::uint64_t nth = 1;; ++nth) {
        CAPTURE(nth);
        Load load(nth);
        REQUIRE(load.open().ok());
        load.disk.fail_at(nth, test::Fault::sync_error, false);
        const Result<void> done = load.write(25);
        if (!load.disk.fault_was_hit()) {
            CHECK(done.ok());
            break;
        }
        CHECK(load.database->vfs().sync_has_failed());
        if (!done) CHECK(done.error().code == ErrorCode::unavailable);
        const auto after = Transaction::begin(*load.database);
        REQUIRE_FALSE(after.ok());
        CHECK(after.error().code == ErrorCode::unavailable);
        load.disk.cut_power();
        REQUIRE(load.open().ok());
        CHECK(load.rows() >= load.acknowledged);
        CHECK(load.database->check_integrity().ok());
    }
}
