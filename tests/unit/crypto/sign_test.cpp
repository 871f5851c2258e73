#include "protocol/crypto/sign.h"

#include <doctest/doctest.h>

#include "tests/support/seeded_random.h"

using namespace liaise;
using namespace liaise::crypto;

TEST_CASE("attack class 1: a signature for one purpose is none for any other") {
    test::SeededRandom random(1);
    const auto key = SigningKey::draw(random);
    const Bytes bytes = to_bytes(bytes_of("the same bytes"));
    for (const Purpose signed_for : all_purposes) {
        const Signature signature = key.sign(signed_for, bytes);
        for (const Purpose offered_as : all_purposes)
            CHECK(verify(key.public_key(), offered_as, bytes, signature).ok() == (signed_for == offered_as));
        CHECK_FALSE(verify_bare(key.public_key().view(), bytes, signature.view()).ok());
    }
}

TEST_CASE("a purpose cannot be made to look like another by what follows it") {
    for (const Purpose a : all_purposes)
        for (const Purpose b : all_purposes)
            if (a != b) CHECK_FALSE(text_of(a) == text_of(b));
    // The zero byte ends the purpose: "charter" + 0 + ... never equals "charter-amendment" + 0 + ...
    test::SeededRandom random(2);
    const auto key = SigningKey::draw(random);
    Bytes tail = to_bytes(bytes_of("-amendment"));
    tail.push_back(0);
    const Signature signature = key.sign(Purpose::charter, tail);
    CHECK_FALSE(verify(key.public_key(), Purpose::charter_amendment, Bytes{}, signature).ok());
}

TEST_CASE("a key pair comes back from its seed") {
    test::SeededRandom random(3);
    const auto key = SigningKey::draw(random);
    CHECK(SigningKey::from_seed(key.seed()).public_key() == key.public_key());
}

TEST_CASE("wrong sizes are refused, not read") {
    CHECK(verify_bare(Bytes(31), Bytes{}, Bytes(64)).error().code == ErrorCode::not_authentic);
    CHECK(verify_bare(Bytes(32), Bytes{}, Bytes(63)).error().code == ErrorCode::not_authentic);
    CHECK(verify_bare(Bytes{}, Bytes{}, Bytes{}).error().code == ErrorCode::not_authentic);
}
