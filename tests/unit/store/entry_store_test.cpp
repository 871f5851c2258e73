#include "node/store/entry_store.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "node/store/id_range.h"
#include "protocol/crypto/hash.h"
#include "tests/unit/store/samples.h"

using namespace liaise;
using namespace liaise::node::store;

namespace {

struct Fixture : test::SampleDatabase {
    LogRow log_of(const test::SampleLog& log) {
        Transaction transaction = begin();
        const LogRow row = *entries.ensure_log(log.channel, log.writer, false);
        REQUIRE(transaction.commit().ok());
        return row;
    }
    Result<void> append(LogRow row, std::span<const EntryView> run) {
        Transaction transaction = begin();
        LIAISE_TRY(entries.append(row, run));
        return transaction.commit();
    }
    EntryStore entries{*database};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a run is read back as it was appended, and the head moves with it") {
    test::SampleLog log(1);
    const LogRow row = log_of(log);
    CHECK(entries.log(row).value()->head.empty());
    for (const std::size_t count : {1u, 5u, 1000u}) {
        const auto& run = log.run(count);
        REQUIRE(append(row, run).ok());
        CHECK(entries.log(row).value()->head == log::LogHead{run.back().sequence, run.back().id});
        std::size_t index = 0;
        REQUIRE(entries
                    .visit(row, run.front().sequence,
                           [&](const EntryView& entry) {
                               CHECK(entry.sequence == run[index].sequence);
                               CHECK(entry.signature == run[index].signature);
                               CHECK(entry.id == run[index].id);
                               CHECK(same_bytes(*entry.payload, *run[index].payload));
                               CHECK(entry.verified == run[index].verified);
                               return ++index < run.size();
                           })
                    .ok());
        CHECK(index == run.size());
    }
    CHECK(*entries.entry_count() == 1006);
    CHECK(test::entries_of(entries, row, 1007, 10).empty());
}

TEST_CASE_FIXTURE(Fixture, "an entry comes back whole: header, id and signature still verify") {
    test::SeededRandom seeded(4);
    const auto writer = crypto::SigningKey::draw(seeded);
    const auto channel = seeded.draw<ChannelId>();
    Transaction transaction = begin();
    const LogRow row = *entries.ensure_log(channel, log::writer_key_of(writer), true);
    log::LogHead head;
    std::vector<log::Entry> signed_here;
    for (int i = 0; i < 5; ++i) {
        const Bytes payload(static_cast<std::size_t>(100 + i), static_cast<std::uint8_t>(i));
        signed_here.push_back(*log::sign_entry(writer, channel, head, log::EntryKind::content, payload));
        head = signed_here.back().head();
        REQUIRE(entries.append(row, log::run_of(signed_here.back())).ok());
    }
    REQUIRE(transaction.commit().ok());
    for (const log::Entry& entry : signed_here) {
        const auto found = entries.entry({row, entry.header.sequence});
        REQUIRE((found.ok() && found->has_value()));
        CHECK((**found).header == entry.header);
        CHECK((**found).id == entry.id);
        CHECK(log::verify(**found).ok());
        CHECK(*entries.is_verified({row, entry.header.sequence}));
    }
    CHECK(entries.own_logs()->size() == 1);
    CHECK_FALSE(entries.entry({row, 0})->has_value());
    CHECK_FALSE(entries.entry({row, 6})->has_value());
}

TEST_CASE_FIXTURE(Fixture,
                  "a gap, an overlap, an unknown log and one beyond the store's numbers are refused") {
    test::SampleLog log(1);
    const LogRow row = log_of(log);
    const std::vector<EntryView> first = log.run(3);
    REQUIRE(append(row, first).ok());
    CHECK(append(row, first).error().code == ErrorCode::conflict);
    log.head = 4;
    CHECK(append(row, log.run(1)).error().code == ErrorCode::conflict);
    CHECK(append(LogRow{77}, log.run(1)).error().code == ErrorCode::not_known);
    CHECK(entries.log(row).value()->head.sequence == 3);

    REQUIRE(database->execute("UPDATE logs SET head_sequence = 1099511627773").ok());
    log.head = (std::uint64_t{1} << 40) - 3;
    CHECK(append(row, log.run(1)).ok());
    CHECK(append(row, log.run(1)).ok());  // the last that fits
    CHECK(append(row, log.run(1)).error().code == ErrorCode::too_large);
}

TEST_CASE_FIXTURE(Fixture,
                  "logs do not mix, and are found by writer, id, channel and beginning of the name") {
    const auto channel = random.draw<ChannelId>();
    std::vector<LogRow> rows;
    std::vector<test::SampleLog> logs;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        logs.emplace_back(seed + 10, channel);
        rows.push_back(log_of(logs.back()));
        CHECK(log_of(logs.back()) == rows.back());
        REQUIRE(append(rows.back(), logs.back().run(3)).ok());
    }
    CHECK(entries.logs_of(channel)->size() == 40);
    CHECK(entries.logs_of(random.draw<ChannelId>())->empty());
    for (std::size_t i = 0; i < logs.size(); ++i) {
        const auto state = entries.find_log(channel, logs[i].writer);
        REQUIRE(state->has_value());
        CHECK((**state).row == rows[i]);
        CHECK((**state).id == log::log_id_of(channel, logs[i].writer));
        CHECK(test::entries_of(entries, rows[i], 1, 100).size() == 3);
        CHECK(entries.logs_with((**state).id, 5)->size() == 1);
        const std::string name = (**state).id.text();
        for (std::size_t letters = 0; letters <= name.size(); ++letters) {
            const auto named = entries.logs_named(name.substr(0, letters), 100);
            REQUIRE(named.ok());
            CHECK(std::any_of(named->begin(), named->end(),
                              [&](const LogState& found) { return found.row == rows[i]; }));
            for (const LogState& found : *named)
                CHECK(found.id.text().substr(0, letters) == name.substr(0, letters));
        }
    }
    CHECK(entries.logs_named("", 7)->size() == 7);
    CHECK(entries.logs_named("u", 7).error().code == ErrorCode::malformed);
    CHECK(entries.logs_named(std::string(14, '0'), 7).error().code == ErrorCode::malformed);
}

