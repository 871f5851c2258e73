#include "protocol/document/manifest.h"

#include <map>

#include <doctest/doctest.h>

#include "protocol/base/writer.h"
#include "tests/unit/document/samples.h"

using namespace liaise;
using namespace liaise::document;
using liaise::test::key_of;
using liaise::test::noise;
using liaise::test::prose;
using liaise::test::SeededRandom;

namespace {

struct Shelf {
    std::map<ChunkId, Bytes> chunks;

    DocumentWriter::Store store() {
        return [this](const SealedChunk& chunk) -> Result<void> {
            chunks[chunk.id] = chunk.sealed;
            return {};
        };
    }
    DocumentReader::Load load() {
        return [this](const ChunkId& id) -> Result<Bytes> {
            const auto found = chunks.find(id);
            if (found == chunks.end()) return Error{ErrorCode::not_known, "no such chunk"};
            return found->second;
        };
    }
    Result<Manifest> manifest_of(const ManifestRef& ref) {
        std::vector<Bytes> pieces;
        for (const ChunkId& id : ref.pieces) pieces.push_back(LIAISE_TRY(load()(id)));
        return open_manifest(ref, pieces);
    }
    Result<Bytes> read(const ManifestRef& ref) {
        DocumentReader reader(ref, LIAISE_TRY(manifest_of(ref)), load());
        Bytes all;
        LIAISE_TRY(reader.read_all([&](BytesView part) -> Result<void> {
            append(all, part);
            return {};
        }));
        return all;
    }
};

ManifestRef publish(Shelf& shelf, std::uint64_t key, BytesView bytes) {
    DocumentWriter writer(key_of(key), shelf.store());
    CHECK(writer.write(bytes).ok());
    return writer.finish().value();
}

Manifest manifest_with(std::vector<std::uint32_t> sizes) {
    Manifest manifest;
    for (const std::uint32_t size : sizes) {
        manifest.chunks.push_back({ChunkId{{static_cast<std::uint8_t>(size)}}, size});
        manifest.content_bytes += size;
    }
    return manifest;
}

constexpr auto chunk_min = static_cast<std::uint32_t>(limits::chunk_plain_bytes_min);
constexpr auto chunk_max = static_cast<std::uint32_t>(limits::chunk_plain_bytes_max);

}  // namespace

TEST_CASE("a document of any bytes and size comes back byte for byte, through its reference's encoding") {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{300}, std::size_t{65'536},
                                   std::size_t{230'000}, std::size_t{1'000'000}, std::size_t{9'000'000}}) {
        for (const Bytes& document : {noise(size, size), prose(size, size)}) {
            Shelf shelf;
            const ManifestRef ref = publish(shelf, 1, document);
            const Bytes encoded = encode(ref);
            CHECK(encoded.size() <= manifest_ref_bytes_max);
            const ManifestRef parsed = parse_manifest_ref(encoded).value();
            CHECK(parsed == ref);
            CHECK(parsed.content_bytes == size);
            CHECK(shelf.read(parsed).value() == document);
        }
    }
}

TEST_CASE("a short document's manifest travels in its reference, a long one's in pieces") {
    Shelf shelf;
    CHECK(publish(shelf, 1, noise(1'000'000, 1)).pieces.empty());
    const ManifestRef ref = publish(shelf, 1, noise(9'000'000, 1));
    CHECK(ref.inline_manifest.empty());
    CHECK(ref.pieces.size() == 1);
}

TEST_CASE("a revision shares the chunks that an edit did not touch") {
    Shelf shelf;
    Bytes document = noise(6'000'000, 1);
    publish(shelf, 1, document);
    const std::size_t before = shelf.chunks.size();
    document.insert(document.begin() + 2'000'000, {'m', 'e', 'n', 'd', 'e', 'd'});
    const ManifestRef ref = publish(shelf, 1, document);
    CHECK(shelf.chunks.size() - before <= 7);  // and the manifest's piece
    CHECK(shelf.read(ref).value() == document);
}

TEST_CASE("a range touches only the chunks that hold it, and equals that part of the document") {
    Shelf shelf;
    const Bytes document = noise(2'000'000, 1);
    const ManifestRef ref = publish(shelf, 1, document);
    const Manifest manifest = shelf.manifest_of(ref).value();
    std::size_t loads = 0;
    DocumentReader reader(ref, manifest, [&](const ChunkId& id) {
        ++loads;
        return shelf.load()(id);
    });
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        SeededRandom random(seed);
        const std::size_t start = random.below(document.size() + 10);
        const std::size_t count = random.below(seed % 2 == 0 ? 1'000 : 700'000);
        const std::size_t from = std::min(start, document.size());
        const std::size_t until = std::min(from + count, document.size());
        loads = 0;
        const Bytes range = reader.read_range(start, count).value();
        CHECK(same_bytes(range, BytesView(document).subspan(from, until - from)));
        CHECK(loads <= count / limits::chunk_plain_bytes_min + 2);
    }
    CHECK(reader.read_range(0, ~std::size_t{0}).value() == document);
    CHECK(reader.read_range(~std::uint64_t{0}, 5).value().empty());
}

