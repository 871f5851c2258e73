#include "protocol/identity/device_certificate.h"

#include <doctest/doctest.h>

#include "protocol/base/limits.h"
#include "tests/support/people.h"

using namespace liaise;
using namespace liaise::identity;

namespace {

// A body with fields that issue() would refuse, signed all the same.
Result<DeviceCertificate> forced(const test::Person& person, const DeviceCertificate::Fields& fields,
                                 const crypto::SigningKey& device) {
    Writer writer;
    writer.u8(1).fixed(fields.identity).fixed(fields.device).fixed(fields.transport).fixed(fields.inbox);
    write_time(writer, fields.created);
    write_time(writer, fields.expires);
    writer.fixed(fields.succession);
    const Bytes body = std::move(writer).take();
    constexpr auto purpose = crypto::Purpose::device_certificate;
    return DeviceCertificate::assemble(body, person.keys.identity.sign(purpose, body),
                                       device.sign(purpose, body));
}

}  // namespace

TEST_CASE("a certificate is 305 bytes and comes back bit for bit") {
    test::SeededRandom random(1);
    const auto asha = test::make_person(random, "Asha");
    const auto certificate = test::certify(asha);
    CHECK(certificate.encoded().size() == DeviceCertificate::encoded_bytes);
    const auto back = DeviceCertificate::parse(certificate.encoded()).value();
    CHECK(back == certificate);
    CHECK(back.fields() == certificate.fields());
    CHECK(back.member() == asha.id());
    CHECK(back.device() == asha.device_id());
}

TEST_CASE("every altered or missing byte of a certificate is refused") {
    test::SeededRandom random(2);
    const Bytes bytes = test::certify(test::make_person(random, "Asha")).encoded();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        Bytes altered = bytes;
        altered[i] ^= 0x10;
        CHECK_MESSAGE(!DeviceCertificate::parse(altered).ok(), i);
    }
    for (std::size_t count = 0; count < bytes.size(); ++count)
        CHECK_FALSE(DeviceCertificate::parse(BytesView(bytes).first(count)).ok());
    Bytes longer = bytes;
    longer.push_back(0);
    CHECK(DeviceCertificate::parse(longer).error().code == ErrorCode::malformed);
}

TEST_CASE("a further device is certified in two steps") {
    test::SeededRandom random(3);
    const auto asha = test::make_person(random, "Asha");
    const auto tablet = DeviceKeys::draw(random);
    const Bytes body =
        DeviceCertificate::body_of({asha.key(), tablet.signing.public_key(), tablet.transport.public_key(),
                                    tablet.inbox.public_key(), test::start, test::start + test::one_year,
                                    asha.succession()})
            .value();
    const auto by_device = tablet.signing.sign(crypto::Purpose::device_certificate, body);
    CHECK(DeviceCertificate::fields_of(body)->device == tablet.signing.public_key());
    const auto by_identity = asha.keys.identity.sign(crypto::Purpose::device_certificate, body);
    const auto certificate = DeviceCertificate::assemble(body, by_identity, by_device).value();
    CHECK(certificate.member() == asha.id());
    CHECK(certificate.device() == device_id_of(tablet.signing.public_key()));
}

TEST_CASE("attack class 3: nobody certifies another's device, whose signature is missing") {
    test::SeededRandom random(4);
    const auto asha = test::make_person(random, "Asha");
    const auto mallory = test::make_person(random, "Mallory");
    DeviceCertificate::Fields fields = test::certify(asha).fields();
    fields.identity = mallory.key();
    CHECK(forced(mallory, fields, mallory.device.signing).error().code == ErrorCode::not_authentic);
    CHECK(forced(mallory, fields, asha.device.signing).ok());  // only Asha's device itself could
}

TEST_CASE("attack class 2: one key stands in one place") {
    test::SeededRandom random(5);
    const auto asha = test::make_person(random, "Asha");
    const auto good = test::certify(asha).fields();
    auto fields = good;
    fields.device = asha.key();
    CHECK(forced(asha, fields, asha.keys.identity).error().code == ErrorCode::not_permitted);
    fields = good;
    fields.inbox = fields.transport;
    CHECK(forced(asha, fields, asha.device.signing).error().code == ErrorCode::not_permitted);
    fields = good;
    fields.succession = succession_commitment(asha.key());
    CHECK(forced(asha, fields, asha.device.signing).error().code == ErrorCode::not_permitted);
    CHECK(forced(asha, good, asha.device.signing).ok());
}

TEST_CASE("a certificate has an expiry, at most five years on") {
    test::SeededRandom random(6);
    const auto asha = test::make_person(random, "Asha");
    const auto valid_for = [&](Duration span) {
        return DeviceCertificate::issue(asha.keys.identity, asha.device, asha.succession(), test::start,
                                        test::start + span);
    };
    const Duration longest = std::chrono::days{limits::validity_days_max};
    CHECK(valid_for(longest - Duration{1}).ok());
    CHECK(valid_for(longest).ok());
    CHECK(valid_for(longest + Duration{1}).error().code == ErrorCode::too_large);
    CHECK(valid_for(Duration{0}).error().code == ErrorCode::malformed);
    CHECK(valid_for(Duration{-1}).error().code == ErrorCode::malformed);
}

TEST_CASE("attack class 27: a time of 2^63 is refused, not added to") {
    test::SeededRandom random(7);
    const auto asha = test::make_person(random, "Asha");
    Bytes body = to_bytes(BytesView(test::certify(asha).encoded()).first(DeviceCertificate::body_bytes));
    constexpr auto purpose = crypto::Purpose::device_certificate;
    for (const std::uint8_t high : std::array<std::uint8_t, 3>{0x80, 0xff, 0x7f}) {
        std::fill_n(body.begin() + 137, 8, high);  // expires
        const auto result = DeviceCertificate::assemble(body, asha.keys.identity.sign(purpose, body),
                                                        asha.device.signing.sign(purpose, body));
        CHECK(result.error().code == ErrorCode::malformed);
    }
}
