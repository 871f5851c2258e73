#include "protocol/base/padding.h"

#include <doctest/doctest.h>

using liaise::padded_size;

TEST_CASE("a bucket holds its size, costs at most an eighth, and is its own bucket") {
    for (std::size_t size = 0; size < 300'000; size += 1 + size / 97) {
        const std::size_t padded = padded_size(size, 128);
        CHECK(padded >= size);
        CHECK(padded >= 128);
        if (size > 128) CHECK((padded - size) * 8 <= size);
        CHECK(padded_size(padded, 128) == padded);
        CHECK(padded_size(size + 1, 128) >= padded);
    }
}

TEST_CASE("few buckets stand for all the sizes of a chunk") {
    std::size_t buckets = 0;
    for (std::size_t size = 64 * 1024, last = 0; size <= 224 * 1024; ++size) {
        const std::size_t padded = padded_size(size, 256);
        if (padded != last) ++buckets;
        last = padded;
    }
    CHECK(buckets <= 64);
    CHECK(padded_size(100'000, 256) == 100'352);
}
