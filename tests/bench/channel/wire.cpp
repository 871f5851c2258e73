#include "tests/bench/channel/wire.h"

#include <time.h>

#include <cstdio>
#include <cstdlib>

#include "node/service/make_home.h"

namespace liaise::bench {

using namespace node;
using transport::Lane;
using transport::LinkId;

namespace {

constexpr std::size_t ticks_without_pause_max = 1'000'000;

crypto::SecretBytes passphrase() {
    return crypto::SecretBytes::copy_of(bytes_of("lantern gravel window"));
}
std::uint64_t number_of(LinkId link) {
    return static_cast<std::uint64_t>(link) / 2;
}
bool is_dialler(LinkId link) {
    return static_cast<std::uint64_t>(link) % 2 == 0;
}
LinkId end_of(std::uint64_t link, bool listener) {
    return static_cast<LinkId>(link * 2 + (listener ? 1 : 0));
}

}  // namespace

double thread_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// ---- A node

Host::Host(Wire& wire, const std::string& name, const std::string& country)
    : wire_(wire), name_(name), random_(std::hash<std::string>{}(name)) {
    address_ = "10.0.0." + std::to_string(1 + std::hash<std::string>{}(name) % 250) + ":7400";
    const service::NewHome wishes{
        name, "focal-point", country, "", "", passphrase(), crypto::password_cost_least};
    const auto maker = service::HomeMaker::make(folder_ / "home", wishes, random_, wire.now());
    LIAISE_CHECK(maker.ok());
    LIAISE_CHECK((*maker)->keep().ok());
    vault_ = store::Vault::open(folder_ / "home/vault", passphrase()).value();
}

Host::~Host() {
    node_.reset();
    store_.reset();
}

void Host::start() {
    store_ = std::move(
        store::Store::open({folder_ / "home/store.db", folder_ / "home/chunks.pack"}, *vault_, random_)
            .value());
    node_ = std::move(service::AppNode::open(*store_, random_, *this, *this).value());
    node_->attach(*this, {address_}, {address_});
}

void Host::stop() {
    node_->flush(now());
    node_->detach();
    node_.reset();
    store_.reset();
    wire_.close_all(*this);
}

std::uint64_t Host::disk_bytes() const {
    std::uint64_t bytes = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder_ / "home"))
        if (file.is_regular_file()) bytes += file.file_size();
    return bytes;
}

void Host::link_up(LinkId link, const transport::LinkInfo& info) {
    timed([&] { node_->links().link_up(link, info); });
}

void Host::frame(LinkId link, BytesView bytes) {
    bytes_in += bytes.size();
    ++frames_in;
    timed([&] { node_->links().frame(link, bytes); });
}

void Host::link_down(LinkId link) {
    timed([&] { node_->links().link_down(link, transport::LinkEnd::peer_gone); });
}

bool Host::settle(Time now) {
    if (node_->needs_flush()) {
        timed([&] { node_->flush(now); });
        if (after_commit) after_commit();
        return true;
    }
    const auto due = node_->deadline();
    if (!due || *due > now) return false;
    timed([&] { node_->tick(now); });
    return true;
}

std::optional<Time> Host::deadline() const {
    return node_->deadline();
}

Time Host::now() const {
    return wire_.now();
}

void Host::event(service::Level level, std::string_view name, std::initializer_list<Field> fields) {
    if (level < service::Level::warning && std::getenv("LIAISE_BENCH_LOG") == nullptr) return;
    std::printf("  (%s: %.*s", name_.c_str(), static_cast<int>(name.size()), name.data());
    for (const auto& [key, value] : fields)
        std::printf(" %.*s=%s", static_cast<int>(key.size()), key.data(), value.c_str());
    std::printf(")\n");
}

Result<void> Host::dial(transport::DialTarget target) {
    wire_.dial(*this, target);
    return {};
}

void Host::stop_dialling(const DhPublicKey& server_key, Lane lane) {
    wire_.forget(*this, server_key, lane);
}

Result<void> Host::send(LinkId link, Bytes&& frame) {
    wire_.send(link, std::move(frame));
    return {};
}

void Host::close(LinkId link) {
    wire_.close(link);
}

// ---- The wire

Host& Wire::add(const std::string& name, const std::string& country) {
    hosts_.push_back(std::make_unique<Host>(*this, name, country));
    endpoints_.push_back(hosts_.back().get());
    hosts_.back()->start();
    return *hosts_.back();
}

void Wire::dial(Endpoint& from, const transport::DialTarget& target) {
    const Lane lane = target.guest_key ? Lane::guest : Lane::member;
    targets_.insert_or_assign({&from, target.server_key, lane}, Target{target, true});
}

