#include "protocol/crypto/password.h"

#include <doctest/doctest.h>

using namespace liaise;
using namespace liaise::crypto;

TEST_CASE("the same passphrase, salt and cost give the same key; another of them another") {
    const auto password = SecretBytes::copy_of(bytes_of("correct horse"));
    const PasswordSalt salt{{1}};
    const Key key = key_from_password(password, salt, password_cost_least).value();
    CHECK(key == key_from_password(password, salt, password_cost_least).value());
    CHECK_FALSE(key == key_from_password(password, PasswordSalt{{2}}, password_cost_least).value());
    CHECK_FALSE(key ==
                key_from_password(SecretBytes::copy_of(bytes_of("correct h0rse")), salt, password_cost_least)
                    .value());
    CHECK_FALSE(key == key_from_password(password, salt, {2, 8}).value());
}

TEST_CASE("a forged cost cannot make us work without end") {
    const auto password = SecretBytes::copy_of(bytes_of("x"));
    CHECK(key_from_password(password, {}, {0, 8}).error().code == ErrorCode::malformed);
    CHECK(key_from_password(password, {}, {1, 7}).error().code == ErrorCode::malformed);
    CHECK(key_from_password(password, {}, {17, 8}).error().code == ErrorCode::too_large);
    CHECK(key_from_password(password, {}, {1, 0xffff'ffff}).error().code == ErrorCode::too_large);
}
