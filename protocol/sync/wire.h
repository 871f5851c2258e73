// The frames of a session as values, and as bytes (docs/protocol/peer.md, "Frames").
//
// A frame is a type byte and a body. Types 1 to 31 are packed Cap'n Proto messages, whose fields and meaning
// protocol/schema/peer.capnp gives; types from 32 on have layouts of their own (numbers marked v are LEB128):
//   32 run     channel handle v | run (protocol/log/run.h)
//   33 chunk   channel handle v | chunk id 32 | sealed bytes, to the end
//   34 parcel  number v | sealed bytes, to the end
//   35 credit  charge released since the session began, u64
//
// parse_frame() checks form and limits, and nothing that needs a state. Views borrow from the frame.
#pragma once

#include <variant>
#include <vector>

#include "protocol/base/time.h"
#include "protocol/log/frontier.h"
#include "protocol/log/run.h"

namespace liaise::sync {

using Handle = std::uint32_t;  // a channel, as its sender numbered it
using Tag = FixedBytes<struct TagMeaning, 8>;
using ShortFingerprint = FixedBytes<struct ShortFingerprintMeaning, 16>;
using Nonce = FixedBytes<struct NonceMeaning, 32>;

// Why a session ends, as the other side is told: coarse on purpose.
enum class CloseReason : std::uint8_t {
    done,
    too_old,
    too_new,
    refused,
    misbehaved,
    overloaded,
    stalled,
};
const char* name_of(CloseReason reason);

struct HelloFrame {
    std::uint16_t version_min = 0;
    std::uint16_t version_max = 0;
    std::uint64_t features = 0;
    DeviceId device;
    Nonce nonce;
    Time clock{};  // the sender's; 1970 where it does not say
    bool operator==(const HelloFrame&) const = default;
};
struct ProofFrame {
    Signature signature;
};
struct OfferFrame {
    std::vector<Tag> tags;
};
struct WithdrawFrame {
    std::vector<Handle> handles;
};
struct Summary {
    Handle handle = 0;
    ShortFingerprint fingerprint;
    bool operator==(const Summary&) const = default;
};
struct SummariesFrame {
    std::vector<Summary> summaries;
};
struct HeadsFrame {
    Handle handle = 0;
    log::Frontier logs;
    bool frontier = false;
    bool more = false;
    bool ask = false;
    bool lazy = false;
};
struct TrailFrame {
    Handle handle = 0;
    WriterKey writer;
    std::vector<log::LogHead> points;  // ascending, 1 to trail_points_max
};
struct ClaimFrame {
    Handle handle = 0;
    log::SignedHeader entry;
};
struct ForkFrame {
    Handle handle = 0;
    Bytes proof;  // not looked at yet: two signature checks
};
struct WantChunksFrame {
    Handle handle = 0;
    std::vector<ChunkId> chunks;
};
struct ChunksMissingFrame {
    Handle handle = 0;
    std::vector<ChunkId> chunks;
};
struct ParcelsStoredFrame {
    std::vector<std::uint64_t> numbers;
};
struct GoodbyeFrame {
    CloseReason reason = CloseReason::done;
};
struct MarkFrame {
    std::uint64_t number = 0;
};
struct MarkedFrame {
    std::uint64_t number = 0;
};
struct RunFrame {
    Handle handle = 0;
    BytesView run;
};
struct ChunkFrame {
    Handle handle = 0;
    ChunkId chunk;
    BytesView sealed;
};
struct ParcelFrame {
    std::uint64_t number = 0;
    BytesView sealed;
};
struct CreditFrame {
    std::uint64_t released = 0;
};

using Frame =
    std::variant<HelloFrame, ProofFrame, OfferFrame, WithdrawFrame, SummariesFrame, HeadsFrame, TrailFrame,
                 ClaimFrame, ForkFrame, WantChunksFrame, ChunksMissingFrame, ParcelsStoredFrame, GoodbyeFrame,
                 MarkFrame, MarkedFrame, RunFrame, ChunkFrame, ParcelFrame, CreditFrame>;

// malformed or too_large; unsupported never: a type that we do not know is malformed, since what a peer may
// send was agreed in the hellos.
Result<Frame> parse_frame(BytesView frame);

Bytes encode(const HelloFrame& frame);
Bytes encode(const ProofFrame& frame);
Bytes encode(const OfferFrame& frame);
Bytes encode(const WithdrawFrame& frame);
Bytes encode(const SummariesFrame& frame);
Bytes encode(const HeadsFrame& frame);
Bytes encode(const TrailFrame& frame);
Bytes encode(const ClaimFrame& frame);
Bytes encode(const ForkFrame& frame);
Bytes encode(const WantChunksFrame& frame);
Bytes encode(const ChunksMissingFrame& frame);
Bytes encode(const ParcelsStoredFrame& frame);
Bytes encode(const GoodbyeFrame& frame);
Bytes encode(const MarkFrame& frame);
Bytes encode(const MarkedFrame& frame);
Bytes encode(const ChunkFrame& frame);
Bytes encode(const ParcelFrame& frame);
Bytes encode(const CreditFrame& frame);
// What stands before the run in a run frame; the run is built behind it.
Bytes run_frame_beginning(Handle handle);

}  // namespace liaise::sync
