// Random membership histories, told to every node in another order: all who hold the same entries agree,
// whoever is out opens nothing that was sealed after their removal was known, and once healed every member
// reads every member.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/channel_people.h"

using namespace liaise;
using namespace liaise::channel;
using test::test_charter;
using test::test_member;
using test::TestDevice;

namespace {

class World {
  public:
    World(std::uint64_t seed, channel::History history) : random_(seed) {
        for (std::uint8_t i = 1; i <= 7; ++i)
            people_.push_back(std::make_unique<TestDevice>(test_member(i), directory_, random_));
        people_[0]->found(test_charter(test_member(1), history));
        invite(*people_[0], *people_[1]);
        invite(*people_[0], *people_[2]);
        exchange(people_);
        Charter charter = *people_[0]->state().charter();
        charter.conveners = {test_member(1), test_member(2), test_member(3)};
        people_[0]->perform(plan_amend(people_[0]->state(), charter, people_[0]->lasts()).value());
        exchange(people_);
    }

    // What was reckoned entry by entry is what follows from all entries at once.
    void check_reckoning(std::size_t person) {
        const TestDevice& who = *people_[person % people_.size()];
        if (!who.in_channel()) return;
        const ChannelState& state = who.state();
        CHECK(state.view() == resolve(state.facts(), state.founding()));
        if (!state.has_group()) return;
        const Branches anew(state.facts(), state.view(), state.group(), state.shut_out_devices());
        CHECK(*state.branches().choice() == *anew.choice());
    }

    // Stored in parts and loaded, it goes on as the same.
    void check_parts(TestDevice& device) {
        const Bytes head = device.state().encode_head();
        CHECK(ChannelState::load(head, device.state().take_unsaved()).value() == device.state());
        CHECK(device.state().take_unsaved().empty());
    }

    void step() {
        TestDevice& who = some();
        if (!who.in_channel()) return;
        switch (random_.below(10)) {
            case 0:
            case 1:
                return invite(who, some());
            case 2:
                return remove(who, some());
            case 3:
                return amend(who);
            case 4:
                if (random_.chance(20)) perform(who, plan_leave(who.state(), who.lasts()));
                return;
            case 5:
                if (random_.chance(50)) return deliver(who.commit());
                static_cast<void>(who.do_duties());
                return;
            case 6:
            case 7:
                return post(who);
            default:
                return meet(who, some());
        }
    }

    // Everyone who ever was in gets everything, in an order of their own.
    void tell_all() {
        std::vector<test::TestEntry> all;
        for (const auto& device : people_)
            if (device->in_channel()) append_new(all, device->entries());
        for (const auto& device : people_) {
            if (!device->in_channel()) continue;
            std::vector<test::TestEntry> shuffled = all;
            for (std::size_t i = shuffled.size(); i > 1; --i)
                std::swap(shuffled[i - 1], shuffled[random_.below(i)]);
            device->take(shuffled);
        }
    }

    // The first convener who may gives a new key to all, until none is due: the conveners' duty.
    bool heal() {
        for (int round = 0; round < 20; ++round) {
            tell_all();
            bool due = deliver_due();
            if (round < 12)
                for (const auto& device : people_) due = (device->in_channel() && ask(*device)) || due;
            for (const auto& device : people_) {
                if (!device->in_channel()) continue;
                due = device->do_duties() || due;
            }
            // One convener after the other: the first who can.
            for (const auto& device : people_) {
                if (!device->in_channel() || !device->owes(GroupWork::Kind::commit)) continue;
                const std::size_t before = device->entries().size();
                deliver(device->commit());
                if (device->entries().size() == before) continue;
                due = true;
                break;
            }
            if (!due) return true;
        }
        return false;
    }

    bool ask(TestDevice& device) {
        const auto phase = device.state().phase();
        return (phase == ChannelState::Phase::open || phase == ChannelState::Phase::joining) &&
               device.ask_for_keys();
    }
    // Whether there was any.
    bool deliver_due() {
        bool any = false;
        for (const auto& from : people_) {
            if (!from->in_channel()) continue;
            for (const auto& mail : from->mail_due())
                for (const auto& to : people_)
                    if (to->device().id == mail.to) to->take_parcel(mail.parcel).value(), any = true;
        }
        return any;
    }

    // The members, as those see it who know most: a convener who can open everything, if
    // there is one. Others may believe that they are in: people whom a
    // convener invited that was removed at that time. Nobody else counts them, and no key comes to them
    // that would tell.
    std::vector<TestDevice*> current() {
        TestDevice* knows = nullptr;
        const auto knowledge = [](const TestDevice& device) {
            const bool convenes = device.state().rank_of(device.member()) && !device.misses_keys();
            return std::pair(convenes, device.state().facts().size());
        };
        for (const auto& device : people_)
            if (is_open(*device) && (knows == nullptr || knowledge(*device) > knowledge(*knows)))
                knows = device.get();
        std::vector<TestDevice*> inside;
        for (const auto& device : people_)
            if (knows != nullptr && is_open(*device) && knows->state().member(device->member()))
                inside.push_back(device.get());
        return inside;
    }
    static bool is_open(const TestDevice& device) {
        return device.in_channel() && device.state().phase() == ChannelState::Phase::open;
    }
    const std::vector<std::unique_ptr<TestDevice>>& people() const { return people_; }

    // For each text the members whom its author knew to be removed.
    struct Posted {
        std::string text;
        MemberId author;
        std::set<MemberId> known_removed;
    };
    const std::vector<Posted>& posts() const { return posts_; }

  private:
    TestDevice& some() { return *people_[random_.below(people_.size())]; }

