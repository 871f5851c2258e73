#include "protocol/identity/directory.h"

#include <doctest/doctest.h>

#include "protocol/identity/clock.h"
#include "tests/support/people.h"

using namespace liaise;
using namespace liaise::identity;

namespace {

constexpr Time now = test::start + test::one_day;

// Two founders (either amends), a coordinator, a focal point and a liaison in Kenya.
struct World {
    test::SeededRandom random{1};
    test::Person wangari = test::make_person(random, "Wangari");
    test::Person olena = test::make_person(random, "Olena");
    test::Person coordinator = test::make_person(random, "Coordinator");
    test::Person asha = test::make_person(random, "Asha Wanjiru");
    test::Person liaison = test::make_person(random, "Liaison");
    std::vector<const test::Person*> founders{&wangari, &olena};
    Charter charter = test::found(founders);
    NetworkId network = charter.network();
    Accreditation coordinators = test::accredit(network, wangari, coordinator, Role::coordinator, "CH");
    Accreditation ashas = test::accredit(network, coordinator, asha, Role::focal_point, "KE");
    Accreditation liaisons = test::accredit(network, asha, liaison, Role::liaison, "KE");
    Directory directory{network};

    World() {
        for (const auto& object : std::vector<DirectoryObject>{charter, coordinators, ashas, liaisons})
            CHECK(directory.apply(object).value() == Applied::added);
        for (const auto* const person : {&wangari, &olena, &coordinator, &asha, &liaison})
            CHECK(directory.apply(test::certify(*person)).value() == Applied::added);
    }
    Standing standing(const test::Person& person, Time at = now) const {
        return directory.standing(person.id(), at);
    }
};

}  // namespace

TEST_CASE("a card says who someone is and who says so") {
    const World world;
    const Card card = world.directory.card(world.asha.id(), now).value();
    CHECK(card.name == "Asha Wanjiru");
    CHECK(card.role == Role::focal_point);
    CHECK(card.country.name() == "Kenya");
    CHECK(card.standing == Standing::accredited);
    CHECK(card.accreditor == world.coordinator.id());
    CHECK_FALSE(card.founder);
    CHECK(world.directory.members().size() == 3);
    CHECK(world.directory.chain(world.liaison.id(), now)->links().size() == 3);
    CHECK_FALSE(
        world.directory.card(world.wangari.id(), now).has_value());  // no accreditation of her own yet
}

TEST_CASE("a founder stands by the charter and gets a name by accrediting herself") {
    World world;
    CHECK(world.standing(world.wangari) == Standing::accredited);
    const auto own = test::accredit(world.network, world.wangari, world.wangari, Role::organiser, "KE");
    CHECK(world.directory.apply(own).value() == Applied::added);
    const Card card = world.directory.card(world.wangari.id(), now).value();
    CHECK(card.founder);
    CHECK(card.standing == Standing::accredited);
    // An expired card does not lock the network.
    CHECK(world.directory.card(world.wangari.id(), now + 3 * test::one_year)->standing ==
          Standing::accredited);
}

TEST_CASE("standing follows time, with slack") {
    const World world;
    const Time end = test::start + test::one_year;
    CHECK(world.standing(world.asha, end + clock_slack) == Standing::accredited);
    CHECK(world.standing(world.asha, end + clock_slack + Duration{1}) == Standing::expired);
    CHECK(world.standing(world.asha, test::start - clock_slack - Duration{1}) == Standing::expired);
}

TEST_CASE("a revocation takes effect when it arrives, for all below too") {
    World world;
    CHECK(world.standing(world.liaison) == Standing::accredited);
    CHECK(
        world.directory.apply(test::revoke_member(world.network, world.coordinator.keys.identity, world.asha))
            .value() == Applied::added);
    CHECK(world.standing(world.asha) == Standing::revoked);
    CHECK(world.standing(world.liaison) == Standing::revoked);
    CHECK(world.standing(world.coordinator) == Standing::accredited);
    CHECK(world.directory.devices(world.asha.id(), now).empty());
    CHECK(world.directory.devices(world.liaison.id(), now).empty());
    CHECK_FALSE(world.directory.in_good_standing(world.asha.device_id(), now));
    CHECK(world.directory.devices_by_transport(world.asha.device.transport.public_key(), now).empty());
    // Who wrote what is still known.
    CHECK(world.directory.member_of(world.asha.device_id()) == world.asha.id());
    CHECK(world.directory.card(world.asha.id(), now)->name == "Asha Wanjiru");
}

