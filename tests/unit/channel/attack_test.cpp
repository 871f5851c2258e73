// Members and conveners who break the rules on purpose (reliability plan, rows 8, 11, 14, 15, 40).
#include <doctest/doctest.h>

#include "protocol/channel/sealed_key.h"
#include "tests/support/channel_people.h"

using namespace liaise;
using namespace liaise::channel;
using test::test_charter;
using test::test_member;
using test::TestDevice;

namespace {

struct Stage {
    test::SeededRandom random{3};
    test::TestDirectory directory;
    TestDevice a{test_member(1), directory, random};  // founder
    TestDevice b{test_member(2), directory, random};  // convener of rank 1
    TestDevice d{test_member(4), directory, random};  // member
    TestDevice x{test_member(5), directory, random};  // not in the channel

    Stage() {
        a.found(test_charter(a.member()));
        enter(a, b);
        enter(a, d);
        Charter charter = *a.state().charter();
        charter.conveners.push_back(b.member());
        a.perform(plan_amend(a.state(), charter, a.lasts()).value());
        share();
    }
    void enter(TestDevice& by, TestDevice& who) {
        for (const auto& mail : by.perform(plan_invite(by.state(), who.member(), {who.device()}).value()))
            who.take_parcel(mail.parcel).value();
        share();
    }
    std::vector<TestDevice*> inside() {
        std::vector<TestDevice*> all;
        for (TestDevice* device : {&a, &b, &d, &x})
            if (device->in_channel()) all.push_back(device);
        return all;
    }
    void share() {
        for (int round = 0; round < 2; ++round)
            for (TestDevice* from : inside())
                for (TestDevice* to : inside()) to->take(from->entries());
    }
    void remove(TestDevice& by, TestDevice& who) {
        by.perform(plan_remove(by.state(), who.member(), by.lasts()).value());
    }
    bool is_member(TestDevice& who) { return a.state().member(who.member()).has_value(); }
};

}  // namespace

TEST_CASE("a removal is final against what the removed convener did at the same time") {
    Stage stage;
    stage.remove(stage.a, stage.b);
    // B has not seen it, invites X and amends the charter.
    for (const auto& mail :
         stage.b.perform(plan_invite(stage.b.state(), stage.x.member(), {stage.x.device()}).value()))
        stage.x.take_parcel(mail.parcel).value();
    Charter charter = *stage.b.state().charter();
    charter.name = "B's";
    stage.b.perform(plan_amend(stage.b.state(), charter, stage.b.lasts()).value());
    stage.share();
    CHECK_FALSE(stage.is_member(stage.b));
    CHECK_FALSE(stage.is_member(stage.x));
    CHECK(stage.a.state().charter()->name == "practice");
    CHECK(stage.d.state().view() == stage.a.state().view());
    CHECK(stage.b.state().phase() == ChannelState::Phase::removed);
}

TEST_CASE("what a removed convener did before, as the remover knew it, stands") {
    Stage stage;
    stage.enter(stage.b, stage.x);
    stage.remove(stage.a, stage.b);
    stage.share();
    CHECK(stage.is_member(stage.x));
    CHECK_FALSE(stage.is_member(stage.b));
}

TEST_CASE("a removed convener who goes on under an old charter changes nothing") {
    Stage stage;
    const ChannelState old = stage.b.state();
    stage.remove(stage.a, stage.b);
    stage.share();
    // As if B had kept the old state: acts that name the charter in which B was a convener.
    const EntryRef charter = old.charter_entry();
    const std::optional<EntryRef> head = stage.a.state().head();
    const View before = stage.a.state().view();
    CHECK(stage.b.write(MemberAdded{charter, stage.x.member(), 1, {stage.x.device()}}).ok());
    CHECK(stage.b.write(MemberAdded{charter, stage.b.member(), 1, {stage.b.device()}}).ok());
    CHECK(stage.b.write(MemberRemoved{charter, stage.d.member(), 1, {}}).ok());
    const auto made =
        stage.b.group()
            .commit({charter, *old.head(), old.group().commits.at(*old.head()).to, {}, {}}, stage.random)
            .value();
    CHECK(stage.b.write(made.entry).ok());
    stage.share();
    CHECK(stage.a.state().view().members == before.members);
    CHECK(stage.a.state().head() == head);
    CHECK(stage.a.state().sealing() == head);
    CHECK(stage.d.state().view() == stage.a.state().view());
}

TEST_CASE("the higher-ranked convener wins when two remove each other's people at the same time") {
    Stage stage;
    stage.remove(stage.a, stage.b);
    stage.remove(stage.b, stage.d);
    stage.share();
    CHECK_FALSE(stage.is_member(stage.b));
    CHECK(stage.is_member(stage.d));
    CHECK(stage.d.state().phase() == ChannelState::Phase::open);
    CHECK(stage.d.state().view() == stage.a.state().view());
}

