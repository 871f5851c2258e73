// Adding a device to one's own: ticket, request, reply, words.
#include <doctest/doctest.h>

#include "protocol/base/limits.h"
#include "protocol/identity/clock.h"
#include "protocol/identity/device_reply.h"
#include "protocol/identity/safety_words.h"
#include "protocol/identity/ticket.h"
#include "tests/support/people.h"

using namespace liaise;
using namespace liaise::identity;

namespace {

constexpr Time now = test::start + test::one_day;

struct World {
    test::SeededRandom random{1};
    test::Person asha = test::make_person(random, "Asha Wanjiru");
    Charter charter = test::found(asha);
    NetworkId network = charter.network();
    DeviceTicket ticket = make_ticket({"127.0.0.1:4040"});
    DeviceKeys laptop = DeviceKeys::draw(random);
    NewDevice own = public_keys_of(laptop);

    DeviceTicket make_ticket(std::vector<std::string> addresses) {
        return {tag_of(network),
                tag_of(asha.device_id()),
                asha.device.transport.public_key(),
                TicketSecret::draw(random),
                test::start + 2 * test::one_day,
                std::move(addresses)};
    }
    Bytes body(Time created = test::start) const {
        return DeviceCertificate::body_of({asha.key(), own.signing, own.transport, own.inbox, created,
                                           created + test::one_year, asha.succession()})
            .value();
    }
    Result<DeviceRequest> open(BytesView bytes) const {
        return DeviceRequest::open(bytes, ticket.secret, network, asha.device_id());
    }
    DeviceCertificate certificate() const {
        const Bytes request = DeviceRequest::make(ticket, laptop, body());
        return DeviceCertificate::assemble(
                   body(), asha.keys.identity.sign(crypto::Purpose::device_certificate, body()),
                   *open(request)->consent)
            .value();
    }
    DeviceWelcome welcome(Handover handover = {}) const {
        const auto card = test::accredit(network, asha, asha, Role::focal_point, "KE");
        return {certificate(),
                std::move(handover),
                {charter, {}, AccreditationChain::from({card}).value(), {test::certify(asha)}, Bytes{1, 2}}};
    }
    Result<OpenedDeviceReply> open_reply(BytesView reply, const Hash& question, Time when = now) const {
        return open_device_reply(reply, ticket, question, own, when);
    }
    Bytes reply(const DeviceReply& answer, const Hash& question) const {
        return make_device_reply(answer, question, asha.device.signing).value();
    }
};

const Hash question = device_request_id(bytes_of("a request"));

}  // namespace

TEST_CASE("a device's ticket comes back from its string, and is short") {
    World world;
    const std::string onion = std::string(55, 'a') + "d.onion:443";
    for (const auto& addresses :
         std::vector<std::vector<std::string>>{{}, {"192.0.2.7:4040"}, {"node.example.org:4040", onion}}) {
        const DeviceTicket made = world.make_ticket(addresses);
        const std::string text = made.encode().value();
        CHECK(text.starts_with("liaise-device1-"));
        std::string shouted = text;
        for (char& c : shouted) c = static_cast<char>(std::toupper(c));
        for (const std::string& form : {text, shouted, " " + text.substr(0, 60) + "\n " + text.substr(60)}) {
            const DeviceTicket read = DeviceTicket::parse(form).value();
            CHECK(read.network == made.network);
            CHECK(read.adder == made.adder);
            CHECK(read.transport == made.transport);
            CHECK(read.secret == made.secret);
            CHECK(read.expires == made.expires);
            CHECK(read.addresses == made.addresses);
        }
    }
    CHECK(world.make_ticket({"192.0.2.7:4040"}).encode()->size() == 171);
}

TEST_CASE("the kinds of tickets cannot be taken for each other") {
    World world;
    const std::string device = world.ticket.encode().value();
    const Ticket person{tag_of(world.network),
                        tag_of(world.asha.device_id()),
                        world.asha.device.transport.public_key(),
                        TicketSecret::draw(world.random),
                        Role::focal_point,
                        test::country("VN"),
                        now,
                        {}};
    const std::string member = person.encode().value();
    CHECK(kind_of_ticket(device) == TicketKind::device);
    CHECK(kind_of_ticket(member) == TicketKind::member);
    CHECK(kind_of_ticket("liaise2-abc") == TicketKind::member);
    CHECK_FALSE(kind_of_ticket("hello").has_value());
    CHECK_FALSE(kind_of_ticket("").has_value());
    CHECK(Ticket::parse(device).error().code == ErrorCode::malformed);
    CHECK(DeviceTicket::parse(member).error().code == ErrorCode::malformed);
    // Not even with the other's prefix: the bodies differ in length, and one ends inside the other.
    const std::string crossed = "liaise-device1-" + member.substr(std::string("liaise1-").size());
    CHECK_FALSE(DeviceTicket::parse(crossed).ok());
    CHECK(DeviceTicket::parse("liaise-device2-abc").error().code == ErrorCode::unsupported);
    CHECK(DeviceTicket::parse(device.substr(0, device.size() - 4)).error().code == ErrorCode::not_authentic);
}

