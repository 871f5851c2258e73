// What a session reads from its node, and nothing else (docs/protocol/peer.md, "The driver's duties").
//
// A session never writes: it gives effects, the driver carries them out and reports back. Everything here is
// answered from what is durable: a session tells its peer "I have this", and that must survive a crash.
//
// Calls are cheap (memory, or one indexed read) and are made from inside the session's own calls.
#pragma once

#include <optional>
#include <vector>

#include "protocol/crypto/secret.h"
#include "protocol/log/equivocation.h"
#include "protocol/log/frontier.h"
#include "protocol/log/run.h"

namespace liaise::sync {

// A channel that the peer's device belongs to, as far as we know. Its tag key is a secret that only the
// channel's members (or a relay's mailbox and its members) can compute: both sides recognise each other's
// session-bound tags by it, and nobody else can tell which channel was offered. When the key changes, the
// channel counts as withdrawn and offered anew.
struct OfferedChannel {
    ChannelId channel;
    crypto::Key tag_key;
};

struct LogStatus {
    log::LogState state;   // durable; of a forked log, only what lies below the fork
    bool own = false;      // its writer key is ours
    bool doubted = false;  // an entry here carried a bad signature under a good run: check each from now on
};

class Replica {
  public:
    virtual ~Replica() = default;

    // The channels to offer to this device. Asked at the start of a session and after channels_changed().
    virtual std::vector<OfferedChannel> offered_to(const DeviceId& peer) const = 0;

    // Every log that the channel's membership admits, in ascending order of writer keys, empty ones included.
    virtual std::vector<LogStatus> logs(const ChannelId& channel) const = 0;
    // One of them; nothing for a writer that the channel does not admit (or not yet): its entries are not
    // asked for and not taken. After the answer changes, writers_changed().
    virtual std::optional<LogStatus> log(const ChannelId& channel, const WriterKey& writer) const = 0;

    // The signed header at a place in a log, below its fork.
    virtual std::optional<log::SignedHeader> header(const ChannelId& channel, const WriterKey& writer,
                                                    std::uint64_t sequence) const = 0;
    // Adds the log's entries from run.first() on until the builder wants no more or the log ends.
    virtual void read(const ChannelId& channel, const WriterKey& writer, log::RunBuilder& run) const = 0;

    virtual std::optional<log::EquivocationProof> equivocation(const ChannelId& channel,
                                                               const WriterKey& writer) const = 0;

    // A chunk that members of this channel may have, sealed, as it is stored.
    virtual std::optional<Bytes> chunk(const ChannelId& channel, const ChunkId& chunk) const = 0;

  protected:
    Replica() = default;
    Replica(const Replica&) = default;
    Replica& operator=(const Replica&) = default;
};

}  // namespace liaise::sync