TEST_CASE_FIXTURE(Fixture,
                  "an erased payload leaves size and hash, and the entry's id still follows from them") {
    test::SeededRandom seeded(4);
    const auto writer = crypto::SigningKey::draw(seeded);
    const auto channel = seeded.draw<ChannelId>();
    Transaction transaction = begin();
    const LogRow row = *entries.ensure_log(channel, log::writer_key_of(writer), true);
    const Bytes payload(500, 7);
    const auto entry = *log::sign_entry(writer, channel, {}, log::EntryKind::content, payload);
    REQUIRE(entries.append(row, log::run_of(entry)).ok());
    CHECK(same_bytes(**entries.payload({row, 1}), payload));
    CHECK(*entries.erase_payload({row, 1}));
    CHECK_FALSE(*entries.erase_payload({row, 1}));
    CHECK(entries.erase_payload({row, 2}).error().code == ErrorCode::not_known);
    REQUIRE(transaction.commit().ok());
    CHECK_FALSE(entries.payload({row, 1})->has_value());
    const auto found = entries.entry({row, 1});
    CHECK((**found).header == entry.header);
    CHECK(log::verify(**found).ok());
}

TEST_CASE_FIXTURE(Fixture,
                  "a log with a proof of equivocation takes nothing more and keeps its first proof") {
    test::SampleLog log(1);
    const LogRow row = log_of(log);
    REQUIRE(append(row, log.run(2)).ok());
    CHECK_FALSE(entries.equivocation(row)->has_value());
    Transaction transaction = begin();
    REQUIRE(entries.set_equivocation(row, bytes_of("first")).ok());
    REQUIRE(entries.set_equivocation(row, bytes_of("second")).ok());
    REQUIRE(entries.set_doubted(row).ok());
    REQUIRE(transaction.commit().ok());
    CHECK(text_of(**entries.equivocation(row)) == "first");
    CHECK(entries.log(row).value()->equivocated);
    CHECK(entries.log(row).value()->doubted);
    CHECK(append(row, log.run(1)).error().code == ErrorCode::conflict);
}

// The naive twin: a set of unverified sequences.
TEST_CASE_FIXTURE(Fixture, "what is verified agrees with a set of sequences after any marks") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        test::SeededRandom choices(seed);
        test::SampleLog log(seed + 100);
        const LogRow row = log_of(log);
        std::set<std::uint64_t> unchecked;
        Transaction transaction = begin();
        for (int step = 0; step < 30; ++step) {
            if (choices.chance(50)) {
                std::vector<EntryView> run = log.run(1 + choices.below(12), 10);
                for (EntryView& entry : run) {
                    entry.verified = choices.chance(40);
                    if (!entry.verified) unchecked.insert(entry.sequence);
                }
                REQUIRE(entries.append(row, run).ok());
            } else if (log.head > 0) {
                const std::uint64_t first = 1 + choices.below(log.head);
                const std::uint64_t last = first + choices.below(log.head - first + 1);
                REQUIRE(entries.mark_verified(row, first, last).ok());
                for (std::uint64_t sequence = first; sequence <= last; ++sequence) unchecked.erase(sequence);
            }
        }
        REQUIRE(transaction.commit().ok());
        std::set<std::uint64_t> found;
        const auto ranges = entries.unverified(row, 1, 1000);
        for (const SequenceRange& range : *ranges)
            for (std::uint64_t sequence = range.first; sequence <= range.last; ++sequence)
                found.insert(sequence);
        CHECK(found == unchecked);
        const std::uint64_t start = 1 + choices.below(log.head + 1);
        for (const EntryView& entry : test::entries_of(entries, row, start, 10000)) {
            CHECK(entry.verified == (unchecked.count(entry.sequence) == 0));
            CHECK(*entries.is_verified({row, entry.sequence}) == entry.verified);
        }
    }
    CHECK_FALSE(entries.unverified(5)->empty());
}

TEST_CASE("a beginning names exactly the ids whose text begins so") {
    test::SeededRandom random(3);
    for (int i = 0; i < 500; ++i) {
        const auto id = random.draw<DocumentId>();
        const auto other = random.draw<DocumentId>();
        const std::size_t letters = random.below(27);
        const std::string beginning = id.text().substr(0, letters);
        const auto range = ids_named<DocumentId>(beginning);
        REQUIRE(range.ok());
        CHECK((range->first <= id && id <= range->last));
        CHECK((range->first <= other && other <= range->last) ==
              (other.text().substr(0, letters) == beginning));
    }
}
