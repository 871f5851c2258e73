// Chunks, twice: as bytes from a stranger, and as what a member who holds the document's key might have
// sealed. First two bytes: the size that the manifest announces, in steps of four; the rest: the chunk, or
// what is inside it.
#include "protocol/base/reader.h"
#include "protocol/base/writer.h"
#include "protocol/crypto/aead.h"
#include "protocol/crypto/init.h"
#include "protocol/document/chunk_seal.h"

using namespace liaise;
using namespace liaise::document;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    crypto::initialise();
    static const DocumentKeys keys{crypto::Key()};
    static ChunkCipher cipher{keys};
    Reader reader({data, size});
    const auto announced = reader.u16();
    if (!announced) return 0;
    const std::size_t plain_bytes = std::size_t{*announced} * 4;
    const BytesView bytes = reader.raw(reader.left()).value();

    if (const auto plain = cipher.open(ChunkKind::content, chunk_id_of(bytes), bytes, plain_bytes))
        LIAISE_CHECK(plain->size() == plain_bytes);

    Bytes inner = to_bytes(bytes.first(std::min(bytes.size(), limits::chunk_plain_bytes_max)));
    inner.resize(std::max<std::size_t>(inner.size(), 256));
    const crypto::Nonce24 nonce{};
    Writer writer;
    writer.u8(1).fixed(nonce).raw(
        crypto::xchacha_seal(keys.seal, nonce, std::array<std::uint8_t, 2>{1, 1}, inner));
    const Bytes sealed = std::move(writer).take();
    if (const auto plain = cipher.open(ChunkKind::content, chunk_id_of(sealed), sealed, plain_bytes))
        LIAISE_CHECK(plain->size() == plain_bytes);

    if (!bytes.empty() && bytes.size() <= limits::chunk_plain_bytes_max) {
        const SealedChunk chunk = cipher.seal(ChunkKind::content, bytes);
        const auto opened = cipher.open(ChunkKind::content, chunk.id, chunk.sealed, bytes.size());
        LIAISE_CHECK(opened.ok() && same_bytes(*opened, bytes));
    }
    return 0;
}
