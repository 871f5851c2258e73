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
            const Plan plan = plan_invite(a.state(), who->member(), {who->device()}).value();
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
        const auto plan = plan_remove(who.state(), whom.member(), who.lasts());
        const auto own = who.state().rank_of(who.member()), other = who.state().rank_of(whom.member());
        return plan.ok() && (!other || own < other);  // else a vote
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
    four.c.perform(plan_invite(four.c.state(), x.member(), {x.device()}).value());
    four.share();
    four.amend(four.a, {four.a.member(), four.b.member()});
    four.c.perform(plan_invite(four.c.state(), y.member(), {y.device()}).value());
    four.share();
    CHECK(four.agree());
    CHECK(four.d.state().member(x.member()));
    CHECK_FALSE(four.d.state().member(y.member()));
    // Nobody posts where C may have let somebody in, until a convener has made an epoch without them.
    CHECK_FALSE(four.c.keyring().current());
    four.a.commit();
    four.share();
    // Still a member, who may post.
    four.c.write(Post{"as before", {}}).value();
    four.share();
    CHECK(four.d.readable() == std::set<std::string>{"as before"});
    // Made a convener again, C convenes again.
    four.amend(four.a, {four.a.member(), four.b.member(), four.c.member()});
    four.share();
    four.c.perform(plan_invite(four.c.state(), y.member(), {y.device()}).value());
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
    CHECK(four.b.owes(GroupWork::Kind::commit));
    CHECK(four.c.owes(GroupWork::Kind::commit));
    four.b.commit();
    four.share();
    CHECK_FALSE(four.c.owes(GroupWork::Kind::commit));
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
    for (const auto& mail : four.b.perform(plan_invite(four.b.state(), x.member(), {x.device()}).value()))
        x.take_parcel(mail.parcel).value();
    for (const auto& mail : four.c.perform(plan_invite(four.c.state(), y.member(), {y.device()}).value()))
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
    // Each newcomer lacks what the other's inviter did meanwhile, under the key from before, and asks.
    for (TestDevice* newcomer : {&x, &y}) CHECK(newcomer->ask_for_keys());
    share_six();
    for (TestDevice* convener : {&four.a, &four.b, &four.c})
        for (const auto& mail : convener->mail_due())
            for (TestDevice* newcomer : {&x, &y})
                if (mail.to == newcomer->device().id) newcomer->take_parcel(mail.parcel).value();
    share_six();
    // One of the two commits lost; whom it had seated is seated again.
    REQUIRE(four.b.owes(GroupWork::Kind::commit));
    const auto mails = four.b.commit();
    REQUIRE(mails.size() == 1);
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

TEST_CASE("a channel of many devices takes a commit in parts, and every device follows it") {
    test::SeededRandom random(7);
    test::TestDirectory directory;
    TestDevice a(test_member(1), directory, random);
    a.found(test_charter(a.member(), History::from_start));
    std::vector<std::unique_ptr<TestDevice>> some;
    for (std::uint8_t i = 0; i < 16; ++i) {
        const MemberId id = test_member(static_cast<std::uint8_t>(100 + i));
        std::vector<Device> devices;
        for (std::size_t n = 0; n < limits::member_devices_max; ++n) {
            some.push_back(std::make_unique<TestDevice>(id, directory, random));
            devices.push_back(some.back()->device());
        }
        a.write_all(plan_invite(a.state(), id, devices).value().bodies).value();
    }
    const auto mails = a.commit();
    CHECK(mails.size() == some.size());
    const CommitFact& commit = a.state().group().commits.at(*a.state().head());
    CHECK(commit.added.size() == some.size());
    CHECK(commit.parts > 0);
    for (std::size_t i = 0; i < mails.size(); i += 50) {
        TestDevice* device = nullptr;
        for (const auto& one : some)
            if (one->device().id == mails[i].to) device = one.get();
        REQUIRE(device != nullptr);
        device->take_parcel(mails[i].parcel).value();
        device->take(a.entries());
        CHECK(device->state().view() == a.state().view());
        REQUIRE(device->keyring().current());
        CHECK(device->keyring().current()->id == a.keyring().current()->id);
    }
}

TEST_CASE("somebody whose device has published no key package is a member, and seated when it has") {
    test::SeededRandom random(8);
    test::TestDirectory directory;
    TestDevice a(test_member(1), directory, random);
    TestDevice b(test_member(2), directory, random);
    const Bytes package = *directory.package_of(b.device().id);
    directory.withdraw(b.device().id);
    a.found(test_charter(a.member()));
    CHECK(a.perform(plan_invite(a.state(), b.member(), {b.device()}).value()).empty());
    CHECK(a.state().member(b.member()));
    CHECK_FALSE(a.owes(GroupWork::Kind::commit));
    CHECK(a.write(Post{"meanwhile", {}}).ok());
    directory.publish(b.device().id, package);
    REQUIRE(a.owes(GroupWork::Kind::commit));
    const auto mails = a.commit();
    REQUIRE(mails.size() == 1);
    b.take_parcel(mails[0].parcel).value();
    b.take(a.entries());
    CHECK(b.state().phase() == ChannelState::Phase::open);
    CHECK(b.keyring().current()->id == a.keyring().current()->id);
    // The keys that were published serve everywhere: the leaf gets keys of its own soon.
    b.set_time(Time{} + std::chrono::minutes(2));
    CHECK(b.do_duties());
    a.take(b.entries());
    CHECK(a.owes(GroupWork::Kind::commit));
    CHECK(a.commit().empty());  // it needs no letter
    b.take(a.entries());
    CHECK(b.keyring().current()->id == a.keyring().current()->id);
    CHECK_FALSE(b.group().own_leaf()->borrowed);
    CHECK_FALSE(a.owes(GroupWork::Kind::commit));
}

TEST_CASE("an offer that MLS refuses holds up nobody else") {
    Conveners four;
    TestDevice x(test_member(5), four.directory, four.random);
    // D renews with the very keys that it has: two leaves may not share one.
    const Bytes package = *four.directory.package_of(four.d.device().id);
    four.d.write(KeyPackageOffer{1, false, package}).value();
    four.share();
    const auto mails = four.a.perform(plan_invite(four.a.state(), x.member(), {x.device()}).value());
    REQUIRE(mails.size() == 1);
    x.take_parcel(mails[0].parcel).value();
    x.take(four.a.entries());
    CHECK(x.keyring().current());
}

TEST_CASE("when nobody has any state of the group a convener begins anew, and all are seated again") {
    Conveners four;
    for (TestDevice* device : four.all()) {
        device->group() = GroupKeys(device->state().id(), device->state().own().seat());
        device->retry();
        CHECK_FALSE(device->keyring().current());
    }
    REQUIRE(four.a.owes(GroupWork::Kind::begin));
    CHECK_FALSE(four.d.owes(GroupWork::Kind::begin));
    four.a.begin_again();
    for (const auto& mail : four.a.commit())
        for (TestDevice* device : four.all())
            if (mail.to == device->device().id) device->take_parcel(mail.parcel).value();
    four.share();
    CHECK(four.agree());
    four.d.write(Post{"again", {}}).value();
    four.share();
    CHECK(four.b.readable() == std::set<std::string>{"again"});
}
