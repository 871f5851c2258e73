// A network of whole nodes in one process: the real application, channels, sessions and encrypted stores,
// over links in memory and in virtual time. Same seed, same run.
//
// Faults: delay, partitions, crashes at any moment (what was not committed is gone). A link is in order and
// whole, as CURVE's are.
#pragma once

#include <map>
#include <memory>
#include <queue>

#include "node/service/app_node.h"
#include "tests/support/seeded_random.h"
#include "tests/support/temp_folder.h"

namespace liaise::test {

class World;

// One person's machine: a home on disk, and a node while it runs.
class Machine final : private node::service::Driver,
                      private node::service::EventLog,
                      private node::transport::Transport {
  public:
    Machine(World& world, std::size_t number, const std::string& name, const std::string& country);
    // Another device of somebody, with a ticket for it.
    Machine(World& world, std::size_t number, const std::string& ticket);
    ~Machine() override;

    node::service::AppNode& node() { return *node_; }
    bool runs() const { return node_ != nullptr; }
    const std::string& sheet() const { return sheet_; }  // the recovery sheet, as it was shown
    void start();
    void crash();  // kill -9: whatever is not committed is gone
    void stop();

    // Runs what the node has asked for.
    void settle();
    std::optional<Time> deadline() const;

  private:
    friend class World;

    Time now() const override;
    void wake() override {}
    void event(node::service::Level level, std::string_view name,
               std::initializer_list<Field> fields) override;
    Result<node::transport::Address> listen(const node::transport::Address& address) override {
        return address;
    }
    Result<void> dial(node::transport::DialTarget target) override;
    void stop_dialling(const DhPublicKey& server_key, node::transport::Lane lane) override;
    Result<void> send(node::transport::LinkId link, Bytes&& frame) override;
    void close(node::transport::LinkId link) override;
    void gone();
    Machine(World& world, std::size_t number);

    World& world_;
    std::size_t number_;
    std::string address_, sheet_;
    SeededRandom random_;
    TempFolder folder_;
    std::optional<node::store::Vault> vault_;
    std::unique_ptr<node::store::Store> store_;
    std::unique_ptr<node::service::AppNode> node_;
    std::map<std::pair<DhPublicKey, node::transport::Lane>, node::transport::DialTarget> targets_;
};

class World {
  public:
    explicit World(std::uint64_t seed) : random(seed), seed_(seed) {}
    ~World();

    Machine& add(const std::string& name, const std::string& country);
    // A machine that asks with the ticket to become another device of its maker; nobody has said yes yet.
    Machine& add_device(const std::string& ticket);
    Machine& operator[](std::size_t number) { return *machines_.at(number); }
    std::size_t size() const { return machines_.size(); }

    Time now() const { return now_; }
    std::uint64_t seed() const { return seed_; }
    // Lets virtual time pass; everything due happens, in order.
    void run(Duration span);
    void set_partition(std::size_t a, std::size_t b, bool apart);
    void heal() { apart_.clear(); }
    // The first joins the network of the second by ticket.
    void join(std::size_t newcomer, std::size_t inviter);

    SeededRandom random;
    Duration latency{};  // of every line, beside up to 40 ms
    std::uint64_t links_ever() const { return links_ever_; }

  private:
    friend class Machine;
    struct Link {
        std::size_t dialler, listener;
        node::transport::LinkId at_dialler, at_listener;
        DhPublicKey dialler_key, listener_key;
        node::transport::Lane lane;
        bool begun = false;  // the listener has seen a frame
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
    void try_dial(std::size_t from, DhPublicKey key, node::transport::Lane lane);
    void deliver(std::uint64_t link, bool to_listener, const std::shared_ptr<Bytes>& frame);
    void end(std::uint64_t link);
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
    std::uint64_t events_ever_ = 0;
    std::set<std::pair<std::size_t, std::size_t>> apart_;
};

}  // namespace liaise::test
