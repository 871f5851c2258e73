// One peer, for as long as a connection lasts: finds what the two sides have in common and keeps it equal
// (docs/protocol/peer.md).
//
// In:  the peer's frames, the passing of time, and what happens at home (entries stored, channels joined,
//      chunks wanted, messages for the peer's device).
// Out: effects, in the order in which they must happen. No socket, clock, disk or channel key.
//
//   fresh --start--> greeting --their hello--> proving --their proof--> open --goodbye, refusal, time-->
//   closed
//
//   fresh     nothing said. The dialler starts when connected, the listener when a first frame comes.
//   greeting  our hello is out. Anything but a hello is refused.
//   proving   our proof is out. Anything but a proof is refused.
//   open      offers, then each shared channel by itself: offered -> summary -> (frontier ->) synced.
//   closed    every call does nothing.
//
// - receive() either accepts a frame whole or refuses it and changes nothing; a refusal ends the session by
//   refuse(), which says goodbye with a coarse reason. A peer learns nothing from what exactly was wrong.
// - Entries are asked for by who lacks them, log by log, and sent under credit; own new entries are pushed at
//   once. Others' entries are pushed until the peer says they reach it sooner on another way.
// - What arrives twice, crosses or comes late is passed over; only its number is limited (patience.h).
// - One log that does not verify is refused by itself. Attack: an author whose poisoned entry would make
//   every honest forwarder lose its connections, again and again.
// - A store that was put back from a copy shows as OwnLogAhead, on the strength of our own signature alone: a
//   peer cannot stop us from writing by a mere claim.
#pragma once

#include <functional>
#include <span>

#include "protocol/sync/replica.h"
#include "protocol/sync/session_state.h"

namespace liaise::sync {

struct SessionConfig {
    Party self;
    Party peer;
    Role role;
    std::uint64_t features = 0;
};

// A log that grew durably: what it was before.
struct LogAdvance {
    ChannelId channel;
    WriterKey writer;
    log::LogHead before;
};

class Session {
  public:
    static constexpr Duration handshake_time_max = std::chrono::seconds(30);
    static constexpr Duration stall_time_max = std::chrono::minutes(5);
    static constexpr Duration ask_delay =
        std::chrono::milliseconds(200);  // for news that is under way already
    static constexpr unsigned bulk_frames_a_turn = 8;

    // The references outlive the session.
    Session(const SessionConfig& config, const crypto::SigningKey& device_key, const Replica& replica,
            RandomSource& random);

    Effects start(Time now);
    // A refusal changes nothing; the driver calls refuse() with it.
    Result<Effects> receive(BytesView frame, Time now);
    Effects refuse(const Error& error, Time now);
    // The end from our side: done when shutting down.
    Effects leave(CloseReason reason, Time now);

    // When tick() is due at the latest. A time in the past: there is more to send than one turn's share.
    std::optional<Time> deadline() const;
    Effects tick(Time now);

    // What an effect with this receipt asked for is durable; or will not be done (refused by the store, over
    // a quota): the log of a dropped run is left alone for the rest of the session.
    Effects stored(Receipt receipt, Time now);
    Effects dropped(Receipt receipt, Time now);

    // After each commit, on every session: the logs that grew, whether by own entries, by this session or
    // by another.
    Effects logs_advanced(std::span<const LogAdvance> logs, Time now);
    // A log was cut back (fork, bad signature), or its writer was admitted just now.
    Effects log_reset(const ChannelId& channel, const WriterKey& writer, Time now);
    // Replica::offered_to gives another answer than before.
    Effects channels_changed(Time now);

    // not_known when the peer does not share the channel. A chunk is asked for once; give_up is final for
    // this question.
    Result<Effects> want_chunk(const ChannelId& channel, const ChunkId& chunk, Time now);
    void give_up_chunk(const ChannelId& channel, const ChunkId& chunk);

    // too_large, or exhausted beyond parcels_queued_max.
    Result<Effects> send_parcel(ParcelId parcel, BytesView sealed, Time now);

    // Asks the peer to say when it is in step with us: the answer is the effect Marked. One at a time: while
    // an answer is awaited (mark_open) this does nothing.
    Effects mark(Time now);
    bool mark_open() const { return state_.mark_open; }

    SessionPhase phase() const { return state_.phase; }
    bool in_step() const { return state_.in_step.value_or(false); }
    bool shares(const ChannelId& channel) const;
    const SessionState& state() const { return state_; }

  private:
    // One call's doings: effects so far, and what is put together at its end.
    struct Turn {
        Time now;
        Effects effects{};
        std::map<ChannelId, std::set<WriterKey>> tell{};  // logs whose heads the peer should hear
        std::set<ChannelId> tell_less{};                  // channels in which we ask for fewer pushes
        std::set<ChannelId> touched{};                    // whose in_step may have changed
        std::vector<std::uint64_t> parcels_stored{};
        SummariesFrame summaries{};

        void send(Bytes frame) { effects.push_back(SendFrame{std::move(frame)}); }
    };

    // session.cpp
    Effects finish(Turn&& turn);
    Result<void> expect(SessionPhase phase) const;
    Result<void> useless(Turn& turn);
    void close(CloseReason reason, bool by_peer, std::optional<Error> error, Turn& turn);
    void update_in_step(Turn& turn);
    void update_waiting(Turn& turn);

