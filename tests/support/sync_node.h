// A node of nothing but sessions and a store in memory: drives protocol/sync as the daemon does, step by
// step, so that a test or the simulator decides what happens between any two steps.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "tests/support/memory_replica.h"

namespace liaise::test {

class SyncNode {
  public:
    explicit SyncNode(std::uint64_t seed);

    const sync::Party& party() const { return party_; }
    const DeviceId& id() const { return party_.device; }
    const crypto::SigningKey& device_key() const { return device_key_; }

    // Connections. A session's frames go to `outbox`.
    void connect(const sync::Party& peer, sync::Role role, Time now);
    void disconnect(const DeviceId& peer) { sessions_.erase(peer); }
    void receive(const DeviceId& peer, BytesView frame, Time now);
    void tick(Time now);
    std::optional<Time> deadline() const;
    sync::Session* session(const DeviceId& peer);
    bool connected(const DeviceId& peer) const { return sessions_.contains(peer); }
    bool in_step() const;

    // What waits to become durable; a crash loses it, and every session.
    bool has_uncommitted() const { return !uncommitted_.empty(); }
    void commit(Time now);
    void crash();
    // The idle check of signatures.
    void check_signatures(Time now);

    // A copy of this node's log in a channel goes on at another one: a restored backup, or a thief.
    void share_writer(const ChannelId& channel, SyncNode& with, Time now);

    // Home events.
    WriterKey writer_in(const ChannelId& channel);  // our log there, made when first asked for
    log::Entry post(const ChannelId& channel, BytesView payload, Time now,
                    log::EntryKind kind = log::EntryKind::content);
    // An entry whose signature is garbage, and a good one behind it.
    void post_badly_signed(const ChannelId& channel, Time now);
    // The writers whose logs this node admits to a channel.
    void admit(const ChannelId& channel, const WriterKey& writer, Time now);
    void channels_changed(Time now);
    void want_chunk(const DeviceId& peer, const ChannelId& channel, const ChunkId& chunk, Time now);
    void send_parcel(const DeviceId& peer, sync::ParcelId parcel, BytesView sealed, Time now);
    void mark(const DeviceId& peer, Time now);

    struct Outgoing {
        DeviceId to;
        Bytes frame;
    };
    std::deque<Outgoing> outbox;
    MemoryReplica replica;

    // What happened, for tests to look at.
    struct Closing {
        DeviceId peer;
        sync::Closed closed;
    };
    std::vector<Closing> closings;
    std::vector<sync::LogRefused> refused;
    std::vector<sync::OwnLogAhead> own_ahead;
    std::vector<sync::ChunkUnavailable> unavailable;
    std::vector<sync::ParcelId> delivered;
    std::map<DeviceId, std::map<WriterKey, log::LogState>> peer_heads;
    std::uint64_t runs_accepted = 0;
    std::uint64_t marks_answered = 0;

  private:
    struct Uncommitted {
        DeviceId peer;
        sync::Effect effect;
    };

    void perform(const DeviceId& peer, sync::Effects effects);
    void for_each_session(const std::function<sync::Effects(sync::Session&)>& act);
    void reset_everywhere(const ChannelId& channel, const WriterKey& writer, Time now);

    SeededRandom random_;
    crypto::SigningKey device_key_;
    sync::Party party_;
    std::map<DeviceId, std::unique_ptr<sync::Session>> sessions_;
    std::map<ChannelId, crypto::SigningKey> writer_keys_;
    std::vector<Uncommitted> uncommitted_;
};

}  // namespace liaise::test
