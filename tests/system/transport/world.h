// What the tests of the transport stand on: a KJ loop, parties with keys whose handlers note what they are
// told, and attackers that speak raw ZeroMQ or raw TCP.
//
// Nothing sleeps: the loop runs until a condition holds, and a test that waits longer than `patience` fails.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <set>

#include "node/transport/zmq_transport.h"
#include "tests/support/seeded_random.h"

namespace liaise::node::transport::test {

inline constexpr Duration patience{60'000};

// Pauses and heartbeats short enough for a test, long enough for a busy machine.
TransportSettings quick_settings();

class World {
  public:
    explicit World(std::uint64_t seed = 1);

    LoopParts loop() { return {io.unixEventPort, io.provider->getTimer(), io.provider->getNetwork()}; }
    // Runs the loop until `holds`; false when patience ran out.
    bool until(const std::function<bool()>& holds);
    void run_for(Duration duration);  // where the point is that something does not happen

    kj::AsyncIoContext io;
    liaise::test::SeededRandom random;
};

// Notes everything, and can be told to do something at a frame.
class Notes final : public LinkHandler {
  public:
    struct Link {
        LinkInfo info{};
        std::vector<Bytes> frames;  // only sizes when many: see keep_frames
        std::size_t frame_count = 0;
        std::size_t rooms = 0;
        std::optional<LinkEnd> end;
    };

    void link_up(LinkId link, const LinkInfo& info) override;
    void frame(LinkId link, BytesView bytes) override;
    void room(LinkId link) override;
    void link_down(LinkId link, LinkEnd end) override;
    void dial_failed(const DhPublicKey& server_key, Lane lane, DialFailure failure,
                     Duration next_try) override;

    const Link& at(LinkId link) const { return links.at(link); }
    std::size_t up_count() const;            // links that are up
    std::optional<LinkId> only_up() const;   // the one link that is up
    std::size_t frame_count() const;         // of all links
    bool got(std::string_view frame) const;  // on any link

    std::map<LinkId, Link> links;
    std::vector<DialFailure> failures;
    std::vector<Duration> pauses;  // after each
    bool keep_frames = true;
    std::function<void(LinkId, BytesView)> on_frame;
    std::function<void(LinkId)> on_room;
};

class Guests final : public AdmissionPolicy {
  public:
    Admission decide(const DhPublicKey& peer) override {
        ++asked;
        return members.count(peer)  ? Admission::member
               : guests.count(peer) ? Admission::guest
                                    : Admission::refuse;
    }
    std::set<DhPublicKey> members, guests;
    std::size_t asked = 0;
};

// A device: key, policy, notes and a transport.
struct Party {
    explicit Party(World& world, const TransportSettings& settings = quick_settings());

    DhPublicKey key() const { return own_key.public_key(); }
    void admit(const Party& other) { policy.members.insert(other.key()); }
    Address listen();  // 127.0.0.1, a free port
    DialTarget target(const Address& at) const { return {{at}, key(), std::nullopt}; }

    crypto::DhKey own_key;
    Guests policy;
    Notes notes;
    ZmqTransport transport;
};

// Two parties with a link that `dialler` dialled, over which it has sent "hello".
struct Pair {
    Pair(World& world, const TransportSettings& settings = quick_settings());
    Party listener, dialler;
    Address address;
    LinkId inbound = LinkId::none, dialled = LinkId::none;
};

// An attacker with a key and libzmq: sends what no honest peer sends.
class RawDealer {
  public:
    RawDealer(World& world, const DhPublicKey& server_key, std::string_view routing_id = {});
    const DhPublicKey& key() const { return own_key_.public_key(); }
    void connect(const Address& address);
    bool send(const std::vector<std::string>& parts);
    std::optional<int> event();  // of its monitor
    ZmqSocket& socket() { return dealer_; }

  private:
    crypto::DhKey own_key_;
    ZmqContext context_;
    ZmqSocket dealer_;
    ZmqMonitor monitor_;
};

// An attacker with a TCP socket.
class RawTcp {
  public:
    explicit RawTcp(const Address& address);
    ~RawTcp();
    RawTcp(RawTcp&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    RawTcp& operator=(RawTcp&&) = delete;
    bool send(BytesView bytes);  // false when the other side is gone
    bool closed();               // by the other side; reads and drops what came

  private:
    int descriptor_;
};
Bytes zmtp_greeting(std::string_view mechanism);

std::size_t resident_kib();

}  // namespace liaise::node::transport::test
