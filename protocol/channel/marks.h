// What entries say about another entry: edits, retractions, reactions, pins, hidings, and what takes those
// back. A function of the set of marks: nodes that hold the same entries show the same, in whatever order
// they came.
//
// In:  the marks on one entry whose authors count (ChannelState::author_of), each with the marks on itself.
// Out: how the entry is shown.
//
// - Only its author edits or retracts an entry. Of edits the one with the highest number counts, then the
//   latest by its author's clock, then by place. Why a number: a clock that was wrong yesterday must not win
//   over what was written today; and nobody but the author can gain by a high one.
// - A reaction is taken back by retracting it. Of one person each reaction counts once.
// - In discussions and between two every member may pin and unpin; elsewhere conveners. Only conveners hide.
//   Attack: a member who hides what others say.
// - A pin or a hiding stands until somebody who may set it takes that very entry back, or its own author
//   retracts it. So whoever took it back had seen it, and no clock or number can hold one up.
//   Attack: a convener's hiding dated to the year 2099.
#pragma once

#include <optional>
#include <vector>

#include "protocol/channel/content.h"

namespace liaise::channel {

enum class MarkKind : std::uint8_t { edit = 1, reaction = 2, pin = 3, hide = 4, retract = 5, lift = 6 };

struct Mark {
    MarkKind kind{};
    EntryRef at;  // the entry that says it
    MemberId author;
    bool by_convener = false;  // ChannelState::wrote_as_convener
    std::uint32_t number = 0;  // of an edit
    Time time{};               // by its author's clock
    std::string text;          // of a reaction; a hiding's reason
    std::vector<Mark> on_it;   // retractions and liftings of this mark
};

struct ReactionShown {
    std::string text;
    std::vector<MemberId> by;  // ascending, each once
    bool operator==(const ReactionShown&) const = default;
};

struct Marked {
    bool retracted = false;
    std::optional<EntryRef> edit;          // the entry whose text is shown
    std::vector<ReactionShown> reactions;  // by number of people, then text; limits::reactions_shown_max
    std::optional<Mark> pin;               // the first that stands
    std::optional<Mark> hide;              // the first that stands
};

bool members_may_pin(ChannelKind kind);

Marked resolve_marks(const MemberId& author, ChannelKind kind, const std::vector<Mark>& marks);

}  // namespace liaise::channel