TEST_CASE("who may revoke whom") {
    const World world;
    const auto after = [&](const Revocation& revocation, const test::Person& whose) {
        Directory directory = world.directory;
        CHECK(directory.apply(revocation).ok());
        return directory.standing(whose.id(), now);
    };
    const auto member_by = [&](const crypto::SigningKey& by, const test::Person& whose) {
        return after(test::revoke_member(world.network, by, whose), whose);
    };
    CHECK(member_by(world.asha.keys.identity, world.liaison) == Standing::revoked);         // accreditor
    CHECK(member_by(world.coordinator.keys.identity, world.liaison) == Standing::revoked);  // above
    CHECK(member_by(world.olena.keys.identity, world.liaison) == Standing::revoked);        // another founder
    CHECK(member_by(world.liaison.keys.succession, world.liaison) == Standing::revoked);    // from paper
    CHECK(member_by(world.liaison.keys.identity, world.liaison) == Standing::accredited);   // a thief could
    CHECK(member_by(world.liaison.keys.identity, world.asha) == Standing::accredited);      // below
    CHECK(member_by(world.asha.keys.succession, world.liaison) == Standing::accredited);    // another's paper
    CHECK(member_by(world.olena.keys.identity, world.wangari) == Standing::accredited);  // founder by founder
    CHECK(member_by(world.coordinator.keys.identity, world.wangari) == Standing::accredited);
    CHECK(member_by(world.wangari.keys.identity, world.wangari) == Standing::accredited);
    CHECK(member_by(world.wangari.keys.succession, world.wangari) == Standing::revoked);
    const auto card_by = [&](const crypto::SigningKey& by) {
        return after(test::revoke_accreditation(world.network, by, world.liaisons), world.liaison);
    };
    CHECK(card_by(world.asha.keys.identity) == Standing::revoked);
    CHECK(card_by(world.coordinator.keys.identity) == Standing::revoked);
    CHECK(card_by(world.olena.keys.identity) == Standing::revoked);
    CHECK(card_by(world.liaison.keys.identity) == Standing::accredited);
}

TEST_CASE("devices are revoked by their member, from paper, and from above") {
    const World world;
    const auto active_after = [&](const crypto::SigningKey& by, const test::Person& whose) {
        Directory directory = world.directory;
        CHECK(directory.apply(test::revoke_device(world.network, by, whose)).ok());
        return directory.device_standing(whose.device_id(), now) == DeviceStanding::active;
    };
    CHECK_FALSE(active_after(world.asha.keys.identity, world.asha));
    CHECK_FALSE(active_after(world.asha.keys.succession, world.asha));
    CHECK_FALSE(active_after(world.coordinator.keys.identity, world.asha));
    CHECK_FALSE(active_after(world.olena.keys.identity, world.asha));
    CHECK(active_after(world.liaison.keys.identity, world.asha));
    CHECK(active_after(world.olena.keys.identity, world.wangari));
    CHECK(active_after(world.coordinator.keys.identity, world.wangari));
    CHECK_FALSE(active_after(world.wangari.keys.identity, world.wangari));
}

TEST_CASE("attack class 5: what a revoked member's device signs later or dates earlier counts no more") {
    World world;
    CHECK(world.directory.apply(test::revoke_member(world.network, world.wangari.keys.identity, world.asha))
              .ok());
    auto fields = test::card_fields(world.network, world.liaison, Role::liaison, "KE");
    fields.from = test::start - 30 * test::one_day;  // back-dated
    CHECK(world.directory.apply(Accreditation::issue(fields, world.asha.keys.identity).value()).ok());
    CHECK(world.standing(world.liaison) == Standing::revoked);
    CHECK_FALSE(world.directory.may_accredit(world.asha.id(), Role::liaison, test::country("KE"), now));
}

TEST_CASE("nobody can revoke a stranger by accrediting them first") {
    World world;
    const auto other = test::make_person(world.random, "Other coordinator");
    CHECK(world.directory.apply(test::accredit(world.network, world.olena, other, Role::coordinator, "FR"))
              .ok());
    auto fields = test::card_fields(world.network, world.asha, Role::focal_point, "KE");
    fields.succession = other.succession();  // and plants a succession key
    CHECK(world.directory.apply(Accreditation::issue(fields, other.keys.identity).value()).ok());
    CHECK(world.directory.apply(test::revoke_member(world.network, other.keys.identity, world.asha)).ok());
    CHECK(world.directory.apply(test::revoke_member(world.network, other.keys.succession, world.asha)).ok());
    CHECK(world.standing(world.asha) == Standing::accredited);
    CHECK(world.directory.card(world.asha.id(), now)->accreditor == world.coordinator.id());
}

