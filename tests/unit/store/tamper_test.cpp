// What somebody with the disk in their hands can do to the store's files: each time either the store is
// refused, or it opens at an earlier commit; never does it give a wrong row.
#include <doctest/doctest.h>

#include "node/store/page_cipher.h"
#include "tests/support/fault_vfs.h"
#include "tests/unit/store/samples.h"

using namespace liaise;
using namespace liaise::node::store;

namespace {

constexpr std::uint16_t kind = 7;
constexpr std::size_t rows_per_commit = 5;
const std::string path = "/store.db";
const std::string log_path = path + "-wal";

Bytes content_of(std::uint64_t row) {
    test::SeededRandom random(row + 1000);
    Bytes content(200 + row % 700);
    random.fill(content);
    return content;
}

Bytes key_of(std::uint64_t row) {
    return {static_cast<std::uint8_t>(row >> 8), static_cast<std::uint8_t>(row)};
}

struct Fixture {
    Result<std::unique_ptr<Database>> open(const crypto::Key& key = test::sample_key()) {
        DatabaseOptions options;
        options.existing = Existing::optional;
        options.vfs_beneath = disk.name();
        options.checkpoint_pages = 40;
        return Database::open(path, key, random, options);
    }
    // Commits rows, and leaves database and log as a killed process would.
    void fill(std::uint64_t commits) { fill_from(0, commits); }
    void fill_from(std::uint64_t row, std::uint64_t commits) {
        auto database = std::move(open()).value();
        RecordStore records(*database);
        for (const std::uint64_t end = row + commits * rows_per_commit; row < end;) {
            Transaction transaction = std::move(Transaction::begin(*database)).value();
            for (std::size_t i = 0; i < rows_per_commit; ++i, ++row)
                REQUIRE(records.append(kind, key_of(row), content_of(row)).ok());
            REQUIRE(transaction.commit().ok());
        }
        main = disk.content(path);
        log = disk.content(log_path);
    }
    void put(const Bytes& main_file, const Bytes& log_file) {
        disk.set_content(path, main_file);
        disk.set_content(log_path, log_file);
    }

