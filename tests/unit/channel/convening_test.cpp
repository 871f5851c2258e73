// Conveners among themselves: ranks, amendments, leaving, and many devices.
#include "protocol/channel/convening.h"

#include <doctest/doctest.h>

#include "tests/support/channel_people.h"

using namespace liaise;
using namespace liaise::channel;
using test::test_charter;
using test::test_member;
using test::TestDevice;

namespace {

// A founds; B and C are conveners of ranks 1 and 2; D is a member.
struct Conveners {
    test::SeededRandom random{2};
    test::TestDirectory directory;
    TestDevice a{test_member(1), directory, random};
    TestDevice b{test_member(2), directory, random};
    TestDevice c{test_member(3), directory, random};
    TestDevice d{test_member(4), directory, random};

    Conveners() {
        a.found(test_charter(a.member()));
        for (TestDevice* who : {&b, &c, &d}) {
            const Plan plan = plan_invite(a.state(), who->member(), {who->device()}, random).value();
            for (const auto& mail : a.perform(plan)) who->take_parcel(mail.parcel).value();
            share();
        }
        amend(a, {a.member(), b.member(), c.member()});
        share();
    }
    std::vector<TestDevice*> all() { return {&a, &b, &c, &d}; }
    void share() {
        for (int round = 0; round < 2; ++round)
            for (TestDevice* from : all())
                for (TestDevice* to : all())
                    if (from->in_channel() && to->in_channel()) to->take(from->entries());
    }
    Result<Plan> amendment(TestDevice& who, std::vector<MemberId> conveners) {
        Charter charter = *who.state().charter();
        charter.conveners = std::move(conveners);
        return plan_amend(who.state(), charter, who.lasts());
    }
    void amend(TestDevice& who, std::vector<MemberId> conveners) {
        who.perform(amendment(who, std::move(conveners)).value());
    }
    bool agree() {
        for (TestDevice* device : all())
            if (device->state().view() != a.state().view()) return false;
        return true;
    }
};

}  // namespace

TEST_CASE(
    "a convener removes members and lower-ranked conveners, nobody above but by a vote, and not oneself") {
    Conveners four;
    const auto may = [&](TestDevice& who, TestDevice& whom) {
        const auto plan = plan_remove(who.state(), whom.member(), who.lasts(), four.random);
        return plan.ok() && plan->bodies.size() > 1;  // a vote comes without a new epoch
    };
    CHECK(may(four.a, four.b));
    CHECK(may(four.b, four.c));
    CHECK(may(four.c, four.d));
    CHECK_FALSE(may(four.b, four.a));
    CHECK_FALSE(may(four.c, four.b));
    CHECK_FALSE(may(four.b, four.b));
    CHECK_FALSE(may(four.d, four.c));
}

TEST_CASE("a convener changes only what is below the own rank") {
    Conveners four;
    const MemberId a = four.a.member(), b = four.b.member(), c = four.c.member(), d = four.d.member();
    CHECK(four.amendment(four.b, {a, b, d, c}).ok());
    CHECK(four.amendment(four.b, {a, b}).ok());
    CHECK(four.amendment(four.c, {a, b, c, d}).ok());
    CHECK_FALSE(four.amendment(four.b, {b, a, c}).ok());
    CHECK_FALSE(four.amendment(four.b, {a, c, b}).ok());
    CHECK_FALSE(four.amendment(four.c, {a, c}).ok());
    CHECK_FALSE(four.amendment(four.b, {a}).ok());
    Charter charter = *four.a.state().charter();
    charter.history = History::from_start;
    CHECK_FALSE(plan_amend(four.a.state(), charter, four.a.lasts()).ok());
    charter = *four.a.state().charter();
    charter.kind = ChannelKind::announcement;
    CHECK_FALSE(plan_amend(four.a.state(), charter, four.a.lasts()).ok());
}

TEST_CASE("of two amendments of one charter the higher-ranked convener's rules, everywhere") {
    Conveners four;
    Charter by_c = *four.c.state().charter();
    by_c.name = "lower";
    four.c.perform(plan_amend(four.c.state(), by_c, four.c.lasts()).value());
    Charter by_b = *four.b.state().charter();
    by_b.name = "higher";
    four.b.perform(plan_amend(four.b.state(), by_b, four.b.lasts()).value());
    four.share();
    CHECK(four.agree());
    CHECK(four.d.state().charter()->name == "higher");
}

TEST_CASE("a demoted convener's acts beyond what was known do not count; what came before does") {
    Conveners four;
    TestDevice x(test_member(5), four.directory, four.random);
    TestDevice y(test_member(6), four.directory, four.random);
    four.c.perform(plan_invite(four.c.state(), x.member(), {x.device()}, four.random).value());
    four.share();
    four.amend(four.a, {four.a.member(), four.b.member()});
    four.c.perform(plan_invite(four.c.state(), y.member(), {y.device()}, four.random).value());
    four.share();
    CHECK(four.agree());
    CHECK(four.d.state().member(x.member()));
    CHECK_FALSE(four.d.state().member(y.member()));
    // Still a member, who may post.
    four.c.write(Post{"as before", {}}).value();
    four.share();
    CHECK(four.d.readable() == std::set<std::string>{"as before"});
    // Made a convener again, C convenes again.
    four.amend(four.a, {four.a.member(), four.b.member(), four.c.member()});
    four.share();
    four.c.perform(plan_invite(four.c.state(), y.member(), {y.device()}, four.random).value());
    four.share();
    CHECK(four.agree());
    CHECK(four.d.state().member(y.member()));
}

