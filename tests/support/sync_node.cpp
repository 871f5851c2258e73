#include "tests/support/sync_node.h"

#include "protocol/crypto/hash.h"

namespace liaise::test {
namespace {

bool must_be_durable(const sync::Effect& effect) {
    return std::holds_alternative<sync::AcceptRun>(effect) ||
           std::holds_alternative<sync::AcceptChunk>(effect) ||
           std::holds_alternative<sync::AcceptParcel>(effect) ||
           std::holds_alternative<sync::AcceptEquivocation>(effect) ||
           std::holds_alternative<sync::BadSignatureStored>(effect);
}

}  // namespace

SyncNode::SyncNode(std::uint64_t seed) : random_(seed), device_key_(crypto::SigningKey::draw(random_)) {
    party_.signing_key = device_key_.public_key();
    party_.device = DeviceId{crypto::blake2b({party_.signing_key.view()}).bytes};
    party_.transport_key = random_.draw<DhPublicKey>();
}

void SyncNode::connect(const sync::Party& peer, sync::Role role, Time now) {
    auto& session = sessions_[peer.device];
    session = std::make_unique<sync::Session>(sync::SessionConfig{party_, peer, role}, device_key_, replica,
                                              random_);
    perform(peer.device, session->start(now));
}

sync::Session* SyncNode::session(const DeviceId& peer) {
    const auto found = sessions_.find(peer);
    return found == sessions_.end() ? nullptr : found->second.get();
}

void SyncNode::receive(const DeviceId& peer, BytesView frame, Time now) {
    sync::Session* session = this->session(peer);
    if (session == nullptr) return;
    Result<sync::Effects> effects = session->receive(frame, now);
    perform(peer, effects ? *std::move(effects) : session->refuse(effects.error(), now));
}

void SyncNode::perform(const DeviceId& peer, sync::Effects effects) {
    for (sync::Effect& effect : effects) {
        if (auto* send = std::get_if<sync::SendFrame>(&effect))
            outbox.push_back({peer, std::move(send->frame)});
        if (auto* lost = std::get_if<sync::LogRefused>(&effect)) refused.push_back(*lost);
        if (auto* ahead = std::get_if<sync::OwnLogAhead>(&effect)) own_ahead.push_back(*ahead);
        if (auto* chunk = std::get_if<sync::ChunkUnavailable>(&effect)) unavailable.push_back(*chunk);
        if (auto* parcel = std::get_if<sync::ParcelDelivered>(&effect)) delivered.push_back(parcel->parcel);
        if (std::holds_alternative<sync::Marked>(effect)) ++marks_answered;
        if (auto* heads = std::get_if<sync::PeerHeads>(&effect))
            for (const log::LogState& log : heads->heads) peer_heads[peer][log.writer] = log;
        if (must_be_durable(effect)) uncommitted_.push_back({peer, std::move(effect)});
        if (auto* closed = std::get_if<sync::Closed>(&effect)) {
            closings.push_back({peer, *closed});
            sessions_.erase(peer);
        }
    }
}

// A session that closes is erased, so it is looked up by name each time.
void SyncNode::for_each_session(const std::function<sync::Effects(sync::Session&)>& act) {
    std::vector<DeviceId> peers;
    for (const auto& [peer, session] : sessions_) peers.push_back(peer);
    for (const DeviceId& peer : peers)
        if (sync::Session* open = session(peer)) perform(peer, act(*open));
}

void SyncNode::commit(Time now) {
    std::vector<Uncommitted> batch = std::exchange(uncommitted_, {});
    std::vector<sync::LogAdvance> advanced;
    std::vector<std::pair<ChannelId, WriterKey>> resets;
    struct Report {
        DeviceId peer;
        sync::Receipt receipt;
        bool stored;
    };
    std::vector<Report> reports;
    for (Uncommitted& item : batch) {
        if (auto* run = std::get_if<sync::AcceptRun>(&item.effect)) {
            reports.push_back({item.peer, run->receipt, replica.store(run->run, advanced)});
            ++runs_accepted;
        }
        if (auto* proof = std::get_if<sync::AcceptEquivocation>(&item.effect))
            if (replica.store(proof->proof))
                resets.emplace_back(proof->proof.channel(), proof->proof.writer());
        if (auto* bad = std::get_if<sync::BadSignatureStored>(&item.effect)) {
            replica.cut_badly_signed(*bad);
            resets.emplace_back(bad->channel, bad->writer);
        }
        if (auto* chunk = std::get_if<sync::AcceptChunk>(&item.effect)) {
            replica.channels.at(chunk->channel).chunks[chunk->chunk] = chunk->sealed;
            reports.push_back({item.peer, chunk->receipt, true});
        }
        if (auto* parcel = std::get_if<sync::AcceptParcel>(&item.effect)) {
            replica.parcels.push_back(parcel->sealed);
            reports.push_back({item.peer, parcel->receipt, true});
        }
    }
    for (const Report& report : reports) {
        sync::Session* session = this->session(report.peer);
        if (session == nullptr) continue;
        perform(report.peer,
                report.stored ? session->stored(report.receipt, now) : session->dropped(report.receipt, now));
    }
    for_each_session([&](sync::Session& session) { return session.logs_advanced(advanced, now); });
    for (const auto& [channel, writer] : resets) reset_everywhere(channel, writer, now);
}

void SyncNode::reset_everywhere(const ChannelId& channel, const WriterKey& writer, Time now) {
    for_each_session([&](sync::Session& session) { return session.log_reset(channel, writer, now); });
}

void SyncNode::crash() {
    sessions_.clear();
    uncommitted_.clear();
}

void SyncNode::check_signatures(Time now) {
    for (const auto& bad : replica.check_signatures()) reset_everywhere(bad.channel, bad.writer, now);
}

void SyncNode::tick(Time now) {
    for_each_session([&](sync::Session& session) {
        const auto due = session.deadline();
        return due && *due <= now ? session.tick(now) : sync::Effects{};
    });
}

std::optional<Time> SyncNode::deadline() const {
    std::optional<Time> earliest;
    for (const auto& [peer, session] : sessions_) {
        const auto due = session->deadline();
        if (due && (!earliest || *due < *earliest)) earliest = due;
    }
    return earliest;
}

bool SyncNode::in_step() const {
    return std::all_of(sessions_.begin(), sessions_.end(),
                       [](const auto& it) { return it.second->in_step(); });
}

WriterKey SyncNode::writer_in(const ChannelId& channel) {
    if (!writer_keys_.contains(channel)) writer_keys_.emplace(channel, crypto::SigningKey::draw(random_));
    const WriterKey writer = log::writer_key_of(writer_keys_.at(channel));
    replica.channels.at(channel).logs[writer].own = true;
    return writer;
}

void SyncNode::share_writer(const ChannelId& channel, SyncNode& with, Time now) {
    const WriterKey writer = writer_in(channel);
    with.writer_keys_.insert_or_assign(channel, writer_keys_.at(channel));
    with.replica.channels.at(channel).logs[writer] = replica.channels.at(channel).logs.at(writer);
    with.reset_everywhere(channel, writer, now);
}

log::Entry SyncNode::post(const ChannelId& channel, BytesView payload, Time now, log::EntryKind kind) {
    const WriterKey writer = writer_in(channel);
    const StoredLog& log = replica.channels.at(channel).logs.at(writer);
    const log::LogHead head =
        log.entries.empty() ? log::LogHead{} : log::LogHead{log.entries.size(), log.entries.back().id};
    const log::Entry entry = log::sign_entry(writer_keys_.at(channel), channel, head, kind, payload).value();
    const sync::LogAdvance advance = replica.add_own(entry);
    for_each_session([&](sync::Session& session) { return session.logs_advanced({&advance, 1}, now); });
    return entry;
}

void SyncNode::post_badly_signed(const ChannelId& channel, Time now) {
    const WriterKey writer = writer_in(channel);
    StoredLog& log = replica.channels.at(channel).logs.at(writer);
    if (log.forked_at != 0 || log.doubted) return;
    log::LogHead head =
        log.entries.empty() ? log::LogHead{} : log::LogHead{log.entries.size(), log.entries.back().id};
    log::Entry bad =
        log::sign_entry(writer_keys_.at(channel), channel, head, log::EntryKind::content, bytes_of("bad"))
            .value();
    bad.signature.bytes[1] ^= 1;
    bad.id = log::id_of(bad.signed_header());
    replica.add_own(bad);
    log.entries.back().verified = false;  // so that it travels under the next one
    post(channel, bytes_of("good"), now);
}

void SyncNode::admit(const ChannelId& channel, const WriterKey& writer, Time now) {
    if (!replica.channels.at(channel).logs.try_emplace(writer).second) return;
    reset_everywhere(channel, writer, now);
}

void SyncNode::channels_changed(Time now) {
    for_each_session([&](sync::Session& session) { return session.channels_changed(now); });
}

void SyncNode::want_chunk(const DeviceId& peer, const ChannelId& channel, const ChunkId& chunk, Time now) {
    Result<sync::Effects> effects = session(peer)->want_chunk(channel, chunk, now);
    if (effects) perform(peer, *std::move(effects));
}

void SyncNode::send_parcel(const DeviceId& peer, sync::ParcelId parcel, BytesView sealed, Time now) {
    perform(peer, session(peer)->send_parcel(parcel, sealed, now).value());
}

void SyncNode::mark(const DeviceId& peer, Time now) {
    perform(peer, session(peer)->mark(now));
}

}  // namespace liaise::test
