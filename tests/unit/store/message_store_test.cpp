#include "node/store/message_store.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/unit/store/samples.h"

using namespace liaise;
using namespace liaise::node::store;

namespace {

struct Fixture : test::SampleDatabase {
    Fixture() {
        channel = random.draw<ChannelId>();
        author = random.draw<MemberId>();
        Transaction transaction = begin();
        log = *entries.ensure_log(channel, random.draw<WriterKey>(), false);
        REQUIRE(transaction.commit().ok());
    }
    NewMessage message(std::int64_t milliseconds) {
        NewMessage made;
        made.channel = channel;
        made.place = {log, ++sequence};
        made.author = author;
        made.order_time = made.sent_time = time_from_milliseconds(milliseconds);
        return made;
    }
    MessageKey add(const NewMessage& made) {
        Transaction transaction = begin();
        const auto key = messages.add(made);
        REQUIRE(key.ok());
        REQUIRE(transaction.commit().ok());
        return *key;
    }

    EntryStore entries{*database};
    MessageStore messages{*database};
    ChannelId channel;
    MemberId author;
    LogRow log{};
    std::uint64_t sequence = 0;
};

std::vector<std::int64_t> times(const std::vector<MessageRow>& rows) {
    std::vector<std::int64_t> found;
    for (const MessageRow& row : rows) found.push_back(to_milliseconds(row.order_time));
    return found;
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a message comes back with everything that was said of it") {
    NewMessage made = message(1'700'000'000'000);
    made.sent_time = time_from_milliseconds(1'600'000'000'000);
    made.kind = 3;
    made.state = 4;
    made.unread = true;
    made.reply_to = log::MessageRef{17, random.draw<LogId>()};
    const MessageKey key = add(made);
    for (const auto& found : {messages.get(key), messages.find(made.place)}) {
        REQUIRE((found.ok() && found->has_value()));
        const MessageRow& row = **found;
        CHECK(row.key == key);
        CHECK(row.channel == channel);
        CHECK(row.place == made.place);
        CHECK(row.author == author);
        CHECK(row.order_time == made.order_time);
        CHECK(row.sent_time == made.sent_time);
        CHECK(row.kind == 3);
        CHECK(row.state == 4);
        CHECK(row.unread);
        CHECK(row.reply_to == made.reply_to);
    }
    Transaction transaction = begin();
    CHECK(messages.add(made).error().code == ErrorCode::conflict);
}

TEST_CASE_FIXTURE(Fixture, "timelines page in both directions, in one channel or in all") {
    const ChannelId other = random.draw<ChannelId>();
    for (const std::int64_t time : {50, 10, 40, 20, 30}) add(message(time));
    NewMessage elsewhere = message(35);
    elsewhere.channel = other;
    add(elsewhere);

    TimelineQuery query;
    query.channel = channel;
    query.limit = 2;
    auto page = messages.timeline(query);
    CHECK(times(*page) == std::vector<std::int64_t>{50, 40});
    query.before = page->back().key;
    page = messages.timeline(query);
    CHECK(times(*page) == std::vector<std::int64_t>{30, 20});

    TimelineQuery since;
    since.after = page->back().key;
    since.newest_first = false;
    CHECK(times(*messages.timeline(since)) == std::vector<std::int64_t>{30, 35, 40, 50});
    since.channel = channel;
    CHECK(times(*messages.timeline(since)) == std::vector<std::int64_t>{30, 40, 50});
    since.channel = random.draw<ChannelId>();
    CHECK(messages.timeline(since)->empty());
    CHECK(*messages.count(channel) == 5);
    CHECK(*messages.count(other) == 1);
}

TEST_CASE_FIXTURE(Fixture,
                  "messages of one millisecond keep apart, and 100,000 of them move on to the next") {
    Transaction transaction = begin();
    MessageKey last{};
    for (int i = 0; i < 100'000; ++i) {
        const auto key = messages.add(message(1000));
        REQUIRE(key.ok());
        CHECK((i == 0 || *key > last));
        last = *key;
    }
    REQUIRE(transaction.commit().ok());
    CHECK(to_milliseconds(messages.get(last).value()->order_time) == 1003);
    CHECK(*messages.count(channel) == 100'000);
}

TEST_CASE_FIXTURE(Fixture,
                  "messages of one millisecond stand in the order of their logs, whichever came first") {
    const auto of_log = [this](std::uint8_t first) {
        NewMessage made = message(1000);
        made.log_id.bytes[0] = first;
        return made;
    };
    const MessageKey middle = add(of_log(7));
    const MessageKey last = add(of_log(255));
    const MessageKey first = add(of_log(0));
    CHECK((first < middle && middle < last));
    CHECK(times(*messages.timeline({})) == std::vector<std::int64_t>{1000, 1000, 1000});
    CHECK(add(of_log(7)) > last);  // a second one of a log says that it is later
    CHECK(add(of_log(255)) > last);
}

TEST_CASE_FIXTURE(Fixture, "times at the ends of what a time can be are kept in order") {
    const MessageKey least = add(message(INT64_MIN));
    const MessageKey before_1970 = add(message(-5));
    const MessageKey after = add(message(5));
    const MessageKey most = add(message(INT64_MAX));
    CHECK((least < before_1970 && before_1970 < after && after < most));
    CHECK(times(*messages.timeline({})).size() == 4);
    CHECK(to_milliseconds(messages.get(before_1970).value()->order_time) == -5);
}

TEST_CASE_FIXTURE(Fixture, "replies to an entry are listed, whether or not that entry is here") {
    const log::MessageRef root{9, random.draw<LogId>()};
    std::vector<MessageKey> keys;
    for (std::int64_t time = 0; time < 5; ++time) {
        NewMessage made = message(time);
        if (time % 2 == 0) made.reply_to = root;
        keys.push_back(add(made));
    }
    CHECK(times(*messages.replies(root, std::nullopt, 10)) == std::vector<std::int64_t>{0, 2, 4});
    CHECK(times(*messages.replies(root, keys[0], 1)) == std::vector<std::int64_t>{2});
    CHECK(messages.replies({10, root.log}, std::nullopt, 10)->empty());
}

TEST_CASE_FIXTURE(Fixture,
                  "unread, unindexed and states change, and a removed message is gone from all counts") {
    std::vector<MessageKey> keys;
    for (std::int64_t time = 0; time < 4; ++time) {
        NewMessage made = message(time);
        made.unread = true;
        keys.push_back(add(made));
    }
    CHECK(*messages.unread_count(channel) == 4);
    CHECK(times(*messages.unindexed(2)) == std::vector<std::int64_t>{3, 2});
    Transaction transaction = begin();
    REQUIRE(messages.mark_read(channel, keys[1]).ok());
    REQUIRE(messages.mark_indexed(keys[3]).ok());
    REQUIRE(messages.set_state(keys[0], 9).ok());
    REQUIRE(messages.remove(keys[2]).ok());
    REQUIRE(transaction.commit().ok());
    CHECK(*messages.unread_count(channel) == 1);
    CHECK(times(*messages.unindexed(9)) == std::vector<std::int64_t>{1, 0});
    CHECK(messages.get(keys[0]).value()->state == 9);
    CHECK_FALSE(messages.get(keys[2])->has_value());
    CHECK(*messages.count(channel) == 3);
}

TEST_CASE_FIXTURE(Fixture, "waiting entries are found under the epoch they wait for") {
    const auto epoch = random.draw<EpochId>();
    const auto later = random.draw<EpochId>();
    Transaction transaction = begin();
    for (std::uint64_t i = 5; i > 0; --i)
        REQUIRE(messages.add_waiting(channel, epoch, {log, i}, time_from_milliseconds(77)).ok());
    REQUIRE(
        messages.add_waiting(channel, epoch, {log, 3}, time_from_milliseconds(99)).ok());  // known already
    REQUIRE(messages.add_waiting(channel, later, {log, 6}, time_from_milliseconds(78)).ok());
    CHECK(*messages.waiting_count(channel) == 6);
    CHECK(messages.epochs_waited_for(channel, 10)->size() == 2);
    const auto waiting = messages.waiting(channel, epoch, 3);
    REQUIRE(waiting->size() == 3);
    CHECK((*waiting)[0].place == EntryPlace{log, 1});
    CHECK((*waiting)[2].since == time_from_milliseconds(77));
    REQUIRE(messages.remove_waiting({log, 6}).ok());
    REQUIRE(transaction.commit().ok());
    CHECK(messages.epochs_waited_for(channel, 10)->size() == 1);
    CHECK(messages.waiting(channel, later, 3)->empty());
    CHECK(*messages.waiting_count(random.draw<ChannelId>()) == 0);
}

TEST_CASE_FIXTURE(Fixture,
                  "what waited for one thing and now waits for another is found there, and nowhere else") {
    const auto key = random.draw<EpochId>();
    const EpochId writer;
    Transaction transaction = begin();
    REQUIRE(messages.add_waiting(channel, key, {log, 3}, time_from_milliseconds(77)).ok());
    REQUIRE(messages.add_waiting(channel, writer, {log, 3}, time_from_milliseconds(99)).ok());
    CHECK(messages.waiting(channel, key, 3)->empty());
    REQUIRE(messages.waiting(channel, writer, 3)->size() == 1);
    CHECK(messages.waiting(channel, writer, 3)->front().since == time_from_milliseconds(77));
    REQUIRE(transaction.commit().ok());
}