TEST_CASE(
    "the last convener does not leave others behind; the highest leaves and the next is first in line") {
    Conveners four;
    four.a.perform(plan_leave(four.a.state(), four.a.lasts()).value());
    four.share();
    CHECK(four.agree());
    CHECK(four.b.state().rekey_due() == RekeyDue{false, 0});
    CHECK(four.c.state().rekey_due() == RekeyDue{false, 1});
    four.b.perform(plan_leave(four.b.state(), four.b.lasts()).value());
    four.share();
    CHECK(plan_leave(four.c.state(), four.c.lasts()).error().code == ErrorCode::not_permitted);
    four.amend(four.c, {four.a.member(), four.b.member(), four.c.member(), four.d.member()});
    four.share();
    CHECK(plan_leave(four.c.state(), four.c.lasts()).ok());
}

TEST_CASE("two conveners invite at one time: both newcomers end up in one epoch, once it was healed") {
    Conveners four;
    TestDevice x(test_member(5), four.directory, four.random);
    TestDevice y(test_member(6), four.directory, four.random);
    for (const auto& mail :
         four.b.perform(plan_invite(four.b.state(), x.member(), {x.device()}, four.random).value()))
        x.take_parcel(mail.parcel).value();
    for (const auto& mail :
         four.c.perform(plan_invite(four.c.state(), y.member(), {y.device()}, four.random).value()))
        y.take_parcel(mail.parcel).value();
    const auto share_six = [&] {
        four.share();
        for (TestDevice* newcomer : {&x, &y}) {
            newcomer->take(four.a.entries());
            for (TestDevice* device : four.all()) device->take(newcomer->entries());
        }
        four.share();
        x.take(y.entries());
        y.take(x.entries());
    };
    share_six();
    CHECK(four.agree());
    // Each inviter brings its newcomer what the other did meanwhile, under the key from before.
    for (const auto& mail : four.b.mail_due())
        if (mail.to == x.device().id) x.take_parcel(mail.parcel).value();
    for (const auto& mail : four.c.mail_due())
        if (mail.to == y.device().id) y.take_parcel(mail.parcel).value();
    REQUIRE(four.b.state().rekey_due());
    const auto mails = four.b.perform(plan_rekey(four.b.state(), four.random).value());
    REQUIRE(mails.size() == 1);  // the one whom the losing epoch had brought
    CHECK(mails[0].to == y.device().id);
    y.take_parcel(mails[0].parcel).value();
    share_six();
    four.d.write(Post{"welcome", {}}).value();
    share_six();
    CHECK(x.state().view() == four.a.state().view());
    CHECK(y.state().view() == four.a.state().view());
    CHECK(x.readable() == std::set<std::string>{"welcome"});
    CHECK(y.readable() == std::set<std::string>{"welcome"});
}

TEST_CASE("a large channel's epoch takes several entries, and every device finds its key") {
    test::SeededRandom random(7);
    test::TestDirectory directory;
    TestDevice a(test_member(1), directory, random);
    a.found(test_charter(a.member(), History::from_start));
    // Many devices each, so that there need not be many members.
    const std::size_t members = limits::sealed_keys_max / limits::member_devices_max + 2;
    std::vector<std::unique_ptr<TestDevice>> some;
    for (std::uint8_t i = 0; i < members; ++i) {
        const MemberId id = test_member(static_cast<std::uint8_t>(100 + i));
        std::vector<Device> devices;
        for (std::size_t n = 1; n < limits::member_devices_max; ++n)
            devices.push_back({random.draw<DeviceId>(), crypto::DhKey::draw(random).public_key()});
        some.push_back(std::make_unique<TestDevice>(id, directory, random));
        devices.push_back(some.back()->device());
        for (const auto& mail : a.perform(plan_invite(a.state(), id, devices, random).value()))
            if (mail.to == some.back()->device().id) some.back()->take_parcel(mail.parcel).value();
    }
    const Plan plan = plan_rekey(a.state(), random).value();
    CHECK(plan.bodies.size() == 2);
    a.perform(plan);
    for (const auto& device : some) {
        device->take(a.entries());
        CHECK(device->state().members().size() == members + 1);
        CHECK(device->state().view() == a.state().view());
        CHECK(device->keyring().find(*a.state().sealing_epoch()) != nullptr);
        CHECK(device->state().phase() == ChannelState::Phase::open);
        REQUIRE(device->keyring().current());
        CHECK(device->keyring().current()->id == a.keyring().current()->id);
    }
}
