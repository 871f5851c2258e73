// How entries enter: appended to their log, opened, judged by the channel's state, handed on.
#include "node/service/channels.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t waiting_at_once = 100'000;
constexpr Duration ask_pause = std::chrono::minutes{1};    // what is missing may be on its way
constexpr Duration keys_gather = std::chrono::seconds{2};  // one letter for several entries
constexpr EpochId for_writer{};  // under which entries wait for a writer or a membership instead of a key

}  // namespace

Result<LogRuntime*> Channels::ensure_log(Channel& channel, const WriterKey& writer) {
    const auto known = channel.logs.find(writer);
    if (known != channel.logs.end()) return &known->second;
    const LogId id = log::log_id_of(channel.id(), writer);
    const bool own = writer == log::writer_key_of(channel.writer);
    const store::LogRow row = LIAISE_TRY(core_.store.entries().ensure_log(channel.id(), writer, own));
    channel_of_log_[id] = channel.id();
    channel.writers.emplace(id, writer);
    return &channel.logs.emplace(writer, LogRuntime{row, writer, id, {}, {}, 0, own, false, {}})
                .first->second;
}

Result<void> Channels::append(Channel& channel, LogRuntime& log, const log::VerifiedRun& run) {
    LIAISE_TRY(core_.store.entries().append(log.row, run));
    log.head = run.head();
    grew_.emplace(channel.id(), log.writer);
    tell_after_commit();
    return {};
}

Result<void> Channels::take(log::VerifiedRun run) {
    Channel* const channel = find(run.channel());
    if (channel == nullptr) return Error{ErrorCode::not_known, "a run of a channel that is not here"};
    LIAISE_TRY(core_.batch.write());
    LogRuntime& log = *LIAISE_TRY(ensure_log(*channel, run.writer()));
    if (run.head().sequence <= log.head.sequence || log.forked_at != 0) return {};
    if (run.first() <= log.head.sequence) run.drop_through(log.head.sequence);
    LIAISE_TRY(append(*channel, log, run));
    maybe_unverified_ = maybe_unverified_ || run.entries().size() > 1;
    for (const log::RunEntry& entry : run.entries())
        if (entry.has_payload)
            LIAISE_TRY(digest(*channel, log, entry.header.sequence, entry.header.kind, entry.payload));
        else
            LIAISE_TRY(opened_.came_erased(*channel, log, entry.header.sequence));
    return {};
}

Result<void> Channels::take_fork(const log::EquivocationProof& proof) {
    Channel* const channel = find(proof.channel());
    if (channel == nullptr) return {};
    LIAISE_TRY(core_.batch.write());
    LogRuntime& log = *LIAISE_TRY(ensure_log(*channel, proof.writer()));
    if (log.forked_at != 0 && log.forked_at <= proof.sequence()) return {};
    LIAISE_TRY(core_.store.entries().set_equivocation(log.row, proof.encode()));
    log.forked_at = proof.sequence();
    grew_.emplace(channel->id(), log.writer);
    changed_.insert(channel->id());
    tell_after_commit();
    core_.log.event(Level::warning, "fork_proven");
    return {};
}

Result<Channels::Digested> Channels::digest(Channel& channel, LogRuntime& log, std::uint64_t sequence,
                                            log::EntryKind kind, BytesView payload) {
    const channel::Place place{channel.id(), log.writer, sequence, kind};
    const auto epoch = channel::epoch_of(payload);
    if (!epoch) return Digested::refused;
    auto opened = open_once(channel, log, place, payload);
    if (!opened) {
        if (opened.error().code != ErrorCode::not_known) return Digested::refused;
        if (opened.error().at == channel::waits_for_writer) return wait(channel, log, sequence, for_writer);
        // Written before we joined; but who is in the channel we may yet be told.
        if (kind == log::EntryKind::content && channel.state.never_opens(*epoch)) return Digested::refused;
        if (!channel.ask_at) channel.ask_at = core_.now() + ask_pause;
        return wait(channel, log, sequence, *epoch);
    }
    if (opened->message_key)
        LIAISE_TRY(use_message_key(channel, {log.row, sequence}, *std::move(opened->message_key)));
    return judge(channel, log, place, *epoch, opened->content);
}

