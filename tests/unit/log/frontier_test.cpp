#include "protocol/log/frontier.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "protocol/base/limits.h"
#include "tests/support/seeded_random.h"

using namespace liaise;
using namespace liaise::log;

namespace {

Frontier draw_frontier(test::SeededRandom& random, std::size_t logs) {
    Frontier frontier(logs);
    for (LogState& log : frontier) {
        log.writer = random.draw<WriterKey>();
        log.head = {1 + random.below(100'000), random.draw<EntryId>()};
        if (random.chance(10)) log.forked_at = log.head.sequence + 1 + random.below(3);
        if (random.chance(5)) log = {log.writer, {}, 1};
    }
    std::sort(frontier.begin(), frontier.end());
    return frontier;
}

}  // namespace

TEST_CASE("a frontier reads back, at about 67 bytes a log") {
    test::SeededRandom random{1};
    for (const std::size_t logs : {std::size_t{0}, std::size_t{1}, std::size_t{50}}) {
        const Frontier frontier = draw_frontier(random, logs);
        const Bytes bytes = encode(frontier);
        CHECK(bytes.size() <= logs * 71);
        CHECK(parse_frontier(bytes, logs).value() == frontier);
        if (logs > 0) CHECK(parse_frontier(bytes, logs - 1).error().code == ErrorCode::too_large);
    }
}

TEST_CASE("a frontier has one form") {
    test::SeededRandom random{2};
    const Frontier frontier = draw_frontier(random, 3);
    const auto refused = [](const Frontier& logs) { return parse_frontier(encode(logs), 10).error().code; };
    CHECK(refused({frontier[1], frontier[0]}) == ErrorCode::malformed);
    CHECK(refused({frontier[1], frontier[1]}) == ErrorCode::malformed);
    LogState behind{frontier[0].writer, {5, random.draw<EntryId>()}, 5};
    CHECK(refused({behind}) == ErrorCode::malformed);
    behind.forked_at = 6;
    CHECK(parse_frontier(encode(Frontier{behind}), 1).ok());
    behind.head.id = {};
    CHECK(refused({behind}) == ErrorCode::malformed);
    for (const std::uint64_t offset : {0U, 1U, 2U}) {
        const LogState far{
            frontier[0].writer, {limits::sequence_max - 1 + offset, random.draw<EntryId>()}, 0};
        CHECK(parse_frontier(encode(Frontier{far}), 1).ok() == (offset < 2));
    }
}

TEST_CASE("fingerprints differ with the channel, any head and any fork, and not with empty logs") {
    test::SeededRandom random{3};
    const auto channel = random.draw<ChannelId>();
    const Frontier frontier = draw_frontier(random, 5);
    const Hash hash = fingerprint_of(channel, frontier);
    CHECK(fingerprint_of(random.draw<ChannelId>(), frontier) != hash);
    for (std::size_t i = 0; i < frontier.size(); ++i) {
        Frontier other = frontier;
        other[i].head.id.bytes[31] ^= 1;
        if (!other[i].head.empty()) CHECK(fingerprint_of(channel, other) != hash);
        other = frontier;
        ++other[i].forked_at;
        CHECK(fingerprint_of(channel, other) != hash);
        other.erase(other.begin() + static_cast<std::ptrdiff_t>(i));
        CHECK(fingerprint_of(channel, other) != hash);
    }
    Frontier with_empty = frontier;
    with_empty.push_back({WriterKey{}, {}, 0});
    std::sort(with_empty.begin(), with_empty.end());
    CHECK(fingerprint_of(channel, with_empty) == hash);
}

TEST_CASE("a difference is what a naive comparison finds") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        CAPTURE(seed);
        test::SeededRandom random(seed);
        Frontier mine = draw_frontier(random, 20);
        Frontier theirs = mine;
        for (LogState& log : theirs)
            if (random.chance(20)) ++log.head.sequence;
        std::erase_if(mine, [&](const LogState&) { return random.chance(20); });
        std::erase_if(theirs, [&](const LogState&) { return random.chance(20); });

        std::map<WriterKey, std::pair<LogState, LogState>> naive;
        for (const LogState& log : mine) naive[log.writer] = {log, {log.writer, {}, 0}};
        for (const LogState& log : theirs) {
            naive.try_emplace(log.writer, LogState{log.writer, {}, 0}, LogState{});
            naive[log.writer].second = log;
        }
        std::erase_if(naive, [](const auto& log) { return log.second.first == log.second.second; });
        const auto found = difference(mine, theirs);
        REQUIRE(found.size() == naive.size());
        for (const LogDifference& log : found) {
            CHECK(naive.at(log.writer).first == log.mine);
            CHECK(naive.at(log.writer).second == log.theirs);
        }
    }
}

TEST_CASE("a log counts only up to its fork") {
    CHECK(end_of({{}, {}, 0}, 7) == 7);
    CHECK(end_of({{}, {}, 8}, 7) == 7);
    CHECK(end_of({{}, {}, 7}, 7) == 6);
    CHECK(end_of({{}, {}, 1}, 7) == 0);
}
