#include "protocol/sync/handshake.h"

#include <doctest/doctest.h>

#include "tests/support/sync_pair.h"

using namespace liaise;
using namespace liaise::sync;
using test::SyncNode;
using test::SyncPair;

namespace {

// What `node` closed on its peer with, if it did.
std::optional<CloseReason> refusal_of(const SyncNode& node) {
    for (const auto& closing : node.closings)
        if (!closing.closed.by_peer) return closing.closed.reason;
    return std::nullopt;
}

// A pair whose frames of one type from a to b are changed on the way.
std::optional<CloseReason> refusal_when(std::uint8_t type,
                                        const std::function<void(SyncPair&, Bytes&)>& change) {
    SyncPair pair;
    pair.wire = [&](const SyncNode& from, Bytes& frame) {
        if (&from == &pair.a && frame[0] == type) change(pair, frame);
        return true;
    };
    pair.connect();
    pair.run();
    return refusal_of(pair.b);
}

HelloFrame hello_in(const Bytes& frame) {
    return std::get<HelloFrame>(parse_frame(frame).value());
}

constexpr std::uint8_t hello_type = 1;
constexpr std::uint8_t proof_type = 2;

}  // namespace

TEST_CASE("both sides open a session and agree on its transcript") {
    SyncPair pair;
    pair.connect();
    pair.run();
    CHECK(pair.a.session(pair.b.id())->phase() == SessionPhase::open);
    CHECK(pair.b.session(pair.a.id())->phase() == SessionPhase::open);
    CHECK(pair.a.session(pair.b.id())->state().transcript == pair.b.session(pair.a.id())->state().transcript);
    CHECK_FALSE(refusal_of(pair.a));
}

TEST_CASE("a peer of another version is told which of the two is behind") {
    const auto with_versions = [](std::uint16_t min, std::uint16_t max) {
        return refusal_when(hello_type, [=](SyncPair&, Bytes& frame) {
            HelloFrame hello = hello_in(frame);
            hello.version_min = min;
            hello.version_max = max;
            frame = encode(hello);
        });
    };
    CHECK(with_versions(0, 0) == CloseReason::too_old);
    CHECK(with_versions(2, 9) == CloseReason::too_new);
    // A relay that touches the versions of a hello breaks the proof, though the version in use stays the
    // same.
    CHECK(with_versions(0, 1) == CloseReason::refused);
    CHECK(with_versions(1, 9) == CloseReason::refused);
}

TEST_CASE("features cannot be taken away on the way") {
    CHECK(refusal_when(hello_type, [](SyncPair&, Bytes& frame) {
              HelloFrame hello = hello_in(frame);
              hello.features ^= 1;
              frame = encode(hello);
          }) == CloseReason::refused);
}

TEST_CASE("a hello of another device is refused") {
    CHECK(refusal_when(hello_type, [](SyncPair&, Bytes& frame) {
              HelloFrame hello = hello_in(frame);
              hello.device.bytes[0] ^= 1;
              frame = encode(hello);
          }) == CloseReason::refused);
}

TEST_CASE("a hello or proof that is sent back to its author is refused") {
    for (const bool reflect_proof : {false, true}) {
        CAPTURE(reflect_proof);
        SyncPair pair;
        Bytes own_hello;
        Bytes own_proof;
        pair.wire = [&](const SyncNode& from, Bytes& frame) {
            if (&from == &pair.b && frame[0] == hello_type) own_hello = frame;
            if (&from == &pair.b && frame[0] == proof_type) own_proof = frame;
            if (&from == &pair.a && frame[0] == hello_type && !reflect_proof) frame = own_hello;
            if (&from == &pair.a && frame[0] == proof_type) frame = own_proof;
            return !frame.empty();
        };
        // b speaks first, so that there is something to send back.
        pair.b.connect(pair.a.party(), Role::listener, pair.now);
        own_hello = pair.b.outbox.front().frame;
        pair.a.connect(pair.b.party(), Role::dialler, pair.now);
        while (pair.step()) {
        }
        if (reflect_proof && own_proof.empty()) continue;
        CHECK(refusal_of(pair.b) == CloseReason::refused);
    }
}

