// Links and sessions: who is on the other side, what it may say, and when all are in step.
#include "node/service/peers.h"

#include "node/service/kinds.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t parcels_at_once = 16;  // that are read at a time: each may have 248 KiB
constexpr std::uint64_t features = 0;
constexpr Duration farewell = std::chrono::seconds{10};

}  // namespace

Peers::Peers(Core& core, Trust& trust, Channels& channels, Deliveries& deliveries, Library& library,
             Membership& membership, OwnDevices& own_devices, DeviceJoin& device_join, Requests& requests)
    : core_(core),
      trust_(trust),
      channels_(channels),
      deliveries_(deliveries),
      library_(library),
      membership_(membership),
      own_devices_(own_devices),
      device_join_(device_join),
      requests_(requests),
      pieces_(core.store.records()) {}

Result<void> Peers::load() {
    parcels_.clear();
    runs_taken_.clear();
    Bytes after;
    for (bool more = true; more;) {
        const auto page = LIAISE_TRY(core_.store.records().list(record::parcel, parcels_at_once, after));
        for (const auto& kept : page) {
            Reader key(kept.key), value(kept.value);
            const sync::ParcelId number = LIAISE_TRY(key.u64());
            parcels_[number] = LIAISE_TRY(value.fixed<DeviceId>());
            next_parcel_ = std::max(next_parcel_, number + 1);
        }
        more = page.size() == parcels_at_once;
        if (more) after = page.back().key;
    }
    return pieces_.load();
}

void Peers::attach(transport::Transport& transport) {
    transport_ = &transport;
}

void Peers::detach() {
    std::vector<transport::LinkId> links;
    for (const auto& [link, peer] : peers_) links.push_back(link);
    for (const transport::LinkId link : links)
        if (Peer* const peer = find(link); peer != nullptr && peer->session)
            perform(link, peer->session->leave(sync::CloseReason::done, core_.now()));
    peers_.clear();
    targets_.clear();
    transport_ = nullptr;
    for (const Waiter& waiter : std::exchange(waiters_, {})) waiter.done(refusals::locked());
}

void Peers::close_all() {
    if (transport_ == nullptr) return;
    for (const auto& [link, peer] : std::exchange(peers_, {})) transport_->close(link);
}

void Peers::clock_was_set() {
    clocks_.clear();
    farewells_.clear();
    close_all();  // their deadlines are of the old time; and hellos tell whether the new one is right
    for (auto& [key, target] : targets_) target.tried = false;
    dial_all();
}

Peers::Peer* Peers::find(transport::LinkId link) {
    const auto found = peers_.find(link);
    return found == peers_.end() ? nullptr : &found->second;
}

Peers::Peer* Peers::session_with(const DeviceId& device) {
    for (auto& [link, peer] : peers_)
        if (peer.device == device && peer.session && peer.session->phase() == sync::SessionPhase::open)
            return &peer;
    return nullptr;
}

transport::Admission Peers::decide(const DhPublicKey& key) {
    if (core_.store.needs_restart()) return transport::Admission::refuse;
    if (trust_.in_network() && !trust_.directory().devices_by_transport(key, core_.now()).empty())
        return transport::Admission::member;
    if (membership_.admits_guest(key) || own_devices_.admits_guest(key)) return transport::Admission::guest;
    return transport::Admission::refuse;
}

void Peers::link_up(transport::LinkId link, const transport::LinkInfo& info) {
    if (core_.store.needs_restart()) return transport_->close(link);
    Peer& peer = peers_[link];
    peer.info = info;
    note_activity();
    if (info.lane == transport::Lane::guest) {
        auto& joining = membership_.joining();
        if (info.dialled && device_join_.asking()) return send(link, device_join_.request());
        if (!info.dialled || !joining) return;
        joining->link = link;
        return send(link, joining->request);
    }
    if (!info.dialled) return;  // who it is, its hello says
    const auto target = targets_.find(info.peer);
    if (target == targets_.end()) return transport_->close(link);
    target->second.tried = true;
    if (begin_session(link, peer, target->second.device)) perform(link, peer.session->start(core_.now()));
}

