// What others are told to dial: the addresses that stand in tickets and in the directory.
//
// In:  where we listen, what the operator names (--announce), and the addresses of this machine's interfaces.
// Out: what the operator named, alone; or else what we listen on, with "any address" (0.0.0.0, [::]) replaced
//      by the machine's own. Never an address that means another machine to whoever reads it.
//
// - Of the machine's own, loopback and link-local ones are left out: they say nothing elsewhere. Where
//   nothing is left nothing is announced, and a ticket is refused with the reason.
// - IPv4 before IPv6; at most limits::addresses_max.
#pragma once

#include <span>
#include <vector>

#include "node/transport/address.h"

namespace liaise::node::daemon {

std::vector<std::string> addresses_to_announce(std::span<const transport::Address> bound,
                                               std::span<const std::string> named,
                                               std::span<const transport::Address> of_interfaces);

// Of all interfaces that are up, in the system's order; the port is 0.
std::vector<transport::Address> addresses_of_interfaces();

}  // namespace liaise::node::daemon
