// Which chunk to ask of which peer next, until a document (or its manifest) is here: a state machine for one
// download (docs/protocol/document.md, "Fetching").
//
// In:  the ids that are wanted, in the order of reading; which of them are stored; peers that come and go;
//      what became of each question; time.
// Out: questions to send, in order, and when to be called again.
//
//     chunk:  missing --asked--> in flight --arrived--> stored
//                ^                   |
//                +--- unavailable, bad, timeout, peer gone
//     peer:   asked up to its window; silent beyond `patience` or without any wanted chunk: rests, then is
//     asked
//             again; gave bad bytes: not asked again for this document
//
// - Each peer has a window of chunks in flight: from 8, one more for each arrival up to 32, halved by silence
//   and never below 1. Why: 8 to 32 frames of 240 KiB fill a good line, and a poor one is not buried.
// - Silence counts from the peer's last arrival, not from each question: on a line of 30 kbit/s one chunk
//   takes a minute and is progress all the same.
// - A peer that has not got a chunk is not asked for that chunk again before it rested; the chunk goes to
//   another peer at once. When nobody has it the plan waits, and says until when.
// - Near the end a free peer is given what a slow one is still sitting on (one second copy at most), so the
//   slowest peer does not decide when a download ends.
// - A chunk that nobody asked of this peer is refused before its bytes are looked at (attack class 13). A
//   chunk that comes after its time, from the peer that was asked, is welcome.
// - All is bounded: limits::fetch_peers_max peers, fetch_in_flight_max questions, a few bits for each pair of
//   chunk and peer.
// - It resumes from what is stored: nothing else has to survive a restart.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>

#include "protocol/base/ids.h"
#include "protocol/base/limits.h"
#include "protocol/base/time.h"

namespace liaise::document {

struct FetchPace {
    std::size_t window_start = 8;
    std::size_t window_max = limits::fetch_window_max;
    std::size_t in_flight_max = limits::fetch_in_flight_max;
    Duration patience = std::chrono::seconds(90);  // silence after which a peer's questions go elsewhere
    Duration second_copy =
        std::chrono::seconds(10);  // age of a question that a free peer may be asked as well
    Duration rest_first = std::chrono::seconds(10);  // doubles with each rest in a row
    Duration rest_longest = std::chrono::minutes(10);
};

struct Ask {
    DeviceId peer;
    ChunkId chunk;
    friend bool operator==(const Ask&, const Ask&) = default;
};

class FetchPlan {
  public:
    // `wanted` may repeat ids; `is_stored(id)` is asked once for each. At most limits::document_chunks_max.
    template <class IsStored>
    FetchPlan(std::span<const ChunkId> wanted, IsStored&& is_stored, FetchPace pace = {})
        : FetchPlan(distinct(wanted), pace) {
        for (std::size_t i = 0; i < order_.size(); ++i)
            if (is_stored(order_[i])) mark_stored(i);
    }

    // A peer that may be asked, and one that may be no longer. A peer beyond limits::fetch_peers_max is left
    // out until another goes. Both are harmless when repeated.
    void peer_came(const DeviceId& peer, Time now);
    void peer_left(const DeviceId& peer);

    // May these bytes be looked at: is this chunk wanted still, and was this peer asked for it?
    bool expects(const DeviceId& peer, const ChunkId& chunk) const;

    // What became of a question. Answers to questions never put are ignored.
    void arrived(const DeviceId& peer, const ChunkId& chunk, Time now);  // verified and stored
    void unavailable(const DeviceId& peer, const ChunkId& chunk, Time now);
    void bad(const DeviceId& peer, const ChunkId& chunk);  // bytes that are not the chunk
    // Stored by another way (a sibling download, a bundle).
    void stored(const ChunkId& chunk);

    // The questions to put now; also lets silence take its course. Call after every change and at deadline().
    std::vector<Ask> next(Time now);
    // When next() will have something to say that it has not now; nothing while only an event can help.
    std::optional<Time> deadline() const;

    bool done() const { return stored_count_ == order_.size(); }
    std::size_t chunks_total() const { return order_.size(); }
    std::size_t chunks_stored() const { return stored_count_; }
    std::size_t in_flight() const { return in_flight_; }

  private:
    struct Peer {
        std::map<std::size_t, Time> asked_at;  // in flight, by chunk index
        std::vector<bool> ever_asked;
        std::vector<bool> has_not;
        std::size_t cursor = 0;  // no chunk before it can be asked of this peer
        std::size_t window = 0;
        Time heard{};                     // last answer, or the first question after an idle time
        std::optional<Time> rests_until;  // set while it rests
        Duration next_rest{};
    };

    FetchPlan(std::vector<ChunkId> distinct_ids, FetchPace pace);
    static std::vector<ChunkId> distinct(std::span<const ChunkId> wanted);
    std::optional<std::size_t> index_of(const ChunkId& chunk) const;
    void mark_stored(std::size_t index);
    void release(Peer& peer, std::size_t index);
    void release_all(Peer& peer);
    void rest(Peer& peer, Time now) const;
    void wake_and_expire(Time now);
    bool may_be_asked(const Peer& peer) const;
    std::optional<std::size_t> choose(Peer& peer) const;
    std::optional<std::size_t> choose_second_copy(const Peer& peer, Time now) const;
    bool may_second(const Peer& peer, std::size_t index) const;
    bool ask_once(const DeviceId& id, Peer& peer, Time now, std::vector<Ask>& asks);

    FetchPace pace_;
    std::vector<ChunkId> order_;
    std::vector<std::size_t> by_id_;  // indexes into order_, sorted by id
    std::vector<bool> is_stored_;
    std::vector<std::uint8_t> copies_in_flight_;
    std::size_t stored_count_ = 0;
    std::size_t in_flight_ = 0;
    std::map<DeviceId, Peer> peers_;
    std::set<DeviceId> banned_;
    DeviceId last_asked_;  // the next turn begins behind it, so that all peers get theirs
};

}  // namespace liaise::document
