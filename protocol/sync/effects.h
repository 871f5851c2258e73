// What a session wants done, in the order in which it must happen (docs/protocol/peer.md, "The driver's
// duties").
//
// The driver carries effects out in order and stops at the first that fails. What is marked with a Receipt
// must be made durable, and then reported with Session::stored (or ::dropped): until then it counts against
// the peer's credit, and is neither acknowledged nor forwarded.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "protocol/log/equivocation.h"
#include "protocol/log/frontier.h"
#include "protocol/log/run.h"
#include "protocol/sync/wire.h"

namespace liaise::sync {

using Receipt = std::uint64_t;   // rising within a session
using ParcelId = std::uint64_t;  // the driver's own name for a parcel that it sends

struct SendFrame {
    Bytes frame;
};
// The peer is who it should be; frames of substance follow.
struct Opened {
    std::uint16_t version;
    std::uint64_t features;
    std::optional<Duration> clock_ahead;  // how far the peer's clock was ahead of ours, if it says
};
// Entries that extend a log by what is durable here and what was accepted before, in order. Which of them
// were verified on their own is marked; the others' signatures are checked in idle time.
struct AcceptRun {
    Receipt receipt;
    log::VerifiedRun run;
};
// Comes just before the AcceptRun that shows it: a peer holds entries of OUR OWN log beyond what we have, so
// our store was put back from an older copy. Stop writing to this log for good; take a new device key and new
// logs.
struct OwnLogAhead {
    ChannelId channel;
    WriterKey writer;
    std::uint64_t sequence;
};
// Keep it if it is the lowest for its log; what lies at or behind it no longer counts. Then
// Session::log_reset on every session.
struct AcceptEquivocation {
    log::EquivocationProof proof;
};
// An entry of ours, taken under a later signature, carries a bad one of its own. Cut the log back to before
// it, mark the log as doubted, then Session::log_reset on every session.
struct BadSignatureStored {
    ChannelId channel;
    WriterKey writer;
    std::uint64_t sequence;
};
// Entries of this log from this peer do not verify; the session goes on without the log.
struct LogRefused {
    ChannelId channel;
    WriterKey writer;
    std::uint64_t sequence;
    Error error;
};
// A chunk that was wanted, verified against its name.
struct AcceptChunk {
    Receipt receipt;
    ChannelId channel;
    ChunkId chunk;
    Bytes sealed;
};
// The peer does not have it, or no longer shares the channel: ask elsewhere.
struct ChunkUnavailable {
    ChannelId channel;
    ChunkId chunk;
};
// A message sealed to this device. The same one may come again, on another session: its hash tells.
struct AcceptParcel {
    Receipt receipt;
    Bytes sealed;
};
struct ParcelDelivered {
    ParcelId parcel;
};
// What the peer holds durably of these logs, as it says: for delivery states.
struct PeerHeads {
    ChannelId channel;
    log::Frontier heads;
};
// Whether each side now holds, durably, all that the other has in the channels both share, and each parcel of
// ours has arrived. Given when it changes.
struct InStep {
    bool in_step;
};
// The answer to mark() came: since then nothing is under way between the two that either knew of.
struct Marked {};
// The session is over: close the connection. `error` is for our own log; the peer was told the reason alone.
struct Closed {
    CloseReason reason;
    bool by_peer;
    std::optional<Error> error;
};

using Effect = std::variant<SendFrame, Opened, AcceptRun, OwnLogAhead, AcceptEquivocation, BadSignatureStored,
                            LogRefused, AcceptChunk, ChunkUnavailable, AcceptParcel, ParcelDelivered,
                            PeerHeads, InStep, Marked, Closed>;
using Effects = std::vector<Effect>;

}  // namespace liaise::sync
