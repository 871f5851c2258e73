#include "protocol/document/fetch_plan.h"

#include <algorithm>
#include <numeric>

namespace liaise::document {

std::vector<ChunkId> FetchPlan::distinct(std::span<const ChunkId> wanted) {
    std::vector<ChunkId> order;
    std::set<ChunkId> seen;
    for (const ChunkId& id : wanted)
        if (seen.insert(id).second) order.push_back(id);
    return order;
}

FetchPlan::FetchPlan(std::vector<ChunkId> distinct_ids, FetchPace pace)
    : pace_(pace), order_(std::move(distinct_ids)) {
    LIAISE_CHECK(order_.size() <= limits::document_chunks_max);
    LIAISE_CHECK(pace_.window_start >= 1 && pace_.window_start <= pace_.window_max);
    by_id_.resize(order_.size());
    std::iota(by_id_.begin(), by_id_.end(), std::size_t{0});
    std::sort(by_id_.begin(), by_id_.end(),
              [this](std::size_t a, std::size_t b) { return order_[a] < order_[b]; });
    is_stored_.resize(order_.size());
    copies_in_flight_.resize(order_.size());
}

std::optional<std::size_t> FetchPlan::index_of(const ChunkId& chunk) const {
    const auto found =
        std::lower_bound(by_id_.begin(), by_id_.end(), chunk,
                         [this](std::size_t index, const ChunkId& id) { return order_[index] < id; });
    if (found == by_id_.end() || order_[*found] != chunk) return std::nullopt;
    return *found;
}

// --- what happened

void FetchPlan::peer_came(const DeviceId& id, Time now) {
    if (peers_.size() >= limits::fetch_peers_max || peers_.contains(id) || banned_.contains(id)) return;
    Peer peer;
    peer.ever_asked.resize(order_.size());
    peer.has_not.resize(order_.size());
    peer.window = pace_.window_start;
    peer.heard = now;
    peer.next_rest = pace_.rest_first;
    peers_.emplace(id, std::move(peer));
}

void FetchPlan::peer_left(const DeviceId& id) {
    const auto found = peers_.find(id);
    if (found == peers_.end()) return;
    release_all(found->second);
    peers_.erase(found);
}

bool FetchPlan::expects(const DeviceId& id, const ChunkId& chunk) const {
    const auto index = index_of(chunk);
    const auto peer = peers_.find(id);
    return index && peer != peers_.end() && !is_stored_[*index] && peer->second.ever_asked[*index];
}

void FetchPlan::arrived(const DeviceId& id, const ChunkId& chunk, Time now) {
    if (!expects(id, chunk)) return;
    Peer& peer = peers_.at(id);
    peer.heard = now;
    peer.window = std::min(peer.window + 1, pace_.window_max);
    peer.next_rest = pace_.rest_first;
    mark_stored(*index_of(chunk));
}

void FetchPlan::unavailable(const DeviceId& id, const ChunkId& chunk, Time now) {
    if (!expects(id, chunk)) return;
    Peer& peer = peers_.at(id);
    const std::size_t index = *index_of(chunk);
    peer.heard = now;
    peer.has_not[index] = true;
    release(peer, index);
}

void FetchPlan::bad(const DeviceId& id, const ChunkId& chunk) {
    if (!expects(id, chunk)) return;
    // More liars than connections can only be one network of liars: the oldest reason to distrust is kept.
    if (banned_.size() < limits::peers_max) banned_.insert(id);
    peer_left(id);
}

void FetchPlan::stored(const ChunkId& chunk) {
    if (const auto index = index_of(chunk)) mark_stored(*index);
}

void FetchPlan::mark_stored(std::size_t index) {
    if (is_stored_[index]) return;
    is_stored_[index] = true;
    ++stored_count_;
    for (auto& [id, peer] : peers_) release(peer, index);
}

void FetchPlan::release(Peer& peer, std::size_t index) {
    if (peer.asked_at.erase(index) == 0) return;
    --in_flight_;
    if (--copies_in_flight_[index] > 0 || is_stored_[index]) return;
    for (auto& [id, other] : peers_) other.cursor = std::min(other.cursor, index);
}

void FetchPlan::release_all(Peer& peer) {
    while (!peer.asked_at.empty()) release(peer, peer.asked_at.begin()->first);
}

// --- what to do next

void FetchPlan::rest(Peer& peer, Time now) const {
    peer.rests_until = now + peer.next_rest;
    peer.next_rest = std::min(peer.next_rest * 2, pace_.rest_longest);
}

void FetchPlan::wake_and_expire(Time now) {
    for (auto& [id, peer] : peers_) {
        if (!peer.asked_at.empty() && now >= peer.heard + pace_.patience) {
            release_all(peer);
            peer.window = std::max<std::size_t>(peer.window / 2, 1);
            rest(peer, now);
        } else if (peer.rests_until && now >= *peer.rests_until) {
            peer.rests_until.reset();
            peer.has_not.assign(order_.size(), false);
            peer.cursor = 0;
        }
    }
}

bool FetchPlan::may_be_asked(const Peer& peer) const {
    return !peer.rests_until && peer.asked_at.size() < peer.window && in_flight_ < pace_.in_flight_max;
}

// The cursor passes what is stored, in flight or refused; release() and waking take it back. So a peer that
// refuses everything costs one walk over the chunks, not one for each refusal.
std::optional<std::size_t> FetchPlan::choose(Peer& peer) const {
    for (; peer.cursor < order_.size(); ++peer.cursor) {
        const std::size_t index = peer.cursor;
        if (!is_stored_[index] && copies_in_flight_[index] == 0 && !peer.has_not[index]) return index;
    }
    return std::nullopt;
}

bool FetchPlan::may_second(const Peer& peer, std::size_t index) const {
    return copies_in_flight_[index] == 1 && !peer.has_not[index] && !peer.asked_at.contains(index);
}

std::optional<std::size_t> FetchPlan::choose_second_copy(const Peer& peer, Time now) const {
    for (const auto& [id, other] : peers_)
        for (const auto& [index, asked] : other.asked_at)
            if (now >= asked + pace_.second_copy && may_second(peer, index)) return index;
    return std::nullopt;
}

bool FetchPlan::ask_once(const DeviceId& id, Peer& peer, Time now, std::vector<Ask>& asks) {
    if (!may_be_asked(peer)) return false;
    auto index = choose(peer);
    if (!index) index = choose_second_copy(peer, now);
    if (!index) return false;
    if (peer.asked_at.empty()) peer.heard = now;
    peer.asked_at.emplace(*index, now);
    peer.ever_asked[*index] = true;
    ++copies_in_flight_[*index];
    ++in_flight_;
    last_asked_ = id;
    asks.push_back({id, order_[*index]});
    return true;
}

std::vector<Ask> FetchPlan::next(Time now) {
    std::vector<Ask> asks;
    if (done()) return asks;
    wake_and_expire(now);
    // One question for each peer in turn, until a whole round puts none.
    for (bool any = true; any;) {
        any = false;
        auto at = peers_.upper_bound(last_asked_);
        for (std::size_t i = 0; i < peers_.size(); ++i, ++at) {
            if (at == peers_.end()) at = peers_.begin();
            any |= ask_once(at->first, at->second, now, asks);
        }
    }
    // Who is left without a question because it lacks what is missing is asked again after a rest.
    for (auto& [id, peer] : peers_) {
        const bool lacks = std::find(peer.has_not.begin(), peer.has_not.end(), true) != peer.has_not.end();
        if (peer.asked_at.empty() && lacks && may_be_asked(peer)) rest(peer, now);
    }
    return asks;
}

std::optional<Time> FetchPlan::deadline() const {
    std::optional<Time> earliest;
    const auto consider = [&](Time time) {
        if (!earliest || time < *earliest) earliest = time;
    };
    if (done()) return earliest;
    for (const auto& [id, peer] : peers_) {
        if (!peer.asked_at.empty()) consider(peer.heard + pace_.patience);
        if (peer.rests_until) consider(*peer.rests_until);
        if (!may_be_asked(peer)) continue;
        for (const auto& [other_id, other] : peers_)
            for (const auto& [index, asked] : other.asked_at)
                if (may_second(peer, index)) consider(asked + pace_.second_copy);
    }
    return earliest;
}

}  // namespace liaise::document
