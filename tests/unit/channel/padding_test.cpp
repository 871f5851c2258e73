#include "protocol/channel/padding.h"

#include <doctest/doctest.h>

using namespace liaise;
using namespace liaise::channel;

TEST_CASE("what is padded comes back, at every size") {
    for (std::size_t size = 0; size < 3000; ++size) {
        const Bytes plain(size, size % 2 == 0 ? 0x00 : 0x80);
        const Bytes padded = pad(plain);
        CHECK(unpadded_size(padded).value() == size);
        CHECK(same_bytes(BytesView(padded).first(size), plain));
    }
}

TEST_CASE("padding costs at most 12 % beyond the least size of 128, and hides small sizes whole") {
    for (std::size_t size = 0; size < 66'000; size += size < 5000 ? 1 : 97) {
        const std::size_t padded = pad(Bytes(size)).size();
        CHECK(padded >= 128);
        CHECK(padded > size);
        if (size >= 128) CHECK_MESSAGE(padded * 100 <= (size + 1) * 112, size);
    }
    CHECK(pad(Bytes(0)).size() == pad(Bytes(127)).size());
}

TEST_CASE("buckets are few: some fifty sizes up to 64 KiB") {
    std::size_t buckets = 0;
    std::size_t last = 0;
    for (std::size_t size = 0; size < 64 * 1024 - 1; ++size) {
        const std::size_t padded = pad(Bytes(size)).size();
        if (padded != last) ++buckets;
        last = padded;
    }
    CHECK_MESSAGE(buckets < 200, buckets);
}

TEST_CASE("padding without its end, or of the wrong size, is refused") {
    CHECK_FALSE(unpadded_size({}).ok());
    CHECK_FALSE(unpadded_size(Bytes(128, 0)).ok());
    CHECK_FALSE(unpadded_size(Bytes(128, 1)).ok());
    Bytes padded = pad(Bytes(10, 1));
    padded.push_back(0);
    CHECK_FALSE(unpadded_size(padded).ok());
}
