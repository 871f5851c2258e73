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
            return close(channel->id(), sender, letter.number);
        case AliasLetter::Act::deny:
            return channel->state.rank_of(sender) ? close(channel->id(), letter.asker, letter.number)
                                                  : Result<void>();
        case AliasLetter::Act::offer:
            break;
    }
    return {};
}

// Nobody is in a channel twice: neither under two aliases, nor beside their own name.
Result<void> Requests::take_petition(const Channel& channel, const channel::OpenedAliasLetter& opened) {
    const AliasLetter& letter = opened.letter;
    const MemberId& person = opened.sender.member;
    if (channel.state.alias_of(opened.alias->member) != nullptr &&
        channel.state.member(opened.alias->member)) {
        // Another device of ours, or another convener, let them in.
        if (aliases_.known(channel.id(), opened.alias->member) != nullptr) return {};
        return aliases_.know(channel.id(), opened.alias->member,
                             {person,
                              opened.sender.device,
                              {opened.alias->device, opened.alias->inbox},
                              letter.petition->key_package});
    }
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
            LIAISE_TRY(aliases_.know(channel.id(), asked->alias,
                                     {who, asked->device, asked->seated, asked->key_package}));
        }
    std::vector<MemberId> over;
    for (const auto& [at, known] : aliases_.all_known())
        if (at.first == channel.id() && (!convenes(channel) || !channel.state.member(at.second)))
            over.push_back(at.second);
    for (const MemberId& alias : over) LIAISE_TRY(aliases_.unknow(channel.id(), alias));
    if (phase == Phase::open && offered_.contains(channel.id())) {
        offered_.erase(channel.id());
        LIAISE_TRY(core_.batch.write());
        LIAISE_TRY(core_.store.records().remove(record::asked_to_ask, channel.id().view()));
    }
    return {};
}

std::vector<std::pair<ChannelId, MemberId>> Requests::lapsed_aliases() const {
    std::vector<std::pair<ChannelId, MemberId>> lapsed;
    for (const auto& [at, known] : aliases_.all_known()) {
        const Channel* const channel = channels_.find(at.first);
        if (channel == nullptr || !convenes(*channel) || !channel->state.member(at.second)) continue;
        if (trust_.directory().standing(known.person, core_.now()) != identity::Standing::accredited ||
            !trust_.directory().in_good_standing(known.device, core_.now()))
            lapsed.push_back(at);
    }
    return lapsed;
}

}  // namespace liaise::node::service
