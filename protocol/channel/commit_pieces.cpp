#include "protocol/channel/commit_pieces.h"

#include <algorithm>

namespace liaise::channel {

namespace {

std::size_t room_beside(const CommitFact& fact) {
    const std::size_t taken = encode(CommitEntry{fact, {}}).size();
    LIAISE_CHECK(taken < limits::commit_piece_bytes_max);
    return limits::commit_piece_bytes_max - taken;
}

}  // namespace

std::uint16_t parts_needed(const CommitFact& fact, std::size_t message_bytes) {
    const std::size_t room = room_beside(fact);
    if (message_bytes <= room) return 0;
    const std::size_t before = message_bytes - room;
    return static_cast<std::uint16_t>((before + limits::commit_piece_bytes_max - 1) /
                                      limits::commit_piece_bytes_max);
}

std::vector<Body> pieces_of(const CommitEntry& whole) {
    std::vector<Body> bodies;
    BytesView left = whole.message;
    const std::size_t room = room_beside(whole.fact);
    while (left.size() > room) {
        const std::size_t size = std::min(left.size() - room, limits::commit_piece_bytes_max);
        bodies.emplace_back(CommitPart{to_bytes(left.first(size))});
        left = left.subspan(size);
    }
    bodies.emplace_back(CommitEntry{whole.fact, to_bytes(left)});
    return bodies;
}

Result<CommitEntry> joined(CommitEntry last, const std::vector<Bytes>& parts) {
    if (parts.size() != last.fact.parts)
        return Error{ErrorCode::not_known, "a part of the commit is not here", parts.size()};
    Bytes message;
    for (const Bytes& part : parts) append(message, part);
    append(message, last.message);
    if (message.size() > limits::commit_message_bytes_max)
        return Error{ErrorCode::too_large, "commit over its limit", message.size()};
    last.message = std::move(message);
    return last;
}

Result<void> check_piece(const CommitEntry& last) {
    const Bytes bytes = encode(last);
    if (bytes.size() > limits::commit_piece_bytes_max)
        return Error{ErrorCode::too_large, "commit's entry over its limit", bytes.size()};
    LIAISE_TRY(decode_commit(bytes));
    return {};
}

}  // namespace liaise::channel
