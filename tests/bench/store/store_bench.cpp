// What the store costs: entries appended, messages listed and searched, chunks written, space taken. Plain
// SQLite with the same rows and the same promises is measured beside it.
//
//     bench-store [--large]        --large: a million messages, for the cost of the last beside the first
#include <sqlite3.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>

#include "protocol/crypto/init.h"
#include "tests/unit/store/samples.h"

using namespace liaise;
using namespace liaise::node::store;

namespace {

constexpr std::size_t payload_bytes = 625;  // a 500-byte text, sealed and padded

// By the clock, and the processor's time alone: what is left when others keep the machine busy.
struct Spent {
    double clock = 0;
    double processor = 0;
    Spent& operator+=(const Spent& more) {
        clock += more.clock;
        processor += more.processor;
        return *this;
    }
};

double now(clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

Spent spent_on(const std::function<void()>& work) {
    const Spent start{now(CLOCK_MONOTONIC), now(CLOCK_PROCESS_CPUTIME_ID)};
    work();
    return {now(CLOCK_MONOTONIC) - start.clock, now(CLOCK_PROCESS_CPUTIME_ID) - start.processor};
}

double megabytes(const std::string& path) {
    return static_cast<double>(std::filesystem::file_size(path)) / 1e6;
}

double resident_megabytes() {
    std::ifstream status("/proc/self/statm");
    std::size_t total = 0;
    std::size_t resident = 0;
    status >> total >> resident;
    return static_cast<double>(resident) * 4096 / 1e6;
}

struct BenchStore {
    explicit BenchStore(std::uint64_t seed) : random(seed) {
        const Vault vault =
            std::move(Vault::draw(test::passphrase("x"), crypto::password_cost_least, random)).value();
        store = std::move(Store::create(paths, vault, random)).value();
    }
    test::TempFolder folder;
    StorePaths paths{folder / "store.db", folder / "chunks.pack"};
    test::SeededRandom random;
    std::unique_ptr<Store> store;
};

// --- appending

Spent plain_cost(std::size_t batch, std::size_t count) {
    const test::TempFolder folder;
    sqlite3* db = nullptr;
    LIAISE_CHECK(sqlite3_open((folder / "plain.db").c_str(), &db) == SQLITE_OK);
    const auto run = [&](const char* sql) {
        LIAISE_CHECK(sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
    };
    run("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "PRAGMA cache_size = -8192;"
        "CREATE TABLE entries (entry INTEGER PRIMARY KEY, kind INT, signature BLOB, id BLOB, payload BLOB)");
    sqlite3_stmt* insert = nullptr;
    sqlite3_prepare_v2(db, "INSERT INTO entries VALUES (?, 0, ?, ?, ?)", -1, &insert, nullptr);
    test::SampleLog log(1);
    Spent spent;
    for (std::size_t done = 0; done < count; done += batch) {
        const auto& entries = log.run(batch, payload_bytes);
        spent += spent_on([&] {
            run("BEGIN IMMEDIATE");
            for (const EntryView& entry : entries) {
                sqlite3_bind_int64(insert, 1, static_cast<sqlite3_int64>(entry.sequence));
                sqlite3_bind_blob(insert, 2, entry.signature.bytes.data(), 64, SQLITE_STATIC);
                sqlite3_bind_blob(insert, 3, entry.id.bytes.data(), 32, SQLITE_STATIC);
                sqlite3_bind_blob(insert, 4, entry.payload->data(), static_cast<int>(payload_bytes),
                                  SQLITE_STATIC);
                LIAISE_CHECK(sqlite3_step(insert) == SQLITE_DONE);
                sqlite3_reset(insert);
            }
            run("COMMIT");
        });
    }
    sqlite3_finalize(insert);
    sqlite3_close(db);
    return {spent.clock / static_cast<double>(count), spent.processor / static_cast<double>(count)};
}

Spent store_cost(std::size_t batch, std::size_t count) {
    BenchStore bench(1);
    EntryStore& entries = bench.store->entries();
    test::SampleLog log(1);
    Spent spent;
    LogRow row{};
    {
        Transaction transaction = std::move(bench.store->begin()).value();
        row = *entries.ensure_log(log.channel, log.writer, true);
        transaction.commit().value();
    }
    for (std::size_t done = 0; done < count; done += batch) {
        const auto& run = log.run(batch, payload_bytes);
        spent += spent_on([&] {
            Transaction transaction = std::move(bench.store->begin()).value();
            entries.append(row, run).value();
            transaction.commit().value();
        });
    }
    return {spent.clock / static_cast<double>(count), spent.processor / static_cast<double>(count)};
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void measure_appends() {
    std::printf("\nentries with %zu-byte payloads, durable (median of 3)\n", payload_bytes);
    std::printf("  %8s %12s %12s %8s   %s\n", "batch", "plain/s", "store/s", "share",
                "processor us: plain, store");
    for (const std::size_t batch : {1u, 10u, 100u, 1000u}) {
        const std::size_t count = batch == 1 ? 2000 : batch == 10 ? 10'000 : 40'000;
        std::vector<double> plain, plain_processor, store, store_processor;
        for (int round = 0; round < 3; ++round) {
            const Spent plainly = plain_cost(batch, count);
            const Spent stored = store_cost(batch, count);
            plain.push_back(1 / plainly.clock);
            store.push_back(1 / stored.clock);
            plain_processor.push_back(plainly.processor * 1e6);
            store_processor.push_back(stored.processor * 1e6);
        }
        std::printf("  %8zu %12.0f %12.0f %7.0f%%   %.1f, %.1f\n", batch, median(plain), median(store),
                    100 * median(store) / median(plain), median(plain_processor), median(store_processor));
    }
}

// --- messages: entries, their rows in the timeline, their words

std::vector<std::string> vocabulary() {
    test::SeededRandom random(5);
    std::vector<std::string> words;
    for (int i = 0; i < 20'000; ++i) {
        std::string& word = words.emplace_back();
        for (std::uint64_t letters = 3 + random.below(7); letters > 0; --letters)
            word += static_cast<char>('a' + random.below(26));
    }
    return words;
}

// Some 500 bytes of words, few of them common and most rare.
std::string text(test::SeededRandom& random, const std::vector<std::string>& words) {
    std::string made;
    while (made.size() < 500) {
        const double pick =
            std::pow(static_cast<double>(words.size()), static_cast<double>(random.below(1'000'000)) / 1e6);
        made += words[static_cast<std::size_t>(pick) - 1] + " ";
    }
    return made;
}

struct Messages {
    explicit Messages(BenchStore& on) : bench(on) {
        for (std::uint64_t i = 0; i < 20; ++i)
            logs.emplace_back(i + 10, logs.empty() ? channel() : logs[0].channel);
    }
    ChannelId channel() { return bench.random.draw<ChannelId>(); }

    // A thousand at a time, as a bulk sync brings them.
    void add(std::size_t count) {
        for (std::size_t done = 0; done < count; done += 1000, ++runs) {
            test::SampleLog& log = logs[runs % logs.size()];
            const auto& run = log.run(1000, payload_bytes);
            entries_spent += spent_on([&] {
                Transaction transaction = std::move(bench.store->begin()).value();
                const LogRow row = *bench.store->entries().ensure_log(log.channel, log.writer, false);
                bench.store->entries().append(row, run).value();
                for (const EntryView& entry : run) add_message(log, {row, entry.sequence});
                transaction.commit().value();
            });
        }
    }
    void add_message(const test::SampleLog& log, EntryPlace place) {
        NewMessage message;
        message.channel = log.channel;
        message.place = place;
        message.author.bytes[0] = static_cast<std::uint8_t>(place.log);
        time += 900 + static_cast<std::int64_t>(place.sequence % 200);
        message.order_time = message.sent_time = time_from_milliseconds(time);
        static_cast<void>(bench.store->messages().add(message).value());
    }
    void index(std::size_t count, const std::vector<std::string>& words) {
        test::SeededRandom random(6);
        MessageStore& messages = bench.store->messages();
        TimelineQuery query;
        query.newest_first = false;
        query.limit = 1000;
        for (std::size_t done = 0; done < count; done += 1000) {
            const auto rows = std::move(messages.timeline(query)).value();
            query.after = rows.back().key;
            std::vector<std::string> texts;
            for (std::size_t i = 0; i < rows.size(); ++i) texts.push_back(text(random, words));
            index_spent += spent_on([&] {
                Transaction transaction = std::move(bench.store->begin()).value();
                for (std::size_t i = 0; i < rows.size(); ++i) {
                    bench.store->search().add(rows[i].key, texts[i]).value();
                    messages.mark_indexed(rows[i].key).value();
                }
                transaction.commit().value();
            });
        }
    }

    BenchStore& bench;
    std::vector<test::SampleLog> logs;
    std::size_t runs = 0;
    std::int64_t time = 1'700'000'000'000;
    Spent entries_spent;
    Spent index_spent;
};

void measure_search(Store& store, const char* what, const std::string& typed) {
    std::size_t found = 0;
    std::vector<double> clock, processor;
    for (int i = 0; i < 21; ++i) {
        const Spent once = spent_on([&] { found = store.search().search(typed, std::nullopt, 50)->size(); });
        clock.push_back(once.clock * 1e3);
        processor.push_back(once.processor * 1e3);
    }
    std::printf("  search, %-26s %8.3f ms (processor %.3f), %zu found\n", what, median(clock),
                median(processor), found);
}

void measure_messages() {
    constexpr std::size_t count = 100'000;
    BenchStore bench(2);
    Messages messages(bench);
    messages.add(10'000);
    std::printf("\nmessages (entry, timeline row), in batches of 1,000\n");
    std::printf("  resident with 10,000            %8.1f MB\n", resident_megabytes());
    messages.add(count - 10'000);
    bench.store->database().checkpoint().value();
    const double before = megabytes(bench.paths.database);
    std::printf("  %zu messages             %8.1f us each (processor %.1f)\n", count,
                messages.entries_spent.clock / count * 1e6, messages.entries_spent.processor / count * 1e6);
    std::printf("  on disk, without search index   %8.0f bytes each\n", before * 1e6 / count);
    const std::vector<std::string> words = vocabulary();
    messages.index(count, words);
    bench.store->database().checkpoint().value();
    std::printf("  indexing 500-byte texts         %8.1f us each (processor %.1f), %.0f bytes each\n",
                messages.index_spent.clock / count * 1e6, messages.index_spent.processor / count * 1e6,
                (megabytes(bench.paths.database) - before) * 1e6 / count);
    measure_search(*bench.store, "a word in most messages", words[0]);
    measure_search(*bench.store, "a common word", words[30]);
    measure_search(*bench.store, "a rare word", words[19'000]);
    measure_search(*bench.store, "beginnings of words", words[30].substr(0, 3) + "*");
    measure_search(*bench.store, "two common words", words[3] + " " + words[5]);
    measure_search(*bench.store, "a common and a rare word", words[0] + " " + words[15'000]);
    TimelineQuery newest;
    newest.channel = messages.logs[0].channel;
    std::printf(
        "  newest 50 of a channel          %8.3f ms\n",
        spent_on([&] { static_cast<void>(bench.store->messages().timeline(newest).value()); }).clock * 1e3);
    std::printf("  resident at the end             %8.1f MB\n", resident_megabytes());
}

void measure_growth() {
    BenchStore bench(3);
    Messages messages(bench);
    std::printf("\na message as the store grows (us)\n");
    for (const std::size_t until : {10'000u, 100'000u, 500'000u, 990'000u, 1'000'000u}) {
        const std::size_t before = messages.runs * 1000;
        messages.entries_spent = {};
        messages.add(until - before);
        const double each = 1e6 / static_cast<double>(until - before);
        std::printf("  %8zu to %8zu   %8.1f (processor %.1f)\n", before, until,
                    messages.entries_spent.clock * each, messages.entries_spent.processor * each);
    }
    bench.store->database().checkpoint().value();
    std::printf("  on disk at 1,000,000: %.0f bytes each\n", megabytes(bench.paths.database));
}

void measure_chunks() {
    BenchStore bench(4);
    constexpr std::size_t chunk_bytes = 128 * 1024;
    constexpr std::size_t count = 1024;
    Bytes content(chunk_bytes);
    bench.random.fill(content);
    std::vector<ChunkView> batch;
    for (std::size_t i = 0; i < count; ++i) batch.push_back({bench.random.draw<ChunkId>(), content});
    ChunkFile& chunks = bench.store->chunks();
    const Spent written = spent_on([&] {
        for (std::size_t i = 0; i < count; i += 32) {
            const auto placed = chunks.write_batch(std::span(batch).subspan(i, 32)).value();
            Transaction transaction = std::move(bench.store->begin()).value();
            chunks.index(placed).value();
            transaction.commit().value();
        }
    });
    const Spent read = spent_on([&] {
        for (const ChunkView& chunk : batch) LIAISE_CHECK(chunks.read(chunk.id).ok());
    });
    const double all = static_cast<double>(chunk_bytes * count) / 1e6;
    std::printf("\nchunks of 128 KiB in batches of 32, durable\n");
    std::printf("  written            %6.0f MB/s (processor %.0f)\n", all / written.clock,
                all / written.processor);
    std::printf("  read and verified  %6.0f MB/s (processor %.0f)\n", all / read.clock, all / read.processor);
}

void measure_opening() {
    const test::TempFolder folder;
    test::SeededRandom random(7);
    const StorePaths paths{folder / "store.db", folder / "chunks.pack"};
    const Vault vault =
        std::move(Vault::draw(test::passphrase("x"), crypto::password_cost_least, random)).value();
    {
        auto store = std::move(Store::create(paths, vault, random)).value();
        test::SampleLog log(1);
        for (int i = 0; i < 100; ++i) {
            Transaction transaction = std::move(store->begin()).value();
            const LogRow row = *store->entries().ensure_log(log.channel, log.writer, true);
            store->entries().append(row, log.run(1000, payload_bytes)).value();
            transaction.commit().value();
        }
    }
    const double before = resident_megabytes();
    std::unique_ptr<Store> store;
    const Spent opened = spent_on([&] {
        store = std::move(Store::open(paths, vault, random)).value();
        LIAISE_CHECK(*store->entries().entry_count() == 100'000);
    });
    store->entries().visit(LogRow{1}, 1, [](const EntryView&) { return true; }).value();
    std::printf("opening with 100,000 entries to the first answer: %.1f ms\n", opened.clock * 1e3);
    std::printf("memory that it takes once all of them were read:  %.1f MB\n", resident_megabytes() - before);
}

}  // namespace

int main(int count, char** arguments) {
    crypto::initialise();
    const bool large = count > 1 && std::string_view(arguments[1]) == "--large";
    measure_opening();
    measure_appends();
    measure_messages();
    measure_chunks();
    if (large) measure_growth();
    return 0;
}
