#include "node/store/message_store.h"

#include "node/store/interned.h"
#include "node/store/log_number.h"

// Every query for messages gives these columns, in this order.
#define LIAISE_SELECT_MESSAGE                                                                              \
    "SELECT m.message, channels.id, m.log, m.sequence, logs.id, members.id, m.sent_time, m.kind, m.state," \
    " m.unread, m.reply_log, m.reply_sequence, m.unindexed, m.mentions_us"                                 \
    " FROM messages AS m JOIN channels USING (channel)"                                                    \
    " JOIN logs ON logs.log = m.log JOIN members ON members.member = m.author "

namespace liaise::node::store {
namespace {

constexpr int tie_bits = 15;
constexpr std::int64_t tie_most = (std::int64_t{1} << tie_bits) - 1;
constexpr std::int64_t key_least = INT64_MIN;
constexpr std::int64_t key_most = INT64_MAX;

Time order_time_of(std::int64_t key) {
    return time_from_milliseconds(key >> tie_bits);
}

Result<MessageRow> message_row(const Query& query) {
    MessageRow row;
    row.key = MessageKey{query.number(0)};
    row.channel = LIAISE_TRY(query.fixed<ChannelId>(1));
    row.place = {LogRow{query.number(2)}, static_cast<std::uint64_t>(query.number(3))};
    row.log_id = LIAISE_TRY(query.fixed<LogId>(4));
    row.author = LIAISE_TRY(query.fixed<MemberId>(5));
    row.order_time = order_time_of(query.number(0));
    row.sent_time = query.is_null(6) ? row.order_time : time_from_milliseconds(query.number(6));
    row.kind = static_cast<std::uint8_t>(query.number(7));
    row.state = static_cast<std::uint8_t>(query.number(8));
    row.unread = query.number(9) != 0;
    if (!query.is_null(10))
        row.reply_to =
            log::MessageRef{static_cast<std::uint64_t>(query.number(11)), log_of(query.number(10))};
    row.indexed = query.number(12) == 0;
    row.mentions_us = query.number(13) != 0;
    return row;
}

Result<std::vector<MessageRow>> message_rows(Query query) {
    std::vector<MessageRow> rows;
    while (LIAISE_TRY(query.next())) rows.push_back(LIAISE_TRY(message_row(query)));
    return rows;
}

Result<std::optional<MessageRow>> maybe_message(Query query) {
    if (!LIAISE_TRY(query.next())) return std::optional<MessageRow>();
    return std::optional(LIAISE_TRY(message_row(query)));
}

Result<std::uint64_t> count_of(Query query) {
    if (!LIAISE_TRY(query.next())) return std::uint64_t{0};
    return static_cast<std::uint64_t>(query.number(0));
}

// Bounds of a page, both excluded.
struct Bounds {
    std::int64_t after;
    std::int64_t before;
};
Bounds bounds_of(const TimelineQuery& query) {
    return {query.after ? static_cast<std::int64_t>(*query.after) : key_least,
            query.before ? static_cast<std::int64_t>(*query.before) : key_most};
}

}  // namespace

struct MessageStore::Statements {
    explicit Statements(Database& opened) : database(opened) {}

    Database& database;
    ChannelNumbers channels{database};
    MemberNumbers members{database};
    Statement last_key{database, "SELECT max(message) FROM messages WHERE message BETWEEN ? AND ?"};
    Statement insert{database,
                     "INSERT INTO messages (message, channel, log, sequence, author, sent_time, kind, state,"
                     " unread, unindexed, reply_log, reply_sequence, mentions_us)"
                     " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)"};
    Statement count_up{database, "UPDATE channels SET messages = messages + 1 WHERE channel = ?"};
    Statement count_down{database,
                         "UPDATE channels SET messages = messages - 1"
                         " WHERE channel = (SELECT channel FROM messages WHERE message = ?)"};
    Statement remove{database, "DELETE FROM messages WHERE message = ?"};
    Statement by_key{database, LIAISE_SELECT_MESSAGE "WHERE m.message = ?"};
    Statement by_place{database, LIAISE_SELECT_MESSAGE "WHERE m.log = ? AND m.sequence = ?"};
    Statement set_state{database, "UPDATE messages SET state = ? WHERE message = ?"};

