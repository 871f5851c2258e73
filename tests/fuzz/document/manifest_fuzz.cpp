// Manifests and references: no crash, no allocation beyond the input's size, and what parses encodes to
// itself.
#include "protocol/crypto/init.h"
#include "protocol/document/manifest.h"

using namespace liaise;
using namespace liaise::document;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    crypto::initialise();
    const BytesView bytes{data, size};
    if (const auto manifest = parse_manifest(bytes)) {
        LIAISE_CHECK(same_bytes(encode(*manifest), bytes));
        std::uint64_t total = 0;
        for (const ManifestChunk& chunk : manifest->chunks) total += chunk.plain_bytes;
        LIAISE_CHECK(total == manifest->content_bytes && total <= limits::document_bytes_max);
    }
    if (const auto ref = parse_manifest_ref(bytes)) {
        LIAISE_CHECK(same_bytes(encode(*ref), bytes));
        LIAISE_CHECK(ref->inline_manifest.empty() != ref->pieces.empty());
        for (std::size_t i = 0; i < ref->pieces.size(); ++i)
            LIAISE_CHECK(ref->piece_bytes(i) >= 1 && ref->piece_bytes(i) <= limits::chunk_plain_bytes_max);
        if (const auto manifest = open_manifest(*ref, {}))
            LIAISE_CHECK(manifest->content_bytes == ref->content_bytes);
    }
    return 0;
}
