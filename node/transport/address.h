// Addresses of devices: "host:port", "[IPv6]:port".
//
// In:  text from tickets, the directory, the command line: hostile until parsed here.
// Out: a host in one of three kinds and a port; text() gives the canonical form, which parses to an equal
//      value.
//
// - At most limits::address_bytes_max bytes. Port 0 to 65535 without sign or leading zeros; 0 means "any free
//   port" and is for listening only: dialable() says so.
// - An IPv4 address is four decimal numbers without leading zeros: "127.1", "0x7f.1" and "010.0.0.1" mean
//   different machines to different programs, so they are none at all here.
// - An IPv6 address is in brackets, without a zone; kept in the shortest form (RFC 5952). One that wraps an
// IPv4
//   address (::ffff:1.2.3.4) becomes that IPv4 address, so that one machine has one text.
// - A name is letters, digits, hyphens and dots: labels of 1 to 63, no hyphen at either end, lower case kept.
// Its
//   last label holds a letter, so that it cannot be taken for a number. Attack: bytes that mean something to
//   a resolver, a proxy or a terminal.
#pragma once

#include <string>
#include <string_view>

#include "protocol/base/result.h"

namespace liaise::node::transport {

struct Address {
    enum class Kind : std::uint8_t { ipv4, ipv6, name };

    Kind kind;
    std::string host;  // canonical; IPv6 without brackets
    std::uint16_t port;

    friend bool operator==(const Address&, const Address&) = default;

    static Result<Address> parse(std::string_view text);  // malformed, too_large
    std::string text() const;

    bool is_name() const { return kind == Kind::name; }
    bool is_onion() const;  // reached through Tor alone, never resolved
    bool is_any() const;    // 0.0.0.0 or ::, which stand for every address of this machine
    bool dialable() const { return port != 0 && !is_any(); }
    // Where this machine reaches what it listens on: the loopback address in place of "any".
    Address from_here() const;
};

}  // namespace liaise::node::transport
