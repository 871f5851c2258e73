#include "node/transport/dialer.h"

#include <kj/debug.h>

#include <algorithm>

namespace liaise::node::transport {
namespace {

constexpr std::size_t resolved_max = 8;  // addresses taken from one name

// After the TCP connection and the handshake had their time, and libzmq the chance to say so.
constexpr Duration attempt_slack{1000};

}  // namespace

struct Dialer::Target final : DialledConnection::Owner {
    enum class State { waiting, trying, up };

    Target(Dialer& owner, DialTarget target, const BackoffLimits& limits)
        : dialer(owner), wanted(std::move(target)), backoff(limits) {}

    Lane lane() const { return wanted.guest_key ? Lane::guest : Lane::member; }
    Key key() const { return {wanted.server_key, lane()}; }

    void connection_up(DialledConnection&) override { dialer.went_up(*this); }
    void connection_frame(DialledConnection&, BytesView frame) override {
        dialer.handler_.frame(link, frame);
    }
    void connection_room(DialledConnection&) override { dialer.handler_.room(link); }
    void connection_failed(DialledConnection&, DialFailure why) override {
        dialer.attempt_failed(*this, why);
    }
    void connection_ended(DialledConnection&, LinkEnd end) override {
        const LinkId ended = link;
        Dialer& owner = dialer;
        owner.went_down(*this);  // may end this target
        owner.handler_.link_down(ended, end);
    }

