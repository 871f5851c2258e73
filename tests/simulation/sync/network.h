// A network of nodes in one process on virtual time: events in order, links that delay, break and are cut,
// crashes that lose what was not stored. Everything is drawn from one seed.
//
// A link is what a TCP connection is to us: frames arrive in order or the connection breaks and what was
// under way is lost. Between different links everything overtakes everything.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "tests/support/sync_node.h"

namespace liaise::simulation {

using test::SeededRandom;
using test::SyncNode;

struct Faults {
    Duration delay_max{};   // of a frame
    Duration commit_max{};  // from accepted to durable
    Duration reconnect_max{};
    unsigned break_percent = 0;      // of links, each minute
    unsigned crash_percent = 0;      // of nodes, each minute
    unsigned restore_percent = 0;    // of crashes, to an older copy of the store
    unsigned partition_percent = 0;  // a minute
    unsigned garble_percent = 0;     // of a hostile node's frames
};

struct Counts {
    std::uint64_t events = 0, frames = 0, breaks = 0, crashes = 0, restores = 0, partitions = 0, garbled = 0;
    Counts& operator+=(const Counts& more);
};

class Network {
  public:
    Network(std::uint64_t seed, std::size_t node_count);

    SeededRandom random;
    Faults faults;
    Counts counts;
    Time now{std::chrono::hours(24 * 365 * 50)};

    std::size_t size() const { return nodes_.size(); }
    SyncNode& node(std::size_t index) { return *nodes_[index]; }
    bool alive(std::size_t index) const { return alive_[index]; }
    bool hostile(std::size_t index) const { return hostile_[index]; }
    void make_hostile(std::size_t index) { hostile_[index] = true; }
    bool linked(std::size_t one, std::size_t other) const;

    // Something done to a node from outside: then its frames leave and its timers are set.
    void act(std::size_t index, const std::function<void(SyncNode&)>& action);
    void after(Duration delay, std::function<void()> action);

    void link(std::size_t one, std::size_t other);
    void break_link(std::size_t one, std::size_t other);
    void crash(std::size_t index, bool restore);
    void cut(const std::vector<bool>& side);  // a partition: links between the sides are down
    void mend();
    // Draws a minute's faults.
    void draw_faults();
    // No more faults: everything is up, and stays up.
    void heal();

    void run_until(Time end);

    std::function<void(std::size_t from, std::size_t to, const Bytes& frame)> on_frame =
        [](std::size_t, std::size_t, const Bytes&) {};
    std::function<void(std::size_t index)> on_restore = [](std::size_t) {};

  private:
    struct Link {
        std::size_t ends[2];
        std::uint64_t connection = 0;  // 0: down
        bool cut = false;
        bool dialling = false;
        Time last_arrival[2]{};
    };

    std::size_t index_of(const DeviceId& device) const { return indexes_.at(device); }
    Link* find(std::size_t one, std::size_t other);
    void dial(Link& link);
    void drop(Link& link);
    void settle(std::size_t index);
    void deliver(std::uint64_t connection, std::size_t from, std::size_t to, const Bytes& frame);
    Duration draw(Duration max) {
        return Duration(static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(max.count()) + 1)));
    }

    std::vector<std::unique_ptr<SyncNode>> nodes_;
    std::vector<test::MemoryReplica> backups_;
    std::vector<bool> alive_, hostile_, commit_due_;
    std::vector<std::optional<Time>> wake_at_;
    std::map<DeviceId, std::size_t> indexes_;
    std::vector<std::unique_ptr<Link>> links_;
    std::multimap<Time, std::function<void()>> events_;
    std::uint64_t next_connection_ = 1;
    bool healed_ = false;
};

}  // namespace liaise::simulation
