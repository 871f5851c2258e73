#include <doctest/doctest.h>

#include "protocol/base/limits.h"
#include "protocol/crypto/hash.h"
#include "protocol/identity/clock.h"
#include "protocol/identity/join_reply.h"
#include "tests/support/people.h"

using namespace liaise;
using namespace liaise::identity;

namespace {

constexpr Time now = test::start + test::one_day;

struct World {
    test::SeededRandom random{1};
    test::Person asha = test::make_person(random, "Asha Wanjiru");
    test::Person minh = test::make_person(random, "Nguyễn Văn Minh");
    Charter charter = test::found(asha);
    NetworkId network = charter.network();
    Ticket ticket{tag_of(network),
                  tag_of(asha.device_id()),
                  asha.device.transport.public_key(),
                  TicketSecret::draw(random),
                  Role::focal_point,
                  test::country("VN"),
                  test::start + 7 * test::one_day,
                  {"127.0.0.1:4040"}};
    JoinRequest::Wishes wishes{"Nguyễn Văn Minh", Role::focal_point, test::country("VN"), "Ministry",
                               "Major"};

    Bytes request(const test::Person& who) const {
        return JoinRequest::make(ticket, wishes, test::certify(who), who.keys.identity, who.device.signing)
            .value();
    }
    Result<JoinRequest> open(BytesView bytes) const {
        return JoinRequest::open(bytes, ticket.secret, network, asha.device_id(), now);
    }
    Welcome welcome() const {
        const auto card = test::accredit(network, asha, minh, Role::focal_point, "VN");
        return {charter,
                {},
                AccreditationChain::from({card}).value(),
                {test::certify(asha), card},
                Bytes{1, 2, 3}};
    }
    Result<JoinReply> open_reply(BytesView reply, BytesView to) const {
        return open_join_reply(reply, ticket, join_request_id(to), minh.key(), now);
    }
};

}  // namespace

TEST_CASE("a request says who wants to join, and proves the ticket and both keys") {
    const World world;
    const Bytes bytes = world.request(world.minh);
    CHECK(JoinRequest::ticket_of(bytes).value() == world.ticket.id());
    const JoinRequest request = world.open(bytes).value();
    CHECK(request.wishes() == world.wishes);
    CHECK(request.certificate().member() == world.minh.id());
    CHECK(request.ticket() == world.ticket.id());
}

TEST_CASE("every altered or missing byte of a request is refused, by the MAC before any signature") {
    const World world;
    const Bytes bytes = world.request(world.minh);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        Bytes altered = bytes;
        altered[i] ^= 1;
        const auto result = world.open(altered);
        CHECK_MESSAGE(result.error().code == (i == 0 ? ErrorCode::unsupported : ErrorCode::not_authentic), i);
        CHECK_FALSE(world.open(BytesView(bytes).first(i)).ok());
    }
}

TEST_CASE("attack classes 3 and 4: a request goes to one ticket, network and inviter") {
    World world;
    const Bytes bytes = world.request(world.minh);
    const auto other_secret = TicketSecret::draw(world.random);
    CHECK(JoinRequest::open(bytes, other_secret, world.network, world.asha.device_id(), now).error().code ==
          ErrorCode::not_authentic);
    CHECK(JoinRequest::open(bytes, world.ticket.secret, world.random.draw<NetworkId>(),
                            world.asha.device_id(), now)
              .error()
              .code == ErrorCode::conflict);
    CHECK(JoinRequest::open(bytes, world.ticket.secret, world.network, world.minh.device_id(), now)
              .error()
              .code == ErrorCode::conflict);
}

TEST_CASE("a ticket holder cannot bring in a key that is not theirs") {
    const World world;
    const Bytes bytes = world.request(world.minh);
    // Altered by someone who knows the secret, with a fresh MAC: the signatures stand in the way.
    for (const std::size_t at : {60UL, bytes.size() - 33, bytes.size() - 97}) {
        Bytes altered = to_bytes(BytesView(bytes).first(bytes.size() - 32));
        altered[at] ^= 1;
        append(altered, crypto::keyed_blake2b(join_mac_key_of(world.ticket.secret), {altered}).view());
        CHECK_FALSE(world.open(altered).ok());
    }
}

TEST_CASE("a request's certificate must be in its time, with slack") {
    const World world;
    const Bytes bytes = world.request(world.minh);
    const auto at = [&](Time time) {
        return JoinRequest::open(bytes, world.ticket.secret, world.network, world.asha.device_id(), time)
            .ok();
    };
    CHECK(at(test::start - clock_slack));
    CHECK_FALSE(at(test::start - clock_slack - Duration{1}));
}

