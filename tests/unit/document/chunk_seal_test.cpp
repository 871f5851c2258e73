#include "protocol/document/chunk_seal.h"

#include <set>

#include <zstd.h>

#include <doctest/doctest.h>

#include "protocol/base/padding.h"
#include "protocol/base/writer.h"
#include "protocol/crypto/aead.h"
#include "tests/unit/document/samples.h"

using namespace liaise;
using namespace liaise::document;
using liaise::test::key_of;
using liaise::test::noise;
using liaise::test::prose;

namespace {

// A chunk as a hostile holder of the document's key would make it: any form, any body, any announced size.
SealedChunk forged(const DocumentKeys& keys, std::uint8_t form, BytesView body, std::uint32_t announced) {
    Writer inner;
    inner.u8(form).u32(announced).raw(body);
    Bytes padded = std::move(inner).take();
    padded.resize(padded_size(padded.size(), 256));
    const crypto::Nonce24 nonce{};
    const std::array<std::uint8_t, 2> associated{1, static_cast<std::uint8_t>(ChunkKind::content)};
    Writer outer;
    outer.u8(1).fixed(nonce).raw(crypto::xchacha_seal(keys.seal, nonce, associated, padded));
    Bytes sealed = std::move(outer).take();
    const ChunkId id = chunk_id_of(sealed);
    return {id, std::move(sealed)};
}

Bytes zstd_frame(BytesView plain) {
    Bytes frame(ZSTD_compressBound(plain.size()));
    frame.resize(ZSTD_compress(frame.data(), frame.size(), plain.data(), plain.size(), 19));
    return frame;
}

}  // namespace

