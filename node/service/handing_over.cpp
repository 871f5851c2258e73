// Keys of single messages that a device is entitled to and cannot make: asking for them, handing them over,
// taking them. Conveners and authors answer at once; everybody, where that was in vain.
#include <algorithm>

#include "node/service/channels.h"
#include "protocol/channel/handed_keys.h"

namespace liaise::node::service {
namespace {

constexpr Duration keys_gather = std::chrono::seconds{2};
constexpr Duration policy_ask_least = std::chrono::minutes{1};
constexpr unsigned policy_ask_doublings_max = 10;  // 17 hours
constexpr Duration ask_again = std::chrono::days{1};
constexpr Duration stale = std::chrono::days{14};  // a question in an old log was answered, or is asked again
constexpr std::size_t waiting_looked_at = 1000;

}  // namespace

// Of each waiting entry once, and of messages again every day. Those whose key may still come with a commit
// that is here are not asked for. Questions about policy entries come ever more seldom while they are in
// vain: two who cannot open what the other writes would ask each other about their questions without end.
Outcome<Done> Channels::ask_for_keys(Channel& channel) {
    using Phase = channel::ChannelState::Phase;
    if (channel.state.phase() == Phase::removed || channel.state.phase() == Phase::left) return Done{};
    const bool may_ask_policy = core_.now() >= channel.policy_asks_from ||
                                channel.policy_asks_from > core_.now() + ask_again;  // the clock was set
    bool policy_waits = false;
    bool policy_missing = false;
    bool anything_left = false;
    channel::KeysWanted wanted;
    const auto epochs =
        LIAISE_TRY(or_refusal(core_.store.messages().epochs_waited_for(channel.id(), waiting_looked_at)));
    for (const EpochId& epoch : epochs) {
        if (epoch.is_zero()) continue;
        for (const store::WaitingEntry& waiting :
             LIAISE_TRY(or_refusal(core_.store.messages().waiting(channel.id(), epoch, waiting_looked_at)))) {
            const auto entry = LIAISE_TRY(or_refusal(core_.store.entries().entry(waiting.place)));
            if (!entry) continue;
            const channel::EntryRef ref{waiting.place.sequence,
                                        log::log_id_of(channel.id(), entry->header.writer)};
            const auto asked = channel.asked_for.find(ref);
            if (entry->header.kind == log::EntryKind::policy) {
                policy_waits = true;
                policy_missing = policy_missing || asked == channel.asked_for.end();
                if (may_ask_policy) channel.asked_for.try_emplace(ref, core_.now());
                continue;
            }
            if (!channel.state.has_message_keys()) continue;
            if (channel.state.never_opens(epoch)) {  // which was not known when it came
                LIAISE_TRY(or_refusal(core_.batch.write()));
                LIAISE_TRY(or_refusal(core_.store.messages().remove_waiting(waiting.place)));
                continue;
            }
            anything_left = true;
            const bool due = asked == channel.asked_for.end() || asked->second + ask_again <= core_.now();
            if (!due || wanted.messages.size() == limits::wanted_messages_max) continue;
            wanted.again = wanted.again || asked != channel.asked_for.end();
            wanted.messages.push_back(ref);
            channel.asked_for.insert_or_assign(ref, core_.now());
        }
    }
    if (anything_left)
        channel.ask_at = core_.now() + (wanted.messages.size() == limits::wanted_messages_max
                                            ? Duration{std::chrono::minutes{1}}
                                            : ask_again);
    std::sort(wanted.messages.begin(), wanted.messages.end());
    if (!policy_waits) channel.policy_asks = 0;
    if (policy_missing && may_ask_policy) {
        channel.policy_asks_from =
            core_.now() + policy_ask_least * (1 << std::min(channel.policy_asks++, policy_ask_doublings_max));
        LIAISE_TRY(author(channel, channel::KeysWanted{}));
    } else if (policy_missing) {
        channel.ask_at =
            std::min(channel.ask_at.value_or(channel.policy_asks_from), channel.policy_asks_from);
    }
    if (!wanted.messages.empty()) LIAISE_TRY(author(channel, std::move(wanted)));
    return Done{};
}

void Channels::owe_messages(Channel& channel, const DeviceId& device, const channel::Content& asked,
                            const channel::KeysWanted& wanted) {
    if (wanted.messages.empty() || asked.time + stale < core_.now()) return;
    const bool answers = wanted.again || channel.state.own_rank().has_value();
    for (const channel::EntryRef& entry : wanted.messages) {
        const channel::WriterFact* const author = channel.state.writer(entry.log);
        const bool ours = author != nullptr && author->device == channel.state.own().device;
        if (answers || ours) channel.messages_due[device].insert(entry);
    }
    if (!channel.messages_due.empty() && !channel.keys_due_at)
        channel.keys_due_at = core_.now() + keys_gather;
}

Outcome<Done> Channels::hand_over(Channel& channel, const DeviceId& device,
                                  const std::set<channel::EntryRef>& entries) {
    const auto invitee = channel::invitee_of(channel.state, device);
    if (!invitee || !hears_of(channel, invitee->member)) return Done{};
    channel::HandedKeys handed{channel.id(), {}};
    for (const channel::EntryRef& entry : entries) {
        const LogRuntime* const log = channel.log(entry.log);
        if (log == nullptr || handed.keys.size() == limits::wanted_messages_max) continue;
        const store::EntryPlace place{log->row, entry.sequence};
        const auto key = LIAISE_TRY(or_refusal(core_.store.entries().message_key(place)));
        const auto payload = core_.store.entries().payload(place);
        if (!key || !payload || !*payload) continue;
        const auto epoch = channel::epoch_of(**payload);
        if (epoch && channel.state.may_read(device, *epoch)) handed.keys.emplace_back(entry, *key);
    }
    if (handed.keys.empty()) return Done{};
    auto sealed = channel::seal_handed_keys(handed, invitee->device, core_.random);
    if (!sealed) return refusals::internal("Sealing the keys", sealed.error());
    LIAISE_TRY(or_refusal(core_.batch.write()));
    return or_refusal(send_parcel(channel, invitee->member, device, *std::move(sealed)));
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
        const store::EntryPlace place{log->row, entry.sequence};
        const auto kept = LIAISE_TRY(core_.store.entries().entry(place));
        if (!kept || !kept->payload || LIAISE_TRY(core_.store.entries().message_key(place))) continue;
        const channel::Place at{channel->id(), log->writer, entry.sequence, kept->header.kind};
        const auto head = channel::head_of(*kept->payload);
        if (!head || head->format != channel::PayloadFormat::message_key) continue;
        if (!channel::open(*kept->payload, at, key)) continue;
        LIAISE_TRY(core_.store.entries().keep_message_key(place, key));
        LIAISE_TRY(core_.store.messages().remove_waiting(place));
        LIAISE_TRY(digest_stored(*channel, place));
    }
    return handed.channel;
}

}  // namespace liaise::node::service
