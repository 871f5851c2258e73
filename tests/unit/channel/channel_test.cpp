// What a channel is like for three people: founding, inviting, speaking, kinds of channels.
#include "protocol/channel/channel_state.h"

#include <doctest/doctest.h>

#include "tests/support/channel_people.h"

using namespace liaise;
using namespace liaise::channel;
using test::test_charter;
using test::test_member;
using test::TestDevice;

namespace {

struct Three {
    test::SeededRandom random{1};
    test::TestDirectory directory;
    TestDevice asha{test_member(1), directory, random};
    TestDevice minh{test_member(2), directory, random};
    TestDevice olena{test_member(3), directory, random};

    explicit Three(History history = History::from_joining, ChannelKind kind = ChannelKind::discussion) {
        asha.found(test_charter(asha.member(), history, kind));
    }
    void invite(TestDevice& who) {
        const Plan plan = plan_invite(asha.state(), who.member(), {who.device()}).value();
        for (const auto& mail : asha.perform(plan))
            for (TestDevice* device : {&minh, &olena})
                if (mail.to == device->device().id) device->take_parcel(mail.parcel).value();
        share();
    }
    // Everybody who is in the channel gets everything.
    void share() {
        for (int round = 0; round < 2; ++round)
            for (TestDevice* from : {&asha, &minh, &olena})
                for (TestDevice* to : {&asha, &minh, &olena})
                    if (from->in_channel() && to->in_channel()) to->take(from->entries());
    }
};

using Texts = std::set<std::string>;

}  // namespace

TEST_CASE("a founder is open, first convener and only member at once") {
    Three three;
    const ChannelState& state = three.asha.state();
    CHECK(state.phase() == ChannelState::Phase::open);
    CHECK(state.members().size() == 1);
    CHECK(state.rank_of(test_member(1)) == 0);
    CHECK(state.epoch_number() == 0);
    CHECK(state.charter()->name == "practice");
    CHECK(state.sealing_epoch() == state.policy_epoch());
    CHECK(three.asha.keyring().current());
    CHECK_FALSE(three.asha.owes(GroupWork::Kind::commit));
    CHECK(three.asha.write(Post{"hello", {}}).ok());
    CHECK(three.asha.readable() == Texts{"hello"});
}

TEST_CASE("history from joining: who joins reads what follows, sees the members, and nothing before") {
    Three three;
    three.asha.write(Post{"before", {}}).value();
    three.invite(three.minh);
    CHECK(three.minh.state().phase() == ChannelState::Phase::open);
    CHECK(three.minh.state().members() == three.asha.state().members());
    CHECK(three.minh.state().view() == three.asha.state().view());
    three.asha.write(Post{"after", {}}).value();
    three.minh.write(Post{"thanks", {}}).value();
    three.share();
    CHECK(three.minh.readable() == Texts{"after", "thanks"});
    CHECK(three.asha.readable() == Texts{"before", "after", "thanks"});
    // The old epoch is known as one that never opens: not shown as waiting.
    for (const auto& [at, commit] : three.minh.state().group().commits)
        CHECK(three.minh.state().never_opens(commit.key) == (commit.to.number == 0));
}

TEST_CASE("history from the start: who joins reads everything") {
    Three three(History::from_start);
    three.asha.write(Post{"before", {}}).value();
    three.invite(three.minh);
    three.asha.write(Post{"after", {}}).value();
    three.share();
    CHECK(three.minh.readable() == Texts{"before", "after"});
}

TEST_CASE("attack class 40: a removed member opens nothing of later epochs, and knows that they are out") {
    for (const History history : {History::from_joining, History::from_start}) {
        Three three(history);
        three.invite(three.minh);
        three.invite(three.olena);
        three.minh.write(Post{"one", {}}).value();
        three.share();
        const Plan plan = plan_remove(three.asha.state(), test_member(2), three.asha.lasts()).value();
        CHECK(three.asha.perform(plan).empty());  // nobody needs an invitation
        three.asha.write(Post{"two", {}}).value();
        three.share();
        CHECK(three.minh.state().phase() == ChannelState::Phase::removed);
        CHECK_FALSE(three.minh.keyring().current());
        CHECK(three.minh.readable() == Texts{"one"});
        CHECK(three.olena.readable() == Texts{"one", "two"});
        CHECK(three.olena.state().members().size() == 2);
        CHECK(three.minh.keyring().find(*three.asha.state().sealing_epoch()) == nullptr);
        CHECK(three.minh.state().may_write({Time{}, Handling::clear, {}, Post{"x", {}}}).error().code ==
              ErrorCode::not_permitted);
    }
}

