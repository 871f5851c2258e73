// The inbound links of a listener, found by link, by routing id, by descriptor. Pure bookkeeping.
//
// - A routing id is not an identity: it says which of ZeroMQ's connections a message came through, while that
//   lasts. Who spoke is the user id; a record keeps the one it began with, and the listener compares.
// - Only automatic routing ids (five bytes, the first 0) make links. Our diallers claim none; who claims one
//   can only want to collide with another's. Attack: squatting on an id locks out its owner in silence.
// - An ended link's routing id is remembered for a while: its last frames may still be under way, and must
//   not begin a new link. Automatic ids are not used again by libzmq.
// - A descriptor's number is used again by the system as soon as it is closed; the inode of its socket is
//   not. Both are kept, and looked at together before a connection is shut down.
#pragma once

#include <sys/types.h>

#include <deque>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "node/transport/admission.h"

namespace liaise::node::transport {

using RoutingId = std::uint32_t;  // the changing part of an automatic one

std::optional<RoutingId> automatic_routing_id(BytesView frame);  // nothing: claimed by the peer
std::array<std::uint8_t, 5> bytes_of_routing_id(RoutingId id);

struct Connection {
    int descriptor = -1;
    ino_t inode = 0;

    // Of an open socket; nothing when the descriptor is closed or something else by now.
    static std::optional<Connection> of(int descriptor);
    // Ends both directions, so that libzmq's thread sees the peer gone; nothing if it is gone already.
    void shut_down() const;
};

struct InboundLink {
    LinkId id = LinkId::none;
    RoutingId routing_id = 0;
    Connection connection;
    std::string user_id;
    PeerIdentity peer;
    std::size_t frames = 0;       // received
    std::optional<Bytes> parked;  // taken by send() when libzmq had no room; nothing more is taken meanwhile
    bool wants_room = false;      // send() said exhausted
    unsigned turns_left = 0;      // above 0: its connection is gone, and it ends when its frames are taken
};

class LinkTable {
  public:
    static constexpr std::size_t ended_remembered = 1024;

    // No link of that routing id or descriptor is there.
    InboundLink& add(InboundLink link);
    // Borrowed until the link is removed.
    InboundLink* by_id(LinkId id);
    InboundLink* by_routing_id(RoutingId id);
    InboundLink* by_descriptor(int descriptor);
    // The descriptor is closed; the link may still have frames waiting.
    void forget_connection(InboundLink& link);
    bool has_ended(RoutingId id) const { return ended_.count(id) != 0; }
    void remember_ended(RoutingId id);
    void remove(LinkId id);

    std::size_t count(Lane lane) const;
    std::size_t count() const { return links_.size(); }

    std::vector<LinkId> ids() const;

  private:
    std::map<LinkId, InboundLink> links_;
    std::map<RoutingId, InboundLink*> by_routing_id_;
    std::unordered_map<int, InboundLink*> by_descriptor_;
    std::unordered_set<RoutingId> ended_;
    std::deque<RoutingId> ended_order_;
    std::size_t guests_ = 0;
};

}  // namespace liaise::node::transport
