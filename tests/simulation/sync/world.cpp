#include "tests/simulation/sync/world.h"

#include "protocol/crypto/hash.h"

namespace liaise::simulation {
namespace {

std::string describe(const log::LogState& log) {
    return "up to " + std::to_string(log.head.sequence) +
           (log.forked_at != 0 ? " (forked at " + std::to_string(log.forked_at) + ")" : "");
}

// What a session still has open, for whoever has to find out why.
std::string describe(const sync::Session& session) {
    const sync::SessionState& state = session.state();
    std::string text = ": session phase " + std::to_string(static_cast<int>(state.phase)) + ", " +
                       std::to_string(state.parcels_open.size()) + " parcels open";
    for (const auto& [id, channel] : state.channels) {
        text += "; channel " + id.text().substr(0, 4) + " phase " +
                std::to_string(static_cast<int>(channel.phase));
        for (const auto& [writer, track] : channel.logs)
            text += ", log " + writer.text().substr(0, 4) + " peer " +
                    std::to_string(track.peer.head.sequence) +
                    (track.peer.head.id.is_zero() ? " (of unknown id)" : "") +
                    (track.peer.forked_at != 0 ? " forked at " + std::to_string(track.peer.forked_at) : "") +
                    " accepted " + std::to_string(track.accepted.sequence) + " next " +
                    std::to_string(track.next) + (track.asked ? " asked" : "") +
                    (track.refused ? " refused" : "") + (track.queued ? " queued" : "");
    }
    return text;
}

std::string name(std::size_t node) {
    return "node " + std::to_string(node);
}

}  // namespace

World::World(std::uint64_t seed) : network_(seed, 3 + SeededRandom(~seed).below(18)), began_(network_.now) {
    SeededRandom& random = network_.random;
    // Each world has its own mix of faults: most are rare in most worlds.
    const auto rarely = [&](unsigned most) {
        return random.chance(50) ? 0U : static_cast<unsigned>(random.below(most + 1));
    };
    network_.faults.delay_max = Duration(1 + random.below(random.chance(30) ? 3000 : 100));
    network_.faults.commit_max = Duration(1 + random.below(random.chance(30) ? 5000 : 50));
    network_.faults.reconnect_max = Duration(100 + random.below(20'000));
    network_.faults.break_percent = rarely(30);
    network_.faults.crash_percent = rarely(10);
    network_.faults.restore_percent = rarely(20);
    network_.faults.partition_percent = rarely(10);
    network_.faults.garble_percent = rarely(20);
    if (network_.size() >= 5 && random.chance(50)) network_.make_hostile(network_.size() - 1);
    network_.on_restore = [this](std::size_t index) {
        restored_.insert(index);
        for (Channel& channel : channels_) {
            if (!channel.members.contains(index)) continue;
            for (const auto& [writer, author] : channel.writers)
                if (author == index) tainted_.insert(writer);
            // Who is in a channel is not this simulation's matter: that much is known again at once.
            if (!network_.node(index).replica.channels.contains(channel.id))
                network_.node(index).replica.join(channel.id, {});
            for (const std::size_t other : channel.members) learn(channel, index, other);
        }
    };

    found_channels();
    // A ring of the honest, so that healing can reach all; and chords.
    const std::size_t count = network_.size();
    for (std::size_t i = 0; i < count; ++i) network_.link(i, (i + 1) % count);
    if (network_.hostile(count - 1)) network_.link(count - 2, 0);
    for (std::uint64_t chords = random.below(2 * count); chords > 0; --chords)
        network_.link(random.below(count), random.below(count));
}

void World::found_channels() {
    SeededRandom& random = network_.random;
    channels_.resize(1 + random.below(3));
    for (Channel& channel : channels_) {
        channel.id = random.draw<ChannelId>();
        // The first channel has everyone; others may be carried by few, and need links among their members.
        const bool everyone = &channel == &channels_.front() || random.chance(50);
        for (std::size_t i = 0; i < network_.size(); ++i)
            if (everyone || random.chance(60)) add_member(channel, i, false);
        if (everyone) continue;
        std::optional<std::size_t> before;
        for (const std::size_t member : channel.members) {
            if (!honest(member)) continue;
            if (before) network_.link(*before, member);
            before = member;
        }
    }
}

// `who` learns that `of` is a member, and which log is theirs.
void World::learn(Channel& channel, std::size_t who, std::size_t of) {
    SyncNode& node = network_.node(who);
    node.replica.channels.at(channel.id).members.insert(network_.node(of).id());
    for (const auto& [writer, author] : channel.writers)
        if (author == of) node.admit(channel.id, writer, network_.now);
    node.channels_changed(network_.now);
    network_.act(who, [](SyncNode&) {});  // its frames leave, if it is up
}

void World::add_member(Channel& channel, std::size_t member, bool slowly) {
    SyncNode& joining = network_.node(member);
    joining.replica.join(channel.id, {});
    const WriterKey writer = joining.writer_in(channel.id);
    channel.writers[writer] = member;
    channel.members.insert(member);
    for (const std::size_t other : channel.members) {
        if (!slowly) {
            learn(channel, other, member);
            learn(channel, member, other);
            continue;
        }
        // A crash in between must not undo it: learning is stored in one go, at a time of its own.
        const auto later = [&] { return Duration(network_.random.below(120'000)); };
        network_.after(later(), [this, &channel, other, member] { learn(channel, other, member); });
        network_.after(later(), [this, &channel, other, member] { learn(channel, member, other); });
    }
}

void World::post(Channel& channel, std::size_t author) {
    network_.act(author, [&](SyncNode& node) {
        const WriterKey writer = node.writer_in(channel.id);
        const auto& log = node.replica.channels.at(channel.id).logs.at(writer);
        // A node that knows that its log went on elsewhere, or is forked, does not write to it.
        const bool ahead = std::any_of(node.own_ahead.begin(), node.own_ahead.end(),
                                       [&](const auto& it) { return it.writer == writer; });
        if (ahead || log.forked_at != 0 || log.doubted) return;
        Bytes payload(network_.random.below(network_.random.chance(5) ? 60'000 : 600));
        network_.random.fill(payload);
        const auto kind = network_.random.chance(5) ? log::EntryKind::policy : log::EntryKind::content;
        const log::Entry entry = node.post(channel.id, payload, network_.now, kind);
        if (!tainted(writer)) channel.written[writer].push_back(entry.id);
        ++posts_;
    });
}

// A hostile author signs garbage, then goes on properly: the chain holds, one signature does not.
void World::post_badly_signed(Channel& channel, std::size_t author) {
    network_.act(author, [&](SyncNode& node) {
        tainted_.insert(node.writer_in(channel.id));
        node.post_badly_signed(channel.id, network_.now);
        ++posts_;
    });
}

// A stolen or copied device: two nodes go on writing to one log.
void World::share_writer(Channel& channel) {
    const std::size_t from = network_.random.below(network_.size());
    const std::size_t to = network_.random.below(network_.size());
    if (from == to || !channel.members.contains(from) || !channel.members.contains(to)) return;
    tainted_.insert(network_.node(from).writer_in(channel.id));
    network_.node(from).share_writer(channel.id, network_.node(to), network_.now);
    network_.act(to, [](SyncNode&) {});
    // Before either hears of the other: from nothing at all to a long way apart.
    for (const std::size_t writer : {from, to})
        for (std::uint64_t posts = network_.random.below(network_.random.chance(20) ? 60 : 4); posts > 0;
             --posts)
            post(channel, writer);
}

void World::exchange_chunks(Channel& channel) {
    SeededRandom& random = network_.random;
    const auto owner = random.below(network_.size());
    const auto reader = random.below(network_.size());
    if (!network_.linked(owner, reader) || !channel.members.contains(owner) ||
        !channel.members.contains(reader))
        return;
    Bytes sealed(random.below(30'000));
    random.fill(sealed);
    const ChunkId chunk{crypto::blake2b({sealed}).bytes};
    if (random.chance(80)) network_.node(owner).replica.channels.at(channel.id).chunks[chunk] = sealed;
    network_.act(reader, [&](SyncNode& node) {
        if (node.connected(network_.node(owner).id()))
            node.want_chunk(network_.node(owner).id(), channel.id, chunk, network_.now);
    });
}

void World::send_parcel() {
    SeededRandom& random = network_.random;
    const auto from = random.below(network_.size());
    const auto to = random.below(network_.size());
    if (!network_.linked(from, to) || !network_.node(from).connected(network_.node(to).id())) return;
    Bytes sealed(random.below(5000));
    random.fill(sealed);
    const sync::ParcelId id = parcels_.size();
    parcels_[{from, id}] = {to, sealed};
    network_.act(from,
                 [&](SyncNode& node) { node.send_parcel(network_.node(to).id(), id, sealed, network_.now); });
}

// What people do in a few seconds.
void World::draw_activity() {
    SeededRandom& random = network_.random;
    Channel& channel = channels_[random.below(channels_.size())];
    if (channel.members.empty()) return;
    auto member = channel.members.begin();
    std::advance(member, static_cast<std::ptrdiff_t>(random.below(channel.members.size())));
    for (std::uint64_t burst = random.chance(5) ? random.below(40) : 1; burst > 0; --burst)
        post(channel, *member);
    if (!honest(*member) && random.chance(20)) post_badly_signed(channel, *member);
    if (random.chance(10)) exchange_chunks(channel);
    if (random.chance(10)) send_parcel();
    if (random.chance(2)) share_writer(channel);
    if (random.chance(2)) {
        const std::size_t joining = random.below(network_.size());
        if (channel.members.contains(joining) || !network_.alive(joining)) return;
        // By way of somebody honest, or nothing could be promised.
        const auto host = std::find_if(channel.members.begin(), channel.members.end(),
                                       [this](std::size_t other) { return honest(other); });
        if (host == channel.members.end()) return;
        network_.link(joining, *host);
        add_member(channel, joining, true);
    }
}

std::string World::run() {
    SeededRandom& random = network_.random;
    const std::uint64_t minutes = 5 + random.below(30);
    for (std::uint64_t minute = 0; minute < minutes; ++minute) {
        for (int i = 0; i < 10; ++i) {
            if (random.chance(60)) draw_activity();
            network_.run_until(network_.now + std::chrono::seconds(6));
        }
        network_.draw_faults();
    }
    network_.heal();
    network_.run_until(network_.now + std::chrono::minutes(10));
    for (std::size_t i = 0; i < network_.size(); ++i)
        network_.act(i, [this](SyncNode& node) { node.check_signatures(network_.now); });
    network_.run_until(network_.now + std::chrono::minutes(10));
    return check();
}

std::string World::check() {
    for (const Channel& channel : channels_)
        if (const std::string wrong = check_channel(channel); !wrong.empty()) return wrong;
    return check_reports();
}

// Whom a node is connected to, and what is open between them.
std::string World::neighbours(std::size_t index) {
    std::string text;
    for (std::size_t other = 0; other < network_.size(); ++other)
        if (const sync::Session* session = network_.node(index).session(network_.node(other).id()))
            text += "\n  with " + name(other) + (honest(other) ? "" : " (hostile)") + describe(*session);
    return text;
}

std::string World::check_channel(const Channel& channel) {
    std::optional<std::size_t> first;
    for (const std::size_t member : channel.members) {
        if (!honest(member)) continue;
        SyncNode& node = network_.node(member);
        if (!first) first = member;
        const log::Frontier mine = node.replica.frontier(channel.id);
        const log::Frontier theirs = network_.node(*first).replica.frontier(channel.id);
        for (const log::LogDifference& log : log::difference(mine, theirs))
            return name(member) + " and " + name(*first) + " hold different entries in " +
                   channel.id.text().substr(0, 4) + " of " + log.writer.text().substr(0, 4) + " (" +
                   name(channel.writers.at(log.writer)) + "): " + describe(log.mine) + " and " +
                   describe(log.theirs) + neighbours(member);
        for (const auto& [writer, author] : channel.writers) {
            const test::StoredLog& log = node.replica.channels.at(channel.id).logs.at(writer);
            if (member == *first && log.forked_at != 0) ++forks_;
            if (log.forked_at != 0 && !log.proof) return name(member) + " knows a fork and has no proof";
            if (tainted(writer)) continue;
            if (log.forked_at != 0) return name(member) + " holds an honest writer for an equivocator";
            const auto written = channel.written.find(writer);
            const std::size_t expected = written == channel.written.end() ? 0 : written->second.size();
            // A hostile writer may never have shown them to anybody honest.
            if (log.entries.size() > expected || (honest(author) && log.entries.size() != expected))
                return name(member) + " has " + std::to_string(log.entries.size()) + " of " +
                       std::to_string(expected) + " entries of " + name(author);
            for (std::size_t i = 0; i < log.entries.size(); ++i)
                if (log.entries[i].id != written->second[i])
                    return name(member) + " holds an entry nobody wrote";
        }
    }
    return {};
}

std::string World::check_reports() {
    for (std::size_t i = 0; i < network_.size(); ++i) {
        if (!honest(i)) continue;
        SyncNode& node = network_.node(i);
        for (std::size_t other = 0; other < network_.size(); ++other) {
            if (!honest(other)) continue;
            const DeviceId& peer = network_.node(other).id();
            for (const SyncNode::Closing& closing : node.closings)
                if (closing.peer == peer && closing.closed.reason != sync::CloseReason::stalled)
                    return name(i) + " closed on honest " + name(other) + ": " +
                           sync::name_of(closing.closed.reason) + ", " +
                           (closing.closed.error ? closing.closed.error->phrase : "by the peer");
            if (const sync::Session* session = node.session(peer); session != nullptr && !session->in_step())
                return name(i) + " is not in step with " + name(other) + describe(*session) +
                       ", and on its side" + describe(*network_.node(other).session(node.id()));
        }
        for (const sync::ParcelId parcel : node.delivered) {
            const auto& [to, sealed] = parcels_.at({i, parcel});
            const auto& held = network_.node(to).replica.parcels;
            if (honest(to) && !restored_.contains(to) &&
                std::find(held.begin(), held.end(), sealed) == held.end())
                return name(i) + " was told of a parcel that " + name(to) + " does not have";
        }
        for (const Channel& channel : channels_) {
            for (const auto& [device, heads] : node.peer_heads) {
                for (const std::size_t other : channel.members) {
                    SyncNode& peer = network_.node(other);
                    if (peer.id() != device || !honest(other) || restored_.contains(other)) continue;
                    for (const auto& [writer, state] : heads) {
                        if (!channel.writers.contains(writer) || tainted(writer)) continue;
                        if (peer.replica.channels.at(channel.id).logs.at(writer).entries.size() <
                            state.head.sequence)
                            return name(i) + " was told of entries that " + name(other) + " does not have";
                    }
                }
            }
        }
    }
    return {};
}

}  // namespace liaise::simulation
