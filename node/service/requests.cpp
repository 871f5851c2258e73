#include "node/service/requests.h"

#include <algorithm>

#include "node/service/kinds.h"
#include "node/service/request_records.h"
#include "protocol/base/entering_limits.h"
#include "protocol/base/text.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t everything = 1'000'000;
constexpr Duration week = std::chrono::days{7};
constexpr Duration kept_for = std::chrono::days{90};
constexpr Duration prune_pause = std::chrono::hours{12};

void drop_older(std::vector<Time>& times, Time than) {
    std::erase_if(times, [than](Time each) { return each < than; });
}

Bytes request_key(const ChannelId& channel, const MemberId& who) {
    Bytes key = to_bytes(channel.view());
    append(key, who.view());
    return key;
}

bool is_waiting(const Requests::Asked& asked) {
    return asked.state == Requests::Asked::State::waiting;
}

}  // namespace

Result<void> Requests::load() {
    asked_.clear();
    queues_.clear();
    for (const auto& kept : LIAISE_TRY(core_.store.records().list(record::asked, everything)))
        asked_[LIAISE_TRY(ChannelId::from(kept.key))] = LIAISE_TRY(parse_asked(kept.value));
    for (const auto& kept : LIAISE_TRY(core_.store.records().list(record::request, everything))) {
        Reader key(kept.key);
        const auto channel = LIAISE_TRY(key.fixed<ChannelId>());
        const auto who = LIAISE_TRY(key.fixed<MemberId>());
        queues_[channel].put(who, LIAISE_TRY(parse_request(kept.value)));
    }
    LIAISE_TRY(load_offers());
    prune_at_ = core_.now() + prune_pause;
    return prune(core_.now());
}

Result<void> Requests::keep(const ChannelId& channel, const Asked& asked) {
    LIAISE_TRY(core_.batch.write());
    LIAISE_TRY(core_.store.records().put(record::asked, channel.view(), encode(asked)));
    return {};
}

Result<void> Requests::keep_request(const ChannelId& channel, const MemberId& who) {
    LIAISE_TRY(core_.batch.write());
    LIAISE_TRY(core_.store.records().put(record::request, request_key(channel, who),
                                         encode(queues_.at(channel).all().at(who))));
    return {};
}

Result<void> Requests::remove_request(const ChannelId& channel, const MemberId& who) {
    LIAISE_TRY(core_.batch.write());
    return core_.store.records().remove(record::request, request_key(channel, who));
}

bool Requests::convenes(const Channel& channel) const {
    return channel.state.phase() == channel::ChannelState::Phase::open &&
           channel.state.own_rank().has_value();
}

Result<void> Requests::send(const Letter& letter, const DeviceId& to) {
    const identity::DeviceCertificate* const certificate = trust_.directory().certificate(to);
    if (certificate == nullptr || !trust_.directory().in_good_standing(to, core_.now())) return {};
    const Bytes credential = LIAISE_TRY(trust_.own_credential());
    Bytes sealed =
        LIAISE_TRY(channel::seal_request(letter, {to, certificate->fields().inbox}, core_.own.member(),
                                         credential, core_.own.device.signing, core_.random));
    LIAISE_TRY(core_.batch.write());
    return post_.parcel(to, std::move(sealed));
}

// To every device of those who were asked that has not been sent it.
Result<void> Requests::send_ask(const ChannelId& channel, Asked& asked) {
    if (core_.now() < asked.not_before) return {};
    const Letter letter{Letter::Act::ask, channel, core_.own.member(), asked.number, asked.time, asked.note};
    const std::size_t before = asked.sent.size();
    for (const MemberId& convener : asked.conveners)
        for (const DeviceId& device : trust_.directory().devices(convener, core_.now()))
            if (asked.sent.insert(device).second)
                LIAISE_TRY(asked.alias ? send_alias(alias_ask(channel, asked), device,
                                                    aliases_.own(channel, *asked.alias))
                                       : send(letter, device));
    return asked.sent.size() == before ? Result<void>() : keep(channel, asked);
}

Outcome<Done> Requests::ask(const Listing& listing, const std::string& note, const std::string& alias) {
    if (!alias.empty()) LIAISE_TRY(check_alias(listing, alias));
    if (!trust_.own_credential())
        return refusals::accreditation_over(identity::text_of(trust_.own_standing()), core_.now());
    if (!note.empty())
        if (const auto good = check_name(note, limits::request_text_bytes_max); !good)
            return refusals::bad_name("note", good.error());
    const auto found = asked_.find(listing.channel);
    Asked asked = found == asked_.end() ? Asked{} : found->second;
    if (found != asked_.end() && is_waiting(asked))
        return refusals::asked_already(asked.card.name, asked.time);
    drop_older(asked.askings, core_.now() - week);
    if (asked.askings.size() >= limits::requests_of_one_a_week)
        return refusals::asked_too_often(listing.card.name, asked.askings.front() + week);
    const auto waiting =
        std::count_if(asked_.begin(), asked_.end(), [](const auto& each) { return is_waiting(each.second); });
    if (static_cast<std::size_t>(waiting) >= limits::requests_own_max)
        return refusals::limit_reached("requests that wait for an answer", limits::requests_own_max);

    const auto now = static_cast<std::uint64_t>(to_milliseconds(core_.now()));
    asked.state = Asked::State::waiting;
    asked.number = std::max(asked.number + 1, now);
    asked.time = core_.now();
    asked.askings.push_back(core_.now());
    asked.card = listing.card;
    asked.note = note;
    asked.reason.clear();
    asked.conveners = {listing.announcers.begin(), listing.announcers.end()};
    asked.sent.clear();
    asked.alias.reset();
    asked.alias_name = alias;
    asked.not_before = {};
    if (!alias.empty())
        asked.alias = LIAISE_TRY(or_refusal(aliases_.draw(listing.channel, alias, asked.conveners)));
    LIAISE_TRY(or_refusal(send_ask(listing.channel, asked)));
    if (asked.sent.empty()) return refusals::no_devices(trust_.name_of(listing.by));
    asked_[listing.channel] = std::move(asked);
    return Done{};
}

