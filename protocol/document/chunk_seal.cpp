#include "protocol/document/chunk_seal.h"

#include <zstd.h>

#include "protocol/base/padding.h"
#include "protocol/base/reader.h"
#include "protocol/base/writer.h"
#include "protocol/crypto/aead.h"
#include "protocol/crypto/hash.h"

namespace liaise::document {
namespace {

using crypto::Key;
using crypto::Nonce24;
using crypto::tag_bytes;

constexpr std::uint8_t version = 1;
enum class Form : std::uint8_t { raw = 0, zstd = 1 };

constexpr std::size_t outer_bytes = 1 + Nonce24::size_bytes;  // before the ciphertext
constexpr std::size_t inner_head_bytes = 1 + 4;               // form and size of the body
constexpr std::size_t inner_bytes_least = 256;                // the smallest bucket
constexpr std::size_t sealed_bytes_min = outer_bytes + inner_bytes_least + tag_bytes;
constexpr int compression_level = 3;
constexpr std::size_t sample_bytes = 8 * 1024;

static_assert(outer_bytes + padded_size(inner_head_bytes + limits::chunk_plain_bytes_max, inner_bytes_least) +
                      tag_bytes <=
                  limits::chunk_bytes_max,
              "the largest chunk fits when it does not compress");

Key derive(const Key& key, std::string_view use) {
    const Hash derived = crypto::keyed_blake2b(key, {bytes_of("liaise/1 document-"), bytes_of(use)});
    return Key::copy_of(derived.view()).value();
}

std::array<std::uint8_t, 2> associated_with(ChunkKind kind) {
    return {version, static_cast<std::uint8_t>(kind)};
}

Nonce24 nonce_for(const Key& key, ChunkKind kind, BytesView inner) {
    Nonce24 nonce;
    crypto::Blake2b(Nonce24::size_bytes, key.view())
        .update(associated_with(kind))
        .update(inner)
        .finish(nonce.bytes);
    return nonce;
}

}  // namespace

DocumentKeys::DocumentKeys(const Key& document_key)
    : seal(derive(document_key, "seal")),
      nonce(derive(document_key, "nonce")),
      gear(derive(document_key, "gear")) {}

ChunkId chunk_id_of(BytesView sealed) {
    return {crypto::blake2b({sealed}).bytes};
}

Result<void> verify_chunk(const ChunkId& id, BytesView sealed) {
    if (sealed.size() > limits::chunk_bytes_max)
        return Error{ErrorCode::too_large, "a chunk over its limit", sealed.size()};
    if (sealed.size() < sealed_bytes_min)
        return Error{ErrorCode::malformed, "a chunk too short to be one", sealed.size()};
    if (chunk_id_of(sealed) != id)
        return Error{ErrorCode::not_authentic, "a chunk that does not fit its name"};
    return {};
}

struct ChunkCipher::Zstd {
    ZSTD_CCtx* compress = nullptr;
    ZSTD_DCtx* decompress = nullptr;
    ~Zstd() {
        ZSTD_freeCCtx(compress);
        ZSTD_freeDCtx(decompress);
    }
};

ChunkCipher::ChunkCipher(DocumentKeys keys) : keys_(std::move(keys)), zstd_(std::make_unique<Zstd>()) {}
ChunkCipher::~ChunkCipher() = default;

// A sample from the middle first: most large files (images, PDF, archives) are compressed already, and saying
// so should cost little. Less than an eighth saved is not worth the reader's time.
bool ChunkCipher::try_compress(BytesView plain) {
    if (zstd_->compress == nullptr) zstd_->compress = ZSTD_createCCtx();
    LIAISE_CHECK(zstd_->compress != nullptr);
    compressed_.resize(ZSTD_compressBound(limits::chunk_plain_bytes_max));
    const auto saves = [&](BytesView bytes, std::size_t& size) {
        size = ZSTD_compressCCtx(zstd_->compress, compressed_.data(), compressed_.size(), bytes.data(),
                                 bytes.size(), compression_level);
        return !ZSTD_isError(size) && size < bytes.size() - bytes.size() / 8;
    };
    std::size_t size = 0;
    if (plain.size() > 4 * sample_bytes && !saves(plain.subspan(plain.size() / 2, sample_bytes), size))
        return false;
    if (!saves(plain, size)) return false;
    compressed_.resize(size);
    return true;
}

SealedChunk ChunkCipher::seal(ChunkKind kind, BytesView plain) {
    LIAISE_CHECK(!plain.empty() && plain.size() <= limits::chunk_plain_bytes_max);
    const bool smaller = try_compress(plain);
    const BytesView body = smaller ? BytesView(compressed_) : plain;
    const std::size_t inner_bytes = padded_size(inner_head_bytes + body.size(), inner_bytes_least);

    Writer writer;
    writer.reserve(outer_bytes + inner_bytes + tag_bytes);
    writer.u8(version).fixed(Nonce24{});
    writer.u8(static_cast<std::uint8_t>(smaller ? Form::zstd : Form::raw)).sized32(body);
    Bytes sealed = std::move(writer).take();
    sealed.resize(outer_bytes + inner_bytes + tag_bytes);

    const MutableBytes inner = MutableBytes(sealed).subspan(outer_bytes, inner_bytes);
    const Nonce24 nonce = nonce_for(keys_.nonce, kind, inner);
    std::copy(nonce.bytes.begin(), nonce.bytes.end(), sealed.begin() + 1);
    crypto::xchacha_seal_in_place(keys_.seal, nonce, associated_with(kind), inner,
                                  MutableBytes(sealed).last<tag_bytes>());
    const ChunkId id = chunk_id_of(sealed);
    return {id, std::move(sealed)};
}

Result<Bytes> ChunkCipher::open(ChunkKind kind, const ChunkId& id, BytesView sealed,
                                std::size_t plain_bytes) {
    if (plain_bytes == 0 || plain_bytes > limits::chunk_plain_bytes_max)
        return Error{ErrorCode::too_large, "a chunk that cannot have this size", plain_bytes};
    LIAISE_TRY(verify_chunk(id, sealed));
    Reader outer(sealed);
    if (LIAISE_TRY(outer.u8()) != version) return Error{ErrorCode::unsupported, "a chunk of another version"};
    const auto nonce = LIAISE_TRY(outer.fixed<Nonce24>());

    Bytes inner = to_bytes(LIAISE_TRY(outer.raw(outer.left() - tag_bytes)));
    LIAISE_TRY(crypto::xchacha_open_in_place(keys_.seal, nonce, associated_with(kind), inner,
                                             sealed.last<tag_bytes>()));

    Reader reader(inner);
    const std::uint8_t form = LIAISE_TRY(reader.u8());
    const BytesView body = LIAISE_TRY(reader.sized32(inner.size()));
    if (form == static_cast<std::uint8_t>(Form::raw)) {
        if (body.size() != plain_bytes)
            return Error{ErrorCode::malformed, "a chunk of another size", body.size()};
        inner.erase(inner.begin(), inner.begin() + inner_head_bytes);
        inner.resize(plain_bytes);
        return inner;
    }
    if (form != static_cast<std::uint8_t>(Form::zstd))
        return Error{ErrorCode::unsupported, "a chunk of another form", form};

    // The output buffer is the limit: a frame that would give more fails, whatever it claims of itself.
    if (zstd_->decompress == nullptr) zstd_->decompress = ZSTD_createDCtx();
    LIAISE_CHECK(zstd_->decompress != nullptr);
    Bytes plain(plain_bytes);
    const std::size_t written =
        ZSTD_decompressDCtx(zstd_->decompress, plain.data(), plain.size(), body.data(), body.size());
    if (ZSTD_isError(written) || written != plain_bytes)
        return Error{ErrorCode::malformed, "a chunk that does not decompress to its size"};
    return plain;
}

}  // namespace liaise::document
