#include "node/store/chunk_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "protocol/base/limits.h"
#include "tests/unit/store/samples.h"

using namespace liaise;
using namespace liaise::node::store;

namespace {

struct Fixture : test::SampleDatabase {
    Fixture() { open(); }
    void open(const crypto::Key& key = test::sample_key()) {
        chunks.reset();
        chunks = std::move(ChunkFile::open(pack(), *database, key, random)).value();
    }
    std::string pack() const { return folder / "chunks.pack"; }
    Bytes draw(std::size_t size) {
        Bytes content(size);
        random.fill(content);
        return content;
    }
    // Writes and indexes.
    ChunkId keep(BytesView content) {
        const ChunkView chunk{random.draw<ChunkId>(), content};
        const auto placed = chunks->write_batch(std::span(&chunk, 1));
        REQUIRE(placed.ok());
        Transaction transaction = begin();
        REQUIRE(chunks->index(*placed).ok());
        REQUIRE(transaction.commit().ok());
        return chunk.id;
    }
    std::int64_t blocks() const {
        struct stat status {};
        REQUIRE(::stat(pack().c_str(), &status) == 0);
        return status.st_blocks;
    }

    std::unique_ptr<ChunkFile> chunks;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "chunks of every size come back, after opening again too") {
    std::vector<std::pair<ChunkId, Bytes>> kept;
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{4096},
                                   limits::chunk_bytes_max - 1, limits::chunk_bytes_max}) {
        const Bytes content = draw(size);
        kept.emplace_back(keep(content), content);
    }
    for (int round = 0; round < 2; ++round, open())
        for (const auto& [id, content] : kept) CHECK(*chunks->read(id) == content);
    CHECK(chunks->read(random.draw<ChunkId>()).error().code == ErrorCode::not_known);
    const Bytes too_large(limits::chunk_bytes_max + 1);
    const ChunkView chunk{random.draw<ChunkId>(), too_large};
    CHECK(chunks->write_batch(std::span(&chunk, 1)).error().code == ErrorCode::too_large);
}

TEST_CASE_FIXTURE(Fixture, "the file shows neither chunks nor their ids") {
    const Bytes content = to_bytes(bytes_of("a chunk that was sealed already, under its document's key"));
    const ChunkId id = keep(content);
    CHECK_FALSE(test::folder_holds(folder.path(), text_of(content)));
    CHECK_FALSE(test::folder_holds(folder.path(), text_of(id.view())));
    CHECK(test::file_content(pack()).size() == content.size() + chunk_record_overhead_bytes);
}

TEST_CASE_FIXTURE(Fixture, "a flipped bit, another chunk's record, a cut file and another key are refused") {
    const Bytes content = draw(5000);
    const ChunkId first = keep(content);
    const ChunkId second = keep(content);
    const Bytes whole = test::file_content(pack());
    test::SeededRandom choices(8);
    for (int i = 0; i < 50; ++i) {
        Bytes altered = whole;
        const std::size_t at = choices.below(whole.size() / 2);
        altered[at] ^= static_cast<std::uint8_t>(1 << choices.below(8));
        test::write_content(pack(), altered);
        CHECK(chunks->read(first).error().code == ErrorCode::not_authentic);
        CHECK(*chunks->read(second) == content);
    }
    Bytes moved(whole.begin() + static_cast<std::ptrdiff_t>(whole.size() / 2), whole.end());
    append(moved, moved);
    test::write_content(pack(), moved);
    CHECK(chunks->read(first).error().code == ErrorCode::not_authentic);
    test::write_content(pack(), BytesView(whole).first(whole.size() - 1));
    CHECK(chunks->read(second).error().code == ErrorCode::not_authentic);
    test::write_content(pack(), whole);
    open(crypto::Key::draw(random));
    CHECK(chunks->read(first).error().code == ErrorCode::not_authentic);
}

TEST_CASE_FIXTURE(Fixture, "records that were written and never indexed are cut off at the next opening") {
    const Bytes content = draw(1000);
    const ChunkId id = keep(content);
    const ChunkView lost{random.draw<ChunkId>(), content};
    REQUIRE(chunks->write_batch(std::span(&lost, 1)).ok());
    CHECK(test::file_content(pack()).size() == 2080);
    open();
    CHECK(test::file_content(pack()).size() == 1040);
    CHECK(chunks->file_bytes() == 1040);
    CHECK_FALSE(*chunks->contains(lost.id));
    CHECK(*chunks->read(id) == content);
    CHECK(*chunks->read(keep(content)) == content);
}

TEST_CASE_FIXTURE(Fixture, "a chunk that is here already keeps its place; the second copy is punched out") {
    const Bytes content = draw(200'000);
    const ChunkView chunk{random.draw<ChunkId>(), content};
    for (int i = 0; i < 2; ++i) {
        const auto placed = chunks->write_batch(std::span(&chunk, 1));
        Transaction transaction = begin();
        REQUIRE(chunks->index(*placed).ok());
        REQUIRE(transaction.commit().ok());
    }
    CHECK(*chunks->read(chunk.id) == content);
    CHECK(*database->number("SELECT count(*) FROM chunks") == 1);
    const Bytes whole = test::file_content(pack());
    CHECK(same_bytes(BytesView(whole).subspan(200'040), Bytes(200'040, 0)));
}

TEST_CASE_FIXTURE(Fixture, "dropped chunks give their blocks back and leave the others readable") {
    std::vector<ChunkId> ids;
    const Bytes content = draw(200'000);
    for (int i = 0; i < 5; ++i) ids.push_back(keep(content));
    const std::int64_t before = blocks();
    CHECK(*chunks->drop_unused(3) == 3);
    CHECK(*chunks->drop_unused(10) == 2);
    CHECK(*chunks->drop_unused(10) == 0);
    CHECK(blocks() < before / 4);
    CHECK(chunks->read(ids[0]).error().code == ErrorCode::not_known);
    const ChunkId later = keep(content);
    CHECK(*chunks->read(later) == content);
}

TEST_CASE_FIXTURE(Fixture, "a store holds the chunk file and everything else, made once and opened again") {
    const test::TempFolder home;
    const StorePaths paths{home / "store.db", home / "chunks.pack"};
    const Vault vault =
        std::move(Vault::draw(test::passphrase("x"), crypto::password_cost_least, random)).value();
    CHECK(Store::open(paths, vault, random).error().code == ErrorCode::not_authentic);
    test::write_content(paths.chunks, Bytes(100, 1));  // of an attempt that broke off
    {
        auto store = Store::create(paths, vault, random);
        REQUIRE(store.ok());
        Transaction transaction = std::move((*store)->begin()).value();
        REQUIRE((*store)->records().put(1, bytes_of("a"), bytes_of("b")).ok());
        REQUIRE((*store)->secrets().put(1, bytes_of("a"), bytes_of("c")).ok());
        REQUIRE(transaction.commit().ok());
        CHECK((*store)->chunks().file_bytes() == 0);
    }
    auto store = Store::open(paths, vault, random);
    REQUIRE(store.ok());
    CHECK(text_of(**(*store)->records().get(1, bytes_of("a"))) == "b");
    CHECK(text_of((**(*store)->secrets().get(1, bytes_of("a"))).view()) == "c");
}
