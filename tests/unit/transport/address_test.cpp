#include "node/transport/address.h"

#include <doctest/doctest.h>

#include "protocol/base/limits.h"

using namespace liaise;
using namespace liaise::node::transport;

TEST_CASE("addresses of the three kinds are read, and written in one form") {
    struct Row {
        const char* text;
        Address::Kind kind;
        const char* canonical;
    };
    for (const Row& row : {Row{"127.0.0.1:7000", Address::Kind::ipv4, "127.0.0.1:7000"},
                           Row{"0.0.0.0:0", Address::Kind::ipv4, "0.0.0.0:0"},
                           Row{"[::1]:65535", Address::Kind::ipv6, "[::1]:65535"},
                           Row{"[2001:DB8:0:0::1]:1", Address::Kind::ipv6, "[2001:db8::1]:1"},
                           Row{"[::ffff:192.0.2.1]:80", Address::Kind::ipv4, "192.0.2.1:80"},
                           Row{"Relay.Example.ORG:443", Address::Kind::name, "relay.example.org:443"},
                           Row{"localhost:1", Address::Kind::name, "localhost:1"},
                           Row{"3com.example:1", Address::Kind::name, "3com.example:1"}}) {
        CAPTURE(row.text);
        const auto address = Address::parse(row.text);
        REQUIRE(address.ok());
        CHECK(address->kind == row.kind);
        CHECK(address->text() == row.canonical);
        CHECK(*Address::parse(address->text()) == *address);
    }
}

TEST_CASE("what resolvers read in several ways is no address") {
    for (const char* text : {"",
                             ":",
                             ":1",
                             "a",
                             "a:",
                             "127.0.0.1",
                             "127.1:1",
                             "0x7f.0.0.1:1",
                             "010.0.0.1:1",
                             "256.0.0.1:1",
                             "1.2.3.4.5:1",
                             "2130706433:1",
                             "::1:1",
                             "[::1]",
                             "[::1:1",
                             "[]:1",
                             "[fe80::1%eth0]:1",
                             "[127.0.0.1]:1",
                             "[[::1]]:1",
                             "a..b:1",
                             ".a:1",
                             "a.:1",
                             "-a:1",
                             "a-:1",
                             "a_b:1",
                             "a b:1",
                             " a:1",
                             "a:1 ",
                             "a/b:1",
                             "b\xc3\xbc"
                             "cher:1",
                             "user@a:1",
                             "tcp://a:1",
                             "a:01",
                             "a:65536",
                             "a:99999",
                             "a:100000",
                             "a:-1",
                             "a:+1",
                             "a:1x",
                             "*:1"}) {
        CAPTURE(text);
        const auto address = Address::parse(text);
        REQUIRE_FALSE(address.ok());
        CHECK(address.error().code == ErrorCode::malformed);
    }
    CHECK_FALSE(Address::parse(std::string_view("127.0.0.1\0x:1", 13)).ok());
}

TEST_CASE("an address and its labels are limited in length") {
    const std::string label(63, 'a');
    std::string name = label + "." + label + "." + label + ".";
    name += std::string(limits::address_bytes_max - name.size() - 2, 'b') + ":1";
    CHECK(name.size() == limits::address_bytes_max);
    CHECK(Address::parse(name).ok());
    CHECK(Address::parse(name.substr(1)).ok());
    CHECK(Address::parse(name + "0").error().code == ErrorCode::too_large);
    CHECK(Address::parse(label + ":1").ok());
    CHECK_FALSE(Address::parse(label + "a:1").ok());
}

TEST_CASE("what may be dialled, and where this machine reaches its own listeners") {
    CHECK(Address::parse("192.0.2.1:1")->dialable());
    CHECK_FALSE(Address::parse("192.0.2.1:0")->dialable());
    CHECK_FALSE(Address::parse("0.0.0.0:1")->dialable());
    CHECK_FALSE(Address::parse("[::]:1")->dialable());
    CHECK(Address::parse("0.0.0.0:9")->from_here().text() == "127.0.0.1:9");
    CHECK(Address::parse("[::]:9")->from_here().text() == "[::1]:9");
    CHECK(Address::parse("192.0.2.1:9")->from_here().text() == "192.0.2.1:9");
    CHECK(Address::parse("abc.onion:9")->is_onion());
    CHECK_FALSE(Address::parse("onion:9")->is_onion());
    CHECK_FALSE(Address::parse("abc.onion.example:9")->is_onion());
}