TEST_CASE("a device's ticket ends with its time, and a clock that is off by a time zone is forgiven") {
    World world;
    CHECK(world.ticket.check_time(world.ticket.expires).ok());
    CHECK(world.ticket.check_time(world.ticket.expires + clock_slack).ok());
    const auto late = world.ticket.check_time(world.ticket.expires + clock_slack + Duration{1});
    CHECK(late.error().code == ErrorCode::expired);
    CHECK(late.error().at == static_cast<std::uint64_t>(to_milliseconds(world.ticket.expires)));
}

TEST_CASE("a request brings three keys, and consents to what was proposed") {
    const World world;
    const auto first = world.open(DeviceRequest::make(world.ticket, world.laptop, std::nullopt)).value();
    CHECK(first.device == world.own);
    CHECK(first.ticket == world.ticket.id());
    CHECK_FALSE(first.consent.has_value());
    const auto second = world.open(DeviceRequest::make(world.ticket, world.laptop, world.body())).value();
    REQUIRE(second.consent.has_value());
    CHECK(world.certificate().device() == world.own.id());
    CHECK(world.certificate().member() == world.asha.id());
    // Consent to one body is none to another.
    CHECK_FALSE(DeviceCertificate::assemble(
                    world.body(now),
                    world.asha.keys.identity.sign(crypto::Purpose::device_certificate, world.body(now)),
                    *second.consent)
                    .ok());
}

TEST_CASE("every altered or missing byte of a request is refused, by the MAC before any signature") {
    const World world;
    for (const auto& proposal : {std::optional<Bytes>{}, std::optional(world.body())}) {
        const Bytes bytes = DeviceRequest::make(world.ticket, world.laptop, proposal);
        CHECK(bytes.size() == (proposal ? 306 : 242));
        CHECK(bytes.size() <= limits::device_request_bytes_max);
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            Bytes altered = bytes;
            altered[i] ^= 1;
            CHECK_MESSAGE(world.open(altered).error().code == ErrorCode::not_authentic, i);
            CHECK_FALSE(world.open(BytesView(bytes).first(i)).ok());
        }
    }
    CHECK(world.open(Bytes(limits::device_request_bytes_max + 1)).error().code == ErrorCode::too_large);
    CHECK(world.open(Bytes(limits::device_request_bytes_max)).error().code == ErrorCode::not_authentic);
}

TEST_CASE("attack classes 3 and 4: a request goes to one ticket, network and device") {
    World world;
    const Bytes bytes = DeviceRequest::make(world.ticket, world.laptop, std::nullopt);
    const auto& id = world.asha.device_id();
    CHECK(DeviceRequest::open(bytes, TicketSecret::draw(world.random), world.network, id).error().code ==
          ErrorCode::not_authentic);
    CHECK(DeviceRequest::open(bytes, world.ticket.secret, world.random.draw<NetworkId>(), id).error().code ==
          ErrorCode::conflict);
    CHECK(DeviceRequest::open(bytes, world.ticket.secret, world.network, world.random.draw<DeviceId>())
              .error()
              .code == ErrorCode::conflict);
}

TEST_CASE("every answer comes back as it was, to its own question alone") {
    const World world;
    for (const DeviceReply& answer :
         {DeviceReply(Waiting{}), DeviceReply(Proposal{world.body()}), DeviceReply(DeviceRefusal::used),
          DeviceReply(DeviceRefusal::full), DeviceReply(DeviceRefusal::denied)}) {
        const Bytes bytes = world.reply(answer, question);
        const auto opened = world.open_reply(bytes, question).value();
        CHECK(opened.reply.index() == answer.index());
        CHECK(opened.adder == world.asha.device.signing.public_key());
        if (const auto* const refusal = std::get_if<DeviceRefusal>(&answer))
            CHECK(std::get<DeviceRefusal>(opened.reply) == *refusal);
        if (const auto* const proposal = std::get_if<Proposal>(&answer))
            CHECK(std::get<Proposal>(opened.reply) == *proposal);
        CHECK(world.open_reply(bytes, device_request_id(bytes_of("another"))).error().code ==
              ErrorCode::not_authentic);
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            Bytes altered = bytes;
            altered[i] ^= 1;
            CHECK_FALSE(world.open_reply(altered, question).ok());
            CHECK_FALSE(world.open_reply(BytesView(bytes).first(i), question).ok());
        }
    }
}

