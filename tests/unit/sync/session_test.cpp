#include "protocol/sync/session.h"

#include <doctest/doctest.h>

#include "protocol/sync/channel_tags.h"
#include "tests/support/sync_pair.h"

using namespace liaise;
using namespace liaise::sync;
using test::SyncPair;

TEST_CASE("two nodes that share a channel become equal, whoever has what") {
    SyncPair pair;
    const ChannelId channel = pair.join_both("practice");
    for (int i = 0; i < 30; ++i) pair.a.post(channel, bytes_of("from a"), pair.now);
    for (int i = 0; i < 20; ++i) pair.b.post(channel, bytes_of("from b"), pair.now);
    pair.connect();
    pair.run();
    CHECK(pair.equal(channel));
    CHECK(pair.a.in_step());
    CHECK(pair.b.in_step());
    CHECK(pair.a.replica.frontier(channel).size() == 2);
}

TEST_CASE("a new entry is pushed at once, and acknowledged when it is durable") {
    SyncPair pair;
    const ChannelId channel = pair.join_both("practice");
    pair.connect();
    pair.run();
    CHECK(pair.a.in_step());
    const WriterKey writer = pair.a.writer_in(channel);
    const log::Entry entry = pair.a.post(channel, bytes_of("hello"), pair.now);
    CHECK_FALSE(pair.a.in_step());
    while (pair.step()) {
    }
    CHECK(pair.b.has_uncommitted());
    CHECK(pair.a.peer_heads[pair.b.id()][writer].head.sequence == 0);
    pair.b.commit(pair.now);
    while (pair.step()) {
    }
    CHECK(pair.equal(channel));
    CHECK(pair.a.peer_heads[pair.b.id()][writer].head == entry.head());
    CHECK(pair.a.in_step());
    CHECK(pair.b.in_step());
}

TEST_CASE("what crosses on the wire and what was lost in a crash before it was stored does no harm") {
    SyncPair pair;
    const ChannelId channel = pair.join_both("practice");
    pair.connect();
    pair.run();
    for (int i = 0; i < 5; ++i) {
        pair.a.post(channel, bytes_of("from a"), pair.now);
        pair.b.post(channel, bytes_of("from b"), pair.now);
    }
    while (pair.step()) {
    }
    REQUIRE(pair.a.has_uncommitted());
    pair.disconnect();
    pair.a.crash();
    pair.connect();
    pair.run();
    CHECK(pair.equal(channel));
    CHECK(pair.a.in_step());
    CHECK(pair.b.in_step());
    CHECK(pair.a.closings.empty());
}

TEST_CASE("only channels that both offer are found, and nothing of the others is sent") {
    SyncPair pair;
    const ChannelId shared = pair.join_both("shared");
    // b is in a channel that a believes to share, and a in one that b believes to share; their keys differ.
    const ChannelId of_a = pair.a.replica.channels.begin()->first;
    test::SeededRandom random(7);
    const auto hidden = random.draw<ChannelId>();
    pair.a.replica.join(hidden, {pair.b.id()});
    pair.a.post(hidden, bytes_of("not for b"), pair.now);
    std::uint64_t heads_and_runs = 0;
    pair.wire = [&](const test::SyncNode&, Bytes& frame) {
        heads_and_runs += frame[0] == 6 || frame[0] == 32;
        // Neither the id nor the unbound tag of a channel is ever on the wire.
        for (const ChannelId& channel : {shared, hidden, of_a}) {
            const std::string_view bytes = text_of(frame);
            CHECK(bytes.find(text_of(channel.view())) == std::string_view::npos);
        }
        return true;
    };
    pair.connect();
    pair.run();
    CHECK(pair.a.session(pair.b.id())->shares(shared));
    CHECK_FALSE(pair.a.session(pair.b.id())->shares(hidden));
    CHECK(heads_and_runs == 0);
    CHECK(pair.a.in_step());
}

TEST_CASE("a channel joined or left in the middle of a session is found, or forgotten") {
    SyncPair pair;
    const ChannelId first = pair.join_both("first");
    pair.connect();
    pair.run();
    const ChannelId second = pair.join_both("second");
    pair.a.post(second, bytes_of("hello"), pair.now);
    pair.a.channels_changed(pair.now);
    pair.run();
    CHECK_FALSE(pair.a.session(pair.b.id())->shares(second));
    CHECK_FALSE(pair.equal(second));
    pair.b.channels_changed(pair.now);  // b learns of it later, from its invitation
    pair.run();
    CHECK(pair.equal(second));
    CHECK(pair.b.in_step());

    pair.a.replica.channels.at(second).members.clear();  // b was removed
    pair.a.channels_changed(pair.now);
    pair.a.post(second, bytes_of("without b"), pair.now);
    pair.a.post(first, bytes_of("with b"), pair.now);
    pair.run();
    CHECK_FALSE(pair.b.session(pair.a.id())->shares(second));
    CHECK_FALSE(pair.equal(second));
    CHECK(pair.equal(first));

    pair.a.replica.channels.at(second).members.insert(pair.b.id());  // and invited again
    pair.a.channels_changed(pair.now);
    pair.run();
    CHECK(pair.equal(second));
    CHECK(pair.a.in_step());
    CHECK(pair.a.closings.empty());
    CHECK(pair.b.closings.empty());
}

