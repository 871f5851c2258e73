// The inbound side: one CURVE ROUTER that others dial, and its links (docs/transport.md, "Inbound").
//
// In:  addresses to bind, frames to send. Out: the LinkHandler's calls.
//
//     handshake   admitted by the ZapHandler; nothing of it is seen here
//     first frame asks the policy again, checks limits, makes a link: link_up, frame
//     frame       checked against the link: same user id, one part, 1 to N bytes; else rule_broken
//     gone        the monitor names the descriptor, or a send says so: what still waits is taken, then
//     link_down
//
// - ZeroMQ cannot drop one peer of a ROUTER, so a link is ended by shutting its connection down at the
//   descriptor that its messages carry. Number and inode are compared first (link_table.h).
// - Events and frames come through different queues. Before a link is made, all events are read: a
//   descriptor's number may have been another's a moment ago, and libzmq's thread reports the end of the old
//   connection before anything of the new one.
// - A peer that reads too slowly fills libzmq's queue of frames_queued_max; one more frame is parked here,
//   and the next is refused (exhausted) until the parked one is gone. ZeroMQ does not say whose queue has
//   room: the parked frames are tried again whenever the socket stirs, and every 50 ms while there are any.
#pragma once

#include <set>

#include "node/transport/alarm.h"
#include "node/transport/link_table.h"
#include "node/transport/loop_parts.h"

namespace liaise::node::transport {

class Listener final : private PumpedSocket {
  public:
    // `admission` must outlive the listener: it was bound before, so that no connection finds nobody to ask.
    Listener(const LoopParts& loop, ZmqContext& context, const ZapHandler& admission,
             const crypto::DhKey& server_key, const SocketTimes& times, LinkIds& link_ids,
             LinkHandler& handler);

    Result<Address> listen(const Address& address);
    // Unbinds, ends every link, and makes none any more.
    void stop();

    bool owns(LinkId link) { return links_.by_id(link) != nullptr; }
    Result<void> send(LinkId link, Bytes&& frame);
    void close(LinkId link);

    std::size_t links() const { return links_.count(); }
    std::uint64_t handshakes_failed() const { return handshakes_failed_; }
    std::uint64_t rules_broken() const { return rules_broken_; }

  private:
    class Events final : public PumpedSocket {
      public:
        explicit Events(Listener& listener) : listener_(listener) {}
        std::optional<std::size_t> take_one() override;
        void turn_over(bool) override {}

      private:
        Listener& listener_;
    };

    std::optional<std::size_t> take_one() override;
    void turn_over(bool drained) override;

    void take(BytesView routing_id, const ZmqMessage& payload);
    InboundLink* begin(BytesView routing_id, const ZmqMessage& payload);
    std::optional<PeerIdentity> admit(const ZmqMessage& payload) const;
    bool follows_rules(const InboundLink& link, const ZmqMessage& payload) const;
    void refuse(BytesView routing_id, const ZmqMessage& payload);

    bool take_event();
    void connection_gone(InboundLink& link);
    void end(InboundLink& link, LinkEnd end);
    void end_those_gone(bool drained);
    void tell_of_ends();

    SendOutcome transmit(const InboundLink& link, Bytes& frame);
    void send_parked();

    const ZapHandler& admission_;
    LinkIds& link_ids_;
    LinkHandler& handler_;
    kj::Timer& timer_;
    LinkTable links_;
    std::set<LinkId> with_parked_;
    std::vector<LinkId> gone_;                      // their connections are; their last frames may wait
    std::deque<std::pair<LinkId, LinkEnd>> ended_;  // and nobody was told yet
    std::vector<std::string> endpoints_;
    bool discarding_ = false;  // in the midst of a message of several parts
    bool stopped_ = false;
    std::uint64_t handshakes_failed_ = 0;
    std::uint64_t rules_broken_ = 0;

    ZmqSocket router_;
    ZmqMonitor monitor_;
    Events events_;
    ZmqPump event_pump_;
    ZmqPump pump_;
    Alarm retry_;
};

}  // namespace liaise::node::transport
