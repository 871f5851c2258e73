// Aliases: this device's own, and those whose person it knows because it convenes
// (docs/protocol/channel.md, "Aliases").
//
// - One's own: drawn when one asks to enter; two secret seeds, the key packages for the alias's leaf, and
//   which conveners were told. Only their devices ever hear from this device of that channel.
// - The alias's seed is handed to the person's other devices (alias_handing.cpp); the device's seed stays.
// - Known: who stands behind an alias of a channel that we convene, and which of their devices is which of
//   the alias's, as letters said. It is what a convener's node needs to carry entries between the two, and
//   goes when the alias is no member any more.
// - Nothing of it stands in the directory, in entries of other channels, or in the log of events.
//
//     own_alias record:    key ChannelId, MemberId: version u8 = 2 | name u8 + bytes | told u16 + 32 each |
//                          others u8, each: real device 32, the alias's 32 | handed u8 + 32 each |
//                          own packages (own_packages.h)
//     known_alias record:  key ChannelId, MemberId: version u8 = 2 | person 32 | devices u8, each: real
//                          device 32, the alias's 32, its inbox 32, number u64, withdrawn u8, key package
//                          u16 + bytes
//     Version 1, of one device each, is from before aliases had several; it is refused.
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
    channel::AliasSeed seed;
    channel::AliasKeys keys;
    channel::OwnPackages packages;
    std::map<DeviceId, DeviceId> others{};  // devices of ours that have it, and what they are under it
    std::set<DeviceId> handed{};            // devices of ours that we sent it to
};

struct KnownAlias {
    struct Seat {
        channel::Device alias;     // the alias's device
        std::uint64_t number = 0;  // of the request that brought it
        Bytes key_package;
        bool withdrawn = false;  // taken back when it was let in already: to be taken out
    };
    MemberId person;
    std::map<DeviceId, Seat> devices;  // by the person's real one

    bool is_over() const;
    const Seat* seat_of(const DeviceId& real) const;
    std::optional<DeviceId> real_device(const DeviceId& alias) const;
};

class Aliases {
  public:
    using At = std::pair<ChannelId, MemberId>;  // of an alias

    explicit Aliases(Core& core) : core_(core) {}

    Result<void> load();

    // A fresh one of ours, unlike any before. Within the open batch, as all that follows.
    Result<MemberId> draw(const ChannelId& channel, const std::string& name, std::set<MemberId> told);
    // One that another device of ours has, with keys of this device's own.
    Result<void> take(const ChannelId& channel, const channel::AliasSeed& seed, const std::string& name,
                      std::set<MemberId> told);
    Result<void> note_other(const At& at, const DeviceId& real, const DeviceId& alias);
    Result<void> note_handed(const At& at, const DeviceId& real);
    // Keys and name, for good.
    Result<void> forget(const ChannelId& channel, const MemberId& alias);
    const OwnAlias* own(const ChannelId& channel, const MemberId& alias) const;
    const std::map<At, OwnAlias>& all_own() const { return own_; }

    Result<void> know(const ChannelId& channel, const MemberId& alias, KnownAlias known);
    Result<void> unknow(const ChannelId& channel, const MemberId& alias);
    const KnownAlias* known(const ChannelId& channel, const MemberId& alias) const;
    const std::map<At, KnownAlias>& all_known() const { return known_; }
    // The alias that this person has in the channel, unless they took it back.
    std::optional<MemberId> alias_of(const ChannelId& channel, const MemberId& person) const;
    std::optional<Bytes> package_of(const MemberId& alias, const DeviceId& device) const;

  private:
    Result<OwnAlias> load_own(const At& at, BytesView record);
    Result<MemberId> make(const ChannelId& channel, const channel::AliasSeed& seed, const std::string& name,
                          std::set<MemberId> told);
    Result<void> keep(const At& at, const OwnAlias& alias);

    Core& core_;
    std::map<At, OwnAlias> own_;
    std::map<At, KnownAlias> known_;
};

}  // namespace liaise::node::service
