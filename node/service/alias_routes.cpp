// What leaves this device about a channel in which somebody has an alias, and to whom
// (docs/protocol/channel.md, "Aliases"): all of it is decided here.
//
//     alias <---> devices of the conveners it told <---> everybody else
//
// - Under an alias we speak of the channel to those conveners' devices, and take what is for the alias from
//   them alone. Attack: a member seals something to the alias and hands it to everybody they meet, to see
//   who reacts.
// - A convener who was told speaks of it to the devices that asked, as long as they are the alias's.
// - The person's own devices speak of it to each other: who sees them knows already that they are one's.
// - Everybody else does not know where an alias is, and keeps nothing for it.
#include <algorithm>

#include "node/service/channels.h"
#include "node/service/naming.h"

namespace liaise::node::service {

using Phase = channel::ChannelState::Phase;

Outcome<Self> Channels::self(const Channel& channel) const {
    const MemberId& member = channel.state.own().member;
    if (member == core_.own.member())
        return Self{member, core_.own.device_id(), &core_.own.device.signing, &core_.own.device.inbox};
    const OwnAlias* const alias = aliases_.own(channel.id(), member);
    if (alias == nullptr)
        return refusals::internal("Writing under the alias", {ErrorCode::not_known, "its keys are gone"});
    return Self{member, alias->keys.device_id(), &alias->keys.device, &alias->keys.inbox};
}

const OwnAlias* Channels::own_alias(const Channel& channel) const {
    return aliases_.own(channel.id(), channel.state.own().member);
}

const channel::OwnPackages& Channels::packages_in(const Channel& channel) const {
    const OwnAlias* const alias = own_alias(channel);
    return alias != nullptr ? alias->packages : packages_.own();
}

bool Channels::under_alias(const Channel& channel) const {
    return channel.state.own().member != core_.own.member();
}

bool Channels::speaks_of(const Channel& channel, const MemberId& person, const DeviceId& device) const {
    const Phase phase = channel.state.phase();
    if (phase != Phase::open && phase != Phase::joining) return false;
    if (under_alias(channel)) {
        if (is_other_of_ours(channel, person, device)) return true;
        const OwnAlias* const alias = own_alias(channel);
        const bool told = alias != nullptr && alias->told.contains(person);
        return told && (phase == Phase::joining || channel.state.rank_of(person));
    }
    // While we are joining we do not know the members yet; who invited us does.
    if (phase == Phase::joining || channel.state.member(person)) return true;
    const auto as = known_as(channel, person, device);
    const auto alias = channel.state.member(as.first);
    return as.first != person && channel.state.own_rank() && alias &&
           std::any_of(alias->devices.begin(), alias->devices.end(),
                       [&](const channel::Device& each) { return each.id == as.second; });
}

bool Channels::is_other_of_ours(const Channel& channel, const MemberId& person,
                                const DeviceId& device) const {
    const OwnAlias* const alias = own_alias(channel);
    return alias != nullptr && person == core_.own.member() && alias->others.contains(device);
}

std::pair<MemberId, DeviceId> Channels::known_as(const Channel& channel, const MemberId& person,
                                                 const DeviceId& device) const {
    if (is_other_of_ours(channel, person, device))
        return {channel.state.own().member, own_alias(channel)->others.at(device)};
    if (const auto alias = aliases_.alias_of(channel.id(), person))
        if (const auto* const seat = aliases_.known(channel.id(), *alias)->seat_of(device))
            return {*alias, seat->alias.id};
    return {person, device};
}

bool Channels::hears_of(const Channel& channel, const MemberId& member) const {
    if (member == channel.state.own().member) return true;
    if (under_alias(channel)) {
        const OwnAlias* const alias = own_alias(channel);
        return alias != nullptr && alias->told.contains(member) && channel.state.rank_of(member);
    }
    return channel.state.alias_of(member) == nullptr || aliases_.known(channel.id(), member) != nullptr;
}

bool Channels::carries(const Channel& channel) const {
    for (const auto& [at, known] : aliases_.all_known())
        if (at.first == channel.id() && channel.state.own_rank()) return true;
    return false;
}

bool Channels::cut_off(const Channel& channel) const {
    if (!under_alias(channel) || channel.state.phase() != Phase::open) return false;
    const OwnAlias* const alias = own_alias(channel);
    return alias == nullptr ||
           std::none_of(alias->told.begin(), alias->told.end(), [&channel](const MemberId& convener) {
               return channel.state.rank_of(convener).has_value();
           });
}

Result<void> Channels::send_parcel(const Channel& channel, const MemberId& to, const DeviceId& device,
                                   Bytes sealed) {
    if (!hears_of(channel, to)) return {};
    if (channel.state.alias_of(to) == nullptr) return opened_.parcel(device, std::move(sealed));
    // Of a device whose owner's we do not know nothing is kept: it would lie here for ever.
    const auto real = real_device(channel, to, device);
    return real ? opened_.parcel(*real, std::move(sealed)) : Result<void>();
}

std::optional<DeviceId> Channels::real_device(const Channel& channel, const MemberId& alias,
                                              const DeviceId& device) const {
    if (const KnownAlias* const known = aliases_.known(channel.id(), alias))
        return known->real_device(device);
    if (const OwnAlias* const own = aliases_.own(channel.id(), alias))
        for (const auto& [real, under_it] : own->others)
            if (under_it == device) return real;
    return std::nullopt;
}

// What the channel knows these devices as, beside their own names.
std::vector<DeviceId> Channels::also_known_as(const Channel& channel, const DeviceId& device) const {
    std::vector<DeviceId> all;
    for (const auto& [at, known] : aliases_.all_known())
        if (const auto* const seat = at.first == channel.id() ? known.seat_of(device) : nullptr)
            all.push_back(seat->alias.id);
    for (const auto& [at, own] : aliases_.all_own())
        if (at.first == channel.id() && own.others.contains(device)) all.push_back(own.others.at(device));
    return all;
}

// The alias of ours that this parcel is for, if its bearer may bring us anything for it.
const OwnAlias* Channels::alias_for(const DeviceId& alias_device, const DeviceId& bearer) const {
    const auto person = trust_.in_network() ? trust_.directory().member_of(bearer) : std::nullopt;
    if (!person) return nullptr;
    for (const auto& [at, alias] : aliases_.all_own()) {
        const bool of_ours = *person == core_.own.member() && alias.others.contains(bearer);
        if (alias.keys.device_id() == alias_device && (of_ours || alias.told.contains(*person)))
            return &alias;
    }
    return nullptr;
}

std::string Channels::label_of(const MemberId& alias) const {
    for (const auto& [id, channel] : channels_) {
        const channel::AliasCard* const card = channel.state.alias_of(alias);
        if (card == nullptr) continue;
        std::string name = card->name;
        for (const auto& [other, view] : channel.state.view().members)
            if (other != alias && view.alias && view.alias->name == name) {
                name += " ~" + alias.text().substr(0, 4);
                break;
            }
        if (card->shows == channel::AliasRule::accredited) return name + " (alias, accredited)";
        const auto role = identity::role_from_text(card->role);
        const std::string title(role ? identity::title_of(*role) : "accredited");
        const std::string person = card->person.empty() ? "" : " of " + card->person;
        return name + " (alias" + person + ", " + title + ", " + card->country + ")";
    }
    return {};
}

const channel::AliasCard* Channels::card_of(const MemberId& alias) const {
    for (const auto& [id, channel] : channels_)
        if (const channel::AliasCard* const card = channel.state.alias_of(alias)) return card;
    return nullptr;
}

std::size_t Channels::devices_of(const MemberId& alias) const {
    for (const auto& [id, channel] : channels_)
        if (const auto member = channel.state.member(alias)) return member->devices.size();
    return 0;
}

bool Channels::is_own(const MemberId& alias) const {
    for (const auto& [at, own] : aliases_.all_own())
        if (at.second == alias) return true;
    return false;
}

std::optional<MemberId> Channels::person_behind(const MemberId& alias) const {
    for (const auto& [at, known] : aliases_.all_known())
        if (at.second == alias) return known.person;
    return std::nullopt;
}

// Names of this channel go before those of the network: whoever is here under an alias is meant by that.
Outcome<MemberId> Channels::member_named(const Channel& channel, const std::string& who) const {
    std::vector<Named<MemberId>> here;
    for (const auto& [id, view] : channel.state.view().members)
        if (view.alias) here.push_back({id, id.text(), view.alias->name});
    if (here.empty()) return trust_.find(who);
    const auto found = find_named("member", who, here);
    if (found) return *found;
    for (const Named<MemberId>& each : here)
        if (trust_.name_of(each.id) == who) return each.id;
    return trust_.find(who);
}

}  // namespace liaise::node::service
