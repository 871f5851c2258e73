#include "node/transport/listener.h"

#include <algorithm>
#include <cerrno>

namespace liaise::node::transport {
namespace {

constexpr std::string_view scheme = "tcp://";

// Without ACCEPT_FAILED: when descriptors run out it comes hundreds of thousands of times a second.
constexpr int events_watched =
    ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL;

// A link whose connection is gone ends when no frame waits any more, or, under a flood by others, after so
// many turns.
constexpr unsigned turns_for_last_frames = 16;

// While a frame is parked. Room is told by an edge of the descriptor, but libzmq may take that in just when
// it finds no room, in the same call, and for one peer of many it has no way to ask.
constexpr kj::Duration retry_pause = 50 * kj::MILLISECONDS;

// What a frame costs beside its bytes, so that a turn of tiny frames is bounded too.
constexpr std::size_t frame_weight = 64;

Error error_of_bind(int reason) {
    switch (reason) {
        case EADDRINUSE:
            return {ErrorCode::unavailable, "port is in use by another program"};
        case EADDRNOTAVAIL:
        case ENODEV:
            return {ErrorCode::unavailable, "address is not one of this machine"};
        case EACCES:
            return {ErrorCode::unavailable, "port needs more rights than this program has"};
        default:
            return {ErrorCode::unavailable, "address cannot be listened on",
                    static_cast<std::uint64_t>(reason)};
    }
}

}  // namespace

Listener::Listener(const LoopParts& loop, ZmqContext& context, const ZapHandler& admission,
                   const crypto::DhKey& server_key, const SocketTimes& times, LinkIds& link_ids,
                   LinkHandler& handler)
    : admission_(admission),
      link_ids_(link_ids),
      handler_(handler),
      timer_(loop.timer),
      router_(context, ZMQ_ROUTER),
      monitor_(context, router_, events_watched),
      events_(*this),
      event_pump_(loop.port, monitor_.socket(), events_),
      pump_(loop.port, router_, *this),
      retry_(loop.timer, [this] { pump_.kick(); }) {
    set_up_listener(router_, server_key, times);
}

Result<Address> Listener::listen(const Address& address) {
    if (stopped_) return Error{ErrorCode::not_permitted, "listening was stopped"};
    if (address.is_name()) return Error{ErrorCode::malformed, "to listen takes an IP address, not a name"};
    router_.set(ZMQ_IPV6, address.kind == Address::Kind::ipv6);
    if (const int reason = router_.bind(std::string(scheme) + address.text())) return error_of_bind(reason);
    pump_.kick();
    const std::string endpoint = router_.get_text(ZMQ_LAST_ENDPOINT);
    endpoints_.push_back(endpoint);
    LIAISE_CHECK(endpoint.starts_with(scheme));
    return Address::parse(std::string_view(endpoint).substr(scheme.size()));
}

void Listener::stop() {
    stopped_ = true;
    for (const std::string& endpoint : endpoints_) static_cast<void>(router_.unbind(endpoint));
    endpoints_.clear();
    for (const LinkId id : links_.ids()) close(id);
    pump_.kick();
}

// One part at a time, so that an endless message of many parts is bounded by the turn like everything else.
std::optional<std::size_t> Listener::take_one() {
    ZmqMessage first;
    if (!router_.receive(first)) return std::nullopt;
    if (discarding_) {
        discarding_ = first.more();
        return frame_weight;
    }
    ZmqMessage payload;
    LIAISE_CHECK(first.more() && router_.receive(payload));
    discarding_ = payload.more();
    take(first.view(), payload);
    return payload.view().size() + frame_weight;
}

void Listener::take(BytesView routing_id, const ZmqMessage& payload) {
    const auto id = automatic_routing_id(routing_id);
    if (id && links_.has_ended(*id)) return;  // a last frame of a link that we ended
    InboundLink* link = id ? links_.by_routing_id(*id) : nullptr;
    if (link == nullptr) link = begin(routing_id, payload);
    if (link == nullptr) return;
    if (!follows_rules(*link, payload)) {
        ++rules_broken_;
        return end(*link, LinkEnd::rule_broken);
    }
    ++link->frames;
    handler_.frame(link->id, payload.view());  // may close the link
}

// The link that this first frame makes; or none, and the connection is shut down.
InboundLink* Listener::begin(BytesView routing_id, const ZmqMessage& payload) {
    while (take_event()) {
    }
    const auto connection = Connection::of(payload.source_descriptor());
    if (!connection) return nullptr;  // gone before its first frame was read
    const auto id = automatic_routing_id(routing_id);
    const auto peer = admit(payload);
    InboundLink link;
    if (id && peer) {
        link.id = link_ids_.next();
        link.routing_id = *id;
        link.connection = *connection;
        link.user_id = payload.user_id();
        link.peer = *peer;
    }
    if (!id || !peer || !follows_rules(link, payload)) {
        refuse(routing_id, payload);
        return nullptr;
    }
    // The number can only be another's if that one is gone and its event was of no use to us.
    if (InboundLink* former = links_.by_descriptor(connection->descriptor)) connection_gone(*former);
    InboundLink& kept = links_.add(std::move(link));
    const LinkId kept_id = kept.id;
    handler_.link_up(kept_id, {kept.peer.key, kept.peer.lane, false});
    return links_.by_id(kept_id);  // unless the handler closed it
}

// Who speaks, if it may (still) come in and there is room.
std::optional<PeerIdentity> Listener::admit(const ZmqMessage& payload) const {
    if (stopped_) return std::nullopt;
    const auto peer = parse_user_id(payload.user_id());
    if (!peer) return std::nullopt;
    const Admission wanted = peer->lane == Lane::member ? Admission::member : Admission::guest;
    if (admission_.policy().decide(peer->key) != wanted) return std::nullopt;
    const std::size_t room = peer->lane == Lane::member ? limits::peers_max : limits::guest_links_max;
    if (links_.count(peer->lane) >= room) return std::nullopt;
    return *peer;
}

bool Listener::follows_rules(const InboundLink& link, const ZmqMessage& payload) const {
    const bool guest = link.peer.lane == Lane::guest;
    const std::size_t bytes_max = guest ? limits::guest_frame_bytes_max : limits::frame_bytes_max;
    return !payload.more() && check_frame_size(payload.view().size(), bytes_max).ok() &&
           payload.user_id() == link.user_id && !(guest && link.frames >= limits::guest_frames_max);
}

void Listener::refuse(BytesView routing_id, const ZmqMessage& payload) {
    ++rules_broken_;
    if (const auto id = automatic_routing_id(routing_id)) links_.remember_ended(*id);
    if (const auto connection = Connection::of(payload.source_descriptor())) connection->shut_down();
}

std::optional<std::size_t> Listener::Events::take_one() {
    if (!listener_.take_event()) return std::nullopt;
    return frame_weight;
}

bool Listener::take_event() {
    const auto event = monitor_.next();
    if (!event) return false;
    if (event->kind == ZMQ_EVENT_DISCONNECTED) {
        if (InboundLink* link = links_.by_descriptor(static_cast<int>(event->value))) connection_gone(*link);
    } else {
        ++handshakes_failed_;
    }
    return true;
}

void Listener::connection_gone(InboundLink& link) {
    links_.forget_connection(link);
    link.turns_left = turns_for_last_frames;
    gone_.push_back(link.id);
    pump_.kick();
}

void Listener::end(InboundLink& link, LinkEnd end) {
    const LinkId id = link.id;
    link.connection.shut_down();
    with_parked_.erase(id);
    links_.remove(id);
    ended_.emplace_back(id, end);
    pump_.kick();
}

void Listener::turn_over(bool drained) {
    end_those_gone(drained);
    send_parked();
    if (!with_parked_.empty()) retry_.set(timer_.now() + retry_pause);
    tell_of_ends();  // last: nothing is left to tell when the turn ends
}

void Listener::end_those_gone(bool drained) {
    std::erase_if(gone_, [&](LinkId id) {
        InboundLink* link = links_.by_id(id);
        if (link == nullptr) return true;  // ended otherwise
        if (!drained && --link->turns_left > 0) return false;
        end(*link, LinkEnd::peer_gone);
        return true;
    });
}

void Listener::tell_of_ends() {
    while (!ended_.empty()) {  // a handler may end others
        const auto [id, why] = ended_.front();
        ended_.pop_front();
        handler_.link_down(id, why);
    }
}

Result<void> Listener::send(LinkId id, Bytes&& frame) {
    InboundLink* link = links_.by_id(id);
    if (link == nullptr) return Error{ErrorCode::not_known, "link is gone"};
    LIAISE_TRY(check_frame_size(frame.size(), limits::frame_bytes_max));
    if (link->parked) {
        link->wants_room = true;
        return Error{ErrorCode::exhausted, "the other side reads too slowly"};
    }
    pump_.kick();
    switch (transmit(*link, frame)) {
        case SendOutcome::sent:
            return {};
        case SendOutcome::full:
            link->parked = std::move(frame);
            with_parked_.insert(id);
            return {};
        case SendOutcome::gone:
            break;
    }
    end(*link, LinkEnd::peer_gone);
    return Error{ErrorCode::not_known, "link is gone"};
}

// Takes the frame only when it is sent.
SendOutcome Listener::transmit(const InboundLink& link, Bytes& frame) {
    const auto routing_id = bytes_of_routing_id(link.routing_id);
    SendOutcome outcome = router_.send_copy(routing_id, true);
    if (outcome == SendOutcome::full) {
        // libzmq looks for new room only now and then by itself; this makes it look, at what has come as
        // well.
        if (router_.readable()) pump_.kick();
        outcome = router_.send_copy(routing_id, true);
        if (outcome == SendOutcome::full) return outcome;
    }
    if (outcome == SendOutcome::sent) {
        ZmqMessage payload(std::move(frame));
        outcome = router_.send(payload);
    }
    pump_.kick();
    return outcome;
}

void Listener::send_parked() {
    const std::vector<LinkId> waiting(with_parked_.begin(), with_parked_.end());
    for (const LinkId id : waiting) {
        InboundLink* link = links_.by_id(id);
        if (link == nullptr) continue;  // closed by a handler meanwhile
        const SendOutcome outcome = transmit(*link, *link->parked);
        if (outcome == SendOutcome::full) continue;
        if (outcome == SendOutcome::gone) {
            end(*link, LinkEnd::peer_gone);
            continue;
        }
        link->parked.reset();
        with_parked_.erase(id);
        if (std::exchange(link->wants_room, false)) handler_.room(id);
    }
}

void Listener::close(LinkId id) {
    if (InboundLink* link = links_.by_id(id)) end(*link, LinkEnd::closed_by_us);
}

}  // namespace liaise::node::transport
