// A network of whole nodes in one process: the real application, channels, sessions and encrypted stores,
// over links in memory and in virtual time. Same seed, same run.
//
// Faults: delay, partitions, links that break, crashes at any moment with and without losing what was not
// synced, full disks, wrong clocks, homes put back from a copy (machine.h). A link is in order and whole, as
// CURVE's are; what a hostile machine sends on it is for the hook `on_send` to decide.
#pragma once

#include <functional>
#include <queue>

#include "tests/simulation/node/machine.h"

namespace liaise::test {

class World {
  public:
    explicit World(std::uint64_t seed) : random(seed), seed_(seed) {}
    ~World();

    Machine& add(const std::string& name, const std::string& country);
    // A machine that asks with the ticket to become another device of its maker; nobody has said yes yet.
    Machine& add_device(const std::string& ticket);
    // A second machine with the home of another, which must not run at this moment.
    Machine& add_twin(std::size_t of);
    Machine& operator[](std::size_t number) { return *machines_.at(number); }
    std::size_t size() const { return machines_.size(); }

    Time now() const { return now_; }
    std::uint64_t seed() const { return seed_; }
    // Lets virtual time pass; everything due happens, in order.
    void run(Duration span);
    void set_partition(std::size_t a, std::size_t b, bool apart);
    void heal() { apart_.clear(); }
    void break_links(std::size_t a, std::size_t b);
    // Everybody tries at once whom they could not reach.
    void dial_now();
    // The first joins the network of the second by ticket. Whether it did.
    bool try_join(std::size_t newcomer, std::size_t inviter);
    void join(std::size_t newcomer, std::size_t inviter) { LIAISE_CHECK(try_join(newcomer, inviter)); }

    SeededRandom random;
    Duration latency{};                                 // of every line, beside up to 40 ms
    Duration dial_pause_max = std::chrono::seconds{2};  // pauses double up to it
    Duration late_news_max{};                           // until the second end of a broken link hears of it

    std::uint64_t links_ever() const { return links_ever_; }
    std::uint64_t events_ever() const { return events_ever_; }
    std::uint64_t frames_ever() const { return frames_ever_; }
    std::uint64_t ticks_ever() const { return ticks_ever_; }
    // A machine whose node asks to be called again at once without end: a computer that never rests.
    std::optional<std::size_t> spinning() const { return spinning_; }
    // What nodes told their operators, by name.
    const std::map<std::string, std::uint64_t, std::less<>>& told() const { return told_; }

    // A frame on its way: `frames` holds it, and may be changed to what really leaves and after which delay.
    struct OnItsWay {
        std::size_t from, to;
        std::vector<std::pair<Bytes, Duration>> frames;
    };
    std::function<void(OnItsWay&)> on_send;
    std::function<void(std::size_t to, BytesView frame)> on_arrival;

  private:
    friend class Machine;
    struct Link {
        std::size_t dialler, listener;
        node::transport::LinkId at_dialler, at_listener;
        DhPublicKey dialler_key, listener_key;
        node::transport::Lane lane;
        bool begun = false;   // the listener has seen a frame
        bool broken = false;  // and one end has not heard of it
        bool dialler_knows = false, listener_knows = false;
        Time since{};
        Time busy_until_dialler{}, busy_until_listener{};
    };
    struct Event {
        Time at;
        std::uint64_t order;
        std::function<void()> happen;
        bool operator<(const Event& other) const {
            return std::tie(other.at, other.order) < std::tie(at, order);
        }
    };

    void at(Time time, std::function<void()> happen) {
        events_.push({time, ++events_ever_, std::move(happen)});
    }
    void try_later(std::size_t from, const std::pair<DhPublicKey, node::transport::Lane>& key,
                   Duration pause);
    void try_dial(std::size_t from, DhPublicKey key, node::transport::Lane lane);
    void send(std::uint64_t number, Link& link, bool to_listener, Bytes&& frame);
    void deliver(std::uint64_t link, bool to_listener, const std::shared_ptr<Bytes>& frame);
    void end(std::uint64_t link);
    void hears_of_end(std::uint64_t link, bool dialler);
    void end_links_of(std::size_t machine);
    bool apart(std::size_t a, std::size_t b) const {
        return apart_.contains({std::min(a, b), std::max(a, b)});
    }
    void settle_all();

    std::uint64_t seed_;
    Time now_{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}};
    std::vector<std::unique_ptr<Machine>> machines_;
    std::map<std::uint64_t, Link> links_;
    std::uint64_t links_ever_ = 0;
    std::priority_queue<Event> events_;
    std::uint64_t events_ever_ = 0, frames_ever_ = 0, ticks_ever_ = 0;
    std::set<std::pair<std::size_t, std::size_t>> apart_;
    std::map<std::string, std::uint64_t, std::less<>> told_;
    std::map<std::size_t, std::uint64_t> overdue_;  // ticks without a pause
    std::optional<std::size_t> spinning_;
};

}  // namespace liaise::test
