// What can be read: one row for each entry whose content is open, in the order in which people see it; and
// the entries that wait for a key.
//
// In:  where an entry stands, who wrote it, when, and what it is; never its text, which stays in the payload.
// Out: timelines and threads, page by page, in a channel or over all of them.
//
// - A message's key is its order time and a tie-breaker, so that newest-first is the order of the table
//   itself and of the search index. The tie-breaker is the beginning of the log's id, the same at every node.
//   Where that is taken the message stands behind what is there, if need be in the next millisecond.
//   Attack: 100,000 messages dated alike; each still costs a few look-ups.
// - State and kind are numbers of the caller's.
// - Entries that wait are listed under the epoch whose key they need, so that a key that comes opens exactly
//   those.
//
// Writes need an open Transaction.
#pragma once

#include <optional>

#include "node/store/rows.h"
#include "node/store/statement.h"
#include "protocol/log/message_ref.h"

namespace liaise::node::store {

struct NewMessage {
    ChannelId channel;
    EntryPlace place;
    LogId log_id;
    MemberId author;
    Time order_time;
    Time sent_time;
    std::uint8_t kind = 0;
    std::uint8_t state = 0;
    bool unread = false;
    std::optional<log::MessageRef> reply_to;
    bool mentions_us = false;
};

struct MessageRow {
    MessageKey key{};
    ChannelId channel;
    EntryPlace place;
    LogId log_id;
    MemberId author;
    Time order_time;
    Time sent_time;
    std::uint8_t kind = 0;
    std::uint8_t state = 0;
    bool unread = false;
    std::optional<log::MessageRef> reply_to;
    bool indexed = false;  // the search index has what it says
    bool mentions_us = false;
};

struct TimelineQuery {
    std::optional<ChannelId> channel;  // none: all
    std::optional<MessageKey> after;   // newer than this
    std::optional<MessageKey> before;  // older than this
    bool newest_first = true;          // from which end the limit counts, and the order of the answer
    std::size_t limit = 50;
};

struct WaitingEntry {
    ChannelId channel;
    EntryPlace place;
    Time since;
};

// The entries of one log that wait for one key.
struct WaitingGroup {
    LogRow log{};
    EpochId epoch;
    std::uint64_t count = 0, first = 0, last = 0;
    Time since;
};

class MessageStore {
  public:
    explicit MessageStore(Database& database);
    ~MessageStore();

    // conflict when this entry has a message already. It counts as not yet searchable.
    Result<MessageKey> add(const NewMessage& message);
    Result<std::optional<MessageRow>> find(EntryPlace place);
    Result<std::optional<MessageRow>> get(MessageKey key);
    Result<void> set_state(MessageKey key, std::uint8_t state);
    Result<void> remove(MessageKey key);

    Result<std::vector<MessageRow>> timeline(const TimelineQuery& query);
    // The direct replies to an entry, oldest first, after a key.
    Result<std::vector<MessageRow>> replies(const log::MessageRef& to, std::optional<MessageKey> after,
                                            std::size_t limit);

    Result<std::uint64_t> count(const ChannelId& channel);
    Result<std::uint64_t> unread_count(const ChannelId& channel);
    Result<void> mark_read(const ChannelId& channel, MessageKey up_to);  // that one included

    // Messages that the search index has not seen, newest first.
    Result<std::vector<MessageRow>> unindexed(std::size_t limit);
    Result<void> mark_indexed(MessageKey key, bool indexed = true);

    Result<void> mark_read(MessageKey key);
    Result<void> set_mentions_us(MessageKey key, bool mentions_us);
    Result<std::vector<MessageRow>> unread(const ChannelId& channel, std::optional<MessageKey> after,
                                           std::size_t limit);  // oldest first
    Result<std::vector<MessageRow>> mentioning_us(const ChannelId& channel, std::optional<MessageKey> before,
                                                  std::size_t limit);  // newest first
    Result<std::optional<std::uint64_t>> first_unread(const ChannelId& channel, LogRow log);

    Result<void> add_waiting(const ChannelId& channel, const EpochId& epoch, EntryPlace place, Time since);
    // The entries that wait for an epoch's key, in the order of their logs.
    Result<std::vector<WaitingEntry>> waiting(const ChannelId& channel, const EpochId& epoch,
                                              std::size_t limit);
    Result<std::vector<WaitingGroup>> waiting_groups(const ChannelId& channel, std::size_t limit);
    Result<void> remove_waiting(EntryPlace place);
    Result<std::uint64_t> waiting_count(const ChannelId& channel);
    Result<std::vector<EpochId>> epochs_waited_for(const ChannelId& channel, std::size_t limit);

  private:
    Result<MessageKey> free_key(Time order_time, const LogId& log);

    struct Statements;
    std::unique_ptr<Statements> sql_;
};

}  // namespace liaise::node::store
