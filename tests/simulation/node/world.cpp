#include "tests/simulation/node/world.h"

namespace liaise::test {

using namespace node;
using transport::Lane;
using transport::LinkId;

namespace {

constexpr Duration redial_pause = std::chrono::seconds{2};
constexpr std::uint64_t ticks_without_pause_max = 20'000;
constexpr Duration settled = std::chrono::seconds{30};

LinkId dialler_id(std::uint64_t link) {
    return static_cast<LinkId>(link * 2);
}
LinkId listener_id(std::uint64_t link) {
    return static_cast<LinkId>(link * 2 + 1);
}

}  // namespace

World::~World() {
    while (!events_.empty()) events_.pop();
}

Machine& World::add(const std::string& name, const std::string& country) {
    machines_.push_back(std::make_unique<Machine>(*this, machines_.size(), name, country));
    LIAISE_CHECK(machines_.back()->start());
    return *machines_.back();
}

Machine& World::add_device(const std::string& ticket) {
    machines_.push_back(std::make_unique<Machine>(*this, machines_.size(), ticket));
    LIAISE_CHECK(machines_.back()->start());
    return *machines_.back();
}

Machine& World::add_twin(std::size_t of) {
    const DiskCopy copy = machines_.at(of)->copy_of_disk();
    machines_.push_back(std::make_unique<Machine>(*this, machines_.size(), *machines_[of], copy));
    machines_.back()->start();
    return *machines_.back();
}

// One attempt at a time: an earlier one replaces a later one.
void World::try_later(std::size_t from, const std::pair<DhPublicKey, Lane>& key, Duration pause) {
    const auto target = machines_[from]->targets_.find(key);
    if (target == machines_[from]->targets_.end()) return;
    const Time when = now_ + pause;
    if (target->second.next_try && *target->second.next_try <= when) return;
    target->second.next_try = when;
    at(when, [this, from, key, when] {
        const auto found = machines_[from]->targets_.find(key);
        if (found == machines_[from]->targets_.end() || found->second.next_try != when) return;
        found->second.next_try.reset();
        try_dial(from, key.first, key.second);
    });
}

void World::dial_now() {
    for (std::size_t from = 0; from < machines_.size(); ++from)
        for (auto& [key, dialling] : machines_[from]->targets_) {
            dialling.pause = redial_pause;
            try_later(from, key, Duration{1});
        }
}

void World::try_dial(std::size_t from, DhPublicKey key, Lane lane) {
    Machine& dialler = *machines_[from];
    const auto target = dialler.targets_.find({key, lane});
    if (!dialler.runs() || target == dialler.targets_.end()) return;
    for (const auto& [number, link] : links_)
        if (link.dialler == from && link.listener_key == key && link.lane == lane && !link.dialler_knows)
            return;
    const auto failed = [&](transport::DialFailure why) {
        const Duration pause = target->second.pause;
        target->second.pause = std::min(2 * pause, dial_pause_max);
        try_later(from, {key, lane}, pause);
        dialler.node_->links().dial_failed(key, lane, why, pause);
    };
    const DhPublicKey own = target->second.target.guest_key ? target->second.target.guest_key->public_key()
                                                            : dialler.node_->transport_key().public_key();
    for (std::size_t to = 0; to < machines_.size(); ++to) {
        Machine& listener = *machines_[to];
        if (to == from || !listener.runs() || apart(from, to) ||
            listener.node_->transport_key().public_key() != key)
            continue;
        const auto admitted = listener.node_->door().decide(own);
        if (admitted == transport::Admission::refuse) return failed(transport::DialFailure::refused);
        const std::uint64_t number = ++links_ever_;
        Link link{from,
                  to,
                  dialler_id(number),
                  listener_id(number),
                  own,
                  key,
                  admitted == transport::Admission::guest ? Lane::guest : Lane::member};
        link.since = now_;
        links_.emplace(number, link);
        dialler.node_->links().link_up(dialler_id(number), {key, lane, true});
        return;
    }
    failed(transport::DialFailure::unreachable);
}

void World::send(std::uint64_t number, Link& link, bool to_listener, Bytes&& frame) {
    if (link.broken) return;  // into nothing: only an answer proves arrival
    OnItsWay way{to_listener ? link.dialler : link.listener, to_listener ? link.listener : link.dialler, {}};
    way.frames.emplace_back(std::move(frame), Duration{});
    if (on_send) on_send(way);
    Time& busy = to_listener ? link.busy_until_listener : link.busy_until_dialler;
    for (auto& [bytes, later] : way.frames) {
        const auto delay = Duration{static_cast<std::int64_t>(1 + random.below(40))};
        Time arrives = std::max(busy, now_ + latency + delay);
        if (later == Duration{}) busy = arrives;  // what a hostile machine holds back is overtaken
        arrives += later;
        at(arrives, [this, number, to_listener, held = std::make_shared<Bytes>(std::move(bytes))] {
            deliver(number, to_listener, held);
        });
    }
}

void World::deliver(std::uint64_t number, bool to_listener, const std::shared_ptr<Bytes>& frame) {
    const auto found = links_.find(number);
    if (found == links_.end() || found->second.broken) return;
    Link& link = found->second;
    Machine& to = *machines_[to_listener ? link.listener : link.dialler];
    if (!to.runs()) return;
    ++frames_ever_;
    if (on_arrival) on_arrival(to.number(), *frame);
    if (to_listener && !link.begun) {
        link.begun = true;
        to.node_->links().link_up(link.at_listener, {link.dialler_key, link.lane, false});
    }
    to.node_->links().frame(to_listener ? link.at_listener : link.at_dialler, *frame);
}

// Both ends hear of it, one of them maybe later.
void World::end(std::uint64_t number) {
    const auto found = links_.find(number);
    if (found == links_.end() || found->second.broken) return;
    found->second.broken = true;
    if (late_news_max == Duration{}) {
        hears_of_end(number, true);
        hears_of_end(number, false);
        return;
    }
    const bool dialler_first = random.chance(50);
    hears_of_end(number, dialler_first);
    const auto later = random.below(static_cast<std::uint64_t>(late_news_max.count()));
    at(now_ + Duration{static_cast<std::int64_t>(later)},
       [this, number, dialler_first] { hears_of_end(number, !dialler_first); });
}

void World::hears_of_end(std::uint64_t number, bool dialler) {
    const auto found = links_.find(number);
    if (found == links_.end()) return;
    bool& knows = dialler ? found->second.dialler_knows : found->second.listener_knows;
    if (std::exchange(knows, true)) return;
    const Link link = found->second;
    if (link.dialler_knows && link.listener_knows) links_.erase(found);
    Machine& machine = *machines_[dialler ? link.dialler : link.listener];
    if (machine.runs() && (dialler || link.begun))
        machine.node_->links().link_down(dialler ? link.at_dialler : link.at_listener,
                                         transport::LinkEnd::peer_gone);
    if (!dialler) return;
    const std::pair key{link.listener_key, link.lane};
    const auto target = machine.targets_.find(key);
    if (target == machine.targets_.end()) return;
    // As the real dialler: only a link that lasted makes it begin with short pauses again.
    Duration& pause = target->second.pause;
    if (now_ - link.since >= settled) pause = redial_pause;
    try_later(link.dialler, key, pause);
    if (now_ - link.since < settled) pause = std::min(2 * pause, dial_pause_max);
}

void World::end_links_of(std::size_t machine) {
    std::vector<std::uint64_t> ending;
    for (const auto& [number, link] : links_)
        if (link.dialler == machine || link.listener == machine) ending.push_back(number);
    for (const std::uint64_t number : ending) {
        end(number);
        hears_of_end(number, links_.contains(number) && links_.at(number).dialler == machine);
    }
}

void World::break_links(std::size_t a, std::size_t b) {
    std::vector<std::uint64_t> ending;
    for (const auto& [number, link] : links_)
        if (std::minmax(link.dialler, link.listener) == std::minmax(a, b)) ending.push_back(number);
    for (const std::uint64_t number : ending) end(number);
}

void World::set_partition(std::size_t a, std::size_t b, bool apart) {
    const std::pair pair{std::min(a, b), std::max(a, b)};
    if (!apart) {
        apart_.erase(pair);
        return;
    }
    apart_.insert(pair);
    break_links(a, b);
}

void World::settle_all() {
    for (const auto& machine : machines_) machine->settle();
}

void World::run(Duration span) {
    const Time until = now_ + span;
    for (;;) {
        std::optional<Time> next;
        if (!events_.empty()) next = events_.top().at;
        for (const auto& machine : machines_) {
            const auto due = machine->deadline();
            if (due && (!next || *due < *next)) next = due;
        }
        if (!next || *next > until || spinning_) break;
        // A deadline that is over already is served once a millisecond, so that nothing can stop the clock.
        now_ = std::max(*next, now_);
        bool ticked = false;
        for (const auto& machine : machines_) {
            const auto due = machine->deadline();
            if (!due || *due > now_) {
                overdue_.erase(machine->number());
                continue;
            }
            if (++overdue_[machine->number()] > ticks_without_pause_max) spinning_ = machine->number();
            machine->node_->tick(machine->now());
            machine->settle();
            ++ticks_ever_;
            ticked = true;
        }
        while (!events_.empty() && events_.top().at <= now_) {
            const auto happen = events_.top().happen;
            events_.pop();
            happen();
            settle_all();
        }
        if (ticked) now_ += Duration{1};
    }
    now_ = std::max(now_, until);
}

bool World::try_join(std::size_t newcomer, std::size_t inviter) {
    Machine& guest = *machines_[newcomer];
    const std::string country = guest.node().status(guest.clock()).country;
    const auto ticket = machines_[inviter]->node().create_ticket("focal-point", country, std::chrono::days{7},
                                                                 machines_[inviter]->clock());
    if (!ticket) return false;
    const auto joined = std::make_shared<bool>(false);
    guest.node().join(ticket->text, guest.clock(), [joined](const auto& outcome) { *joined = outcome.ok(); });
    run(std::chrono::seconds{10});
    return *joined;
}

}  // namespace liaise::test