TEST_CASE("wished names follow the rules of names, and the largest request fits its limit") {
    World world;
    world.wishes.name = "a\u202eb";
    CHECK(JoinRequest::make(world.ticket, world.wishes, test::certify(world.minh), world.minh.keys.identity,
                            world.minh.device.signing)
              .error()
              .code == ErrorCode::malformed);
    world.wishes.name = world.wishes.organisation = world.wishes.rank =
        std::string(limits::name_bytes_max, 'a');
    const Bytes largest = world.request(world.minh);
    CHECK(largest.size() == 820);
    CHECK(world.open(largest).ok());
    world.wishes = {"a", Role::liaison, test::country("KE"), "", ""};
    CHECK(world.request(world.minh).size() == 521);
    Bytes over = largest;
    over.resize(limits::join_request_bytes_max);
    CHECK(world.open(over).error().code == ErrorCode::not_authentic);
    over.resize(limits::join_request_bytes_max + 1);
    CHECK(world.open(over).error().code == ErrorCode::too_large);
}

TEST_CASE("a welcome brings charter, chain, objects and the channel's bytes") {
    const World world;
    const Bytes request = world.request(world.minh);
    const Bytes reply =
        make_join_reply(world.welcome(), join_request_id(request), world.asha.device.signing).value();
    const auto opened = world.open_reply(reply, request).value();
    const auto& welcome = std::get<Welcome>(opened);
    CHECK(welcome.charter == world.charter);
    CHECK(welcome.in_force().network == world.network);
    CHECK(welcome.chain.own().fields().name == "Nguyễn Văn Minh");
    CHECK(welcome.objects.size() == 2);
    CHECK(welcome.channel == Bytes{1, 2, 3});
    for (std::size_t i = 0; i < reply.size(); i += 3) {
        Bytes altered = reply;
        altered[i] ^= 1;
        CHECK_MESSAGE(world.open_reply(altered, request).error().code == ErrorCode::not_authentic, i);
        CHECK_FALSE(world.open_reply(BytesView(reply).first(i), request).ok());
    }
}

TEST_CASE("refusals come back as what they are") {
    const World world;
    const Bytes request = world.request(world.minh);
    for (const Refusal refusal :
         {Refusal::used, Refusal::expired, Refusal::revoked, Refusal::other_network, Refusal::not_permitted,
          Refusal::name_refused, Refusal::unknown, Refusal::malformed}) {
        const Bytes reply =
            make_join_reply(refusal, join_request_id(request), world.asha.device.signing).value();
        CHECK(std::get<Refusal>(world.open_reply(reply, request).value()) == refusal);
        CHECK_FALSE(text_of(refusal).empty());
    }
}

TEST_CASE("attack classes 4 and 11: a reply answers one request, and comes from the inviter's device") {
    World world;
    const Bytes request = world.request(world.minh);
    const Bytes reply =
        make_join_reply(world.welcome(), join_request_id(request), world.asha.device.signing).value();
    CHECK(world.open_reply(reply, Bytes{1}).error().code == ErrorCode::not_authentic);
    const Bytes forged =
        make_join_reply(Refusal::used, join_request_id(request), world.minh.device.signing).value();
    CHECK(world.open_reply(forged, request).error().code == ErrorCode::not_authentic);
    CHECK(world.open_reply(request, request).error().code == ErrorCode::not_authentic);
}

TEST_CASE("the ticket decides which network is joined, not the machine that answers") {
    World world;
    const Bytes request = world.request(world.minh);
    Welcome elsewhere = world.welcome();
    elsewhere.charter = test::found(world.minh);
    const Bytes reply =
        make_join_reply(elsewhere, join_request_id(request), world.asha.device.signing).value();
    CHECK(world.open_reply(reply, request).error().code == ErrorCode::conflict);
    Welcome for_another = world.welcome();
    for_another.chain = AccreditationChain::from(
                            {test::accredit(world.network, world.asha, world.asha, Role::organiser, "KE")})
                            .value();
    const Bytes other =
        make_join_reply(for_another, join_request_id(request), world.asha.device.signing).value();
    CHECK(world.open_reply(other, request).error().code == ErrorCode::conflict);
    Welcome unfounded = world.welcome();
    unfounded.chain = AccreditationChain::from(
                          {test::accredit(world.network, world.minh, world.minh, Role::organiser, "VN")})
                          .value();
    const Bytes vain =
        make_join_reply(unfounded, join_request_id(request), world.asha.device.signing).value();
    CHECK(world.open_reply(vain, request).error().code == ErrorCode::not_permitted);
}

TEST_CASE("a reply keeps to its limit") {
    const World world;
    const Bytes request = world.request(world.minh);
    const auto with_channel = [&](std::size_t count) {
        Welcome welcome = world.welcome();
        welcome.channel = Bytes(count);
        return make_join_reply(welcome, join_request_id(request), world.asha.device.signing);
    };
    const std::size_t rest = with_channel(0)->size();
    const std::size_t room = limits::join_reply_bytes_max - rest;
    CHECK(with_channel(room - 1).ok());
    CHECK(with_channel(room)->size() == limits::join_reply_bytes_max);
    CHECK(world.open_reply(with_channel(room).value(), request).ok());
    CHECK(with_channel(room + 1).error().code == ErrorCode::too_large);
    CHECK(world.open_reply(Bytes(limits::join_reply_bytes_max + 1), request).error().code ==
          ErrorCode::too_large);
}
