#include "tests/simulation/node/world.h"

#include <cstdio>

#include "node/service/make_home.h"

namespace liaise::test {

using namespace node;
using transport::Lane;
using transport::LinkId;

namespace {

constexpr Duration redial_pause = std::chrono::seconds{2};

crypto::SecretBytes passphrase() {
    return crypto::SecretBytes::copy_of(bytes_of("lantern gravel window"));
}

LinkId dialler_id(std::uint64_t link) {
    return static_cast<LinkId>(link * 2);
}
LinkId listener_id(std::uint64_t link) {
    return static_cast<LinkId>(link * 2 + 1);
}
std::uint64_t link_of(LinkId id) {
    return static_cast<std::uint64_t>(id) / 2;
}
bool is_dialler(LinkId id) {
    return static_cast<std::uint64_t>(id) % 2 == 0;
}

}  // namespace

Machine::Machine(World& world, std::size_t number)
    : world_(world),
      number_(number),
      address_("10.0.0." + std::to_string(number + 1) + ":7400"),
      random_(world.seed() * 1000 + number) {}

Machine::Machine(World& world, std::size_t number, const std::string& name, const std::string& country)
    : Machine(world, number) {
    service::NewHome wishes{name, "focal-point", country, "", "", passphrase(), crypto::password_cost_least};
    const std::string home = folder_ / "home";
    {
        const auto maker = service::HomeMaker::make(home, wishes, random_, world.now());
        LIAISE_CHECK(maker.ok());
        LIAISE_CHECK((*maker)->keep().ok());
        sheet_ = std::string(text_of((*maker)->sheet().view()));
    }
    vault_ = store::Vault::open(home + "/vault", passphrase()).value();
    start();
}

Machine::Machine(World& world, std::size_t number, const std::string& ticket) : Machine(world, number) {
    const std::string home = folder_ / "home";
    LIAISE_CHECK(service::HomeMaker::make_device(home, ticket, passphrase(), crypto::password_cost_least,
                                                 random_, world.now())
                     .ok());
    vault_ = store::Vault::open(home + "/vault", passphrase()).value();
    start();
}

Machine::~Machine() {
    gone();
}

void Machine::start() {
    const std::string home = folder_ / "home";
    store_ = store::Store::open({home + "/store.db", home + "/chunks.pack"}, *vault_, random_).value();
    node_ = service::AppNode::open(*store_, random_, *this, *this).value();
    node_->attach(*this, {address_}, {address_});
    settle();
}

void Machine::gone() {
    targets_.clear();
    node_.reset();
    store_.reset();
}

void Machine::crash() {
    world_.end_links_of(number_);
    gone();
}

void Machine::stop() {
    node_->flush(now());
    node_->detach();
    crash();
}

void Machine::settle() {
    for (int rounds = 0; node_ != nullptr && node_->needs_flush() && rounds < 32; ++rounds)
        node_->flush(now());
}

std::optional<Time> Machine::deadline() const {
    return node_ ? node_->deadline() : std::nullopt;
}

Time Machine::now() const {
    return world_.now();
}

void Machine::event(service::Level level, std::string_view name, std::initializer_list<Field> fields) {
    if (std::getenv("LIAISE_SIMULATION_LOG") == nullptr) return;
    std::printf("%s machine %zu level %d %.*s", to_rfc3339(now()).c_str(), number_, static_cast<int>(level),
                static_cast<int>(name.size()), name.data());
    for (const auto& [key, value] : fields)
        std::printf(" %.*s=%s", static_cast<int>(key.size()), key.data(), value.c_str());
    std::printf("\n");
}

Result<void> Machine::dial(transport::DialTarget target) {
    const std::pair key{target.server_key, target.guest_key ? Lane::guest : Lane::member};
    targets_.insert_or_assign(key, std::move(target));
    world_.at(now() + Duration{1}, [this, key] { world_.try_dial(number_, key.first, key.second); });
    return {};
}

void Machine::stop_dialling(const DhPublicKey& server_key, Lane lane) {
    targets_.erase({server_key, lane});
}

Result<void> Machine::send(LinkId id, Bytes&& frame) {
    const auto link = world_.links_.find(link_of(id));
    if (link == world_.links_.end()) return Error{ErrorCode::not_known, "no such link"};
    const bool to_listener = is_dialler(id);
    Time& busy = to_listener ? link->second.busy_until_listener : link->second.busy_until_dialler;
    const auto delay = Duration{static_cast<std::int64_t>(1 + world_.random.below(40))};
    busy = std::max(busy, now() + world_.latency + delay);
    world_.at(busy,
              [this, number = link->first, to_listener, held = std::make_shared<Bytes>(std::move(frame))] {
                  world_.deliver(number, to_listener, held);
              });
    return {};
}

void Machine::close(LinkId id) {
    world_.at(now(), [this, id] { world_.end(link_of(id)); });
}

World::~World() {
    while (!events_.empty()) events_.pop();
}

Machine& World::add(const std::string& name, const std::string& country) {
    machines_.push_back(std::make_unique<Machine>(*this, machines_.size(), name, country));
    return *machines_.back();
}

Machine& World::add_device(const std::string& ticket) {
    machines_.push_back(std::make_unique<Machine>(*this, machines_.size(), ticket));
    return *machines_.back();
}

void World::try_dial(std::size_t from, DhPublicKey key, Lane lane) {
    Machine& dialler = *machines_[from];
    const auto target = dialler.targets_.find({key, lane});
    if (!dialler.runs() || target == dialler.targets_.end()) return;
    for (const auto& [number, link] : links_)
        if (link.dialler == from && link.listener_key == key && link.lane == lane) return;
    const auto again = [&] {
        at(now_ + redial_pause, [this, from, key, lane] { try_dial(from, key, lane); });
    };
    const DhPublicKey own = target->second.guest_key ? target->second.guest_key->public_key()
                                                     : dialler.node_->transport_key().public_key();
    for (std::size_t to = 0; to < machines_.size(); ++to) {
        Machine& listener = *machines_[to];
        if (to == from || !listener.runs() || apart(from, to) ||
            listener.node_->transport_key().public_key() != key)
            continue;
        const auto admitted = listener.node_->door().decide(own);
        if (admitted == transport::Admission::refuse) {
            dialler.node_->links().dial_failed(key, lane, transport::DialFailure::refused, redial_pause);
            return again();
        }
        const std::uint64_t number = ++links_ever_;
        links_[number] = {from,
                          to,
                          dialler_id(number),
                          listener_id(number),
                          own,
                          key,
                          admitted == transport::Admission::guest ? Lane::guest : Lane::member};
        dialler.node_->links().link_up(dialler_id(number), {key, lane, true});
        return;
    }
    dialler.node_->links().dial_failed(key, lane, transport::DialFailure::unreachable, redial_pause);
    again();
}

void World::deliver(std::uint64_t number, bool to_listener, const std::shared_ptr<Bytes>& frame) {
    const auto found = links_.find(number);
    if (found == links_.end()) return;
    Link& link = found->second;
    Machine& to = *machines_[to_listener ? link.listener : link.dialler];
    if (!to.runs()) return;
    if (to_listener && !link.begun) {
        link.begun = true;
        to.node_->links().link_up(link.at_listener, {link.dialler_key, link.lane, false});
    }
    to.node_->links().frame(to_listener ? link.at_listener : link.at_dialler, *frame);
}

void World::end(std::uint64_t number) {
    const auto found = links_.find(number);
    if (found == links_.end()) return;
    const Link link = found->second;
    links_.erase(found);
    Machine& dialler = *machines_[link.dialler];
    Machine& listener = *machines_[link.listener];
    if (dialler.runs()) dialler.node_->links().link_down(link.at_dialler, transport::LinkEnd::peer_gone);
    if (listener.runs() && link.begun)
        listener.node_->links().link_down(link.at_listener, transport::LinkEnd::peer_gone);
    at(now_ + redial_pause, [this, link] { try_dial(link.dialler, link.listener_key, link.lane); });
}

void World::end_links_of(std::size_t machine) {
    std::vector<std::uint64_t> ending;
    for (const auto& [number, link] : links_)
        if (link.dialler == machine || link.listener == machine) ending.push_back(number);
    for (const std::uint64_t number : ending) end(number);
}

void World::set_partition(std::size_t a, std::size_t b, bool apart) {
    const std::pair pair{std::min(a, b), std::max(a, b)};
    if (!apart) {
        apart_.erase(pair);
        return;
    }
    apart_.insert(pair);
    std::vector<std::uint64_t> ending;
    for (const auto& [number, link] : links_)
        if (std::minmax(link.dialler, link.listener) == std::minmax(a, b)) ending.push_back(number);
    for (const std::uint64_t number : ending) end(number);
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
        if (!next || *next > until) break;
        // A deadline that is over already is served once a millisecond, so that nothing can stop the clock.
        now_ = std::max(*next, now_);
        bool ticked = false;
        for (const auto& machine : machines_) {
            const auto due = machine->deadline();
            if (!due || *due > now_) continue;
            machine->node_->tick(now_);
            machine->settle();
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

void World::join(std::size_t newcomer, std::size_t inviter) {
    Machine& guest = *machines_[newcomer];
    const std::string country = guest.node().status(now_).country;
    const auto ticket =
        machines_[inviter]->node().create_ticket("focal-point", country, std::chrono::days{7}, now_);
    LIAISE_CHECK(ticket.ok());
    bool joined = false;
    guest.node().join(ticket->text, now_, [&joined](const auto& outcome) { joined = outcome.ok(); });
    run(std::chrono::seconds{10});
    LIAISE_CHECK(joined);
}

}  // namespace liaise::test
