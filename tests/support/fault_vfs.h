// A disk for SQLite that lives in memory and can fail: at the n-th write, at a sync, or by losing its power
// (after leveldb's fault injection and SQLite's own crash tests).
//
// - What was written and not synced is kept aside. cut_power() applies a random part of it, in sectors of 512
//   bytes, and forgets the rest; files whose making or removal was not made durable may be back or gone.
// - After a power cut, files that were open are dead: the process that held them is gone. New ones see the
//   disk.
// - Contents can be read and altered, to look for plaintext and to tamper.
//
// One thread. The seed decides everything.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/seeded_random.h"

namespace liaise::test {

enum class Fault { none, disk_full, write_error, sync_error };

class FaultVfs {
  public:
    explicit FaultVfs(std::uint64_t seed);
    ~FaultVfs();
    FaultVfs(const FaultVfs&) = delete;
    FaultVfs& operator=(const FaultVfs&) = delete;

    const std::string& name() const { return name_; }

    // How often SQLite changed something: writes, truncations, syncs, removals.
    std::uint64_t changes() const { return changes_; }
    // The change of that number (from 1), and when `lasting` every one behind it, fails.
    void fail_at(std::uint64_t change, Fault fault, bool lasting);
    void heal() { fault_ = Fault::none; }
    bool fault_was_hit() const { return fault_was_hit_; }

    void cut_power();

    std::vector<std::string> files() const;
    Bytes& content(const std::string& path);  // as it is on the disk now; for a disk at rest
    void set_content(const std::string& path, Bytes content);
    void remove(const std::string& path);

    // For the functions that SQLite calls.
    struct Disk;
    struct Inode;
    Fault next_change(bool is_sync);
    Disk& disk() { return *disk_; }

  private:
    std::string name_;
    SeededRandom random_;
    std::unique_ptr<Disk> disk_;
    std::uint64_t changes_ = 0;
    std::uint64_t fail_at_ = 0;
    Fault fault_ = Fault::none;
    bool lasting_ = false;
    bool fault_was_hit_ = false;
};

}  // namespace liaise::test
