// The outbound side: targets that we want a link with, and when to try (docs/transport.md, "Dialling").
//
// In:  targets, frames to send, the passing of time. Out: the LinkHandler's calls.
//
//     waiting --due, a place free--> trying --handshake done--> up
//        ^                             |  all addresses failed   |  link ended
//        +------ pause by Backoff -----+-------------------------+
//
// - A round tries the target's addresses one after the other; a name becomes the addresses that it resolves
//   to. The pause comes after the round, whatever the failure was: who is refused today may be admitted
//   tomorrow.
// - An attempt that neither succeeds nor fails ends at its deadline: some failures (no route) make no event.
// - At most limits::dials_at_once_max attempts at a time, the longest due first: a start with many targets
//   must not be a burst of handshakes.
// - An onion address is reached through Tor alone: it is passed over here, never looked up. A look-up would
//   tell a name server whom we seek.
#pragma once

#include <deque>
#include <map>
#include <memory>

#include "node/transport/alarm.h"
#include "node/transport/backoff.h"
#include "node/transport/dialled_connection.h"

namespace liaise::node::transport {

class Dialer final : private kj::TaskSet::ErrorHandler {
  public:
    Dialer(const LoopParts& loop, ZmqContext& context, const crypto::DhKey& own_key, const SocketTimes& times,
           const BackoffLimits& backoff, RandomSource& random, LinkIds& link_ids, LinkHandler& handler);
    ~Dialer() noexcept;

    Result<void> dial(DialTarget wanted);
    void stop_dialling(const DhPublicKey& server_key, Lane lane);

    bool owns(LinkId link) const { return links_.count(link) != 0; }
    Result<void> send(LinkId link, Bytes&& frame);
    void close(LinkId link);

    std::size_t targets() const { return targets_.size(); }
    std::size_t links() const { return links_.size(); }

  private:
    struct Target;
    using Key = std::pair<DhPublicKey, Lane>;

    void look();
    void give_up_overdue(kj::TimePoint now);
    Target* next_due(kj::TimePoint now);
    void set_alarm();
    void begin_round(Target& target);
    void try_next(Target& target);
    void look_up(Target& target, const Address& name);
    void looked_up(const Key& key, std::uint64_t attempt, kj::StringPtr addresses);
    void connect(Target& target, const Address& address);

    void went_up(Target& target);
    void attempt_failed(Target& target, DialFailure failure);
    void went_down(Target& target);
    void wait(Target& target, Duration pause);

    Target* find(const Key& key);
    void retire(Target& target);
    void sweep_later();
    void sweep();
    void taskFailed(kj::Exception&& exception) override;

    LoopParts loop_;
    ZmqContext& context_;
    const crypto::DhKey& own_key_;
    SocketTimes times_;
    BackoffLimits backoff_;
    RandomSource& random_;
    LinkIds& link_ids_;
    LinkHandler& handler_;

    std::map<Key, std::unique_ptr<Target>> targets_;
    std::map<LinkId, Target*> links_;
    std::size_t trying_ = 0;
    std::uint64_t attempts_ = 0;
    std::vector<std::unique_ptr<DialledConnection>> retired_;  // may be at work in this very turn
    std::deque<LinkId> closed_;                                // by us, and nobody was told yet
    bool sweeping_ = false;
    Alarm alarm_;
    kj::TaskSet tasks_;
};

}  // namespace liaise::node::transport
