// What entries say about messages: kept as they come, in any order, and read as one answer
// (protocol/channel/marks.h has the rules).
#pragma once

#include "node/service/channels.h"
#include "protocol/channel/marks.h"

namespace liaise::node::service {

class Marks {
  public:
    explicit Marks(Core& core) : core_(core) {}

    // A mark that an opened entry makes, within the open batch. What its author took back before it came
    // loses its payload at once.
    Result<void> keep(const OpenedEntry& entry, channel::MarkKind kind, const channel::EntryRef& target,
                      std::uint32_t number = 0, const std::string& text = "");
    Result<void> keep_retraction(const OpenedEntry& entry, const channel::Retract& retract);

    channel::Marked on(const Channel& channel, const channel::EntryRef& target, const MemberId& author);
    // Whether the author of an entry has taken it back; told apart from on(), since it holds for entries that
    // are not here, too.
    Result<bool> retracted(const Channel& channel, const channel::EntryRef& target);
    // The newest time that a retraction of it names; 1970: none, or it leaves no trace.
    Result<Time> trace_time(const Channel& channel, const channel::EntryRef& target);

    // Of an entry that is being erased: the payloads of its edits and of reactions to it go, too.
    Result<void> erase_on(Channel& channel, const channel::EntryRef& target);
    // Of an entry that is itself a mark: its payload goes.
    Result<void> erase_mark(const store::EntryPlace& place);
    Result<bool> is_erasable_mark(const store::EntryPlace& place);  // an edit or a reaction

    // What stands of ours or, for pins and hidings, of anybody: the entries to take back.
    std::vector<channel::EntryRef> standing(const Channel& channel, const channel::EntryRef& target,
                                            channel::MarkKind kind, const std::string& text,
                                            const std::optional<MemberId>& author);
    Result<std::uint32_t> next_edit_number(const channel::EntryRef& target);
    // Of our log on this target; at limits::marks_each_max more would not count.
    Result<std::size_t> used(const LogRuntime& log, const channel::EntryRef& target, channel::MarkKind kind);

  private:
    Result<void> add(const OpenedEntry& entry, channel::MarkKind kind, const channel::EntryRef& target,
                     std::uint32_t number, Time time, const std::string& text);
    std::vector<channel::Mark> marks_on(const Channel& channel, const channel::EntryRef& target, bool deep);

    Core& core_;
};

}  // namespace liaise::node::service
