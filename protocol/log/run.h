// A run: consecutive entries of one log, checked together (docs/protocol/log.md, "Runs").
//
// On the wire and in a bundle (all of it is one byte string; numbers marked v are LEB128):
//   writer key 32 | first sequence v | count u16 | for each entry:
//     u8: kind, plus 0x80 where the payload is gone | payload bytes v | signature 64 | payload, or its hash
//     32
// Channel, sequence, predecessor and payload hash are not sent: they follow, and are rebuilt before hashing.
//
// In:  the bytes, and the head of the log as we know it.
// Out: a VerifiedRun, or why not. A refusal changes nothing.
//
// - Only the last signature is checked; each entry's id of its predecessor carries it back.
//   Why: a signature check costs as much as hashing 60 kB, on an old laptop more.
// - A policy entry is always checked on its own, and so is every entry of a log that is `doubted`.
// - The first entry must extend our head. A gap (not_known), an overlap (conflict: equal or equivocation, the
//   caller compares) and a signature that does not fit (not_authentic) are different codes.
//   Attack: a relay that drops, reorders or alters entries cannot make us accept a log that nobody signed.
// - A run is served onward only up to an entry whose own signature was checked here: a run that stops before
//   it would end in a signature that nobody has looked at. RunBuilder keeps to that by itself.
// - A run has at most run_entries_max entries and counts at most run_bytes_max bytes, an entry counting 68
//   and its payload's size even where the payload is gone. So wherever a reader starts, a checked entry comes
//   before the limit does, and a run stays small enough after its payloads expired.
#pragma once

#include <span>
#include <vector>

#include "protocol/log/entry.h"

namespace liaise::log {

// What a run is about, before anything else of it is looked at. Views borrow from the bytes.
struct RunView {
    WriterKey writer;
    std::uint64_t first = 0;
    std::uint16_t count = 0;
    BytesView entries;

    std::uint64_t last() const { return first + count - 1; }
};

// malformed, or too_large for a count over run_entries_max or a sequence over sequence_max.
Result<RunView> parse_run(BytesView run);

struct RunEntry {
    EntryHeader header;
    Signature signature;
    EntryId id;
    BytesView payload;  // borrowed from the run; empty where it is gone
    bool has_payload = true;
    bool verified = false;  // its own signature was checked, not only one that follows it

    SignedHeader signed_header() const { return {header, signature}; }
};

// Entries of one log that extend a head we knew, oldest first, at least one. Made only by verify_run, and by
// run_of for an entry that we signed ourselves.
class VerifiedRun {
  public:
    VerifiedRun(VerifiedRun&&) noexcept = default;
    VerifiedRun& operator=(VerifiedRun&&) noexcept = default;
    VerifiedRun(const VerifiedRun&) = delete;
    VerifiedRun& operator=(const VerifiedRun&) = delete;
    ~VerifiedRun() = default;

    const ChannelId& channel() const { return entries_.front().header.channel; }
    const WriterKey& writer() const { return entries_.front().header.writer; }
    std::uint64_t first() const { return entries_.front().header.sequence; }
    LogHead head() const { return {entries_.back().header.sequence, entries_.back().id}; }
    std::span<const RunEntry> entries() const { return entries_; }

    // Without the entries up to `sequence`, which are here already. At least one is left, or nothing changes.
    void drop_through(std::uint64_t sequence);

  private:
    friend struct RunVerifier;
    friend VerifiedRun run_of(const Entry& own);
    VerifiedRun() = default;

    Bytes bytes_;  // what the payload views borrow from
    std::vector<RunEntry> entries_;
};

// Checks a run against the head that it must extend. `doubted` asks for every signature: an earlier entry of
// this log turned out to carry a bad one.
Result<VerifiedRun> verify_run(const ChannelId& channel, const RunView& run, const LogHead& known,
                               bool doubted = false);

// The longest beginning of a run whose entries each carry a right signature; for a doubted log, whose good
// part must not be lost with its bad one. not_authentic when there is none.
Result<VerifiedRun> verify_beginning(const ChannelId& channel, const RunView& run, const LogHead& known);

// An entry that was just signed here, as a run of one.
VerifiedRun run_of(const Entry& own);

// Collects entries into a run for sending. Whoever reads them from the store adds them in order, from `first`
// on, until add() says that no more is wanted; the run then ends at the last one that was verified.
class RunBuilder {
  public:
    // `before` is what stands before the run in the frame. `bytes_wanted` is where the run may end.
    RunBuilder(BytesView before, const WriterKey& writer, std::uint64_t first,
               std::size_t bytes_wanted = limits::run_bytes_wanted,
               std::uint64_t last = limits::sequence_max);

    // True while more is wanted. A refused entry was not added, and nothing after it may be.
    bool add(EntryKind kind, const Signature& signature, BytesView payload, bool verified);
    bool add_expired(EntryKind kind, const Signature& signature, std::uint32_t payload_bytes,
                     const Hash& payload_hash, bool verified);

    const WriterKey& writer() const { return writer_; }
    std::uint64_t first() const { return first_; }
    std::uint64_t last() const { return first_ + count_ - 1; }  // of the finished run
    std::uint16_t count() const { return count_; }              // up to the last verified entry
    Bytes finish() &&;                                          // nothing but `before` when count() is 0

  private:
    bool begin(EntryKind kind, bool expired, std::size_t payload_bytes, const Signature& signature);
    bool end(bool verified);

    WriterKey writer_;
    std::uint64_t first_;
    std::uint64_t last_wanted_;
    std::size_t bytes_wanted_;
    std::size_t before_bytes_;
    std::size_t count_at_ = 0;  // where the count stands in bytes_
    std::size_t counted_ = 0;   // bytes as the limit counts them
    std::uint16_t added_ = 0;
    std::uint16_t count_ = 0;
    std::size_t finished_bytes_ = 0;
    bool closed_ = false;
    Bytes bytes_;
};

}  // namespace liaise::log
