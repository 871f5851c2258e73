// kill -9 at any moment of a load, on real files: the writer is a process of its own, and tells through a
// pipe what it was told to be durable.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

#include "tests/unit/store/samples.h"

using namespace liaise;
using namespace liaise::node::store;

namespace {

constexpr std::string_view marker = "Asha of the crash test";
constexpr std::size_t entries_per_commit = 7;

std::uint64_t rounds() {
    const char* const more = std::getenv("LIAISE_CRASH_KILLS");
    return more == nullptr ? 40 : std::strtoull(more, nullptr, 10);
}

struct CrashHome {
    StorePaths paths() const { return {folder / "store.db", folder / "chunks.pack"}; }
    test::TempFolder folder;
    test::SeededRandom random{1};
    Vault vault = std::move(Vault::draw(test::passphrase("x"), crypto::password_cost_least, random)).value();
};

// Forever: a commit of entries, a message's words, a secret and a chunk; then its number into the pipe.
[[noreturn]] void write_on(const CrashHome& home, std::uint64_t seed, int pipe) {
    test::SeededRandom random(seed);
    DatabaseOptions options;
    options.checkpoint_pages = 60;
    auto store = std::move(Store::open(home.paths(), home.vault, random, options)).value();
    test::SampleLog log(seed);
    const Bytes chunk(30'000, 5);
    for (std::uint64_t done = *store->entries().entry_count() / entries_per_commit + 1;; ++done) {
        const ChunkView view{random.draw<ChunkId>(), chunk};
        const auto placed = std::move(store->chunks().write_batch(std::span(&view, 1))).value();
        Transaction transaction = std::move(store->begin()).value();
        const LogRow row = *store->entries().ensure_log(log.channel, log.writer, true);
        store->entries().append(row, log.run(entries_per_commit, 100 + done % 2000)).value();
        store->search().add(MessageKey{static_cast<std::int64_t>(done)}, marker).value();
        store->secrets().put(1, bytes_of("number"), bytes_of(std::to_string(done))).value();
        store->records().put(1, bytes_of("chunk"), view.id.view()).value();
        store->chunks().index(placed).value();
        transaction.commit().value();
        LIAISE_CHECK(::write(pipe, &done, sizeof done) == sizeof done);
    }
}

// The last number that the killed writer was told to be durable.
std::uint64_t run_and_kill(const CrashHome& home, std::uint64_t seed, std::uint64_t commits) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t writer = ::fork();
    REQUIRE(writer >= 0);
    if (writer == 0) {
        ::close(ends[0]);
        write_on(home, seed, ends[1]);
    }
    ::close(ends[1]);
    std::uint64_t last = 0;
    std::uint64_t number = 0;
    for (std::uint64_t i = 0; i < commits; ++i) {
        REQUIRE(::read(ends[0], &number, sizeof number) == sizeof number);
        last = number;
    }
    // It is in the middle of something now; how far into it depends on the machine and on the spin.
    test::SeededRandom random(seed);
    std::atomic<std::uint64_t> spin = random.below(500'000);
    while (spin > 0) --spin;
    ::kill(writer, SIGKILL);
    int status = 0;
    ::waitpid(writer, &status, 0);
    CHECK(WIFSIGNALED(status));
    while (::read(ends[0], &number, sizeof number) == sizeof number) last = number;
    ::close(ends[0]);
    return last;
}

}  // namespace

TEST_CASE("a killed writer leaves every acknowledged commit, a sound store and no readable byte") {
    CrashHome home;
    REQUIRE(Store::create(home.paths(), home.vault, home.random).ok());
    for (std::uint64_t round = 1; round <= rounds(); ++round) {
        CAPTURE(round);
        const std::uint64_t acknowledged = run_and_kill(home, round, 1 + round % 13);
        CHECK_FALSE(test::folder_holds(home.folder.path(), marker.substr(0, 4)));

        auto opened = Store::open(home.paths(), home.vault, home.random);
        REQUIRE(opened.ok());
        Store& store = **opened;
        CHECK(store.database().check_integrity().ok());
        const auto number = store.secrets().get(1, bytes_of("number"));
        REQUIRE((number.ok() && number->has_value()));
        const std::uint64_t found = std::stoull(std::string(text_of((**number).view())));
        CHECK(found >= acknowledged);
        CHECK(found <= acknowledged + 1);
        CHECK(*store.entries().entry_count() == found * entries_per_commit);
        CHECK(store.search().search(marker, std::nullopt, 1'000'000)->size() == found);
        const auto chunk = ChunkId::from(**store.records().get(1, bytes_of("chunk")));
        CHECK(*store.chunks().read(*chunk) == Bytes(30'000, 5));
    }
}