    Statement newest_of_all{database, LIAISE_SELECT_MESSAGE
                            "WHERE m.message > ? AND m.message < ?"
                            " ORDER BY m.message DESC LIMIT ?"};
    Statement oldest_of_all{database, LIAISE_SELECT_MESSAGE
                            "WHERE m.message > ? AND m.message < ?"
                            " ORDER BY m.message LIMIT ?"};
    Statement newest_in{database, LIAISE_SELECT_MESSAGE
                        "WHERE m.message > ? AND m.message < ? AND m.channel = ?"
                        " ORDER BY m.message DESC LIMIT ?"};
    Statement oldest_in{database, LIAISE_SELECT_MESSAGE
                        "WHERE m.message > ? AND m.message < ? AND m.channel = ?"
                        " ORDER BY m.message LIMIT ?"};
    Statement replies{database, LIAISE_SELECT_MESSAGE
                      "WHERE m.reply_log = ? AND m.reply_sequence = ?"
                      " AND m.message > ? ORDER BY m.message LIMIT ?"};

    Statement count{database, "SELECT messages FROM channels WHERE id = ?"};
    Statement unread_count{database, "SELECT count(*) FROM messages WHERE unread = 1 AND channel = ?"};
    Statement mark_read{database,
                        "UPDATE messages SET unread = 0 WHERE unread = 1 AND channel = ? AND message <= ?"};
    Statement unindexed{database,
                        LIAISE_SELECT_MESSAGE "WHERE m.unindexed = 1 ORDER BY m.message DESC LIMIT ?"};
    Statement mark_indexed{database, "UPDATE messages SET unindexed = ?2 WHERE message = ?1"};
    Statement mark_one_read{database, "UPDATE messages SET unread = 0 WHERE unread = 1 AND message = ?"};
    Statement set_mentions_us{database, "UPDATE messages SET mentions_us = ?2 WHERE message = ?1"};
    Statement unread_in{
        database, LIAISE_SELECT_MESSAGE
        "WHERE m.unread = 1 AND m.channel = ?1 AND m.message > ?2 ORDER BY m.message LIMIT ?3"};
    Statement mentioning_in{database, LIAISE_SELECT_MESSAGE
                            "WHERE m.mentions_us = 1 AND m.channel = ?1 AND m.message < ?2"
                            " ORDER BY m.message DESC LIMIT ?3"};
    Statement first_unread{database,
                           "SELECT min(sequence) FROM messages"
                           " WHERE unread = 1 AND channel = ? AND log = ?"};

