#include "protocol/channel/invitation.h"

#include <doctest/doctest.h>

#include "protocol/base/parcel_limits.h"
#include "protocol/crypto/hpke.h"
#include "tests/support/channel_people.h"

using namespace liaise;
using namespace liaise::channel;
using test::test_charter;
using test::test_member;
using test::TestDevice;

namespace {

struct Inviting {
    test::SeededRandom random{5};
    test::TestDirectory directory;
    TestDevice asha{test_member(1), directory, random};
    TestDevice minh{test_member(2), directory, random};
    TestDevice other{test_member(3), directory, random};
    Bytes parcel;

    explicit Inviting(History history = History::from_joining) {
        asha.found(test_charter(asha.member(), history));
        const Plan plan = plan_invite(asha.state(), minh.member(), {minh.device()}).value();
        parcel = asha.perform(plan).at(0).parcel;
    }
    Result<OpenedInvitation> open(TestDevice& who, BytesView bytes) {
        return open_invitation(bytes, who.device().id, who.inbox(), directory);
    }
};

}  // namespace

TEST_CASE("an invitation shows who invites, to what, before anything is accepted") {
    Inviting inviting;
    const OpenedInvitation opened = inviting.open(inviting.minh, inviting.parcel).value();
    CHECK(opened.inviter.member == inviting.asha.member());
    CHECK(opened.invitation.channel == inviting.asha.state().id());
    CHECK(opened.invitation.charter == *inviting.asha.state().charter());
    CHECK(opened.invitation.tag_key == inviting.asha.keyring().tag_key);
}

TEST_CASE("history from joining: one epoch's key, and the keys of exactly the policy entries before") {
    Inviting inviting;
    const Invitation invitation = inviting.open(inviting.minh, inviting.parcel).value().invitation;
    CHECK(invitation.epoch_keys.size() == 1);
    CHECK(invitation.epoch_keys[0].first == *inviting.asha.state().sealing_epoch());
    CHECK(invitation.entry_keys.size() == inviting.asha.state().facts().size());
    CHECK_FALSE(invitation.seated.welcome.empty());
    for (const auto& [at, key] : invitation.entry_keys) CHECK(inviting.asha.state().facts().contains(at));
}

TEST_CASE("history from the start: every epoch's key") {
    Inviting inviting(History::from_start);
    const Invitation invitation = inviting.open(inviting.minh, inviting.parcel).value().invitation;
    CHECK(invitation.epoch_keys.size() == inviting.asha.keyring().epochs().size());
    CHECK(invitation.entry_keys.empty());
}

TEST_CASE("another device does not open it, nor may it be turned to one") {
    Inviting inviting;
    CHECK(inviting.open(inviting.other, inviting.parcel).error().code == ErrorCode::not_authentic);
    // Somebody invited seals the very letter, with the inviter's signature, to another device.
    const auto& kem = crypto::dhkem_x25519();
    const std::string_view info("liaise/1 invitation\0", 20);
    const crypto::DhKey& inbox = inviting.minh.inbox();
    const Bytes letter =
        crypto::hpke::open(kem, BytesView(inviting.parcel).subspan(1, 32),
                           BytesView(inviting.parcel).subspan(33),
                           crypto::SecretBytes::copy_of(inbox.private_key().view()),
                           inbox.public_key().view(), bytes_of(info), inviting.minh.device().id.view())
            .value();
    const Device victim = inviting.other.device();
    const auto sealed = crypto::hpke::seal(kem, victim.inbox.view(), bytes_of(info), victim.id.view(), letter,
                                           inviting.random)
                            .value();
    Bytes turned{1};
    append(turned, sealed.encapsulation);
    append(turned, sealed.ciphertext);
    CHECK(inviting.open(inviting.other, turned).error().code == ErrorCode::not_authentic);
}

TEST_CASE("every flipped byte and every cut of a parcel is refused") {
    Inviting inviting;
    for (std::size_t i = 0; i < inviting.parcel.size(); i += 3) {
        Bytes altered = inviting.parcel;
        altered[i] ^= 0x01;
        CHECK_FALSE(inviting.open(inviting.minh, altered).ok());
    }
    for (std::size_t size = 0; size < inviting.parcel.size(); size += 3)
        CHECK_FALSE(inviting.open(inviting.minh, BytesView(inviting.parcel).first(size)).ok());
    CHECK(inviting.open(inviting.minh, Bytes(limits::whole_parcel_bytes_max + 1, 1)).error().code ==
          ErrorCode::too_large);
    CHECK(inviting.open(inviting.minh, Bytes(limits::whole_parcel_bytes_max, 1)).error().code ==
          ErrorCode::not_authentic);
}

TEST_CASE("attack class 8: who is no convener invites nobody") {
    Inviting inviting;
    inviting.minh.take_parcel(inviting.parcel).value();
    inviting.minh.take(inviting.asha.entries());
    const Invitee invitee{test_member(3), 1, inviting.other.device()};
    CHECK(seal_invitation(inviting.minh.state(), inviting.minh.keyring(), invitee, std::nullopt,
                          inviting.minh.own(), inviting.minh.device_key(), inviting.random)
              .error()
              .code == ErrorCode::not_permitted);
    // And who does so with code of their own is refused: the charter that they show does not name them.
    CHECK(seal_invitation(inviting.asha.state(), inviting.asha.keyring(), invitee, std::nullopt,
                          inviting.minh.own(), inviting.minh.device_key(), inviting.random)
              .ok());
    const Bytes forged =
        seal_invitation(inviting.asha.state(), inviting.asha.keyring(), invitee, std::nullopt,
                        inviting.minh.own(), inviting.minh.device_key(), inviting.random)
            .value();
    CHECK(inviting.open(inviting.other, forged).error().code == ErrorCode::not_permitted);
}

TEST_CASE("an inviter whom the directory does not know yet is waited for") {
    Inviting inviting;
    inviting.directory.forget(inviting.asha.device().id);
    CHECK(inviting.open(inviting.minh, inviting.parcel).error().code == ErrorCode::not_known);
}

TEST_CASE("attack class 11: an invitation that comes again brings nothing, and starts nothing anew") {
    Inviting inviting;
    inviting.minh.take_parcel(inviting.parcel).value();
    inviting.minh.take(inviting.asha.entries());
    inviting.minh.write(Post{"hello", {}}).value();
    const ChannelState before = inviting.minh.state();
    inviting.minh.take_parcel(inviting.parcel).value();
    CHECK(inviting.minh.state() == before);
    const Invitation invitation = inviting.open(inviting.minh, inviting.parcel).value().invitation;
    CHECK_FALSE(add_keys(invitation, inviting.minh.keyring()));
}

TEST_CASE("a channel whose history outgrew a parcel says so") {
    Inviting inviting;
    Keyring keyring = inviting.asha.keyring();
    Inviting start(History::from_start);
    Keyring large = start.asha.keyring();
    for (std::size_t i = 0; i < limits::whole_parcel_bytes_max / 40; ++i) {
        const auto key = crypto::Key::draw(start.random);
        large.add(epoch_id_of(start.asha.state().id(), key), key);
    }
    CHECK(seal_invitation(start.asha.state(), large, {test_member(3), 1, start.other.device()}, std::nullopt,
                          start.asha.own(), start.asha.device_key(), start.random)
              .error()
              .code == ErrorCode::too_large);
}