TEST_CASE(
    "a thief of the identity key cannot shut out the owner, nor keep the owner from shutting out the thief") {
    World world;
    // The thief certifies a device under a succession key of their own: it does not count.
    const auto thief = test::make_person(world.random, "Thief");
    const auto planted = DeviceCertificate::issue(world.asha.keys.identity, thief.device, thief.succession(),
                                                  test::start, test::start + test::one_year)
                             .value();
    CHECK(world.directory.apply(planted).value() == Applied::waiting);
    CHECK(world.directory.apply(test::revoke_member(world.network, thief.keys.succession, world.asha))
              .value() == Applied::waiting);
    CHECK(world.directory.apply(test::revoke_member(world.network, world.asha.keys.identity, world.asha))
              .value() == Applied::waiting);
    CHECK(world.standing(world.asha) == Standing::accredited);
    // Under the right one it counts, until the owner takes the sheet.
    const auto taken =
        DeviceCertificate::issue(world.asha.keys.identity, thief.device, world.asha.succession(), test::start,
                                 test::start + test::one_year)
            .value();
    CHECK(world.directory.apply(taken).value() == Applied::added);
    CHECK(world.directory.in_good_standing(taken.device(), now));
    CHECK(world.directory.apply(test::revoke_member(world.network, world.asha.keys.succession, world.asha))
              .ok());
    CHECK_FALSE(world.directory.in_good_standing(taken.device(), now));
}

TEST_CASE("of several accreditations the one that counts longest is shown") {
    World world;
    auto fields = test::card_fields(world.network, world.asha, Role::organiser, "KE");
    fields.until += test::one_year;
    const auto renewed = Accreditation::issue(fields, world.wangari.keys.identity).value();
    CHECK(world.directory.apply(renewed).ok());
    CHECK(world.directory.card(world.asha.id(), now)->role == Role::organiser);
    CHECK(
        world.directory.apply(test::revoke_accreditation(world.network, world.wangari.keys.identity, renewed))
            .ok());
    CHECK(world.directory.card(world.asha.id(), now)->role == Role::focal_point);
    CHECK(world.standing(world.asha) == Standing::accredited);
}

TEST_CASE("who may accredit whom: policy, country, and room in the chain") {
    World world;
    const auto may = [&](const test::Person& person, Role role, const char* code) {
        return world.directory.may_accredit(person.id(), role, test::country(code), now);
    };
    CHECK(may(world.wangari, Role::coordinator, "VN"));
    CHECK(may(world.coordinator, Role::focal_point, "VN"));
    CHECK_FALSE(may(world.coordinator, Role::coordinator, "VN"));
    CHECK(may(world.asha, Role::liaison, "KE"));
    CHECK_FALSE(may(world.asha, Role::liaison, "VN"));
    CHECK_FALSE(may(world.liaison, Role::liaison, "KE"));
    CHECK_FALSE(world.directory.may_accredit(MemberId{}, Role::liaison, test::country("KE"), now));
}

TEST_CASE("what is not vouched for waits, and counts when its accreditor comes") {
    const World world;
    Directory directory(world.network);
    CHECK(directory.apply(test::certify(world.liaison)).value() == Applied::waiting);
    CHECK(directory.apply(world.liaisons).value() == Applied::waiting);
    CHECK(directory.apply(world.ashas).value() == Applied::waiting);
    CHECK(directory.apply(world.coordinators).value() == Applied::waiting);
    CHECK(directory.waiting() == 4);
    CHECK_FALSE(directory.card(world.liaison.id(), now).has_value());
    CHECK(directory.apply(world.charter).value() == Applied::added);
    CHECK(directory.waiting() == 0);
    CHECK(directory.standing(world.liaison.id(), now) == Standing::accredited);
    CHECK(directory.devices(world.liaison.id(), now).size() == 1);
}

TEST_CASE("objects of another network are refused and change nothing") {
    World world;
    const Directory before = world.directory;
    test::SeededRandom random(99);
    const auto elsewhere = test::found(test::make_person(random, "Elsewhere"));
    CHECK(world.directory.apply(elsewhere).error().code == ErrorCode::conflict);
    CHECK(world.directory
              .apply(test::accredit(elsewhere.network(), world.wangari, world.liaison, Role::liaison, "KE"))
              .error()
              .code == ErrorCode::conflict);
    CHECK(world.directory
              .apply(test::revoke_member(elsewhere.network(), world.wangari.keys.identity, world.asha))
              .error()
              .code == ErrorCode::conflict);
    CHECK(world.directory == before);
}

