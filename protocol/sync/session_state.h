// What a session remembers. A value: tests copy it and compare, to see that a refused frame changed nothing.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <unordered_map>

#include "protocol/base/time.h"
#include "protocol/sync/chunk_exchange.h"
#include "protocol/sync/credit.h"
#include "protocol/sync/effects.h"
#include "protocol/sync/handshake.h"
#include "protocol/sync/patience.h"

namespace liaise::sync {

enum class SessionPhase : std::uint8_t {
    fresh,     // nothing said
    greeting,  // hello sent, theirs awaited
    proving,   // proof sent, theirs awaited
    open,
    closed,
};

enum class ChannelPhase : std::uint8_t {
    offered,   // by us alone
    summary,   // by both; our summary sent, theirs awaited
    frontier,  // summaries differ; our frontier sent, theirs awaited
    synced,    // differences are known log by log; changes go as they come
};

// One log, for as long as the two sides differ in it or something of it is under way. A log without one is
// the same at the peer as it is durably here.
struct LogTrack {
    log::LogState peer;      // what the peer last said to hold durably
    log::LogHead accepted;   // what was taken from it, on its way to our disk; empty when nothing is
    std::uint64_t next = 0;  // the first entry not yet sent; 0: nothing to send until the peer asks
    log::LogHead searched;   // the peer's head for which the search for a fork was started
    std::uint64_t fork_told = 0;
    std::uint8_t rejected = 0;
    bool asked = false;    // we asked, and the answer is not complete
    bool queued = false;   // waits for its turn to be sent
    bool refused = false;  // its entries from this peer do not verify

    bool operator==(const LogTrack&) const = default;
};

struct SharedChannel {
    ChannelId id;
    crypto::Key tag_key;
    Handle mine = 0;
    Handle theirs = 0;  // once phase is beyond `offered`
    ChannelPhase phase = ChannelPhase::offered;
    ShortFingerprint summary;                   // as sent
    std::optional<WriterKey> frontier_through;  // their frontier has come up to here
    std::map<WriterKey, LogTrack> logs;
    std::map<WriterKey, log::LogHead> advanced;  // heads before what came while not yet synced
    std::set<WriterKey> reset;                   // logs to compare anew, once synced
    std::optional<Time> ask_at;
    bool peer_wants_less = false;  // others' entries are announced to it, not sent
    bool we_want_less = false;     // and to us
    bool in_step = false;

    bool operator==(const SharedChannel&) const = default;
};

struct PendingRun {
    ChannelId channel;
    WriterKey writer;
    bool operator==(const PendingRun&) const = default;
};
struct PendingChunk {
    bool operator==(const PendingChunk&) const = default;
};
struct PendingParcel {
    std::uint64_t number;
    bool operator==(const PendingParcel&) const = default;
};
struct Pending {
    std::size_t frame_bytes;
    std::variant<PendingRun, PendingChunk, PendingParcel> what;
    bool operator==(const Pending&) const = default;
};

struct WaitingParcel {
    std::uint64_t number;
    Bytes sealed;
    bool operator==(const WaitingParcel&) const = default;
};

struct SessionState {
    SessionPhase phase = SessionPhase::fresh;
    Time opened_at{};
    Transcript transcript;

    std::vector<std::optional<ChannelId>> my_handles;  // nothing for decoys and what was withdrawn
    std::map<Tag, Handle> their_tags;                  // not withdrawn
    Handle their_handles = 0;                          // how many they used
    std::unordered_map<Handle, ChannelId> by_their_handle;
    std::map<ChannelId, SharedChannel> channels;
    bool their_offer_came = false;

    SendCredit send_credit;
    ReceiveCredit receive_credit;
    Patience patience;
    std::uint64_t rejected_runs = 0;
    Receipt next_receipt = 1;
    std::map<Receipt, Pending> pending;

    std::deque<std::pair<ChannelId, WriterKey>> runs_to_send;
    std::deque<ChunkName> chunks_to_send;
    ChunkWants chunk_wants;
    std::deque<WaitingParcel> parcels_to_send;
    std::map<std::uint64_t, ParcelId> parcels_open;  // sent or to be sent, not yet stored there
    std::uint64_t next_parcel = 1;

    std::optional<bool> in_step;  // as last told
    bool more_to_send = false;    // this turn's share is used up
    bool waiting = false;         // for the peer
    bool mark_open = false;       // our last mark is not answered
    bool mark_owed = false;       // an answer to the peer's last
    std::uint64_t marks_sent = 0;
    std::uint64_t marks_received = 0;
    Time turn_at{};
    Time progress_at{};  // when the peer last did something, or the waiting began

    bool operator==(const SessionState&) const = default;
};

}  // namespace liaise::sync
