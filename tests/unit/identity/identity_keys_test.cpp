#include "protocol/identity/identity_keys.h"

#include <doctest/doctest.h>

#include <type_traits>

#include "tests/support/people.h"

using namespace liaise;
using namespace liaise::identity;

TEST_CASE("one seed gives one identity, and its two keys have nothing in common") {
    test::SeededRandom random(1);
    const auto seed = RecoverySeed::draw(random);
    const auto keys = IdentityKeys::derive(seed);
    const auto again = IdentityKeys::derive(seed);
    CHECK(keys.identity.public_key() == again.identity.public_key());
    CHECK(keys.succession.public_key() == again.succession.public_key());
    CHECK(keys.identity.public_key() != keys.succession.public_key());
    const auto other = IdentityKeys::derive(RecoverySeed::draw(random));
    CHECK(keys.identity.public_key() != other.identity.public_key());
}

TEST_CASE("the derivation is part of the format: these values never change") {
    RecoverySeed seed;
    const auto keys = IdentityKeys::derive(seed);
    CHECK(to_hex(keys.identity.public_key().view()) ==
          "c6516525924dc620dd6b2900dd1bdb1034a7512d83b213eefed3fa7ec2658874");
    CHECK(to_hex(member_id_of(keys.identity.public_key()).view()) ==
          "96f3a1277da654d809eadc0220e5e6b192fcbfa051d8752e491995567f0cf636");
    CHECK(to_hex(succession_commitment(keys.succession.public_key()).view()) ==
          "32f8375fffb0f871892c1cd60a80566ccfc0eb4b88bc15a8d247a2652d3c9d13");
}

TEST_CASE("attack class 2: a key is no id, and ids of one key differ by their kind") {
    test::SeededRandom random(2);
    const auto person = test::make_person(random, "Asha Wanjiru");
    CHECK_FALSE(same_bytes(member_id_of(person.key()).view(), person.key().view()));
    CHECK_FALSE(same_bytes(member_id_of(person.key()).view(), device_id_of(person.key()).view()));
    CHECK_FALSE(same_bytes(member_id_of(person.key()).view(), succession_commitment(person.key()).view()));
    static_assert(!std::is_convertible_v<VerifyKey, MemberId> && !std::is_convertible_v<MemberId, DeviceId> &&
                  !std::is_convertible_v<DeviceId, VerifyKey> &&
                  !std::is_convertible_v<DhPublicKey, VerifyKey>);
}
