#include "protocol/crypto/mask.h"

#include <doctest/doctest.h>

#include <set>

#include "protocol/crypto/aead.h"
#include "tests/support/seeded_random.h"

using namespace liaise;
using namespace liaise::crypto;

TEST_CASE("a masked block comes back, and depends on key, tweak and block") {
    test::SeededRandom random(1);
    const auto key = MaskKey::draw(random);
    const auto other = MaskKey::draw(random);
    for (std::uint64_t tweak = 0; tweak < 200; ++tweak) {
        std::array<std::uint8_t, 8> block{};
        random.fill(block);
        const auto plain = block;
        auto moved = block;
        auto strange = block;
        mask(key, tweak, block);
        mask(key, tweak + 1, moved);
        mask(other, tweak, strange);
        CHECK(block != plain);
        CHECK(block != moved);
        CHECK(block != strange);
        unmask(key, tweak, block);
        CHECK(block == plain);
    }
}

TEST_CASE("masking is a permutation: neighbouring blocks never collide") {
    test::SeededRandom random(2);
    const auto key = MaskKey::draw(random);
    std::set<std::array<std::uint8_t, 8>> seen;
    for (std::uint64_t number = 0; number < 5000; ++number) {
        std::array<std::uint8_t, 8> block{};
        std::memcpy(block.data(), &number, sizeof number);
        mask(key, 7, block);
        CHECK(seen.insert(block).second);
    }
}

TEST_CASE("sealing from one buffer into another agrees with sealing in one go, and refuses any change") {
    test::SeededRandom random(3);
    const Key key = Key::draw(random);
    const auto nonce = random.draw<Nonce24>();
    const Bytes plain(1000, 0x42);
    Bytes sealed(plain.size());
    std::array<std::uint8_t, tag_bytes> tag{};
    xchacha_seal_into(key, nonce, bytes_of("where"), plain, sealed, tag);

    Bytes whole = sealed;
    append(whole, tag);
    CHECK(same_bytes(whole, xchacha_seal(key, nonce, bytes_of("where"), plain)));

    Bytes opened(plain.size());
    REQUIRE(xchacha_open_into(key, nonce, bytes_of("where"), sealed, tag, opened).ok());
    CHECK(same_bytes(opened, plain));
    CHECK(xchacha_open_into(key, nonce, bytes_of("there"), sealed, tag, opened).error().code ==
          ErrorCode::not_authentic);
    CHECK(same_bytes(opened, Bytes(plain.size(), 0)));
}
