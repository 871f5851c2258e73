#include "node/daemon/daemon.h"

#include <unistd.h>

#include <csignal>

#include "node/daemon/announced.h"
#include "node/daemon/system.h"
#include "node/daemon/version.h"
#include "node/service/refusals.h"

namespace liaise::node::daemon {
namespace {

using service::Done;
using service::Level;
using service::Outcome;

constexpr Duration clock_step = std::chrono::seconds{10};  // more than what slewing a clock comes to
constexpr std::size_t cache_bytes = 8 * 1024 * 1024;
constexpr auto last_answer = 200 * kj::MILLISECONDS;  // for the answer to `stop` to reach its reader

}  // namespace

Daemon::Daemon(Options options, store::Home home, kj::AsyncIoContext& io, service::EventLog& log,
               RandomSource& random)
    : options_(std::move(options)),
      home_(std::move(home)),
      io_(io),
      log_(log),
      random_(random),
      server_(*this, io.provider->getTimer()),
      stopping_(nullptr),
      tasks_(*this) {
    auto stopped = kj::newPromiseAndFulfiller<void>();
    stopped_ = kj::mv(stopped.fulfiller);
    stopping_ = kj::mv(stopped.promise);
    clock_was_set();  // the first reading
}

Daemon::~Daemon() noexcept {
    close_node();
}

kj::Promise<Outcome<Done>> Daemon::start(std::optional<crypto::SecretBytes> passphrase) {
    auto socket = control::serve_control(home_.folder(), server_, *io_.lowLevelProvider);
    if (!socket) return Outcome<Done>(service::refusals::home_unusable(home_.folder(), socket.error()));
    socket_ = *std::move(socket);
    if (!passphrase) return Outcome<Done>(Done{});
    return unlock(*std::move(passphrase));
}

kj::Promise<void> Daemon::run() {
    const auto signal = [this](int number) {
        return io_.unixEventPort.onSignal(number).then([this](siginfo_t&&) { return stop().ignoreResult(); });
    };
    return kj::mv(stopping_).exclusiveJoin(signal(SIGTERM)).exclusiveJoin(signal(SIGINT));
}

Time Daemon::now() const {
    if (!turn_time_) {
        turn_time_ = wall_clock();
        // A turn forgets the reading at its end; where none comes it must not be kept for the next event.
        if (!turn_queued_) tasks_.add(kj::evalLast([this] { turn_time_.reset(); }));
    }
    return *turn_time_;
}

control::DaemonFacts Daemon::facts() {
    return {version, static_cast<std::uint32_t>(getpid()), home_.folder(), listening_, node_ == nullptr};
}

void Daemon::node_was_used() {
    if (node_ != nullptr) node_->make_way(now());
    wake();
}

void Daemon::wake() {
    if (turn_queued_) return;
    turn_queued_ = true;
    tasks_.add(kj::evalLast([this] { turn(); }));
}

void Daemon::turn() {
    turn_queued_ = false;
    turn_time_ = wall_clock();
    const bool set = clock_was_set();
    if (node_ != nullptr) {
        if (set) node_->clock_was_set();
        if (const auto due = node_->deadline(); due && *due <= now()) node_->tick(now());
        if (node_->needs_flush()) node_->flush(now());
        set_timer();
    }
    turn_time_.reset();
}

bool Daemon::clock_was_set() {
    const Duration offset = now().time_since_epoch() - steady_clock();
    const bool set = std::chrono::abs(offset - clock_offset_) > clock_step;
    if (set) clock_offset_ = offset;
    return set;
}

void Daemon::set_timer() {
    const auto due = node_->deadline();
    if (due == timer_at_) return;
    timer_at_ = due;
    if (!due) {
        timer_ = nullptr;
        return;
    }
    const auto delay = std::max(*due - now(), Duration::zero());
    timer_ = io_.provider->getTimer()
                 .afterDelay(delay.count() * kj::MILLISECONDS)
                 .then([this] {
                     timer_at_.reset();
                     wake();
                 })
                 .eagerlyEvaluate([this](kj::Exception&& exception) { taskFailed(kj::mv(exception)); });
}

kj::Promise<Outcome<Done>> Daemon::unlock(crypto::SecretBytes passphrase) {
    if (node_ != nullptr) return Outcome<Done>(Done{});
    // Argon2id holds the loop for half a second; while locked there is nothing else to serve.
    auto opened = open_node(passphrase);
    if (!opened) return opened;
    return open_door().then([this](Outcome<Done>&& door) {
        if (!door) close_node();
        return kj::mv(door);
    });
}

Outcome<Done> Daemon::open_node(const crypto::SecretBytes& passphrase) {
    const auto vault = store::Vault::open(home_.vault(), passphrase);
    if (!vault && vault.error().code == ErrorCode::not_authentic)
        return service::refusals::wrong_passphrase();
    if (!vault) return service::refusals::from_store(vault.error());
    store::DatabaseOptions database;
    database.cache_bytes = cache_bytes;
    auto store = store::Store::open(paths_of(home_), *vault, random_, database);
    if (!store) return service::refusals::from_store(store.error());
    auto node = service::AppNode::open(**store, random_, log_, *this);
    if (!node) return service::refusals::from_store(node.error());
    store_ = *std::move(store);
    node_ = *std::move(node);
    transport_ = std::make_unique<transport::ZmqTransport>(
        transport::LoopParts{io_.unixEventPort, io_.provider->getTimer(), io_.provider->getNetwork()},
        node_->transport_key(), node_->door(), random_, node_->links());
    return Done{};
}

kj::Promise<Outcome<Done>> Daemon::open_door() {
    std::vector<transport::Address> taken_addresses;
    std::vector<std::string> bound;
    for (const std::string& wanted : listening_.empty() ? options_.listen : listening_) {
        const auto address = transport::Address::parse(wanted);
        if (!address) return Outcome<Done>(service::refusals::cannot_listen(wanted, address.error()));
        const auto taken = transport_->listen(*address);
        if (!taken) return Outcome<Done>(service::refusals::cannot_listen(wanted, taken.error()));
        taken_addresses.push_back(*taken);
        bound.push_back(taken->text());
    }
    const auto announced =
        addresses_to_announce(taken_addresses, options_.announce, addresses_of_interfaces());
    const auto finish = [this, bound, announced]() -> Outcome<Done> {
        listening_ = bound;
        node_->attach(*transport_, bound, announced);
        server_.node_starts(*node_);
        wake();
        log_.event(Level::info, "ready", {{"listening", std::to_string(bound.size())}});
        return Done{};
    };
    if (taken_addresses.empty()) return finish();
    return transport_->prove_closed(taken_addresses.front())
        .then([finish](Result<void>&& closed) -> Outcome<Done> {
            if (!closed) return service::refusals::self_test_failed(closed.error());
            return finish();
        });
}

void Daemon::close_node() {
    if (node_ == nullptr) return;
    if (node_->needs_flush()) node_->flush(wall_clock());
    server_.node_stops(*node_);
    timer_ = nullptr;
    timer_at_.reset();
    node_->detach();
    transport_.reset();
    node_.reset();
    store_.reset();
}

kj::Promise<Outcome<Done>> Daemon::lock() {
    close_node();
    log_.event(Level::info, "locked");
    return Outcome<Done>(Done{});
}

kj::Promise<Outcome<Done>> Daemon::stop() {
    if (ending_) return Outcome<Done>(Done{});
    ending_ = true;
    close_node();
    log_.event(Level::info, "stopped");
    tasks_.add(io_.provider->getTimer().afterDelay(last_answer).then([this] { stopped_->fulfill(); }));
    return Outcome<Done>(Done{});
}

void Daemon::taskFailed(kj::Exception&& exception) {
    log_.event(Level::error, "task_failed",
               {{"file", exception.getFile()}, {"line", std::to_string(exception.getLine())}});
}

}  // namespace liaise::node::daemon