TEST_CASE("a post that the remover did not have does not count; one that was there does") {
    Stage stage;
    stage.d.write(Post{"seen", {}}).value();
    stage.share();
    stage.d.write(Post{"unseen", {}}).value();
    stage.remove(stage.a, stage.d);
    stage.share();
    CHECK(stage.a.readable() == std::set<std::string>{"seen"});
    CHECK(stage.b.readable() == std::set<std::string>{"seen"});
}

TEST_CASE("concurrent removals by two conveners: nobody seals until a key covers both") {
    Stage stage;
    stage.enter(stage.a, stage.x);
    stage.remove(stage.a, stage.d);
    stage.remove(stage.b, stage.x);
    stage.share();
    CHECK_FALSE(stage.is_member(stage.d));
    CHECK_FALSE(stage.is_member(stage.x));
    CHECK_FALSE(stage.a.keyring().current());
    // Of the two commits the one of the higher rank is the head; it still has whom the other removed.
    REQUIRE(stage.b.owes(GroupWork::Kind::commit));
    stage.b.commit();
    stage.share();
    REQUIRE(stage.b.keyring().current());
    CHECK(stage.b.keyring().current()->id == stage.a.keyring().current()->id);
    const EpochId now = stage.a.keyring().current()->id;
    CHECK(stage.d.keyring().find(now) == nullptr);
    CHECK(stage.x.keyring().find(now) == nullptr);
}

TEST_CASE("a removal and a concurrent epoch that still has the removed: sealing goes under the removal's") {
    Stage stage;
    stage.remove(stage.b, stage.d);
    for (int i = 0; i < 3; ++i) {  // deeper, higher rank, and D in all of them
        const EntryRef head = *stage.a.state().head();
        const EpochName from = stage.a.state().group().commits.at(head).to;
        const auto made = stage.a.group()
                              .commit({stage.a.state().charter_entry(), head, from, {}, {}}, stage.random)
                              .value();
        stage.a.write(made.entry).value();
    }
    stage.share();
    for (TestDevice* device : {&stage.a, &stage.b})
        if (const auto current = device->keyring().current())
            CHECK(stage.d.keyring().find(current->id) == nullptr);
    for (TestDevice* convener : {&stage.a, &stage.b}) {
        convener->commit();
        stage.share();
    }
    REQUIRE(stage.a.keyring().current());
    CHECK(stage.d.keyring().find(stage.a.keyring().current()->id) == nullptr);
}

TEST_CASE(
    "cross-channel replay: entries, introductions and sealed keys of one channel are nothing in another") {
    Stage one;
    test::SeededRandom random(99);
    TestDevice other(test_member(1), one.directory, random);
    other.found(test_charter(other.member()));
    for (const auto& entry : one.a.entries()) {
        const auto content = open(entry.payload, entry.place, one.a.keyring());
        REQUIRE(content.ok());
        test::TestEntry moved = entry;
        moved.place.channel = other.state().id();
        CHECK_FALSE(open(moved.payload, moved.place, one.a.keyring()).ok());
        // Even opened by force, and with the same writer:
        const ChannelState before = other.state();
        CHECK_FALSE(
            other.state()
                .receive(entry.place, EpochId{}, *content, one.directory, other.inbox(), other.keyring())
                .ok());
        const auto forced = other.state().receive(moved.place, EpochId{}, *content, one.directory,
                                                  other.inbox(), other.keyring());
        CHECK_FALSE(forced.ok());
        CHECK(other.state() == before);
    }
    const auto key = crypto::Key::draw(random);
    const auto channel = random.draw<ChannelId>();
    const EpochId id = epoch_id_of(channel, key);
    const SealedKey sealed = seal_key(key, channel, id, other.device(), random).value();
    CHECK(open_key(sealed, channel, id, other.device().id, other.inbox()).value() == key);
    CHECK_FALSE(open_key(sealed, other.state().id(), id, other.device().id, other.inbox()).ok());
    CHECK_FALSE(open_key(sealed, channel, random.draw<EpochId>(), other.device().id, other.inbox()).ok());
}

TEST_CASE("a key that is not the one its id names is not taken, whoever sealed it") {
    test::SeededRandom random(8);
    const auto channel = random.draw<ChannelId>();
    const crypto::DhKey inbox = crypto::DhKey::draw(random);
    const Device device{random.draw<DeviceId>(), inbox.public_key()};
    const EpochId id = epoch_id_of(channel, crypto::Key::draw(random));
    const SealedKey sealed = seal_key(crypto::Key::draw(random), channel, id, device, random).value();
    CHECK(open_key(sealed, channel, id, device.id, inbox).error().code == ErrorCode::not_authentic);
}

