#include "tests/simulation/sync/network.h"

namespace liaise::simulation {

Counts& Counts::operator+=(const Counts& more) {
    events += more.events;
    frames += more.frames;
    breaks += more.breaks;
    crashes += more.crashes;
    restores += more.restores;
    partitions += more.partitions;
    garbled += more.garbled;
    return *this;
}

Network::Network(std::uint64_t seed, std::size_t node_count) : random(seed) {
    for (std::size_t i = 0; i < node_count; ++i) {
        nodes_.push_back(std::make_unique<SyncNode>(random.number()));
        indexes_[nodes_.back()->id()] = i;
    }
    backups_.resize(node_count);
    alive_.assign(node_count, true);
    hostile_.assign(node_count, false);
    commit_due_.assign(node_count, false);
    wake_at_.resize(node_count);
}

void Network::after(Duration delay, std::function<void()> action) {
    events_.emplace(now + delay, std::move(action));
}

void Network::run_until(Time end) {
    while (!events_.empty() && events_.begin()->first <= end) {
        const auto event = events_.extract(events_.begin());
        now = std::max(now, event.key());
        ++counts.events;
        event.mapped()();
    }
    now = std::max(now, end);
}

void Network::act(std::size_t index, const std::function<void(SyncNode&)>& action) {
    if (!alive_[index]) return;
    action(*nodes_[index]);
    settle(index);
}

Network::Link* Network::find(std::size_t one, std::size_t other) {
    for (const auto& link : links_)
        if ((link->ends[0] == one && link->ends[1] == other) ||
            (link->ends[0] == other && link->ends[1] == one))
            return link.get();
    return nullptr;
}

bool Network::linked(std::size_t one, std::size_t other) const {
    const Link* link = const_cast<Network*>(this)->find(one, other);
    return link != nullptr && link->connection != 0;
}

void Network::link(std::size_t one, std::size_t other) {
    if (one == other || find(one, other) != nullptr) return;
    links_.push_back(std::make_unique<Link>(Link{{one, other}}));
    dial(*links_.back());
}

void Network::dial(Link& link) {
    if (std::exchange(link.dialling, true)) return;
    after(draw(faults.reconnect_max) + Duration(1), [this, &link] {
        link.dialling = false;
        if (link.connection != 0) return;
        if (link.cut || !alive_[link.ends[0]] || !alive_[link.ends[1]]) return dial(link);
        link.connection = next_connection_++;
        link.last_arrival[0] = link.last_arrival[1] = now;
        SyncNode& dialler = *nodes_[link.ends[0]];
        SyncNode& listener = *nodes_[link.ends[1]];
        dialler.connect(listener.party(), sync::Role::dialler, now);
        listener.connect(dialler.party(), sync::Role::listener, now);
        settle(link.ends[0]);
        settle(link.ends[1]);
    });
}

// Both ends lose the connection, with what is under way.
void Network::drop(Link& link) {
    if (link.connection == 0) return;
    link.connection = 0;
    nodes_[link.ends[0]]->disconnect(nodes_[link.ends[1]]->id());
    nodes_[link.ends[1]]->disconnect(nodes_[link.ends[0]]->id());
    dial(link);
}

void Network::break_link(std::size_t one, std::size_t other) {
    if (Link* link = find(one, other)) drop(*link);
}

void Network::settle(std::size_t index) {
    SyncNode& node = *nodes_[index];
    while (!node.outbox.empty()) {
        SyncNode::Outgoing out = std::move(node.outbox.front());
        node.outbox.pop_front();
        const std::size_t to = index_of(out.to);
        Link* link = find(index, to);
        if (link == nullptr || link->connection == 0) continue;
        ++counts.frames;
        if (hostile_[index] && !healed_ && random.chance(faults.garble_percent)) {
            ++counts.garbled;
            const std::uint64_t style = random.below(4);
            if (style == 0) out.frame.resize(random.below(out.frame.size() + 1));
            if (style == 1) random.fill(out.frame);
            if (style >= 2 && !out.frame.empty())
                out.frame[random.below(out.frame.size())] ^= static_cast<std::uint8_t>(1U << random.below(8));
        }
        Time& last = link->last_arrival[link->ends[0] == index ? 0 : 1];
        last = std::max(last, now + draw(faults.delay_max));
        events_.emplace(last, [this, connection = link->connection, index, to, frame = std::move(out.frame)] {
            deliver(connection, index, to, frame);
        });
    }
    for (const auto& link : links_) {
        if (link->connection == 0 || (link->ends[0] != index && link->ends[1] != index)) continue;
        const std::size_t other = link->ends[0] == index ? link->ends[1] : link->ends[0];
        if (node.connected(nodes_[other]->id())) continue;
        // Closed by us: the goodbye still arrives, then the line goes down.
        const Time gone = std::max(link->last_arrival[0], link->last_arrival[1]) + Duration(1);
        events_.emplace(gone, [this, raw = link.get(), connection = link->connection] {
            if (raw->connection == connection) drop(*raw);
        });
    }
    if (node.has_uncommitted() && !commit_due_[index]) {
        commit_due_[index] = true;
        after(draw(faults.commit_max) + Duration(1), [this, index] {
            commit_due_[index] = false;
            act(index, [this](SyncNode& due) { due.commit(now); });
        });
    }
    const auto due = node.deadline();
    if (!due) return;
    const Time at = std::max(*due, now + Duration(1));
    if (wake_at_[index] && *wake_at_[index] <= at && *wake_at_[index] > now) return;
    wake_at_[index] = at;
    events_.emplace(at, [this, index, at] {
        if (wake_at_[index] == at) wake_at_[index].reset();
        act(index, [this](SyncNode& woken) { woken.tick(now); });
    });
}

void Network::deliver(std::uint64_t connection, std::size_t from, std::size_t to, const Bytes& frame) {
    const Link* link = find(from, to);
    if (link == nullptr || link->connection != connection || !alive_[to]) return;
    on_frame(from, to, frame);
    act(to, [&](SyncNode& node) { node.receive(nodes_[from]->id(), frame, now); });
}

void Network::crash(std::size_t index, bool restore) {
    if (!alive_[index]) return;
    ++counts.crashes;
    alive_[index] = false;
    for (const auto& link : links_)
        if (link->ends[0] == index || link->ends[1] == index) drop(*link);
    nodes_[index]->crash();
    nodes_[index]->outbox.clear();
    if (restore && !backups_[index].channels.empty()) {
        ++counts.restores;
        nodes_[index]->replica = backups_[index];
        on_restore(index);
    }
    after(draw(std::chrono::minutes(2)), [this, index] {
        alive_[index] = true;
        settle(index);
    });
}

void Network::cut(const std::vector<bool>& side) {
    ++counts.partitions;
    for (const auto& link : links_) {
        link->cut = side[link->ends[0]] != side[link->ends[1]];
        if (link->cut) drop(*link);
    }
}

void Network::mend() {
    for (const auto& link : links_) link->cut = false;
}

void Network::draw_faults() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if (random.chance(10)) backups_[i] = nodes_[i]->replica;
        if (random.chance(faults.crash_percent)) crash(i, random.chance(faults.restore_percent));
        if (alive_[i] && random.chance(20)) act(i, [this](SyncNode& node) { node.check_signatures(now); });
    }
    for (const auto& link : links_) {
        if (!random.chance(faults.break_percent)) continue;
        ++counts.breaks;
        drop(*link);
    }
    if (!random.chance(faults.partition_percent)) return;
    std::vector<bool> side(nodes_.size());
    for (std::size_t i = 0; i < side.size(); ++i) side[i] = random.chance(50);
    cut(side);
    after(draw(std::chrono::minutes(10)), [this] { mend(); });
}

void Network::heal() {
    healed_ = true;
    faults.break_percent = faults.crash_percent = faults.partition_percent = faults.garble_percent = 0;
    faults.delay_max = faults.commit_max = faults.reconnect_max = std::chrono::milliseconds(50);
    mend();
    run_until(now + std::chrono::minutes(3));  // who crashed comes back
    for (std::size_t i = 0; i < nodes_.size(); ++i)
        act(i, [this](SyncNode& node) { node.check_signatures(now); });
}

}  // namespace liaise::simulation