TEST_CASE("an amendment changes the founders, and with them what they signed") {
    World world;
    Terms terms = world.charter.terms();
    terms.founders.erase(terms.founders.begin());  // without Wangari
    const auto amendment =
        test::amend(*world.directory.charter(), terms, std::array{&std::as_const(world.olena)});
    CHECK(world.directory.apply(amendment).value() == Applied::added);
    CHECK(world.directory.charter()->number == 1);
    CHECK_FALSE(world.directory.is_founder(world.wangari.id()));
    CHECK(world.standing(world.coordinator) == Standing::revoked);
    CHECK(world.standing(world.liaison) == Standing::revoked);
    // The other founder accredits the coordinator again: all below stand again.
    CHECK(world.directory
              .apply(test::accredit(world.network, world.olena, world.coordinator, Role::coordinator, "CH"))
              .ok());
    CHECK(world.standing(world.liaison) == Standing::accredited);
    CHECK(world.directory.charter_path().size() == 2);
}

TEST_CASE("a removed founder of lower rank cannot undo the removal with an amendment at the same place") {
    World world;
    const CharterInForce before = *world.directory.charter();
    Terms without_olena = before.terms;
    without_olena.founders.pop_back();
    Terms without_wangari = before.terms;
    without_wangari.founders.erase(without_wangari.founders.begin());
    CHECK(world.directory.apply(test::amend(before, without_olena, std::array{&std::as_const(world.wangari)}))
              .ok());
    CHECK(world.directory.apply(test::amend(before, without_wangari, std::array{&std::as_const(world.olena)}))
              .ok());
    CHECK(world.directory.is_founder(world.wangari.id()));
    CHECK_FALSE(world.directory.is_founder(world.olena.id()));
}

TEST_CASE("a renewed certificate replaces the older one, whichever comes last") {
    World world;
    const auto renewed = test::certify(world.asha, test::start + test::one_day, 2 * test::one_year);
    const Time later = test::start + test::one_year + test::one_year / 2;
    CHECK(world.directory.device_standing(world.asha.device_id(), later) == DeviceStanding::expired);
    CHECK(world.directory.apply(renewed).value() == Applied::added);
    CHECK(world.directory.apply(test::certify(world.asha)).value() == Applied::known);
    CHECK(world.directory.device_standing(world.asha.device_id(), later) == DeviceStanding::active);
    CHECK(world.directory.all_devices(world.asha.id()).size() == 1);
}

TEST_CASE("transport keys open the door for devices in good standing only") {
    World world;
    CHECK(world.directory.transport_keys(now).size() == 5);
    const auto& key = world.asha.device.transport.public_key();
    CHECK(world.directory.device_by_transport(key, now) == world.asha.device_id());
    CHECK_FALSE(world.directory.device_by_transport(DhPublicKey{}, now).has_value());
    CHECK(
        world.directory.apply(test::revoke_device(world.network, world.asha.keys.identity, world.asha)).ok());
    CHECK(world.directory.transport_keys(now).size() == 4);
    CHECK_FALSE(world.directory.device_by_transport(key, now).has_value());
}

TEST_CASE("another's transport key in one's own certificate takes nothing from its owner") {
    World world;
    auto fields = test::certify(world.liaison, test::start + test::one_day).fields();
    fields.transport = world.asha.device.transport.public_key();
    const Bytes body = DeviceCertificate::body_of(fields).value();
    constexpr auto purpose = crypto::Purpose::device_certificate;
    const auto claim = DeviceCertificate::assemble(body, world.liaison.keys.identity.sign(purpose, body),
                                                   world.liaison.device.signing.sign(purpose, body))
                           .value();
    CHECK(world.directory.apply(claim).value() == Applied::added);
    const auto devices = world.directory.devices_by_transport(fields.transport, now);
    CHECK(devices.size() == 2);
    CHECK(std::find(devices.begin(), devices.end(), world.asha.device_id()) != devices.end());
}

TEST_CASE("a device that two identities claim is nobody's") {
    World world;
    const auto claim =
        DeviceCertificate::issue(world.liaison.keys.identity, world.asha.device, world.liaison.succession(),
                                 test::start, test::start + test::one_year)
            .value();
    CHECK(world.directory.apply(claim).value() == Applied::added);
    CHECK_FALSE(world.directory.member_of(world.asha.device_id()).has_value());
    CHECK_FALSE(world.directory.in_good_standing(world.asha.device_id(), now));
    CHECK(world.directory.devices(world.asha.id(), now).empty());
    CHECK(world.directory.devices(world.liaison.id(), now).size() == 1);
    CHECK(world.directory.devices_by_transport(world.asha.device.transport.public_key(), now).empty());
}

TEST_CASE("objects travel and rebuild the same directory, none of them waiting") {
    World world;
    CHECK(
        world.directory.apply(test::revoke_device(world.network, world.asha.keys.identity, world.asha)).ok());
    Directory copy(world.network);
    for (const DirectoryObject& object : world.directory.objects()) {
        const auto parsed = parse_object(encode_object(object)).value();
        CHECK(copy.apply(parsed).value() == Applied::added);
    }
    CHECK(copy == world.directory);
}
