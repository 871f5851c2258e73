// What sessions want done: entries, chunks and parcels into the store, frames onto the wire.
#include "node/service/kinds.h"
#include "node/service/peers.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t outgoing_max = 4096;  // frames; far above what a session's credit lets pile up
constexpr Duration last_word = std::chrono::seconds{1};

template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;  // clang 14 needs to be told

}  // namespace

void Peers::perform(transport::LinkId link, sync::Effects effects) {
    for (sync::Effect& effect : effects) {
        if (find(link) == nullptr) return;
        carry_out(link, std::move(effect));
    }
    check_waiters();
    core_.driver.wake();
}

void Peers::carry_out(transport::LinkId link, sync::Effect effect) {
    std::visit(
        Overloaded{
            [&](sync::SendFrame& send_frame) { send(link, std::move(send_frame.frame)); },
            [&](sync::Opened& session) { on_opened(link, session); },
            [&](sync::AcceptRun& accept) { take_run(link, accept); },
            [&](sync::OwnLogAhead&) {
                if (const auto kept = channels_.own_log_is_behind(); !kept)
                    return core_.batch.fail(kept.error());
                core_.log.event(Level::error, "own_log_behind");
            },
            [&](sync::AcceptEquivocation& accept) {
                if (const auto taken = channels_.take_fork(accept.proof); !taken)
                    return core_.batch.fail(taken.error());
                core_.batch.after([this, channel = accept.proof.channel(), writer = accept.proof.writer()] {
                    log_reset(channel, writer);
                });
            },
            [&](sync::BadSignatureStored& bad) {
                if (const auto cut = channels_.cut_log(bad.channel, bad.writer, bad.sequence); !cut)
                    return core_.batch.fail(cut.error());
                core_.batch.after([this, bad] { log_reset(bad.channel, bad.writer); });
            },
            [&](sync::LogRefused& refused) {
                if (troubles_.log_refused(find(link)->device, refused.channel, refused.writer, core_.now()))
                    core_.log.event(Level::warning, "log_refused", {{"code", name_of(refused.error.code)}});
            },
            [&](sync::AcceptChunk& accept) {
                library_.chunk_arrived(find(link)->device, accept.chunk, std::move(accept.sealed));
                core_.batch.after([this, link, receipt = accept.receipt] { stored(link, receipt); });
            },
            [&](sync::ChunkUnavailable& missing) {
                library_.chunk_unavailable(find(link)->device, missing.chunk);
            },
            [&](sync::AcceptParcel& accept) { take_parcel(link, accept); },
            [&](sync::ParcelDelivered& delivered) {
                Writer key;
                key.u64(delivered.parcel);
                const auto removed = [&]() -> Result<void> {
                    LIAISE_TRY(core_.batch.write());
                    return core_.store.records().remove(record::parcel, key.view());
                }();
                if (!removed) return core_.batch.fail(removed.error());
                parcels_.erase(delivered.parcel);
            },
            [&](sync::PeerHeads& heads) {
                const auto member = trust_.directory().member_of(find(link)->device);
                if (!member || *member == core_.own.member()) return;
                for (const log::LogState& head : heads.heads)
                    deliveries_.told(heads.channel, head.writer, *member, find(link)->device,
                                     head.head.sequence);
            },
            [&](sync::InStep&) { note_activity(); },
            [&](sync::Marked&) { find(link)->answered = find(link)->marked; },
            [&](sync::Closed& closed) {
                const bool news = troubles_.closed(find(link)->device, closed, core_.now());
                if (closed.error && news)
                    core_.log.event(Level::warning, "session_closed",
                                    {{"reason", sync::name_of(closed.reason)},
                                     {"why", std::string("\"") + closed.error->phrase + "\""}});
                // The last word arrives before the link goes.
                core_.batch.after([this, link, by_peer = closed.by_peer] {
                    Peer* const peer = find(link);
                    if (peer == nullptr || transport_ == nullptr) return;
                    if (by_peer) return transport_->close(link);
                    peer->closes_at = core_.now() + last_word;
                });
            },
        },
        effect);
}

void Peers::on_opened(transport::LinkId link, const sync::Opened& session) {
    Peer& opened = *find(link);
    troubles_.opened(opened.device);
    own_devices_.seen(opened.device);
    if (session.clock_ahead) clocks_.met(opened.device, *session.clock_ahead);
    for (auto& [other_link, other] : peers_) {
        const bool twin = other_link != link && other.device == opened.device && other.session &&
                          other.session->phase() == sync::SessionPhase::open;
        if (!twin) continue;
        const bool lesser_dials = core_.own.device_id() < opened.device;
        const bool keep_this = opened.info.dialled == lesser_dials;
        transport_->close(keep_this ? other_link : link);
        if (!keep_this) {
            if (opened.info.dialled) rest_dialling(opened.info.peer);
            return;
        }
        break;
    }
    if (!opened.info.dialled) rest_dialling(opened.info.peer);
    send_parcels(link);
    core_.batch.after([this] { library_.pump(); });
}