// A key that was used is beside its entry: what waited for its author after it was opened opens with that. It
// is looked for last, since nearly everything is opened once.
Result<channel::OpenedEntry> Channels::open_once(Channel& channel, const LogRuntime& log,
                                                 const channel::Place& place, BytesView payload) {
    auto opened = channel::open_entry(payload, place, channel.state, channel.keyring, channel.message_keys());
    if (opened) return opened;
    const auto head = LIAISE_TRY(channel::head_of(payload));
    if (head.format != channel::PayloadFormat::message_key) return opened;
    const auto key = LIAISE_TRY(core_.store.entries().message_key({log.row, place.sequence}));
    if (!key) return opened;
    return channel::OpenedEntry{head.epoch, LIAISE_TRY(channel::open(payload, place, *key)), {}};
}

Result<void> Channels::use_message_key(Channel& channel, store::EntryPlace place,
                                       channel::MessageKeys::Taken taken) {
    LIAISE_TRY(core_.store.entries().keep_message_key(place, taken.key));
    channel.group->messages().use(std::move(taken));
    channel.message_keys_used = true;
    return {};
}

Result<Channels::Digested> Channels::wait(Channel& channel, const LogRuntime& log, std::uint64_t sequence,
                                          const EpochId& epoch) {
    LIAISE_TRY(core_.store.messages().add_waiting(channel.id(), epoch, {log.row, sequence}, core_.now()));
    return Digested::waiting;
}

Result<Channels::Digested> Channels::judge(Channel& channel, LogRuntime& log, const channel::Place& place,
                                           const EpochId& epoch, const channel::ValidatedContent& content) {
    const auto accepted =
        channel.state.receive(place, epoch, content, trust_, core_.own.device.inbox, channel.keyring);
    if (!accepted) {
        if (accepted.error().code != ErrorCode::not_known) return Digested::refused;
        return wait(channel, log, place.sequence, for_writer);
    }
    if (place.kind == log::EntryKind::policy) channel.changed = true;
    if (!log.own && place.kind == log::EntryKind::content) channel.unread_causes[log.id] = place.sequence;
    LIAISE_TRY(opened_.opened({channel, log, place.sequence, content, *accepted}));
    if (const auto* const offer = content.as<channel::KeyPackageOffer>(); offer && channel.is_directory())
        LIAISE_TRY(take_package(accepted->author, accepted->device, place.sequence, *offer));
    if (const auto* const wanted = content.as<channel::KeysWanted>(); wanted && !log.own)
        owe_keys(channel, accepted->device, *content, *wanted);
    LIAISE_TRY(follow_changes(channel, accepted->changes, can_follow(channel, content)));
    return Digested::accepted;
}

// Whether it is a commit that leads on from where we are. Others are gone after once for a batch: whoever
// joins gets all that ever were.
bool Channels::can_follow(const Channel& channel, const channel::ValidatedContent& content) const {
    const auto* const commit = content.as<channel::CommitEntry>();
    return commit != nullptr && channel.group &&
           (channel.group->holds(commit->fact.from) || channel.group->has_pending());
}

Result<void> Channels::follow_changes(Channel& channel, const std::vector<channel::Change>& changes,
                                      bool at_once) {
    using Kind = channel::Change::Kind;
    bool writers_moved = false;
    for (const channel::Change& change : changes) {
        if (change.kind == Kind::key_learned) LIAISE_TRY(digest_waiting(channel, change.epoch));
        if (change.kind == Kind::keys_due) {
            channel.keys_due.insert(change.device);
            if (!channel.keys_due_at) channel.keys_due_at = core_.now() + keys_gather;
        }
        if (change.kind != Kind::key_learned && change.kind != Kind::epoch_changed &&
            change.kind != Kind::work_changed)
            writers_moved = true;
        if (change.kind != Kind::writer_introduced && change.kind != Kind::member_joined &&
            change.kind != Kind::group_changed && change.kind != Kind::work_changed &&
            change.kind != Kind::keys_due)
            at_once = true;
        channel.changed = true;
    }
    channel.writers_moved = channel.writers_moved || writers_moved;
    if (changes.empty()) return {};
    channel.follow_due = !at_once;
    if (at_once) LIAISE_TRY(follow_group(channel));
    changed_.insert(channel.id());
    tell_after_commit();
    return {};
}

// A device can be seated now that waited for it, in any of our channels.
Result<void> Channels::take_package(const MemberId& author, const DeviceId& device, std::uint64_t sequence,
                                    const channel::KeyPackageOffer& offer) {
    LIAISE_TRY(packages_.take(author, device, sequence, offer));
    for (auto& [id, channel] : channels_) consider_work(channel);
    return {};
}

