// Entries: taking runs, and sending them.
#include "protocol/sync/session.h"

namespace liaise::sync {

Receipt Session::take_bulk(std::size_t frame_bytes, Pending pending) {
    state_.receive_credit.took(frame_bytes);
    const Receipt receipt = state_.next_receipt++;
    state_.pending.emplace(receipt, std::move(pending));
    return receipt;
}

// A bulk frame of no use: it still went through the window.
Result<void> Session::pass_over(std::size_t frame_bytes, Turn& turn) {
    LIAISE_TRY(useless(turn));
    state_.receive_credit.took(frame_bytes);
    state_.receive_credit.release(frame_bytes);
    return {};
}

Result<void> Session::on(const RunFrame& frame, BytesView bytes, Turn& turn) {
    LIAISE_TRY(check_handle(frame.handle));
    const log::RunView run = LIAISE_TRY(log::parse_run(frame.run));
    SharedChannel* channel = shared_by(frame.handle);
    if (channel == nullptr || channel->phase != ChannelPhase::synced) return pass_over(bytes.size(), turn);
    const auto status = replica_.log(channel->id, run.writer);
    const auto track = channel->logs.find(run.writer);
    const bool refused = track != channel->logs.end() && track->second.refused;
    const bool behind_fork = status && status->state.forked_at != 0 && run.last() >= status->state.forked_at;
    if (!status || refused || behind_fork) return pass_over(bytes.size(), turn);
    return take_run(*channel, *status, run, bytes.size(), turn);
}

Result<void> Session::take_run(SharedChannel& channel, const LogStatus& status, const log::RunView& run,
                               std::size_t frame_bytes, Turn& turn) {
    const log::LogState& mine = status.state;
    const auto track = channel.logs.find(run.writer);
    const bool under_way =
        track != channel.logs.end() && track->second.accepted.sequence > mine.head.sequence;
    const log::LogHead known = under_way ? track->second.accepted : mine.head;
    if (run.last() <= known.sequence) return take_duplicate(channel, status, run, frame_bytes, turn);

    // Where it connects: at our end, or at an entry that we have on disk.
    log::LogHead base{run.first - 1, {}};
    if (base.sequence == known.sequence) {
        base = known;
    } else if (base.sequence > mine.head.sequence) {
        LIAISE_TRY(pass_over(frame_bytes, turn));
        LogTrack& gap = track_of(channel, status);
        if (gap.peer.head.sequence < run.last()) gap.peer.head = {run.last(), {}};
        if (should_ask(status, gap)) want_to_ask(channel, turn.now);
        turn.touched.insert(channel.id);
        return {};
    } else if (base.sequence > 0) {
        const auto id = id_at(channel, mine, base.sequence);
        if (!id) return pass_over(frame_bytes, turn);
        base.id = *id;
    }

    auto verified = log::verify_run(channel.id, run, base, status.doubted);
    if (!verified) return reject_run(channel, status, run, base, verified.error(), frame_bytes, turn);
    if (base.sequence < known.sequence) {
        const auto& overlap = verified->entries()[known.sequence - run.first];
        if (overlap.id != known.id) {
            LIAISE_TRY(pass_over(frame_bytes, turn));
            search_fork(channel, status, track_of(channel, status), mine.head.sequence, turn);
            return {};
        }
        verified->drop_through(known.sequence);
    }
    accept_run(channel, status, *std::move(verified), frame_bytes, turn);
    return {};
}

Result<void> Session::take_duplicate(SharedChannel& channel, const LogStatus& status, const log::RunView& run,
                                     std::size_t frame_bytes, Turn& turn) {
    LIAISE_TRY(pass_over(frame_bytes, turn));
    turn.tell[channel.id].insert(run.writer);
    turn.touched.insert(channel.id);
    const auto track = channel.logs.find(run.writer);
    const bool asked = track != channel.logs.end() && track->second.asked;
    // Not asked for, not news: what others write reaches us sooner on another way.
    if (!asked && !channel.we_want_less) {
        channel.we_want_less = true;
        turn.tell_less.insert(channel.id);
    }
    if (track == channel.logs.end() || track->second.peer.head.sequence > run.last()) return {};
    // The peer has at least this much. Should its entries be others than ours, it will see it from our heads.
    if (const auto id = id_at(channel, status.state, run.last())) {
        track->second.peer.head = {run.last(), *id};
        track->second.asked = false;
        forget_if_equal(channel, run.writer, status);
    }
    return {};
}

Result<void> Session::reject_run(SharedChannel& channel, const LogStatus& status, const log::RunView& run,
                                 const log::LogHead& base, const Error& error, std::size_t frame_bytes,
                                 Turn& turn) {
    // An honest forwarder has verified what it sends; but of a kind that is new to us it may know more.
    if (error.code != ErrorCode::not_authentic && error.code != ErrorCode::unsupported) return error;
    if (state_.rejected_runs == limits::rejected_runs_max)
        return Error{ErrorCode::exhausted, "too many runs that do not verify"};
    LIAISE_TRY(useless(turn));
    ++state_.rejected_runs;
    turn.touched.insert(channel.id);
    LogTrack& track = track_of(channel, status);
    track.asked = false;
    ++track.rejected;
    const bool whole = base.sequence + 1 == run.first && base.sequence >= status.state.head.sequence;
    if (status.doubted && whole) {
        if (auto good = log::verify_beginning(channel.id, run, base)) {
            accept_run(channel, status, *std::move(good), frame_bytes, turn);
            return {};
        }
    }
    state_.receive_credit.took(frame_bytes);
    state_.receive_credit.release(frame_bytes);
    // Perhaps our entries differ from theirs: naming our head once more lets them see it.
    const bool may_be_fork = error.code == ErrorCode::not_authentic && track.rejected == 1 && !status.doubted;
    if (may_be_fork) {
        if (track.peer.head.sequence < run.last()) track.peer.head = {run.last(), {}};
        want_to_ask(channel, turn.now);
        return {};
    }
    track.refused = true;
    turn.effects.push_back(LogRefused{channel.id, run.writer, run.first, error});
    return {};
}

void Session::accept_run(SharedChannel& channel, const LogStatus& status, log::VerifiedRun run,
                         std::size_t frame_bytes, Turn& turn) {
    const WriterKey writer = run.writer();
    LogTrack& track = track_of(channel, status);
    track.accepted = run.head();
    if (track.peer.head.sequence <= run.head().sequence) {
        track.peer.head = run.head();
        track.asked = false;
    }
    if (track.next <= run.head().sequence) track.next = 0;
    turn.touched.insert(channel.id);
    turn.effects.push_back(PeerHeads{channel.id, {track.peer}});
    if (status.own) turn.effects.push_back(OwnLogAhead{channel.id, writer, run.head().sequence});
    const Receipt receipt = take_bulk(frame_bytes, {frame_bytes, PendingRun{channel.id, writer}});
    turn.effects.push_back(AcceptRun{receipt, std::move(run)});
}

void Session::queue_run(SharedChannel& channel, const WriterKey& writer, LogTrack& track, bool first) {
    if (std::exchange(track.queued, true)) return;
    if (first)
        state_.runs_to_send.emplace_front(channel.id, writer);
    else
        state_.runs_to_send.emplace_back(channel.id, writer);
}

// A turn's share of bulk: parcels first, then runs and chunks by turns.
void Session::pump(Turn& turn) {
    unsigned frames = 0;
    bool moved = true;
    while (moved && frames < bulk_frames_a_turn && state_.send_credit.has_room()) {
        moved = false;
        for (const auto send : {&Session::send_waiting_parcel, &Session::send_run, &Session::send_chunk}) {
            if (!state_.send_credit.has_room() || !(this->*send)(turn)) continue;
            moved = true;
            ++frames;
        }
    }
    const bool waiting =
        !state_.parcels_to_send.empty() || !state_.runs_to_send.empty() || !state_.chunks_to_send.empty();
    state_.more_to_send = waiting && state_.send_credit.has_room();
}

// Sends the next run; false when there is none.
bool Session::send_run(Turn& turn) {
    while (!state_.runs_to_send.empty()) {
        const auto [id, writer] = state_.runs_to_send.front();
        state_.runs_to_send.pop_front();
        const auto found = state_.channels.find(id);
        if (found == state_.channels.end()) continue;
        SharedChannel& channel = found->second;
        const auto track = channel.logs.find(writer);
        const auto status = replica_.log(id, writer);
        if (track == channel.logs.end() || !status) continue;
        track->second.queued = false;
        const std::uint64_t next = track->second.next;
        if (next == 0 || next > status->state.head.sequence) continue;

        log::RunBuilder run(run_frame_beginning(channel.mine), writer, next, limits::run_bytes_wanted,
                            status->state.head.sequence);
        replica_.read(id, writer, run);
        if (run.count() == 0) continue;
        track->second.next = run.last() + 1;
        if (run.last() < status->state.head.sequence) queue_run(channel, writer, track->second, false);
        Bytes frame = std::move(run).finish();
        state_.send_credit.sent(frame.size());
        turn.send(std::move(frame));
        return true;
    }
    return false;
}

}  // namespace liaise::sync
