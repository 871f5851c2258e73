#include "protocol/log/frontier.h"

#include "protocol/base/limits.h"
#include "protocol/base/reader.h"
#include "protocol/base/writer.h"
#include "protocol/crypto/hash.h"

namespace liaise::log {
namespace {

constexpr std::string_view fingerprint_domain{"liaise/1 frontier\0", 18};

void put(Writer& writer, const LogState& log) {
    const bool forked = log.forked_at != 0;
    writer.fixed(log.writer).varint(log.head.sequence * 2 + (forked ? 1 : 0));
    if (!log.head.empty()) writer.fixed(log.head.id);
    if (forked) writer.varint(log.forked_at);
}

Result<LogState> take(Reader& reader) {
    LogState log;
    log.writer = LIAISE_TRY(reader.fixed<WriterKey>());
    const std::uint64_t sequence_and_fork = LIAISE_TRY(reader.varint());
    log.head.sequence = sequence_and_fork / 2;
    if (log.head.sequence > limits::sequence_max)
        return Error{ErrorCode::malformed, "sequence beyond the end of a log", log.head.sequence};
    if (!log.head.empty()) {
        log.head.id = LIAISE_TRY(reader.fixed<EntryId>());
        if (log.head.id.is_zero()) return Error{ErrorCode::malformed, "a head without an id"};
    }
    if (sequence_and_fork % 2 == 0) return log;
    log.forked_at = LIAISE_TRY(reader.varint());
    if (log.forked_at <= log.head.sequence || log.forked_at > limits::sequence_max)
        return Error{ErrorCode::malformed, "a log that goes on behind its fork", log.forked_at};
    return log;
}

bool counts(const LogState& log) {
    return !log.head.empty() || log.forked_at != 0;
}

}  // namespace

Bytes encode(std::span<const LogState> frontier) {
    Writer writer;
    for (const LogState& log : frontier) put(writer, log);
    return std::move(writer).take();
}

Result<Frontier> parse_frontier(BytesView bytes, std::size_t logs_max) {
    Reader reader(bytes);
    Frontier frontier;
    while (!reader.done()) {
        if (frontier.size() == logs_max) return Error{ErrorCode::too_large, "too many logs", logs_max};
        const LogState log = LIAISE_TRY(take(reader));
        if (!frontier.empty() && log.writer <= frontier.back().writer)
            return Error{ErrorCode::malformed, "logs out of order", reader.position()};
        frontier.push_back(log);
    }
    return frontier;
}

Hash fingerprint_of(const ChannelId& channel, std::span<const LogState> frontier) {
    crypto::Blake2b hash;
    hash.update(bytes_of(fingerprint_domain)).update(channel.view());
    for (const LogState& log : frontier)
        if (counts(log)) hash.update(encode({&log, 1}));
    return hash.finish();
}

std::vector<LogDifference> difference(std::span<const LogState> mine, std::span<const LogState> theirs) {
    std::vector<LogDifference> found;
    auto my = mine.begin();
    auto their = theirs.begin();
    while (my != mine.end() || their != theirs.end()) {
        const bool only_mine = their == theirs.end() || (my != mine.end() && my->writer < their->writer);
        const bool only_theirs = my == mine.end() || (their != theirs.end() && their->writer < my->writer);
        LogDifference log{only_theirs ? their->writer : my->writer, {}, {}};
        log.mine = only_theirs ? LogState{log.writer, {}, 0} : *my++;
        log.theirs = only_mine ? LogState{log.writer, {}, 0} : *their++;
        if (log.mine != log.theirs) found.push_back(log);
    }
    return found;
}

}  // namespace liaise::log
