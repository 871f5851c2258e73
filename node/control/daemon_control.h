// What the control API needs of the process around the application core. The daemon implements it; tests
// implement it with a fake.
//
// While the node is locked there is no application core: node() is null, and whatever the control server held
// of it was let go by Server::node_stops() before. Nothing here blocks: what takes time is a promise.
#pragma once

#include <kj/async.h>

#include <string>
#include <vector>

#include "node/service/node.h"
#include "node/service/refusal.h"
#include "protocol/base/time.h"
#include "protocol/crypto/secret.h"

namespace liaise::node::control {

// What is true of the process, locked or not.
struct DaemonFacts {
    std::string version;
    std::uint32_t pid = 0;
    std::string home;
    std::vector<std::string> listening;
    bool locked = false;
};

class DaemonControl {
  public:
    virtual ~DaemonControl() = default;

    // The reading of this turn of the loop.
    virtual Time now() const = 0;
    virtual DaemonFacts facts() = 0;

    // Null while locked. Not kept by the caller beyond its own turn.
    virtual service::Node* node() = 0;
    // The node was called, or is about to be: its deadline may have moved, its links may have something to
    // send, a group of writes may wait to be flushed, upkeep makes way for a person. Never calls back into
    // the control server before it returns.
    virtual void node_was_used() = 0;

    // Answers once everything is on disk and the sockets are closed. The process ends soon after, and leaves
    // the answer the time to reach its reader.
    virtual kj::Promise<service::Outcome<service::Done>> stop() = 0;
    // Locking what is locked, and unlocking what is not, is done at once. A wrong passphrase is the refusal
    // service::Exit::not_allowed; guesses are counted by the control server (unlock_guard.h).
    virtual kj::Promise<service::Outcome<service::Done>> lock() = 0;
    virtual kj::Promise<service::Outcome<service::Done>> unlock(crypto::SecretBytes passphrase) = 0;
};

}  // namespace liaise::node::control
