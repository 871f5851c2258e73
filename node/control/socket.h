// The Unix socket that carries the control API: `control.sock` in the home.
//
// - Made under umask 0177 in a home that is 0700: another local user cannot even connect. The peer's user id
//   is compared with ours all the same. Attack: a home on a file system or in a container that ignores modes.
// - A socket that a killed daemon left behind is replaced. Two daemons on one home are kept apart by the
//   `lock` file of the home, which the daemon takes first; the socket does not decide.
// - The path is opened through the folder's descriptor, so that homes with paths longer than a socket address
//   (108 bytes) work.
// - At most limits::control_connections_max connections at a time, further ones are closed at once; at most
//   limits::control_message_bytes_max in a message, and control_in_flight_bytes_max in unanswered calls.
// - Closing (the destructor) takes the socket file away.
#pragma once

#include <kj/async-io.h>

#include <filesystem>
#include <memory>

#include "node/control/server.h"
#include "protocol/base/result.h"

namespace liaise::node::control {

class ControlSocket {
  public:
    virtual ~ControlSocket() = default;
    virtual std::size_t connections() const = 0;
};

inline constexpr const char* socket_name = "control.sock";

// Listens and serves for as long as the result lives; `server` and `io` outlive it. `owner` is the one user
// id that is served: the process's own, except in tests.
Result<std::unique_ptr<ControlSocket>> serve_control(const std::filesystem::path& home, Server& server,
                                                     kj::LowLevelAsyncIoProvider& io);
Result<std::unique_ptr<ControlSocket>> serve_control(const std::filesystem::path& home, Server& server,
                                                     kj::LowLevelAsyncIoProvider& io, unsigned owner);

}  // namespace liaise::node::control
