// Aliases: this device's own, and those whose person it knows because it convenes
// (docs/protocol/channel.md, "Aliases").
//
// - One's own: drawn when one asks to enter; a secret seed, the key packages for the alias's leaf, and which
//   conveners were told. Only their devices ever hear from this device of that channel.
// - Known: who stands behind an alias of a channel that we convene, as the letter said. It is what a
//   convener's node needs to carry entries between the two, and goes when the alias is no member any more.
// - Nothing of it stands in the directory, in entries of other channels, or in the log of events.
//
//     own_alias record:    key ChannelId, MemberId: version u8 = 1 | name u8 + bytes | told u16 + 32 each |
//                          own packages (own_packages.h)
//     known_alias record:  key ChannelId, MemberId: version u8 = 1 | person 32 | real device 32 |
//                          alias's device 32 | its inbox 32 | key package u16 + bytes
#pragma once

#include <map>
#include <set>

#include "node/service/core.h"
#include "protocol/channel/alias.h"
#include "protocol/channel/own_packages.h"

namespace liaise::node::service {

struct OwnAlias {
    std::string name;
    std::set<MemberId> told;  // conveners who know whom it stands for
    channel::AliasKeys keys;
    channel::OwnPackages packages;
};

struct KnownAlias {
    MemberId person;
    DeviceId device;        // the person's real one
    channel::Device alias;  // the alias's
    Bytes key_package;
};

class Aliases {
  public:
    using At = std::pair<ChannelId, MemberId>;  // of an alias

    explicit Aliases(Core& core) : core_(core) {}

    Result<void> load();

    // A fresh one of ours, unlike any before. Within the open batch, as all that follows.
    Result<MemberId> draw(const ChannelId& channel, const std::string& name, std::set<MemberId> told);
    // Keys and name, for good.
    Result<void> forget(const ChannelId& channel, const MemberId& alias);
    const OwnAlias* own(const ChannelId& channel, const MemberId& alias) const;
    const std::map<At, OwnAlias>& all_own() const { return own_; }

    Result<void> know(const ChannelId& channel, const MemberId& alias, KnownAlias known);
    Result<void> unknow(const ChannelId& channel, const MemberId& alias);
    const KnownAlias* known(const ChannelId& channel, const MemberId& alias) const;
    const std::map<At, KnownAlias>& all_known() const { return known_; }
    // The alias that this person has in the channel.
    std::optional<MemberId> alias_of(const ChannelId& channel, const MemberId& person) const;
    std::optional<Bytes> package_of(const MemberId& alias, const DeviceId& device) const;

  private:
    Result<OwnAlias> load_own(const At& at, BytesView record);

    Core& core_;
    std::map<At, OwnAlias> own_;
    std::map<At, KnownAlias> known_;
};

}  // namespace liaise::node::service
