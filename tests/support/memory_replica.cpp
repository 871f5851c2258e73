#include "tests/support/memory_replica.h"

#include "protocol/crypto/hash.h"

namespace liaise::test {

const StoredLog* MemoryReplica::find(const ChannelId& channel, const WriterKey& writer) const {
    const auto stored = channels.find(channel);
    if (stored == channels.end()) return nullptr;
    const auto log = stored->second.logs.find(writer);
    return log == stored->second.logs.end() ? nullptr : &log->second;
}

std::vector<sync::OfferedChannel> MemoryReplica::offered_to(const DeviceId& peer) const {
    std::vector<sync::OfferedChannel> offered;
    for (const auto& [id, channel] : channels)
        if (channel.members.contains(peer)) offered.push_back({id, channel.tag_key});
    return offered;
}

std::vector<sync::LogStatus> MemoryReplica::logs(const ChannelId& channel) const {
    std::vector<sync::LogStatus> all;
    for (const auto& [writer, log] : channels.at(channel).logs)
        all.push_back({{writer, log.head(), log.forked_at}, log.own, log.doubted});
    return all;
}

std::optional<sync::LogStatus> MemoryReplica::log(const ChannelId& channel, const WriterKey& writer) const {
    const StoredLog* log = find(channel, writer);
    if (log == nullptr) return std::nullopt;
    return sync::LogStatus{{writer, log->head(), log->forked_at}, log->own, log->doubted};
}

std::optional<log::SignedHeader> MemoryReplica::header(const ChannelId& channel, const WriterKey& writer,
                                                       std::uint64_t sequence) const {
    const StoredLog* log = find(channel, writer);
    if (log == nullptr || sequence == 0 || sequence > log->end()) return std::nullopt;
    return log->entries[sequence - 1].entry;
}

void MemoryReplica::read(const ChannelId& channel, const WriterKey& writer, log::RunBuilder& run) const {
    const StoredLog* log = find(channel, writer);
    if (log == nullptr) return;
    for (std::uint64_t sequence = run.first(); sequence <= log->end(); ++sequence) {
        const StoredEntry& stored = log->entries[sequence - 1];
        const log::EntryHeader& header = stored.entry.header;
        const bool more = stored.payload
                              ? run.add(header.kind, stored.entry.signature, *stored.payload, stored.verified)
                              : run.add_expired(header.kind, stored.entry.signature, header.payload_bytes,
                                                header.payload_hash, stored.verified);
        if (!more) return;
    }
}

std::optional<log::EquivocationProof> MemoryReplica::equivocation(const ChannelId& channel,
                                                                  const WriterKey& writer) const {
    const StoredLog* log = find(channel, writer);
    return log == nullptr ? std::nullopt : log->proof;
}

std::optional<Bytes> MemoryReplica::chunk(const ChannelId& channel, const ChunkId& chunk) const {
    const auto& chunks = channels.at(channel).chunks;
    const auto found = chunks.find(chunk);
    return found == chunks.end() ? std::nullopt : std::optional(found->second);
}

sync::LogAdvance MemoryReplica::add_own(const log::Entry& entry) {
    StoredLog& log = channels.at(entry.header.channel).logs[entry.header.writer];
    log.own = true;
    LIAISE_CHECK(entry.header.sequence == log.entries.size() + 1);
    const sync::LogAdvance advance{entry.header.channel, entry.header.writer, log.head()};
    log.entries.push_back({entry.signed_header(), entry.id, entry.payload, true});
    return advance;
}

bool MemoryReplica::store(const log::VerifiedRun& run, std::vector<sync::LogAdvance>& advanced) {
    const auto channel = channels.find(run.channel());
    if (channel == channels.end()) return false;
    const auto found = channel->second.logs.find(run.writer());
    if (found == channel->second.logs.end()) return false;
    StoredLog& log = found->second;
    const log::LogHead before = log.head();
    if (log.forked_at != 0) log.entries.resize(std::min<std::size_t>(log.entries.size(), log.forked_at - 1));
    for (const log::RunEntry& entry : run.entries()) {
        const std::uint64_t sequence = entry.header.sequence;
        if (log.forked_at != 0 && sequence >= log.forked_at) break;
        if (sequence <= log.entries.size()) {
            if (log.entries[sequence - 1].id != entry.id) return false;
            log.entries[sequence - 1].verified |= entry.verified;
            continue;
        }
        if (sequence != log.entries.size() + 1) return false;
        const EntryId previous = log.entries.empty() ? EntryId{} : log.entries.back().id;
        if (entry.header.previous != previous) return false;
        log.entries.push_back({entry.signed_header(), entry.id,
                               entry.has_payload ? std::optional(to_bytes(entry.payload)) : std::nullopt,
                               entry.verified});
    }
    if (log.head() != before) advanced.push_back({run.channel(), run.writer(), before});
    return true;
}

bool MemoryReplica::store(const log::EquivocationProof& proof) {
    const auto channel = channels.find(proof.channel());
    if (channel == channels.end()) return false;
    const auto found = channel->second.logs.find(proof.writer());
    if (found == channel->second.logs.end()) return false;
    StoredLog& log = found->second;
    if (log.forked_at != 0 && log.forked_at <= proof.sequence()) return false;
    log.forked_at = proof.sequence();
    log.proof = proof;
    return true;
}

void MemoryReplica::cut_badly_signed(const sync::BadSignatureStored& bad) {
    StoredLog& log = channels.at(bad.channel).logs.at(bad.writer);
    log.entries.resize(std::min<std::size_t>(log.entries.size(), bad.sequence - 1));
    log.doubted = true;
}

std::vector<sync::BadSignatureStored> MemoryReplica::check_signatures() {
    std::vector<sync::BadSignatureStored> found;
    for (auto& [id, channel] : channels) {
        for (auto& [writer, log] : channel.logs) {
            for (StoredEntry& stored : log.entries) {
                stored.verified = stored.verified || log::verify(stored.entry).ok();
                if (stored.verified) continue;
                found.push_back({id, writer, stored.entry.header.sequence});
                break;
            }
        }
    }
    for (const auto& bad : found) cut_badly_signed(bad);
    return found;
}

log::Frontier MemoryReplica::frontier(const ChannelId& channel) const {
    log::Frontier frontier;
    for (const auto& [writer, log] : channels.at(channel).logs) {
        const log::LogState state{writer, log.head(), log.forked_at};
        if (!state.head.empty() || state.forked_at != 0) frontier.push_back(state);
    }
    return frontier;
}

}  // namespace liaise::test
