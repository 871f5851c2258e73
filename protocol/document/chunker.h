// Cuts a document into chunks at places that its content chooses (FastCDC: Xia et al., USENIX ATC 2016), so
// that a revision shares with its predecessor every chunk that an edit did not touch
// (docs/protocol/document.md, "Chunks").
//
// In:  the bytes of one document in order, in spans of any size.
// Out: the chunks in order: 64 to 224 KiB each, about 128 KiB on average; the last one, and so a short text,
//      may be shorter. An empty document has no chunks.
//
// - Where the cuts fall depends on the bytes and the gear table alone, never on how the bytes were fed.
// - The gear table comes from the document's key. Why: sizes of chunks are visible to a relay, and with one
//   public table the sequence of sizes would name a known file. With a table of its own each document is cut
//   its own way, and revisions under the same key alike.
// - Below the normal size a cut must match more bits of the rolling value than above it ("normalised
//   chunking"): sizes gather round the average, and few chunks meet the maximum, where cuts lose their hold
//   on the content.
// - Sizes below the minimum are not examined at all, which is also what makes it fast.
#pragma once

#include "protocol/base/limits.h"
#include "protocol/crypto/secret.h"

namespace liaise::document {

// 256 values of 64 bits: BLAKE2b-512 of a counter under the key, 32 blocks of eight values, little-endian.
class GearTable {
  public:
    explicit GearTable(const crypto::Key& key);
    std::uint64_t operator[](std::uint8_t byte) const { return values_[byte]; }

  private:
    std::array<std::uint64_t, 256> values_{};
};

// The size of the first chunk of `bytes`: the whole document that is left, or at least chunk_plain_bytes_max
// of it. The pure heart of the chunker; the streaming form below only collects.
std::size_t first_cut(const GearTable& gear, BytesView bytes);

class Chunker {
  public:
    // The table outlives the chunker.
    explicit Chunker(const GearTable& gear) : gear_(gear) {}

    // Takes bytes, and gives every chunk that is complete with them to `each(BytesView)`, which answers
    // Result<void>; a refusal ends the feeding and is returned, and the chunker is then of no more use. The
    // view is valid during the call only. Keeps at most chunk_plain_bytes_max bytes between calls.
    template <class Each>
    Result<void> feed(BytesView bytes, Each&& each) {
        while (!bytes.empty()) {
            // Whole chunks that lie in the caller's bytes are cut there, without a copy.
            if (held_.empty() && bytes.size() >= limits::chunk_plain_bytes_max) {
                const std::size_t cut = first_cut(gear_, bytes);
                LIAISE_TRY(each(bytes.first(cut)));
                bytes = bytes.subspan(cut);
                continue;
            }
            bytes = bytes.subspan(hold(bytes));
            if (held_.size() == limits::chunk_plain_bytes_max) LIAISE_TRY(give_one(each));
        }
        return {};
    }

    // The document is over: gives what is left. Once.
    template <class Each>
    Result<void> finish(Each&& each) {
        while (!held_.empty()) LIAISE_TRY(give_one(each));
        return {};
    }

  private:
    std::size_t hold(BytesView bytes);  // takes what fits, answers how much
    template <class Each>
    Result<void> give_one(Each&& each) {
        const std::size_t cut = first_cut(gear_, held_);
        LIAISE_TRY(each(BytesView(held_).first(cut)));
        held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(cut));
        return {};
    }

    const GearTable& gear_;
    Bytes held_;
};

}  // namespace liaise::document
