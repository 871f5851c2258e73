#include "protocol/document/fetch_plan.h"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "tests/unit/document/samples.h"

using namespace liaise;
using namespace liaise::document;
using namespace std::chrono_literals;
using liaise::test::SeededRandom;

namespace {

std::vector<ChunkId> wanted(std::size_t count) {
    std::vector<ChunkId> ids(count);
    for (std::size_t i = 0; i < count; ++i) {
        ids[i].bytes[0] = static_cast<std::uint8_t>(i * 37);
        ids[i].bytes[1] = static_cast<std::uint8_t>(i >> 8);
        ids[i].bytes[2] = static_cast<std::uint8_t>(i);
    }
    return ids;
}
DeviceId peer(std::uint8_t name) {
    return {{name}};
}
bool nothing_stored(const ChunkId&) {
    return false;
}
const Time start{1'000'000ms};

std::size_t asked_of(const std::vector<Ask>& asks, const DeviceId& who) {
    return static_cast<std::size_t>(
        std::count_if(asks.begin(), asks.end(), [&](const Ask& ask) { return ask.peer == who; }));
}

}  // namespace

TEST_CASE("a window's worth is asked in the order of reading, and one more for each arrival") {
    const auto ids = wanted(100);
    FetchPlan plan(ids, nothing_stored);
    CHECK(plan.next(start).empty());
    CHECK_FALSE(plan.deadline());
    plan.peer_came(peer(1), start);
    const auto asks = plan.next(start);
    REQUIRE(asks.size() == 8);
    for (std::size_t i = 0; i < 8; ++i) CHECK(asks[i].chunk == ids[i]);
    CHECK(plan.next(start).empty());
    plan.arrived(peer(1), ids[0], start + 1s);
    CHECK(plan.next(start + 1s).size() == 2);
    CHECK(plan.chunks_stored() == 1);
    CHECK(plan.in_flight() == 9);
}

TEST_CASE("the window grows to its maximum and no further") {
    const auto ids = wanted(500);
    FetchPlan plan(ids, nothing_stored);
    plan.peer_came(peer(1), start);
    for (int round = 0; round < 100; ++round) {
        const auto asks = plan.next(start);
        if (asks.empty()) break;
        CHECK(plan.in_flight() <= limits::fetch_window_max);
        plan.arrived(peer(1), asks[0].chunk, start);
    }
    plan.next(start);
    CHECK(plan.in_flight() == limits::fetch_window_max);
}

TEST_CASE("many peers share the work, and all together keep to the total") {
    FetchPlan plan(wanted(500), nothing_stored);
    for (std::uint8_t name = 1; name <= 20; ++name) plan.peer_came(peer(name), start);
    const auto asks = plan.next(start);
    CHECK(asks.size() == limits::fetch_in_flight_max);
    for (std::uint8_t name = 1; name <= 20; ++name) CHECK(asked_of(asks, peer(name)) >= 3);
    std::set<ChunkId> distinct;
    for (const Ask& ask : asks) distinct.insert(ask.chunk);
    CHECK(distinct.size() == asks.size());
}

TEST_CASE("peers beyond the limit are not taken") {
    FetchPlan plan(wanted(500), nothing_stored);
    for (std::uint8_t name = 1; name <= limits::fetch_peers_max + 1; ++name)
        plan.peer_came(peer(name), start);
    const auto asks = plan.next(start);
    CHECK(asked_of(asks, peer(limits::fetch_peers_max)) == 2);
    CHECK(asked_of(asks, peer(limits::fetch_peers_max + 1)) == 0);
}

TEST_CASE("it resumes from what is stored, and a document that is here is done") {
    const auto ids = wanted(10);
    FetchPlan resumed(ids, [&](const ChunkId& id) { return id != ids[3]; });
    resumed.peer_came(peer(1), start);
    CHECK(resumed.next(start) == std::vector<Ask>{{peer(1), ids[3]}});
    resumed.stored(ids[3]);
    CHECK(resumed.done());
    CHECK_FALSE(resumed.deadline());
    CHECK(FetchPlan({}, nothing_stored).done());
}

TEST_CASE("an id that stands twice in a document is fetched once") {
    const std::vector<ChunkId> ids{wanted(1)[0], wanted(2)[1], wanted(1)[0]};
    FetchPlan plan(ids, nothing_stored);
    plan.peer_came(peer(1), start);
    CHECK(plan.chunks_total() == 2);
    CHECK(plan.next(start).size() == 2);
}

