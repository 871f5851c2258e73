// Attack classes of identity that concern several formats at once.
#include <doctest/doctest.h>

#include "protocol/identity/directory_object.h"
#include "protocol/identity/join_reply.h"
#include "tests/support/people.h"

using namespace liaise;
using namespace liaise::identity;

namespace {

// Points of order 1, 2, 4, 8 on Ed25519, and encodings that are not canonical.
const std::vector<std::string> weak_verify_keys{
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
};
// Points of small order on Curve25519, and second encodings (RFC 7748; cr.yp.to/ecdh.html lists them).
const std::vector<std::string> weak_dh_keys{
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f6ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0900000000000000000000000000000000000000000000000000000000000080",
};

template <class Key>
Key key_of(std::string_view hex) {
    return Key::from(from_hex(hex).value()).value();
}

}  // namespace

TEST_CASE("attack class 6: no format takes a key of small order or in a second encoding") {
    test::SeededRandom random(1);
    const auto asha = test::make_person(random, "Asha");
    const auto good = test::certify(asha).fields();
    for (const std::string& hex : weak_verify_keys) {
        const auto weak = key_of<VerifyKey>(hex);
        CHECK_MESSAGE(!crypto::check_verify_key(weak).ok(), hex);
        auto fields = good;
        fields.device = weak;
        CHECK(DeviceCertificate::body_of(fields).error().code == ErrorCode::not_authentic);
        fields = good;
        fields.identity = weak;
        CHECK(DeviceCertificate::body_of(fields).error().code == ErrorCode::not_authentic);
        auto card = test::card_fields(NetworkId{}, asha, Role::liaison, "KE");
        card.identity = weak;
        CHECK(Accreditation::issue(card, asha.keys.identity).error().code == ErrorCode::not_authentic);
    }
    for (const std::string& hex : weak_dh_keys) {
        const auto weak = key_of<DhPublicKey>(hex);
        CHECK_MESSAGE(!crypto::check_dh_public_key(weak).ok(), hex);
        auto fields = good;
        fields.transport = weak;
        CHECK(DeviceCertificate::body_of(fields).error().code == ErrorCode::not_authentic);
        fields = good;
        fields.inbox = weak;
        CHECK(DeviceCertificate::body_of(fields).error().code == ErrorCode::not_authentic);
    }
    CHECK(DeviceCertificate::body_of(good).ok());
}

TEST_CASE("attack class 6: a signature with the group order added to its scalar is refused") {
    test::SeededRandom random(2);
    const auto asha = test::make_person(random, "Asha");
    Bytes bytes = test::certify(asha).encoded();
    // L, little-endian, is added to S: the last 32 bytes of the last signature.
    const Bytes order = from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").value();
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
        const unsigned sum = bytes[273 + i] + order[i] + carry;
        bytes[273 + i] = static_cast<std::uint8_t>(sum);
        carry = sum >> 8;
    }
    CHECK(DeviceCertificate::parse(bytes).error().code == ErrorCode::not_authentic);
}

TEST_CASE("attack class 1: no object passes as an object of another kind") {
    test::SeededRandom random(3);
    const auto founder = test::make_person(random, "Founder");
    const auto charter = test::found(founder);
    const auto before = in_force(charter);
    const std::vector<DirectoryObject> objects{
        charter, test::amend(before, before.terms, std::array{&founder}), test::certify(founder),
        test::accredit(charter.network(), founder, founder, Role::organiser, "KE"),
        test::revoke_device(charter.network(), founder.keys.identity, founder)};
    for (std::size_t made = 0; made < objects.size(); ++made) {
        Bytes bytes = encode_object(objects[made]);
        for (std::uint8_t offered = 1; offered <= 5; ++offered) {
            bytes[0] = offered;
            CHECK(parse_object(bytes).ok() == (offered == made + 1));
        }
    }
}

TEST_CASE("attack class 1: a body signed for another purpose is refused, for every format and purpose") {
    test::SeededRandom random(4);
    const auto founder = test::make_person(random, "Founder");
    const auto& key = founder.keys.identity;
    const auto charter = test::found(founder);
    const auto card = test::accredit(charter.network(), founder, founder, Role::organiser, "KE");
    const auto gone = test::revoke_device(charter.network(), key, founder);
    const auto resigned = [&](const Bytes& bytes, crypto::Purpose purpose) {
        Bytes other = to_bytes(BytesView(bytes).first(bytes.size() - 64));
        append(other, key.sign(purpose, BytesView(other)).view());
        return other;
    };
    for (const crypto::Purpose purpose : crypto::all_purposes) {
        CHECK(Accreditation::parse(resigned(card.encoded(), purpose)).ok() ==
              (purpose == crypto::Purpose::accreditation));
        CHECK(Revocation::parse(resigned(gone.encoded(), purpose)).ok() ==
              (purpose == crypto::Purpose::revocation));
        const Bytes body =
            to_bytes(BytesView(test::certify(founder).encoded()).first(DeviceCertificate::body_bytes));
        CHECK(DeviceCertificate::assemble(body, key.sign(purpose, body),
                                          founder.device.signing.sign(purpose, body))
                  .ok() == (purpose == crypto::Purpose::device_certificate));
        Writer writer;
        writer.sized16(charter.body()).u8(1).fixed(key.public_key()).fixed(key.sign(purpose, charter.body()));
        CHECK(Charter::parse(writer.view()).ok() == (purpose == crypto::Purpose::charter));
    }
}

TEST_CASE("attack class 11: applying the same objects again changes nothing") {
    test::SeededRandom random(5);
    const auto founder = test::make_person(random, "Founder");
    const auto charter = test::found(founder);
    Directory directory(charter.network());
    const std::vector<DirectoryObject> objects{
        charter, test::accredit(charter.network(), founder, founder, Role::organiser, "KE"),
        test::certify(founder), test::revoke_device(charter.network(), founder.keys.identity, founder)};
    for (const auto& object : objects) CHECK(directory.apply(object).value() == Applied::added);
    const Directory before = directory;
    for (const auto& object : objects) CHECK(directory.apply(object).value() == Applied::known);
    CHECK(directory == before);
}
