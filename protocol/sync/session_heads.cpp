// How far each side's logs reach: comparing, telling and asking.
#include "protocol/sync/session.h"

namespace liaise::sync {
namespace {

// How far we have a log, on disk or on the way to it.
log::LogHead taken(const LogStatus& status, const LogTrack& track) {
    return track.accepted.sequence > status.state.head.sequence ? track.accepted : status.state.head;
}

}  // namespace

LogTrack& Session::track_of(SharedChannel& channel, const LogStatus& status) {
    const auto [place, fresh] = channel.logs.try_emplace(status.state.writer);
    if (fresh) place->second.peer = status.state;
    return place->second;
}

Result<void> Session::on(const HeadsFrame& frame, BytesView, Turn& turn) {
    LIAISE_TRY(expect(SessionPhase::open));
    LIAISE_TRY(check_handle(frame.handle));
    SharedChannel* channel = shared_by(frame.handle);
    if (channel == nullptr || channel->phase == ChannelPhase::summary) return useless(turn);
    if (frame.frontier) return take_frontier(*channel, frame, turn);

    // Patience first: what follows changes our state.
    const auto is_news = [&](const log::LogState& log) {
        const auto track = channel->logs.find(log.writer);
        if (track != channel->logs.end()) return track->second.peer != log;
        const auto status = replica_.log(channel->id, log.writer);
        return status && status->state != log;
    };
    const bool news = frame.ask || std::any_of(frame.logs.begin(), frame.logs.end(), is_news);
    if (!news) LIAISE_TRY(useless(turn));
    if (frame.ask) channel->peer_wants_less = false;
    if (frame.lazy) channel->peer_wants_less = true;
    log::Frontier told;
    for (const log::LogState& log : frame.logs)
        if (take_head(*channel, log, frame, turn)) told.push_back(log);
    if (!told.empty()) turn.effects.push_back(PeerHeads{channel->id, std::move(told)});
    turn.touched.insert(channel->id);
    return {};
}

Result<void> Session::take_frontier(SharedChannel& channel, const HeadsFrame& frame, Turn& turn) {
    if (channel.phase != ChannelPhase::frontier) return useless(turn);
    const std::optional<WriterKey> after = channel.frontier_through;
    if (after && !frame.logs.empty() && frame.logs.front().writer <= *after)
        return Error{ErrorCode::malformed, "parts of a frontier out of order"};

    log::Frontier mine;
    for (const LogStatus& status : replica_.logs(channel.id)) {
        const WriterKey& writer = status.state.writer;
        if (after && writer <= *after) continue;
        if (frame.more && writer > frame.logs.back().writer) break;
        mine.push_back(status.state);
    }
    for (const log::LogDifference& log : log::difference(mine, frame.logs))
        take_head(channel, log.theirs, frame, turn);
    if (!frame.logs.empty()) {
        channel.frontier_through = frame.logs.back().writer;
        turn.effects.push_back(PeerHeads{channel.id, frame.logs});
    }
    if (!frame.more) become_synced(channel, turn);
    turn.touched.insert(channel.id);
    return {};
}

// Takes what the peer says of one log; true when the log is one that we know.
bool Session::take_head(SharedChannel& channel, const log::LogState& head, const HeadsFrame& frame,
                        Turn& turn) {
    const auto status = replica_.log(channel.id, head.writer);
    if (!status) {
        if (frame.ask) turn.tell[channel.id].insert(head.writer);
        return false;
    }
    const log::LogState& mine = status->state;
    const auto [place, fresh] = channel.logs.try_emplace(head.writer);
    LogTrack& track = place->second;
    const bool went_back = head.head.sequence < track.peer.head.sequence;
    if (!fresh && (went_back || head.forked_at != track.peer.forked_at)) track.asked = false;
    track.peer = head;
    // Whoever asks may have passed over the proof: it came before this writer was admitted there.
    if (frame.ask) track.fork_told = 0;

    tell_fork(channel, *status, track, turn);
    const bool comparable = !head.head.empty() && head.head.sequence <= mine.head.sequence;
    if (comparable && id_at(channel, mine, head.head.sequence) != head.head.id) {
        track.next = 0;
        search_fork(channel, *status, track, head.head.sequence, turn);
        return true;
    }
    const log::LogHead have = taken(*status, track);
    if (head.head.sequence <= have.sequence) track.asked = false;
    if (frame.ask && head.head.sequence < mine.head.sequence) {
        track.next = head.head.sequence + 1;
        queue_run(channel, head.writer, track, false);
    } else if (frame.ask) {
        turn.tell[channel.id].insert(head.writer);
    } else if (track.next != 0 && track.next <= head.head.sequence) {
        track.next = head.head.sequence + 1;
        // Our entries were to tell the peer how far we are; now nothing is left to send.
        if (track.queued && track.next > mine.head.sequence) turn.tell[channel.id].insert(head.writer);
    }
    if (should_ask(*status, track)) want_to_ask(channel, frame.frontier ? turn.now : turn.now + ask_delay);
    forget_if_equal(channel, head.writer, *status);
    return true;
}

bool Session::should_ask(const LogStatus& status, const LogTrack& track) const {
    const bool agreed = track.peer.forked_at == status.state.forked_at;
    return agreed && !track.asked && !track.refused &&
           track.peer.head.sequence > taken(status, track).sequence;
}

void Session::want_to_ask(SharedChannel& channel, Time at) {
    if (!channel.ask_at || at < *channel.ask_at) channel.ask_at = at;
}

void Session::send_asks(SharedChannel& channel, Turn& turn) {
    channel.ask_at.reset();
    if (channel.phase != ChannelPhase::synced) return;
    HeadsFrame frame{channel.mine, {}};
    frame.ask = true;
    const auto flush = [&] {
        if (!frame.logs.empty()) turn.send(encode(frame));
        frame.logs.clear();
    };
    for (auto& [writer, track] : channel.logs) {
        const auto status = replica_.log(channel.id, writer);
        if (!status || !should_ask(*status, track)) continue;
        // What is on its way to our disk is waited for: the question names what is durable.
        if (track.accepted.sequence > status->state.head.sequence) continue;
        track.asked = true;
        frame.logs.push_back(status->state);
        if (frame.logs.size() == limits::heads_logs_max) flush();
    }
    flush();
    channel.we_want_less = false;
}

void Session::send_heads(Turn& turn) {
    for (const ChannelId& id : turn.tell_less) turn.tell.try_emplace(id);
    for (const auto& [id, writers] : turn.tell) {
        const auto found = state_.channels.find(id);
        if (found == state_.channels.end() || found->second.phase == ChannelPhase::offered) continue;
        HeadsFrame frame{found->second.mine, {}};
        frame.lazy = turn.tell_less.contains(id);
        for (const WriterKey& writer : writers) {
            const auto status = replica_.log(id, writer);
            frame.logs.push_back(status ? status->state : log::LogState{writer, {}, 0});
            if (frame.logs.size() < limits::heads_logs_max) continue;
            turn.send(encode(frame));
            frame.logs.clear();
        }
        if (!frame.logs.empty() || frame.lazy) turn.send(encode(frame));
    }
}

void Session::forget_if_equal(SharedChannel& channel, const WriterKey& writer, const LogStatus& status) {
    const auto track = channel.logs.find(writer);
    if (track == channel.logs.end()) return;
    const bool more_coming = track->second.accepted.sequence > status.state.head.sequence;
    if (track->second.peer == status.state && !more_coming) channel.logs.erase(track);
}

Effects Session::logs_advanced(std::span<const LogAdvance> logs, Time now) {
    Turn turn{now};
    if (state_.phase != SessionPhase::open) return {};
    // One log may have grown several times in one commit: what counts is where it stood before all of that.
    std::map<std::pair<ChannelId, WriterKey>, log::LogHead> grown;
    for (const LogAdvance& log : logs) grown.try_emplace({log.channel, log.writer}, log.before);
    for (const auto& [name, before] : grown) {
        const auto found = state_.channels.find(name.first);
        if (found == state_.channels.end()) continue;
        SharedChannel& channel = found->second;
        if (channel.phase == ChannelPhase::synced) advance(channel, name.second, before, turn);
        if (channel.phase == ChannelPhase::summary || channel.phase == ChannelPhase::frontier)
            channel.advanced.try_emplace(name.second, before);
    }
    return finish(std::move(turn));
}

void Session::advance(SharedChannel& channel, const WriterKey& writer, const log::LogHead& before,
                      Turn& turn) {
    const auto status = replica_.log(channel.id, writer);
    if (!status) return;
    const log::LogState& mine = status->state;
    const auto [place, fresh] = channel.logs.try_emplace(writer);
    LogTrack& track = place->second;
    if (fresh) track.peer = {writer, before, mine.forked_at};
    if (track.accepted.sequence <= mine.head.sequence) track.accepted = {};
    turn.touched.insert(channel.id);

    const bool peer_has_it = track.peer.head.sequence >= mine.head.sequence;
    const bool connects = track.next != 0 || track.peer.head.sequence >= before.sequence;
    if (!peer_has_it && connects && (status->own || !channel.peer_wants_less)) {
        if (track.next == 0) track.next = std::max(track.peer.head.sequence, before.sequence) + 1;
        queue_run(channel, writer, track, status->own);
    } else {
        turn.tell[channel.id].insert(writer);
    }
    if (should_ask(*status, track)) want_to_ask(channel, turn.now);
    forget_if_equal(channel, writer, *status);
}

Effects Session::log_reset(const ChannelId& channel, const WriterKey& writer, Time now) {
    Turn turn{now};
    const auto found = state_.channels.find(channel);
    if (state_.phase != SessionPhase::open || found == state_.channels.end()) return {};
    if (found->second.phase == ChannelPhase::synced) reset(found->second, writer, turn);
    if (found->second.phase == ChannelPhase::summary || found->second.phase == ChannelPhase::frontier)
        found->second.reset.insert(writer);
    return finish(std::move(turn));
}

void Session::reset(SharedChannel& channel, const WriterKey& writer, Turn& turn) {
    const auto status = replica_.log(channel.id, writer);
    channel.logs.erase(writer);
    turn.touched.insert(channel.id);
    if (!status) return;
    // What the peer has is not known; it answers with its heads, or with entries.
    LogTrack& track = channel.logs[writer];
    track.peer.writer = writer;
    track.asked = true;
    channel.we_want_less = false;
    tell_fork(channel, *status, track, turn);
    HeadsFrame frame{channel.mine, {status->state}};
    frame.ask = true;
    turn.send(encode(frame));
}

}  // namespace liaise::sync