TEST_CASE("what one peer has not got is asked of another at once, and of the first again after its rest") {
    const auto ids = wanted(1);
    FetchPlan plan(ids, nothing_stored);
    plan.peer_came(peer(1), start);
    CHECK(plan.next(start).size() == 1);
    plan.unavailable(peer(1), ids[0], start);
    plan.peer_came(peer(2), start);
    CHECK(plan.next(start) == std::vector<Ask>{{peer(2), ids[0]}});
    plan.unavailable(peer(2), ids[0], start);
    CHECK(plan.next(start).empty());
    const Time again = plan.deadline().value();
    CHECK(again == start + 10s);
    CHECK(plan.next(again - 1ms).empty());
    CHECK(plan.next(again).size() == 1);
}

TEST_CASE("rests double while a peer has nothing, up to the longest") {
    const auto ids = wanted(1);
    FetchPlan plan(ids, nothing_stored);
    plan.peer_came(peer(1), start);
    Time now = start;
    std::vector<Duration> rests;
    for (int round = 0; round < 9; ++round) {
        REQUIRE(plan.next(now).size() == 1);
        plan.unavailable(peer(1), ids[0], now);
        plan.next(now);
        rests.push_back(plan.deadline().value() - now);
        now = plan.deadline().value();
    }
    CHECK(rests[0] == 10s);
    CHECK(rests[1] == 20s);
    CHECK(rests[8] == 600s);
}

TEST_CASE(
    "silence moves a peer's questions elsewhere and halves its window; progress, however slow, does not") {
    const auto ids = wanted(100);
    FetchPlan plan(ids, nothing_stored);
    plan.peer_came(peer(1), start);
    auto asks = plan.next(start);
    Time now = start;
    for (std::size_t i = 0; i < 5; ++i) {  // one chunk in 80 seconds: a poor line
        now += 80s;
        plan.arrived(peer(1), asks[i].chunk, now);
        plan.next(now);
    }
    CHECK(plan.in_flight() == 13);
    now += 90s;
    plan.peer_came(peer(2), now);
    asks = plan.next(now);
    CHECK(asks.size() == 8);
    CHECK(asked_of(asks, peer(2)) == 8);
    CHECK(asks[0].chunk == ids[5]);
    now += 10s;
    CHECK(asked_of(plan.next(now), peer(1)) == 6);  // rested, with half the window
}

TEST_CASE("a chunk that comes late from a peer that was asked is welcome, one never asked of it is not") {
    const auto ids = wanted(3);
    FetchPlan plan(ids, nothing_stored);
    plan.peer_came(peer(1), start);
    plan.next(start);
    plan.next(start + 90s);
    CHECK(plan.in_flight() == 0);
    CHECK(plan.expects(peer(1), ids[0]));
    CHECK_FALSE(plan.expects(peer(2), ids[0]));
    CHECK_FALSE(plan.expects(peer(1), wanted(4)[3]));
    plan.peer_came(peer(2), start + 91s);
    CHECK_FALSE(plan.expects(peer(2), ids[0]));
    plan.arrived(peer(2), ids[0], start + 92s);  // unasked: ignored
    CHECK(plan.chunks_stored() == 0);
    plan.arrived(peer(1), ids[0], start + 92s);
    CHECK(plan.chunks_stored() == 1);
    CHECK_FALSE(plan.expects(peer(1), ids[0]));
}

TEST_CASE("a peer that gives bad bytes is not asked again, not even when it comes back (attack class 13)") {
    const auto ids = wanted(20);
    FetchPlan plan(ids, nothing_stored);
    plan.peer_came(peer(1), start);
    plan.next(start);
    plan.bad(peer(1), ids[0]);
    CHECK(plan.in_flight() == 0);
    plan.peer_left(peer(1));
    plan.peer_came(peer(1), start);
    CHECK(plan.next(start).empty());
    plan.peer_came(peer(2), start);
    CHECK(plan.next(start).size() == 8);
}

TEST_CASE("what a peer that left was asked goes to those who stayed") {
    const auto ids = wanted(8);
    FetchPlan plan(ids, nothing_stored);
    plan.peer_came(peer(1), start);
    plan.next(start);
    plan.peer_came(peer(2), start);
    CHECK(plan.next(start).empty());
    plan.peer_left(peer(1));
    CHECK(plan.next(start).size() == 8);
}