TEST_CASE("a whole recorded opening is worth nothing in the next session") {
    SyncPair pair;
    std::vector<Bytes> recorded;
    pair.wire = [&](const SyncNode& from, Bytes& frame) {
        if (&from == &pair.a) recorded.push_back(frame);
        return true;
    };
    pair.connect();
    pair.run();
    pair.disconnect();
    pair.b.connect(pair.a.party(), Role::listener, pair.now);
    pair.b.receive(pair.a.id(), recorded.at(0), pair.now);
    CHECK_FALSE(refusal_of(pair.b));
    pair.b.receive(pair.a.id(), recorded.at(1), pair.now);
    CHECK(refusal_of(pair.b) == CloseReason::refused);
}

TEST_CASE("a proof is bound to both transport keys, both devices, and the role") {
    test::SeededRandom random(1);
    const auto key = crypto::SigningKey::draw(random);
    const auto peer_key = crypto::SigningKey::draw(random);
    const Party self{random.draw<DeviceId>(), key.public_key(), random.draw<DhPublicKey>()};
    const Party peer{random.draw<DeviceId>(), peer_key.public_key(), random.draw<DhPublicKey>()};
    const auto nonce = random.draw<Nonce>();
    const auto peer_nonce = random.draw<Nonce>();
    const auto open = [&](const Party& one, const Party& other_party, Role role, const Nonce& own,
                          const Nonce& theirs) {
        Handshake handshake(one, other_party, role);
        handshake.hello(0, own, Time{});
        const HelloFrame hello{version_min, version_max, 0, other_party.device, theirs, {}};
        handshake.accept_hello(hello, encode(hello), Time{});
        return handshake;
    };
    const ProofFrame proof = open(self, peer, Role::dialler, nonce, peer_nonce).proof(key);
    CHECK(open(peer, self, Role::listener, peer_nonce, nonce).check_proof(proof).ok());

    const auto refused = [&](const Handshake& handshake) {
        return handshake.check_proof(proof).error().code == ErrorCode::not_authentic;
    };
    CHECK(refused(open(peer, self, Role::dialler, peer_nonce, nonce)));
    Party changed = self;
    changed.transport_key.bytes[0] ^= 1;  // a CURVE handshake relayed by somebody in the middle
    CHECK(refused(open(peer, changed, Role::listener, peer_nonce, nonce)));
    changed = peer;
    changed.transport_key.bytes[0] ^= 1;
    CHECK(refused(open(changed, self, Role::listener, peer_nonce, nonce)));
    changed = peer;
    changed.device.bytes[0] ^= 1;
    CHECK(refused(open(changed, self, Role::listener, peer_nonce, nonce)));
    CHECK(refused(open(peer, self, Role::listener, random.draw<Nonce>(), nonce)));
    CHECK(refused(open(peer, self, Role::listener, peer_nonce, random.draw<Nonce>())));
}

TEST_CASE("frames out of their order are refused, and a silent peer is left") {
    SyncPair pair;
    pair.b.connect(pair.a.party(), Role::listener, pair.now);
    sync::Session& session = *pair.b.session(pair.a.id());
    for (const Bytes& frame :
         {encode(ProofFrame{}), encode(OfferFrame{}), encode(CreditFrame{0}), encode(ParcelFrame{})})
        CHECK(session.receive(frame, pair.now).error().code == ErrorCode::malformed);
    CHECK(session.phase() == SessionPhase::greeting);
    CHECK(session.deadline() == pair.now + Session::handshake_time_max);
    pair.now += Session::handshake_time_max;
    pair.b.tick(pair.now);
    CHECK(refusal_of(pair.b) == CloseReason::stalled);
}
