// What a convener's rank allows under one charter, by that charter alone (docs/protocol/channel.md, "What
// counts").
#pragma once

#include <optional>
#include <set>

#include "protocol/channel/policy.h"

namespace liaise::channel {

// The rank of a member in a charter, 0 the highest.
std::optional<std::size_t> rank_in(const Charter& charter, const MemberId& member);
// Rule 1: whether `author` may replace `parent` by `next`. Who was voted out has no place in either.
bool may_amend(const MemberId& author, const Charter& parent, const Charter& next,
               const std::set<MemberId>& voted_out = {});
// Whether it may be so, whoever above the author was voted out.
bool might_amend(const MemberId& author, const Charter& parent, const Charter& next);
// Rule 2: whether `author` may remove `member` under this charter.
bool may_remove(const MemberId& author, const MemberId& member, const Charter& charter);

}  // namespace liaise::channel
