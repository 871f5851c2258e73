// What links cost and carry, between two processes on loopback: bytes a second in large frames, frames a
// second in small ones, round trips, memory a link on either side, and what idling costs.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>

#include "node/transport/zmq_transport.h"
#include "protocol/crypto/init.h"
#include "tests/support/seeded_random.h"

using namespace liaise;
using namespace liaise::node::transport;

namespace {

constexpr std::size_t bulk_frames = (std::size_t{512} << 20) / limits::chunk_bytes_max;
constexpr std::size_t small_frames = 300'000;
constexpr std::size_t round_trips = 5'000;
constexpr std::size_t links_measured = 200;
constexpr int idle_seconds = 5;

double seconds() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double resident_kib() {
    std::ifstream statm("/proc/self/statm");
    double pages = 0, resident = 0;
    statm >> pages >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1024;
}

struct Everyone final : AdmissionPolicy {
    Admission decide(const DhPublicKey&) override { return Admission::member; }
};

struct Loop {
    kj::AsyncIoContext io = kj::setupAsyncIo();
    Loop() { io.waitScope.setBusyPollInterval(busy_poll_interval); }
    LoopParts parts() { return {io.unixEventPort, io.provider->getTimer(), io.provider->getNetwork()}; }
    void until(const std::function<bool()>& holds) {
        while (!holds()) io.provider->getTimer().afterDelay(1 * kj::MILLISECONDS).wait(io.waitScope);
    }
    void run_for(kj::Duration duration) { io.provider->getTimer().afterDelay(duration).wait(io.waitScope); }
};

// Answers the first byte of a frame: 'b' with a bulk of large frames, 's' with small ones, 'e' with the frame
// itself.
struct Server final : LinkHandler {
    std::function<Result<void>(LinkId, Bytes&&)> send;
    std::map<LinkId, std::pair<std::size_t, std::size_t>> owed;  // frames, bytes each
    std::size_t links = 0;

    void link_up(LinkId, const LinkInfo&) override { ++links; }
    void link_down(LinkId, LinkEnd) override { --links; }
    void dial_failed(const DhPublicKey&, Lane, DialFailure, Duration) override {}
    void room(LinkId link) override { pay(link); }
    void frame(LinkId link, BytesView bytes) override {
        if (bytes[0] == 'e') static_cast<void>(send(link, to_bytes(bytes)));
        if (bytes[0] == 'b') owed[link] = {bulk_frames, limits::chunk_bytes_max};
        if (bytes[0] == 's') owed[link] = {small_frames, 500};
        pay(link);
    }
    void pay(LinkId link) {
        const auto found = owed.find(link);
        if (found == owed.end()) return;
        auto& [left, size] = found->second;
        while (left > 0 && send(link, Bytes(size, 1)).ok()) --left;
        if (left == 0) owed.erase(found);
    }
};

struct Client final : LinkHandler {
    ~Client() noexcept override {}
    std::vector<LinkId> up;
    std::size_t frames = 0, awaited = 0;
    kj::Own<kj::PromiseFulfiller<void>> waiting;

    void link_up(LinkId link, const LinkInfo&) override { up.push_back(link); }
    void link_down(LinkId, LinkEnd) override {}
    void dial_failed(const DhPublicKey&, Lane, DialFailure, Duration) override {}
    void room(LinkId) override {}
    void frame(LinkId, BytesView) override {
        if (++frames == awaited) waiting->fulfill();
    }
    kj::Promise<void> await(std::size_t more) {
        auto pair = kj::newPromiseAndFulfiller<void>();
        awaited = frames + more;
        waiting = kj::mv(pair.fulfiller);
        return kj::mv(pair.promise);
    }
};

// Runs `child` in a process of its own, which gives us its ports on the pipe.
template <class Child>
std::vector<std::uint16_t> ports_of(std::size_t count, Child child) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) std::abort();
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        child([&](std::uint16_t port) {
            if (write(ends[1], &port, sizeof port) != sizeof port) _exit(1);
        });
        _exit(0);
    }
    std::vector<std::uint16_t> ports(count);
    for (std::uint16_t& port : ports)
        if (read(ends[0], &port, sizeof port) != sizeof port) std::abort();
    close(ends[0]);
    close(ends[1]);
    return ports;
}

crypto::DhKey key_of(std::uint64_t number) {
    liaise::test::SeededRandom random(number);
    return crypto::DhKey::draw(random);
}

Address loopback(std::uint16_t port) {
    return {Address::Kind::ipv4, "127.0.0.1", port};
}