TEST_CASE("a channel whose tag key changed is withdrawn, and found again once both have the new key") {
    SyncPair pair;
    const ChannelId channel = pair.join_both("practice");
    pair.connect();
    pair.run();
    const crypto::Key key = crypto::Key::copy_of(Bytes(32, 9)).value();
    pair.a.replica.channels.at(channel).tag_key = key;
    pair.a.channels_changed(pair.now);
    pair.run();
    CHECK_FALSE(pair.b.session(pair.a.id())->shares(channel));
    pair.b.replica.channels.at(channel).tag_key = key;
    pair.b.channels_changed(pair.now);
    pair.a.post(channel, bytes_of("hello"), pair.now);
    pair.run();
    CHECK(pair.equal(channel));
}

TEST_CASE("the log of a writer is taken once the writer is admitted") {
    SyncPair pair;
    const ChannelId channel = pair.join_both("practice");
    const WriterKey writer = pair.a.writer_in(channel);
    pair.b.replica.channels.at(channel).logs.erase(writer);
    for (int i = 0; i < 3; ++i) pair.a.post(channel, bytes_of("hello"), pair.now);
    pair.connect();
    pair.run();
    pair.a.post(channel, bytes_of("once more"), pair.now);
    pair.run();
    CHECK_FALSE(pair.b.replica.log(channel, writer).has_value());
    CHECK_FALSE(pair.a.in_step());
    pair.b.admit(channel, writer, pair.now);
    pair.run();
    CHECK(pair.equal(channel));
    CHECK(pair.a.in_step());
    CHECK(pair.b.in_step());
}

TEST_CASE("who admits the writer of a forked log later is told of the fork again") {
    SyncPair pair;
    const ChannelId channel = pair.join_both("practice");
    pair.a.post(channel, bytes_of("common"), pair.now);
    pair.a.share_writer(channel, pair.b, pair.now);
    const WriterKey writer = pair.a.writer_in(channel);
    pair.a.post(channel, bytes_of("at a"), pair.now);
    pair.b.post(channel, bytes_of("at b"), pair.now);
    pair.connect();
    pair.run();
    pair.disconnect();
    pair.b.replica.channels.at(channel).logs.erase(writer);
    pair.connect();
    pair.run();
    pair.b.admit(channel, writer, pair.now);
    pair.run();
    CHECK(pair.b.replica.log(channel, writer)->state.forked_at == 2);
    CHECK(pair.equal(channel));
    CHECK(pair.a.in_step());
    CHECK(pair.b.in_step());
}

TEST_CASE("a store that was put back from a copy learns that its own log goes on, and gets it back") {
    SyncPair pair;
    const ChannelId channel = pair.join_both("practice");
    pair.a.post(channel, bytes_of("one"), pair.now);
    const test::MemoryReplica copy = pair.a.replica;
    pair.a.post(channel, bytes_of("two"), pair.now);
    pair.connect();
    pair.run();
    CHECK(pair.a.own_ahead.empty());
    pair.disconnect();
    pair.a.crash();
    pair.a.replica = copy;
    pair.connect();
    pair.run();
    REQUIRE(pair.a.own_ahead.size() == 1);
    CHECK(pair.a.own_ahead[0].sequence == 2);
    CHECK(pair.a.own_ahead[0].writer == pair.a.writer_in(channel));
    CHECK(pair.equal(channel));
}

TEST_CASE("a fork is proven to both sides, whoever wrote how much on which side") {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        CAPTURE(seed);
        test::SeededRandom random(seed);
        SyncPair pair(seed);
        const ChannelId channel = pair.join_both("practice");
        const std::uint64_t common = random.below(40);
        for (std::uint64_t i = 0; i < common; ++i) pair.a.post(channel, bytes_of("common"), pair.now);
        pair.a.share_writer(channel, pair.b, pair.now);
        const WriterKey writer = pair.a.writer_in(channel);
        const bool while_connected = random.chance(30);
        if (while_connected) pair.connect();
        for (std::uint64_t i = 1 + random.below(50); i > 0; --i)
            pair.a.post(channel, bytes_of("at a"), pair.now);
        for (std::uint64_t i = 1 + random.below(50); i > 0; --i)
            pair.b.post(channel, bytes_of("at b"), pair.now);
        if (!while_connected) pair.connect();
        pair.run();
        for (const test::SyncNode* node : {&pair.a, &pair.b}) {
            const auto& log = node->replica.channels.at(channel).logs.at(writer);
            CHECK(log.forked_at == common + 1);
            REQUIRE(log.proof.has_value());
            CHECK(log.proof->sequence() == common + 1);
            CHECK(node->in_step());
            CHECK(node->closings.empty());
        }
        CHECK(pair.equal(channel));
    }
}

