#include "tests/support/memory_network.h"

#include <algorithm>
#include <array>

#include "protocol/base/limits.h"

namespace liaise::test {

using namespace node::transport;

// One link: two ends, each with the frames on their way to the other.
struct MemoryNetwork::Wire {
    struct End {
        Party* party = nullptr;
        LinkId id = LinkId::none;
        bool up = false;  // link_up was called
        bool wants_room = false;
        std::size_t in_flight = 0;
        std::size_t received = 0;
        Time last_arrival{};  // at the other end
    };
    std::array<End, 2> ends;  // dialler, listener
    Lane lane = Lane::member;
    DhPublicKey dialler_key{}, listener_key{};
};

class MemoryNetwork::Party final : public Transport {
  public:
    Party(MemoryNetwork& network, const DhPublicKey& key, AdmissionPolicy& policy, LinkHandler& handler)
        : network_(network), key_(key), policy_(policy), handler_(handler) {
        network_.parties_.emplace(number_, this);
    }
    ~Party() override;

    Result<Address> listen(const Address& address) override;
    Result<void> dial(DialTarget target) override;
    void stop_dialling(const DhPublicKey& server_key, Lane lane) override;
    Result<void> send(LinkId link, Bytes&& frame) override;
    void close(LinkId link) override;

    const DhPublicKey& key() const { return key_; }

  private:
    friend class MemoryNetwork;
    using Key = std::pair<DhPublicKey, Lane>;
    struct Dialling {
        DialTarget target;
        Duration pause;
        std::uint64_t round = 0;  // an attempt of an earlier one is void
        bool up = false;
        bool stopped = false;
    };

    void attempt_later(const Key& key, Duration wait);
    void attempt(const Key& key, std::uint64_t round);
    DialFailure try_addresses(const Key& key, Dialling& dialling, bool& connected);
    void connect(const Key& key, Dialling& dialling, Party& listener);
    void arrive(std::uint64_t wire, bool to_listener, const Bytes& frame);
    void link_ended(const Wire& wire, bool dialler, LinkEnd end);

