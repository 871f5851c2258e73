// The Transport without sockets, for simulations: many parties in one process, on virtual time, from one
// seed.
//
// In:  the time (advance), faults (cut, part, heal), and what the parties call on their transports.
// Out: their handlers' calls, only from advance(), in an order that the seed alone decides.
//
// A link is what transport.h promises and no better: frames arrive in order after a delay that varies; send()
// says exhausted while `frames_in_flight_max` are on their way; frames on the way are lost when the link goes
// down. The listener hears of a link with its first frame. Faults: a link cut at once on both sides, a party
// that crashes (its transport is destroyed), two groups that cannot reach each other, whose links go silent
// and end after `silence`.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <set>

#include "node/transport/transport.h"
#include "tests/support/seeded_random.h"

namespace liaise::test {

struct MemoryNetworkSettings {
    Duration delay_least{5};
    Duration delay_most{80};
    Duration silence{60'000};
    Duration pause_least{500};  // between rounds of dialling, doubling
    Duration pause_most{60'000};
    std::size_t frames_in_flight_max = 17;
};

class MemoryNetwork {
  public:
    MemoryNetwork(std::uint64_t seed, Time start, const MemoryNetworkSettings& settings = {});
    ~MemoryNetwork();

    // A party with this transport key. Policy and handler outlive the transport, and the transport not the
    // network. Destroying it is a crash: its peers' links end.
    std::unique_ptr<node::transport::Transport> join(const DhPublicKey& key,
                                                     node::transport::AdmissionPolicy& policy,
                                                     node::transport::LinkHandler& handler);

    Time now() const { return now_; }
    std::optional<Time> deadline() const;  // of the next thing to happen
    void advance(Time to);                 // everything until then, in order; handlers are called

    void cut_all();                                    // every link ends now; dialling goes on
    void part(const std::set<DhPublicKey>& one_side);  // from everyone else, until heal()
    void heal() { one_side_.clear(); }

    std::size_t links() const { return wires_.size(); }

  private:
    class Party;
    struct Wire;
    struct Event {
        Time time;
        std::uint64_t order;
        std::function<void()> happen;
        bool operator<(const Event& other) const {
            return std::pair(other.time, other.order) < std::pair(time, order);
        }
    };

    void at(Time time, std::function<void()> happen);
    Duration delay();
    bool apart(const DhPublicKey& a, const DhPublicKey& b) const;
    Party* find(std::uint64_t number) const;
    Party* listening_at(const node::transport::Address& address);
    void end(std::uint64_t wire, Party* closer, node::transport::LinkEnd at_closer);

    MemoryNetworkSettings settings_;
    SeededRandom random_;
    Time now_;
    std::uint64_t order_ = 0;
    std::uint64_t last_id_ = 0;
    std::uint16_t last_port_ = 1023;
    std::priority_queue<Event> events_;
    std::map<std::string, Party*> listeners_;
    std::map<std::uint64_t, Party*> parties_;  // by a number of their own: an address may be used again
    std::map<std::uint64_t, std::unique_ptr<Wire>> wires_;
    std::set<DhPublicKey> one_side_;
};

}  // namespace liaise::test
