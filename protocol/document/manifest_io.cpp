// Writing a document into chunks, and reading it back.
#include <algorithm>

#include "protocol/document/manifest.h"

namespace liaise::document {

Result<Manifest> open_manifest(const ManifestRef& ref, const std::vector<Bytes>& pieces) {
    if (pieces.size() != ref.pieces.size())
        return Error{ErrorCode::not_known, "pieces of the manifest are missing", pieces.size()};
    Bytes bytes = ref.inline_manifest;
    ChunkCipher cipher{DocumentKeys(ref.document_key)};
    for (std::size_t i = 0; i < pieces.size(); ++i)
        append(bytes,
               LIAISE_TRY(cipher.open(ChunkKind::manifest, ref.pieces[i], pieces[i], ref.piece_bytes(i))));
    Manifest manifest = LIAISE_TRY(parse_manifest(bytes));
    if (manifest.content_bytes != ref.content_bytes)
        return Error{ErrorCode::conflict, "a manifest of another size than announced",
                     manifest.content_bytes};
    return manifest;
}

DocumentWriter::DocumentWriter(const crypto::Key& document_key, Store store)
    : document_key_(document_key),
      keys_(document_key),
      store_(std::move(store)),
      gear_(keys_.gear),
      chunker_(gear_),
      cipher_(keys_) {}

Result<void> DocumentWriter::write(BytesView bytes) {
    if (bytes.size() > limits::document_bytes_max - manifest_.content_bytes)
        return Error{ErrorCode::too_large, "a document over its limit", limits::document_bytes_max};
    manifest_.content_bytes += bytes.size();
    content_hash_.update(bytes);
    return chunker_.feed(bytes, [this](BytesView plain) { return take_chunk(plain); });
}

Result<void> DocumentWriter::take_chunk(BytesView plain) {
    const SealedChunk chunk = cipher_.seal(ChunkKind::content, plain);
    LIAISE_TRY(store_(chunk));
    manifest_.chunks.push_back({chunk.id, static_cast<std::uint32_t>(plain.size())});
    return {};
}

Result<ManifestRef> DocumentWriter::finish() {
    LIAISE_TRY(chunker_.finish([this](BytesView plain) { return take_chunk(plain); }));
    manifest_.content_hash = content_hash_.finish();

    ManifestRef ref;
    ref.document_key = document_key_;
    ref.content_bytes = manifest_.content_bytes;
    Bytes encoded = encode(manifest_);
    ref.manifest_bytes = static_cast<std::uint32_t>(encoded.size());
    if (encoded.size() <= limits::manifest_inline_bytes_max) {
        ref.inline_manifest = std::move(encoded);
        return ref;
    }
    for (BytesView left = encoded; !left.empty();) {
        const BytesView piece = left.first(std::min(left.size(), limits::chunk_plain_bytes_max));
        const SealedChunk chunk = cipher_.seal(ChunkKind::manifest, piece);
        LIAISE_TRY(store_(chunk));
        ref.pieces.push_back(chunk.id);
        left = left.subspan(piece.size());
    }
    return ref;
}

DocumentReader::DocumentReader(const ManifestRef& ref, Manifest manifest, Load load)
    : cipher_(DocumentKeys(ref.document_key)), manifest_(std::move(manifest)), load_(std::move(load)) {
    std::uint64_t start = 0;
    for (const ManifestChunk& chunk : manifest_.chunks) {
        starts_.push_back(start);
        start += chunk.plain_bytes;
    }
}

Result<Bytes> DocumentReader::open_chunk(const ManifestChunk& chunk) {
    return cipher_.open(ChunkKind::content, chunk.id, LIAISE_TRY(load_(chunk.id)), chunk.plain_bytes);
}

Result<void> DocumentReader::read_all(const Sink& sink) {
    crypto::Blake2b hash;
    for (const ManifestChunk& chunk : manifest_.chunks) {
        const Bytes plain = LIAISE_TRY(open_chunk(chunk));
        hash.update(plain);
        LIAISE_TRY(sink(plain));
    }
    if (hash.finish() != manifest_.content_hash)
        return Error{ErrorCode::not_authentic, "a document that does not fit its hash"};
    return {};
}

Result<Bytes> DocumentReader::read_range(std::uint64_t start, std::size_t count) {
    Bytes range;
    if (start >= manifest_.content_bytes) return range;
    const std::uint64_t end = start + std::min<std::uint64_t>(count, manifest_.content_bytes - start);
    auto index =
        static_cast<std::size_t>(std::upper_bound(starts_.begin(), starts_.end(), start) - starts_.begin()) -
        1;
    for (std::uint64_t at = start; at < end; ++index) {
        const Bytes plain = LIAISE_TRY(open_chunk(manifest_.chunks[index]));
        const auto from = static_cast<std::size_t>(at - starts_[index]);
        const auto until =
            static_cast<std::size_t>(std::min<std::uint64_t>(end - starts_[index], plain.size()));
        append(range, BytesView(plain).subspan(from, until - from));
        at = starts_[index] + until;
    }
    return range;
}

}  // namespace liaise::document
