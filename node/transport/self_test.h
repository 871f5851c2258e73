// Does our own listener turn strangers away? Asked at start, from outside, as a stranger would
// (docs/transport.md, "The self-test").
//
// Two strangers dial: one with a fresh random key that nobody can have admitted, one without CURVE. The first
// must be answered with a refusal (so the policy was asked, and said no), the second must get no handshake.
// Everything else fails the test: let in, no answer in time, not reached.
//
// Attack: libzmq admits every key when one option or the ZAP handler is missing, and says nothing of it.
#pragma once

#include "node/transport/dialled_connection.h"

namespace liaise::node::transport {

// not_authentic: a stranger got in. unavailable: that could not be settled within `time`. The arguments by
// reference outlive the promise.
kj::Promise<Result<void>> self_test(const LoopParts& loop, ZmqContext& context, const Address& listener,
                                    const DhPublicKey& server_key, const SocketTimes& times, Duration time,
                                    RandomSource& random);

}  // namespace liaise::node::transport
