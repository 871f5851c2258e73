// Power lost at any moment of a load: what was acknowledged is there, whole, and nothing can be read on the
// disk.
#include <doctest/doctest.h>

#include <cstdlib>

#include "tests/support/fault_vfs.h"
#include "tests/unit/store/samples.h"

using namespace liaise;
using namespace liaise::node::store;

namespace {

const std::string path = "/store.db";
constexpr std::string_view marker = "a name that must not be found";

std::uint64_t rounds() {
    const char* const more = std::getenv("LIAISE_POWER_CUTS");
    return more == nullptr ? 60 : std::strtoull(more, nullptr, 10);
}

Result<std::unique_ptr<Database>> open(const test::FaultVfs& disk, RandomSource& random) {
    DatabaseOptions options;
    options.existing = Existing::optional;
    options.vfs_beneath = disk.name();
    options.checkpoint_pages = 30;
    options.cache_bytes = 128 * 1024;  // so small that pages spill in mid-transaction
    return Database::open(path, test::sample_key(), random, options);
}

// One transaction that touches several tables; `number` makes it checkable.
Result<void> write(Database& database, EntryStore& entries, SearchIndex& search, RecordStore& records,
                   test::SampleLog& log, std::uint64_t number) {
    Transaction transaction = LIAISE_TRY(Transaction::begin(database));
    const LogRow row = LIAISE_TRY(entries.ensure_log(log.channel, log.writer, true));
    LIAISE_TRY(entries.append(row, log.run(1 + number % 17, 100 + number % 900)));
    LIAISE_TRY(search.add(MessageKey{static_cast<std::int64_t>(number)}, std::string(marker) + " and more"));
    LIAISE_TRY(records.put(1, bytes_of("last"),
                           Bytes{static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)}));
    return transaction.commit();
}

}  // namespace

TEST_CASE("after a power cut every acknowledged transaction is there, whole, and the store is sound") {
    for (std::uint64_t seed = 1; seed <= rounds(); ++seed) {
        CAPTURE(seed);
        test::FaultVfs disk(seed);
        test::SeededRandom random(seed);
        std::uint64_t acknowledged = 0;
        std::uint64_t entries_acknowledged = 0;
        for (int life = 0; life < 4; ++life) {
            {
                auto database = open(disk, random);
                REQUIRE(database.ok());
                REQUIRE((*database)->check_integrity().ok());
                EntryStore entries(**database);
                RecordStore records(**database);
                SearchIndex search(**database);
                const auto last = records.get(1, bytes_of("last"));
                REQUIRE(last.ok());
                const std::uint64_t found = !*last ? 0 : std::uint64_t{(**last)[0]} << 8 | (**last)[1];
                CHECK((found == acknowledged || found == acknowledged + 1));
                CHECK(*entries.entry_count() >= entries_acknowledged);
                CHECK(search.search("name found", std::nullopt, 10'000)->size() == found);
                acknowledged = found;

                test::SampleLog log(seed * 10 + static_cast<std::uint64_t>(life));
                disk.fail_at(1 + random.below(400), test::Fault::write_error, true);
                while (write(**database, entries, search, records, log, acknowledged + 1).ok()) {
                    ++acknowledged;
                    REQUIRE(acknowledged < 60'000);
                }
                // What was read back after the refusal is what was committed.
                entries_acknowledged = *entries.entry_count();
                disk.cut_power();
            }
            disk.heal();
            for (const std::string& file : disk.files())
                CHECK(text_of(disk.content(file)).find(marker.substr(0, 11)) == std::string_view::npos);
        }
    }
}
