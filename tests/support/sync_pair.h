// Two nodes on one wire without delay, for tests of sessions: frames go to and fro until nobody has anything
// to say.
#pragma once

#include <functional>

#include "protocol/crypto/hash.h"

#include "tests/support/sync_node.h"

namespace liaise::test {

class SyncPair {
  public:
    explicit SyncPair(std::uint64_t seed = 1) : a(seed * 2), b(seed * 2 + 1) {}

    SyncNode a;  // dials
    SyncNode b;
    Time now = Time(std::chrono::hours(24 * 365));
    std::array<std::uint64_t, 256> bytes_by_type{};
    std::uint64_t bytes = 0;
    std::uint64_t frames = 0;
    // Sees each frame before it arrives; may change it; false loses it.
    std::function<bool(const SyncNode& from, Bytes& frame)> wire = [](const SyncNode&, Bytes&) {
        return true;
    };

    ChannelId join_both(std::string_view name) {
        const auto channel =
            ChannelId::from(crypto::blake2b({bytes_of(name)}).view().first(ChannelId::size_bytes)).value();
        a.replica.join(channel, {b.id()});
        b.replica.join(channel, {a.id()});
        const WriterKey writer_a = a.writer_in(channel);
        const WriterKey writer_b = b.writer_in(channel);
        a.replica.channels.at(channel).logs.try_emplace(writer_b);
        b.replica.channels.at(channel).logs.try_emplace(writer_a);
        return channel;
    }
    void connect() {
        a.connect(b.party(), sync::Role::dialler, now);
        b.connect(a.party(), sync::Role::listener, now);
    }
    void disconnect() {
        a.disconnect(b.id());
        b.disconnect(a.id());
        a.outbox.clear();
        b.outbox.clear();
    }
    // One frame of each direction. False when there was none.
    bool step() {
        const bool forth = carry(a, b);
        const bool back = carry(b, a);
        return forth || back;
    }
    // Until nothing moves: commits whenever the wire is quiet, lets time pass up to `patience`.
    void run(Duration patience = std::chrono::seconds(2)) {
        const Time end = now + patience;
        for (;;) {
            while (step()) {
            }
            if (a.has_uncommitted() || b.has_uncommitted()) {
                a.commit(now);
                b.commit(now);
                continue;
            }
            std::optional<Time> due;
            for (const auto at : {a.deadline(), b.deadline()})
                if (at && (!due || *at < *due)) due = at;
            if (!due || *due > end) return;
            now = std::max(now, *due);
            a.tick(now);
            b.tick(now);
        }
    }
    bool equal(const ChannelId& channel) const {
        return a.replica.frontier(channel) == b.replica.frontier(channel);
    }
    std::uint64_t take_bytes() { return std::exchange(bytes, 0); }

  private:
    bool carry(SyncNode& from, SyncNode& to) {
        if (from.outbox.empty()) return false;
        Bytes frame = std::move(from.outbox.front().frame);
        from.outbox.pop_front();
        ++frames;
        bytes += frame.size();
        bytes_by_type[frame[0]] += frame.size();
        if (wire(from, frame)) to.receive(from.id(), frame, now);
        return true;
    }
};

}  // namespace liaise::test
