// Limits of the directory: at, one below, one above; and that a flood harms only its author.
#include <doctest/doctest.h>

#include "protocol/base/limits.h"
#include "protocol/identity/directory.h"
#include "tests/support/people.h"

using namespace liaise;
using namespace liaise::identity;

namespace {

constexpr Time now = test::start + test::one_day;

struct World {
    test::SeededRandom random{1};
    test::Person founder = test::make_person(random, "Founder");
    test::Person coordinator = test::make_person(random, "Coordinator");
    test::Person asha = test::make_person(random, "Asha");
    Charter charter = test::found(founder);
    NetworkId network = charter.network();
    Directory directory{network};

    World() {
        CHECK(directory.apply(charter).ok());
        CHECK(directory.apply(test::accredit(network, founder, coordinator, Role::coordinator, "CH")).ok());
        CHECK(directory.apply(test::accredit(network, founder, asha, Role::focal_point, "KE")).ok());
    }
    Accreditation by_coordinator(const test::Person& of, int serial) {
        auto fields = test::card_fields(network, of, Role::liaison, "KE");
        fields.until -= Duration{serial};
        return Accreditation::issue(fields, coordinator.keys.identity).value();
    }
};

template <class Make>
void check_limit(Directory& directory, std::size_t most, Make make) {
    for (std::size_t i = 0; i < most; ++i) REQUIRE(directory.apply(make(i)).ok());
    const Directory before = directory;
    CHECK(directory.apply(make(most)).error().code == ErrorCode::exhausted);
    CHECK(directory == before);
    CHECK(directory.apply(make(most - 1)).ok());  // known, or waiting as before
}

}  // namespace

TEST_CASE("accreditations of one member by one accreditor are limited") {
    World world;
    const auto liaison = test::make_person(world.random, "Liaison");
    check_limit(world.directory, limits::accreditations_of_one_max,
                [&](std::size_t i) { return world.by_coordinator(liaison, static_cast<int>(i)); });
    // The founder is not kept out by them.
    CHECK(world.directory.apply(test::accredit(world.network, world.founder, liaison, Role::liaison, "KE"))
              .ok());
}

TEST_CASE("devices of one member are limited") {
    World world;
    std::vector<DeviceCertificate> certificates;
    for (std::size_t i = 0; i <= limits::devices_of_one_max; ++i)
        certificates.push_back(
            DeviceCertificate::issue(world.asha.keys.identity, DeviceKeys::draw(world.random),
                                     world.asha.succession(), test::start, test::start + test::one_year)
                .value());
    check_limit(world.directory, limits::devices_of_one_max, [&](std::size_t i) { return certificates[i]; });
}

TEST_CASE("revocations by one signer of one member are limited, and keep no other signer out") {
    World world;
    REQUIRE(world.directory.apply(test::certify(world.asha)).ok());
    const auto nth = [&](std::size_t i) {
        Revocation::Fields fields;
        fields.network = world.network;
        fields.what = Revoked::device;
        fields.member = world.asha.id();
        fields.device = world.asha.device_id();
        fields.time = test::start + Duration{i};
        return Revocation::issue(fields, world.asha.keys.identity).value();
    };
    check_limit(world.directory, limits::revocations_of_one_max, nth);
    CHECK(world.directory.apply(test::revoke_member(world.network, world.asha.keys.succession, world.asha))
              .ok());
    CHECK(world.directory.standing(world.asha.id(), now) == Standing::revoked);
}

TEST_CASE("accreditors of one member are limited, founders not counted") {
    World world;
    const auto liaison = test::make_person(world.random, "Liaison");
    std::vector<Accreditation> accreditations;
    for (std::size_t i = 0; i <= limits::accreditors_of_one_max; ++i) {
        const auto other = test::make_person(world.random, "Coordinator " + std::to_string(i));
        REQUIRE(world.directory
                    .apply(test::accredit(world.network, world.founder, other, Role::coordinator, "CH"))
                    .ok());
        accreditations.push_back(test::accredit(world.network, other, liaison, Role::liaison, "KE"));
    }
    check_limit(world.directory, limits::accreditors_of_one_max,
                [&](std::size_t i) { return accreditations[i]; });
    CHECK(world.directory.apply(test::accredit(world.network, world.founder, liaison, Role::liaison, "KE"))
              .ok());
}

TEST_CASE(
    "attack class 15: objects that nothing vouches for fill one small box, and harm nothing that counts") {
    World world;
    const auto stranger = test::make_person(world.random, "Stranger");
    check_limit(world.directory, limits::directory_waiting_max, [&](std::size_t i) {
        auto fields = test::card_fields(world.network, world.asha, Role::liaison, "KE");
        fields.until -= Duration{i};
        return Accreditation::issue(fields, stranger.keys.identity).value();
    });
    CHECK(world.directory.waiting() == limits::directory_waiting_max);
    const auto liaison = test::make_person(world.random, "Liaison");
    CHECK(world.directory.apply(test::accredit(world.network, world.asha, liaison, Role::liaison, "KE"))
              .value() == Applied::added);
    CHECK(world.directory.standing(liaison.id(), now) == Standing::accredited);
}

TEST_CASE("amendments are limited") {
    World world;
    std::vector<Amendment> amendments;
    for (std::size_t i = 0; i <= limits::amendments_max; ++i)
        amendments.push_back(test::amend(in_force(world.charter), world.charter.terms(),
                                         std::array{&std::as_const(world.founder)},
                                         test::start + Duration{i}));
    check_limit(world.directory, limits::amendments_max, [&](std::size_t i) { return amendments[i]; });
}

TEST_CASE("a directory object is limited in size") {
    const World world;
    Bytes bytes = encode_object(world.charter);
    bytes.resize(limits::directory_object_bytes_max);
    CHECK(parse_object(bytes).error().code == ErrorCode::malformed);
    bytes.resize(limits::directory_object_bytes_max + 1);
    CHECK(parse_object(bytes).error().code == ErrorCode::too_large);
    CHECK(parse_object({}).error().code == ErrorCode::malformed);
    CHECK(parse_object(Bytes{9}).error().code == ErrorCode::unsupported);
}