bool Peers::begin_session(transport::LinkId link, Peer& peer, const DeviceId& device) {
    const identity::DeviceCertificate* const certificate = trust_.directory().certificate(device);
    const bool fits = certificate != nullptr && certificate->fields().transport == peer.info.peer &&
                      trust_.directory().in_good_standing(device, core_.now()) &&
                      device != core_.own.device_id();
    if (!fits) {
        transport_->close(link);
        return false;
    }
    const auto& own = core_.own.certificate.fields();
    sync::SessionConfig config{{core_.own.device_id(), own.device, own.transport},
                               {device, certificate->fields().device, certificate->fields().transport},
                               peer.info.dialled ? sync::Role::dialler : sync::Role::listener,
                               features};
    peer.device = device;
    peer.session = std::make_unique<sync::Session>(config, core_.own.device.signing, *this, core_.random);
    return true;
}

void Peers::frame(transport::LinkId link, BytesView bytes) {
    Peer* const peer = find(link);
    if (peer == nullptr || peer->closes_at) return;
    if (peer->info.lane == transport::Lane::guest) {
        if (peer->info.dialled && !membership_.joining()) return take_answer(link, peer->info.peer, bytes);
        if (peer->info.dialled) {
            membership_.take_join_reply(bytes);
            transport_->stop_dialling(peer->info.peer, transport::Lane::guest);
            transport_->close(link);
            return dial_all();
        }
        Bytes answer = own_devices_.admits_guest(peer->info.peer)
                           ? own_devices_.answer_guest(peer->info.peer, bytes)
                           : membership_.answer_guest(bytes);
        if (!answer.empty()) send(link, std::move(answer));
        return;
    }
    if (!peer->session) {
        const auto hello = sync::parse_frame(bytes);
        const auto* const named = hello ? std::get_if<sync::HelloFrame>(&*hello) : nullptr;
        if (named == nullptr) {
            note_garbage(*peer);
            return transport_->close(link);
        }
        if (!begin_session(link, *peer, named->device)) return;
        perform(link, peer->session->start(core_.now()));
    }
    auto effects = peer->session->receive(bytes, core_.now());
    perform(link, effects ? *std::move(effects) : peer->session->refuse(effects.error(), core_.now()));
}

// Its first frame was no hello: who it is, its transport key says.
void Peers::note_garbage(const Peer& peer) {
    const auto device = trust_.directory().device_by_transport(peer.info.peer, core_.now());
    const sync::Closed closed{sync::CloseReason::misbehaved, false, std::nullopt};
    if (device && troubles_.closed(*device, closed, core_.now()))
        core_.log.event(Level::warning, "session_closed",
                        {{"reason", "misbehaved"}, {"why", "\"no hello\""}});
}

void Peers::room(transport::LinkId link) {
    Peer* const peer = find(link);
    if (peer == nullptr) return;
    peer->has_room = true;
    while (peer->has_room && !peer->outgoing.empty()) {
        Bytes next = std::move(peer->outgoing.front());
        peer->outgoing.pop_front();
        send_now(link, std::move(next));
    }
}

void Peers::link_down(transport::LinkId link, transport::LinkEnd) {
    const auto found = peers_.find(link);
    if (found == peers_.end()) return;
    const bool joining = found->second.info.lane == transport::Lane::guest && found->second.info.dialled;
    const Peer gone = std::move(found->second);
    peers_.erase(found);
    if (gone.session) own_devices_.seen(gone.device);
    note_activity();
    dial_again(gone);
    if (joining && membership_.joining()) membership_.joining()->link.reset();
    library_.pump();
    check_waiters();
}

void Peers::for_each_open(const std::function<sync::Effects(sync::Session&)>& call) {
    std::vector<transport::LinkId> links;
    for (const auto& [link, peer] : peers_)
        if (peer.session && peer.session->phase() == sync::SessionPhase::open) links.push_back(link);
    for (const transport::LinkId link : links)
        if (Peer* const peer = find(link)) perform(link, call(*peer->session));
}

void Peers::channel_changed(const ChannelId& id) {
    note_activity();
    for (const auto& [link, peer] : peers_) {
        if (!peer.session || !peer.session->shares(id)) continue;
        const auto offered = offered_to(peer.device);
        if (std::none_of(offered.begin(), offered.end(), [&](const auto& it) { return it.channel == id; }))
            farewells_.try_emplace({peer.device, id}, core_.now() + farewell);
    }
    for_each_open([this](sync::Session& session) { return session.channels_changed(core_.now()); });
    library_.pump();
}

void Peers::log_grew(const ChannelId& channel, const WriterKey& writer, const log::LogHead& before) {
    tell_stored();
    note_activity();
    const sync::LogAdvance advance{channel, writer, before};
    for_each_open(
        [&](sync::Session& session) { return session.logs_advanced(std::span(&advance, 1), core_.now()); });
}

