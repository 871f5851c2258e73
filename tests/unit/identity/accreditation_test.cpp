#include "protocol/identity/accreditation.h"

#include <doctest/doctest.h>

#include "protocol/base/limits.h"
#include "protocol/identity/clock.h"
#include "protocol/identity/credential.h"
#include "tests/support/people.h"

using namespace liaise;
using namespace liaise::identity;

namespace {

// A founder, a coordinator she accredited, a focal point of Kenya he accredited, a liaison she accredited.
struct World {
    test::SeededRandom random{1};
    test::Person founder = test::make_person(random, "Founder");
    test::Person coordinator = test::make_person(random, "Coordinator");
    test::Person focal_point = test::make_person(random, "Focal point");
    test::Person liaison = test::make_person(random, "Liaison");
    Charter charter = test::found(founder);
    CharterInForce in_force_now = in_force(charter);
    NetworkId network = charter.network();
    Accreditation first = test::accredit(network, founder, coordinator, Role::coordinator, "CH");
    Accreditation second = test::accredit(network, coordinator, focal_point, Role::focal_point, "KE");
    Accreditation third = test::accredit(network, focal_point, liaison, Role::liaison, "KE");

    Result<void> verify(std::vector<Accreditation> links, Time now = test::start + test::one_day) const {
        return verify_chain(in_force_now, LIAISE_TRY(AccreditationChain::from(std::move(links))), now);
    }
};

}  // namespace

TEST_CASE("an accreditation comes back bit for bit, with all it says") {
    const World world;
    auto fields = test::card_fields(world.network, world.focal_point, Role::focal_point, "KE");
    fields.organisation = "National Police Service";
    fields.rank = "Superintendent";
    fields.post = "focal point, Kenya";
    fields.predecessor = world.second.id();
    const auto accreditation = Accreditation::issue(fields, world.founder.keys.identity).value();
    const auto back = Accreditation::parse(accreditation.encoded()).value();
    fields.accreditor = world.founder.key();
    CHECK(back.fields() == fields);
    CHECK(back == accreditation);
    CHECK(back.member() == world.focal_point.id());
    CHECK(back.accreditor() == world.founder.id());
}

TEST_CASE("the documented byte counts hold") {
    const World world;
    auto fields = test::card_fields(world.network, world.liaison, Role::liaison, "KE");
    fields.name = "a";
    CHECK(Accreditation::issue(fields, world.founder.keys.identity)->encoded().size() == 249);
    fields.name = fields.organisation = fields.rank = fields.post = std::string(100, 'a');
    CHECK(Accreditation::issue(fields, world.founder.keys.identity)->encoded().size() == 648);
    CHECK(world.charter.encode().size() == 203);
}

TEST_CASE("every altered or missing byte of an accreditation is refused") {
    const World world;
    const Bytes& bytes = world.third.encoded();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        Bytes altered = bytes;
        altered[i] ^= 1;
        CHECK_MESSAGE(!Accreditation::parse(altered).ok(), i);
    }
    for (std::size_t count = 0; count < bytes.size(); ++count)
        CHECK_FALSE(Accreditation::parse(BytesView(bytes).first(count)).ok());
}

TEST_CASE("names that a forger needs are refused, at their limit too") {
    const World world;
    const auto with_name = [&](std::string name) {
        auto fields = test::card_fields(world.network, world.liaison, Role::liaison, "KE");
        fields.name = std::move(name);
        return Accreditation::issue(fields, world.founder.keys.identity);
    };
    CHECK(with_name(std::string(limits::name_bytes_max - 1, 'a')).ok());
    CHECK(with_name(std::string(limits::name_bytes_max, 'a')).ok());
    CHECK(with_name(std::string(limits::name_bytes_max + 1, 'a')).error().code == ErrorCode::too_large);
    for (const char* name : {"", "a\nb", "a\x1b[31mb", "a\u202eb", "a\u2066b", " a"})
        CHECK(with_name(name).error().code == ErrorCode::malformed);
}

TEST_CASE("a post has a predecessor only if it has a name") {
    const World world;
    auto fields = test::card_fields(world.network, world.liaison, Role::liaison, "KE");
    fields.predecessor = world.second.id();
    CHECK(Accreditation::issue(fields, world.founder.keys.identity).error().code == ErrorCode::malformed);
    fields.post = "liaison, Nairobi";
    CHECK(Accreditation::issue(fields, world.founder.keys.identity).ok());
}

TEST_CASE("chains of one, two and three links hold; four do not exist") {
    const World world;
    CHECK(world.verify({world.first}).ok());
    CHECK(world.verify({world.second, world.first}).ok());
    CHECK(world.verify({world.third, world.second, world.first}).ok());
    const auto fourth = test::accredit(world.network, world.liaison, world.focal_point, Role::liaison, "KE");
    CHECK(world.verify({fourth, world.third, world.second, world.first}).error().code ==
          ErrorCode::too_large);
    CHECK(world.verify({}).error().code == ErrorCode::malformed);
}

TEST_CASE("a chain must reach a founder, link by link") {
    const World world;
    CHECK(world.verify({world.second}).error().code == ErrorCode::not_permitted);
    CHECK(world.verify({world.third, world.first}).error().code == ErrorCode::conflict);
    CHECK(world.verify({world.first, world.second}).error().code == ErrorCode::conflict);
}

