#include "node/store/document_store.h"

#include <doctest/doctest.h>

#include "tests/unit/store/samples.h"

using namespace liaise;
using namespace liaise::node::store;

namespace {

struct Fixture : test::SampleDatabase {
    Fixture() {
        channel = random.draw<ChannelId>();
        Transaction transaction = begin();
        log = *entries.ensure_log(channel, random.draw<WriterKey>(), false);
        REQUIRE(transaction.commit().ok());
    }
    RevisionFields fields(const DocumentId& document, std::uint32_t number, std::int64_t time) {
        RevisionFields made;
        made.document = document;
        made.channel = channel;
        made.place = {log, ++sequence};
        made.number = number;
        made.title = "Needle disposal";
        made.language = "en";
        made.kind = "good-practice";
        made.file_name = "guide.md";
        made.media_type = "text/markdown";
        made.bytes = std::uint64_t{5} << 30;
        made.author = random.draw<MemberId>();
        made.time = time_from_milliseconds(time);
        made.wanted = true;
        made.details = to_bytes(bytes_of("details"));
        return made;
    }

    EntryStore entries{*database};
    DocumentStore documents{*database};
    ChannelId channel;
    LogRow log{};
    std::uint64_t sequence = 0;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a revision comes back with every field, and changes where it may") {
    const RevisionFields made = fields(random.draw<DocumentId>(), 3, 1000);
    Transaction transaction = begin();
    const RevisionRow row = *documents.add(made);
    CHECK(documents.add(made).error().code == ErrorCode::conflict);
    for (const auto& found : {documents.get(row), documents.find(made.place)}) {
        REQUIRE((found.ok() && found->has_value()));
        const RevisionFields& got = (**found).fields;
        CHECK((**found).row == row);
        CHECK(got.document == made.document);
        CHECK(got.channel == channel);
        CHECK(got.place == made.place);
        CHECK(got.number == 3);
        CHECK(got.title == made.title);
        CHECK(got.language == made.language);
        CHECK(got.kind == made.kind);
        CHECK(got.file_name == made.file_name);
        CHECK(got.media_type == made.media_type);
        CHECK(got.bytes == made.bytes);
        CHECK(got.author == made.author);
        CHECK(got.time == made.time);
        CHECK(got.wanted);
        CHECK_FALSE(got.complete);
        CHECK(got.details == made.details);
    }
    CHECK(documents.wanted_and_incomplete(10)->size() == 1);
    REQUIRE(documents.set_complete(row, true).ok());
    REQUIRE(documents.set_state(row, 2).ok());
    REQUIRE(documents.set_details(row, bytes_of("more")).ok());
    CHECK(documents.wanted_and_incomplete(10)->empty());
    REQUIRE(documents.set_wanted(row, false).ok());
    const auto changed = documents.get(row);
    CHECK((**changed).fields.state == 2);
    CHECK((**changed).fields.complete);
    CHECK_FALSE((**changed).fields.wanted);
    CHECK(text_of((**changed).fields.details) == "more");
}

TEST_CASE_FIXTURE(Fixture,
                  "documents are listed newest first, with their revisions in order, by channel and name") {
    const auto old = random.draw<DocumentId>();
    const auto revised = random.draw<DocumentId>();
    Transaction transaction = begin();
    REQUIRE(documents.add(fields(revised, 2, 900)).ok());
    REQUIRE(documents.add(fields(old, 1, 500)).ok());
    REQUIRE(documents.add(fields(revised, 1, 100)).ok());
    CHECK(*documents.documents(channel, 10) == std::vector{revised, old});
    CHECK(*documents.documents(std::nullopt, 1) == std::vector{revised});
    CHECK(documents.documents(random.draw<ChannelId>(), 10)->empty());
    CHECK(*documents.count(channel) == 2);
    const auto revisions = documents.revisions(revised);
    REQUIRE(revisions->size() == 2);
    CHECK((*revisions)[0].fields.number == 1);
    CHECK((*revisions)[1].fields.number == 2);
    CHECK(*documents.documents_named(old.text().substr(0, 20), 10) == std::vector{old});
    CHECK(documents.documents_named("", 10)->size() == 2);
}

TEST_CASE_FIXTURE(Fixture,
                  "chunks are missing until they are in the chunk file, and belong to who lists them") {
    auto chunks =
        std::move(ChunkFile::open(folder / "chunks.pack", *database, test::sample_key(), random)).value();
    std::vector<ChunkPresence> listed;
    for (int i = 0; i < 3; ++i) listed.push_back({random.draw<ChunkId>(), 1000, false});
    listed.push_back(listed.front());  // the same chunk twice
    RevisionRow first{};
    RevisionRow second{};
    {
        Transaction transaction = begin();
        first = *documents.add(fields(random.draw<DocumentId>(), 1, 1));
        second = *documents.add(fields(random.draw<DocumentId>(), 1, 1));
        REQUIRE(documents.set_chunks(first, listed).ok());
        REQUIRE(documents.set_chunks(second, std::span(listed).first(1)).ok());
        REQUIRE(transaction.commit().ok());
    }
    CHECK(documents.missing_chunks(first, 10)->size() == 3);
    CHECK(documents.missing_chunks(first, 2)->size() == 2);
    const Bytes content(1000, 1);
    {
        Transaction transaction = begin();
        const ChunkView chunk{listed[0].id, content};
        REQUIRE(chunks->index(*chunks->write_batch(std::span(&chunk, 1))).ok());
        REQUIRE(transaction.commit().ok());
    }
    CHECK(documents.missing_chunks(first, 10)->size() == 2);
    CHECK(documents.missing_chunks(second, 10)->empty());
    CHECK(*documents.bytes_here(first) == 1000);
    CHECK(*documents.users_of(listed[0].id, 10) == std::vector{first, second});
    std::size_t here = 0;
    const auto chunks_of_first = documents.chunks(first);
    for (const ChunkPresence& chunk : *chunks_of_first) here += chunk.here ? 1 : 0;
    CHECK(here == 1);

    CHECK(*chunks->drop_unused(10) == 0);
    {
        Transaction transaction = begin();
        REQUIRE(documents.remove(first).ok());
        REQUIRE(transaction.commit().ok());
    }
    CHECK(*chunks->drop_unused(10) == 0);  // the second document lists it still
    {
        Transaction transaction = begin();
        REQUIRE(documents.remove(second).ok());
        REQUIRE(transaction.commit().ok());
    }
    CHECK(*chunks->drop_unused(10) == 1);
    CHECK_FALSE(*chunks->contains(listed[0].id));
}