void Peers::take_run(transport::LinkId link, sync::AcceptRun& accept) {
    if (const auto taken = channels_.take(std::move(accept.run)); !taken)
        return core_.batch.fail(taken.error());
    runs_taken_.emplace_back(link, accept.receipt);
    core_.batch.after([this] { tell_stored(); });
}

// Once for a batch, and before the sessions hear which logs grew: each first learns that what it took is
// durable.
void Peers::tell_stored() {
    for (const auto& [link, receipt] : std::exchange(runs_taken_, {})) stored(link, receipt);
}

void Peers::take_parcel(transport::LinkId link, const sync::AcceptParcel& accept) {
    const auto take_whole = [&](BytesView sealed) -> Result<void> {
        if (channel::is_request(sealed) || channel::is_alias_letter(sealed)) return requests_.take(sealed);
        LIAISE_TRY(channels_.take_parcel(sealed, find(link)->device));
        return {};
    };
    const auto taken = [&]() -> Result<void> {
        if (!channel::is_piece(accept.sealed)) return take_whole(accept.sealed);
        const auto piece = LIAISE_TRY(channel::read_piece(accept.sealed));
        LIAISE_TRY(core_.batch.write());
        const auto whole = LIAISE_TRY(pieces_.take(find(link)->device, piece, core_.now()));
        return whole ? take_whole(*whole) : Result<void>();
    }();
    // Not kept, so not acknowledged: it comes again.
    if (!taken && taken.error().code == ErrorCode::unavailable) return core_.batch.fail(taken.error());
    if (!taken) core_.log.event(Level::warning, "parcel_refused", {{"code", name_of(taken.error().code)}});
    core_.batch.after([this, link, receipt = accept.receipt] {
        note_activity();
        stored(link, receipt);
    });
}

void Peers::stored(transport::LinkId link, sync::Receipt receipt) {
    if (Peer* const peer = find(link); peer != nullptr && peer->session)
        perform(link, peer->session->stored(receipt, core_.now()));
}

void Peers::send(transport::LinkId link, Bytes frame) {
    core_.batch.after(
        [this, link, held = std::make_shared<Bytes>(std::move(frame))] { send_now(link, std::move(*held)); });
}

void Peers::send_now(transport::LinkId link, Bytes frame) {
    Peer* const peer = find(link);
    if (peer == nullptr || transport_ == nullptr) return;
    if (!peer->has_room) {
        peer->outgoing.push_back(std::move(frame));
        if (peer->outgoing.size() > outgoing_max) transport_->close(link);
        return;
    }
    if (const auto sent = transport_->send(link, std::move(frame));
        !sent && sent.error().code == ErrorCode::exhausted) {
        peer->has_room = false;
        peer->outgoing.push_front(
            std::move(frame));  // NOLINT(bugprone-use-after-move): refused, it stays here
    }
}

void Peers::send_parcels(transport::LinkId link) {
    const Peer* const peer = find(link);
    if (peer == nullptr) return;
    std::vector<sync::ParcelId> due;
    for (const auto& [number, to] : parcels_)
        if (to == peer->device) due.push_back(number);
    for (const sync::ParcelId number : due)
        if (Peer* const still = find(link)) send_parcel(link, *still, number);
}

void Peers::send_parcel(transport::LinkId link, Peer& peer, sync::ParcelId number) {
    const auto kept = core_.store.records().get(record::parcel, Writer().u64(number).view());
    if (!kept || !*kept) return;
    auto effects =
        peer.session->send_parcel(number, BytesView(**kept).subspan(DeviceId::size_bytes), core_.now());
    if (effects) perform(link, *std::move(effects));
}

Result<void> Peers::keep_parcel(const DeviceId& to, Bytes sealed) {
    for (const Bytes& piece : channel::in_pieces(std::move(sealed), core_.random))
        LIAISE_TRY(keep_one_parcel(to, piece));
    return {};
}

Result<void> Peers::keep_one_parcel(const DeviceId& to, BytesView sealed) {
    const sync::ParcelId number = next_parcel_++;
    Writer value;
    value.fixed(to).raw(sealed);
    LIAISE_TRY(core_.store.records().put(record::parcel, Writer().u64(number).view(), value.view()));
    parcels_[number] = to;
    core_.batch.after([this, to, number] {
        for (auto& [link, peer] : peers_) {
            if (peer.device != to || !peer.session || peer.session->phase() != sync::SessionPhase::open)
                continue;
            if (parcels_.contains(number)) send_parcel(link, peer, number);
            return;
        }
    });
    return {};
}

}  // namespace liaise::node::service
