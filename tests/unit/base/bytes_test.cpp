#include "protocol/base/bytes.h"

#include <doctest/doctest.h>

#include "protocol/base/ids.h"

using namespace liaise;

TEST_CASE("hex goes both ways and takes either case") {
    const Bytes bytes{0x00, 0x7f, 0xab, 0xff};
    CHECK(to_hex(bytes) == "007fabff");
    CHECK(from_hex("007FabFF").value() == bytes);
    CHECK(from_hex("").value().empty());
}

TEST_CASE("hex refuses odd lengths and other characters, and says where") {
    CHECK(from_hex("abc").error().code == ErrorCode::malformed);
    CHECK(from_hex("00g0").error().at == 2);
}

TEST_CASE("base32 goes both ways for every length") {
    Bytes bytes;
    for (int length = 0; length < 40; ++length) {
        const std::string text = to_base32(bytes);
        CHECK(from_base32(text).value() == bytes);
        bytes.push_back(static_cast<std::uint8_t>(length * 37 + 11));
    }
}

TEST_CASE("base32 forgives what people confuse") {
    CHECK(from_base32("O0iLl1ZZ").value() == from_base32("001111zz").value());
}

TEST_CASE("base32 refuses other characters, cut text and altered last characters") {
    CHECK(from_base32("ab!d").error().at == 2);
    CHECK(from_base32("u").error().code == ErrorCode::malformed);
    CHECK(from_base32("00").ok());
    CHECK(from_base32("01").error().code == ErrorCode::malformed);
}

TEST_CASE("an id keeps its size") {
    CHECK(ChannelId::from(Bytes(15)).error().code == ErrorCode::malformed);
    CHECK(ChannelId::from(Bytes(16)).ok());
    const auto id = ChannelId::from(Bytes(16, 0xa5)).value();
    CHECK(ChannelId::from_text(id.text()).value() == id);
}
