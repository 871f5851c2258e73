// Posts: writing, reading, showing. The text of a message stays sealed in its entry and is opened when it is
// shown.
#pragma once

#include <functional>

#include "node/service/channels.h"
#include "node/service/node.h"

namespace liaise::node::service {

// What a row of the message store is.
// A notice is a policy entry that people have news of: a changed charter, a member who came or went.
enum class MessageKind : std::uint8_t { post = 0, document = 1, notice = 2 };
enum class MessageState : std::uint8_t { shown = 0, retracted = 1 };

// Why a channel does not take a post or document of ours.
Refusal may_not_write(const Channel& channel, const Error& error);

class Messages {
  public:
    Messages(Core& core, Trust& trust, Channels& channels)
        : core_(core), trust_(trust), channels_(channels) {}

    void post(const PostRequest& request, Callback<MessageView> done);
    Outcome<std::vector<MessageView>> read(const ReadRequest& request);

    // Rows for readable entries, within the open batch; false where the entry has one already.
    Result<bool> add(const OpenedEntry& entry, MessageKind kind, std::optional<channel::EntryRef> reply_to);
    Result<void> retract(const OpenedEntry& entry, const channel::EntryRef& target);

    // Nothing when it is not to be shown: its author no longer counts, or its log forked before it.
    std::optional<MessageView> view(const store::MessageRow& row);
    // The newest message of this log, just added: as view() shows it, without a look into the store.
    MessageView newest_view(const Channel& channel, const LogRuntime& log, const channel::EntryRef& ref,
                            const MemberId& author, const channel::Content& content) const;
    // The whole "17.k3f9…" from it or a unique beginning of it.
    Outcome<log::MessageRef> named(const std::string& message);

    // Durable at another member's device up to here.
    void delivered(const LogId& log, std::uint64_t sequence);
    void forget_deliveries() { delivered_.clear(); }

  private:
    MessageView unopened_view(const Channel& channel, const channel::EntryRef& ref, const MemberId& of) const;
    Outcome<store::MessageRow> row_of(const std::string& message);
    Outcome<std::vector<MessageView>> thread(const log::MessageRef& root, std::size_t limit);

    Core& core_;
    Trust& trust_;
    Channels& channels_;
    std::map<LogId, std::uint64_t> delivered_;
};

}  // namespace liaise::node::service