    Result<void> on(const HelloFrame& frame, BytesView bytes, Turn& turn);
    Result<void> on(const ProofFrame& frame, BytesView bytes, Turn& turn);
    Result<void> on(const GoodbyeFrame& frame, BytesView bytes, Turn& turn);
    Result<void> on(const CreditFrame& frame, BytesView bytes, Turn& turn);
    Result<void> on(const MarkFrame& frame, BytesView bytes, Turn& turn);
    Result<void> on(const MarkedFrame& frame, BytesView bytes, Turn& turn);
    bool may_answer_mark() const;

    // session_channels.cpp
    Result<void> on(const OfferFrame& frame, BytesView bytes, Turn& turn);
    Result<void> on(const WithdrawFrame& frame, BytesView bytes, Turn& turn);
    Result<void> on(const SummariesFrame& frame, BytesView bytes, Turn& turn);
    void take_summary(SharedChannel& channel, const ShortFingerprint& fingerprint, Turn& turn);
    void offer(const std::vector<OfferedChannel>& channels, Turn& turn);
    void match(SharedChannel& channel, Turn& turn);
    void unmatch(SharedChannel& channel, Turn& turn);
    void send_frontier(const SharedChannel& channel, Turn& turn);
    void become_synced(SharedChannel& channel, Turn& turn);
    Result<void> check_handle(Handle handle) const;
    SharedChannel* shared_by(Handle theirs);

    // session_heads.cpp
    // The track of a log; a new one says that the peer stands where we do.
    static LogTrack& track_of(SharedChannel& channel, const LogStatus& status);
    Result<void> on(const HeadsFrame& frame, BytesView bytes, Turn& turn);
    Result<void> take_frontier(SharedChannel& channel, const HeadsFrame& frame, Turn& turn);
    bool take_head(SharedChannel& channel, const log::LogState& head, const HeadsFrame& frame, Turn& turn);
    void advance(SharedChannel& channel, const WriterKey& writer, const log::LogHead& before, Turn& turn);
    void reset(SharedChannel& channel, const WriterKey& writer, Turn& turn);
    void want_to_ask(SharedChannel& channel, Time at);
    bool should_ask(const LogStatus& status, const LogTrack& track) const;
    void send_asks(SharedChannel& channel, Turn& turn);
    void send_heads(Turn& turn);
    void forget_if_equal(SharedChannel& channel, const WriterKey& writer, const LogStatus& status);

    // session_runs.cpp
    Result<void> on(const RunFrame& frame, BytesView bytes, Turn& turn);
    Result<void> take_run(SharedChannel& channel, const LogStatus& status, const log::RunView& run,
                          std::size_t frame_bytes, Turn& turn);
    Result<void> take_duplicate(SharedChannel& channel, const LogStatus& status, const log::RunView& run,
                                std::size_t frame_bytes, Turn& turn);
    Result<void> reject_run(SharedChannel& channel, const LogStatus& status, const log::RunView& run,
                            const log::LogHead& base, const Error& error, std::size_t frame_bytes,
                            Turn& turn);
    void accept_run(SharedChannel& channel, const LogStatus& status, log::VerifiedRun run,
                    std::size_t frame_bytes, Turn& turn);
    Receipt take_bulk(std::size_t frame_bytes, Pending pending);
    Result<void> pass_over(std::size_t frame_bytes, Turn& turn);
    void queue_run(SharedChannel& channel, const WriterKey& writer, LogTrack& track, bool first);
    void pump(Turn& turn);
    bool send_run(Turn& turn);

    // session_forks.cpp
    Result<void> on(const TrailFrame& frame, BytesView bytes, Turn& turn);
    Result<void> on(const ClaimFrame& frame, BytesView bytes, Turn& turn);
    Result<void> on(const ForkFrame& frame, BytesView bytes, Turn& turn);
    std::optional<EntryId> id_at(const SharedChannel& channel, const log::LogState& mine,
                                 std::uint64_t sequence) const;
    void search_fork(SharedChannel& channel, const LogStatus& status, LogTrack& track,
                     std::uint64_t differing, Turn& turn);
    void tell_fork(SharedChannel& channel, const LogStatus& status, LogTrack& track, Turn& turn);

    // session_parcels.cpp: chunks and parcels
    Result<void> on(const WantChunksFrame& frame, BytesView bytes, Turn& turn);
    Result<void> on(const ChunksMissingFrame& frame, BytesView bytes, Turn& turn);
    Result<void> on(const ChunkFrame& frame, BytesView bytes, Turn& turn);
    Result<void> on(const ParcelFrame& frame, BytesView bytes, Turn& turn);
    Result<void> on(const ParcelsStoredFrame& frame, BytesView bytes, Turn& turn);
    void ask_for_chunks(Turn& turn);
    bool send_chunk(Turn& turn);
    bool send_waiting_parcel(Turn& turn);

    SessionConfig config_;
    Handshake handshake_;
    const crypto::SigningKey& device_key_;
    const Replica& replica_;
    RandomSource& random_;
    SessionState state_;
};

}  // namespace liaise::sync
