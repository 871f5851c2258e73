#include "protocol/identity/ticket.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "protocol/base/limits.h"
#include "protocol/identity/clock.h"
#include "tests/support/people.h"

using namespace liaise;
using namespace liaise::identity;

namespace {

const std::string onion = std::string(55, 'a') + "d.onion:443";

Ticket make_ticket(RandomSource& random, std::vector<std::string> addresses = {"192.0.2.7:4040"}) {
    return {tag_of(random.draw<NetworkId>()),
            tag_of(random.draw<DeviceId>()),
            crypto::DhKey::draw(random).public_key(),
            TicketSecret::draw(random),
            Role::focal_point,
            test::country("VN"),
            test::start + 7 * test::one_day,
            std::move(addresses)};
}

bool same(const Ticket& a, const Ticket& b) {
    return a.network == b.network && a.inviter == b.inviter && a.transport == b.transport &&
           a.secret == b.secret && a.role == b.role && a.country == b.country && a.expires == b.expires &&
           a.addresses == b.addresses;
}

}  // namespace

TEST_CASE("a ticket comes back from its string, whatever its addresses") {
    test::SeededRandom random(1);
    for (const auto& addresses : std::vector<std::vector<std::string>>{
             {},
             {"192.0.2.7:4040"},
             {"0.0.0.0:0", "255.255.255.255:65535"},
             {"01.2.3.4:5", "1.2.3.4:05", "1.2.3.4:65536", "1.2.3.4"},  // not packed: other texts
             {"[2001:db8::1]:4040", "node.example.org:4040", onion},
             {std::string(56, 'a') + ".onion:0443", std::string(255, 'x')}}) {
        const Ticket ticket = make_ticket(random, addresses);
        const std::string text = ticket.encode().value();
        CHECK(same(Ticket::parse(text).value(), ticket));
    }
}

TEST_CASE("a ticket is short enough to show as a QR code and to type in need") {
    test::SeededRandom random(2);
    CHECK(make_ticket(random).encode()->size() == 168);
    CHECK(make_ticket(random, {onion}).encode()->size() == 218);
}

TEST_CASE("reading a ticket forgives capitals, line breaks, spaces, hyphens and the usual confusions") {
    test::SeededRandom random(3);
    const Ticket ticket = make_ticket(random);
    const std::string text = ticket.encode().value();
    std::string shouted = "  ";
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (i > 8 && c == '0') c = 'O';
        if (i > 8 && c == '1') c = 'I';
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        shouted += c;
        if (i > 8 && i % 30 == 0) shouted += "-\r\n ";
    }
    CHECK(same(Ticket::parse(shouted + "\n").value(), ticket));
}

TEST_CASE("what is wrong with a ticket is said apart") {
    test::SeededRandom random(4);
    const Ticket ticket = make_ticket(random);
    const std::string text = ticket.encode().value();
    for (const char* other : {"", "hello", "liaise", "liaise-", "liaise1", "liaisex-00",
                              "https://example.org", "liaise99999999999-0"})
        CHECK_MESSAGE(Ticket::parse(other).error().code == ErrorCode::malformed, other);
    for (std::size_t i = 8; i < text.size(); ++i) {
        std::string mistyped = text;
        mistyped[i] = mistyped[i] == 'x' ? 'y' : 'x';
        CHECK_MESSAGE(Ticket::parse(mistyped).error().code == ErrorCode::not_authentic, i);
        CHECK(Ticket::parse(text.substr(0, i)).error().code == ErrorCode::not_authentic);
    }
    CHECK(Ticket::parse(text + "!").error().code == ErrorCode::not_authentic);
    std::string newer = text;
    newer.replace(0, 8, "liaise2-");
    CHECK(Ticket::parse(newer).error().code == ErrorCode::unsupported);
    CHECK(Ticket::parse(newer).error().at == 2);
}

TEST_CASE("an expired ticket says when it expired; the newcomer's clock has slack, the inviter's none") {
    test::SeededRandom random(5);
    const Ticket ticket = make_ticket(random);
    CHECK(ticket.check_time(ticket.expires).ok());
    CHECK(ticket.check_time(ticket.expires + clock_slack).ok());
    const auto late = ticket.check_time(ticket.expires + clock_slack + Duration{1});
    CHECK(late.error().code == ErrorCode::expired);
    CHECK(time_from_milliseconds(static_cast<std::int64_t>(late.error().at)) == ticket.expires);
    CHECK_FALSE(ticket.is_over_for_inviter(ticket.expires));
    CHECK(ticket.is_over_for_inviter(ticket.expires + Duration{1}));
}

TEST_CASE("addresses keep to their limits") {
    test::SeededRandom random(6);
    const auto encoded = [&](std::vector<std::string> addresses) {
        return make_ticket(random, std::move(addresses)).encode();
    };
    const std::vector<std::string> four(limits::ticket_addresses_max, "192.0.2.7:4040");
    CHECK(encoded(four).ok());
    auto five = four;
    five.push_back("192.0.2.8:4040");
    CHECK(encoded(five).error().code == ErrorCode::too_large);
    CHECK(encoded({std::string(limits::address_bytes_max - 1, 'x')}).ok());
    CHECK(encoded({std::string(limits::address_bytes_max, 'x')}).ok());
    CHECK(encoded({std::string(limits::address_bytes_max + 1, 'x')}).error().code == ErrorCode::too_large);
    for (const char* bad : {"", "a b", "a\nb", "\x1b[31m", "\xc3\xa9"})
        CHECK(encoded({bad}).error().code == ErrorCode::malformed);
    CHECK(encoded(std::vector<std::string>(4, std::string(255, 'x')))->size() <
          limits::ticket_text_bytes_max);
}

TEST_CASE("the text of a ticket is limited") {
    test::SeededRandom random(7);
    std::string text = make_ticket(random).encode().value();
    text.resize(limits::ticket_text_bytes_max, ' ');
    CHECK(Ticket::parse(text).ok());
    text += ' ';
    CHECK(Ticket::parse(text).error().code == ErrorCode::malformed);
}

TEST_CASE("id, guest key and authentication key come from the secret, each its own way") {
    test::SeededRandom random(8);
    const auto secret = TicketSecret::draw(random);
    const auto again = TicketSecret::copy_of(secret.view()).value();
    CHECK(ticket_id_of(secret) == ticket_id_of(again));
    CHECK(guest_key_of(secret).public_key() == guest_key_of(again).public_key());
    CHECK(join_mac_key_of(secret) == join_mac_key_of(again));
    CHECK_FALSE(join_mac_key_of(secret) == guest_key_of(secret).private_key());
    CHECK_FALSE(same_bytes(ticket_id_of(secret).view(), secret.view()));
    const auto other = TicketSecret::draw(random);
    CHECK(ticket_id_of(secret) != ticket_id_of(other));
    CHECK(guest_key_of(secret).public_key() != guest_key_of(other).public_key());
}

TEST_CASE("property: any addresses that are accepted come back as they were") {
    CHECK(rc::check([](const std::vector<std::string>& drawn) {
        test::SeededRandom random(9);
        std::vector<std::string> addresses;
        for (std::size_t i = 0; i < std::min<std::size_t>(drawn.size(), 4); ++i) {
            std::string address;
            for (const char c : drawn[i].substr(0, 255))
                address += "0123456789.:[]abcxyz"[static_cast<unsigned char>(c) % 20];
            if (!address.empty()) addresses.push_back(address);
        }
        const Ticket ticket = make_ticket(random, addresses);
        RC_ASSERT(same(Ticket::parse(ticket.encode().value()).value(), ticket));
    }));
}