// Listeners with the keys 1 to `count`, in one process.
template <class Tell>
[[noreturn]] void serve(std::size_t count, Tell tell) {
    Loop loop;
    Everyone policy;
    ZmqContext context;
    ZapHandler admission(loop.parts().port, context, policy);
    LinkIds ids;
    Server server;
    std::vector<std::unique_ptr<Listener>> listeners;
    server.send = [&](LinkId link, Bytes&& frame) -> Result<void> {
        for (auto& listener : listeners)
            if (listener->owns(link)) return listener->send(link, std::move(frame));
        return Error{ErrorCode::not_known, "no such link"};
    };
    for (std::size_t i = 1; i <= count; ++i) {
        listeners.push_back(std::make_unique<Listener>(loop.parts(), context, admission, key_of(i),
                                                       SocketTimes{}, ids, server));
        tell(listeners.back()->listen(loopback(0))->port);
    }
    for (;;) loop.run_for(1 * kj::HOURS);
}

void measure_rates() {
    const auto ports = ports_of(1, [](auto tell) { serve(1, tell); });
    Loop loop;
    Everyone policy;
    Client client;
    liaise::test::SeededRandom random(99);
    const auto key = key_of(1000);
    ZmqTransport transport(loop.parts(), key, policy, random, client);
    static_cast<void>(transport.dial({{loopback(ports[0])}, key_of(1).public_key(), std::nullopt}));
    loop.until([&] { return !client.up.empty(); });
    const LinkId link = client.up[0];
    const auto timed = [&](char what, std::size_t frames) {
        const double start = seconds();
        auto done = client.await(frames);
        static_cast<void>(transport.send(link, Bytes(64, static_cast<std::uint8_t>(what))));
        done.wait(loop.io.waitScope);
        return seconds() - start;
    };
    std::printf("frames of 240 KiB        %8.0f MB/s\n",
                static_cast<double>(bulk_frames * limits::chunk_bytes_max) / 1e6 / timed('b', bulk_frames));
    std::printf("frames of 500 bytes      %8.0f /s\n",
                static_cast<double>(small_frames) / timed('s', small_frames));
    std::vector<double> times(round_trips);
    for (double& time : times) time = timed('e', 1) * 1e6;
    std::sort(times.begin(), times.end());
    std::printf("round trip of 64 bytes   %8.0f us median, %.0f us 99th percentile\n",
                times[times.size() / 2], times[times.size() * 99 / 100]);
}

// The same frames through two plain CURVE sockets with blocking calls: no loop, no admission, libzmq's own
// limits.
double bare_seconds(std::size_t frames, std::size_t bytes) {
    const auto ports = ports_of(1, [&](auto tell) {
        ZmqContext context;
        ZmqSocket server(context, ZMQ_ROUTER);
        server.set(ZMQ_CURVE_SERVER, 1);
        server.set_bytes(ZMQ_CURVE_SECRETKEY, key_of(1).private_key().view());
        server.set(ZMQ_ROUTER_MANDATORY, 1);
        if (server.bind("tcp://127.0.0.1:*") != 0) _exit(1);
        tell(Address::parse(server.get_text(ZMQ_LAST_ENDPOINT).substr(6))->port);
        std::array<char, 16> peer{};
        const int peer_bytes = zmq_recv(server.get(), peer.data(), peer.size(), 0);
        zmq_recv(server.get(), nullptr, 0, 0);
        for (std::size_t i = 0; i < frames; ++i) {
            zmq_send(server.get(), peer.data(), static_cast<std::size_t>(peer_bytes), ZMQ_SNDMORE);
            ZmqMessage message(Bytes(bytes, 1));
            zmq_msg_send(message.raw(), server.get(), 0);
        }
        for (;;) pause();
    });
    ZmqContext context;
    ZmqSocket client(context, ZMQ_DEALER);
    client.set_bytes(ZMQ_CURVE_SERVERKEY, key_of(1).public_key().view());
    client.set_bytes(ZMQ_CURVE_PUBLICKEY, key_of(2).public_key().view());
    client.set_bytes(ZMQ_CURVE_SECRETKEY, key_of(2).private_key().view());
    if (client.connect("tcp://127.0.0.1:" + std::to_string(ports[0])) != 0) std::abort();
    const double start = seconds();
    zmq_send(client.get(), "x", 1, 0);
    ZmqMessage message;
    for (std::size_t i = 0; i < frames; ++i) zmq_msg_recv(message.raw(), client.get(), 0);
    return seconds() - start;
}

void measure_bare() {
    std::printf("bare: frames of 240 KiB  %8.0f MB/s\n",
                static_cast<double>(bulk_frames * limits::chunk_bytes_max) / 1e6 /
                    bare_seconds(bulk_frames, limits::chunk_bytes_max));
    std::printf("bare: frames of 500 bytes%8.0f /s\n",
                static_cast<double>(small_frames) / bare_seconds(small_frames, 500));
}

