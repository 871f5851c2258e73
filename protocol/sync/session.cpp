#include "protocol/sync/session.h"

#include <type_traits>

namespace liaise::sync {
namespace {

template <class Frame>
constexpr bool is_bulk = std::is_same_v<Frame, RunFrame> || std::is_same_v<Frame, ChunkFrame> ||
                         std::is_same_v<Frame, ParcelFrame>;

// What the other side is told of a refusal: as little as helps an honest one.
CloseReason reason_for(const Error& error, SessionPhase phase) {
    if (phase != SessionPhase::open) {
        if (error.code != ErrorCode::unsupported) return CloseReason::refused;
        return error.at == 1 ? CloseReason::too_old : CloseReason::too_new;
    }
    return error.code == ErrorCode::exhausted ? CloseReason::overloaded : CloseReason::misbehaved;
}

}  // namespace

Session::Session(const SessionConfig& config, const crypto::SigningKey& device_key, const Replica& replica,
                 RandomSource& random)
    : config_(config),
      handshake_(config.self, config.peer, config.role),
      device_key_(device_key),
      replica_(replica),
      random_(random) {}

bool Session::shares(const ChannelId& channel) const {
    const auto found = state_.channels.find(channel);
    return found != state_.channels.end() && found->second.phase != ChannelPhase::offered;
}

Result<void> Session::expect(SessionPhase phase) const {
    if (state_.phase != phase) return Error{ErrorCode::malformed, "frame out of its order"};
    return {};
}

Result<void> Session::useless(Turn& turn) {
    if (!state_.patience.spend(turn.now))
        return Error{ErrorCode::exhausted, "too many frames that told us nothing"};
    return {};
}

void Session::close(CloseReason reason, bool by_peer, std::optional<Error> error, Turn& turn) {
    if (!by_peer && state_.phase != SessionPhase::fresh) turn.send(encode(GoodbyeFrame{reason}));
    turn.effects.push_back(Closed{reason, by_peer, error});
    state_ = SessionState{};
    state_.phase = SessionPhase::closed;
}

Effects Session::start(Time now) {
    Turn turn{now};
    if (state_.phase != SessionPhase::fresh) return {};
    state_.phase = SessionPhase::greeting;
    state_.opened_at = now;
    turn.send(handshake_.hello(config_.features, random_.draw<Nonce>(), now));
    return finish(std::move(turn));
}

Result<Effects> Session::receive(BytesView bytes, Time now) {
    if (state_.phase == SessionPhase::closed || state_.phase == SessionPhase::fresh)
        return Error{ErrorCode::unavailable, "no session is open"};
    const Frame frame = LIAISE_TRY(parse_frame(bytes));
    Turn turn{now};
    LIAISE_TRY(std::visit(
        [&](const auto& it) -> Result<void> {
            if constexpr (is_bulk<std::decay_t<decltype(it)>>) {
                LIAISE_TRY(expect(SessionPhase::open));
                LIAISE_TRY(state_.receive_credit.check(bytes.size()));
            }
            return on(it, bytes, turn);
        },
        frame));
    state_.progress_at = now;
    return finish(std::move(turn));
}

Effects Session::refuse(const Error& error, Time now) {
    if (state_.phase == SessionPhase::closed) return {};
    Turn turn{now};
    close(reason_for(error, state_.phase), false, error, turn);
    return std::move(turn.effects);
}

Effects Session::leave(CloseReason reason, Time now) {
    if (state_.phase == SessionPhase::closed) return {};
    Turn turn{now};
    close(reason, false, std::nullopt, turn);
    return std::move(turn.effects);
}

Result<void> Session::on(const HelloFrame& frame, BytesView bytes, Turn& turn) {
    LIAISE_TRY(expect(SessionPhase::greeting));
    LIAISE_TRY(handshake_.check_hello(frame));
    handshake_.accept_hello(frame, bytes, turn.now);
    state_.phase = SessionPhase::proving;
    turn.send(encode(handshake_.proof(device_key_)));
    return {};
}

Result<void> Session::on(const ProofFrame& frame, BytesView, Turn& turn) {
    LIAISE_TRY(expect(SessionPhase::proving));
    LIAISE_TRY(handshake_.check_proof(frame));
    state_.phase = SessionPhase::open;
    state_.transcript = handshake_.transcript();
    turn.effects.push_back(Opened{handshake_.version(), handshake_.features(), handshake_.clock_ahead()});
    offer(replica_.offered_to(config_.peer.device), turn);
    return {};
}

Result<void> Session::on(const GoodbyeFrame& frame, BytesView, Turn& turn) {
    close(frame.reason, true, std::nullopt, turn);
    return {};
}

Result<void> Session::on(const CreditFrame& frame, BytesView, Turn&) {
    LIAISE_TRY(expect(SessionPhase::open));
    LIAISE_TRY(state_.send_credit.check_released(frame.released));
    state_.send_credit.released(frame.released);
    return {};
}

Result<void> Session::on(const MarkFrame& frame, BytesView, Turn&) {
    LIAISE_TRY(expect(SessionPhase::open));
    if (state_.mark_owed || frame.number != state_.marks_received + 1)
        return Error{ErrorCode::malformed, "mark out of its order", frame.number};
    state_.marks_received = frame.number;
    state_.mark_owed = true;
    return {};
}

Result<void> Session::on(const MarkedFrame& frame, BytesView, Turn& turn) {
    LIAISE_TRY(expect(SessionPhase::open));
    if (!state_.mark_open || frame.number != state_.marks_sent)
        return Error{ErrorCode::malformed, "answer to no mark of ours", frame.number};
    state_.mark_open = false;
    turn.effects.push_back(Marked{});
    return {};
}

Effects Session::mark(Time now) {
    if (state_.phase != SessionPhase::open || state_.mark_open) return {};
    Turn turn{now};
    state_.mark_open = true;
    turn.send(encode(MarkFrame{++state_.marks_sent}));
    return finish(std::move(turn));
}

bool Session::may_answer_mark() const {
    return state_.mark_owed && in_step() && state_.pending.empty() && !state_.more_to_send;
}

std::optional<Time> Session::deadline() const {
    std::optional<Time> earliest;
    const auto at = [&](Time time) {
        if (!earliest || time < *earliest) earliest = time;
    };
    switch (state_.phase) {
        case SessionPhase::fresh:
        case SessionPhase::closed:
            break;
        case SessionPhase::greeting:
        case SessionPhase::proving:
            at(state_.opened_at + handshake_time_max);
            break;
        case SessionPhase::open:
            if (state_.more_to_send || may_answer_mark()) at(state_.turn_at);
            if (state_.waiting) at(state_.progress_at + stall_time_max);
            for (const auto& [id, channel] : state_.channels)
                if (channel.ask_at) at(*channel.ask_at);
            break;
    }
    return earliest;
}

Effects Session::tick(Time now) {
    Turn turn{now};
    const bool greeting = state_.phase == SessionPhase::greeting || state_.phase == SessionPhase::proving;
    const bool late = greeting && now >= state_.opened_at + handshake_time_max;
    const bool stalled = state_.waiting && now >= state_.progress_at + stall_time_max;
    if (late || stalled) {
        close(CloseReason::stalled, false, std::nullopt, turn);
        return std::move(turn.effects);
    }
    // In a turn of its own: what followed at home from the last thing the peer sent was told before.
    if (may_answer_mark()) {
        state_.mark_owed = false;
        turn.send(encode(MarkedFrame{state_.marks_received}));
    }
    return finish(std::move(turn));
}

Effects Session::stored(Receipt receipt, Time now) {
    Turn turn{now};
    const auto pending = state_.pending.find(receipt);
    if (pending == state_.pending.end()) return {};
    state_.receive_credit.release(pending->second.frame_bytes);
    if (const auto* parcel = std::get_if<PendingParcel>(&pending->second.what))
        turn.parcels_stored.push_back(parcel->number);
    state_.pending.erase(pending);
    return finish(std::move(turn));
}

Effects Session::dropped(Receipt receipt, Time now) {
    Turn turn{now};
    const auto pending = state_.pending.find(receipt);
    if (pending == state_.pending.end()) return {};
    state_.receive_credit.release(pending->second.frame_bytes);
    if (const auto* run = std::get_if<PendingRun>(&pending->second.what)) {
        const auto channel = state_.channels.find(run->channel);
        if (channel != state_.channels.end()) {
            const auto track = channel->second.logs.find(run->writer);
            if (track != channel->second.logs.end()) {
                track->second.accepted = {};
                track->second.asked = false;
                track->second.refused = true;
            }
            turn.touched.insert(run->channel);
            turn.tell[run->channel].insert(run->writer);  // should it be a fork, the peer will see it
        }
    }
    state_.pending.erase(pending);
    return finish(std::move(turn));
}

Effects Session::finish(Turn&& turn) {
    if (state_.phase == SessionPhase::open) {
        if (!turn.summaries.summaries.empty()) turn.send(encode(turn.summaries));
        for (auto& [id, channel] : state_.channels)
            if (channel.ask_at && *channel.ask_at <= turn.now) send_asks(channel, turn);
        ask_for_chunks(turn);
        send_heads(turn);
        if (!turn.parcels_stored.empty()) turn.send(encode(ParcelsStoredFrame{turn.parcels_stored}));
        pump(turn);
        if (state_.receive_credit.must_tell()) turn.send(encode(CreditFrame{state_.receive_credit.tell()}));
        update_in_step(turn);
        update_waiting(turn);
    }
    state_.turn_at = turn.now;
    return std::move(turn.effects);
}

void Session::update_in_step(Turn& turn) {
    for (const ChannelId& id : turn.touched) {
        const auto found = state_.channels.find(id);
        if (found == state_.channels.end()) continue;
        SharedChannel& channel = found->second;
        // What does not verify will not come into step, and is told apart (LogRefused).
        const bool equal = std::all_of(channel.logs.begin(), channel.logs.end(),
                                       [](const auto& log) { return log.second.refused; });
        channel.in_step = channel.phase == ChannelPhase::synced && equal;
    }
    bool in_step = state_.their_offer_came && state_.parcels_open.empty();
    for (const auto& [id, channel] : state_.channels)
        in_step = in_step && (channel.phase == ChannelPhase::offered || channel.in_step);
    if (state_.in_step == in_step) return;
    state_.in_step = in_step;
    turn.effects.push_back(InStep{in_step});
}

void Session::update_waiting(Turn& turn) {
    bool waiting =
        state_.chunk_wants.open() > 0 || !state_.their_offer_came ||
        (!state_.send_credit.has_room() &&
         (!state_.runs_to_send.empty() || !state_.chunks_to_send.empty() || !state_.parcels_to_send.empty()));
    for (const auto& [id, channel] : state_.channels) {
        if (waiting) break;
        waiting = channel.phase == ChannelPhase::summary || channel.phase == ChannelPhase::frontier ||
                  std::any_of(channel.logs.begin(), channel.logs.end(),
                              [](const auto& log) { return log.second.asked && !log.second.refused; });
    }
    if (waiting && !state_.waiting) state_.progress_at = turn.now;
    state_.waiting = waiting;
}

}  // namespace liaise::sync