Outcome<Done> Requests::withdraw(const ChannelId& channel) {
    Asked& asked = asked_.at(channel);
    const Letter letter{Letter::Act::withdraw, channel, core_.own.member(), asked.number, core_.now(), {}};
    const channel::AliasLetter under_alias{
        channel::AliasLetter::Act::withdraw, channel, letter.asker, letter.number, letter.time, {}, {}, {}};
    for (const DeviceId& device : asked.sent)
        LIAISE_TRY(or_refusal(asked.alias ? send_alias(under_alias, device, nullptr) : send(letter, device)));
    asked.state = Asked::State::withdrawn;
    asked.note.clear();
    LIAISE_TRY(or_refusal(drop_alias(channel, asked)));
    return or_refusal(keep(channel, asked));
}

std::vector<std::pair<MemberId, Request>> Requests::queue(const Channel& channel) const {
    std::vector<std::pair<MemberId, Request>> waiting;
    const auto found = queues_.find(channel.id());
    if (found == queues_.end() || !convenes(channel)) return waiting;
    for (const auto& [who, request] : found->second.all())
        if (request.open && !channel.state.member(who)) waiting.emplace_back(who, request);
    std::sort(waiting.begin(), waiting.end(), [](const auto& a, const auto& b) {
        return std::tie(a.second.taken, a.first) < std::tie(b.second.taken, b.first);
    });
    return waiting;
}

Outcome<Done> Requests::deny(const Channel& channel, const MemberId& who, const std::string& reason) {
    if (!reason.empty())
        if (const auto good = check_name(reason, limits::request_text_bytes_max); !good)
            return refusals::bad_name("reason", good.error());
    const Request& request = queues_.at(channel.id()).all().at(who);
    const Letter letter{Letter::Act::deny, channel.id(), who, request.number, core_.now(), reason};
    std::set<DeviceId> to;
    const auto add = [&](const MemberId& member) {
        for (const DeviceId& device : trust_.directory().devices(member, core_.now()))
            if (device != core_.own.device_id()) to.insert(device);
    };
    add(who);
    // Of who asks under an alias nobody learns who was not asked; their node tells those who were.
    if (!request.alias)
        for (const channel::Member& member : channel.state.members())
            if (member.rank) add(member.id);
    const channel::AliasLetter under_alias{
        channel::AliasLetter::Act::deny, letter.channel, who, letter.number, letter.time, reason, {}, {}};
    for (const DeviceId& device : to)
        LIAISE_TRY(
            or_refusal(request.alias ? send_alias(under_alias, device, nullptr) : send(letter, device)));
    return or_refusal(close(channel.id(), who, request.number));
}

Result<void> Requests::close(const ChannelId& channel, const MemberId& who, std::uint64_t number) {
    return queues_[channel].close(who, number, core_.now()) ? keep_request(channel, who) : Result<void>();
}

Result<void> Requests::take(BytesView parcel) {
    if (channel::is_alias_letter(parcel)) return take_alias(parcel);
    const auto opened =
        LIAISE_TRY(channel::open_request(parcel, core_.own.device_id(), core_.own.device.inbox, trust_));
    const Letter& letter = opened.letter;
    const MemberId& sender = opened.sender.member;
    if (letter.act == Letter::Act::deny && letter.asker == core_.own.member())
        return take_answer(letter, sender);
    const Channel* const channel = channels_.find(letter.channel);
    if (channel == nullptr || channel->is_directory() || !convenes(*channel)) return {};
    // Only of those whom the directory lists: so what is kept is bounded.
    if (!trust_.directory().card(letter.asker, core_.now())) return {};
    switch (letter.act) {
        case Letter::Act::ask:
            if (!channel->state.charter()->listed || channel->state.member(sender) ||
                aliases_.alias_of(channel->id(), sender) ||
                !queues_[channel->id()].take(sender, letter.number, letter.time, letter.text, core_.now()))
                return {};
            return keep_request(channel->id(), sender);
        case Letter::Act::withdraw:
            return close(channel->id(), sender, letter.number);
        case Letter::Act::deny:
            if (!channel->state.rank_of(sender)) return {};
            return close(channel->id(), letter.asker, letter.number);
    }
    return {};
}

