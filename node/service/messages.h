// Posts: writing, reading, showing. The text of a message stays sealed in its entry and is opened when it is
// shown.
#pragma once

#include <functional>

#include "node/service/deliveries.h"
#include "node/service/marks.h"
#include "node/service/mutes.h"
#include "node/service/node.h"

namespace liaise::node::service {

// What a row of the message store is.
// A notice is a policy entry that people have news of: a changed charter, a member who came or went.
enum class MessageKind : std::uint8_t { post = 0, document = 1, notice = 2 };
enum class MessageState : std::uint8_t { shown = 0, retracted = 1, expired = 2 };

// Why a channel does not take a post or document of ours.
Refusal may_not_write(const Channel& channel, const Error& error);

Outcome<Done> check_message_text(const std::string& text);

class Messages {
  public:
    Messages(Core& core, Trust& trust, Channels& channels, Marks& marks, Deliveries& deliveries, Mutes& mutes)
        : core_(core),
          trust_(trust),
          channels_(channels),
          marks_(marks),
          deliveries_(deliveries),
          mutes_(mutes) {}

    void post(const PostRequest& request, Callback<MessageView> done);
    Outcome<ReadAnswer> read(const ReadRequest& request);
    Outcome<DeliveryView> delivery(const std::string& message);
    bool is_muted(const MessageView& message) const {
        return !message.mine && mutes_.has(message.author_id, message.channel_id);
    }

    // Rows for readable entries, within the open batch; false where the entry has one already.
    Result<bool> add(const OpenedEntry& entry, MessageKind kind, std::optional<channel::EntryRef> reply_to);
    // The trace of an entry that others have only without its payload.
    Result<void> add_trace(const Channel& channel, const LogRuntime& log, std::uint64_t sequence,
                           const MemberId& author, Time time);
    // Payloads, words in the search index, and edits go; the row stays and says why.
    Result<void> erase(const store::MessageRow& row, MessageState why);
    // An edit of it is here, within the open batch: the index and our mentions follow. Call with what
    // indexed_text() was before.
    Result<void> text_changed(const store::MessageRow& row, const std::string& before);
    // What the search index holds of a post. It asks nothing that could have another answer later.
    std::string indexed_text(const store::MessageRow& row);

    // Nothing when it is not to be shown: its author no longer counts, or its log forked before it.
    std::optional<MessageView> view(const store::MessageRow& row);
    // The newest message of this log, just added: as view() shows it, without a look into the store.
    MessageView newest_view(const Channel& channel, const LogRuntime& log, const channel::EntryRef& ref,
                            const MemberId& author, const channel::Content& content) const;
    // The whole "17.k3f9…" from it or a unique beginning of it.
    Outcome<log::MessageRef> named(const std::string& message);
    Outcome<store::MessageRow> row_of(const std::string& message);

    // The members whom a text names with "@": by full name, first name, or eight characters of the id.
    Outcome<std::vector<MemberId>> mentions_in(const Channel& channel, const std::string& text) const;

  private:
    MessageView unopened_view(const Channel& channel, const channel::EntryRef& ref, const MemberId& of) const;
    void fill_in(MessageView& message, const channel::Content& content,
                 const channel::ChannelState& state) const;
    void fill_in(MessageView& message, const std::vector<MemberId>& mentions,
                 const channel::ChannelState& state) const;
    void fill_in(MessageView& message, const channel::Marked& marked,
                 const channel::ChannelState& state) const;
    static bool mentions_us(const std::vector<MemberId>& mentions, const channel::ChannelState& state);
    std::optional<channel::ValidatedContent> shown_edit(Channel& channel, const channel::EntryRef& edit);
    Outcome<std::vector<store::MessageRow>> thread(log::MessageRef of, std::size_t limit);
    Outcome<std::vector<store::MessageRow>> pinned(const std::optional<ChannelId>& channel);
    Outcome<std::vector<store::MessageRow>> chosen(const ReadRequest& request,
                                                   const std::optional<ChannelId>& channel,
                                                   std::size_t limit);
    Outcome<ReadAnswer> timeline(const ReadRequest& request, const std::optional<ChannelId>& channel,
                                 std::size_t limit);
    Outcome<Done> mark_read(const std::vector<store::MessageRow>& shown);
    // Says what was read, where the channel's charter wants it and there is news.
    void tell_seen(Channel& channel);

    Core& core_;
    Trust& trust_;
    Channels& channels_;
    Marks& marks_;
    Deliveries& deliveries_;
    Mutes& mutes_;
    std::map<LogId, std::uint64_t> seen_told_;
};

}  // namespace liaise::node::service
