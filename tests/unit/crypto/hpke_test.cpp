#include "protocol/crypto/hpke.h"

#include <doctest/doctest.h>

#include "tests/support/seeded_random.h"

using namespace liaise;
using namespace liaise::crypto;

TEST_CASE("what is sealed to a key opens with it, and with nothing else changed") {
    test::SeededRandom random(1);
    const Kem& kem = dhkem_x25519();
    const KemKeyPair pair = kem.derive_key_pair(Bytes(32, 7));
    const KemKeyPair other = kem.derive_key_pair(Bytes(32, 8));
    const auto sealed =
        hpke::seal(kem, pair.public_key, bytes_of("info"), bytes_of("aad"), bytes_of("text"), random).value();
    const auto open = [&](const KemKeyPair& with, std::string_view info, std::string_view associated) {
        return hpke::open(kem, sealed.encapsulation, sealed.ciphertext, with.private_key, with.public_key,
                          bytes_of(info), bytes_of(associated));
    };
    CHECK(text_of(open(pair, "info", "aad").value()) == "text");
    CHECK(open(other, "info", "aad").error().code == ErrorCode::not_authentic);
    CHECK(open(pair, "Info", "aad").error().code == ErrorCode::not_authentic);
    CHECK(open(pair, "info", "Aad").error().code == ErrorCode::not_authentic);
}

TEST_CASE("attack class 6: keys of small order and of wrong size are refused") {
    test::SeededRandom random(1);
    CHECK_FALSE(hpke::seal(dhkem_x25519(), Bytes(32, 0), {}, {}, {}, random).ok());
    CHECK_FALSE(hpke::seal(dhkem_x25519(), Bytes(31, 9), {}, {}, {}, random).ok());
    const KemKeyPair pair = dhkem_x25519().derive_key_pair(Bytes(32, 7));
    CHECK_FALSE(
        hpke::open(dhkem_x25519(), Bytes(32, 0), Bytes(16), pair.private_key, pair.public_key, {}, {}).ok());
    CHECK_FALSE(
        hpke::open(dhkem_x25519(), Bytes{}, Bytes(16), pair.private_key, pair.public_key, {}, {}).ok());
    CHECK_FALSE(
        hpke::open(dhkem_x25519(), Bytes(32, 9), Bytes(15), pair.private_key, pair.public_key, {}, {}).ok());
}