TEST_CASE("a chunk that is missing, swapped or altered ends the reading with its reason (attack class 13)") {
    Shelf shelf;
    const ManifestRef ref = publish(shelf, 1, noise(1'000'000, 1));
    const Manifest manifest = shelf.manifest_of(ref).value();
    const ChunkId second = manifest.chunks[1].id;

    Shelf missing = shelf;
    missing.chunks.erase(second);
    CHECK(missing.read(ref).error().code == ErrorCode::not_known);
    Shelf swapped = shelf;
    swapped.chunks[second] = swapped.chunks[manifest.chunks[2].id];
    CHECK(swapped.read(ref).error().code == ErrorCode::not_authentic);
    Shelf altered = shelf;
    altered.chunks[second][100] ^= 1;
    CHECK(altered.read(ref).error().code == ErrorCode::not_authentic);
}

TEST_CASE("chunks that are each right and together wrong do not pass for the document") {
    Shelf shelf;
    const ManifestRef ref = publish(shelf, 1, noise(1'000'000, 1));
    Manifest manifest = shelf.manifest_of(ref).value();
    std::swap(manifest.chunks[0], manifest.chunks[1]);
    DocumentReader reader(ref, manifest, shelf.load());
    CHECK(reader.read_all([](BytesView) -> Result<void> { return {}; }).error().code ==
          ErrorCode::not_authentic);
}

TEST_CASE("a full disk stops publishing and is reported as such") {
    DocumentWriter writer(key_of(1), [](const SealedChunk&) -> Result<void> {
        return Error{ErrorCode::exhausted, "the disk is full"};
    });
    CHECK(writer.write(noise(1'000'000, 1)).error().code == ErrorCode::exhausted);
}

