#include "protocol/identity/revocation.h"

#include <doctest/doctest.h>

#include "tests/support/people.h"

using namespace liaise;
using namespace liaise::identity;

TEST_CASE("a revocation is 203 bytes and comes back bit for bit, whatever it revokes") {
    test::SeededRandom random(1);
    const auto founder = test::make_person(random, "Founder");
    const auto asha = test::make_person(random, "Asha");
    const auto network = random.draw<NetworkId>();
    const auto card = test::accredit(network, founder, asha, Role::focal_point, "KE");
    for (const auto& revocation : {test::revoke_member(network, founder.keys.identity, asha),
                                   test::revoke_device(network, founder.keys.identity, asha),
                                   test::revoke_accreditation(network, founder.keys.identity, card)}) {
        CHECK(revocation.encoded().size() == Revocation::encoded_bytes);
        const auto back = Revocation::parse(revocation.encoded()).value();
        CHECK(back == revocation);
        CHECK(back.fields() == revocation.fields());
        CHECK(back.id() == revocation.id());
        for (std::size_t i = 0; i < revocation.encoded().size(); ++i) {
            Bytes altered = revocation.encoded();
            altered[i] ^= 1;
            CHECK_MESSAGE(!Revocation::parse(altered).ok(), i);
            CHECK_FALSE(Revocation::parse(BytesView(revocation.encoded()).first(i)).ok());
        }
    }
}

TEST_CASE("what is revoked and its target go together") {
    test::SeededRandom random(2);
    const auto founder = test::make_person(random, "Founder");
    Revocation::Fields fields;
    fields.what = Revoked::device;  // without a device
    fields.time = test::start;
    CHECK(Revocation::issue(fields, founder.keys.identity).error().code == ErrorCode::malformed);
}

TEST_CASE("reasons go to text and back; a newer reason still revokes") {
    for (std::uint8_t i = 0; i < reason_count; ++i)
        CHECK(*reason_from_text(text_of(static_cast<Reason>(i))) == static_cast<Reason>(i));
    CHECK(reason_from_text("whim").error().code == ErrorCode::not_known);
    test::SeededRandom random(3);
    const auto founder = test::make_person(random, "Founder");
    const auto asha = test::make_person(random, "Asha");
    Bytes body = to_bytes(BytesView(test::revoke_member(NetworkId{}, founder.keys.identity, asha).encoded())
                              .first(Revocation::body_bytes));
    body[98] = 200;  // the reason
    append(body, founder.keys.identity.sign(crypto::Purpose::revocation, body).view());
    CHECK(Revocation::parse(body)->fields().reason == Reason::unspecified);
}
