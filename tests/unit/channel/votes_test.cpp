// Rule 6: conveners vote out one of their own. And who would turn it to harm.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/channel_people.h"

using namespace liaise;
using namespace liaise::channel;
using test::test_charter;
using test::test_member;
using test::TestDevice;

namespace {

// A founds and makes B, C and D conveners; E is a member.
struct Council {
    test::SeededRandom random{6};
    test::TestDirectory directory;
    TestDevice a{test_member(1), directory, random};
    TestDevice b{test_member(2), directory, random};
    TestDevice c{test_member(3), directory, random};
    TestDevice d{test_member(4), directory, random};
    TestDevice e{test_member(5), directory, random};
    TestDevice x{test_member(6), directory, random};

    explicit Council(bool with_d = true) {
        a.found(test_charter(a.member()));
        for (TestDevice* who : {&b, &c, &d, &e}) enter(a, *who);
        std::vector<MemberId> conveners{a.member(), b.member(), c.member()};
        if (with_d) conveners.push_back(d.member());
        amend(a, conveners);
        share();
    }
    std::vector<TestDevice*> inside() {
        std::vector<TestDevice*> all;
        for (TestDevice* who : {&a, &b, &c, &d, &e, &x})
            if (who->in_channel()) all.push_back(who);
        return all;
    }
    void enter(TestDevice& by, TestDevice& who) {
        for (const auto& mail : by.perform(plan_invite(by.state(), who.member(), {who.device()}).value()))
            who.take_parcel(mail.parcel).value();
        share();
    }
    void share() {
        for (int round = 0; round < 2; ++round)
            for (TestDevice* from : inside())
                for (TestDevice* to : inside()) to->take(from->entries());
    }
    void amend(TestDevice& who, std::vector<MemberId> conveners) {
        Charter charter = *who.state().charter();
        charter.conveners = std::move(conveners);
        who.perform(plan_amend(who.state(), charter, who.lasts()).value());
    }
    void rename(TestDevice& who, const std::string& name) {
        Charter charter = *who.state().charter();
        charter.name = name;
        who.perform(plan_amend(who.state(), charter, who.lasts()).value());
    }
    void remove(TestDevice& by, TestDevice& who) {
        by.perform(plan_remove(by.state(), who.member(), by.lasts()).value());
    }
    // What each convener's node says by itself.
    void say(TestDevice& who) { who.perform(plan_say(who.state(), who.lasts()).value()); }
    bool in(TestDevice& who, TestDevice& as_seen_by) {
        return as_seen_by.state().member(who.member()).has_value();
    }
    bool in(TestDevice& who) { return in(who, e); }
};

}  // namespace

TEST_CASE("more than half of the other conveners remove the highest, and go on without") {
    Council council;
    council.remove(council.b, council.a);
    council.share();
    CHECK(council.in(council.a));
    REQUIRE(council.e.state().view().ballots.size() == 1);
    CHECK(council.e.state().view().ballots[0] == OpenBallot{council.a.member(), 1, {council.b.member()}, 3});
    CHECK(plan_remove(council.b.state(), council.a.member(), council.b.lasts()).error().code ==
          ErrorCode::conflict);

    // Nobody writes until there is a key that A has not.
    council.c.write_all(plan_remove(council.c.state(), council.a.member(), council.c.lasts()).value().bodies)
        .value();
    council.share();
    for (TestDevice* who : {&council.b, &council.c, &council.d, &council.e}) {
        CHECK_FALSE(council.in(council.a, *who));
        CHECK_FALSE(who->state().sealing());
        CHECK(who->state().view() == council.e.state().view());
    }
    CHECK(council.a.state().phase() == ChannelState::Phase::removed);
    CHECK(council.e.state().view().ballots.empty());
    CHECK_FALSE(council.e.write(Post{"too early", {}}).ok());
    CHECK_FALSE(council.a.owes(GroupWork::Kind::commit));
    CHECK(council.b.owes(GroupWork::Kind::commit));
    council.b.commit();
    council.share();
    council.e.write(Post{"among us", {}}).value();
    council.share();
    CHECK_FALSE(council.a.readable().contains("among us"));
    CHECK(council.d.readable().contains("among us"));
    // B takes them off the list, which nobody below could before.
    council.amend(council.b, {council.b.member(), council.c.member(), council.d.member()});
    council.share();
    CHECK(council.e.state().charter()->conveners.size() == 3);
    CHECK(council.e.state().rank_of(council.b.member()) == 0);
}

