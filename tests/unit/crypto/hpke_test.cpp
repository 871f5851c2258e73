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

TEST_CASE("attack class 6: what no private key has as its public key is known without a multiplication") {
    const Kem& kem = dhkem_x25519();
    // Of small order: a key agreement with one of these gives zero, whoever asks.
    for (const char* const text : {"0000000000000000000000000000000000000000000000000000000000000000",
                                   "0100000000000000000000000000000000000000000000000000000000000000",
                                   "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                                   "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                                   "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
        const Bytes key = from_hex(text).value();
        CHECK_FALSE(dh_agree(Key::copy_of(Bytes(32, 7)).value(), key).ok());
        CHECK_FALSE(kem.check_public_key(key).ok());
    }
    // In a second form: p, p + 1, 2^255 - 1, and any key with its highest bit set.
    const KemKeyPair pair = kem.derive_key_pair(Bytes(32, 7));
    Bytes high = pair.public_key;
    high.back() |= 0x80;
    Bytes reducible(32, 0xff);
    reducible.back() = 0x7f;
    for (const int low : {0xed, 0xee, 0xff}) {
        reducible.front() = static_cast<std::uint8_t>(low);
        CHECK_FALSE(kem.check_public_key(reducible).ok());
    }
    CHECK_FALSE(kem.check_public_key(high).ok());
    CHECK_FALSE(kem.check_public_key(Bytes(31, 9)).ok());
    CHECK_FALSE(kem.check_public_key(Bytes(33, 9)).ok());
    for (std::uint8_t seed = 0; seed < 100; ++seed)
        CHECK(kem.check_public_key(kem.derive_key_pair(Bytes(32, seed)).public_key).ok());
}
