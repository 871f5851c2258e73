// Keys of single entries that a device is entitled to and cannot make: asking for them, handing them over,
// taking them. Conveners and authors answer at once; everybody, where that was in vain.
#include <algorithm>

#include "node/service/channels.h"
#include "protocol/channel/handed_keys.h"
#include "protocol/channel/invitation.h"

namespace liaise::node::service {
namespace {

constexpr Duration keys_gather = std::chrono::seconds{2};
constexpr Duration policy_ask_least = std::chrono::minutes{1};
constexpr unsigned policy_ask_doublings_max = 10;  // 17 hours
constexpr Duration ask_again = std::chrono::days{1};
constexpr unsigned ask_again_doublings_max = 4;
constexpr Duration stale = std::chrono::days{14};  // a question in an old log was answered, or is asked again
constexpr std::size_t waiting_looked_at = 1000;

Time again_at(const AskedFor& asked) {
    return asked.last + ask_again * (1 << std::min(asked.times - 1, ask_again_doublings_max));
}

}  // namespace

// Of messages each by name, again a day later, and then ever more seldom. Policy entries all together, once
// for each; conveners answer. What still waits after a day is asked for by name as well: its author may be
// gone, and no convener able to open it. Those whose key may still come with a commit that is here are not
// asked for. Questions about policy entries come ever more seldom while they are in vain: two who cannot open
// what the other writes would ask each other about their questions without end.
Outcome<Done> Channels::ask_for_keys(Channel& channel) {
    if (channel.is_over() || channel.is_directory()) return Done{};
    const Time now = core_.now();
    const bool may_ask_policy = now >= channel.policy_asks_from;
    bool policy_waits = false;
    bool policy_missing = false;
    bool anything_left = false;
    channel::KeysWanted wanted;
    for (const auto& [ref, entry] : LIAISE_TRY(or_refusal(entries_without_key(channel)))) {
        const auto asked = channel.asked_for.find(ref);
        const bool never_asked = asked == channel.asked_for.end();
        const bool policy = entry.kind == log::EntryKind::policy;
        policy_waits = policy_waits || policy;
        if (policy && never_asked) {
            policy_missing = true;
            anything_left = anything_left || may_ask_policy;
            if (may_ask_policy) channel.asked_for.emplace(ref, AskedFor{now});
            continue;
        }
        if (!policy && !channel.state.has_group()) continue;
        if (!policy && channel.state.never_opens(entry.epoch)) {  // which was not known when it came
            LIAISE_TRY(or_refusal(core_.batch.write()));
            LIAISE_TRY(or_refusal(core_.store.messages().remove_waiting(entry.place)));
            continue;
        }
        anything_left = true;
        if (!never_asked && now < again_at(asked->second)) continue;
        if (wanted.entries.size() == limits::wanted_entries_max) continue;
        wanted.again = wanted.again || !never_asked;
        wanted.entries.push_back(ref);
        channel.asked_for.insert_or_assign(ref, AskedFor{now, never_asked ? 1 : asked->second.times + 1});
    }
    if (anything_left)
        channel.ask_at =
            now + (wanted.entries.size() == limits::wanted_entries_max ? Duration{std::chrono::minutes{1}}
                                                                       : ask_again);
    std::sort(wanted.entries.begin(), wanted.entries.end());
    if (!policy_waits) channel.policy_asks = 0;
    if (policy_missing && may_ask_policy) {
        channel.policy_asks_from =
            now + policy_ask_least * (1 << std::min(channel.policy_asks++, policy_ask_doublings_max));
        LIAISE_TRY(author(channel, channel::KeysWanted{}));
    } else if (policy_missing) {
        channel.ask_at =
            std::min(channel.ask_at.value_or(channel.policy_asks_from), channel.policy_asks_from);
    }
    if (!wanted.entries.empty()) LIAISE_TRY(author(channel, std::move(wanted)));
    return Done{};
}

Result<std::vector<std::pair<channel::EntryRef, Channels::WithoutKey>>> Channels::entries_without_key(
    const Channel& channel) {
    std::vector<std::pair<channel::EntryRef, WithoutKey>> found;
    auto& messages = core_.store.messages();
    const auto epochs = LIAISE_TRY(messages.epochs_waited_for(channel.id(), waiting_looked_at));
    for (const EpochId& epoch : epochs) {
        if (epoch.is_zero()) continue;
        const auto waiting = LIAISE_TRY(messages.waiting(channel.id(), epoch, waiting_looked_at));
        for (const store::WaitingEntry& one : waiting) {
            const auto entry = LIAISE_TRY(core_.store.entries().entry(one.place));
            if (!entry) continue;
            found.push_back({{one.place.sequence, log::log_id_of(channel.id(), entry->header.writer)},
                             {one.place, entry->header.kind, epoch}});
        }
    }
    return found;
}

// Times that a clock gave which was set back since lie ahead, perhaps by years.
void Channels::forget_wrong_times(Channel& channel) {
    const Time now = core_.now();
    std::erase_if(channel.asked_for, [now](const auto& asked) { return asked.second.last > now; });
    channel.policy_asks_from = std::min(channel.policy_asks_from, now + policy_ask_least);
    if (channel.ask_at) channel.ask_at = std::min(*channel.ask_at, now + policy_ask_least);
    if (channel.keys_due_at) channel.keys_due_at = std::min(*channel.keys_due_at, now + keys_gather);
}

void Channels::owe_keys(Channel& channel, const DeviceId& device, const channel::Content& asked,
                        const channel::KeysWanted& wanted) {
    if (wanted.entries.empty() || asked.time + stale < core_.now()) return;
    const bool answers = wanted.again || channel.state.own_rank().has_value();
    for (const channel::EntryRef& entry : wanted.entries) {
        const channel::WriterFact* const author = channel.state.writer(entry.log);
        const bool ours = author != nullptr && author->device == channel.state.own().device;
        if (answers || ours) channel.entries_due[device].insert(entry);
    }
    if (!channel.entries_due.empty() && !channel.keys_due_at) channel.keys_due_at = core_.now() + keys_gather;
}

Outcome<Done> Channels::hand_over(Channel& channel, const DeviceId& device,
                                  const std::set<channel::EntryRef>& entries) {
    const auto invitee = channel::invitee_of(channel.state, device);
    if (!invitee || !hears_of(channel, invitee->member)) return Done{};
    channel::HandedKeys handed{channel.id(), {}};
    for (const channel::EntryRef& entry : entries) {
        const LogRuntime* const log = channel.log(entry.log);
        if (log == nullptr || handed.keys.size() == limits::wanted_entries_max) continue;
        const store::EntryPlace place{log->row, entry.sequence};
        if (const auto key = LIAISE_TRY(or_refusal(key_for(channel, device, entry, place))))
            handed.keys.emplace_back(entry, *key);
    }
    if (handed.keys.empty()) return Done{};
    auto sealed = channel::seal_handed_keys(handed, invitee->device, core_.random);
    if (!sealed) return refusals::internal("Sealing the keys", sealed.error());
    LIAISE_TRY(or_refusal(core_.batch.write()));
    return or_refusal(send_parcel(channel, invitee->member, device, *std::move(sealed)));
}

// Every member may open every policy entry, and of the messages those since it has been in.
Result<std::optional<crypto::Key>> Channels::key_for(const Channel& channel, const DeviceId& device,
                                                     const channel::EntryRef& at,
                                                     const store::EntryPlace& place) {
    const auto kept = LIAISE_TRY(core_.store.entries().entry(place));
    if (!kept || !kept->payload) return std::optional<crypto::Key>{};
    const auto epoch = channel::epoch_of(*kept->payload);
    if (!epoch) return std::optional<crypto::Key>{};
    if (kept->header.kind == log::EntryKind::policy)
        return channel::key_of_entry(channel.state, channel.keyring, at, *epoch);
    if (!channel.state.may_read(device, *epoch)) return std::optional<crypto::Key>{};
    if (!channel.state.has_message_keys())
        return channel::key_of_entry(channel.state, channel.keyring, at, *epoch);
    return core_.store.entries().message_key(place);
}

Result<channel::HandedKeys> Channels::open_handed_keys(BytesView sealed, const DeviceId& bearer,
                                                       DeviceId& opened_by) const {
    opened_by = core_.own.device_id();
    auto handed = channel::open_handed_keys(sealed, opened_by, core_.own.device.inbox);
    if (handed) return handed;
    for (const auto& [at, alias] : aliases_.all_own()) {
        opened_by = alias.keys.device_id();
        if (alias_for(opened_by, bearer) == nullptr) continue;
        auto for_alias = channel::open_handed_keys(sealed, opened_by, alias.keys.inbox);
        if (for_alias) return for_alias;
    }
    return handed.error();
}

Result<ChannelId> Channels::take_handed_keys(BytesView parcel, const DeviceId& bearer) {
    DeviceId opened_by;
    const channel::HandedKeys handed = LIAISE_TRY(open_handed_keys(parcel, bearer, opened_by));
    Channel* const channel = find(handed.channel);
    // What is for one name says nothing to another.
    if (channel == nullptr || channel->state.own().device != opened_by)
        return Error{ErrorCode::not_known, "keys of a channel that is not here"};
    LIAISE_TRY(core_.batch.write());
    for (const auto& [entry, key] : handed.keys) {
        const LogRuntime* const log = channel->log(entry.log);
        if (log == nullptr) continue;
        LIAISE_TRY(take_handed_key(*channel, *log, entry, key));
    }
    return handed.channel;
}

Result<void> Channels::take_handed_key(Channel& channel, const LogRuntime& log, const channel::EntryRef& at,
                                       const crypto::Key& key) {
    const store::EntryPlace place{log.row, at.sequence};
    const auto kept = LIAISE_TRY(core_.store.entries().entry(place));
    if (!kept || !kept->payload) return {};
    const channel::Place where{channel.id(), log.writer, at.sequence, kept->header.kind};
    const auto head = channel::head_of(*kept->payload);
    if (!head || !channel::open(*kept->payload, where, key)) return {};
    if (head->format == channel::PayloadFormat::message_key) {
        if (LIAISE_TRY(core_.store.entries().message_key(place))) return {};
        LIAISE_TRY(core_.store.entries().keep_message_key(place, key));
    } else {
        const bool content = kept->header.kind == log::EntryKind::content;
        if (content && channel.state.has_message_keys()) return {};
        if (!channel.keyring.add_entry(at, key)) return {};
        channel.changed = true;
    }
    LIAISE_TRY(core_.store.messages().remove_waiting(place));
    return digest_stored(channel, place);
}

}  // namespace liaise::node::service
