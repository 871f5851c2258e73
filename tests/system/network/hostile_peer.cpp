// A member of the network whose program does not keep to the rules: an accredited device with all its keys, a
// real session, and one thing that it does wrong.
//
//     hostile-peer HOME ATTACK        the passphrase on standard input
//
// Opens the home as liaised does, writes three posts into every channel, dials whom it knows, and breaks the
// rule that ATTACK names in what it sends. Each time that the other side has cut it off it prints a line, the
// reason that it was given ("none" without a goodbye), and comes back at once, until it is killed.
#include <csignal>
#include <cstdio>
#include <iostream>
#include <map>

#include "node/daemon/system.h"
#include "node/service/app_node.h"
#include "node/store/home.h"
#include "node/store/vault.h"
#include "node/transport/zmq_transport.h"
#include "protocol/base/reader.h"
#include "protocol/base/writer.h"
#include "protocol/crypto/init.h"

namespace {

using namespace liaise;
using namespace liaise::node;

constexpr std::uint8_t hello_type = 1, offer_type = 3, run_type = 32;
constexpr std::size_t flood_frames = 200'000;

// What becomes of a frame that an honest node would send, and what is sent after it.
struct Doing {
    Bytes instead;
    std::vector<Bytes> after{};
    std::size_t flood = 0;  // the last of `after`, so many times more
};
using Attack = std::function<Doing(Bytes)>;

std::uint8_t type_of(const Bytes& frame) {
    return frame.empty() ? 0 : frame[0];
}

Attack with_versions(std::uint16_t min, std::uint16_t max) {
    return [=](Bytes frame) -> Doing {
        if (type_of(frame) != hello_type) return {std::move(frame)};
        auto hello = std::get<sync::HelloFrame>(*sync::parse_frame(frame));
        hello.version_min = min;
        hello.version_max = max;
        return {sync::encode(hello)};
    };
}

Attack after_offer(std::function<Bytes()> make, std::size_t flood = 0) {
    return [=](Bytes frame) -> Doing {
        if (type_of(frame) != offer_type) return {std::move(frame)};
        return {std::move(frame), {make()}, flood};
    };
}

Attack on_runs(std::function<Bytes(const sync::RunFrame&, const log::RunView&)> change) {
    return [=](Bytes frame) -> Doing {
        if (type_of(frame) != run_type) return {std::move(frame)};
        const auto run = std::get<sync::RunFrame>(*sync::parse_frame(frame));
        return {change(run, *log::parse_run(run.run))};
    };
}

Bytes noise(std::size_t size) {
    Bytes bytes(size);
    daemon::SystemRandom().fill(bytes);
    return bytes;
}

Bytes leb(std::uint64_t value) {
    Bytes bytes;
    for (; value >= 0x80; value >>= 7) bytes.push_back(static_cast<std::uint8_t>(value | 0x80));
    bytes.push_back(static_cast<std::uint8_t>(value));
    return bytes;
}

Bytes run_frame(sync::Handle handle, const WriterKey& writer, std::uint64_t first, std::uint16_t count,
                BytesView entries) {
    Bytes frame = sync::run_frame_beginning(handle);
    append(frame, writer.view());
    append(frame, leb(first));
    Writer number;
    number.u16(count);
    append(frame, number.view());
    append(frame, entries);
    return frame;
}

// Where the first entry of a run ends: kind, size of the payload, signature, payload.
std::size_t first_entry_bytes(BytesView entries) {
    std::size_t at = 1;
    std::uint64_t payload = 0;
    for (unsigned shift = 0;; shift += 7) {
        payload |= std::uint64_t{entries[at] & 0x7fU} << shift;
        if ((entries[at++] & 0x80U) == 0) break;
    }
    return at + Signature::size_bytes + payload;
}

const std::map<std::string, Attack>& attacks() {
    static const std::map<std::string, Attack> table{
        {"none", [](Bytes frame) { return Doing{std::move(frame)}; }},
        {"older", with_versions(0, 0)},
        {"newer", with_versions(sync::version_max + 1, sync::version_max + 5)},
        {"garbage", [](Bytes) { return Doing{noise(1000)}; }},
        {"garbage-later", after_offer([] { return noise(1000); })},
        {"flood", after_offer([] { return sync::encode(sync::WithdrawFrame{{0}}); }, flood_frames)},
        {"bad-signature", on_runs([](const sync::RunFrame& frame, const log::RunView& run) {
             Bytes entries = to_bytes(run.entries);
             entries.back() ^= 1;
             return run_frame(frame.handle, run.writer, run.first, run.count, entries);
         })},
        {"wrong-chain", on_runs([](const sync::RunFrame& frame, const log::RunView& run) {
             if (run.count < 2)
                 return run_frame(frame.handle, run.writer, run.first + 1, run.count, run.entries);
             return run_frame(frame.handle, run.writer, run.first, static_cast<std::uint16_t>(run.count - 1),
                              run.entries.subspan(first_entry_bytes(run.entries)));
         })},
        {"oversized-payload", on_runs([](const sync::RunFrame& frame, const log::RunView& run) {
             Bytes entry{0};
             append(entry, leb(limits::payload_bytes_max + 1));
             entry.resize(entry.size() + Signature::size_bytes + limits::payload_bytes_max + 1);
             return run_frame(frame.handle, run.writer, run.first, 1, entry);
         })},
    };
    return table;
}

// Between the node and the network: passes everything on, but for what the attack changes.
class Hostile final : public transport::Transport, public transport::LinkHandler {
  public:
    Hostile(const Attack& attack, transport::LinkHandler& node) : attack_(attack), node_(node) {}
    ~Hostile() noexcept override {}
    void stand_before(transport::Transport& network) { network_ = &network; }

