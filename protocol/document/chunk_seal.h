// Chunks under a document's key: compressed where that helps, padded, sealed, and named by the hash of what
// was sealed, so that anyone can hold, serve and verify a chunk and only readers of the document can open it
// (docs/protocol/document.md, "Sealed chunks").
//
//     sealed:  version 1 | nonce 24 | XChaCha20-Poly1305( form 1 | body bytes u32 | body | zeros ) | tag 16
//     form:    0 = the body is the plaintext, 1 = the body is one zstd frame
//
// - The nonce is a keyed hash of all that is sealed, form, body and padding: the same chunk of two revisions
//   becomes the same sealed chunk, and is stored and sent once. It covers the bytes as they are encrypted and
//   not the plaintext alone, since another version of zstd makes other bytes of the same text, and two texts
//   under one nonce would betray both.
// - What a chunk is of, content or manifest, is associated data and part of the nonce's hash: one cannot be
//   handed in as the other.
// - Opening checks in this order: size, name, tag, form, size of the plaintext. Nothing is decrypted that the
//   name does not fit, nothing is decompressed that the document's key did not seal, and no more than the
//   manifest announced is ever written (attack classes 13, 17 and 19).
// - Sizes are padded to buckets. Compression makes the bucket depend on the text; a document has one author
//   per revision, so no stranger can set their own words beside a secret and watch the size.
#pragma once

#include <memory>

#include "protocol/base/limits.h"
#include "protocol/crypto/secret.h"

namespace liaise::document {

enum class ChunkKind : std::uint8_t { content = 1, manifest = 2 };

// The keys that follow from a document's key: one for each use.
class DocumentKeys {
  public:
    explicit DocumentKeys(const crypto::Key& document_key);

    crypto::Key seal;   // encrypts chunks
    crypto::Key nonce;  // makes nonces
    crypto::Key gear;   // makes the chunker's table
};

struct SealedChunk {
    ChunkId id;
    Bytes sealed;
    friend bool operator==(const SealedChunk&, const SealedChunk&) = default;
};

// BLAKE2b-256 of the sealed bytes.
ChunkId chunk_id_of(BytesView sealed);
// For whoever lands a chunk without its key (a peer's store, a relay): the size is possible and the name
// fits. too_large, malformed or not_authentic.
Result<void> verify_chunk(const ChunkId& id, BytesView sealed);

// Seals and opens chunks of one document, with the buffers of zstd kept between calls. A thing, not a value;
// one for each worker.
class ChunkCipher {
  public:
    explicit ChunkCipher(DocumentKeys keys);
    ~ChunkCipher();
    ChunkCipher(const ChunkCipher&) = delete;
    ChunkCipher& operator=(const ChunkCipher&) = delete;

    // 1 to limits::chunk_plain_bytes_max bytes of plaintext (checked: they are ours). At most
    // limits::chunk_bytes_max come out. Same key, kind and plaintext: same sealed chunk.
    SealedChunk seal(ChunkKind kind, BytesView plain);

    // `plain_bytes` is what the manifest says of this chunk; another size is malformed.
    Result<Bytes> open(ChunkKind kind, const ChunkId& id, BytesView sealed, std::size_t plain_bytes);

  private:
    struct Zstd;
    bool try_compress(BytesView plain);  // leaves the frame in compressed_
    DocumentKeys keys_;
    std::unique_ptr<Zstd> zstd_;
    Bytes compressed_;
};

}  // namespace liaise::document
