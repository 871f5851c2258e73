// What a misbehaving peer gets (docs/protocol/peer.md, "Attacks").
#include <doctest/doctest.h>

#include "tests/support/sync_pair.h"

using namespace liaise;
using namespace liaise::sync;
using test::SyncNode;
using test::SyncPair;

namespace {

// b plays by the rules; the test speaks in a's place.
struct Attack : SyncPair {
    ChannelId channel = join_both("practice");

    Attack() {
        connect();
        run();
    }
    Session& victim() { return *b.session(a.id()); }
    bool open() { return b.connected(a.id()); }
    Handle handle() const { return a_session().state().channels.at(channel).mine; }
    const Session& a_session() const { return *const_cast<Attack*>(this)->a.session(b.id()); }
    std::optional<Error> send(const Bytes& frame) {
        const std::size_t before = b.closings.size();
        b.receive(a.id(), frame, now);
        if (b.closings.size() == before) return std::nullopt;
        return b.closings.back().closed.error;
    }
    Bytes run_frame(BytesView run) const {
        Bytes frame = run_frame_beginning(handle());
        append(frame, run);
        return frame;
    }
};

ErrorCode code_of(const std::optional<Error>& error) {
    REQUIRE(error.has_value());
    return error->code;
}

}  // namespace

TEST_CASE("13: a chunk that nobody asked for, that does not fit its name, or is too large ends the session") {
    const Bytes sealed(1000, 1);
    const ChunkId name{crypto::blake2b({sealed}).bytes};
    {
        Attack attack;
        CHECK(code_of(attack.send(encode(ChunkFrame{attack.handle(), name, sealed}))) ==
              ErrorCode::not_permitted);
        CHECK(attack.b.replica.channels.at(attack.channel).chunks.empty());
    }
    {
        Attack attack;
        attack.b.want_chunk(attack.a.id(), attack.channel, name, attack.now);
        Bytes other = sealed;
        other[500] ^= 1;
        CHECK(code_of(attack.send(encode(ChunkFrame{attack.handle(), name, other}))) ==
              ErrorCode::not_authentic);
    }
    {
        Attack attack;
        const Bytes large(limits::chunk_bytes_max + 1);
        const ChunkId large_name{crypto::blake2b({large}).bytes};
        attack.b.want_chunk(attack.a.id(), attack.channel, large_name, attack.now);
        CHECK(code_of(attack.send(encode(ChunkFrame{attack.handle(), large_name, large}))) ==
              ErrorCode::too_large);
    }
    {
        Attack attack;
        CHECK(code_of(attack.send(encode(ChunksMissingFrame{attack.handle(), {name}}))) ==
              ErrorCode::not_permitted);
    }
}

TEST_CASE("13: a chunk that was given up may still come, once") {
    Attack attack;
    const Bytes sealed(1000, 1);
    const ChunkId name{crypto::blake2b({sealed}).bytes};
    attack.b.want_chunk(attack.a.id(), attack.channel, name, attack.now);
    attack.victim().give_up_chunk(attack.channel, name);
    CHECK_FALSE(attack.send(encode(ChunkFrame{attack.handle(), name, sealed})));
    CHECK_FALSE(attack.b.has_uncommitted());
    CHECK(code_of(attack.send(encode(ChunkFrame{attack.handle(), name, sealed}))) ==
          ErrorCode::not_permitted);
}

TEST_CASE("13: more questions for chunks than allowed end the session") {
    Attack attack;
    // b may not send: its window is full.
    std::vector<ChunkId> many(limits::chunks_wanted_max);
    test::SeededRandom random(1);
    auto& held = attack.b.replica.channels.at(attack.channel).chunks;
    for (ChunkId& id : many) {
        id = random.draw<ChunkId>();
        held[id] = Bytes(limits::chunk_bytes_max);
    }
    CHECK_FALSE(attack.send(encode(WantChunksFrame{attack.handle(), many})));
    std::optional<Error> refused;
    for (int i = 0; i < 4 && !refused; ++i)
        refused = attack.send(encode(WantChunksFrame{attack.handle(), many}));
    CHECK(code_of(refused) == ErrorCode::exhausted);
}

