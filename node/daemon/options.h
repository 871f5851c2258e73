// What the daemon is told on its command line. Secrets are never in it: the passphrase comes through a
// descriptor.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/service/event_log.h"
#include "node/service/refusal.h"

namespace liaise::node::daemon {

struct Options {
    std::string home;
    std::vector<std::string> listen;    // "127.0.0.1:0", "[::]:7400"
    std::vector<std::string> announce;  // what others are told to dial; empty: what we listen on
    std::optional<int> passphrase_fd;   // the passphrase, up to its end
    std::optional<int> ready_fd;        // told "ready" or "refused EXIT SENTENCE", one line
    service::Level log_level = service::Level::info;
    bool setup = false;  // make a home: see Setup in protocol/schema/control.capnp
    bool help = false;
    bool version = false;
};

service::Outcome<Options> parse_options(const std::vector<std::string>& arguments);
// The descriptor of --ready-fd among these, also where the rest cannot be understood: whoever started us is
// to hear why not.
std::optional<int> ready_descriptor(const std::vector<std::string>& arguments);
std::string options_help();

}  // namespace liaise::node::daemon