TEST_CASE("an entry with a bad signature does not cost an honest forwarder its line") {
    SyncPair pair;
    const ChannelId channel = pair.join_both("practice");
    const ChannelId other = pair.join_both("other");
    const WriterKey writer = pair.a.writer_in(channel);
    pair.a.post(channel, bytes_of("good"), pair.now);
    pair.a.post_badly_signed(channel, pair.now);
    pair.connect();
    pair.run();
    CHECK(pair.equal(channel));  // under the good signature that follows
    pair.b.check_signatures(pair.now);
    CHECK(pair.b.replica.log(channel, writer)->state.head.sequence == 1);
    CHECK(pair.b.replica.log(channel, writer)->doubted);
    pair.run();
    CHECK(pair.b.refused.size() == 1);
    pair.a.post(other, bytes_of("the line stays"), pair.now);
    pair.run();
    CHECK(pair.equal(other));
    CHECK(pair.b.replica.log(channel, writer)->state.head.sequence == 1);
    CHECK(pair.b.in_step());
    // Again and again: each new session refuses the log, and nothing else.
    for (int i = 0; i < 3; ++i) {
        pair.disconnect();
        pair.connect();
        pair.run();
    }
    CHECK(pair.b.refused.size() == 4);
    CHECK(pair.a.closings.empty());
    CHECK(pair.b.closings.empty());
}

TEST_CASE("chunks are served, verified and stored; what a peer lacks is said") {
    SyncPair pair;
    const ChannelId channel = pair.join_both("library");
    pair.connect();
    pair.run();
    test::SeededRandom random(3);
    auto& held = pair.b.replica.channels.at(channel).chunks;
    std::vector<ChunkId> wanted;
    for (int i = 0; i < 100; ++i) {
        Bytes sealed(random.below(limits::chunk_bytes_max + 1));
        random.fill(sealed);
        wanted.push_back(ChunkId{crypto::blake2b({sealed}).bytes});
        if (i % 10 != 0) held[wanted.back()] = sealed;
        pair.a.want_chunk(pair.b.id(), channel, wanted.back(), pair.now);
    }
    pair.run();
    CHECK(pair.a.replica.channels.at(channel).chunks == held);
    CHECK(pair.a.unavailable.size() == 10);
    CHECK(pair.a.closings.empty());
}

TEST_CASE("a parcel is delivered once it is durable, and not before") {
    SyncPair pair;
    pair.connect();
    pair.run();
    pair.a.send_parcel(pair.b.id(), 77, bytes_of("sealed"), pair.now);
    while (pair.step()) {
    }
    CHECK(pair.a.delivered.empty());
    CHECK_FALSE(pair.a.in_step());
    pair.run();
    CHECK(pair.a.delivered == std::vector<ParcelId>{77});
    REQUIRE(pair.b.replica.parcels.size() == 1);
    CHECK(text_of(pair.b.replica.parcels[0]) == "sealed");
    CHECK(pair.a.in_step());
}

TEST_CASE("a mark is answered once all before it is durable on both sides, and what followed was told") {
    SyncPair pair;
    const ChannelId channel = pair.join_both("practice");
    pair.connect();
    pair.run();
    pair.a.mark(pair.b.id(), pair.now);
    pair.run();
    CHECK(pair.a.marks_answered == 1);

    pair.b.post(channel, bytes_of("under way"), pair.now);
    pair.a.send_parcel(pair.b.id(), 1, bytes_of("sealed"), pair.now);
    pair.a.mark(pair.b.id(), pair.now);
    while (pair.step()) {
    }
    pair.b.commit(pair.now);
    pair.b.tick(pair.now);
    while (pair.step()) {
    }
    CHECK(pair.a.marks_answered == 1);  // its own entry is not durable at a
    pair.a.commit(pair.now);
    while (pair.step()) {
    }
    CHECK(pair.a.marks_answered == 1);  // not before its next turn
    pair.b.tick(pair.now);
    while (pair.step()) {
    }
    CHECK(pair.a.marks_answered == 2);
    CHECK(pair.equal(channel));
}

