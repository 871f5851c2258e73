#include "protocol/sync/session.h"

#include <doctest/doctest.h>

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
