// What the parts of ChannelState share: kinds of bodies, and answers that are given in several places.
#pragma once

#include "protocol/channel/channel_state.h"

namespace liaise::channel::rules {

inline constexpr Error no_writer{ErrorCode::not_known, "log is not introduced yet"};
inline constexpr Error no_membership{ErrorCode::not_known, "author's membership has not come yet"};
inline constexpr Error no_charter{ErrorCode::not_known, "charter has not come yet"};
inline constexpr Error too_many_facts{ErrorCode::exhausted, "channel has too many policy entries"};

bool is_act(const Body& body);
// What becomes a fact whoever says it: it counts for something or for nothing later.
bool is_note(const Body& body);
bool is_note(const Fact& fact);
// Nobody but conveners changes a channel; what others may say is asked body by body.
bool needs_convener(const Body& body);

}  // namespace liaise::channel::rules
