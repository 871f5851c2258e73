// The bare rig: the node's whole job with our libraries and nothing around them. Sign, hash, insert, ship
// over CURVE, verify, insert, commit; no access rules, no encryption at rest, no index, no recovery. What it
// reaches is what the libraries add up to on this machine in this minute; the benchmark states the node's
// figures as parts of it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace liaise::bench {

struct LiveTimes {
    double median_ms = 0;
    double p99_ms = 0;
};

class Rig {
  public:
    // Works in `folder`, which exists and is the caller's to delete.
    explicit Rig(std::string folder);

    // Entries a second: signed, hashed, inserted, `batch` a transaction, fully synced.
    double append(std::size_t entries, std::size_t batch);
    // Entries a second from one process's store into another's over CURVE in frames of 64 KiB, each frame
    // verified by its last signature and committed as one fully synced transaction.
    double replicate(std::size_t entries);
    // From the call to publish until the entry is committed at the peer, fully synced on both sides.
    LiveTimes live(std::size_t posts);
    // Bytes a second of a file over CURVE in chunks of 256 KiB, 8 in flight, each hashed, written, and synced
    // at the end.
    double file(std::uint64_t bytes);
    // A bare CURVE connection over which one empty message went; `look` sees it, with the listener's port.
    static void connection(const std::function<void(std::uint16_t)>& look);

  private:
    std::string folder_;
};

}  // namespace liaise::bench
