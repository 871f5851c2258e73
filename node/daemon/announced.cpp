#include "node/daemon/announced.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>

#include <algorithm>
#include <array>

#include "protocol/base/limits.h"

namespace liaise::node::daemon {
namespace {

using transport::Address;

bool means_us_elsewhere(const Address& address) {
    if (address.is_any() || address.is_name()) return false;
    const std::string& host = address.host;
    if (address.kind == Address::Kind::ipv4)
        return !host.starts_with("127.") && !host.starts_with("169.254.");
    const bool link_local =
        host.size() > 4 && host.starts_with("fe") && host[2] >= '8' && host[2] <= 'b';  // fe80::/10
    return host != "::1" && !link_local;
}

// What "any address" of this kind stands for; a wildcard of IPv6 takes connections of both kinds.
void add_own(const Address& any, std::span<const Address> own, std::vector<std::string>& announced) {
    for (const Address::Kind kind : {Address::Kind::ipv4, Address::Kind::ipv6})
        for (const Address& each : own)
            if (each.kind == kind && (kind == Address::Kind::ipv4 || any.kind == kind) &&
                means_us_elsewhere(each))
                announced.push_back(Address{each.kind, each.host, any.port}.text());
}

}  // namespace

std::vector<std::string> addresses_to_announce(std::span<const Address> bound,
                                               std::span<const std::string> named,
                                               std::span<const Address> of_interfaces) {
    std::vector<std::string> all(named.begin(), named.end());
    if (all.empty()) {
        for (const Address& address : bound) {
            if (address.is_any())
                add_own(address, of_interfaces, all);
            else
                all.push_back(address.text());
        }
    }
    std::vector<std::string> announced;
    for (const std::string& text : all)
        if (announced.size() < limits::addresses_max &&
            std::find(announced.begin(), announced.end(), text) == announced.end())
            announced.push_back(text);
    return announced;
}

std::vector<Address> addresses_of_interfaces() {
    std::vector<Address> addresses;
    ifaddrs* list = nullptr;
    if (getifaddrs(&list) != 0) return addresses;
    for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
        if (each->ifa_addr == nullptr || (each->ifa_flags & IFF_UP) == 0) continue;
        std::array<char, INET6_ADDRSTRLEN> host{};
        const void* const where =
            each->ifa_addr->sa_family == AF_INET
                ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(each->ifa_addr)->sin_addr)
            : each->ifa_addr->sa_family == AF_INET6
                ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(each->ifa_addr)->sin6_addr)
                : nullptr;
        if (where == nullptr ||
            inet_ntop(each->ifa_addr->sa_family, where, host.data(), host.size()) == nullptr)
            continue;
        const bool six = each->ifa_addr->sa_family == AF_INET6;
        const std::string text =
            six ? "[" + std::string(host.data()) + "]:0" : std::string(host.data()) + ":0";
        if (const auto address = Address::parse(text)) addresses.push_back(*address);
    }
    freeifaddrs(list);
    return addresses;
}

}  // namespace liaise::node::daemon
