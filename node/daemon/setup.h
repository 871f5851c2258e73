// `liaised --setup`: makes a home, as the client on standard input asks (Setup in
// protocol/schema/control.capnp).
#pragma once

#include <string>

#include "protocol/base/random.h"

namespace liaise::node::daemon {

// Serves one client on standard input, a socket, until it goes away; gives the exit code.
int run_setup(const std::string& home, RandomSource& random);

}  // namespace liaise::node::daemon
