// Two entries at one place: finding the first such place, proving it, and telling others.
#include "protocol/sync/fork_search.h"
#include "protocol/sync/session.h"

namespace liaise::sync {

std::optional<EntryId> Session::id_at(const SharedChannel& channel, const log::LogState& mine,
                                      std::uint64_t sequence) const {
    if (sequence == 0 || sequence > mine.head.sequence) return std::nullopt;
    if (sequence == mine.head.sequence) return mine.head.id;
    const auto header = replica_.header(channel.id, mine.writer, sequence);
    if (!header) return std::nullopt;
    return log::id_of(*header);
}

void Session::search_fork(SharedChannel& channel, const LogStatus& status, LogTrack& track,
                          std::uint64_t differing, Turn& turn) {
    const log::LogHead subject{differing, track.peer.head.id};
    if (track.searched == subject || differing == 0) return;
    track.searched = subject;
    const auto mine = [&](std::uint64_t sequence) { return id_at(channel, status.state, sequence); };
    TrailFrame frame{channel.mine, status.state.writer, first_trail(differing, mine)};
    if (!frame.points.empty()) turn.send(encode(frame));
}

void Session::tell_fork(SharedChannel& channel, const LogStatus& status, LogTrack& track, Turn& turn) {
    const std::uint64_t forked_at = status.state.forked_at;
    const bool peer_knows = track.peer.forked_at != 0 && track.peer.forked_at <= forked_at;
    if (forked_at == 0 || peer_knows || track.fork_told == forked_at) return;
    const auto proof = replica_.equivocation(channel.id, status.state.writer);
    if (!proof) return;
    track.fork_told = forked_at;
    turn.send(encode(ForkFrame{channel.mine, proof->encode()}));
}

Result<void> Session::on(const TrailFrame& frame, BytesView, Turn& turn) {
    LIAISE_TRY(expect(SessionPhase::open));
    LIAISE_TRY(check_handle(frame.handle));
    LIAISE_TRY(useless(turn));  // an honest search takes few
    SharedChannel* channel = shared_by(frame.handle);
    const auto status = channel == nullptr ? std::nullopt : replica_.log(channel->id, frame.writer);
    if (!status) return {};
    const auto mine = [&](std::uint64_t sequence) { return id_at(*channel, status->state, sequence); };
    const TrailAnswer answer = answer_trail(frame.points, mine);
    if (const auto* narrower = std::get_if<NarrowerTrail>(&answer))
        turn.send(encode(TrailFrame{channel->mine, frame.writer, narrower->points}));
    if (const auto* found = std::get_if<ForkFound>(&answer)) {
        const auto entry = replica_.header(channel->id, frame.writer, found->sequence);
        if (!entry) return {};
        // Never claim what we have not checked: it may have come under a later signature.
        if (log::verify(*entry))
            turn.send(encode(ClaimFrame{channel->mine, *entry}));
        else
            turn.effects.push_back(BadSignatureStored{channel->id, frame.writer, found->sequence});
    }
    return {};
}

Result<void> Session::on(const ClaimFrame& frame, BytesView, Turn& turn) {
    LIAISE_TRY(expect(SessionPhase::open));
    LIAISE_TRY(check_handle(frame.handle));
    SharedChannel* channel = shared_by(frame.handle);
    const log::EntryHeader& theirs = frame.entry.header;
    if (channel == nullptr || theirs.channel != channel->id) return useless(turn);
    const auto status = replica_.log(channel->id, theirs.writer);
    if (!status || theirs.sequence > status->state.head.sequence) return useless(turn);
    const auto own = replica_.header(channel->id, theirs.writer, theirs.sequence);
    if (!own || *own == frame.entry) return useless(turn);
    LIAISE_TRY(log::verify(frame.entry));
    if (!log::verify(*own)) {
        turn.effects.push_back(BadSignatureStored{channel->id, theirs.writer, theirs.sequence});
        return {};
    }
    turn.effects.push_back(AcceptEquivocation{LIAISE_TRY(log::EquivocationProof::make(*own, frame.entry))});
    return {};
}

Result<void> Session::on(const ForkFrame& frame, BytesView, Turn& turn) {
    LIAISE_TRY(expect(SessionPhase::open));
    LIAISE_TRY(check_handle(frame.handle));
    SharedChannel* channel = shared_by(frame.handle);
    const auto place =
        LIAISE_TRY(log::parse_signed_header(BytesView(frame.proof).first(log::signed_header_bytes))).header;
    if (channel == nullptr || place.channel != channel->id) return useless(turn);
    const auto status = replica_.log(channel->id, place.writer);
    if (!status) return useless(turn);
    const std::uint64_t forked_at = status->state.forked_at;
    if (forked_at != 0 && forked_at <= place.sequence) {
        LIAISE_TRY(useless(turn));
        turn.tell[channel->id].insert(place.writer);  // so that the peer knows that we know
        return {};
    }
    turn.effects.push_back(AcceptEquivocation{LIAISE_TRY(log::EquivocationProof::parse(frame.proof))});
    return {};
}

}  // namespace liaise::sync
