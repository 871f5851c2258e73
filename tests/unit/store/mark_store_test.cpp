#include "node/store/mark_store.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/unit/store/samples.h"

using namespace liaise;
using namespace liaise::node::store;

namespace {

struct Fixture : test::SampleDatabase {
    Fixture() {
        author = random.draw<MemberId>();
        target = {7, random.draw<LogId>()};
        Transaction transaction = begin();
        for (LogRow& log : logs)
            log = *entries.ensure_log(random.draw<ChannelId>(), random.draw<WriterKey>(), false);
        REQUIRE(transaction.commit().ok());
    }
    MarkRow mark(std::uint64_t sequence, std::size_t log = 0, std::uint8_t kind = 2) {
        MarkRow made;
        made.place = {logs[log], sequence};
        made.kind = kind;
        made.target = target;
        made.author = author;
        made.number = 5;
        made.time = time_from_milliseconds(1'700'000'000'000);
        made.text = "text " + std::to_string(sequence);
        return made;
    }
    void add(const MarkRow& made, std::size_t each_max = 3) {
        Transaction transaction = begin();
        REQUIRE(marks.add(made, each_max).ok());
        REQUIRE(transaction.commit().ok());
    }
    std::vector<std::uint64_t> sequences() {
        std::vector<std::uint64_t> found;
        const auto rows = marks.on(target);
        REQUIRE(rows.ok());
        for (const MarkRow& row : *rows) found.push_back(row.place.sequence);
        return found;
    }

    EntryStore entries{*database};
    MarkStore marks{*database};
    MemberId author;
    log::MessageRef target;
    std::array<LogRow, 2> logs{};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a mark comes back with everything that was said of it, and once") {
    const MarkRow made = mark(4);
    add(made);
    add(made);
    const auto rows = marks.on(target);
    REQUIRE(rows->size() == 1);
    const MarkRow& row = rows->front();
    CHECK(row.place == made.place);
    CHECK(row.kind == made.kind);
    CHECK(row.target == target);
    CHECK(row.author == author);
    CHECK(row.number == 5);
    CHECK(row.time == made.time);
    CHECK(row.text == made.text);
    CHECK(marks.said_by(made.place)->size() == 1);
    CHECK(marks.on({8, target.log})->empty());
}

TEST_CASE_FIXTURE(Fixture,
                  "of one log the marks with the least sequences are kept, in whatever order they come") {
    std::vector<std::uint64_t> order{1, 2, 3, 4, 5};
    do {
        {
            Transaction transaction = begin();
            REQUIRE(marks.remove_from(logs[0], 1).ok());
            REQUIRE(transaction.commit().ok());
        }
        for (const std::uint64_t sequence : order) add(mark(sequence));
        CHECK(sequences() == std::vector<std::uint64_t>{1, 2, 3});
    } while (std::next_permutation(order.begin(), order.end()));
    add(mark(9, 1));     // another log has room of its own
    add(mark(9, 0, 1));  // and another kind
    CHECK(sequences() == std::vector<std::uint64_t>{9, 1, 2, 3, 9});
}

TEST_CASE_FIXTURE(Fixture, "an erased mark keeps its place and loses its text") {
    for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) add(mark(sequence));
    {
        Transaction transaction = begin();
        REQUIRE(marks.clear_text({logs[0], 2}).ok());
        REQUIRE(transaction.commit().ok());
    }
    add(mark(4));
    CHECK(sequences() == std::vector<std::uint64_t>{1, 2, 3});
    CHECK(marks.on(target)->at(1).text.empty());
}

TEST_CASE_FIXTURE(Fixture, "what others hold and have read is one row each, and never goes back") {
    const auto device = random.draw<DeviceId>();
    const auto member = random.draw<MemberId>();
    for (const std::uint64_t head : {3U, 7U, 5U}) {
        Transaction transaction = begin();
        REQUIRE(marks.set_held(logs[0], device, head).ok());
        REQUIRE(marks.set_seen(logs[0], member, head).ok());
        REQUIRE(transaction.commit().ok());
    }
    REQUIRE(marks.held(logs[0])->size() == 1);
    CHECK(marks.held(logs[0])->front().head == 7);
    CHECK(marks.held(logs[0])->front().device == device);
    REQUIRE(marks.seen(logs[0])->size() == 1);
    CHECK(marks.seen(logs[0])->front().last == 7);
    CHECK(marks.held(logs[1])->empty());
}

TEST_CASE("a store of the version before gets its marks, and keeps its messages") {
    test::SampleDatabase sample;
    const auto channel = sample.random.draw<ChannelId>();
    NewMessage message;
    message.channel = channel;
    message.author = sample.random.draw<MemberId>();
    message.order_time = message.sent_time = time_from_milliseconds(1'700'000'000'000);
    {
        EntryStore entries(*sample.database);
        MessageStore messages(*sample.database);
        Transaction transaction = sample.begin();
        message.place = {*entries.ensure_log(channel, sample.random.draw<WriterKey>(), false), 3};
        REQUIRE(messages.add(message).ok());
        REQUIRE(transaction.commit().ok());
    }
    REQUIRE(
        sample.database
            ->execute("DROP TABLE marks; DROP TABLE held; DROP TABLE seen; DROP INDEX messages_mentioning;"
                      "ALTER TABLE messages DROP COLUMN mentions_us;"
                      "ALTER TABLE entries DROP COLUMN message_key; PRAGMA user_version = 1")
            .ok());
    sample.reopen();
    MessageStore messages(*sample.database);
    MarkStore marks(*sample.database);
    const auto row = messages.find(message.place);
    REQUIRE(row->has_value());
    CHECK_FALSE((*row)->mentions_us);
    CHECK(marks.on({3, (*row)->log_id})->empty());
}