TEST_CASE("an answer of another device is refused, whatever it says") {
    World world;
    const auto thief = DeviceKeys::draw(world.random);
    const Bytes bytes = make_device_reply(Waiting{}, question, thief.signing).value();
    CHECK(world.open_reply(bytes, question).error().code == ErrorCode::not_authentic);
}

TEST_CASE("a proposal for other keys, or out of its time, gets no consent") {
    World world;
    const auto other = public_keys_of(DeviceKeys::draw(world.random));
    const auto proposed = [&](const NewDevice& keys, Time created) {
        const Bytes body =
            DeviceCertificate::body_of({world.asha.key(), keys.signing, keys.transport, keys.inbox, created,
                                        created + test::one_year, world.asha.succession()})
                .value();
        return world.open_reply(world.reply(Proposal{body}, question), question);
    };
    CHECK(proposed(world.own, test::start).ok());
    CHECK(proposed(other, test::start).error().code == ErrorCode::conflict);
    CHECK(proposed({world.own.signing, other.transport, world.own.inbox}, test::start).error().code ==
          ErrorCode::conflict);
    CHECK(proposed(world.own, test::start - 2 * test::one_year).error().code == ErrorCode::expired);
}

TEST_CASE("a welcome brings the certificate, the network, and what the owner had decided") {
    World world;
    Handover handover{"field laptop", {{world.asha.device_id(), "office"}}, {}};
    for (const ContactState state :
         {ContactState::fresh, ContactState::verified, ContactState::changed, ContactState::verify_later})
        handover.contacts.emplace_back(world.random.draw<MemberId>(), state);
    const Bytes bytes = world.reply(world.welcome(handover), question);
    const auto opened = world.open_reply(bytes, question).value();
    const auto& welcome = std::get<DeviceWelcome>(opened.reply);
    CHECK(welcome.certificate == world.certificate());
    CHECK(welcome.handover == handover);
    CHECK(welcome.network.charter.network() == world.network);
    CHECK(welcome.network.channel == Bytes{1, 2});
}

TEST_CASE("a welcome to another network, or for somebody else, is refused") {
    World world;
    const test::Person minh = test::make_person(world.random, "Minh");
    auto elsewhere = world.welcome();
    elsewhere.network.charter = test::found(minh);
    CHECK(world.open_reply(world.reply(elsewhere, question), question).error().code == ErrorCode::conflict);
    auto theirs = world.welcome();
    const auto card = test::accredit(world.network, world.asha, minh, Role::focal_point, "VN");
    theirs.network.chain = AccreditationChain::from({card}).value();
    CHECK(world.open_reply(world.reply(theirs, question), question).error().code == ErrorCode::conflict);
    auto other = world.welcome();
    other.certificate = test::certify(world.asha);  // of the old device
    CHECK(world.open_reply(world.reply(other, question), question).error().code == ErrorCode::conflict);
}

TEST_CASE("what is handed over has its limits: at, below and above") {
    World world;
    const auto with_contacts = [&](std::size_t count) {
        Handover handover;
        for (std::size_t i = 0; i < count; ++i)
            handover.contacts.emplace_back(world.random.draw<MemberId>(), ContactState::verified);
        return make_device_reply(world.welcome(std::move(handover)), question, world.asha.device.signing);
    };
    for (const std::size_t count : {limits::handover_contacts_max - 1, limits::handover_contacts_max})
        CHECK(world.open_reply(with_contacts(count).value(), question).ok());
    CHECK(with_contacts(limits::handover_contacts_max + 1).error().code == ErrorCode::too_large);

    const auto with_devices = [&](std::size_t count) {
        Handover handover;
        for (std::size_t i = 0; i < count; ++i)
            handover.devices.emplace_back(world.random.draw<DeviceId>(), "laptop");
        return make_device_reply(world.welcome(std::move(handover)), question, world.asha.device.signing);
    };
    for (const std::size_t count : {limits::devices_of_one_max - 1, limits::devices_of_one_max})
        CHECK(world.open_reply(with_devices(count).value(), question).ok());
    CHECK(with_devices(limits::devices_of_one_max + 1).error().code == ErrorCode::too_large);
}

TEST_CASE("both screens show the same eight words, and others for any other ticket or key") {
    World world;
    const auto& old = world.asha.device.signing.public_key();
    const auto words = device_words(world.ticket.id(), old, world.own.signing);
    CHECK(words == device_words(world.ticket.id(), world.own.signing, old));
    CHECK(words != device_words(world.random.draw<TicketId>(), old, world.own.signing));
    CHECK(words != device_words(world.ticket.id(), old, DeviceKeys::draw(world.random).signing.public_key()));
}