void Wire::forget(Endpoint& from, const DhPublicKey& key, Lane lane) {
    targets_.erase({&from, key, lane});
}

LinkId Wire::connect(Endpoint& from, Endpoint& to, const DhPublicKey& key, Lane lane) {
    const std::uint64_t number = ++links_ever_;
    links_.emplace(number, Link{&from, &to, key, to.key(), lane});
    from.link_up(end_of(number, false), {to.key(), lane, true});
    return end_of(number, false);
}

bool Wire::dial_due() {
    std::vector<std::tuple<Endpoint*, DhPublicKey, Lane>> due;
    for (auto& [name, target] : targets_)
        if (std::exchange(target.due, false)) due.push_back(name);
    for (const auto& name : due) {
        Endpoint* const from = std::get<0>(name);
        const DhPublicKey& key = std::get<1>(name);
        const Lane lane = std::get<2>(name);
        const auto target = targets_.find(name);
        if (target == targets_.end() || !from->runs()) continue;
        const bool linked = std::any_of(links_.begin(), links_.end(), [&](const auto& each) {
            return each.second.dialler == from && each.second.listener_key == key && each.second.lane == lane;
        });
        if (linked) continue;
        const DhPublicKey own =
            target->second.target.guest_key ? target->second.target.guest_key->public_key() : from->key();
        for (Endpoint* const to : endpoints_) {
            if (to == from || !to->runs() || to->key() != key) continue;
            const auto admitted = to->decide(own);
            if (admitted != transport::Admission::refuse)
                connect(*from, *to, own,
                        admitted == transport::Admission::guest ? Lane::guest : Lane::member);
            break;
        }
    }
    return !due.empty();
}

void Wire::send(LinkId link, Bytes frame) {
    if (links_.contains(number_of(link)))
        frames_.push_back({number_of(link), is_dialler(link), std::move(frame)});
}

bool Wire::deliver() {
    const bool any = !frames_.empty();
    while (!frames_.empty()) {
        const Frame frame = std::move(frames_.front());
        frames_.pop_front();
        const auto found = links_.find(frame.link);
        if (found == links_.end()) continue;
        const Link link = found->second;
        Endpoint& to = *(frame.to_listener ? link.listener : link.dialler);
        if (!to.runs()) continue;
        if (frame.to_listener && !std::exchange(found->second.begun, true))
            to.link_up(end_of(frame.link, true), {link.dialler_key, link.lane, false});
        to.frame(end_of(frame.link, frame.to_listener), frame.bytes);
    }
    return any;
}

void Wire::close(LinkId id) {
    const auto found = links_.find(number_of(id));
    if (found == links_.end()) return;
    const Link link = found->second;
    links_.erase(found);
    if (link.listener->runs() && link.begun) link.listener->link_down(end_of(number_of(id), true));
    if (link.dialler->runs()) link.dialler->link_down(end_of(number_of(id), false));
}

void Wire::close_all(const Endpoint& of) {
    std::vector<std::uint64_t> ending;
    for (const auto& [number, link] : links_)
        if (link.dialler == &of || link.listener == &of) ending.push_back(number);
    for (const std::uint64_t number : ending) close(end_of(number, false));
    std::erase_if(targets_, [&of](const auto& target) { return std::get<0>(target.first) == &of; });
    for (auto& [name, target] : targets_) target.due = true;
}

void Wire::pump() {
    std::size_t ticks = 0;
    for (bool busy = true; busy;) {
        LIAISE_CHECK(++ticks < ticks_without_pause_max);
        busy = deliver() || dial_due();
        for (Endpoint* const each : endpoints_)
            if (each->runs()) busy = each->settle(now_) || busy;
    }
}

void Wire::run(Duration span, const std::function<bool()>& enough) {
    const Time until = now_ + span;
    for (;;) {
        pump();
        if (enough && enough()) return;
        std::optional<Time> next;
        for (const Endpoint* const each : endpoints_)
            if (const auto due = each->runs() ? each->deadline() : std::nullopt;
                due && (!next || *due < *next))
                next = due;
        if (!next || *next > until) break;
        now_ = std::max(now_, *next);
    }
    now_ = until;
    pump();
}

void Wire::join(Host& newcomer, Host& inviter) {
    const auto ticket = inviter.node().create_ticket("focal-point", "KE", std::chrono::days(1), now_);
    LIAISE_CHECK(ticket.ok());
    bool joined = false;
    newcomer.node().join(ticket->text, now_, [&joined](const auto& outcome) { joined = outcome.ok(); });
    for (auto& [name, target] : targets_) target.due = true;
    run(std::chrono::seconds(30));
    LIAISE_CHECK(joined);
    for (auto& [name, target] : targets_) target.due = true;
    run(std::chrono::minutes(1));
}

}  // namespace liaise::bench
