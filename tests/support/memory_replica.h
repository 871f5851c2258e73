// A node's store in memory, for tests of sessions: what is durable, and how effects are carried out on it.
// The rules are those that the real store keeps (docs/protocol/peer.md, "The driver's duties").
#pragma once

#include <map>
#include <set>

#include "protocol/sync/effects.h"
#include "protocol/sync/replica.h"
#include "protocol/sync/session.h"
#include "tests/support/log_builder.h"

namespace liaise::test {

struct StoredEntry {
    log::SignedHeader entry;
    EntryId id;
    std::optional<Bytes> payload;
    bool verified = false;
};

struct StoredLog {
    std::vector<StoredEntry> entries;  // all that came, behind a fork too
    std::uint64_t forked_at = 0;
    std::optional<log::EquivocationProof> proof;
    bool own = false;
    bool doubted = false;

    std::uint64_t end() const { return log::end_of({{}, {}, forked_at}, entries.size()); }
    log::LogHead head() const {
        return end() == 0 ? log::LogHead{} : log::LogHead{end(), entries[end() - 1].id};
    }
};

struct StoredChannel {
    crypto::Key tag_key;
    std::set<DeviceId> members;  // devices that it is offered to
    std::map<WriterKey, StoredLog> logs;
    std::map<ChunkId, Bytes> chunks;
};

class MemoryReplica final : public sync::Replica {
  public:
    std::map<ChannelId, StoredChannel> channels;
    std::vector<Bytes> parcels;

    StoredChannel& join(const ChannelId& channel, const std::set<DeviceId>& members) {
        StoredChannel& stored = channels[channel];
        // In tests the key follows from the id.
        stored.tag_key = crypto::Key::copy_of(crypto::blake2b({channel.view()}).view()).value();
        stored.members = members;
        return stored;
    }

    // sync::Replica
    std::vector<sync::OfferedChannel> offered_to(const DeviceId& peer) const override;
    std::vector<sync::LogStatus> logs(const ChannelId& channel) const override;
    std::optional<sync::LogStatus> log(const ChannelId& channel, const WriterKey& writer) const override;
    std::optional<log::SignedHeader> header(const ChannelId& channel, const WriterKey& writer,
                                            std::uint64_t sequence) const override;
    void read(const ChannelId& channel, const WriterKey& writer, log::RunBuilder& run) const override;
    std::optional<log::EquivocationProof> equivocation(const ChannelId& channel,
                                                       const WriterKey& writer) const override;
    std::optional<Bytes> chunk(const ChannelId& channel, const ChunkId& chunk) const override;

    // Own entries, as the service would write them.
    sync::LogAdvance add_own(const log::Entry& entry);
    // What an effect asks for. False: refused, to be reported as dropped.
    bool store(const log::VerifiedRun& run, std::vector<sync::LogAdvance>& advanced);
    // True when it moves the end of the log.
    bool store(const log::EquivocationProof& proof);
    void cut_badly_signed(const sync::BadSignatureStored& bad);
    // The idle check: verifies what came under later signatures; the first bad one is cut off.
    std::vector<sync::BadSignatureStored> check_signatures();

    log::Frontier frontier(const ChannelId& channel) const;

  private:
    const StoredLog* find(const ChannelId& channel, const WriterKey& writer) const;
};

}  // namespace liaise::test
