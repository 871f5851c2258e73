#include "protocol/crypto/secret.h"

#include <doctest/doctest.h>

#include <vector>

#include "tests/support/seeded_random.h"

using namespace liaise;
using namespace liaise::crypto;

TEST_CASE("secrets are zero at first, copy as values and compare by content") {
    test::SeededRandom random(1);
    CHECK(Key() == Key());
    const Key key = Key::draw(random);
    const Key twin = key;  // NOLINT(performance-unnecessary-copy-initialization)
    CHECK(key == twin);
    CHECK(key.view().data() != twin.view().data());
    CHECK_FALSE(key == Key::draw(random));
    CHECK(Key::copy_of(Bytes(31)).error().code == ErrorCode::malformed);
}

TEST_CASE("a released secret is wiped before its memory is used again") {
    const std::uint8_t* address = nullptr;
    {
        const auto secret = SecretBytes::copy_of(Bytes(48, 0xaa));
        address = secret.view().data();
    }
    const SecretBytes next(48);
    REQUIRE(next.view().data() == address);
    CHECK(same_bytes(next.view(), Bytes(48, 0)));
}

TEST_CASE("taking plain bytes wipes them where they were") {
    Bytes plain(100, 0x55);
    const auto secret = SecretBytes::take(std::move(plain));
    CHECK(same_bytes(secret.view(), Bytes(100, 0x55)));
}

TEST_CASE("every size class and beyond works, many at once") {
    std::vector<SecretBytes> secrets;
    for (std::size_t size = 0; size < 6000; size += 61)
        secrets.push_back(SecretBytes::copy_of(Bytes(size, static_cast<std::uint8_t>(size))));
    for (const SecretBytes& secret : secrets)
        CHECK(same_bytes(secret.view(), Bytes(secret.size(), static_cast<std::uint8_t>(secret.size()))));
}

TEST_CASE("equal looks at size and content") {
    CHECK(equal(Bytes{}, Bytes{}));
    CHECK_FALSE(equal(Bytes{1}, Bytes{1, 2}));
    CHECK_FALSE(equal(Bytes{1, 3}, Bytes{1, 2}));
}