    MemoryNetwork& network_;
    DhPublicKey key_;
    AdmissionPolicy& policy_;
    LinkHandler& handler_;
    const std::uint64_t number_ = ++network_.last_id_;
    std::map<Key, Dialling> dialling_;
    std::map<LinkId, std::uint64_t> wire_of_;
    std::vector<std::string> listening_;
};

MemoryNetwork::MemoryNetwork(std::uint64_t seed, Time start, const MemoryNetworkSettings& settings)
    : settings_(settings), random_(seed), now_(start) {}

MemoryNetwork::~MemoryNetwork() {
    LIAISE_CHECK(parties_.empty());
}

std::unique_ptr<Transport> MemoryNetwork::join(const DhPublicKey& key, AdmissionPolicy& policy,
                                               LinkHandler& handler) {
    return std::make_unique<Party>(*this, key, policy, handler);
}

void MemoryNetwork::at(Time time, std::function<void()> happen) {
    events_.push({std::max(time, now_), ++order_, std::move(happen)});
}

std::optional<Time> MemoryNetwork::deadline() const {
    if (events_.empty()) return std::nullopt;
    return events_.top().time;
}

void MemoryNetwork::advance(Time to) {
    while (!events_.empty() && events_.top().time <= to) {
        const Event event = events_.top();
        events_.pop();
        now_ = event.time;
        event.happen();
    }
    now_ = std::max(now_, to);
}

Duration MemoryNetwork::delay() {
    const auto span = static_cast<std::uint64_t>((settings_.delay_most - settings_.delay_least).count());
    return settings_.delay_least + Duration{static_cast<std::int64_t>(random_.below(span + 1))};
}

bool MemoryNetwork::apart(const DhPublicKey& a, const DhPublicKey& b) const {
    return one_side_.count(a) != one_side_.count(b);
}

MemoryNetwork::Party* MemoryNetwork::find(std::uint64_t number) const {
    const auto found = parties_.find(number);
    return found == parties_.end() ? nullptr : found->second;
}

MemoryNetwork::Party* MemoryNetwork::listening_at(const Address& address) {
    const auto found = listeners_.find(address.text());
    return found == listeners_.end() ? nullptr : found->second;
}

void MemoryNetwork::cut_all() {
    while (!wires_.empty()) end(wires_.begin()->first, nullptr, LinkEnd::peer_gone);
}

// Links across go silent: both sides notice after a while, if the network is not whole again by then.
void MemoryNetwork::part(const std::set<DhPublicKey>& one_side) {
    one_side_ = one_side;
    for (const auto& [id, wire] : wires_) {
        if (!apart(wire->ends[0].party->key(), wire->ends[1].party->key())) continue;
        at(now_ + settings_.silence, [this, wire_id = id] {
            const auto found = wires_.find(wire_id);
            if (found == wires_.end()) return;
            const auto& ends = found->second->ends;
            if (apart(ends[0].party->key(), ends[1].party->key())) end(wire_id, nullptr, LinkEnd::peer_gone);
        });
    }
}

// Both ends are told, from advance(): the closer at once, the other after what was on its way is lost.
void MemoryNetwork::end(std::uint64_t wire_id, Party* closer, LinkEnd at_closer) {
    const auto found = wires_.find(wire_id);
    if (found == wires_.end()) return;
    const std::shared_ptr<Wire> wire = std::move(found->second);
    wires_.erase(found);
    for (const bool dialler : {true, false}) {
        const Wire::End& end = wire->ends[dialler ? 0 : 1];
        end.party->wire_of_.erase(end.id);
        const LinkEnd why = end.party == closer ? at_closer : LinkEnd::peer_gone;
        at(now_ + (end.party == closer ? Duration::zero() : delay()),
           [this, wire, dialler, why, number = end.party->number_] {
               if (Party* party = find(number)) party->link_ended(*wire, dialler, why);
           });
    }
}

MemoryNetwork::Party::~Party() {
    network_.parties_.erase(number_);
    for (const std::string& address : listening_) network_.listeners_.erase(address);
    while (!wire_of_.empty()) network_.end(wire_of_.begin()->second, this, LinkEnd::closed_by_us);
}

Result<Address> MemoryNetwork::Party::listen(const Address& address) {
    Address bound = address;
    if (bound.port == 0) bound.port = ++network_.last_port_;
    if (!network_.listeners_.emplace(bound.text(), this).second)
        return Error{ErrorCode::unavailable, "port is in use by another program"};
    listening_.push_back(bound.text());
    return bound;
}

Result<void> MemoryNetwork::Party::dial(DialTarget target) {
    if (target.addresses.empty()) return Error{ErrorCode::malformed, "no address to dial"};
    const Key key{target.server_key, target.guest_key ? Lane::guest : Lane::member};
    auto [place, added] = dialling_.try_emplace(key, Dialling{target, network_.settings_.pause_least});
    if (dialling_.size() > limits::dial_targets_max) {
        dialling_.erase(place);
        return Error{ErrorCode::exhausted, "too many targets to dial"};
    }
    Dialling& dialling = place->second;
    dialling.target = std::move(target);
    dialling.stopped = false;
    dialling.pause = network_.settings_.pause_least;
    if (!dialling.up) attempt_later(key, Duration::zero());
    return {};
}

void MemoryNetwork::Party::stop_dialling(const DhPublicKey& server_key, Lane lane) {
    const auto found = dialling_.find({server_key, lane});
    if (found == dialling_.end()) return;
    if (!found->second.up)
        dialling_.erase(found);
    else
        found->second.stopped = true;
}

void MemoryNetwork::Party::attempt_later(const Key& key, Duration wait) {
    const std::uint64_t round = ++network_.last_id_;
    dialling_.at(key).round = round;
    network_.at(network_.now_ + wait + network_.delay() * 2,
                [network = &network_, number = number_, key, round] {
                    if (Party* party = network->find(number)) party->attempt(key, round);
                });
}

void MemoryNetwork::Party::attempt(const Key& key, std::uint64_t round) {
    const auto found = dialling_.find(key);
    if (found == dialling_.end() || found->second.up || found->second.round != round) return;
    Dialling& dialling = found->second;
    bool connected = false;
    const DialFailure failure = try_addresses(key, dialling, connected);
    if (connected) return;
    const auto half = static_cast<std::uint64_t>(dialling.pause.count() / 2);
    const Duration wait =
        dialling.pause - Duration{static_cast<std::int64_t>(network_.random_.below(half + 1))};
    dialling.pause = std::min(dialling.pause * 2, network_.settings_.pause_most);
    attempt_later(key, wait);
    handler_.dial_failed(key.first, key.second, failure, wait);
}

DialFailure MemoryNetwork::Party::try_addresses(const Key& key, Dialling& dialling, bool& connected) {
    DialFailure failure = DialFailure::unreachable;
    const DhPublicKey own = dialling.target.guest_key ? dialling.target.guest_key->public_key() : key_;
    for (const Address& address : dialling.target.addresses) {
        Party* listener = network_.listening_at(address);
        if (listener == nullptr || network_.apart(key_, listener->key_)) continue;
        if (listener->key_ != key.first) {
            failure = std::max(failure, DialFailure::handshake_failed);
            continue;
        }
        if (listener->policy_.decide(own) == Admission::refuse) {
            failure = DialFailure::refused;
            continue;
        }
        connected = true;
        connect(key, dialling, *listener);
        break;
    }
    return failure;
}

void MemoryNetwork::Party::connect(const Key& key, Dialling& dialling, Party& listener) {
    dialling.up = true;
    dialling.pause = network_.settings_.pause_least;
    auto wire = std::make_unique<Wire>();
    wire->lane = key.second;
    wire->dialler_key = dialling.target.guest_key ? dialling.target.guest_key->public_key() : key_;
    const std::uint64_t wire_id = ++network_.last_id_;
    wire->listener_key = listener.key_;
    wire->ends[0].party = this;
    wire->ends[1].party = &listener;
    for (Wire::End& end : wire->ends) {
        end.id = LinkId{++network_.last_id_};
        end.party->wire_of_.emplace(end.id, wire_id);
    }
    wire->ends[0].up = true;
    const LinkId link = wire->ends[0].id;
    network_.wires_.emplace(wire_id, std::move(wire));
    handler_.link_up(link, {key.first, key.second, true});
}

Result<void> MemoryNetwork::Party::send(LinkId link, Bytes&& frame) {
    const auto found = wire_of_.find(link);
    if (found == wire_of_.end()) return Error{ErrorCode::not_known, "link is gone"};
    const std::uint64_t wire_id = found->second;
    Wire& wire = *network_.wires_.at(wire_id);
    const bool to_listener = wire.ends[0].id == link;
    const bool guest = to_listener && wire.lane == Lane::guest;
    if (frame.empty()) return Error{ErrorCode::malformed, "empty frame"};
    if (frame.size() > (guest ? limits::guest_frame_bytes_max : limits::frame_bytes_max))
        return Error{ErrorCode::too_large, "frame over its limit", frame.size()};
    Wire::End& end = wire.ends[to_listener ? 0 : 1];
    if (end.in_flight >= network_.settings_.frames_in_flight_max) {
        end.wants_room = true;
        return Error{ErrorCode::exhausted, "the other side reads too slowly"};
    }
    ++end.in_flight;
    end.last_arrival = std::max(end.last_arrival, network_.now_ + network_.delay());
    network_.at(end.last_arrival, [network = &network_, wire_id, to_listener, bytes = std::move(frame)] {
        const auto wire_found = network->wires_.find(wire_id);
        if (wire_found == network->wires_.end()) return;
        Wire::End& receiver = wire_found->second->ends[to_listener ? 1 : 0];
        receiver.party->arrive(wire_id, to_listener, bytes);
    });
    return {};
}

void MemoryNetwork::Party::arrive(std::uint64_t wire_id, bool to_listener, const Bytes& frame) {
    Wire& wire = *network_.wires_.at(wire_id);
    Wire::End& sender = wire.ends[to_listener ? 0 : 1];
    Wire::End& receiver = wire.ends[to_listener ? 1 : 0];
    if (network_.apart(sender.party->key_, key_)) return;  // never takes up its place again: the line is dead
    --sender.in_flight;
    if (std::exchange(sender.wants_room, false)) {
        network_.at(network_.now_, [network = &network_, number = sender.party->number_, link = sender.id] {
            Party* party = network->find(number);
            if (party != nullptr && party->wire_of_.count(link) != 0) party->handler_.room(link);
        });
    }
    const LinkId link = receiver.id;
    if (!receiver.up) {
        const Admission admission = policy_.decide(wire.dialler_key);
        const Admission wanted = wire.lane == Lane::member ? Admission::member : Admission::guest;
        if (admission != wanted) return network_.end(wire_id, this, LinkEnd::rule_broken);
        receiver.up = true;
        handler_.link_up(link, {wire.dialler_key, wire.lane, false});
    }
    if (wire_of_.count(link) == 0) return;  // closed in link_up
    if (to_listener && wire.lane == Lane::guest && ++receiver.received > limits::guest_frames_max)
        return network_.end(wire_id, this, LinkEnd::rule_broken);
    handler_.frame(link, frame);
}

void MemoryNetwork::Party::close(LinkId link) {
    const auto found = wire_of_.find(link);
    if (found != wire_of_.end()) network_.end(found->second, this, LinkEnd::closed_by_us);
}

void MemoryNetwork::Party::link_ended(const Wire& wire, bool dialler, LinkEnd end) {
    const Wire::End& own = wire.ends[dialler ? 0 : 1];
    if (dialler) {
        const auto found = dialling_.find({wire.listener_key, wire.lane});
        if (found != dialling_.end()) {
            found->second.up = false;
            if (found->second.stopped)
                dialling_.erase(found);
            else
                attempt_later(found->first, found->second.pause);
        }
    }
    if (own.up) handler_.link_down(own.id, end);
}

}  // namespace liaise::test