    enum class Found { whole, earlier, refused };
    // Stops the test at a wrong row.
    Found look(std::uint64_t rows_in_all, const crypto::Key& key = test::sample_key()) {
        auto database = open(key);
        if (!database) {
            CHECK(database.error().code == ErrorCode::not_authentic);
            return Found::refused;
        }
        RecordStore records(**database);
        const auto rows = records.list(kind, 100'000);
        if (!rows) {
            CHECK(rows.error().code == ErrorCode::not_authentic);
            return Found::refused;
        }
        std::uint64_t row = 0;
        for (const Record& record : *rows) {
            REQUIRE(record.key == key_of(row));
            REQUIRE(record.value == content_of(row));
            ++row;
        }
        REQUIRE(row % rows_per_commit == 0);
        return row == rows_in_all ? Found::whole : Found::earlier;
    }

    test::FaultVfs disk{1};
    test::SeededRandom random{2};
    Bytes main;
    Bytes log;
};

void flip(Bytes& bytes, test::SeededRandom& random) {
    bytes[random.below(bytes.size())] ^= static_cast<std::uint8_t>(1 << random.below(8));
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a bit flipped anywhere in the database file never gives a wrong row") {
    fill(40);
    test::SeededRandom choices(3);
    std::size_t refused = 0;
    for (int i = 0; i < 300; ++i) {
        Bytes altered = main;
        flip(altered, choices);
        put(altered, log);
        if (look(200) == Found::refused) ++refused;
    }
    CHECK(refused > 50);  // the others hit pages that the log replaces, or that nobody asks for
}

TEST_CASE_FIXTURE(Fixture,
                  "every page of the database file is sealed: a flip in any of them fails its reading") {
    fill(20);
    {
        auto database = std::move(open()).value();  // its end folds the log in
        REQUIRE(database->checkpoint().ok());
    }
    REQUIRE(disk.files().size() == 1);
    main = disk.content(path);
    test::SeededRandom choices(4);
    for (std::size_t page = 0; page < main.size() / page_bytes; ++page) {
        Bytes altered = main;
        const std::size_t at = page * page_bytes + choices.below(page_bytes);
        altered[at] ^= 0x10;
        disk.set_content(path, altered);
        auto database = open();
        if (!database) {
            CHECK(database.error().code == ErrorCode::not_authentic);
            continue;
        }
        const auto checked = (*database)->check_integrity();
        REQUIRE_FALSE(checked.ok());
        CHECK(checked.error().code == ErrorCode::not_authentic);
    }
}

TEST_CASE_FIXTURE(Fixture,
                  "a bit flipped in the log, or the log cut or overwritten: an earlier commit at worst") {
    fill(40);
    REQUIRE(log.size() > 10 * page_bytes);
    test::SeededRandom choices(5);
    std::size_t earlier = 0;
    for (int i = 0; i < 150; ++i) {
        Bytes altered = log;
        flip(altered, choices);
        put(main, altered);
        const Found found = look(200);
        CHECK(found != Found::refused);
        if (found == Found::earlier) ++earlier;
    }
    CHECK(earlier > 50);
    for (int i = 0; i < 100; ++i) {
        put(main, Bytes(log.begin(), log.begin() + static_cast<std::ptrdiff_t>(choices.below(log.size()))));
        CHECK(look(200) != Found::refused);
    }
    for (int i = 0; i < 100; ++i) {
        Bytes altered = log;
        const std::size_t at = choices.below(log.size());
        choices.fill(MutableBytes(altered).subspan(at, std::min<std::size_t>(4096, log.size() - at)));
        put(main, altered);
        CHECK(look(200) != Found::refused);
    }
}

TEST_CASE_FIXTURE(Fixture, "frames of the log exchanged, or a commit mark set, end the log there") {
    fill(40);
    constexpr std::size_t frame_bytes = 24 + page_bytes;
    const std::size_t frames = (log.size() - 32) / frame_bytes;
    const auto frame_at = [&](Bytes& bytes, std::size_t frame) {
        return bytes.begin() + static_cast<std::ptrdiff_t>(32 + frame * frame_bytes);
    };
    test::SeededRandom choices(6);
    for (int i = 0; i < 100; ++i) {
        Bytes altered = log;
        const std::size_t first = choices.below(frames);
        const std::size_t second = choices.below(frames);
        std::swap_ranges(frame_at(altered, first), frame_at(altered, first) + frame_bytes,
                         frame_at(altered, second));
        put(main, altered);
        CHECK(look(200) != Found::refused);
    }
    for (std::size_t frame = 0; frame < frames; ++frame) {
        Bytes altered = log;
        frame_at(altered, frame)[7] ^= 0x3f;  // the size of the database at a commit
        put(main, altered);
        CHECK(look(200) != Found::refused);
    }
}

TEST_CASE_FIXTURE(Fixture,
                  "a page copied over another, a page of zeros and a cut file are refused when read") {
    fill(20);
    { auto database = std::move(open()).value(); }
    main = disk.content(path);
    const std::size_t pages = main.size() / page_bytes;
    test::SeededRandom choices(7);
    const auto refused_by_check = [&](const Bytes& altered) {
        disk.set_content(path, altered);
        auto database = open();
        if (!database) return database.error().code == ErrorCode::not_authentic;
        const auto checked = (*database)->check_integrity();
        return !checked.ok() && checked.error().code == ErrorCode::not_authentic;
    };
    const auto page = [&](Bytes& bytes, std::size_t number) {
        return bytes.begin() + static_cast<std::ptrdiff_t>(number * page_bytes);
    };
    for (std::size_t number = 0; number < pages; ++number) {
        Bytes copied = main;
        const std::size_t from = (number + 1 + choices.below(pages - 1)) % pages;
        std::copy_n(page(main, from), page_bytes, page(copied, number));
        CHECK(refused_by_check(copied));
        Bytes zeroed = main;
        std::fill_n(page(zeroed, number), page_bytes, std::uint8_t{0});
        CHECK(refused_by_check(zeroed));
        if (number > 0) CHECK(refused_by_check(Bytes(main.begin(), page(main, number))));
        if (number > 0) CHECK(refused_by_check(Bytes(main.begin(), page(main, number) + 1000)));
    }
}

TEST_CASE_FIXTURE(Fixture, "another key opens nothing, with and without a log") {
    fill(10);
    test::SeededRandom choices(8);
    const crypto::Key other = crypto::Key::draw(choices);
    put(main, log);
    CHECK(look(50, other) == Found::refused);
    put(main, log);
    CHECK(look(50) == Found::whole);
    disk.remove(log_path);
    CHECK(look(50, other) == Found::refused);
}

// Attack class 29. Old pages are authentic, so their content may show; but no row can be made up, and the
// store can be refused: it never stops the process.
TEST_CASE_FIXTURE(Fixture, "single pages put back to an older version give true rows or a refusal") {
    fill(6);
    { auto database = std::move(open()).value(); }
    const Bytes old = disk.content(path);
    fill_from(30, 54);
    { auto database = std::move(open()).value(); }
    const Bytes now = disk.content(path);
    for (std::size_t page = 0; page < old.size() / page_bytes; ++page) {
        Bytes mixed = now;
        std::copy_n(old.begin() + static_cast<std::ptrdiff_t>(page * page_bytes), page_bytes,
                    mixed.begin() + static_cast<std::ptrdiff_t>(page * page_bytes));
        disk.set_content(path, mixed);
        const auto database = open();
        if (!database) continue;
        RecordStore records(**database);
        for (std::uint64_t row = 0; row < 300; ++row) {
            const auto value = records.get(kind, key_of(row));
            if (value && *value) CHECK(**value == content_of(row));
        }
        static_cast<void>((*database)->check_integrity());
    }
}

TEST_CASE_FIXTURE(Fixture,
                  "an older copy of all files opens as what it was: that is caught above the store") {
    fill(10);
    const Bytes old_main = main;
    const Bytes old_log = log;
    put(main, log);
    fill_from(50, 30);
    put(old_main, old_log);
    CHECK(look(200) == Found::earlier);
}