void report_memory(const char* what, double before, Loop& loop, const std::function<void()>& exchange) {
    const double up = resident_kib();
    for (int round = 0; round < 500; ++round) exchange();
    std::printf("memory a %s link   %8.1f KiB when up, %.1f KiB after 500 frames each way\n", what,
                (up - before) / static_cast<double>(links_measured),
                (resident_kib() - before) / static_cast<double>(links_measured));
    rusage start{}, end{};
    getrusage(RUSAGE_SELF, &start);
    loop.run_for(idle_seconds * kj::SECONDS);
    getrusage(RUSAGE_SELF, &end);
    const auto cpu = [](const rusage& usage) {
        return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
               1e-6 * static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    };
    std::printf("idle with %zu of them    %8.3f %% of a core, %.1f wake-ups a second\n", links_measured,
                100 * (cpu(end) - cpu(start)) / idle_seconds,
                static_cast<double>(end.ru_nvcsw - start.ru_nvcsw) / idle_seconds);
}

void measure_dialled() {
    const auto ports = ports_of(links_measured, [](auto tell) { serve(links_measured, tell); });
    Loop loop;
    Everyone policy;
    Client client;
    liaise::test::SeededRandom random(99);
    const auto key = key_of(1000);
    ZmqTransport transport(loop.parts(), key, policy, random, client);
    loop.run_for(10 * kj::MILLISECONDS);
    const double before = resident_kib();
    for (std::size_t i = 0; i < links_measured; ++i)
        static_cast<void>(transport.dial({{loopback(ports[i])}, key_of(i + 1).public_key(), std::nullopt}));
    loop.until([&] { return client.up.size() == links_measured; });
    report_memory("dialled", before, loop, [&] {
        auto done = client.await(links_measured);
        for (const LinkId link : client.up) static_cast<void>(transport.send(link, Bytes(500, 'e')));
        done.wait(loop.io.waitScope);
    });
}

// Many devices behind one process, each with a connection of its own to the port that comes on `input`.
[[noreturn]] void dial_from_many(int input) {
    std::uint16_t port = 0;
    if (read(input, &port, sizeof port) != sizeof port) _exit(1);
    struct Device final : DialledConnection::Owner {
        void connection_up(DialledConnection& connection) override {
            static_cast<void>(connection.send(Bytes(500, 'x')));
        }
        void connection_frame(DialledConnection& connection, BytesView frame) override {
            static_cast<void>(connection.send(to_bytes(frame)));
        }
        void connection_room(DialledConnection&) override {}
        void connection_failed(DialledConnection&, DialFailure) override { _exit(1); }
        void connection_ended(DialledConnection&, LinkEnd) override {}
    } device;
    Loop loop;
    ZmqContext context;
    std::vector<std::unique_ptr<DialledConnection>> connections;
    for (std::size_t i = 0; i < links_measured; ++i)
        connections.push_back(std::make_unique<DialledConnection>(loop.parts(), context, loopback(port),
                                                                  key_of(2000 + i), key_of(1).public_key(),
                                                                  SocketTimes{}, device));
    for (;;) loop.run_for(1 * kj::HOURS);
}

void measure_inbound() {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) std::abort();
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dial_from_many(ends[0]);
    }
    Loop loop;
    Everyone policy;
    Client client;
    liaise::test::SeededRandom random(99);
    const auto key = key_of(1);
    ZmqTransport transport(loop.parts(), key, policy, random, client);
    const std::uint16_t port = transport.listen(loopback(0))->port;
    loop.run_for(10 * kj::MILLISECONDS);
    const double before = resident_kib();
    if (write(ends[1], &port, sizeof port) != sizeof port) std::abort();
    loop.until([&] { return client.up.size() == links_measured; });
    report_memory("inbound", before, loop, [&] {
        auto done = client.await(links_measured);
        for (const LinkId link : client.up) static_cast<void>(transport.send(link, Bytes(500, 'e')));
        done.wait(loop.io.waitScope);
    });
}

}  // namespace

int main() {
    crypto::initialise();
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    // Each in a process of its own, so that none inherits the others' memory.
    for (const auto measure : {measure_bare, measure_rates, measure_dialled, measure_inbound}) {
        std::fflush(stdout);
        if (fork() == 0) {
            measure();
            std::fflush(stdout);
            _exit(0);
        }
        int status = 0;
        if (wait(&status) < 0 || status != 0) return 1;
    }
}