TEST_CASE("between a removal and its new key nobody seals") {
    Three three;
    three.invite(three.minh);
    three.invite(three.olena);
    const Plan plan = plan_remove(three.asha.state(), test_member(2), three.asha.lasts()).value();
    REQUIRE(plan.bodies.size() == 1);
    three.asha.write(plan.bodies[0]).value();
    three.share();
    CHECK_FALSE(three.olena.state().sealing_epoch());
    CHECK(three.olena.write(Post{"x", {}}).error().code == ErrorCode::not_known);
    CHECK(three.asha.owes(GroupWork::Kind::commit));
    CHECK_FALSE(three.olena.owes(GroupWork::Kind::commit));  // no convener
    three.asha.commit();
    three.share();
    CHECK(three.olena.write(Post{"x", {}}).ok());
    CHECK_FALSE(three.asha.owes(GroupWork::Kind::commit));
}

TEST_CASE("a member who was removed can be invited again, into a new log and a new term") {
    Three three;
    three.invite(three.minh);
    three.minh.write(Post{"one", {}}).value();
    three.share();
    three.asha.perform(plan_remove(three.asha.state(), test_member(2), three.asha.lasts()).value());
    three.asha.write(Post{"without", {}}).value();
    three.share();
    three.invite(three.minh);
    CHECK(three.minh.state().phase() == ChannelState::Phase::open);
    CHECK(three.minh.state().own().term == 2);
    three.minh.write(Post{"back", {}}).value();
    three.share();
    CHECK(three.asha.readable() == Texts{"one", "without", "back"});
    CHECK(three.minh.readable() == Texts{"one", "back"});
}

TEST_CASE("who leaves is out, and the others get a new key that is due but holds nothing up") {
    Three three;
    three.invite(three.minh);
    three.invite(three.olena);
    three.minh.perform(plan_leave(three.minh.state(), three.minh.lasts()).value());
    CHECK(three.minh.state().phase() == ChannelState::Phase::left);
    three.share();
    CHECK(three.asha.owes(GroupWork::Kind::commit));
    CHECK(three.olena.write(Post{"still", {}}).ok());
    three.asha.commit();
    three.share();
    CHECK_FALSE(three.asha.owes(GroupWork::Kind::commit));
    three.olena.write(Post{"new", {}}).value();
    three.share();
    CHECK(three.minh.readable() == Texts{"still"});
    CHECK(three.asha.readable() == Texts{"still", "new"});
}

TEST_CASE("a device that the directory revoked gets no further key, and nobody seals before") {
    Three three;
    three.invite(three.minh);
    three.invite(three.olena);
    for (TestDevice* device : {&three.asha, &three.olena}) {
        const auto changes = device->shut_out(three.minh.device().id);
        REQUIRE(changes.size() == 1);
        CHECK(changes[0].kind == Change::Kind::epoch_changed);
        CHECK(changes[0].epoch.is_zero());
        CHECK(device->shut_out(three.minh.device().id).empty());
    }
    CHECK(three.asha.owes(GroupWork::Kind::commit));
    three.asha.commit();
    three.asha.write(Post{"new", {}}).value();
    three.share();
    CHECK(three.olena.readable() == Texts{"new"});
    CHECK(three.minh.readable().empty());
    CHECK_FALSE(three.asha.owes(GroupWork::Kind::commit));
}

TEST_CASE("a second device of a member gets a leaf of its own, and reads and writes as the member") {
    Three three;
    three.invite(three.minh);
    TestDevice tablet(test_member(2), three.directory, three.random);
    const Plan plan = plan_invite(three.asha.state(), test_member(2), {tablet.device()}).value();
    CHECK(plan.bodies.size() == 1);
    for (const auto& mail : three.asha.perform(plan)) tablet.take_parcel(mail.parcel).value();
    tablet.take(three.asha.entries());
    tablet.write(Post{"from the tablet", {}}).value();
    three.asha.take(tablet.entries());
    CHECK(three.asha.readable() == Texts{"from the tablet"});
    CHECK(three.asha.state().members().size() == 2);
    CHECK(plan_invite(three.asha.state(), test_member(2), {tablet.device()}).error().code ==
          ErrorCode::conflict);
}

