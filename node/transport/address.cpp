#include "node/transport/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "protocol/base/limits.h"

namespace liaise::node::transport {
namespace {

constexpr std::string_view onion_suffix = ".onion";

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

Result<std::uint16_t> parse_port(std::string_view text, std::size_t at) {
    const bool plain = !text.empty() && text.size() <= 5 && std::all_of(text.begin(), text.end(), is_digit) &&
                       (text.size() == 1 || text[0] != '0');
    if (!plain) return Error{ErrorCode::malformed, "port is not a number from 0 to 65535", at};
    unsigned value = 0;
    for (const char c : text) value = value * 10 + static_cast<unsigned>(c - '0');
    if (value > 0xffff) return Error{ErrorCode::malformed, "port is not a number from 0 to 65535", at};
    return static_cast<std::uint16_t>(value);
}

// inet_pton is the strict one of the system's parsers: four decimal numbers, no leading zeros.
Result<std::string> parse_ipv4(std::string_view text) {
    in_addr address{};
    std::array<char, INET_ADDRSTRLEN> canonical{};
    if (inet_pton(AF_INET, std::string(text).c_str(), &address) != 1)
        return Error{ErrorCode::malformed, "not an IPv4 address"};
    inet_ntop(AF_INET, &address, canonical.data(), canonical.size());
    return std::string(canonical.data());
}

Result<Address> parse_ipv6(std::string_view text, std::uint16_t port) {
    in6_addr address{};
    std::array<char, INET6_ADDRSTRLEN> canonical{};
    if (text.size() >= canonical.size() || inet_pton(AF_INET6, std::string(text).c_str(), &address) != 1)
        return Error{ErrorCode::malformed, "not an IPv6 address", 1};
    if (IN6_IS_ADDR_V4MAPPED(&address)) {
        inet_ntop(AF_INET, address.s6_addr + 12, canonical.data(), canonical.size());
        return Address{Address::Kind::ipv4, canonical.data(), port};
    }
    inet_ntop(AF_INET6, &address, canonical.data(), canonical.size());
    return Address{Address::Kind::ipv6, canonical.data(), port};
}

Result<void> check_label(std::string_view label, std::size_t at) {
    const bool sized = !label.empty() && label.size() <= 63;
    const bool spelled = std::all_of(label.begin(), label.end(),
                                     [](char c) { return is_digit(c) || is_letter(c) || c == '-'; });
    if (!sized || !spelled || label.front() == '-' || label.back() == '-')
        return Error{ErrorCode::malformed, "not a host name", at};
    return {};
}

Result<std::string> parse_name(std::string_view text) {
    std::size_t start = 0;
    std::string_view label;
    while (start <= text.size()) {
        const std::size_t end = std::min(text.find('.', start), text.size());
        label = text.substr(start, end - start);
        LIAISE_TRY(check_label(label, start));
        start = end + 1;
    }
    if (!std::any_of(label.begin(), label.end(), is_letter))
        return Error{ErrorCode::malformed, "not an IPv4 address"};
    std::string name(text);
    std::transform(name.begin(), name.end(), name.begin(), lower);
    return name;
}

}  // namespace

Result<Address> Address::parse(std::string_view text) {
    if (text.size() > limits::address_bytes_max)
        return Error{ErrorCode::too_large, "address over its limit", text.size()};
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return Error{ErrorCode::malformed, "address without a port", text.size()};
    const std::uint16_t port = LIAISE_TRY(parse_port(text.substr(colon + 1), colon + 1));
    const std::string_view host = text.substr(0, colon);
    // A NUL would end the text early for the C functions below.
    if (host.empty() || host.find('\0') != std::string_view::npos)
        return Error{ErrorCode::malformed, "address without a host"};
    if (host.front() == '[') {
        if (host.back() != ']' || host.size() < 3) return Error{ErrorCode::malformed, "not an IPv6 address"};
        return parse_ipv6(host.substr(1, host.size() - 2), port);
    }
    if (const auto ipv4 = parse_ipv4(host)) return Address{Kind::ipv4, *ipv4, port};
    return Address{Kind::name, LIAISE_TRY(parse_name(host)), port};
}

std::string Address::text() const {
    const std::string number = std::to_string(port);
    return kind == Kind::ipv6 ? "[" + host + "]:" + number : host + ":" + number;
}

bool Address::is_onion() const {
    return kind == Kind::name && host.size() > onion_suffix.size() && host.ends_with(onion_suffix);
}

bool Address::is_any() const {
    return (kind == Kind::ipv4 && host == "0.0.0.0") || (kind == Kind::ipv6 && host == "::");
}

Address Address::from_here() const {
    if (!is_any()) return *this;
    return {kind, kind == Kind::ipv4 ? "127.0.0.1" : "::1", port};
}

}  // namespace liaise::node::transport
