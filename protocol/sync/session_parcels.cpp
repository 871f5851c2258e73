// Document chunks, and sealed messages to the peer's device.
#include "protocol/crypto/hash.h"
#include "protocol/sync/session.h"

namespace liaise::sync {

Result<Effects> Session::want_chunk(const ChannelId& channel, const ChunkId& chunk, Time now) {
    if (!shares(channel)) return Error{ErrorCode::not_known, "the peer does not share this channel"};
    Turn turn{now};
    state_.chunk_wants.want({channel, chunk});
    return finish(std::move(turn));
}

void Session::give_up_chunk(const ChannelId& channel, const ChunkId& chunk) {
    state_.chunk_wants.give_up({channel, chunk});
}

void Session::ask_for_chunks(Turn& turn) {
    for (;;) {
        const std::vector<ChunkName> names = state_.chunk_wants.take_next();
        if (names.empty()) return;
        WantChunksFrame frame{state_.channels.at(names.front().channel).mine, {}};
        for (const ChunkName& name : names) frame.chunks.push_back(name.chunk);
        turn.send(encode(frame));
    }
}

Result<void> Session::on(const WantChunksFrame& frame, BytesView, Turn& turn) {
    LIAISE_TRY(expect(SessionPhase::open));
    LIAISE_TRY(check_handle(frame.handle));
    const SharedChannel* channel = shared_by(frame.handle);
    if (channel == nullptr) return useless(turn);
    if (state_.chunks_to_send.size() + frame.chunks.size() > limits::chunks_wanted_max)
        return Error{ErrorCode::exhausted, "too many chunks asked for at once"};
    for (const ChunkId& chunk : frame.chunks) state_.chunks_to_send.push_back({channel->id, chunk});
    return {};
}

// Answers the next question for a chunk; false when there is none, or all that were left are not here.
bool Session::send_chunk(Turn& turn) {
    std::map<Handle, std::vector<ChunkId>> missing;
    bool sent = false;
    while (!sent && !state_.chunks_to_send.empty()) {
        const ChunkName name = state_.chunks_to_send.front();
        state_.chunks_to_send.pop_front();
        const Handle handle = state_.channels.at(name.channel).mine;
        const auto sealed = replica_.chunk(name.channel, name.chunk);
        if (!sealed) {
            missing[handle].push_back(name.chunk);
            continue;
        }
        Bytes frame = encode(ChunkFrame{handle, name.chunk, *sealed});
        state_.send_credit.sent(frame.size());
        turn.send(std::move(frame));
        sent = true;
    }
    for (const auto& [handle, chunks] : missing) turn.send(encode(ChunksMissingFrame{handle, chunks}));
    return sent;
}

Result<void> Session::on(const ChunksMissingFrame& frame, BytesView, Turn& turn) {
    LIAISE_TRY(expect(SessionPhase::open));
    LIAISE_TRY(check_handle(frame.handle));
    const SharedChannel* channel = shared_by(frame.handle);
    if (channel == nullptr) return useless(turn);
    for (const ChunkId& chunk : frame.chunks)
        if (state_.chunk_wants.answer_for({channel->id, chunk}) == ChunkWants::Answer::unasked)
            return Error{ErrorCode::not_permitted, "an answer that nobody asked for"};
    for (const ChunkId& chunk : frame.chunks) {
        const ChunkName name{channel->id, chunk};
        if (state_.chunk_wants.answer_for(name) == ChunkWants::Answer::wanted)
            turn.effects.push_back(ChunkUnavailable{name.channel, name.chunk});
        state_.chunk_wants.answered(name);
    }
    return {};
}

Result<void> Session::on(const ChunkFrame& frame, BytesView bytes, Turn& turn) {
    LIAISE_TRY(check_handle(frame.handle));
    const SharedChannel* channel = shared_by(frame.handle);
    if (channel == nullptr) return pass_over(bytes.size(), turn);
    const ChunkName name{channel->id, frame.chunk};
    switch (state_.chunk_wants.answer_for(name)) {
        case ChunkWants::Answer::unasked:
            return Error{ErrorCode::not_permitted, "a chunk that nobody asked for"};
        case ChunkWants::Answer::given_up:
            LIAISE_TRY(pass_over(bytes.size(), turn));
            state_.chunk_wants.answered(name);
            return {};
        case ChunkWants::Answer::wanted:
            break;
    }
    if (crypto::blake2b({frame.sealed}).bytes != frame.chunk.bytes)
        return Error{ErrorCode::not_authentic, "a chunk that does not fit its name"};
    state_.chunk_wants.answered(name);
    const Receipt receipt = take_bulk(bytes.size(), {bytes.size(), PendingChunk{}});
    turn.effects.push_back(AcceptChunk{receipt, channel->id, frame.chunk, to_bytes(frame.sealed)});
    return {};
}

Result<Effects> Session::send_parcel(ParcelId parcel, BytesView sealed, Time now) {
    if (sealed.size() > limits::parcel_bytes_max)
        return Error{ErrorCode::too_large, "parcel over its limit", sealed.size()};
    if (state_.phase == SessionPhase::closed) return Error{ErrorCode::unavailable, "the session is over"};
    if (state_.parcels_open.size() == limits::parcels_queued_max)
        return Error{ErrorCode::exhausted, "too many parcels for one peer", limits::parcels_queued_max};
    Turn turn{now};
    const std::uint64_t number = state_.next_parcel++;
    state_.parcels_to_send.push_back({number, to_bytes(sealed)});
    state_.parcels_open.emplace(number, parcel);
    return finish(std::move(turn));
}

bool Session::send_waiting_parcel(Turn& turn) {
    if (state_.parcels_to_send.empty()) return false;
    const WaitingParcel& parcel = state_.parcels_to_send.front();
    Bytes frame = encode(ParcelFrame{parcel.number, parcel.sealed});
    state_.parcels_to_send.pop_front();
    state_.send_credit.sent(frame.size());
    turn.send(std::move(frame));
    return true;
}

Result<void> Session::on(const ParcelFrame& frame, BytesView bytes, Turn& turn) {
    const Receipt receipt = take_bulk(bytes.size(), {bytes.size(), PendingParcel{frame.number}});
    turn.effects.push_back(AcceptParcel{receipt, to_bytes(frame.sealed)});
    return {};
}

Result<void> Session::on(const ParcelsStoredFrame& frame, BytesView, Turn& turn) {
    LIAISE_TRY(expect(SessionPhase::open));
    std::set<std::uint64_t> waiting;
    for (const WaitingParcel& parcel : state_.parcels_to_send) waiting.insert(parcel.number);
    std::set<std::uint64_t> seen;
    for (const std::uint64_t number : frame.numbers)
        if (!state_.parcels_open.contains(number) || waiting.contains(number) || !seen.insert(number).second)
            return Error{ErrorCode::not_permitted, "a receipt for what was not sent", number};
    for (const std::uint64_t number : frame.numbers) {
        turn.effects.push_back(ParcelDelivered{state_.parcels_open.at(number)});
        state_.parcels_open.erase(number);
    }
    return {};
}

}  // namespace liaise::sync