TEST_CASE("one alone votes nobody out: not of two conveners, not of three") {
    Council council(false);
    council.remove(council.c, council.a);
    council.share();
    CHECK(council.in(council.a));
    council.remove(council.b, council.a);
    council.share();
    CHECK_FALSE(council.in(council.a));

    Council two(false);
    two.amend(two.a, {two.a.member(), two.b.member()});
    two.share();
    two.remove(two.b, two.a);
    two.share();
    CHECK(two.in(two.a));
}

TEST_CASE("half of the others are too few") {
    Council council;
    council.amend(council.a, {council.a.member(), council.b.member(), council.c.member(), council.d.member(),
                              council.e.member()});
    council.share();
    council.remove(council.b, council.a);
    council.remove(council.c, council.a);
    council.share();
    CHECK(council.in(council.a));
    council.remove(council.d, council.a);
    council.share();
    CHECK_FALSE(council.in(council.a));
}

TEST_CASE("whoever is voted out changes nothing any more, also where they act against the voters meanwhile") {
    Council council;
    council.remove(council.b, council.a);
    council.remove(council.c, council.a);
    // A has seen nothing of it, or pretends so: removes a voter, demotes the other, brings a friend.
    council.remove(council.a, council.b);
    council.amend(council.a, {council.a.member(), council.d.member()});
    council.rename(council.a, "A's");
    council.enter(council.a, council.x);
    CHECK_FALSE(council.in(council.a));
    CHECK(council.in(council.b));
    CHECK_FALSE(council.in(council.x));
    CHECK(council.e.state().charter()->name == "practice");
    CHECK(council.e.state().rank_of(council.c.member()) == 2);
    for (TestDevice* who : {&council.b, &council.c, &council.d})
        CHECK(who->state().view() == council.e.state().view());
}

TEST_CASE(
    "what the voted out did before, as most voters knew it, stands; one voter who lies changes nothing") {
    Council council;
    council.enter(council.a, council.x);
    council.amend(council.a,
                  {council.a.member(), council.b.member(), council.c.member(), council.d.member()});
    council.rename(council.a, "renamed");
    council.share();
    council.remove(council.b, council.a);
    council.remove(council.c, council.a);
    const EntryRef charter = council.d.state().charter_entry();
    council.d.write(MemberRemoved{charter, council.a.member(), 1, {}}).value();  // nothing of A's counts
    council.share();
    CHECK_FALSE(council.in(council.a));
    CHECK(council.in(council.x));
    CHECK(council.in(council.e));
    CHECK(council.e.state().charter()->name == "renamed");
}

TEST_CASE("even where all voters deny the founder's past, the charter that they stand on stays") {
    Council council(false);
    const EntryRef charter = council.b.state().charter_entry();
    council.b.write(MemberRemoved{charter, council.a.member(), 1, {}}).value();
    council.c.write(MemberRemoved{charter, council.a.member(), 1, {}}).value();
    council.share();
    REQUIRE(council.b.state().charter() != nullptr);
    CHECK(council.b.state().charter_entry() == charter);
    CHECK_FALSE(council.in(council.a, council.b));
}

TEST_CASE("nobody makes conveners who vote out those above") {
    Council council(false);
    for (TestDevice* puppet : {&council.d, &council.e}) {
        std::vector<MemberId> conveners = council.b.state().charter()->conveners;
        conveners.push_back(puppet->member());
        council.amend(council.b, conveners);
    }
    council.share();
    for (TestDevice* who : {&council.b, &council.d, &council.e}) council.remove(*who, council.a);
    council.share();
    CHECK(council.in(council.a, council.c));
    REQUIRE(council.c.state().view().ballots.size() == 1);
    CHECK(council.c.state().view().ballots[0].electors == 2);
    // With C, who was there before, they are two of two.
    council.remove(council.c, council.a);
    council.share();
    CHECK_FALSE(council.in(council.a, council.c));
}

TEST_CASE("a removed convener finds no old charter to vote under with one who knew the newer one") {
    Council council(false);
    const EntryRef old = council.b.state().charter_entry();
    council.amend(council.a, {council.a.member(), council.c.member()});
    council.remove(council.a, council.b);
    council.share();
    council.say(council.c);  // C's node acknowledges the new charter
    council.share();
    // Long after, C is stolen, and both vote under the charter in which they were two of A's others.
    council.c.write(MemberRemoved{old, council.a.member(), 1, {}}).value();
    (void)council.b.write(MemberRemoved{old, council.a.member(), 1, {}});
    council.share();
    CHECK(council.in(council.a));
    CHECK_FALSE(council.in(council.b));
    CHECK(council.e.state().view() == council.a.state().view());
}