TEST_CASE("only conveners change members, charter and keys") {
    Three three;
    three.invite(three.minh);
    three.invite(three.olena);
    const ChannelState& state = three.minh.state();
    CHECK_FALSE(plan_invite(state, test_member(9), {three.olena.device()}).ok());
    CHECK_FALSE(plan_remove(state, test_member(3), three.minh.lasts()).ok());
    CHECK_FALSE(plan_amend(state, *state.charter(), three.minh.lasts()).ok());
    // And where a member's own code does it all the same, the others refuse.
    const EntryRef charter = state.charter_entry();
    Charter amended = *state.charter();
    amended.parent = charter;
    amended.name = "mine";
    const CommitDuty duty{*state.head(), {}, {}, false, false};
    const GroupKeys::Made made =
        three.minh.group()
            .commit({charter, duty.base, state.group().commits.at(duty.base).to, {}, {}}, three.random)
            .value();
    for (const Body& body :
         std::vector<Body>{MemberAdded{charter, test_member(9), 1, {three.olena.device()}},
                           MemberRemoved{charter, test_member(3), 1, {}}, amended, made.entry}) {
        const ChannelState before = three.minh.state();
        CHECK(three.minh.write(body).error().code == ErrorCode::not_permitted);
        CHECK(three.minh.state() == before);
    }
}

TEST_CASE("in an announcement channel conveners write, and members read") {
    Three three(History::from_joining, ChannelKind::announcement);
    three.invite(three.minh);
    three.asha.write(Post{"notice", {}}).value();
    CHECK(three.minh.write(Post{"me too", {}}).error().code == ErrorCode::not_permitted);
    CHECK_FALSE(three.minh.state().may_write({Time{}, Handling::clear, {}, Post{"x", {}}}).ok());
    three.share();
    CHECK(three.minh.readable() == Texts{"notice"});
    Charter charter = *three.asha.state().charter();
    charter.conveners.push_back(test_member(2));
    three.asha.perform(plan_amend(three.asha.state(), charter, three.asha.lasts()).value());
    three.share();
    CHECK(three.minh.write(Post{"me too", {}}).ok());
    three.share();
    CHECK(three.asha.readable() == Texts{"notice", "me too"});
}

TEST_CASE("a direct channel takes its two people and nobody else, and nobody removes") {
    Three three;
    Charter charter = test_charter(test_member(1), History::from_joining, ChannelKind::direct);
    charter.conveners.push_back(test_member(2));
    three.asha.found(charter);
    CHECK(plan_invite(three.asha.state(), test_member(3), {three.olena.device()}).error().code ==
          ErrorCode::not_permitted);
    three.invite(three.minh);
    CHECK(three.minh.state().members().size() == 2);
    CHECK(three.minh.state().rank_of(test_member(2)) == 1);
    CHECK(plan_remove(three.asha.state(), test_member(2), three.asha.lasts()).error().code ==
          ErrorCode::not_permitted);
    const EntryRef entry = three.asha.state().charter_entry();
    CHECK_FALSE(three.asha.write(MemberAdded{entry, test_member(3), 1, {three.olena.device()}}).ok());
    CHECK_FALSE(three.asha.write(MemberRemoved{entry, test_member(2), 1, {}}).ok());
}

TEST_CASE("the directory channel: every proven device writes objects, nobody posts, members are not listed") {
    Three three(History::from_start, ChannelKind::directory);
    CHECK(three.asha.state().phase() == ChannelState::Phase::open);
    CHECK(three.asha.write(DirectoryObject{Bytes(10, 1)}).ok());
    const Invitee invitee{test_member(2), 1, three.minh.device()};
    const Bytes parcel = seal_invitation(three.asha.state(), three.asha.keyring(), invitee, std::nullopt,
                                         three.asha.own(), three.asha.device_key(), three.random)
                             .value();
    three.minh.take_parcel(parcel).value();
    three.share();
    CHECK(three.minh.write(DirectoryObject{Bytes(10, 2)}).ok());
    CHECK(three.minh.write(Addresses{{"tcp://10.0.0.1:7000"}}).ok());
    CHECK(three.minh.write(Post{"hello", {}}).error().code == ErrorCode::not_permitted);
    // Whoever is in may let others in: the holder of a ticket meets anyone.
    const Bytes further =
        seal_invitation(three.minh.state(), three.minh.keyring(), {test_member(3), 1, three.olena.device()},
                        std::nullopt, three.minh.own(), three.minh.device_key(), three.random)
            .value();
    three.olena.take_parcel(further).value();
    three.share();
    CHECK(three.olena.state().view() == three.asha.state().view());
    CHECK(three.olena.write(Addresses{{}}).ok());
    CHECK(three.olena.keyring().current()->id == three.asha.keyring().current()->id);
    // It is no group: key packages are published there, and commits are nothing.
    CHECK(three.minh.write(KeyPackageOffer{0, false, Bytes(300, 1)}).ok());
    CHECK_FALSE(three.minh.write(KeysWanted{}).ok());
    const EntryRef charter = three.asha.state().charter_entry();
    GroupKeys group(three.asha.state().id(), three.asha.state().own().seat());
    const auto made = group.begin({charter, {}, {}}, three.asha.device_key(), three.random).value();
    CHECK(three.asha.write(made.entry).error().code == ErrorCode::not_permitted);
}

