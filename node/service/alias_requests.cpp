// Asking to enter under an alias, and what a convener's node makes of it (requests.h;
// docs/protocol/channel.md, "Aliases").
#include <algorithm>

#include "node/service/charter_words.h"
#include "node/service/kinds.h"
#include "node/service/request_records.h"
#include "node/service/requests.h"

namespace liaise::node::service {
namespace {

using channel::AliasLetter;

constexpr std::size_t everything = 1'000'000;
constexpr std::size_t offers_max = 64;  // by others, that wait for us

Bytes may_ask_key(const ChannelId& channel, const MemberId& who) {
    Bytes key = to_bytes(channel.view());
    append(key, who.view());
    return key;
}

}  // namespace

Result<void> Requests::load_offers() {
    offered_.clear();
    may_ask_.clear();
    for (const auto& kept : LIAISE_TRY(core_.store.records().list(record::asked_to_ask, everything)))
        offered_[LIAISE_TRY(ChannelId::from(kept.key))] = LIAISE_TRY(parse_offered(kept.value));
    for (const auto& kept : LIAISE_TRY(core_.store.records().list(record::may_ask, everything))) {
        Reader key(kept.key), value(kept.value);
        const auto channel = LIAISE_TRY(key.fixed<ChannelId>());
        const auto who = LIAISE_TRY(key.fixed<MemberId>());
        may_ask_[{channel, who}] = time_from_milliseconds(static_cast<std::int64_t>(LIAISE_TRY(value.u64())));
    }
    return {};
}

Result<void> Requests::prune_offers(Time before) {
    for (auto each = offered_.begin(); each != offered_.end();) {
        if (each->second.time >= before) {
            ++each;
            continue;
        }
        LIAISE_TRY(core_.batch.write());
        LIAISE_TRY(core_.store.records().remove(record::asked_to_ask, each->first.view()));
        each = offered_.erase(each);
    }
    for (auto each = may_ask_.begin(); each != may_ask_.end();) {
        if (each->second >= before) {
            ++each;
            continue;
        }
        LIAISE_TRY(core_.batch.write());
        LIAISE_TRY(core_.store.records().remove(record::may_ask,
                                                may_ask_key(each->first.first, each->first.second)));
        each = may_ask_.erase(each);
    }
    return {};
}

Outcome<Done> Requests::check_alias(const Listing& listing, const std::string& alias) const {
    if (listing.card.aliases == channel::AliasRule::none) return refusals::no_aliases(listing.card.name);
    if (const auto good = channel::check_alias_name(alias); !good)
        return refusals::bad_name("alias", good.error());
    if (trust_.is_taken(alias)) return refusals::alias_is_a_person(alias);
    return Done{};
}

Result<void> Requests::send_alias(const AliasLetter& letter, const DeviceId& to, const OwnAlias* as) {
    const identity::DeviceCertificate* const certificate = trust_.directory().certificate(to);
    if (certificate == nullptr || !trust_.directory().in_good_standing(to, core_.now())) return {};
    const Bytes credential = LIAISE_TRY(trust_.own_credential());
    const channel::AliasLetterAuthor author{core_.own.member(), core_.own.device_id(), credential,
                                            core_.own.device.inbox, as != nullptr ? &as->keys : nullptr};
    Bytes sealed = LIAISE_TRY(
        channel::seal_alias_letter(letter, {to, certificate->fields().inbox}, author, core_.random));
    LIAISE_TRY(core_.batch.write());
    return post_.parcel(to, std::move(sealed));
}

AliasLetter Requests::alias_ask(const ChannelId& channel, const Asked& asked) const {
    const OwnAlias& own = *aliases_.own(channel, *asked.alias);
    return {AliasLetter::Act::ask,
            channel,
            core_.own.member(),
            asked.number,
            asked.time,
            asked.note,
            AliasLetter::Petition{own.name, channel::alias_credential(own.keys, channel),
                                  mls::encoded_message(own.packages.all().back().keys.key_package)},
            {}};
}

// It was never anybody in the channel.
Result<void> Requests::drop_alias(const ChannelId& channel, Asked& asked) {
    if (!asked.alias) return {};
    const MemberId alias = *asked.alias;
    asked.alias.reset();
    asked.alias_name.clear();
    return aliases_.forget(channel, alias);
}

Outcome<Done> Requests::let_ask(const Channel& channel, const MemberId& who) {
    channel::Charter card = *channel.state.charter();
    card.parent = {};
    card.demotions.clear();
    const auto now = static_cast<std::uint64_t>(to_milliseconds(core_.now()));
    const AliasLetter letter{AliasLetter::Act::offer, channel.id(), who, now, core_.now(), {}, {}, card};
    bool sent = false;
    for (const DeviceId& device : trust_.directory().devices(who, core_.now())) {
        LIAISE_TRY(or_refusal(send_alias(letter, device, nullptr)));
        sent = true;
    }
    if (!sent) return refusals::no_devices(trust_.name_of(who));
    may_ask_[{channel.id(), who}] = core_.now();
    LIAISE_TRY(or_refusal(core_.batch.write()));
    LIAISE_TRY(or_refusal(core_.store.records().put(record::may_ask, may_ask_key(channel.id(), who),
                                                    Writer().u64(now).view())));
    return Done{};
}

bool Requests::lets_ask(const Channel& channel, const MemberId& who) const {
    return channel.state.charter()->listed || may_ask_.contains({channel.id(), who});
}

Result<void> Requests::take_alias(BytesView parcel) {
    const auto opened =
        LIAISE_TRY(channel::open_alias_letter(parcel, core_.own.device_id(), core_.own.device.inbox, trust_));
    const AliasLetter& letter = opened.letter;
    const MemberId& sender = opened.sender.member;
    if (letter.act == AliasLetter::Act::offer) return take_offer(letter, sender);
    if (letter.act == AliasLetter::Act::hand) return take_handed(opened);
    if (letter.act == AliasLetter::Act::deny && letter.asker == core_.own.member())
        return take_answer(
            {Letter::Act::deny, letter.channel, letter.asker, letter.number, letter.time, letter.text},
            sender);
    const Channel* const channel = channels_.find(letter.channel);
    if (channel == nullptr || channel->is_directory() || !convenes(*channel)) return {};
    if (!trust_.directory().card(letter.asker, core_.now())) return {};
    switch (letter.act) {
        case AliasLetter::Act::ask:
            return take_petition(*channel, opened);
        case AliasLetter::Act::withdraw:
            LIAISE_TRY(close(channel->id(), sender, letter.number));
            return take_back(*channel, opened);
        case AliasLetter::Act::deny:
            return channel->state.rank_of(sender) ? close(channel->id(), letter.asker, letter.number)
                                                  : Result<void>();
        case AliasLetter::Act::offer:
        case AliasLetter::Act::hand:
            break;
    }
    return {};
}

// Nobody is in a channel twice: neither under two aliases, nor beside their own name.
Result<void> Requests::take_petition(const Channel& channel, const channel::OpenedAliasLetter& opened) {
    const AliasLetter& letter = opened.letter;
    const MemberId& person = opened.sender.member;
    if (channel.state.alias_of(opened.alias->member) != nullptr && channel.state.member(opened.alias->member))
        return take_device(channel, opened);
    if (channel.state.charter()->aliases == channel::AliasRule::none || !lets_ask(channel, person) ||
        channel.state.member(person) || aliases_.alias_of(channel.id(), person) ||
        channel.state.history_of(opened.alias->member) != nullptr)
        return {};
    AskedAlias asked{letter.petition->name,
                     opened.alias->member,
                     opened.sender.device,
                     {opened.alias->device, opened.alias->inbox},
                     letter.petition->key_package};
    if (!queues_[channel.id()].take(person, letter.number, letter.time, letter.text, core_.now(),
                                    std::move(asked)))
        return {};
    return keep_request(channel.id(), person);
}

// Another device of the person's; or we do not know yet who stands behind an alias that another device of
// ours, or another convener, let in. Then only a device counts that is in the channel already. Attack: who
// was shut out and has the alias's seed helps somebody else to pass for the person.
Result<void> Requests::take_device(const Channel& channel, const channel::OpenedAliasLetter& opened) {
    const channel::ProvenDevice& device = *opened.alias;
    const KnownAlias* const before = aliases_.known(channel.id(), device.member);
    const auto is_seated = [&] {
        return channel.state.history_of(device.member)->devices.contains(device.device);
    };
    if (before == nullptr ? !is_seated() : before->person != opened.sender.member) return {};
    KnownAlias known = before == nullptr ? KnownAlias{opened.sender.member, {}} : *before;
    if (known.devices.contains(opened.sender.device) || known.real_device(device.device) ||
        known.devices.size() >= limits::member_devices_max)
        return {};
    known.devices[opened.sender.device] = {
        {device.device, device.inbox}, opened.letter.number, opened.letter.petition->key_package, false};
    LIAISE_TRY(aliases_.know(channel.id(), device.member, std::move(known)));
    core_.batch.after([this, id = channel.id()] { post_.membership_changed(id); });
    return {};
}

// The letter crossed with the letting in: the person's node has forgotten the keys, and nobody would ever sit
// in that seat. Only the request that brought the device is taken back: letters may come late.
Result<void> Requests::take_back(const Channel& channel, const channel::OpenedAliasLetter& opened) {
    const auto alias = aliases_.alias_of(channel.id(), opened.sender.member);
    if (!alias) return {};
    KnownAlias known = *aliases_.known(channel.id(), *alias);
    const auto seat = known.devices.find(opened.sender.device);
    if (seat == known.devices.end() || seat->second.number != opened.letter.number) return {};
    seat->second.withdrawn = true;
    LIAISE_TRY(aliases_.know(channel.id(), *alias, std::move(known)));
    core_.batch.after([this, id = channel.id()] { post_.membership_changed(id); });
    return {};
}

Result<void> Requests::take_offer(const AliasLetter& letter, const MemberId& from) {
    if (letter.asker != core_.own.member() || !channel::rank_in(*letter.card, from)) return {};
    if (channels_.find(letter.channel) != nullptr &&
        channels_.find(letter.channel)->state.phase() == channel::ChannelState::Phase::open)
        return {};
    if (!offered_.contains(letter.channel) && offered_.size() >= offers_max) return {};
    Offered& offered = offered_[letter.channel];
    offered = {from, core_.now(), *letter.card};
    LIAISE_TRY(core_.batch.write());
    LIAISE_TRY(core_.store.records().put(record::asked_to_ask, letter.channel.view(), encode(offered)));
    return {};
}

// What conveners know ends with the membership; those who convene no more have no use for it.
Result<void> Requests::follow_aliases(const Channel& channel) {
    using Phase = channel::ChannelState::Phase;
    const Phase phase = channel.state.phase();
    if (phase == Phase::joining || channel.is_directory()) return {};
    if (const auto queue = queues_.find(channel.id()); queue != queues_.end() && convenes(channel))
        for (const auto& [who, request] : queue->second.all()) {
            const auto& asked = request.alias;
            if (!request.open || !asked || !channel.state.member(asked->alias)) continue;
            if (aliases_.known(channel.id(), asked->alias) == nullptr)
                LIAISE_TRY(aliases_.know(channel.id(), asked->alias, known_by(who, request)));
        }
    std::vector<MemberId> over;
    for (const auto& [at, known] : aliases_.all_known())
        if (at.first == channel.id() && (!convenes(channel) || !channel.state.member(at.second)))
            over.push_back(at.second);
    for (const MemberId& alias : over) LIAISE_TRY(aliases_.unknow(channel.id(), alias));
    for (const auto& [at, known] : std::map(aliases_.all_known())) {
        if (at.first != channel.id()) continue;
        KnownAlias left = known;
        const auto& gone = channel.state.history_of(at.second)->removed_devices;
        if (std::erase_if(left.devices,
                          [&](const auto& each) { return gone.contains(each.second.alias.id); }) > 0)
            LIAISE_TRY(aliases_.know(at.first, at.second, std::move(left)));
    }
    if (phase == Phase::open && offered_.contains(channel.id())) {
        offered_.erase(channel.id());
        LIAISE_TRY(core_.batch.write());
        LIAISE_TRY(core_.store.records().remove(record::asked_to_ask, channel.id().view()));
    }
    return {};
}

std::vector<Requests::Lapsed> Requests::lapsed_aliases() const {
    std::vector<Lapsed> lapsed;
    for (const auto& [at, known] : aliases_.all_known()) {
        const Channel* const channel = channels_.find(at.first);
        if (channel == nullptr || !convenes(*channel) || !channel->state.member(at.second)) continue;
        const auto& seated = channel->state.history_of(at.second)->devices;
        std::set<DeviceId> out;
        for (const auto& [real, seat] : known.devices)
            if (seated.contains(seat.alias.id) &&
                (seat.withdrawn || !trust_.directory().in_good_standing(real, core_.now())))
                out.insert(seat.alias.id);
        if (trust_.directory().standing(known.person, core_.now()) != identity::Standing::accredited ||
            out.size() == seated.size())
            lapsed.push_back({at.first, at.second, {}});
        else if (!out.empty())
            lapsed.push_back({at.first, at.second, std::move(out)});
    }
    return lapsed;
}

KnownAlias known_by(const MemberId& person, const Request& request) {
    const AskedAlias& asked = *request.alias;
    return {person, {{asked.device, {asked.seated, request.number, asked.key_package, false}}}};
}

}  // namespace liaise::node::service
