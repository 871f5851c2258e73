// What a session costs on the wire, and what a peer costs in memory: sizes, not times.
#include <doctest/doctest.h>

#include "tests/support/sync_pair.h"

using namespace liaise;
using namespace liaise::sync;
using test::SyncPair;

namespace {

constexpr std::array<std::uint8_t, 2> handshake_types{1, 2};

std::uint64_t after_handshake(const SyncPair& pair) {
    std::uint64_t bytes = pair.bytes;
    for (const std::uint8_t type : handshake_types) bytes -= pair.bytes_by_type[type];
    return bytes;
}

}  // namespace

TEST_CASE("two equal nodes that reconnect spend under 1 KiB after the handshake, both ways together") {
    for (const int channels : {1, 3, 8, 16}) {
        SyncPair pair;
        for (int i = 0; i < channels; ++i) {
            const ChannelId channel = pair.join_both("channel " + std::to_string(i));
            for (int posts = 0; posts < 5; ++posts) {
                pair.a.post(channel, bytes_of("from a"), pair.now);
                pair.b.post(channel, bytes_of("from b"), pair.now);
            }
        }
        pair.connect();
        pair.run();
        pair.disconnect();
        pair.bytes = 0;
        pair.bytes_by_type = {};
        pair.connect();
        pair.run();
        CHECK(pair.a.in_step());
        const std::uint64_t bytes = after_handshake(pair);
        MESSAGE(channels << " channels: " << bytes << " bytes, handshake " << pair.bytes - bytes);
        CHECK(bytes < 1024);
    }
}

TEST_CASE("in bulk an entry costs 68 bytes beside its payload, and the frame around it almost nothing") {
    SyncPair pair;
    const ChannelId channel = pair.join_both("practice");
    constexpr std::uint64_t entries = 2000;
    constexpr std::uint64_t payload_bytes = 500;
    for (std::uint64_t i = 0; i < entries; ++i) pair.a.post(channel, Bytes(payload_bytes), pair.now);
    pair.connect();
    pair.run();
    REQUIRE(pair.equal(channel));
    const std::uint64_t overhead = (after_handshake(pair) - entries * payload_bytes) / entries;
    MESSAGE("bytes beside the payload, everything included: " << overhead);
    CHECK(overhead <= 70);
}

TEST_CASE("a live entry costs about a hundred bytes beside its payload, and its receipt less") {
    SyncPair pair;
    const ChannelId channel = pair.join_both("practice");
    pair.connect();
    pair.run();
    for (int i = 0; i < 3; ++i) {
        pair.bytes = 0;
        pair.a.post(channel, Bytes(500), pair.now);
        while (pair.step()) {
        }
        CHECK(pair.take_bytes() <= 500 + 104);
        pair.run();
        CHECK(pair.take_bytes() <= 90);
    }
}

TEST_CASE("a session in step holds little, however much the channels hold") {
    SyncPair pair;
    const ChannelId channel = pair.join_both("practice");
    for (int i = 0; i < 500; ++i) pair.a.post(channel, bytes_of("text"), pair.now);
    pair.connect();
    pair.run();
    const SessionState& state = pair.a.session(pair.b.id())->state();
    CHECK(state.channels.at(channel).logs.empty());
    CHECK(state.pending.empty());
    CHECK(state.runs_to_send.empty());
    CHECK(sizeof(Session) < 2048);
}