TEST_CASE("directory objects stay out of other channels, and the directory's epochs") {
    Three three;
    const EntryRef charter = three.asha.state().charter_entry();
    CHECK(three.asha.write(Epoch{charter, three.random.draw<EpochId>(), 1, {}, {}}).error().code ==
          ErrorCode::not_permitted);
    CHECK(three.asha.write(DirectoryObject{Bytes(10, 1)}).error().code == ErrorCode::not_permitted);
    CHECK(three.asha.write(Addresses{{}}).error().code == ErrorCode::not_permitted);
}

TEST_CASE("one retracts what is one's own, on any device, and nothing else") {
    Three three;
    three.invite(three.minh);
    three.minh.write(Post{"oops", {}}).value();
    three.share();
    const LogId minhs = log::log_id_of(three.asha.state().id(), three.minh.state().own().writer);
    CHECK(three.asha.write(Retract{{2, minhs}}).error().code == ErrorCode::not_permitted);
    CHECK(three.minh.write(Retract{{2, minhs}}).ok());
    CHECK(three.minh.write(Retract{{2, three.random.draw<LogId>()}}).error().code == ErrorCode::not_known);
}

TEST_CASE("one edits what is one's own, and nothing else") {
    Three three;
    three.invite(three.minh);
    three.minh.write(Post{"oops", {}, {}}).value();
    three.share();
    const LogId minhs = log::log_id_of(three.asha.state().id(), three.minh.state().own().writer);
    CHECK(three.asha.write(Edit{{2, minhs}, 1, "hello", {}}).error().code == ErrorCode::not_permitted);
    CHECK(three.minh.write(Edit{{2, minhs}, 1, "hello", {}}).ok());
    CHECK(three.asha.write(Reaction{{2, minhs}, "thanks"}).ok());
}

TEST_CASE(
    "conveners hide, and pin in libraries; whether others' pins and hidings count is asked when they are "
    "shown") {
    for (const ChannelKind kind : {ChannelKind::discussion, ChannelKind::library}) {
        Three three(History::from_start, kind);
        three.invite(three.minh);
        const LogId ashas = log::log_id_of(three.asha.state().id(), three.asha.state().own().writer);
        const LogId minhs = log::log_id_of(three.asha.state().id(), three.minh.state().own().writer);
        const auto may = [](TestDevice& who, Body body) {
            return who.state().may_write({Time{}, Handling::clear, {}, std::move(body)}).ok();
        };
        CHECK(may(three.asha, Hide{{2, ashas}, "because"}));
        CHECK_FALSE(may(three.minh, Hide{{2, ashas}, "because"}));
        CHECK(may(three.asha, Pin{{2, ashas}}));
        CHECK(may(three.minh, Pin{{2, ashas}}) == (kind == ChannelKind::discussion));
        CHECK(may(three.minh, Lift{{{2, ashas}}}) == (kind == ChannelKind::discussion));
        CHECK(three.asha.state().wrote_as_convener({9, ashas}));
        CHECK_FALSE(three.asha.state().wrote_as_convener({9, minhs}));
        CHECK_FALSE(three.asha.state().wrote_as_convener({9, three.random.draw<LogId>()}));
    }
}

TEST_CASE("what is handled more strictly than the charter allows for is not written") {
    Three three;
    Charter charter = *three.asha.state().charter();
    charter.handling_ceiling = Handling::green;
    three.asha.perform(plan_amend(three.asha.state(), charter, three.asha.lasts()).value());
    const auto post = [](Handling handling) { return Content{Time{}, handling, {}, Post{"x", {}}}; };
    CHECK(three.asha.state().may_write(post(Handling::green)).ok());
    CHECK(three.asha.state().may_write(post(Handling::amber)).error().code == ErrorCode::not_permitted);
}

TEST_CASE("a log begins with its introduction, and has only one") {
    Three three;
    const Body introduction = introduce(three.asha.state().id(), three.asha.state().own().writer, 1,
                                        three.asha.own().credential, three.asha.device_key());
    CHECK(three.asha.write(introduction).error().code == ErrorCode::malformed);
}

TEST_CASE("the same entry twice changes nothing") {
    Three three;
    three.invite(three.minh);
    const ChannelState before = three.asha.state();
    for (const auto& entry : three.minh.entries()) CHECK(three.asha.verdict(entry).value().changes.empty());
    CHECK(three.asha.state() == before);
}