TEST_CASE("votes under an old charter are cast again under the new one, and then decide") {
    Council council;
    council.remove(council.b, council.a);
    council.rename(council.a, "quickly");  // before C votes
    council.share();
    council.remove(council.c, council.a);
    council.share();
    CHECK(council.in(council.a));
    council.say(council.b);
    council.share();
    CHECK_FALSE(council.in(council.a));
    CHECK(plan_say(council.b.state(), council.b.lasts()).value().bodies.empty());
}

TEST_CASE("a convener's node acknowledges a charter of another once, where conveners can vote at all") {
    Council council;
    CHECK(plan_say(council.a.state(), council.a.lasts()).value().bodies.empty());
    CHECK_FALSE(plan_say(council.e.state(), council.e.lasts()).ok());
    council.say(council.b);
    CHECK(council.b.state().facts().size() == council.a.state().facts().size() + 1);
    CHECK(plan_say(council.b.state(), council.b.lasts()).value().bodies.empty());
    Council two(false);
    two.amend(two.a, {two.a.member(), two.b.member()});
    two.share();
    CHECK(plan_say(two.b.state(), two.b.lasts()).value().bodies.size() == 1);
    CHECK_FALSE(council.e.write(CharterAcknowledged{council.e.state().charter_entry()}).ok());
}

TEST_CASE("who was voted out may come back as a member, and convenes no more") {
    Council council;
    council.remove(council.b, council.a);
    council.remove(council.c, council.a);
    council.share();
    council.enter(council.b, council.a);
    CHECK(council.in(council.a));
    CHECK_FALSE(council.e.state().rank_of(council.a.member()));
    CHECK_FALSE(plan_remove(council.a.state(), council.e.member(), council.a.lasts()).ok());
    (void)council.a.write(MemberRemoved{council.a.state().charter_entry(), council.e.member(), 1, {}});
    council.share();
    CHECK(council.in(council.e, council.b));
    // And is removed again like any member.
    council.remove(council.d, council.a);
    council.share();
    CHECK_FALSE(council.in(council.a));
}

TEST_CASE("votes and what is done against them, told in any order: one outcome") {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        Council council;
        test::SeededRandom dice(seed);
        const std::array<TestDevice*, 4> conveners{&council.a, &council.b, &council.c, &council.d};
        for (int step = 0; step < 14; ++step) {
            TestDevice& who = *conveners[dice.below(4)];
            TestDevice& whom = *conveners[dice.below(4)];
            const auto perform = [&](const Result<Plan>& plan) {
                if (plan) who.write_all(plan->bodies).value();
            };
            switch (dice.below(6)) {
                case 0:
                case 1:
                    perform(plan_remove(who.state(), whom.member(), who.lasts()));
                    break;
                case 2: {
                    Charter charter = *who.state().charter();
                    charter.name = "step " + std::to_string(step);
                    perform(plan_amend(who.state(), charter, who.lasts()));
                    break;
                }
                case 3:
                    perform(plan_say(who.state(), who.lasts()));
                    break;
                default:
                    who.take(whom.entries());
            }
        }
        std::vector<test::TestEntry> all;
        for (TestDevice* who : council.inside())
            for (const test::TestEntry& entry : who->own_entries()) all.push_back(entry);
        for (TestDevice* who : council.inside()) {
            for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[dice.below(i)]);
            who->take(all);
        }
        // Who can open the same entries agrees; the voted out may miss a key of those who go on.
        for (TestDevice* who : council.inside()) {
            if (who->state().facts() != council.e.state().facts()) continue;
            CHECK(who->state().view() == council.e.state().view());
            CHECK(ChannelState::load(who->state().encode()).value() == who->state());
        }
    }
}

TEST_CASE("so many may be voted out of one channel, and no more") {
    Council council(false);
    const std::vector<MemberId> lasting{council.a.member(), council.b.member(), council.c.member()};
    for (std::size_t i = 1; i <= voted_out_max + 1; ++i) {
        MemberId victim;
        victim.bytes.fill(0xee);
        victim.bytes[0] = static_cast<std::uint8_t>(i);
        std::vector<MemberId> conveners = lasting;
        conveners.push_back(victim);
        council.amend(council.a, conveners);
        const EntryRef charter = council.a.state().charter_entry();
        for (TestDevice* voter : {&council.b, &council.c}) {
            voter->take(council.a.entries());
            voter->write(MemberRemoved{charter, victim, 1, {}}).value();
            council.a.take(voter->entries());
        }
        CHECK(council.a.state().view().voted_out.size() == std::min(i, voted_out_max));
    }
}