Result<void> Requests::take_answer(const Letter& letter, const MemberId& from) {
    const auto found = asked_.find(letter.channel);
    if (found == asked_.end() || !is_waiting(found->second) || found->second.number != letter.number ||
        !found->second.conveners.contains(from))
        return {};
    Asked& asked = found->second;
    asked.state = Asked::State::denied;
    asked.reason = letter.text;
    asked.answered_by = from;
    asked.note.clear();
    if (asked.alias)
        for (const DeviceId& device : asked.sent)
            LIAISE_TRY(send_alias({channel::AliasLetter::Act::withdraw,
                                   letter.channel,
                                   core_.own.member(),
                                   asked.number,
                                   core_.now(),
                                   {},
                                   {},
                                   {}},
                                  device, nullptr));
    LIAISE_TRY(drop_alias(letter.channel, asked));
    return keep(letter.channel, asked);
}

Result<void> Requests::channel_changed(const Channel& channel) {
    using Phase = channel::ChannelState::Phase;
    const auto asked = asked_.find(channel.id());
    const bool in = channel.state.phase() == Phase::joining || channel.state.phase() == Phase::open;
    if (asked != asked_.end() && is_waiting(asked->second) && in) {
        asked->second.state = Asked::State::entered;
        asked->second.note.clear();
        LIAISE_TRY(keep(channel.id(), asked->second));
    }
    LIAISE_TRY(hand_alias(channel));
    LIAISE_TRY(follow_aliases(channel));
    const auto queue = queues_.find(channel.id());
    if (queue == queues_.end() || channel.state.phase() == Phase::joining) return {};
    if (!convenes(channel)) return forget_queue(channel.id());  // no business of ours any more
    std::vector<std::pair<MemberId, std::uint64_t>> in_now;
    for (const auto& [who, request] : queue->second.all())
        if (request.open &&
            (channel.state.member(who) || (request.alias && channel.state.member(request.alias->alias))))
            in_now.emplace_back(who, request.number);
    for (const auto& [who, number] : in_now) LIAISE_TRY(close(channel.id(), who, number));
    return {};
}

Result<void> Requests::forget_queue(const ChannelId& channel) {
    for (const auto& [who, request] : queues_.at(channel).all()) LIAISE_TRY(remove_request(channel, who));
    queues_.erase(channel);
    return {};
}

Result<void> Requests::directory_changed() {
    for (const auto& [id, channel] : channels_.all()) LIAISE_TRY(hand_alias(channel));
    for (auto& each : asked_) {
        const ChannelId& channel = each.first;
        Asked& asked = each.second;
        // A new device of a convener who was told needs to know what the others know.
        const Channel* const entered = channels_.find(channel);
        const bool under_alias = asked.alias && asked.state == Asked::State::entered && entered != nullptr &&
                                 entered->state.own().member == *asked.alias &&
                                 entered->state.phase() == channel::ChannelState::Phase::open;
        if (!is_waiting(asked) && !under_alias) continue;
        const auto news = asked.alias ? std::vector<Listing>{} : listings_.of(channel);
        for (const Listing& listing : news) {
            const auto known = [&](const MemberId& member) { return asked.conveners.contains(member); };
            if (std::none_of(listing.announcers.begin(), listing.announcers.end(), known)) continue;
            asked.conveners.insert(listing.announcers.begin(), listing.announcers.end());
        }
        LIAISE_TRY(send_ask(channel, asked));
    }
    return {};
}

Result<void> Requests::prune(Time now) {
    const Time before = now - kept_for;
    for (auto each = asked_.begin(); each != asked_.end();) {
        Asked& asked = each->second;
        if (asked.time >= before) {
            ++each;
            continue;
        }
        if (is_waiting(asked)) LIAISE_TRY(drop_alias(each->first, asked));
        LIAISE_TRY(core_.batch.write());
        LIAISE_TRY(core_.store.records().remove(record::asked, each->first.view()));
        each = asked_.erase(each);
    }
    LIAISE_TRY(prune_offers(before));
    for (auto& [channel, queue] : queues_)
        for (const MemberId& who : queue.forget(before)) LIAISE_TRY(remove_request(channel, who));
    return {};
}

std::optional<Time> Requests::deadline() const {
    Time due = prune_at_;
    for (const auto& [channel, asked] : asked_)
        if (is_waiting(asked) && asked.not_before != Time{}) due = std::min(due, asked.not_before);
    return due;
}

void Requests::tick(Time now) {
    for (auto& each : asked_) {
        if (!is_waiting(each.second) || each.second.not_before == Time{} || now < each.second.not_before)
            continue;
        each.second.not_before = {};
        if (const auto sent = send_ask(each.first, each.second); !sent) return core_.batch.fail(sent.error());
        if (const auto kept = keep(each.first, each.second); !kept) return core_.batch.fail(kept.error());
    }
    if (now < prune_at_) return;
    prune_at_ = now + prune_pause;
    if (const auto done = prune(now); !done) core_.batch.fail(done.error());
}

}  // namespace liaise::node::service
