// Whom this user does not want to read: in one channel, or in all. Kept here and told to nobody.
#pragma once

#include <set>

#include "node/service/core.h"

namespace liaise::node::service {

class Mutes {
  public:
    explicit Mutes(Core& core) : core_(core) {}

    Result<void> load();
    // Within an open batch. No channel: in all of them; then taking back takes back those of single channels,
    // too.
    Result<void> set(const MemberId& member, const std::optional<ChannelId>& channel, bool on);
    bool has(const MemberId& member, const ChannelId& channel) const;
    bool anywhere(const MemberId& member) const;

  private:
    Core& core_;
    std::set<std::pair<MemberId, ChannelId>> muted_;  // a channel of zeros: all
};

}  // namespace liaise::node::service