TEST_CASE("a refusing sink stops reading and is reported as such") {
    Shelf shelf;
    const ManifestRef ref = publish(shelf, 1, noise(500'000, 1));
    DocumentReader reader(ref, shelf.manifest_of(ref).value(), shelf.load());
    int given = 0;
    const auto refuse = [&](BytesView) -> Result<void> {
        ++given;
        return Error{ErrorCode::unavailable, "the file cannot be written"};
    };
    CHECK(reader.read_all(refuse).error().code == ErrorCode::unavailable);
    CHECK(given == 1);
}

TEST_CASE("manifests encode to one form and back") {
    for (const auto& sizes :
         {std::vector<std::uint32_t>{}, {1}, {chunk_min, 1}, {chunk_max, chunk_min, chunk_max}}) {
        const Manifest manifest = manifest_with(sizes);
        const Bytes bytes = encode(manifest);
        CHECK(bytes.size() == manifest_head_bytes + sizes.size() * manifest_chunk_bytes);
        CHECK(parse_manifest(bytes).value() == manifest);
    }
}

TEST_CASE("the sizes of chunks in a manifest are held to their limits, each way by one") {
    const auto code = [](const Manifest& manifest) { return parse_manifest(encode(manifest)).error().code; };
    CHECK(parse_manifest(encode(manifest_with({chunk_min, 1}))).ok());
    CHECK(parse_manifest(encode(manifest_with({chunk_max}))).ok());
    CHECK(code(manifest_with({chunk_min - 1, 1})) == ErrorCode::malformed);
    CHECK(code(manifest_with({0})) == ErrorCode::malformed);
    CHECK(code(manifest_with({chunk_max + 1})) == ErrorCode::too_large);
    Manifest manifest = manifest_with({chunk_min, 500});
    manifest.content_bytes += 1;
    CHECK(code(manifest) == ErrorCode::malformed);
    manifest.content_bytes -= 2;
    CHECK(code(manifest) == ErrorCode::malformed);
}

TEST_CASE("a document's size has a limit, in manifests, references and writing (attack class 17)") {
    const auto with_size = [](std::uint64_t size) {
        Writer writer;
        writer.u8(1).u64(size).fixed(Hash{}).u32(0);
        return std::move(writer).take();
    };
    CHECK(parse_manifest(with_size(0)).ok());
    CHECK(parse_manifest(with_size(limits::document_bytes_max)).error().code ==
          ErrorCode::malformed);  // no chunks
    for (const std::uint64_t size :
         {limits::document_bytes_max + 1, std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
        CHECK(parse_manifest(with_size(size)).error().code == ErrorCode::too_large);
        Shelf shelf;
        ManifestRef ref = publish(shelf, 1, bytes_of("text"));
        ref.content_bytes = size;
        CHECK(parse_manifest_ref(encode(ref)).error().code == ErrorCode::too_large);
    }
}

TEST_CASE("the count of chunks is believed only as far as the bytes go") {
    Bytes bytes = encode(manifest_with({chunk_min, 1}));
    for (const std::uint32_t count : {0U, 1U, 3U, 0x7fff'ffffU, 0xffff'ffffU}) {
        Writer writer;
        writer.u32(count);
        std::copy(writer.view().begin(), writer.view().end(), bytes.begin() + 41);
        const auto parsed = parse_manifest(bytes);
        REQUIRE_FALSE(parsed.ok());
        CHECK(parsed.error().code ==
              (count > limits::document_chunks_max ? ErrorCode::too_large : ErrorCode::malformed));
    }
}

TEST_CASE("the largest manifest, of the most chunks, passes; one chunk more does not") {
    Manifest manifest;
    manifest.chunks.assign(limits::document_chunks_max - 1, {ChunkId{}, chunk_min});
    manifest.content_bytes = limits::document_bytes_max;
    const Bytes bytes = encode(manifest);
    CHECK(parse_manifest(bytes).ok());
    CHECK(bytes.size() <= manifest_bytes_max);
    CHECK(parse_manifest(Bytes(manifest_bytes_max + 1)).error().code == ErrorCode::too_large);
    static_assert(manifest_pieces_max == 11);
}

TEST_CASE("a reference is refused when cut, lengthened, or when it does not fit its manifest") {
    Shelf shelf;
    for (const std::size_t size : {std::size_t{1'000}, std::size_t{9'000'000}}) {
        const ManifestRef ref = publish(shelf, 1, noise(size, 1));
        const Bytes bytes = encode(ref);
        for (std::size_t cut = 0; cut < bytes.size(); ++cut)
            CHECK(parse_manifest_ref(BytesView(bytes).first(cut)).error().code == ErrorCode::malformed);
        Bytes longer = bytes;
        longer.push_back(0);
        CHECK(parse_manifest_ref(longer).error().code == ErrorCode::malformed);
        ManifestRef lying = ref;
        lying.content_bytes += 1;
        CHECK(shelf.manifest_of(lying).error().code == ErrorCode::conflict);
    }
    CHECK(parse_manifest_ref(Bytes(manifest_ref_bytes_max + 1)).error().code == ErrorCode::too_large);
}

TEST_CASE("pieces of a manifest come whole and in order, or the manifest does not open") {
    Shelf shelf;
    const ManifestRef ref = publish(shelf, 1, noise(9'000'000, 1));
    CHECK(open_manifest(ref, {}).error().code == ErrorCode::not_known);
    CHECK(open_manifest(ref, {noise(1'000, 1)}).error().code == ErrorCode::not_authentic);
}