    Statement add_waiting{database,
                          "INSERT INTO waiting (channel, epoch, log, sequence, since) VALUES (?, ?, ?, ?, ?)"
                          " ON CONFLICT (log, sequence) DO UPDATE SET epoch = excluded.epoch"};
    Statement waiting{database,
                      "SELECT log, sequence, since FROM waiting"
                      " WHERE channel = ? AND epoch = ? ORDER BY log, sequence LIMIT ?"};
    Statement waiting_in{database,
                         "SELECT log, epoch, count(*), min(sequence), max(sequence), min(since) FROM waiting"
                         " WHERE channel = ? GROUP BY log, epoch ORDER BY min(since) LIMIT ?"};
    Statement remove_waiting{database, "DELETE FROM waiting WHERE log = ? AND sequence = ?"};
    Statement waiting_count{database, "SELECT count(*) FROM waiting WHERE channel = ?"};
    Statement epochs{database, "SELECT DISTINCT epoch FROM waiting WHERE channel = ? ORDER BY epoch LIMIT ?"};
};

MessageStore::MessageStore(Database& database) : sql_(std::make_unique<Statements>(database)) {}
MessageStore::~MessageStore() = default;

// The log's own key in that millisecond, or the first free one behind all that stand there.
Result<MessageKey> MessageStore::free_key(Time order_time, const LogId& log) {
    const std::int64_t tie = (log.bytes[0] << 7) | (log.bytes[1] >> 1);
    const MessageKey wanted{to_milliseconds(order_time) * (tie_most + 1) + tie};
    if (!LIAISE_TRY(get(wanted))) return wanted;
    for (std::int64_t first = to_milliseconds(order_time) * (tie_most + 1);; first += tie_most + 1) {
        Query query = sql_->last_key.query(first, first + tie_most);
        LIAISE_TRY(query.next());
        if (query.is_null(0)) return MessageKey{first};
        if (query.number(0) < first + tie_most) return MessageKey{query.number(0) + 1};
    }
}

Result<MessageKey> MessageStore::add(const NewMessage& message) {
    LIAISE_TRY(sql_->database.may_write());
    const Time order_time = time_from_milliseconds(to_milliseconds(message.order_time));
    const MessageKey key = LIAISE_TRY(free_key(order_time, message.log_id));
    const std::int64_t channel = LIAISE_TRY(sql_->channels.ensure(message.channel.view()));
    const std::int64_t author = LIAISE_TRY(sql_->members.ensure(message.author.view()));
    std::optional<std::int64_t> sent_time;
    if (message.sent_time != order_time_of(static_cast<std::int64_t>(key)))
        sent_time = to_milliseconds(message.sent_time);
    std::optional<std::int64_t> reply_log;
    std::optional<std::uint64_t> reply_sequence;
    if (message.reply_to) {
        reply_log = number_of(message.reply_to->log);
        reply_sequence = message.reply_to->sequence;
    }
    LIAISE_TRY(sql_->insert.run(key, channel, message.place.log, message.place.sequence, author, sent_time,
                                message.kind, message.state, message.unread, reply_log, reply_sequence,
                                message.mentions_us));
    LIAISE_TRY(sql_->count_up.run(channel));
    return key;
}

Result<std::optional<MessageRow>> MessageStore::find(EntryPlace place) {
    return maybe_message(sql_->by_place.query(place.log, place.sequence));
}

Result<std::optional<MessageRow>> MessageStore::get(MessageKey key) {
    return maybe_message(sql_->by_key.query(key));
}

Result<void> MessageStore::set_state(MessageKey key, std::uint8_t state) {
    LIAISE_TRY(sql_->database.may_write());
    return sql_->set_state.run(state, key);
}

Result<void> MessageStore::remove(MessageKey key) {
    LIAISE_TRY(sql_->database.may_write());
    LIAISE_TRY(sql_->count_down.run(key));
    return sql_->remove.run(key);
}

Result<std::vector<MessageRow>> MessageStore::timeline(const TimelineQuery& query) {
    const auto [after, before] = bounds_of(query);
    if (!query.channel) {
        Statement& all = query.newest_first ? sql_->newest_of_all : sql_->oldest_of_all;
        return message_rows(all.query(after, before, query.limit));
    }
    const auto channel = LIAISE_TRY(sql_->channels.find(query.channel->view()));
    if (!channel) return std::vector<MessageRow>();
    Statement& one = query.newest_first ? sql_->newest_in : sql_->oldest_in;
    return message_rows(one.query(after, before, *channel, query.limit));
}

Result<std::vector<MessageRow>> MessageStore::replies(const log::MessageRef& to,
                                                      std::optional<MessageKey> after, std::size_t limit) {
    return message_rows(
        sql_->replies.query(number_of(to.log), to.sequence, after.value_or(MessageKey{key_least}), limit));
}

Result<std::uint64_t> MessageStore::count(const ChannelId& channel) {
    return count_of(sql_->count.query(channel));
}

Result<std::uint64_t> MessageStore::unread_count(const ChannelId& channel) {
    const auto number = LIAISE_TRY(sql_->channels.find(channel.view()));
    if (!number) return std::uint64_t{0};
    return count_of(sql_->unread_count.query(*number));
}

Result<void> MessageStore::mark_read(const ChannelId& channel, MessageKey up_to) {
    LIAISE_TRY(sql_->database.may_write());
    const auto number = LIAISE_TRY(sql_->channels.find(channel.view()));
    if (!number) return {};
    return sql_->mark_read.run(*number, up_to);
}

Result<std::vector<MessageRow>> MessageStore::unindexed(std::size_t limit) {
    return message_rows(sql_->unindexed.query(limit));
}

Result<void> MessageStore::mark_indexed(MessageKey key, bool indexed) {
    LIAISE_TRY(sql_->database.may_write());
    return sql_->mark_indexed.run(key, !indexed);
}

// --- what is for this user alone

Result<void> MessageStore::mark_read(MessageKey key) {
    LIAISE_TRY(sql_->database.may_write());
    return sql_->mark_one_read.run(key);
}

Result<void> MessageStore::set_mentions_us(MessageKey key, bool mentions_us) {
    LIAISE_TRY(sql_->database.may_write());
    return sql_->set_mentions_us.run(key, mentions_us);
}

Result<std::vector<MessageRow>> MessageStore::unread(const ChannelId& channel,
                                                     std::optional<MessageKey> after, std::size_t limit) {
    const auto number = LIAISE_TRY(sql_->channels.find(channel.view()));
    if (!number) return std::vector<MessageRow>();
    return message_rows(sql_->unread_in.query(*number, after.value_or(MessageKey{key_least}), limit));
}

Result<std::vector<MessageRow>> MessageStore::mentioning_us(const ChannelId& channel,
                                                            std::optional<MessageKey> before,
                                                            std::size_t limit) {
    const auto number = LIAISE_TRY(sql_->channels.find(channel.view()));
    if (!number) return std::vector<MessageRow>();
    return message_rows(sql_->mentioning_in.query(*number, before.value_or(MessageKey{key_most}), limit));
}

Result<std::optional<std::uint64_t>> MessageStore::first_unread(const ChannelId& channel, LogRow log) {
    const auto number = LIAISE_TRY(sql_->channels.find(channel.view()));
    if (!number) return std::optional<std::uint64_t>();
    Query query = sql_->first_unread.query(*number, log);
    if (!LIAISE_TRY(query.next()) || query.is_null(0)) return std::optional<std::uint64_t>();
    return std::optional(static_cast<std::uint64_t>(query.number(0)));
}

// --- entries that wait for a key

Result<void> MessageStore::add_waiting(const ChannelId& channel, const EpochId& epoch, EntryPlace place,
                                       Time since) {
    LIAISE_TRY(sql_->database.may_write());
    const std::int64_t number = LIAISE_TRY(sql_->channels.ensure(channel.view()));
    return sql_->add_waiting.run(number, epoch, place.log, place.sequence, to_milliseconds(since));
}

Result<std::vector<WaitingEntry>> MessageStore::waiting(const ChannelId& channel, const EpochId& epoch,
                                                        std::size_t limit) {
    std::vector<WaitingEntry> entries;
    const auto number = LIAISE_TRY(sql_->channels.find(channel.view()));
    if (!number) return entries;
    Query query = sql_->waiting.query(*number, epoch, limit);
    while (LIAISE_TRY(query.next()))
        entries.push_back({channel,
                           {LogRow{query.number(0)}, static_cast<std::uint64_t>(query.number(1))},
                           time_from_milliseconds(query.number(2))});
    return entries;
}

Result<void> MessageStore::remove_waiting(EntryPlace place) {
    LIAISE_TRY(sql_->database.may_write());
    return sql_->remove_waiting.run(place.log, place.sequence);
}

Result<std::uint64_t> MessageStore::waiting_count(const ChannelId& channel) {
    const auto number = LIAISE_TRY(sql_->channels.find(channel.view()));
    if (!number) return std::uint64_t{0};
    return count_of(sql_->waiting_count.query(*number));
}

Result<std::vector<WaitingGroup>> MessageStore::waiting_groups(const ChannelId& channel, std::size_t limit) {
    std::vector<WaitingGroup> groups;
    const auto number = LIAISE_TRY(sql_->channels.find(channel.view()));
    if (!number) return groups;
    Query query = sql_->waiting_in.query(*number, limit);
    while (LIAISE_TRY(query.next()))
        groups.push_back(
            {LogRow{query.number(0)}, LIAISE_TRY(query.fixed<EpochId>(1)),
             static_cast<std::uint64_t>(query.number(2)), static_cast<std::uint64_t>(query.number(3)),
             static_cast<std::uint64_t>(query.number(4)), time_from_milliseconds(query.number(5))});
    return groups;
}

Result<std::vector<EpochId>> MessageStore::epochs_waited_for(const ChannelId& channel, std::size_t limit) {
    std::vector<EpochId> found;
    const auto number = LIAISE_TRY(sql_->channels.find(channel.view()));
    if (!number) return found;
    Query query = sql_->epochs.query(*number, limit);
    while (LIAISE_TRY(query.next())) found.push_back(LIAISE_TRY(query.fixed<EpochId>(0)));
    return found;
}

}  // namespace liaise::node::store
