#include <doctest/doctest.h>

#include "protocol/base/writer.h"
#include "protocol/channel/open.h"
#include "protocol/channel/padding.h"
#include "protocol/crypto/aead.h"
#include "tests/support/contents.h"
#include "tests/support/seeded_random.h"

using namespace liaise;
using namespace liaise::channel;

namespace {

struct Sealed {
    test::SeededRandom random{9};
    crypto::Key key = crypto::Key::draw(random);
    Place place{random.draw<ChannelId>(), random.draw<WriterKey>(), 5, log::EntryKind::content};
    EpochId epoch = epoch_id_of(place.channel, key);
    Keyring keyring;
    Content content = test::post_of("Referral instead of arrest.");
    Bytes payload;

    Sealed() {
        keyring.add(epoch, key);
        payload = seal(validate(content).value(), place, {epoch, &key}, random).value();
    }
    ErrorCode refusal(BytesView bytes, const Place& where) {
        return open(bytes, where, keyring).error().code;
    }
};

}  // namespace

TEST_CASE("what is sealed opens at its place") {
    Sealed sealed;
    CHECK(*open(sealed.payload, sealed.place, sealed.keyring).value() == sealed.content);
    CHECK(epoch_of(sealed.payload).value() == sealed.epoch);
    for (const Content& content : test::contents_of_each_kind()) {
        sealed.place.kind = kind_of(content.body);
        const Bytes payload =
            seal(validate(content).value(), sealed.place, {sealed.epoch, &sealed.key}, sealed.random).value();
        CHECK(*open(payload, sealed.place, sealed.keyring).value() == content);
    }
}

TEST_CASE("a 500-byte post's payload costs less than 200 bytes beyond its text") {
    Sealed sealed;
    const Bytes payload = seal(validate(test::post_of(std::string(500, 'a'))).value(), sealed.place,
                               {sealed.epoch, &sealed.key}, sealed.random)
                              .value();
    CHECK_MESSAGE(payload.size() <= 500 + 150, payload.size());
    MESSAGE("payload of a 500-byte post: " << payload.size() << " bytes");
}

TEST_CASE("every single flipped bit is refused") {
    Sealed sealed;
    for (std::size_t bit = 0; bit < sealed.payload.size() * 8; ++bit) {
        Bytes payload = sealed.payload;
        payload[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
        const auto opened = open(payload, sealed.place, sealed.keyring);
        REQUIRE_FALSE(opened.ok());
        const ErrorCode due = bit < 8    ? ErrorCode::unsupported
                              : bit < 72 ? ErrorCode::not_known
                                         : ErrorCode::not_authentic;
        CHECK(opened.error().code == due);
    }
}

TEST_CASE("attack classes 1 and 11: a payload opens at no other place") {
    Sealed sealed;
    Place other = sealed.place;
    other.sequence = 6;
    CHECK(sealed.refusal(sealed.payload, other) == ErrorCode::not_authentic);
    other = sealed.place;
    other.writer = sealed.random.draw<WriterKey>();
    CHECK(sealed.refusal(sealed.payload, other) == ErrorCode::not_authentic);
    other = sealed.place;
    other.channel = sealed.random.draw<ChannelId>();
    CHECK(sealed.refusal(sealed.payload, other) == ErrorCode::not_authentic);
    other = sealed.place;
    other.kind = log::EntryKind::policy;
    CHECK(sealed.refusal(sealed.payload, other) == ErrorCode::not_authentic);
}

TEST_CASE("a missing key is waited for, a wrong one is not authentic") {
    Sealed sealed;
    CHECK(open(sealed.payload, sealed.place, Keyring()).error().code == ErrorCode::not_known);
    Keyring wrong;
    wrong.add(sealed.epoch, crypto::Key::draw(sealed.random));
    CHECK(open(sealed.payload, sealed.place, wrong).error().code == ErrorCode::not_authentic);
}

TEST_CASE("the key of one entry opens that entry and no other of its epoch") {
    Sealed sealed;
    Place next = sealed.place;
    next.sequence = 6;
    const Bytes other =
        seal(validate(sealed.content).value(), next, {sealed.epoch, &sealed.key}, sealed.random).value();
    const LogId log = log::log_id_of(sealed.place.channel, sealed.place.writer);
    const crypto::Key key = entry_key(sealed.key, sealed.place.channel, sealed.place.writer, 5);
    Keyring keyring;
    keyring.add_entry({5, log}, key);
    CHECK(open(sealed.payload, sealed.place, keyring).ok());
    CHECK(open(other, next, keyring).error().code == ErrorCode::not_known);
    keyring.add_entry({6, log}, key);
    CHECK(open(other, next, keyring).error().code == ErrorCode::not_authentic);
}

TEST_CASE("the nonce commits to the key: under another key the payload is refused before its tag is asked") {
    // What a member would have to make to show two people two things: the start of the nonce may be chosen,
    // the rest follows from the key.
    Sealed sealed;
    Bytes payload = sealed.payload;
    Keyring wrong;
    const crypto::Key other = crypto::Key::draw(sealed.random);
    wrong.add(sealed.epoch, other);
    const crypto::Key entry =
        entry_key(other, sealed.place.channel, sealed.place.writer, sealed.place.sequence);
    // Even a ciphertext made with the other key and an honest tag, under the nonce of the first, does not
    // open.
    const auto nonce = crypto::Nonce24::from(BytesView(payload).subspan(9, 24)).value();
    const Bytes plain = pad(encode(validate(sealed.content).value()));
    Writer associated;
    associated.u8(0).fixed(sealed.place.channel).fixed(sealed.place.writer).u64(5).fixed(sealed.epoch);
    payload.resize(33);
    append(payload, crypto::xchacha_seal(entry, nonce, associated.view(), plain));
    CHECK(open(payload, sealed.place, wrong).error().code == ErrorCode::not_authentic);
}

TEST_CASE("a policy body in an entry that says content is refused") {
    // seal() would not; a member's own code could.
    Sealed sealed;
    const Content policy{Time{}, Handling::clear, {}, Left{1, {}}};
    const crypto::Key entry = entry_key(sealed.key, sealed.place.channel, sealed.place.writer, 5);
    const Bytes plain = pad(encode(validate(policy).value()));
    const auto nonce = crypto::Nonce24::from(BytesView(sealed.payload).subspan(9, 24)).value();
    Writer associated;
    associated.u8(0).fixed(sealed.place.channel).fixed(sealed.place.writer).u64(5).fixed(sealed.epoch);
    Bytes payload(sealed.payload.begin(), sealed.payload.begin() + 33);
    append(payload, crypto::xchacha_seal(entry, nonce, associated.view(), plain));
    CHECK(sealed.refusal(payload, sealed.place) == ErrorCode::malformed);
}

TEST_CASE("sizes of payloads: one that is cut, one at the limit, one above") {
    Sealed sealed;
    for (std::size_t size = 0; size < sealed.payload.size(); ++size)
        CHECK_FALSE(open(BytesView(sealed.payload).first(size), sealed.place, sealed.keyring).ok());
    Bytes large(limits::payload_bytes_max, static_cast<std::uint8_t>(PayloadFormat::epoch_key));
    CHECK(epoch_of(large).ok());
    large.push_back(0);
    CHECK(epoch_of(large).error().code == ErrorCode::too_large);
    const Bytes longest = seal(validate(test::post_of(std::string(limits::text_bytes_max, 'a'))).value(),
                               sealed.place, {sealed.epoch, &sealed.key}, sealed.random)
                              .value();
    CHECK(longest.size() <= limits::payload_bytes_max);
}
