// One person's machine in a simulated network: a home, its disk, its clock, and a node while it runs.
//
// The disk is in memory (tests/support/fault_vfs.h): it can be full, lose what was not synced, be copied and
// put back. Only document chunks lie in a real file, since they are not SQLite's.
#pragma once

#include <map>
#include <memory>

#include "node/service/app_node.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/seeded_random.h"
#include "tests/support/temp_folder.h"

namespace liaise::test {

class World;

// What a home's files held at some moment.
struct DiskCopy {
    std::map<std::string, Bytes> files;
    Bytes chunks;
};

class Machine final : private node::service::Driver,
                      private node::service::EventLog,
                      private node::transport::Transport {
  public:
    // None of them runs yet: start().
    Machine(World& world, std::size_t number, const std::string& name, const std::string& country);
    // Another device of somebody, with a ticket for it.
    Machine(World& world, std::size_t number, const std::string& ticket);
    // Another machine with a copy of this one's home: the same device twice.
    Machine(World& world, std::size_t number, const Machine& twin, const DiskCopy& copy);
    ~Machine() override;

    std::size_t number() const { return number_; }
    node::service::AppNode& node() { return *node_; }
    bool runs() const { return node_ != nullptr; }
    const std::string& sheet() const { return sheet_; }  // the recovery sheet, as it was shown
    // Whether the node runs now: it does not where the disk refuses.
    bool start();
    void crash();       // kill -9: whatever is not committed is gone
    void lose_power();  // and whatever was not synced
    // Its disk refused to keep something: it writes nothing until it is started again.
    bool needs_restart() const { return store_ != nullptr && store_->needs_restart(); }
    void stop();

    FaultVfs& disk() { return disk_; }
    node::store::Store& store() { return *store_; }  // while it runs; for attackers, who know their own home
    DiskCopy copy_of_disk() const;                   // while the node does not run
    void put_back(const DiskCopy& copy);
    std::uint64_t disk_bytes() const;

    // This machine's clock, beside the world's.
    Duration clock_ahead() const { return ahead_; }
    void set_clock(Duration ahead);
    Time clock() const { return now(); }

    // Runs what the node has asked for.
    void settle();
    std::optional<Time> deadline() const;  // by the world's time

  private:
    friend class World;

    struct Dialling {
        node::transport::DialTarget target;
        Duration pause;
        std::optional<Time> next_try{};
    };

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
    void move_in(const std::string& home);  // a home that was just made
    std::string chunk_path() const { return folder_ / "home/chunks.pack"; }

    World& world_;
    std::size_t number_;
    std::string address_, sheet_;
    SeededRandom random_;
    TempFolder folder_;
    mutable FaultVfs disk_;
    std::optional<node::store::Vault> vault_;
    std::unique_ptr<node::store::Store> store_;
    std::unique_ptr<node::service::AppNode> node_;
    std::map<std::pair<DhPublicKey, node::transport::Lane>, Dialling> targets_;
    Duration ahead_{};
};

}  // namespace liaise::test