TEST_CASE("near the end a free peer is asked what a slow one sits on, once") {
    const auto ids = wanted(8);
    FetchPlan plan(ids, nothing_stored);
    plan.peer_came(peer(1), start);
    plan.next(start);
    plan.peer_came(peer(2), start);
    plan.peer_came(peer(3), start);
    CHECK(plan.deadline() == start + 10s);
    const auto asks = plan.next(start + 10s);
    CHECK(asks.size() == 8);
    CHECK(asked_of(asks, peer(1)) == 0);
    CHECK(plan.in_flight() == 16);
    for (const Ask& ask : asks) plan.arrived(ask.peer, ask.chunk, start + 11s);
    CHECK(plan.done());
    CHECK(plan.in_flight() == 0);
}

TEST_CASE("a peer that refuses sixty thousand chunks costs one walk over them") {
    const auto count = limits::document_chunks_max;
    std::vector<ChunkId> ids(count);
    for (std::size_t i = 0; i < count; ++i) std::memcpy(ids[i].bytes.data(), &i, sizeof i);
    FetchPlan plan(ids, nothing_stored);
    plan.peer_came(peer(1), start);
    std::size_t asked = 0;
    for (auto asks = plan.next(start); !asks.empty(); asks = plan.next(start)) {
        for (const Ask& ask : asks) plan.unavailable(peer(1), ask.chunk, start);
        asked += asks.size();
    }
    CHECK(asked == count);
}

// A world of peers with some of the chunks each, some slow, some silent, some lying, that come and go.
// Checked after every step: the limits, that nobody is asked what they said they lack, that the deadline lies
// ahead; and at the end that the download is done exactly when honest peers have everything between them.
TEST_CASE("any mix of peers: done exactly when the honest have it all, within the limits") {
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        CAPTURE(seed);
        SeededRandom random(seed);
        const auto ids = wanted(1 + random.below(150));
        enum class Nature { honest, silent, liar };
        struct Actor {
            Nature nature;
            std::set<ChunkId> has;
            Duration delay;
        };
        std::map<DeviceId, Actor> actors;
        std::set<ChunkId> reachable;
        for (std::uint8_t name = 1; name <= 1 + seed % 6; ++name) {
            Actor actor{static_cast<Nature>(random.below(4) % 3), {}, Duration(10 + random.below(20'000))};
            const auto share = static_cast<unsigned>(20 + random.below(81));
            for (const ChunkId& id : ids)
                if (random.chance(share)) actor.has.insert(id);
            if (actor.nature == Nature::honest) reachable.insert(actor.has.begin(), actor.has.end());
            actors.emplace(peer(name), std::move(actor));
        }
        std::set<ChunkId> here;
        for (const ChunkId& id : ids)
            if (random.chance(10)) here.insert(id);
        reachable.insert(here.begin(), here.end());
        FetchPlan plan(ids, [&](const ChunkId& id) { return here.contains(id); });

        std::multimap<Time, Ask> answers;
        Time now = start;
        for (const auto& [id, actor] : actors) plan.peer_came(id, now);
        const Time end = start + 6h;
        while (!plan.done() && now < end) {
            for (const Ask& ask : plan.next(now)) {
                CHECK(plan.expects(ask.peer, ask.chunk));
                const Actor& actor = actors.at(ask.peer);
                if (actor.nature == Nature::silent || random.chance(3)) continue;  // or the question was lost
                answers.emplace(now + actor.delay + Duration(random.below(50)), ask);
            }
            CHECK(plan.in_flight() <= limits::fetch_in_flight_max);
            const auto deadline = plan.deadline();
            if (deadline) REQUIRE(*deadline > now);
            if (answers.empty() && !deadline) break;
            const bool answered = !answers.empty() && (!deadline || answers.begin()->first <= *deadline);
            now = answered ? answers.begin()->first : *deadline;
            if (!answered) continue;
            const Ask ask = answers.begin()->second;
            answers.erase(answers.begin());
            if (random.chance(1)) {
                plan.peer_left(ask.peer);
                plan.peer_came(ask.peer, now);
                continue;
            }
            if (!plan.expects(ask.peer, ask.chunk)) continue;
            const Actor& actor = actors.at(ask.peer);
            if (!actor.has.contains(ask.chunk)) {
                plan.unavailable(ask.peer, ask.chunk, now);
            } else if (actor.nature == Nature::liar) {
                plan.bad(ask.peer, ask.chunk);
            } else {
                plan.arrived(ask.peer, ask.chunk, now);
                here.insert(ask.chunk);
            }
        }
        CHECK(plan.chunks_stored() == here.size());
        CHECK(here == reachable);
        CHECK(plan.done() == (here.size() == ids.size()));
    }
}
