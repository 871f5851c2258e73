// What the transport needs of the KJ loop that it lives on, and the calls that all links share.
#pragma once

#include <kj/async-io.h>
#include <kj/async-unix.h>

#include "node/transport/transport.h"

namespace liaise::node::transport {

// All outlive the transport.
struct LoopParts {
    kj::UnixEventPort& port;
    kj::Timer& timer;
    kj::Network& network;  // looks names up, in a thread of its own
};

inline kj::Duration to_kj(Duration duration) {
    return duration.count() * kj::MILLISECONDS;
}

class LinkIds {
  public:
    LinkId next() { return LinkId{++last_}; }

  private:
    std::uint64_t last_ = 0;
};

// What send() refuses by size alone, whichever way the link was made.
inline Result<void> check_frame_size(std::size_t bytes, std::size_t bytes_max) {
    if (bytes == 0) return Error{ErrorCode::malformed, "empty frame"};
    if (bytes > bytes_max) return Error{ErrorCode::too_large, "frame over its limit", bytes};
    return {};
}

}  // namespace liaise::node::transport