    Result<transport::Address> listen(const transport::Address& address) override {
        return network_->listen(address);
    }
    Result<void> dial(transport::DialTarget target) override { return network_->dial(std::move(target)); }
    void stop_dialling(const DhPublicKey& key, transport::Lane lane) override {
        network_->stop_dialling(key, lane);
    }
    void close(transport::LinkId link) override { network_->close(link); }
    Result<void> send(transport::LinkId link, Bytes&& frame) override {
        Doing doing = attack_(frame);
        LIAISE_TRY(network_->send(link, std::move(doing.instead)));
        for (Bytes& extra : doing.after) {
            flooding_ = {link, extra, doing.flood};
            static_cast<void>(network_->send(link, std::move(extra)));
        }
        flood();
        return {};
    }

    void link_up(transport::LinkId link, const transport::LinkInfo& info) override {
        reason_ = "none";
        node_.link_up(link, info);
    }
    void frame(transport::LinkId link, BytesView bytes) override {
        const auto parsed = sync::parse_frame(bytes);
        const auto* const goodbye = parsed ? std::get_if<sync::GoodbyeFrame>(&*parsed) : nullptr;
        if (goodbye != nullptr) reason_ = sync::name_of(goodbye->reason);
        node_.frame(link, bytes);
    }
    void room(transport::LinkId link) override {
        flood();
        node_.room(link);
    }
    void link_down(transport::LinkId link, transport::LinkEnd end) override {
        node_.link_down(link, end);
        flooding_.left = 0;
        std::cout << reason_ << std::endl;
    }
    void dial_failed(const DhPublicKey& key, transport::Lane lane, transport::DialFailure failure,
                     Duration next_try) override {
        node_.dial_failed(key, lane, failure, next_try);
    }

  private:
    struct Flood {
        transport::LinkId link = transport::LinkId::none;
        Bytes frame{};
        std::size_t left = 0;
    };
    void flood() {
        for (; flooding_.left > 0; --flooding_.left)
            if (!network_->send(flooding_.link, Bytes(flooding_.frame))) return;
    }

    const Attack& attack_;
    transport::LinkHandler& node_;
    transport::Transport* network_ = nullptr;
    Flood flooding_;
    std::string reason_ = "none";
};

class Loop final : public service::Driver, public service::EventLog, private kj::TaskSet::ErrorHandler {
  public:
    explicit Loop(kj::Timer& timer) : timer_(timer), tasks_(*this) {}
    ~Loop() noexcept override {}
    service::AppNode* node = nullptr;

    Time now() const override { return daemon::wall_clock(); }
    void wake() override {
        tasks_.add(kj::evalLast([this] {
            if (const auto due = node->deadline(); due && *due <= now()) node->tick(now());
            if (node->needs_flush()) node->flush(now());
            if (const auto due = node->deadline())
                tasks_.add(
                    timer_.afterDelay(std::max<std::int64_t>(1, (*due - now()).count()) * kj::MILLISECONDS)
                        .then([this] { wake(); }));
        }));
    }
    void event(service::Level, std::string_view name, std::initializer_list<Field>) override {
        std::cerr << name << '\n';
    }

  private:
    void taskFailed(kj::Exception&& exception) override {
        std::cerr << exception.getDescription().cStr() << '\n';
    }
    kj::Timer& timer_;
    kj::TaskSet tasks_;
};

void write_posts(service::AppNode& node, Time now) {
    const auto channels = node.channels(now);
    for (const auto& channel : *channels)
        for (int i = 1; i <= 3; ++i)
            node.post({channel.id.text(), "hostile " + std::to_string(i), ""}, now, [](auto) {});
    node.flush(now);
}

[[noreturn]] void run(const std::string& folder, const Attack& attack) {
    std::string passphrase;
    std::getline(std::cin, passphrase);
    daemon::SystemRandom random;
    const auto home = store::Home::open(folder).value();
    const auto vault =
        store::Vault::open(home.vault(), crypto::SecretBytes::copy_of(bytes_of(passphrase))).value();
    const auto store = store::Store::open(store::paths_of(home), vault, random).value();

    signal(SIGPIPE, SIG_IGN);
    auto io = kj::setupAsyncIo();
    io.waitScope.setBusyPollInterval(transport::busy_poll_interval);
    Loop loop(io.provider->getTimer());
    const auto node = service::AppNode::open(*store, random, loop, loop).value();
    loop.node = node.get();
    write_posts(*node, loop.now());

    Hostile hostile(attack, node->links());
    transport::TransportSettings settings;
    settings.backoff.least = settings.backoff.most = Duration{20};
    transport::ZmqTransport network({io.unixEventPort, io.provider->getTimer(), io.provider->getNetwork()},
                                    node->transport_key(), node->door(), random, hostile, settings);
    hostile.stand_before(network);
    node->attach(hostile, {}, {});
    loop.wake();
    kj::NEVER_DONE.wait(io.waitScope);
}

}  // namespace

int main(int count, char** arguments) {
    const auto attack = count == 3 ? attacks().find(arguments[2]) : attacks().end();
    if (attack == attacks().end()) {
        std::fprintf(stderr, "hostile-peer: HOME and one of");
        for (const auto& [name, doing] : attacks()) std::fprintf(stderr, " %s", name.c_str());
        std::fprintf(stderr, "\n");
        return 2;
    }
    crypto::initialise();
    run(arguments[1], attack->second);
}