TEST_CASE("16, 17: garbage, cut frames and unknown handles are refused, and the reason told is coarse") {
    for (const Bytes& frame : {Bytes{}, Bytes{99}, Bytes{6, 1, 2, 3}, encode(SummariesFrame{{{60'000, {}}}}),
                               encode(HeadsFrame{8, {}}), Bytes(limits::frame_bytes_max + 1)}) {
        Attack attack;
        CHECK(attack.send(frame).has_value());
        CHECK_FALSE(attack.open());
        const Bytes goodbye = attack.b.outbox.back().frame;
        const auto reason = std::get<GoodbyeFrame>(parse_frame(goodbye).value()).reason;
        CHECK(reason == CloseReason::misbehaved);
        CHECK(goodbye.size() < 8);
    }
}

TEST_CASE("18: a run that does not verify costs the peer this log; too many of them cost it the session") {
    Attack attack;
    test::SeededRandom random(2);
    const auto channel = attack.channel;
    std::optional<Error> refused;
    std::size_t sent = 0;
    while (!refused && sent < 1000) {
        // Each time another log, which b admits.
        test::LogBuilder log(random, channel);
        attack.b.replica.channels.at(channel).logs.try_emplace(log.writer());
        log.add_badly_signed("poison");
        refused = attack.send(attack.run_frame(log.run(1, 1)));
        ++sent;
        if (sent == 1) {
            CHECK(attack.b.refused.empty());  // perhaps a fork: our head is named once more
            CHECK_FALSE(attack.send(attack.run_frame(log.run(1, 1))));
            CHECK(attack.b.refused.size() == 1);
            CHECK_FALSE(attack.send(attack.run_frame(log.run(1, 1))));  // not even looked at
            CHECK(attack.b.refused.size() == 1);
        }
    }
    CHECK(code_of(refused) == ErrorCode::exhausted);
    CHECK(sent == limits::rejected_runs_max);
    CHECK(attack.b.closings.back().closed.reason == CloseReason::overloaded);
    CHECK_FALSE(attack.b.has_uncommitted());
}

TEST_CASE("12, 25: an endless stream of what is known already ends the session") {
    Attack attack;
    test::SeededRandom random(3);
    test::LogBuilder log(random, attack.channel);
    attack.b.replica.channels.at(attack.channel).logs.try_emplace(log.writer());
    log.add("news");
    const Bytes frame = attack.run_frame(log.run(1, 1));
    CHECK_FALSE(attack.send(frame));
    attack.b.commit(attack.now);
    std::size_t sent = 0;
    std::optional<Error> refused;
    while (!refused && ++sent < 100'000) {
        refused = attack.send(frame);
        attack.b.outbox.clear();
    }
    CHECK(code_of(refused) == ErrorCode::exhausted);
    CHECK(sent <= limits::useless_frames_max + 1);
}

TEST_CASE("23: bulk beyond the window is refused before it is held") {
    Attack attack;
    std::optional<Error> refused;
    std::size_t sent = 0;
    while (!refused && sent < 1000) {
        refused = attack.send(encode(ParcelFrame{sent, Bytes(limits::parcel_bytes_max)}));
        ++sent;
    }
    CHECK(code_of(refused) == ErrorCode::exhausted);
    CHECK(sent * limits::parcel_bytes_max <= limits::window_bytes + limits::parcel_bytes_max);
}

TEST_CASE("15: runs whose beginning never comes are not kept") {
    Attack attack;
    test::SeededRandom random(4);
    test::LogBuilder log(random, attack.channel);
    attack.b.replica.channels.at(attack.channel).logs.try_emplace(log.writer());
    for (int i = 0; i < 50; ++i) log.add("later");
    for (std::uint64_t first = 2; first <= 50; ++first)
        CHECK_FALSE(attack.send(attack.run_frame(log.run(first, first))));
    CHECK_FALSE(attack.b.has_uncommitted());
    CHECK(attack.victim().state().pending.empty());
    CHECK(attack.victim().state().receive_credit.held() == 0);
}

TEST_CASE("25: entries of a writer whom the channel does not admit are not taken") {
    Attack attack;
    test::SeededRandom random(5);
    test::LogBuilder log(random, attack.channel);
    log.add("from a stranger");
    CHECK_FALSE(attack.send(attack.run_frame(log.run(1, 1))));
    CHECK_FALSE(attack.b.has_uncommitted());
    const log::Frontier heads{{log.writer(), log.head(), 0}};
    CHECK_FALSE(attack.send(encode(HeadsFrame{attack.handle(), heads})));
    CHECK(attack.victim().state().channels.at(attack.channel).logs.empty());
}

TEST_CASE("12: heads that a peer does not have lead to a question, and to nothing worse") {
    Attack attack;
    test::SeededRandom random(6);
    const WriterKey writer = attack.a.writer_in(attack.channel);
    const log::Frontier heads{{writer, {limits::sequence_max, random.draw<EntryId>()}, 0}};
    CHECK_FALSE(attack.send(encode(HeadsFrame{attack.handle(), heads})));
    attack.now += Session::ask_delay;
    attack.b.tick(attack.now);
    REQUIRE_FALSE(attack.b.outbox.empty());
    CHECK(std::get<HeadsFrame>(parse_frame(attack.b.outbox.back().frame).value()).ask);
    CHECK_FALSE(attack.b.in_step());
    CHECK(attack.b.own_ahead.empty());
}

TEST_CASE("10: a claim about our own log is no proof, and stops nobody from writing") {
    Attack attack;
    const WriterKey own = attack.b.writer_in(attack.channel);
    test::SeededRandom random(7);
    const log::Frontier heads{{own, {100, random.draw<EntryId>()}, 0}};
    CHECK_FALSE(attack.send(encode(HeadsFrame{attack.handle(), heads})));
    CHECK(attack.b.own_ahead.empty());
}

TEST_CASE("9: a false claim of a fork ends the session, and a false proof does") {
    Attack attack;
    attack.a.post(attack.channel, bytes_of("one"), attack.now);
    attack.run();
    const WriterKey writer = attack.a.writer_in(attack.channel);
    log::SignedHeader forged = *attack.b.replica.header(attack.channel, writer, 1);
    forged.header.payload_hash.bytes[0] ^= 1;
    Attack again;
    again.a.post(again.channel, bytes_of("one"), again.now);
    again.run();
    CHECK(code_of(attack.send(encode(ClaimFrame{attack.handle(), forged}))) == ErrorCode::not_authentic);
    Bytes proof = log::encode(*again.b.replica.header(again.channel, writer, 1));
    append(proof, log::encode(forged));
    CHECK(code_of(again.send(encode(ForkFrame{again.handle(), proof}))) == ErrorCode::not_authentic);
    CHECK(again.b.replica.log(again.channel, writer)->state.forked_at == 0);
}

TEST_CASE("credit and receipts that were never earned end the session") {
    Attack attack;
    CHECK(code_of(attack.send(encode(CreditFrame{1}))) == ErrorCode::not_permitted);
    Attack again;
    CHECK(code_of(again.send(encode(ParcelsStoredFrame{{1}}))) == ErrorCode::not_permitted);
}

TEST_CASE("a second mark before the answer, one out of its order, and an answer to none end the session") {
    Attack attack;
    CHECK(code_of(attack.send(encode(MarkFrame{2}))) == ErrorCode::malformed);
    Attack again;
    CHECK_FALSE(again.send(encode(MarkFrame{1})).has_value());
    CHECK(code_of(again.send(encode(MarkFrame{2}))) == ErrorCode::malformed);
    Attack third;
    CHECK(code_of(third.send(encode(MarkedFrame{0}))) == ErrorCode::malformed);
}

TEST_CASE("endless offers are refused at the limit") {
    Attack attack;
    test::SeededRandom random(8);
    std::optional<Error> refused;
    std::size_t tags = 0;
    while (!refused) {
        std::vector<Tag> offered(limits::offer_tags_max);
        for (Tag& tag : offered) tag = random.draw<Tag>();
        refused = attack.send(encode(OfferFrame{offered}));
        tags += offered.size();
        REQUIRE(tags <= 2 * limits::session_tags_max);
    }
    CHECK(code_of(refused) == ErrorCode::too_large);
    CHECK(tags > limits::session_tags_max - limits::offer_tags_max);
}

TEST_CASE("a refused frame changes nothing: any bit of any frame of a session flipped") {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        CAPTURE(seed);
        test::SeededRandom random(seed);
        SyncPair pair(seed);
        const ChannelId channel = pair.join_both("practice");
        pair.a.share_writer(channel, pair.b, pair.now);
        for (int i = 0; i < 6; ++i) pair.a.post(channel, bytes_of("from a"), pair.now);
        for (int i = 0; i < 3; ++i) pair.b.post(channel, bytes_of("from b"), pair.now);
        std::uint64_t refused = 0;
        pair.wire = [&](const SyncNode& from, Bytes& frame) {
            SyncNode& to = &from == &pair.a ? pair.b : pair.a;
            const Session* session = to.session(from.id());
            if (session == nullptr) return true;
            for (int i = 0; i < 40; ++i) {
                Bytes changed = frame;
                changed[random.below(changed.size())] ^= static_cast<std::uint8_t>(1U << random.below(8));
                Session copy = *session;
                if (const auto effects = copy.receive(changed, pair.now)) {
                    // Taken, so it must not have brought anything that its author did not sign.
                    for (const Effect& effect : *effects) {
                        if (const auto* run = std::get_if<AcceptRun>(&effect))
                            CHECK(log::verify(run->run.entries().back().signed_header()).ok());
                        CHECK_FALSE(std::holds_alternative<AcceptChunk>(effect));
                    }
                    continue;
                }
                ++refused;
                CHECK(copy.state() == session->state());
            }
            return true;
        };
        pair.connect();
        pair.a.send_parcel(pair.b.id(), 1, bytes_of("sealed"), pair.now);
        pair.run();
        CHECK(refused > 100);
        CHECK(pair.equal(channel));
    }
}
