// The encodings of manifests and references.
#include "protocol/document/manifest.h"

#include "protocol/base/reader.h"
#include "protocol/base/writer.h"

namespace liaise::document {
namespace {

constexpr std::uint8_t version = 1;

std::size_t pieces_of(std::size_t manifest_bytes) {
    return (manifest_bytes + limits::chunk_plain_bytes_max - 1) / limits::chunk_plain_bytes_max;
}

Result<std::uint64_t> read_content_bytes(Reader& reader) {
    const std::uint64_t bytes = LIAISE_TRY(reader.u64());
    if (bytes > limits::document_bytes_max)
        return Error{ErrorCode::too_large, "a document over its limit", bytes};
    return bytes;
}

// A chunk's place decides which sizes it may have; see the header's first rule.
Result<ManifestChunk> read_chunk(Reader& reader, bool last, std::uint64_t bytes_left) {
    ManifestChunk chunk;
    chunk.id = LIAISE_TRY(reader.fixed<ChunkId>());
    chunk.plain_bytes = LIAISE_TRY(reader.u32());
    const std::size_t least = last ? 1 : limits::chunk_plain_bytes_min;
    if (chunk.plain_bytes < least)
        return Error{ErrorCode::malformed, "a chunk that is too small", chunk.plain_bytes};
    if (chunk.plain_bytes > limits::chunk_plain_bytes_max)
        return Error{ErrorCode::too_large, "a chunk over its limit", chunk.plain_bytes};
    if (chunk.plain_bytes > bytes_left)
        return Error{ErrorCode::malformed, "chunks beyond the end of the document"};
    return chunk;
}

}  // namespace

Bytes encode(const Manifest& manifest) {
    LIAISE_CHECK(manifest.chunks.size() <= limits::document_chunks_max);
    Writer writer;
    writer.reserve(manifest_head_bytes + manifest.chunks.size() * manifest_chunk_bytes);
    writer.u8(version).u64(manifest.content_bytes).fixed(manifest.content_hash);
    writer.u32(static_cast<std::uint32_t>(manifest.chunks.size()));
    for (const ManifestChunk& chunk : manifest.chunks) writer.fixed(chunk.id).u32(chunk.plain_bytes);
    return std::move(writer).take();
}

Result<Manifest> parse_manifest(BytesView bytes) {
    if (bytes.size() > manifest_bytes_max)
        return Error{ErrorCode::too_large, "a manifest over its limit", bytes.size()};
    Reader reader(bytes);
    if (LIAISE_TRY(reader.u8()) != version)
        return Error{ErrorCode::unsupported, "a manifest of another version"};
    Manifest manifest;
    manifest.content_bytes = LIAISE_TRY(read_content_bytes(reader));
    manifest.content_hash = LIAISE_TRY(reader.fixed<Hash>());
    const std::size_t count = LIAISE_TRY(reader.u32());
    if (count > limits::document_chunks_max) return Error{ErrorCode::too_large, "too many chunks", count};
    if (reader.left() != count * manifest_chunk_bytes)
        return Error{ErrorCode::malformed, "a manifest of another length", reader.left()};

    manifest.chunks.reserve(count);
    std::uint64_t bytes_left = manifest.content_bytes;
    for (std::size_t i = 0; i < count; ++i) {
        manifest.chunks.push_back(LIAISE_TRY(read_chunk(reader, i + 1 == count, bytes_left)));
        bytes_left -= manifest.chunks.back().plain_bytes;
    }
    if (bytes_left != 0)
        return Error{ErrorCode::malformed, "chunks that do not fill the document", bytes_left};
    return manifest;
}

std::size_t ManifestRef::piece_bytes(std::size_t index) const {
    LIAISE_CHECK(index < pieces.size());
    if (index + 1 < pieces.size()) return limits::chunk_plain_bytes_max;
    return manifest_bytes - index * limits::chunk_plain_bytes_max;
}

Bytes encode(const ManifestRef& ref) {
    Writer writer;
    writer.u8(version).raw(ref.document_key.view()).u64(ref.content_bytes).u32(ref.manifest_bytes);
    writer.raw(ref.inline_manifest);
    for (const ChunkId& piece : ref.pieces) writer.fixed(piece);
    return std::move(writer).take();
}

Result<ManifestRef> parse_manifest_ref(BytesView bytes) {
    if (bytes.size() > manifest_ref_bytes_max)
        return Error{ErrorCode::too_large, "a document reference over its limit", bytes.size()};
    Reader reader(bytes);
    if (LIAISE_TRY(reader.u8()) != version)
        return Error{ErrorCode::unsupported, "a document reference of another version"};
    ManifestRef ref;
    ref.document_key = LIAISE_TRY(crypto::Key::copy_of(LIAISE_TRY(reader.raw(crypto::Key::size_bytes))));
    ref.content_bytes = LIAISE_TRY(read_content_bytes(reader));
    ref.manifest_bytes = LIAISE_TRY(reader.u32());
    if (ref.manifest_bytes > manifest_bytes_max)
        return Error{ErrorCode::too_large, "a manifest over its limit", ref.manifest_bytes};
    if (ref.manifest_bytes < manifest_head_bytes)
        return Error{ErrorCode::malformed, "a manifest too short to be one", ref.manifest_bytes};

    if (ref.manifest_bytes <= limits::manifest_inline_bytes_max) {
        ref.inline_manifest = to_bytes(LIAISE_TRY(reader.raw(ref.manifest_bytes)));
    } else {
        for (std::size_t i = 0; i < pieces_of(ref.manifest_bytes); ++i)
            ref.pieces.push_back(LIAISE_TRY(reader.fixed<ChunkId>()));
    }
    LIAISE_TRY(reader.end());
    return ref;
}

}  // namespace liaise::document
