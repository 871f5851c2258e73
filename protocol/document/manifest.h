// What a document consists of, and the reference by which an entry names it (docs/protocol/document.md,
// "Manifests").
//
//     manifest:  version 1 | content bytes u64 | content hash 32 | chunks u32 | ( chunk id 32 | plain bytes
//     u32 )* reference: version 1 | document key 32 | content bytes u64 | manifest bytes u32 | manifest or
//     piece ids 32 *
//
// A manifest of up to limits::manifest_inline_bytes_max bytes (some 27 chunks, 3.5 MB of document) stands in
// the reference itself, so a short document costs no second fetch. A longer one is cut into pieces of
// limits::chunk_plain_bytes_max bytes, sealed like chunks, and the reference lists their ids: at most 11 for
// the largest document. The reference travels inside an entry's encryption, since it carries the key.
//
// - Chunks are in order and without gaps; every chunk but the last holds at least
// limits::chunk_plain_bytes_min
//   bytes, and their sizes add up to the content bytes. So a manifest cannot make a reader fetch more pieces
//   than the document's size justifies, and cannot grow a document beyond the size that was shown before it
//   was fetched.
// - The same chunk may stand in a manifest many times (a file of zeros).
// - The content hash is BLAKE2b-256 of the whole plaintext: chunks that are each right and together wrong are
//   noticed, and so is a fault of our own.
// - One manifest has one encoding; what parses encodes to the same bytes.
#pragma once

#include <functional>

#include "protocol/crypto/hash.h"
#include "protocol/document/chunk_seal.h"
#include "protocol/document/chunker.h"

namespace liaise::document {

struct ManifestChunk {
    ChunkId id;
    std::uint32_t plain_bytes = 0;
    friend bool operator==(const ManifestChunk&, const ManifestChunk&) = default;
};

struct Manifest {
    std::uint64_t content_bytes = 0;
    Hash content_hash;
    std::vector<ManifestChunk> chunks;
    friend bool operator==(const Manifest&, const Manifest&) = default;
};

inline constexpr std::size_t manifest_head_bytes = 1 + 8 + 32 + 4;
inline constexpr std::size_t manifest_chunk_bytes = 32 + 4;
inline constexpr std::size_t manifest_bytes_max =
    manifest_head_bytes + limits::document_chunks_max * manifest_chunk_bytes;
inline constexpr std::size_t manifest_pieces_max =
    (manifest_bytes_max + limits::chunk_plain_bytes_max - 1) / limits::chunk_plain_bytes_max;

Bytes encode(const Manifest& manifest);
Result<Manifest> parse_manifest(BytesView bytes);

// Exactly one of `inline_manifest` and `pieces` is not empty.
struct ManifestRef {
    crypto::Key document_key;
    std::uint64_t content_bytes = 0;
    std::uint32_t manifest_bytes = 0;
    Bytes inline_manifest;
    std::vector<ChunkId> pieces;
    friend bool operator==(const ManifestRef&, const ManifestRef&) = default;

    // How many bytes piece `index` has.
    std::size_t piece_bytes(std::size_t index) const;
};

inline constexpr std::size_t manifest_ref_bytes_max =
    1 + 32 + 8 + 4 + limits::manifest_inline_bytes_max;  // some 1.1 KB, in an entry of up to 64 KiB

Bytes encode(const ManifestRef& ref);
Result<ManifestRef> parse_manifest_ref(BytesView bytes);

// Where the manifest's own bytes lie, once the pieces (none, when it is inline) are here: `pieces` in the
// reference's order, as sealed. Checks every piece, the manifest, and that it says what the reference said.
Result<Manifest> open_manifest(const ManifestRef& ref, const std::vector<Bytes>& pieces);

// Takes the bytes of a new document or revision in order, gives its sealed chunks, and at the end the
// reference. The same key and bytes always give the same chunks and reference.
class DocumentWriter {
  public:
    // Stores one sealed chunk; a refusal (a full disk) ends the writing and comes back from write() or
    // finish(). Chunks already stored may be given again: they are the same bytes under the same id.
    using Store = std::function<Result<void>(const SealedChunk&)>;

    DocumentWriter(const crypto::Key& document_key, Store store);
    Result<void> write(BytesView bytes);  // too_large once over limits::document_bytes_max
    Result<ManifestRef> finish();         // once

    std::uint64_t bytes_taken() const { return manifest_.content_bytes; }

  private:
    Result<void> take_chunk(BytesView plain);

    crypto::Key document_key_;
    DocumentKeys keys_;
    Store store_;
    GearTable gear_;
    Chunker chunker_;
    ChunkCipher cipher_;
    crypto::Blake2b content_hash_;
    Manifest manifest_;
};

// Gives the plaintext of a document whose chunks are here, in order, in whole or in part.
class DocumentReader {
  public:
    // The sealed bytes of a chunk, or why they are not here.
    using Load = std::function<Result<Bytes>(const ChunkId&)>;
    using Sink = std::function<Result<void>(BytesView)>;

    DocumentReader(const ManifestRef& ref, Manifest manifest, Load load);

    // Everything, every chunk verified before its bytes go to `sink`, the whole verified at the end: keep
    // what the sink got only when this succeeds. not_authentic for a chunk or a whole that does not fit.
    Result<void> read_all(const Sink& sink);
    // `count` bytes from `start` (less where the document ends); touches only the chunks that hold them.
    Result<Bytes> read_range(std::uint64_t start, std::size_t count);

  private:
    Result<Bytes> open_chunk(const ManifestChunk& chunk);

    ChunkCipher cipher_;
    Manifest manifest_;
    Load load_;
    std::vector<std::uint64_t> starts_;  // where each chunk begins
};

}  // namespace liaise::document
