#include "protocol/document/chunker.h"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "tests/unit/document/samples.h"

using namespace liaise;
using namespace liaise::document;
using liaise::test::key_of;
using liaise::test::noise;
using liaise::test::prose;
using liaise::test::SeededRandom;

namespace {

std::vector<Bytes> chunks_of(const GearTable& gear, BytesView bytes,
                             const std::function<std::size_t()>& feed_size) {
    std::vector<Bytes> chunks;
    const auto keep = [&](BytesView chunk) -> Result<void> {
        chunks.push_back(to_bytes(chunk));
        return {};
    };
    Chunker chunker(gear);
    while (!bytes.empty()) {
        const std::size_t count = std::min(bytes.size(), feed_size());
        CHECK(chunker.feed(bytes.first(count), keep).ok());
        bytes = bytes.subspan(count);
    }
    CHECK(chunker.finish(keep).ok());
    return chunks;
}

std::vector<Bytes> chunks_of(const GearTable& gear, BytesView bytes) {
    return chunks_of(gear, bytes, [] { return ~std::size_t{0}; });
}

Bytes joined(const std::vector<Bytes>& chunks) {
    Bytes all;
    for (const Bytes& chunk : chunks) append(all, chunk);
    return all;
}

}  // namespace

TEST_CASE("the chunks of a document are the document, and keep to their sizes") {
    const GearTable gear(key_of(1));
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, limits::chunk_plain_bytes_min - 1, limits::chunk_plain_bytes_min,
          limits::chunk_plain_bytes_min + 1, limits::chunk_plain_bytes_max - 1, limits::chunk_plain_bytes_max,
          limits::chunk_plain_bytes_max + 1, std::size_t{3'000'000}}) {
        const Bytes document = noise(size, size);
        const auto chunks = chunks_of(gear, document);
        CHECK(joined(chunks) == document);
        for (std::size_t i = 0; i < chunks.size(); ++i) {
            CHECK(chunks[i].size() <= limits::chunk_plain_bytes_max);
            if (i + 1 < chunks.size()) CHECK(chunks[i].size() >= limits::chunk_plain_bytes_min);
        }
        if (size <= limits::chunk_plain_bytes_min) CHECK(chunks.size() == (size == 0 ? 0 : 1));
    }
}

TEST_CASE("where the cuts fall does not depend on how the bytes are fed") {
    const GearTable gear(key_of(2));
    const Bytes document = prose(2'500'000, 7);
    const auto whole = chunks_of(gear, document);
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        CAPTURE(seed);
        SeededRandom random(seed);
        const std::size_t size_max = std::size_t{1} << (4 + random.below(17));
        CHECK(chunks_of(gear, document, [&] { return 1 + random.below(size_max); }) == whole);
    }
}

TEST_CASE("chunks are about 128 KiB on average and seldom meet the maximum") {
    const auto chunks = chunks_of(GearTable(key_of(3)), noise(32'000'000, 3));
    const std::size_t average = 32'000'000 / chunks.size();
    CHECK(average > 115 * 1024);
    CHECK(average < 145 * 1024);
    const auto longest = std::count_if(chunks.begin(), chunks.end(), [](const Bytes& chunk) {
        return chunk.size() == limits::chunk_plain_bytes_max;
    });
    CHECK(static_cast<std::size_t>(longest) * 10 < chunks.size());
}

TEST_CASE("one byte more, less or changed leaves all but a few chunks as they were") {
    const GearTable gear(key_of(4));
    const Bytes document = noise(6'000'000, 4);
    const auto before = chunks_of(gear, document);
    const std::set<Bytes> known(before.begin(), before.end());
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        CAPTURE(seed);
        SeededRandom random(seed);
        Bytes edited = document;
        const auto at = edited.begin() + static_cast<std::ptrdiff_t>(random.below(edited.size()));
        if (seed % 3 == 0) edited.insert(at, 0x42);
        if (seed % 3 == 1) edited.erase(at);
        if (seed % 3 == 2) *at ^= 0xff;
        const auto after = chunks_of(gear, edited);
        CHECK(joined(after) == edited);
        const auto fresh = std::count_if(after.begin(), after.end(),
                                         [&](const Bytes& chunk) { return !known.contains(chunk); });
        CHECK(fresh >= 1);
        CHECK(fresh <= 6);
    }
}

TEST_CASE("another key cuts the same document elsewhere") {
    const Bytes document = noise(3'000'000, 5);
    std::set<std::size_t> sizes;
    for (const Bytes& chunk : chunks_of(GearTable(key_of(5)), document)) sizes.insert(chunk.size());
    std::size_t shared = 0;
    for (const Bytes& chunk : chunks_of(GearTable(key_of(6)), document)) shared += sizes.count(chunk.size());
    CHECK(shared <= 1);
}

TEST_CASE("a file of one byte repeated is cut, and without end or loop") {
    const auto chunks = chunks_of(GearTable(key_of(7)), Bytes(1'000'000, 0));
    CHECK(joined(chunks) == Bytes(1'000'000, 0));
}

TEST_CASE("a refusal of a chunk ends the feeding and comes back") {
    const GearTable gear(key_of(8));
    Chunker chunker(gear);
    int given = 0;
    const auto refuse = [&](BytesView) -> Result<void> {
        ++given;
        return Error{ErrorCode::exhausted, "the disk is full"};
    };
    CHECK(chunker.feed(noise(2'000'000, 8), refuse).error().code == ErrorCode::exhausted);
    CHECK(given == 1);
}