    static void append_new(std::vector<test::TestEntry>& all, const std::vector<test::TestEntry>& more) {
        for (const auto& entry : more)
            if (std::none_of(all.begin(), all.end(), [&](const auto& e) { return e.ref() == entry.ref(); }))
                all.push_back(entry);
    }
    static void exchange(std::vector<std::unique_ptr<TestDevice>>& people) {
        for (int round = 0; round < 2; ++round)
            for (const auto& from : people)
                for (const auto& to : people)
                    if (from->in_channel() && to->in_channel()) to->take(from->entries());
    }
    void meet(TestDevice& one, TestDevice& other) {
        if (!one.in_channel() || !other.in_channel()) return;
        one.take(other.entries());
        other.take(one.entries());
    }
    void deliver(const std::vector<TestDevice::Mail>& mails) {
        for (const auto& mail : mails)
            for (const auto& device : people_)
                if (device->device().id == mail.to) device->take_parcel(mail.parcel).value();
    }
    void perform(TestDevice& who, const Result<Plan>& plan) {
        if (!plan) return;
        if (!who.keyring().find(who.state().policy_epoch())) return;
        who.write_all(plan->bodies).value();
        if (random_.chance(80)) deliver(who.commit());
    }
    void invite(TestDevice& who, TestDevice& whom) {
        if (&who == &whom) return;
        perform(who, plan_invite(who.state(), whom.member(), {whom.device()}));
    }
    void remove(TestDevice& who, TestDevice& whom) {
        perform(who, plan_remove(who.state(), whom.member(), who.lasts()));
    }
    void amend(TestDevice& who) {
        if (who.state().charter() == nullptr) return;
        Charter charter = *who.state().charter();
        charter.name = "practice " + std::to_string(random_.below(1000));
        const MemberId other = some().member();
        const auto found = std::find(charter.conveners.begin(), charter.conveners.end(), other);
        if (found != charter.conveners.end()) {
            charter.conveners.erase(found);
        } else {
            charter.conveners.push_back(other);
        }
        if (charter.conveners.empty()) return;
        perform(who, plan_amend(who.state(), charter, who.lasts()));
    }
    void post(TestDevice& who) {
        if (who.state().phase() != ChannelState::Phase::open || !who.keyring().current()) return;
        Posted posted{"post " + std::to_string(posts_.size()), who.member(), {}};
        for (const auto& [id, member] : who.state().view().members)
            if (!member.is_member() && !left(who, id)) posted.known_removed.insert(id);
        if (who.write(Post{posted.text, {}})) posts_.push_back(posted);
    }
    // Leaving makes a new key due, and no post waits for it.
    static bool left(const TestDevice& who, const MemberId& id) {
        for (const EntryRef& at : who.state().view().counting)
            if (std::holds_alternative<Left>(who.state().facts().at(at).what) &&
                who.state().writer(at.log)->member == id)
                return true;
        return false;
    }

    test::SeededRandom random_;
    test::TestDirectory directory_;
    std::vector<std::unique_ptr<TestDevice>> people_;
    std::vector<Posted> posts_;
};

// Whether conveners were left at the end, who could heal what was broken.
bool check_one(std::uint64_t seed, channel::History history) {
    CAPTURE(seed);
    World world(seed, history);
    for (std::size_t i = 0; i < 120; ++i) {
        world.step();
        world.check_reckoning(i);
    }
    const bool healed = world.heal();
    CHECK(healed);
    const std::vector<TestDevice*> inside = world.current();
    const bool convened = std::any_of(inside.begin(), inside.end(), [](TestDevice* device) {
        return device->state().rank_of(device->member()) && !device->misses_keys();
    });

    // Nodes that hold the same entries and can open them agree.
    for (TestDevice* one : inside) {
        if (!convened) break;
        const View& view = one->state().view();
        CHECK(view == inside.front()->state().view());
        CHECK(one->state().members() == inside.front()->state().members());
        CHECK(one->state().sealing_epoch() == inside.front()->state().sealing_epoch());
        const auto member = one->state().member(one->member());
        CHECK(member);
        const ChannelState again = ChannelState::load(one->state().encode()).value();
        CHECK(again == one->state());
        world.check_parts(*one);
    }
    // Whoever was known to be removed when it was written opens none of it, unless they were invited again
    // into a channel that shows its history.
    for (const auto& device : world.people()) {
        if (!device->in_channel()) continue;
        const std::set<std::string> texts = device->readable();
        for (const auto& post : world.posts())
            if (history == channel::History::from_joining && post.known_removed.contains(device->member()))
                CHECK_MESSAGE(!texts.contains(post.text), post.text);
    }
    // After healing, members read each other.
    if (!convened) return false;
    for (TestDevice* one : inside) {
        REQUIRE(one->keyring().current());
        one->write(Post{"healed " + one->member().text(), {}}).value();
    }
    world.tell_all();
    for (TestDevice* one : inside)
        for (TestDevice* other : inside) CHECK(one->readable().contains("healed " + other->member().text()));
    for (const auto& device : world.people()) {
        if (std::find(inside.begin(), inside.end(), device.get()) != inside.end()) continue;
        for (const std::string& text : device->readable()) CHECK(text.rfind("healed", 0) != 0);
    }
    return true;
}

}  // namespace

TEST_CASE("random histories in random orders: agreement, confidentiality after removal, healing") {
    int convened = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed)
        if (check_one(seed, seed % 2 == 0 ? channel::History::from_joining : channel::History::from_start))
            ++convened;
    CHECK(convened >= 45);  // else it proves little
}
