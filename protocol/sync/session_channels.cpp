// Which channels the two sides share, and whether they stand equal in them.
#include "protocol/sync/channel_tags.h"
#include "protocol/sync/session.h"

namespace liaise::sync {
namespace {

log::Frontier states_of(const std::vector<LogStatus>& logs) {
    log::Frontier frontier;
    frontier.reserve(logs.size());
    for (const LogStatus& log : logs)
        if (!log.state.head.empty() || log.state.forked_at != 0) frontier.push_back(log.state);
    return frontier;
}

ShortFingerprint short_fingerprint(const ChannelId& channel, const log::Frontier& frontier) {
    const Hash whole = log::fingerprint_of(channel, frontier);
    return ShortFingerprint::from(whole.view().first(ShortFingerprint::size_bytes)).value();
}

}  // namespace

Result<void> Session::check_handle(Handle handle) const {
    if (handle >= state_.their_handles)
        return Error{ErrorCode::malformed, "handle that was never given", handle};
    return {};
}

SharedChannel* Session::shared_by(Handle theirs) {
    const auto id = state_.by_their_handle.find(theirs);
    return id == state_.by_their_handle.end() ? nullptr : &state_.channels.at(id->second);
}

void Session::offer(const std::vector<OfferedChannel>& channels, Turn& turn) {
    std::vector<OfferedChannel> offered = channels;
    const std::size_t room = limits::session_tags_max - state_.my_handles.size();
    if (offered.size() > std::min(limits::offer_tags_max, room))
        offered.resize(std::min(limits::offer_tags_max, room));
    const PaddedOffer padded = pad_offer(offered, state_.transcript, config_.role, random_);
    if (padded.tags.size() > room) return;  // a session this old offers no more; the next one does

    std::map<ChannelId, Handle> handles;
    for (const auto& channel : padded.channels) {
        if (channel) handles[*channel] = static_cast<Handle>(state_.my_handles.size());
        state_.my_handles.push_back(channel);
    }
    turn.send(encode(OfferFrame{padded.tags}));
    for (const OfferedChannel& channel : offered) {
        SharedChannel& shared = state_.channels[channel.channel];
        shared.id = channel.channel;
        shared.tag_key = channel.tag_key;
        shared.mine = handles.at(channel.channel);
        match(shared, turn);
    }
}

void Session::match(SharedChannel& channel, Turn& turn) {
    if (channel.phase != ChannelPhase::offered) return;
    const auto theirs =
        state_.their_tags.find(channel_tag(channel.tag_key, state_.transcript, other(config_.role)));
    if (theirs == state_.their_tags.end()) return;
    channel.theirs = theirs->second;
    channel.phase = ChannelPhase::summary;
    channel.summary = short_fingerprint(channel.id, states_of(replica_.logs(channel.id)));
    state_.by_their_handle[channel.theirs] = channel.id;
    turn.summaries.summaries.push_back({channel.mine, channel.summary});
    turn.touched.insert(channel.id);
}

// One side no longer shares it. Their tag stays, if it is not they who took it back: we may offer it again.
void Session::unmatch(SharedChannel& channel, Turn& turn) {
    state_.by_their_handle.erase(channel.theirs);
    std::erase_if(state_.runs_to_send, [&](const auto& log) { return log.first == channel.id; });
    std::erase_if(state_.chunks_to_send, [&](const ChunkName& name) { return name.channel == channel.id; });
    for (const ChunkName& name : state_.chunk_wants.give_up_all(channel.id))
        turn.effects.push_back(ChunkUnavailable{name.channel, name.chunk});
    SharedChannel offered;
    offered.id = channel.id;
    offered.tag_key = channel.tag_key;
    offered.mine = channel.mine;
    channel = offered;
    turn.touched.insert(channel.id);
}

Effects Session::channels_changed(Time now) {
    Turn turn{now};
    if (state_.phase != SessionPhase::open) return {};
    const std::vector<OfferedChannel> offered = replica_.offered_to(config_.peer.device);
    std::map<ChannelId, const OfferedChannel*> by_id;
    for (const OfferedChannel& channel : offered) by_id[channel.channel] = &channel;

    std::vector<Handle> withdrawn;
    for (auto it = state_.channels.begin(); it != state_.channels.end();) {
        SharedChannel& channel = it->second;
        const auto still = by_id.find(channel.id);
        if (still != by_id.end() && still->second->tag_key == channel.tag_key) {
            ++it;
            continue;
        }
        withdrawn.push_back(channel.mine);
        state_.my_handles[channel.mine].reset();
        if (channel.phase != ChannelPhase::offered) unmatch(channel, turn);
        it = state_.channels.erase(it);
    }
    if (!withdrawn.empty()) turn.send(encode(WithdrawFrame{withdrawn}));

    std::vector<OfferedChannel> added;
    for (const OfferedChannel& channel : offered)
        if (!state_.channels.contains(channel.channel)) added.push_back(channel);
    if (!added.empty()) offer(added, turn);
    return finish(std::move(turn));
}

Result<void> Session::on(const OfferFrame& frame, BytesView, Turn& turn) {
    LIAISE_TRY(expect(SessionPhase::open));
    if (frame.tags.size() > limits::session_tags_max - state_.their_handles)
        return Error{ErrorCode::too_large, "too many channels offered", frame.tags.size()};
    if (state_.their_offer_came) LIAISE_TRY(useless(turn));  // honest ones are rare
    for (const Tag& tag : frame.tags) state_.their_tags.emplace(tag, state_.their_handles++);
    state_.their_offer_came = true;
    for (auto& [id, channel] : state_.channels) match(channel, turn);
    return {};
}

Result<void> Session::on(const WithdrawFrame& frame, BytesView, Turn& turn) {
    LIAISE_TRY(expect(SessionPhase::open));
    for (const Handle handle : frame.handles) LIAISE_TRY(check_handle(handle));
    LIAISE_TRY(useless(turn));
    for (const Handle handle : frame.handles) {
        std::erase_if(state_.their_tags, [&](const auto& tag) { return tag.second == handle; });
        if (SharedChannel* channel = shared_by(handle)) unmatch(*channel, turn);
    }
    return {};
}

Result<void> Session::on(const SummariesFrame& frame, BytesView, Turn& turn) {
    LIAISE_TRY(expect(SessionPhase::open));
    for (const Summary& summary : frame.summaries) LIAISE_TRY(check_handle(summary.handle));
    const bool news =
        std::any_of(frame.summaries.begin(), frame.summaries.end(), [&](const Summary& summary) {
            const SharedChannel* channel = shared_by(summary.handle);
            return channel != nullptr && channel->phase == ChannelPhase::summary;
        });
    if (!news) return useless(turn);
    for (const Summary& summary : frame.summaries) {
        SharedChannel* channel = shared_by(summary.handle);
        if (channel != nullptr && channel->phase == ChannelPhase::summary)
            take_summary(*channel, summary.fingerprint, turn);
    }
    return {};
}

void Session::take_summary(SharedChannel& channel, const ShortFingerprint& fingerprint, Turn& turn) {
    turn.touched.insert(channel.id);
    if (fingerprint != channel.summary) {
        channel.phase = ChannelPhase::frontier;
        send_frontier(channel, turn);
        return;
    }
    log::Frontier theirs = states_of(replica_.logs(channel.id));
    for (log::LogState& log : theirs)
        if (const auto before = channel.advanced.find(log.writer); before != channel.advanced.end())
            log.head = before->second;
    turn.effects.push_back(PeerHeads{channel.id, std::move(theirs)});
    become_synced(channel, turn);
}

void Session::send_frontier(const SharedChannel& channel, Turn& turn) {
    const log::Frontier whole = states_of(replica_.logs(channel.id));
    auto part = whole.begin();
    do {
        const auto left = static_cast<std::size_t>(whole.end() - part);
        const auto end = part + static_cast<std::ptrdiff_t>(std::min(left, limits::heads_logs_max));
        HeadsFrame frame{channel.mine, {part, end}};
        frame.frontier = true;
        frame.more = end != whole.end();
        turn.send(encode(frame));
        part = end;
    } while (part != whole.end());
}

void Session::become_synced(SharedChannel& channel, Turn& turn) {
    channel.phase = ChannelPhase::synced;
    const auto advanced = std::exchange(channel.advanced, {});
    for (const auto& [writer, before] : advanced) advance(channel, writer, before, turn);
    const auto changed = std::exchange(channel.reset, {});
    for (const WriterKey& writer : changed) reset(channel, writer, turn);
    turn.touched.insert(channel.id);
}

}  // namespace liaise::sync