TEST_CASE("parcels are limited in size and number") {
    SyncPair pair;
    pair.connect();
    sync::Session& session = *pair.a.session(pair.b.id());
    for (const std::size_t offset : {0U, 1U, 2U})
        CHECK(session.send_parcel(1, Bytes(limits::parcel_bytes_max - 1 + offset), pair.now).ok() ==
              (offset < 2));
    for (std::size_t i = 2; i < limits::parcels_queued_max; ++i)
        CHECK(session.send_parcel(i, {}, pair.now).ok());
    CHECK(session.send_parcel(0, {}, pair.now).error().code == ErrorCode::exhausted);
}

TEST_CASE("bulk waits for the receiver's disk: what is ahead of it is bounded, and arrives in the end") {
    SyncPair pair;
    const ChannelId channel = pair.join_both("practice");
    for (int i = 0; i < 300; ++i) pair.a.post(channel, Bytes(limits::payload_bytes_max), pair.now);
    pair.connect();
    for (int i = 0; i < 50; ++i) {
        while (pair.step()) {
        }
        pair.now += Session::ask_delay;
        pair.a.tick(pair.now);
        pair.b.tick(pair.now);
    }
    const SessionState& sending = pair.a.session(pair.b.id())->state();
    CHECK(sending.send_credit.outstanding() <= limits::window_bytes);
    CHECK(sending.send_credit.outstanding() + limits::frame_bytes_max > limits::window_bytes);
    CHECK(pair.bytes < 2 * limits::window_bytes);
    pair.run();
    CHECK(pair.equal(channel));
    CHECK(pair.a.in_step());
}

TEST_CASE("a peer that takes and never stores is left after a while") {
    SyncPair pair;
    const ChannelId channel = pair.join_both("practice");
    for (int i = 0; i < 300; ++i) pair.a.post(channel, Bytes(limits::payload_bytes_max), pair.now);
    pair.connect();
    for (int i = 0; i < 50; ++i) {
        while (pair.step()) {
        }
        pair.now += Session::ask_delay;
        pair.a.tick(pair.now);
        pair.b.tick(pair.now);
    }
    pair.now += Session::stall_time_max;
    pair.a.tick(pair.now);
    REQUIRE(pair.a.closings.size() == 1);
    CHECK(pair.a.closings[0].closed.reason == CloseReason::stalled);
}

TEST_CASE("a shutdown says goodbye, and a closed session does nothing more") {
    SyncPair pair;
    pair.connect();
    pair.run();
    sync::Session& session = *pair.a.session(pair.b.id());
    const Effects effects = session.leave(CloseReason::done, pair.now);
    REQUIRE(effects.size() == 2);
    pair.b.receive(pair.a.id(), std::get<SendFrame>(effects[0]).frame, pair.now);
    REQUIRE(pair.b.closings.size() == 1);
    CHECK(pair.b.closings[0].closed.by_peer);
    CHECK(pair.b.closings[0].closed.reason == CloseReason::done);
    CHECK(session.leave(CloseReason::done, pair.now).empty());
    CHECK(session.tick(pair.now).empty());
    CHECK_FALSE(session.deadline().has_value());
    CHECK(session.receive(encode(CreditFrame{0}), pair.now).error().code == ErrorCode::unavailable);
}

TEST_CASE("random logs on two sides always become equal") {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        test::SeededRandom random(seed);
        SyncPair pair(seed);
        std::vector<ChannelId> channels;
        for (std::uint64_t i = 0; i <= random.below(4); ++i)
            channels.push_back(pair.join_both("channel " + std::to_string(i)));
        const auto write = [&](std::uint64_t posts) {
            for (; posts > 0; --posts) {
                test::SyncNode& author = random.chance(50) ? pair.a : pair.b;
                Bytes payload(random.chance(5) ? random.below(limits::payload_bytes_max) : random.below(500));
                author.post(channels[random.below(channels.size())], payload, pair.now,
                            random.chance(10) ? log::EntryKind::policy : log::EntryKind::content);
                if (random.chance(20)) pair.step();
                if (random.chance(5)) pair.b.commit(pair.now);
            }
        };
        write(random.below(300));
        pair.connect();
        write(random.below(100));
        if (random.chance(50)) {
            pair.disconnect();
            if (random.chance(50)) pair.b.crash();
            write(random.below(50));
            pair.connect();
        }
        write(random.below(20));
        pair.run();
        for (const ChannelId& channel : channels) CHECK(pair.equal(channel));
        CHECK(pair.a.in_step());
        CHECK(pair.b.in_step());
        CHECK(pair.a.closings.empty());
        CHECK(pair.b.closings.empty());
    }
}