TEST_CASE("nobody introduces another's device, nor a log of another term") {
    Stage stage;
    const ChannelId channel = stage.a.state().id();
    const crypto::SigningKey writer = crypto::SigningKey::draw(stage.random);
    const WriterKey key = log::writer_key_of(writer);
    const auto try_with = [&](const Introduction& introduction) {
        const Content content{Time{}, Handling::clear, {}, introduction};
        return stage.a.state().receive({channel, key, 1, log::EntryKind::policy},
                                       stage.a.state().policy_epoch(), validate(content).value(),
                                       stage.directory, stage.a.inbox(), stage.a.keyring());
    };
    // D's credential, signed by B's device key.
    CHECK(try_with(introduce(channel, key, 1, stage.d.own().credential, stage.b.device_key())).error().code ==
          ErrorCode::not_authentic);
    // For another channel, another writer, another term than was signed.
    CHECK_FALSE(try_with(introduce(stage.random.draw<ChannelId>(), key, 1, stage.d.own().credential,
                                   stage.d.device_key()))
                    .ok());
    CHECK_FALSE(try_with(introduce(channel, stage.random.draw<WriterKey>(), 1, stage.d.own().credential,
                                   stage.d.device_key()))
                    .ok());
    Introduction other_term = introduce(channel, key, 1, stage.d.own().credential, stage.d.device_key());
    other_term.term = 2;
    CHECK(try_with(other_term).error().code == ErrorCode::not_authentic);
    // A stranger with the channel's key, and a member in a term to come: both wait, and hold no place.
    CHECK(try_with(introduce(channel, key, 1, stage.x.own().credential, stage.x.device_key())).error().code ==
          ErrorCode::not_known);
    CHECK(try_with(introduce(channel, key, 2, stage.d.own().credential, stage.d.device_key())).error().code ==
          ErrorCode::not_known);
    CHECK(try_with(introduce(channel, key, 1, stage.d.own().credential, stage.d.device_key())).ok());
}

TEST_CASE("a founding charter stands at its place alone") {
    Stage stage;
    Charter charter = test_charter(stage.d.member());
    CHECK(stage.d.write(charter).error().code == ErrorCode::not_permitted);
    CHECK(stage.a.write(test_charter(stage.a.member())).error().code == ErrorCode::not_permitted);
}

TEST_CASE("acts that name what is not there wait, and hold no place") {
    Stage stage;
    const EntryRef nowhere{99, stage.random.draw<LogId>()};
    const ChannelState before = stage.a.state();
    CHECK(stage.a.write(MemberRemoved{nowhere, stage.d.member(), 1, {}}).error().code ==
          ErrorCode::not_known);
    const EntryRef charter = before.charter_entry();
    const EntryRef head = *before.head();
    const EpochName from = before.group().commits.at(head).to;
    CommitEntry commit = stage.a.group().commit({charter, head, from, {}, {}}, stage.random).value().entry;
    commit.fact.parent = nowhere;
    CHECK(stage.a.write(commit).error().code == ErrorCode::not_known);
    // A commit that jumps ahead of its parent, to win for ever.
    commit.fact.parent = head;
    commit.fact.from.number = 1'000'000;
    commit.fact.to.number = 1'000'001;
    CHECK(stage.a.write(commit).error().code == ErrorCode::malformed);
    CHECK(stage.a.state() == before);
}

TEST_CASE("a removed convener's flood of acts finds an end") {
    Stage stage;
    const ChannelState old = stage.b.state();
    stage.remove(stage.a, stage.b);
    stage.share();
    const std::size_t before = stage.b.state().facts().size();
    std::size_t accepted = 0;
    while (stage.b.write(MemberRemoved{old.charter_entry(), stage.d.member(), 1, {}}).ok()) ++accepted;
    CHECK(accepted == limits::acts_beyond_cut_max);
    CHECK(stage.b.state().facts().size() == before + accepted);
}

TEST_CASE("who left does not come back by another log, and cannot leave a past that never was") {
    Stage stage;
    TestDevice second(test_member(2), stage.directory, stage.random);
    for (const auto& mail :
         stage.a.perform(plan_invite(stage.a.state(), second.member(), {second.device()}).value()))
        second.take_parcel(mail.parcel).value();
    second.take(stage.a.entries());
    Charter charter = *stage.b.state().charter();
    charter.name = "agreed";
    stage.b.perform(plan_amend(stage.b.state(), charter, stage.b.lasts()).value());
    second.take(stage.b.entries());
    // The second device says that it left, and names nothing of the first as known.
    second.write(Left{1, {}}).value();
    stage.a.take(stage.b.entries());
    stage.a.take(second.entries());
    CHECK(stage.a.state().charter()->name == "agreed");
    CHECK_FALSE(stage.is_member(stage.b));
}