TEST_CASE("a chain travels whole and comes back") {
    const World world;
    const auto chain = AccreditationChain::from({world.third, world.second, world.first}).value();
    CHECK(AccreditationChain::parse(chain.encode()).value() == chain);
    Bytes bytes = chain.encode();
    bytes[0] = 4;
    CHECK(AccreditationChain::parse(bytes).error().code == ErrorCode::too_large);
    bytes[0] = 0;
    CHECK_FALSE(AccreditationChain::parse(bytes).ok());
    bytes[0] = 2;
    CHECK_FALSE(AccreditationChain::parse(bytes).ok());
    for (std::size_t count = 0; count + 1 < bytes.size(); count += 7)
        CHECK_FALSE(AccreditationChain::parse(BytesView(chain.encode()).first(count)).ok());
}

TEST_CASE("the policy binds: role and country") {
    const World world;
    const auto& [network, person] = std::tie(world.network, world.liaison);
    const auto by_coordinator = [&](Role role) {
        return world.verify({test::accredit(network, world.coordinator, person, role, "VN"), world.first});
    };
    CHECK(by_coordinator(Role::focal_point).ok());
    CHECK(by_coordinator(Role::coordinator).error().code == ErrorCode::not_permitted);
    const auto abroad = test::accredit(network, world.focal_point, person, Role::liaison, "UG");
    CHECK(world.verify({abroad, world.second, world.first}).error().code == ErrorCode::not_permitted);
    const auto colleague = test::accredit(network, world.focal_point, person, Role::focal_point, "KE");
    CHECK(world.verify({colleague, world.second, world.first}).error().code == ErrorCode::not_permitted);
}

TEST_CASE("founders accredit themselves, alone; nobody else does") {
    const World world;
    const auto own = test::accredit(world.network, world.founder, world.founder, Role::organiser, "CH");
    CHECK(world.verify({own}).ok());
    CHECK(world.verify({world.first, own}).error().code == ErrorCode::not_permitted);  // the founder twice
    const auto vain =
        test::accredit(world.network, world.coordinator, world.coordinator, Role::liaison, "CH");
    CHECK(world.verify({vain}).error().code == ErrorCode::not_permitted);
    CHECK(world.verify({vain, world.first}).error().code == ErrorCode::not_permitted);
}

TEST_CASE("an accreditation of another network does not count in ours") {
    World world;
    const auto elsewhere =
        test::accredit(world.random.draw<NetworkId>(), world.founder, world.liaison, Role::liaison, "KE");
    CHECK(world.verify({elsewhere}).error().code == ErrorCode::conflict);
}

TEST_CASE("attack class 27: time has slack on both ends, and not more") {
    const World world;
    const Time end = test::start + test::one_year;
    CHECK(world.verify({world.first}, test::start - clock_slack).ok());
    CHECK(world.verify({world.first}, test::start - clock_slack - Duration{1}).error().code ==
          ErrorCode::expired);
    CHECK(world.verify({world.first}, end + clock_slack).ok());
    CHECK(world.verify({world.first}, end + clock_slack + Duration{1}).error().code == ErrorCode::expired);
    const Time far_future = time_from_milliseconds(std::numeric_limits<std::int64_t>::max());
    const Time far_past = time_from_milliseconds(std::numeric_limits<std::int64_t>::min());
    CHECK(world.verify({world.first}, far_future).error().code == ErrorCode::expired);
    CHECK(world.verify({world.first}, far_past).error().code == ErrorCode::expired);
}

TEST_CASE("a credential is the chain and the certificate of one person") {
    const World world;
    const Time now = test::start + test::one_day;
    const auto chain = AccreditationChain::from({world.third, world.second, world.first}).value();
    const auto certificate = test::certify(world.liaison);
    const Bytes bytes = encode_credential(chain, certificate);
    const auto verified = verify_credential(world.in_force_now, bytes, now).value();
    CHECK(verified.member() == world.liaison.id());
    CHECK(verified.device() == world.liaison.device_id());
    CHECK(verified.chain() == chain);
    const Bytes mixed = encode_credential(chain, test::certify(world.founder));
    CHECK(verify_credential(world.in_force_now, mixed, now).error().code == ErrorCode::conflict);
    CHECK(verify_credential(world.in_force_now, bytes, now + 2 * test::one_year).error().code ==
          ErrorCode::expired);
    for (std::size_t count = 0; count < bytes.size(); count += 5)
        CHECK_FALSE(verify_credential(world.in_force_now, BytesView(bytes).first(count), now).ok());
}

TEST_CASE("a credential whose certificate names another succession key is a thief's") {
    const World world;
    const auto chain = AccreditationChain::from({world.first}).value();
    const auto own =
        DeviceCertificate::issue(world.coordinator.keys.identity, world.coordinator.device,
                                 world.liaison.succession(), test::start, test::start + test::one_year)
            .value();
    CHECK(verify_credential(world.in_force_now, encode_credential(chain, own), test::start).error().code ==
          ErrorCode::conflict);
}
