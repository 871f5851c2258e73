#include "protocol/channel/request.h"

#include <doctest/doctest.h>

#include "protocol/base/entering_limits.h"
#include "protocol/crypto/hpke.h"
#include "tests/support/channel_people.h"

using namespace liaise;
using namespace liaise::channel;
using test::test_member;
using test::TestDevice;
using Act = RequestLetter::Act;

namespace {

struct Asking {
    test::SeededRandom random{6};
    test::TestDirectory directory;
    TestDevice minh{test_member(2), directory, random};
    TestDevice asha{test_member(1), directory, random};
    TestDevice other{test_member(3), directory, random};
    RequestLetter letter{Act::ask,
                         ChannelId{{4}},
                         minh.member(),
                         1'795'000'000'000,
                         Time{std::chrono::milliseconds(1'795'000'000'123)},
                         "We met in Nairobi."};

    Result<Bytes> seal(const TestDevice& from, const TestDevice& to) {
        return seal_request(letter, to.device(), from.member(), from.own().credential, from.device_key(),
                            random);
    }
    Result<OpenedRequest> open(const TestDevice& who, BytesView parcel) {
        return open_request(parcel, who.device().id, who.inbox(), directory);
    }
};

std::string text(std::size_t size) {
    return std::string(size, 'a');
}

}  // namespace

TEST_CASE("what is asked is read by the device that it is for, with who asks") {
    Asking asking;
    for (const Act act : {Act::ask, Act::withdraw}) {
        asking.letter.act = act;
        if (act != Act::ask) asking.letter.text.clear();
        const Bytes parcel = asking.seal(asking.minh, asking.asha).value();
        CHECK(is_request(parcel));
        const OpenedRequest opened = asking.open(asking.asha, parcel).value();
        CHECK(opened.letter == asking.letter);
        CHECK(opened.sender.member == asking.minh.member());
        CHECK(opened.sender.device == asking.minh.device().id);
    }
    asking.letter.act = Act::deny;  // of another's request
    const Bytes denial = asking.seal(asking.asha, asking.minh).value();
    CHECK(asking.open(asking.minh, denial).value().letter == asking.letter);
}

TEST_CASE("another device does not open a letter, nor may it be turned to one") {
    Asking asking;
    const Bytes parcel = asking.seal(asking.minh, asking.asha).value();
    CHECK(asking.open(asking.other, parcel).error().code == ErrorCode::not_authentic);
    const auto& kem = crypto::dhkem_x25519();
    const std::string_view info("liaise/1 channel-request\0", 25);
    const crypto::DhKey& inbox = asking.asha.inbox();
    const Bytes padded =
        crypto::hpke::open(kem, BytesView(parcel).subspan(1, 32), BytesView(parcel).subspan(33),
                           crypto::SecretBytes::copy_of(inbox.private_key().view()),
                           inbox.public_key().view(), bytes_of(info), asking.asha.device().id.view())
            .value();
    const Device victim = asking.other.device();
    const auto sealed =
        crypto::hpke::seal(kem, victim.inbox.view(), bytes_of(info), victim.id.view(), padded, asking.random)
            .value();
    Bytes turned{2};
    append(turned, sealed.encapsulation);
    append(turned, sealed.ciphertext);
    CHECK(asking.open(asking.other, turned).error().code == ErrorCode::not_authentic);
}

TEST_CASE("nobody asks or takes back in another's name, and a letter of one kind is not read as another") {
    Asking asking;
    CHECK(asking.seal(asking.other, asking.asha).error().code == ErrorCode::not_permitted);
    asking.letter.act = Act::withdraw;
    asking.letter.text.clear();
    CHECK(asking.seal(asking.other, asking.asha).error().code == ErrorCode::not_permitted);
    asking.letter.act = static_cast<Act>(4);
    CHECK(asking.seal(asking.minh, asking.asha).error().code == ErrorCode::unsupported);
    asking.letter.act = static_cast<Act>(0);
    CHECK(asking.seal(asking.minh, asking.asha).error().code == ErrorCode::unsupported);
    CHECK_FALSE(is_request(Bytes{}));
    CHECK_FALSE(is_request(Bytes{1}));
    CHECK(asking.open(asking.asha, Bytes(200, 1)).error().code == ErrorCode::unsupported);
}

TEST_CASE("a sender whom the directory does not prove is not heard") {
    Asking asking;
    const Bytes parcel = asking.seal(asking.minh, asking.asha).value();
    asking.directory.forget(asking.minh.device().id);
    CHECK(asking.open(asking.asha, parcel).error().code == ErrorCode::not_known);
}

TEST_CASE("a note is one line of at most 500 bytes, without what a name has no use for") {
    Asking asking;
    const auto with = [&](std::string note) {
        asking.letter.text = std::move(note);
        return asking.seal(asking.minh, asking.asha);
    };
    for (const std::size_t size :
         {std::size_t{0}, limits::request_text_bytes_max - 1, limits::request_text_bytes_max}) {
        const Bytes parcel = with(text(size)).value();
        CHECK(asking.open(asking.asha, parcel).value().letter.text.size() == size);
    }
    CHECK(with(text(limits::request_text_bytes_max + 1)).error().code == ErrorCode::too_large);
    CHECK_FALSE(with("a\nb").ok());
    CHECK_FALSE(with("\x1b]0;owned\x07").ok());
    CHECK_FALSE(with("a\u202eb").ok());
    CHECK_FALSE(with("\xc0\xaf").ok());
    asking.letter.act = Act::withdraw;
    CHECK(with("why").error().code == ErrorCode::malformed);
}

TEST_CASE("the number of a request has its range") {
    Asking asking;
    const auto with = [&](std::uint64_t number) {
        asking.letter.number = number;
        return asking.seal(asking.minh, asking.asha).ok();
    };
    CHECK_FALSE(with(0));
    CHECK(with(1));
    CHECK(with(limits::sequence_max - 1));
    CHECK(with(limits::sequence_max));
    CHECK_FALSE(with(limits::sequence_max + 1));
}

TEST_CASE("every flipped byte and every cut of a letter is refused, and so is one over its size") {
    Asking asking;
    const Bytes parcel = asking.seal(asking.minh, asking.asha).value();
    for (std::size_t i = 0; i < parcel.size(); ++i) {
        Bytes altered = parcel;
        altered[i] ^= 0x01;
        CHECK_FALSE(asking.open(asking.asha, altered).ok());
    }
    for (std::size_t size = 0; size < parcel.size(); ++size)
        CHECK_FALSE(asking.open(asking.asha, BytesView(parcel).first(size)).ok());
    const auto code = [&](std::size_t size) { return asking.open(asking.asha, Bytes(size, 2)).error().code; };
    CHECK(code(limits::request_parcel_bytes_max - 1) == ErrorCode::not_authentic);
    CHECK(code(limits::request_parcel_bytes_max) == ErrorCode::not_authentic);
    CHECK(code(limits::request_parcel_bytes_max + 1) == ErrorCode::too_large);
}

TEST_CASE("a letter says no more of its length than its bucket") {
    Asking asking;
    const std::size_t size = asking.seal(asking.minh, asking.asha).value().size();
    asking.letter.text += "..";
    CHECK(asking.seal(asking.minh, asking.asha).value().size() == size);
}