    Dialer& dialer;
    DialTarget wanted;
    Backoff backoff;
    State state = State::waiting;
    bool stopped = false;  // no attempts any more; stays while its link is up
    kj::TimePoint deadline =
        kj::origin<kj::TimePoint>();                 // waiting: of the next round; trying: of this attempt
    std::deque<Address> candidates;                  // of this round, yet to be tried
    DialFailure failure = DialFailure::unreachable;  // the most telling of this round
    std::uint64_t attempt = 0;
    std::unique_ptr<DialledConnection> connection;
    LinkId link = LinkId::none;
    kj::TimePoint up_since = kj::origin<kj::TimePoint>();
};

Dialer::Dialer(const LoopParts& loop, ZmqContext& context, const crypto::DhKey& own_key,
               const SocketTimes& times, const BackoffLimits& backoff, RandomSource& random,
               LinkIds& link_ids, LinkHandler& handler)
    : loop_(loop),
      context_(context),
      own_key_(own_key),
      times_(times),
      backoff_(backoff),
      random_(random),
      link_ids_(link_ids),
      handler_(handler),
      alarm_(loop.timer, [this] { look(); }),
      tasks_(*this) {}

Dialer::~Dialer() noexcept = default;

Dialer::Target* Dialer::find(const Key& key) {
    const auto found = targets_.find(key);
    return found == targets_.end() ? nullptr : found->second.get();
}

Result<void> Dialer::dial(DialTarget wanted) {
    if (wanted.addresses.empty()) return Error{ErrorCode::malformed, "no address to dial"};
    if (wanted.addresses.size() > limits::addresses_max)
        return Error{ErrorCode::too_large, "more addresses than a device may have", wanted.addresses.size()};
    const Key key{wanted.server_key, wanted.guest_key ? Lane::guest : Lane::member};
    Target* target = find(key);
    if (target == nullptr) {
        if (targets_.size() >= limits::dial_targets_max)
            return Error{ErrorCode::exhausted, "too many targets to dial", targets_.size()};
        auto made = std::make_unique<Target>(*this, std::move(wanted), backoff_);
        target = targets_.emplace(key, std::move(made)).first->second.get();
    } else {
        target->wanted = std::move(wanted);
        target->backoff.reset();
        target->stopped = false;
    }
    if (target->state == Target::State::waiting) wait(*target, Duration::zero());
    return {};
}

void Dialer::stop_dialling(const DhPublicKey& server_key, Lane lane) {
    Target* target = find({server_key, lane});
    if (target == nullptr) return;
    target->stopped = true;
    if (target->state == Target::State::up) return;
    if (target->state == Target::State::trying) --trying_;
    retire(*target);
    targets_.erase(target->key());
    set_alarm();
}

// Everything that is due by now.
void Dialer::look() {
    const kj::TimePoint now = loop_.timer.now();
    give_up_overdue(now);
    while (trying_ < limits::dials_at_once_max) {
        Target* target = next_due(now);
        if (target == nullptr) break;
        begin_round(*target);
    }
    set_alarm();
}

void Dialer::give_up_overdue(kj::TimePoint now) {
    const auto is_overdue = [now](const Target& target) {
        return target.state == Target::State::trying && target.deadline <= now;
    };
    std::vector<Key> overdue;
    for (const auto& [key, target] : targets_)
        if (is_overdue(*target)) overdue.push_back(key);
    for (const Key& key : overdue)
        if (Target* target = find(key); target != nullptr && is_overdue(*target))
            attempt_failed(*target, DialFailure::unreachable);  // which may handle others of the list
}

Dialer::Target* Dialer::next_due(kj::TimePoint now) {
    Target* first = nullptr;
    for (const auto& [key, target] : targets_) {
        if (target->state != Target::State::waiting || target->deadline > now) continue;
        if (first == nullptr || target->deadline < first->deadline) first = target.get();
    }
    return first;
}

// For the next attempt to give up, and the next target to try unless all places are taken.
void Dialer::set_alarm() {
    const bool places_free = trying_ < limits::dials_at_once_max;
    const Target* next = nullptr;
    for (const auto& [key, target] : targets_) {
        const bool counts = target->state == Target::State::trying ||
                            (target->state == Target::State::waiting && places_free);
        if (counts && (next == nullptr || target->deadline < next->deadline)) next = target.get();
    }
    if (next == nullptr) return alarm_.clear();
    alarm_.set(next->deadline);
}

void Dialer::begin_round(Target& target) {
    target.state = Target::State::trying;
    ++trying_;
    target.failure = DialFailure::unreachable;
    target.candidates.assign(target.wanted.addresses.begin(), target.wanted.addresses.end());
    try_next(target);
}

void Dialer::try_next(Target& target) {
    retire(target);
    std::erase_if(target.candidates,
                  [](const Address& address) { return address.is_onion() || !address.dialable(); });
    if (target.candidates.empty()) {
        --trying_;
        const Duration pause = target.backoff.after_failure(random_);
        const DialFailure failure = target.failure;
        const Key key = target.key();
        wait(target, pause);
        return handler_.dial_failed(key.first, key.second, failure, pause);
    }
    const Address address = target.candidates.front();
    target.candidates.pop_front();
    target.attempt = ++attempts_;
    target.deadline = loop_.timer.now() + to_kj(times_.connect + times_.handshake + attempt_slack);
    if (address.is_name()) return look_up(target, address);
    connect(target, address);
}

void Dialer::look_up(Target& target, const Address& name) {
    const Key key = target.key();
    const std::uint64_t attempt = target.attempt;
    auto answer = loop_.network.parseAddress(name.host.c_str(), name.port);
    tasks_.add(answer.then(
        [this, key, attempt](kj::Own<kj::NetworkAddress>&& found) {
            looked_up(key, attempt, found->toString());
        },
        [this, key, attempt](kj::Exception&&) { looked_up(key, attempt, ""); }));
}

void Dialer::looked_up(const Key& key, std::uint64_t attempt, kj::StringPtr addresses) {
    Target* target = find(key);
    if (target == nullptr || target->state != Target::State::trying || target->attempt != attempt) return;
    std::string_view rest(addresses.begin(), addresses.size());
    std::vector<Address> found;
    while (!rest.empty() && found.size() < resolved_max) {
        const std::size_t end = std::min(rest.find(','), rest.size());
        if (auto address = Address::parse(rest.substr(0, end)); address && !address->is_name())
            found.push_back(std::move(*address));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    target->candidates.insert(target->candidates.begin(), found.begin(), found.end());
    try_next(*target);
    set_alarm();
}

void Dialer::connect(Target& target, const Address& address) {
    const crypto::DhKey& own_key = target.wanted.guest_key ? *target.wanted.guest_key : own_key_;
    const auto failed = kj::runCatchingExceptions([&] {
        target.connection = std::make_unique<DialledConnection>(loop_, context_, address, own_key,
                                                                target.wanted.server_key, times_, target);
    });
    if (failed != nullptr) target.deadline = loop_.timer.now() + to_kj(backoff_.least);  // no descriptor left
}

void Dialer::went_up(Target& target) {
    --trying_;
    target.state = Target::State::up;
    target.up_since = loop_.timer.now();
    target.link = link_ids_.next();
    links_.emplace(target.link, &target);
    handler_.link_up(target.link, {target.wanted.server_key, target.lane(), true});
    look();  // a place is free
}

void Dialer::attempt_failed(Target& target, DialFailure failure) {
    target.failure = std::max(target.failure, failure);
    try_next(target);
    look();
}

// The link is gone: wait, and dial again, unless nobody wants it any more.
void Dialer::went_down(Target& target) {
    links_.erase(target.link);
    target.link = LinkId::none;
    retire(target);
    if (target.stopped) {
        targets_.erase(target.key());
        return;
    }
    const auto lasted = Duration{(loop_.timer.now() - target.up_since) / kj::MILLISECONDS};
    wait(target, target.backoff.after_link(lasted, random_));
}

void Dialer::wait(Target& target, Duration pause) {
    target.state = Target::State::waiting;
    target.deadline = loop_.timer.now() + to_kj(pause);
    set_alarm();
}

Result<void> Dialer::send(LinkId link, Bytes&& frame) {
    const auto found = links_.find(link);
    if (found == links_.end()) return Error{ErrorCode::not_known, "link is gone"};
    Target& target = *found->second;
    const bool guest = target.lane() == Lane::guest;
    LIAISE_TRY(
        check_frame_size(frame.size(), guest ? limits::guest_frame_bytes_max : limits::frame_bytes_max));
    return target.connection->send(std::move(frame));
}

void Dialer::close(LinkId link) {
    const auto found = links_.find(link);
    if (found == links_.end()) return;
    went_down(*found->second);
    closed_.push_back(link);
    sweep_later();
}

// The connection makes no more calls; it is destroyed when nothing of it can be on the stack.
void Dialer::retire(Target& target) {
    if (!target.connection) return;
    target.connection->abandon();
    retired_.push_back(std::move(target.connection));
    sweep_later();
}

void Dialer::sweep_later() {
    if (std::exchange(sweeping_, true)) return;
    tasks_.add(kj::evalLast([this] { sweep(); }));
}

void Dialer::sweep() {
    sweeping_ = false;
    retired_.clear();
    while (!closed_.empty()) {
        const LinkId link = closed_.front();
        closed_.pop_front();
        handler_.link_down(link, LinkEnd::closed_by_us);
    }
}

void Dialer::taskFailed(kj::Exception&& exception) {
    KJ_LOG(ERROR, "event=dialer_failed", exception.getDescription());
}

}  // namespace liaise::node::transport