Result<void> Channels::digest_waiting(Channel& channel, const EpochId& epoch) {
    const auto entries = LIAISE_TRY(core_.store.messages().waiting(channel.id(), epoch, waiting_at_once));
    for (const store::WaitingEntry& waiting : entries)
        LIAISE_TRY(core_.store.messages().remove_waiting(waiting.place));
    for (const store::WaitingEntry& waiting : entries) LIAISE_TRY(digest_stored(channel, waiting.place));
    return {};
}

Result<void> Channels::try_waiting() {
    for (bool again = true; again;) {
        again = false;
        for (auto& [id, channel] : channels_) {
            if (std::exchange(channel.follow_due, false)) LIAISE_TRY(follow_group(channel));
            if (!std::exchange(channel.writers_moved, false)) continue;
            LIAISE_TRY(digest_waiting(channel, for_writer));
            again = true;
        }
    }
    return {};
}

Result<void> Channels::digest_stored(Channel& channel, const store::EntryPlace& place) {
    const auto entry = LIAISE_TRY(core_.store.entries().entry(place));
    if (!entry || !entry->payload) return {};
    LogRuntime& log = *LIAISE_TRY(ensure_log(channel, entry->header.writer));
    LIAISE_TRY(digest(channel, log, place.sequence, entry->header.kind, *entry->payload));
    return {};
}

Result<void> Channels::digest_all(Channel& channel, Logs which) {
    std::vector<store::EntryPlace> places;
    for (const auto& [writer, log] : channel.logs) {
        if (which == Logs::not_introduced && channel.state.writer(log.id) != nullptr) continue;
        for (std::uint64_t sequence = 1; sequence <= log.head.sequence; ++sequence)
            places.push_back({log.row, sequence});
    }
    for (const store::EntryPlace& place : places) {
        LIAISE_TRY(core_.store.messages().remove_waiting(place));
        LIAISE_TRY(digest_stored(channel, place));
    }
    return {};
}

void Channels::tell_after_commit() {
    if (telling_) return;
    telling_ = true;
    core_.batch.after([this] {
        telling_ = false;
        for (const auto& [channel_id, writer] : std::exchange(grew_, {})) {
            Channel* const channel = find(channel_id);
            if (channel == nullptr) continue;
            LogRuntime& log = channel->logs.at(writer);
            const log::LogHead before = std::exchange(log.durable, log.head);
            opened_.log_grew(channel_id, writer, before);
        }
        for (const ChannelId& channel : std::exchange(changed_, {})) opened_.membership_changed(channel);
    });
}

Result<channel::ValidatedContent> Channels::content(Channel& channel, const LogRuntime& log,
                                                    std::uint64_t sequence) {
    const auto entry = LIAISE_TRY(core_.store.entries().entry({log.row, sequence}));
    if (!entry) return Error{ErrorCode::not_known, "no such entry here"};
    if (!entry->payload) return Error{ErrorCode::expired, "the payload is gone"};
    const channel::Place place{channel.id(), log.writer, sequence, entry->header.kind};
    const auto head = LIAISE_TRY(channel::head_of(*entry->payload));
    if (head.format == channel::PayloadFormat::message_key)
        if (const auto key = LIAISE_TRY(core_.store.entries().message_key({log.row, sequence})))
            return channel::open(*entry->payload, place, *key);
    return channel::open(*entry->payload, place, channel.keyring);
}

Time Channels::order_of(Channel& channel, LogRuntime& log, std::uint64_t sequence,
                        const channel::Content& content) {
    // An entry that had to wait comes after later ones of its log: their times do not concern it.
    const bool newest = log.last_shown.sequence < sequence;
    std::vector<Time> before;
    if (log.last_shown.sequence != 0 && newest) before.push_back(log.last_shown.order_time);
    for (const channel::EntryRef& cause : content.causes) {
        const LogRuntime* const of = channel.log(cause.log);
        if (of == nullptr) continue;
        const auto message = core_.store.messages().find({of->row, cause.sequence});
        if (message && *message) before.push_back((*message)->order_time);
    }
    const Time order = channel::order_time(content.time, core_.now(), before);
    if (newest) log.last_shown = {sequence, order};
    return order;
}

std::uint64_t Channels::waiting_entries(const Channel& channel) const {
    if (channel.is_over()) return 0;
    const auto count = core_.store.messages().waiting_count(channel.id());
    return count ? *count : 0;
}

}  // namespace liaise::node::service