TEST_CASE("what is sealed opens again, whatever it is and however long") {
    ChunkCipher cipher{DocumentKeys(key_of(1))};
    for (const std::size_t size :
         {std::size_t{1}, std::size_t{2}, std::size_t{100}, std::size_t{251}, std::size_t{252},
          std::size_t{40'000}, limits::chunk_plain_bytes_max - 1, limits::chunk_plain_bytes_max}) {
        for (const Bytes& plain : {noise(size, size), prose(size, size), Bytes(size, 0)}) {
            const SealedChunk chunk = cipher.seal(ChunkKind::content, plain);
            CHECK(chunk.sealed.size() <= limits::chunk_bytes_max);
            CHECK(verify_chunk(chunk.id, chunk.sealed).ok());
            CHECK(cipher.open(ChunkKind::content, chunk.id, chunk.sealed, size).value() == plain);
        }
    }
}

TEST_CASE(
    "the same plaintext under the same key is the same chunk; under another key or as another kind it is "
    "not") {
    ChunkCipher cipher{DocumentKeys(key_of(1))};
    ChunkCipher again{DocumentKeys(key_of(1))};
    ChunkCipher other{DocumentKeys(key_of(2))};
    const Bytes plain = prose(90'000, 1);
    const SealedChunk chunk = cipher.seal(ChunkKind::content, plain);
    CHECK(again.seal(ChunkKind::content, plain) == chunk);
    CHECK(other.seal(ChunkKind::content, plain).id != chunk.id);
    CHECK(cipher.seal(ChunkKind::manifest, plain).id != chunk.id);
    CHECK(cipher.open(ChunkKind::manifest, chunk.id, chunk.sealed, plain.size()).error().code ==
          ErrorCode::not_authentic);
    CHECK(other.open(ChunkKind::content, chunk.id, chunk.sealed, plain.size()).error().code ==
          ErrorCode::not_authentic);
}

TEST_CASE("nonces differ wherever the sealed bytes differ, so raw and compressed forms never share one") {
    ChunkCipher cipher{DocumentKeys(key_of(1))};
    std::set<Bytes> nonces;
    for (std::uint64_t i = 0; i < 200; ++i) {
        const auto kind = i % 2 == 0 ? ChunkKind::content : ChunkKind::manifest;
        const SealedChunk chunk = cipher.seal(kind, prose(1'000 + i / 2, 1));
        nonces.insert(to_bytes(BytesView(chunk.sealed).subspan(1, 24)));
    }
    CHECK(nonces.size() == 200);
}

TEST_CASE("prose shrinks, noise is left alone") {
    ChunkCipher cipher{DocumentKeys(key_of(1))};
    CHECK(cipher.seal(ChunkKind::content, prose(100'000, 1)).sealed.size() < 60'000);
    const std::size_t sealed = cipher.seal(ChunkKind::content, noise(100'000, 1)).sealed.size();
    CHECK(sealed >= 100'000);
    CHECK(sealed <= 104'000);
}

TEST_CASE("texts of neighbouring lengths seal to one size") {
    ChunkCipher cipher{DocumentKeys(key_of(1))};
    CHECK(cipher.seal(ChunkKind::content, noise(99'990, 1)).sealed.size() ==
          cipher.seal(ChunkKind::content, noise(98'400, 2)).sealed.size());
}

TEST_CASE("a chunk with any bit changed, cut or lengthened does not fit its name (attack class 13)") {
    ChunkCipher cipher{DocumentKeys(key_of(1))};
    const SealedChunk chunk = cipher.seal(ChunkKind::content, prose(300, 1));
    for (std::size_t at = 0; at < chunk.sealed.size(); at += 7) {
        Bytes altered = chunk.sealed;
        altered[at] ^= 1;
        CHECK(verify_chunk(chunk.id, altered).error().code == ErrorCode::not_authentic);
        // With a name made to fit, the tag refuses; the version byte is refused as itself.
        const auto opened = cipher.open(ChunkKind::content, chunk_id_of(altered), altered, 300);
        CHECK(opened.error().code == (at == 0 ? ErrorCode::unsupported : ErrorCode::not_authentic));
    }
    Bytes longer = chunk.sealed;
    longer.push_back(0);
    CHECK(verify_chunk(chunk.id, longer).error().code == ErrorCode::not_authentic);
    CHECK(verify_chunk(chunk.id, BytesView(chunk.sealed).first(chunk.sealed.size() - 1)).error().code ==
          ErrorCode::malformed);
    CHECK(verify_chunk(chunk.id, BytesView(chunk.sealed).first(0)).error().code == ErrorCode::malformed);
}

TEST_CASE("the size of a sealed chunk is looked at before its bytes (attack class 17)") {
    for (const std::size_t size : {limits::chunk_bytes_max - 1, limits::chunk_bytes_max}) {
        const Bytes bytes = noise(size, 1);
        CHECK(verify_chunk(chunk_id_of(bytes), bytes).ok());
    }
    const Bytes bytes = noise(limits::chunk_bytes_max + 1, 1);
    CHECK(verify_chunk(chunk_id_of(bytes), bytes).error().code == ErrorCode::too_large);
}

TEST_CASE("the announced size must be the true one, and possible") {
    ChunkCipher cipher{DocumentKeys(key_of(1))};
    for (const Bytes& plain : {prose(5'000, 1), noise(5'000, 1)}) {
        const SealedChunk chunk = cipher.seal(ChunkKind::content, plain);
        for (const std::size_t size : {std::size_t{1}, std::size_t{4'999}, std::size_t{5'001}})
            CHECK(cipher.open(ChunkKind::content, chunk.id, chunk.sealed, size).error().code ==
                  ErrorCode::malformed);
        for (const std::size_t size : {std::size_t{0}, limits::chunk_plain_bytes_max + 1, ~std::size_t{0}})
            CHECK(cipher.open(ChunkKind::content, chunk.id, chunk.sealed, size).error().code ==
                  ErrorCode::too_large);
    }
}

TEST_CASE("a bomb sealed by a member who holds the key bursts at the announced size (attack class 19)") {
    const DocumentKeys keys(key_of(1));
    ChunkCipher cipher{keys};
    const Bytes frame = zstd_frame(Bytes(100'000'000, 0));
    CHECK(frame.size() < 10'000);
    const SealedChunk bomb = forged(keys, 1, frame, static_cast<std::uint32_t>(frame.size()));
    CHECK(cipher.open(ChunkKind::content, bomb.id, bomb.sealed, limits::chunk_plain_bytes_max).error().code ==
          ErrorCode::malformed);
    CHECK(cipher.open(ChunkKind::content, bomb.id, bomb.sealed, 1).error().code == ErrorCode::malformed);

    // One byte more than announced, exactly, and one less.
    for (const std::size_t size : {std::size_t{999}, std::size_t{1'000}, std::size_t{1'001}}) {
        const Bytes near = zstd_frame(Bytes(size, 0));
        const SealedChunk chunk = forged(keys, 1, near, static_cast<std::uint32_t>(near.size()));
        CHECK(cipher.open(ChunkKind::content, chunk.id, chunk.sealed, 1'000).ok() == (size == 1'000));
    }
}

TEST_CASE("two frames, half a frame, noise or nothing where a frame is due are refused") {
    const DocumentKeys keys(key_of(1));
    ChunkCipher cipher{keys};
    Bytes twice = zstd_frame(prose(1'000, 1));
    const Bytes half(twice.begin(), twice.begin() + static_cast<std::ptrdiff_t>(twice.size() / 2));
    append(twice, zstd_frame(prose(1'000, 1)));
    for (const Bytes& body : {twice, half, noise(500, 1), Bytes{}}) {
        const SealedChunk chunk = forged(keys, 1, body, static_cast<std::uint32_t>(body.size()));
        CHECK(cipher.open(ChunkKind::content, chunk.id, chunk.sealed, 1'000).error().code ==
              ErrorCode::malformed);
    }
}

TEST_CASE("lengths inside the seal are checked too, and unknown forms are named as such") {
    const DocumentKeys keys(key_of(1));
    ChunkCipher cipher{keys};
    const Bytes body = noise(100, 1);
    for (const std::uint32_t announced : {0U, 1U, 99U, 101U, 251U, 252U, 0x7fff'ffffU, 0xffff'ffffU}) {
        const SealedChunk chunk = forged(keys, 0, body, announced);
        const auto opened = cipher.open(ChunkKind::content, chunk.id, chunk.sealed, 100);
        REQUIRE_FALSE(opened.ok());
        const bool beyond = announced > 256;
        CHECK(opened.error().code == (beyond ? ErrorCode::too_large : ErrorCode::malformed));
    }
    const SealedChunk unknown = forged(keys, 2, body, 100);
    CHECK(cipher.open(ChunkKind::content, unknown.id, unknown.sealed, 100).error().code ==
          ErrorCode::unsupported);
}
