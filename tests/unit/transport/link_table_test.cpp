#include "node/transport/link_table.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/seeded_random.h"

using namespace liaise;
using namespace liaise::node::transport;

namespace {

InboundLink link_of(std::uint64_t id, RoutingId routing_id, int descriptor, Lane lane = Lane::member) {
    InboundLink link;
    link.id = LinkId{id};
    link.routing_id = routing_id;
    link.connection.descriptor = descriptor;
    link.peer.lane = lane;
    return link;
}

}  // namespace

TEST_CASE("only automatic routing ids are taken, and written back as they were") {
    for (const RoutingId id : {0U, 1U, 0x01020304U, 0xffffffffU})
        CHECK(automatic_routing_id(bytes_of_routing_id(id)) == id);
    for (const Bytes& claimed :
         {Bytes{}, Bytes{0}, Bytes{1, 2, 3, 4, 5}, Bytes{0, 1, 2, 3}, Bytes{0, 1, 2, 3, 4, 5}})
        CHECK_FALSE(automatic_routing_id(claimed).has_value());
}

TEST_CASE("a link is found by each of its names until it is removed") {
    LinkTable links;
    links.add(link_of(1, 10, 100));
    links.add(link_of(2, 20, 200, Lane::guest));
    CHECK(links.by_id(LinkId{1})->routing_id == 10);
    CHECK(links.by_routing_id(20)->id == LinkId{2});
    CHECK(links.by_descriptor(200)->id == LinkId{2});
    CHECK(links.count() == 2);
    CHECK(links.count(Lane::guest) == 1);
    links.remove(LinkId{2});
    CHECK(links.by_id(LinkId{2}) == nullptr);
    CHECK(links.by_routing_id(20) == nullptr);
    CHECK(links.by_descriptor(200) == nullptr);
    CHECK(links.count(Lane::guest) == 0);
    CHECK(links.has_ended(20));
    CHECK_FALSE(links.has_ended(10));
}

TEST_CASE("a descriptor that was closed may be another link's at once") {
    LinkTable links;
    InboundLink& first = links.add(link_of(1, 10, 100));
    links.forget_connection(first);
    links.forget_connection(first);
    links.add(link_of(2, 20, 100));
    CHECK(links.by_descriptor(100)->id == LinkId{2});
    links.remove(LinkId{1});
    CHECK(links.by_descriptor(100)->id == LinkId{2});
}

TEST_CASE("ended routing ids are remembered up to the limit, the oldest forgotten first") {
    LinkTable links;
    for (RoutingId id = 0; id < LinkTable::ended_remembered; ++id) links.remember_ended(id);
    links.remember_ended(0);  // known: counts once
    CHECK(links.has_ended(0));
    links.remember_ended(5000);
    CHECK_FALSE(links.has_ended(0));
    CHECK(links.has_ended(1));
    CHECK(links.has_ended(5000));
}

TEST_CASE("a connection is shut down only while its number is still its own") {
    int ends[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    const auto connection = Connection::of(ends[0]);
    REQUIRE(connection.has_value());
    Connection other = *connection;
    ++other.inode;
    other.shut_down();  // another socket's number by now: nothing happens
    CHECK(send(ends[0], "x", 1, MSG_NOSIGNAL) == 1);
    connection->shut_down();
    CHECK(send(ends[0], "x", 1, MSG_NOSIGNAL) == -1);
    close(ends[0]);
    close(ends[1]);
    CHECK_FALSE(Connection::of(ends[0]).has_value());
    CHECK_FALSE(Connection::of(-1).has_value());
}

TEST_CASE("a user id says lane and key, and nothing else is one") {
    test::SeededRandom random(1);
    for (const Lane lane : {Lane::member, Lane::guest}) {
        const PeerIdentity peer{lane, random.draw<DhPublicKey>()};
        const auto read = parse_user_id(user_id_of(peer));
        REQUIRE(read.ok());
        CHECK(read->lane == lane);
        CHECK(read->key == peer.key);
    }
    const std::string hex(64, 'a');
    for (const std::string& text :
         std::vector<std::string>{"", hex, "m:", "m:" + hex + "aa", "m:" + hex.substr(2), "x:" + hex,
                                  "m" + hex, "m: " + hex.substr(1), "g:" + hex.substr(1) + "g", "root"})
        CHECK_FALSE(parse_user_id(text).ok());
}
