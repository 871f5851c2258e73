// What people do with messages that are there: edit, retract, react, pin, hide; and what is forgotten by
// itself when a channel keeps nothing for ever.
//
// - A retraction and an edit may come before what they are about; they are kept, and found when it comes.
// - Erasing takes the payload of the entry and of its edits, its words in the search index, and a document's
//   chunks. The row stays and says why. Whoever gets the entry later, with its payload or without, ends
//   with the same.
// - Retention is the same erasure, of everything whose order time is so many days ago; looked for every hour,
//   when the charter changes, and at what arrives late.
#pragma once

#include "node/service/library.h"

namespace liaise::node::service {

class Editing {
  public:
    Editing(Core& core, Trust& trust, Channels& channels, Marks& marks, Messages& messages, Library& library)
        : core_(core),
          trust_(trust),
          channels_(channels),
          marks_(marks),
          messages_(messages),
          library_(library) {}

    Result<void> load();

    Outcome<MessageView> mark(const MarkRequest& request);

    // Within the open batch: an entry that says something about another.
    Result<void> opened(const OpenedEntry& entry, const channel::Edit& edit);
    Result<void> opened(const OpenedEntry& entry, const channel::Retract& retract);
    Result<void> opened(const OpenedEntry& entry, const channel::Reaction& reaction);
    Result<void> opened(const OpenedEntry& entry, const channel::Pin& pin);
    Result<void> opened(const OpenedEntry& entry, const channel::Hide& hide);
    Result<void> opened(const OpenedEntry& entry, const channel::Lift& lift);
    // A post or document is here: what came before it may be about it. False where nothing of it is left.
    Result<bool> arrived(const OpenedEntry& entry);
    // An entry is here whose payload is not: others have erased it.
    Result<void> arrived_erased(const Channel& channel, const LogRuntime& log, std::uint64_t sequence);

    std::optional<Time> deadline() const { return retention_at_; }
    void retry_at(Time when) { retention_at_ = when; }
    void charter_changed() { retention_at_ = core_.now(); }
    // Erases what is over its time, at most so many, in a transaction of its own; and chunks that nothing
    // lists.
    Result<void> forget_old(std::size_t count_max);

  private:
    struct Target {
        Channel* channel;
        store::MessageRow row;
        channel::EntryRef ref;
    };
    Outcome<Target> target_of(const std::string& message);
    Outcome<std::vector<Target>> targets_to_retract(const std::string& named);
    Outcome<Done> write(Channel& channel, channel::Body body);
    Outcome<Done> room_for(Target& target, channel::MarkKind kind);
    Outcome<Done> edit(Target& target, const std::string& text);
    Outcome<Done> retract(Target& target);
    Outcome<Done> react(Target& target, const std::string& reaction, bool on);
    Outcome<Done> pin(Target& target, bool on);
    Outcome<Done> hide(Target& target, const std::string& reason, bool on);
    Outcome<Done> lift(Target& target, channel::MarkKind kind);

    bool is_over(const Channel& channel, Time order_time) const;
    Result<void> erase(const store::MessageRow& row, MessageState why);
    Result<std::size_t> forget_old_in(Channel& channel, std::size_t count_max);

    Core& core_;
    Trust& trust_;
    Channels& channels_;
    Marks& marks_;
    Messages& messages_;
    Library& library_;
    std::optional<Time> retention_at_;
};

}  // namespace liaise::node::service
