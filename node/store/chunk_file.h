// Sealed document chunks in one file beside the database, `chunks.pack` (docs/storage.md, "Chunks").
//
//     record = nonce 24 | chunk, sealed once more with XChaCha20-Poly1305 | tag 16        one behind the
//     other
//
// - Chunks come encrypted under their document's key already; the second seal hides from a seized disk even
//   which chunks are there, since their ids are known to others. The id is associated data: a record opens
//   only as the chunk it was stored as.
// - Where each record lies stands in the database. A batch is written, synced once, and then indexed by the
//   caller's transaction: what the index names is on the disk. Bytes behind the last indexed record are left
//   over from a crash and are cut off when the file is opened.
// - What is dropped is punched out of the file, so that the disk gets its blocks back; the file's length and
//   the other records stay.
// - write_batch() touches only the file: it may run on a worker while the store's thread goes on; one at a
//   time, and then `random` must bear two threads.
#pragma once

#include <span>

#include "node/store/files.h"
#include "node/store/statement.h"
#include "protocol/crypto/secret.h"

namespace liaise::node::store {

inline constexpr std::size_t chunk_record_overhead_bytes = 24 + 16;

struct ChunkView {
    ChunkId id;
    BytesView bytes;
};

// A record that is on the disk and not yet in the index.
struct PlacedChunk {
    ChunkId id;
    std::uint64_t at = 0;
    std::uint32_t bytes = 0;  // of the chunk; the record is longer by its overhead
};

class ChunkFile {
  public:
    // Made where it is absent. The key belongs to this file alone.
    static Result<std::unique_ptr<ChunkFile>> open(const std::string& path, Database& database,
                                                   const crypto::Key& key, RandomSource& random);
    ~ChunkFile();

    Result<bool> contains(const ChunkId& id);
    // not_known when it is not here; not_authentic when the record was damaged or altered.
    Result<Bytes> read(const ChunkId& id);

    // Writes and syncs. exhausted on a full disk; then nothing of the batch counts. too_large for a chunk
    // over limits::chunk_bytes_max.
    Result<std::vector<PlacedChunk>> write_batch(std::span<const ChunkView> chunks);
    // Needs an open Transaction. A chunk that is here already keeps its place, and the new record is punched.
    Result<void> index(std::span<const PlacedChunk> placed);

    // Drops chunks that no revision lists, at most so many; how many were dropped. Commits by itself, before
    // it punches: no Transaction may be open.
    Result<std::size_t> drop_unused(std::size_t count_max);

    std::uint64_t file_bytes() const { return end_; }

  private:
    struct Statements;
    ChunkFile(Descriptor file, std::unique_ptr<Statements> sql, const crypto::Key& key, RandomSource& random);
    void punch(std::uint64_t at, std::uint64_t bytes);

    Descriptor file_;
    std::unique_ptr<Statements> sql_;
    crypto::Key key_;
    RandomSource& random_;
    std::uint64_t end_ = 0;
    Bytes record_;  // the record being sealed; kept so that a batch allocates once
};

}  // namespace liaise::node::store
