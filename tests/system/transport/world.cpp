#include "tests/system/transport/world.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace liaise::node::transport::test {

TransportSettings quick_settings() {
    TransportSettings settings;
    settings.times.handshake = Duration{3000};
    settings.times.connect = Duration{3000};
    settings.times.heartbeat = Duration{500};
    settings.times.silence = Duration{3000};
    settings.backoff.least = Duration{20};
    settings.backoff.most = Duration{200};
    return settings;
}

World::World(std::uint64_t seed) : io(kj::setupAsyncIo()), random(seed) {
    io.waitScope.setBusyPollInterval(busy_poll_interval);
}

bool World::until(const std::function<bool()>& holds) {
    kj::Timer& timer = io.provider->getTimer();
    const kj::TimePoint deadline = timer.now() + to_kj(patience);
    while (!holds()) {
        if (timer.now() > deadline) return false;
        timer.afterDelay(1 * kj::MILLISECONDS).wait(io.waitScope);
    }
    return true;
}

void World::run_for(Duration duration) {
    io.provider->getTimer().afterDelay(to_kj(duration)).wait(io.waitScope);
}

void Notes::link_up(LinkId link, const LinkInfo& info) {
    CHECK_MESSAGE(links.count(link) == 0, "a link id is never used again");
    links[link].info = info;
}

void Notes::frame(LinkId link, BytesView bytes) {
    REQUIRE(links.count(link) == 1);
    CHECK_MESSAGE(!links[link].end, "no frame after link_down");
    ++links[link].frame_count;
    if (keep_frames) links[link].frames.push_back(to_bytes(bytes));
    if (on_frame) on_frame(link, bytes);
}

void Notes::room(LinkId link) {
    ++links.at(link).rooms;
    if (on_room) on_room(link);
}

void Notes::link_down(LinkId link, LinkEnd end) {
    CHECK_MESSAGE(!links.at(link).end, "link_down comes once");
    links.at(link).end = end;
}

void Notes::dial_failed(const DhPublicKey&, Lane, DialFailure failure, Duration next_try) {
    pauses.push_back(next_try);
    failures.push_back(failure);
}

std::size_t Notes::up_count() const {
    return static_cast<std::size_t>(
        std::count_if(links.begin(), links.end(), [](const auto& entry) { return !entry.second.end; }));
}

std::optional<LinkId> Notes::only_up() const {
    if (up_count() != 1) return std::nullopt;
    for (const auto& [id, link] : links)
        if (!link.end) return id;
    return std::nullopt;
}

std::size_t Notes::frame_count() const {
    std::size_t count = 0;
    for (const auto& [id, link] : links) count += link.frame_count;
    return count;
}

bool Notes::got(std::string_view frame) const {
    for (const auto& [id, link] : links)
        for (const Bytes& bytes : link.frames)
            if (text_of(bytes) == frame) return true;
    return false;
}

Party::Party(World& world, const TransportSettings& settings)
    : own_key(crypto::DhKey::draw(world.random)),
      transport(world.loop(), own_key, policy, world.random, notes, settings) {}

Address Party::listen() {
    auto address = transport.listen(*Address::parse("127.0.0.1:0"));
    REQUIRE(address.ok());
    return *address;
}

Pair::Pair(World& world, const TransportSettings& settings)
    : listener(world, settings), dialler(world, settings), address(listener.listen()) {
    listener.admit(dialler);
    REQUIRE(dialler.transport.dial(listener.target(address)).ok());
    REQUIRE(world.until([&] { return dialler.notes.only_up().has_value(); }));
    dialled = *dialler.notes.only_up();
    REQUIRE(dialler.transport.send(dialled, to_bytes(bytes_of("hello"))).ok());
    REQUIRE(world.until([&] { return listener.notes.got("hello"); }));
    inbound = *listener.notes.only_up();
}

RawDealer::RawDealer(World& world, const DhPublicKey& server_key, std::string_view routing_id)
    : own_key_(crypto::DhKey::draw(world.random)),
      dealer_(context_, ZMQ_DEALER),
      monitor_(context_, dealer_, ZMQ_EVENT_ALL) {
    dealer_.set_bytes(ZMQ_CURVE_SERVERKEY, server_key.view());
    dealer_.set_bytes(ZMQ_CURVE_PUBLICKEY, own_key_.public_key().view());
    dealer_.set_bytes(ZMQ_CURVE_SECRETKEY, own_key_.private_key().view());
    dealer_.set(ZMQ_RECONNECT_IVL, -1);
    dealer_.set(ZMQ_SNDHWM, 0);
    if (!routing_id.empty()) dealer_.set_bytes(ZMQ_ROUTING_ID, bytes_of(routing_id));
}

void RawDealer::connect(const Address& address) {
    REQUIRE(dealer_.connect("tcp://" + address.text()) == 0);
}

bool RawDealer::send(const std::vector<std::string>& parts) {
    for (std::size_t i = 0; i < parts.size(); ++i)
        if (dealer_.send_copy(bytes_of(parts[i]), i + 1 < parts.size()) != SendOutcome::sent) return false;
    return true;
}

std::optional<int> RawDealer::event() {
    const auto event = monitor_.next();
    if (!event) return std::nullopt;
    return event->kind;
}

RawTcp::RawTcp(const Address& address) : descriptor_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    REQUIRE(descriptor_ >= 0);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(address.port);
    REQUIRE(inet_pton(AF_INET, address.host.c_str(), &name.sin_addr) == 1);
    REQUIRE(::connect(descriptor_, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0);
}

RawTcp::~RawTcp() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

bool RawTcp::send(BytesView bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno != EAGAIN) return false;
        if (sent > 0) bytes = bytes.subspan(static_cast<std::size_t>(sent));
        pollfd wait{descriptor_, POLLOUT, 0};
        if (sent < 0) static_cast<void>(poll(&wait, 1, 1000));  // libzmq's own thread reads
    }
    return true;
}

bool RawTcp::closed() {
    std::array<std::uint8_t, 4096> dropped{};
    for (;;) {
        const ssize_t got = recv(descriptor_, dropped.data(), dropped.size(), MSG_DONTWAIT);
        if (got > 0) continue;
        return got == 0 || errno != EAGAIN;
    }
}

Bytes zmtp_greeting(std::string_view mechanism) {
    Bytes greeting{0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0};
    append(greeting, bytes_of(mechanism));
    greeting.resize(64);
    return greeting;
}

std::size_t resident_kib() {
    std::ifstream statm("/proc/self/statm");
    std::size_t pages = 0, resident = 0;
    statm >> pages >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) / 1024;
}

}  // namespace liaise::node::transport::test