void Peers::log_reset(const ChannelId& channel, const WriterKey& writer) {
    for_each_open([&](sync::Session& session) { return session.log_reset(channel, writer, core_.now()); });
}

std::vector<DeviceId> Peers::sources(const ChannelId& channel) {
    std::vector<DeviceId> devices;
    for (const auto& [link, peer] : peers_)
        if (peer.session && peer.session->phase() == sync::SessionPhase::open &&
            peer.session->shares(channel))
            devices.push_back(peer.device);
    return devices;
}

bool Peers::ask(const DeviceId& device, const ChannelId& channel, const ChunkId& chunk) {
    for (auto& [link, peer] : peers_) {
        if (peer.device != device || !peer.session || peer.session->phase() != sync::SessionPhase::open)
            continue;
        auto effects = peer.session->want_chunk(channel, chunk, core_.now());
        if (!effects) return false;
        perform(link, *std::move(effects));
        return true;
    }
    return false;
}

void Peers::note_activity() {
    ++activity_;
}

bool Peers::in_step() const {
    for (const auto& [link, peer] : peers_)
        if (peer.session && !peer.closes_at && !peer.session->in_step()) return false;
    return true;
}

bool Peers::settled() const {
    const bool tried =
        std::all_of(targets_.begin(), targets_.end(), [](const auto& target) { return target.second.tried; });
    return tried && in_step();
}

void Peers::when_in_step(Callback<std::size_t> done, std::weak_ptr<void> asker) {
    std::erase_if(waiters_, [](const Waiter& waiter) { return waiter.asker.expired(); });
    if (waiters_.size() >= limits::in_step_waiters_max)
        return done(refusals::limit_reached("waiting calls", limits::in_step_waiters_max));
    waiters_.push_back({std::move(done), std::move(asker)});
    note_activity();  // answers from before it asked are none to it
    check_waiters();
    core_.driver.wake();
}

// In step means: every peer that can be dialled was tried, every session says so, and each peer has answered
// a mark that we sent after the last thing that moved here. Why not wait until it is quiet: on a slow line a
// pause says nothing.
void Peers::check_waiters() {
    if (waiters_.empty() || transport_ == nullptr || !settled()) return;
    std::vector<transport::LinkId> to_ask;
    std::size_t connected = 0, answered = 0;
    for (const auto& [link, peer] : peers_) {
        if (!peer.session || peer.closes_at) continue;
        ++connected;
        if (peer.answered == activity_)
            ++answered;
        else if (!peer.session->mark_open())
            to_ask.push_back(link);
    }
    for (const transport::LinkId link : to_ask) {
        Peer* const peer = find(link);
        if (peer == nullptr || peer->session->mark_open()) continue;
        peer->marked = activity_;
        perform(link, peer->session->mark(core_.now()));
    }
    if (answered < connected) return;
    for (const Waiter& waiter : std::exchange(waiters_, {}))
        if (!waiter.asker.expired()) waiter.done(connected);
}

std::optional<Time> Peers::deadline() const {
    std::optional<Time> earliest;
    const auto consider = [&earliest](std::optional<Time> due) {
        if (due && (!earliest || *due < *earliest)) earliest = due;
    };
    for (const auto& [link, peer] : peers_) {
        consider(peer.closes_at);
        if (peer.session && peer.session->phase() != sync::SessionPhase::closed)
            consider(peer.session->deadline());
    }
    for (const auto& [whom, until] : farewells_) consider(until);
    return earliest;
}

void Peers::tick(Time now) {
    std::vector<transport::LinkId> due, over;
    for (const auto& [link, peer] : peers_) {
        if (peer.closes_at && *peer.closes_at <= now) over.push_back(link);
        const auto deadline = peer.session ? peer.session->deadline() : std::nullopt;
        if (deadline && *deadline <= now) due.push_back(link);
    }
    for (const transport::LinkId link : due)
        if (Peer* const peer = find(link)) perform(link, peer->session->tick(now));
    for (const transport::LinkId link : over)
        if (find(link) != nullptr) transport_->close(link);
    const auto said = std::erase_if(farewells_, [now](const auto& it) { return it.second <= now; });
    if (said > 0) for_each_open([&](sync::Session& session) { return session.channels_changed(now); });
    check_waiters();
}

}  // namespace liaise::node::service
