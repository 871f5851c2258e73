// One device's side: following, refusing, keeping, storing.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/group_people.h"

using namespace liaise;
using namespace liaise::channel;
using test::GroupDevice;
using test::GroupMail;

namespace {

MemberId person(std::uint8_t number) {
    MemberId id;
    id.bytes[0] = number;
    return id;
}

// Ada founds and convenes, Ben convenes too, Cyn and Dan are members.
struct Four {
    explicit Four(std::uint64_t seed = 1) : random(seed) {
        ada.found({person(1), person(2)});
        for (GroupDevice* other : {&ben, &cyn, &dan}) ada.add(*other);
        settle();
    }
    std::vector<GroupDevice*> all() { return {&ada, &ben, &cyn, &dan}; }
    void exchange() {
        for (GroupDevice* from : all())
            for (GroupDevice* to : all()) {
                if (!from->is_told() || !to->is_told()) continue;
                for (const auto& [ref, entry] : from->held()) to->take(entry);
                to->settle();
            }
    }
    void settle() {
        for (bool busy = true; busy;) {
            exchange();
            for (const GroupMail& one : mail)
                for (GroupDevice* to : all()) to->take_mail(one);
            busy = false;
            for (GroupDevice* one : all()) busy = one->do_duties(true, mail) || busy;
        }
    }
    EpochName head() { return ada.branches().commit(*ada.branches().head()).to; }
    EntryRef head_entry() { return *ada.branches().head(); }

    test::SeededRandom random;
    ChannelId channel = random.draw<ChannelId>();
    GroupDevice ada{channel, person(1), random}, ben{channel, person(2), random},
        cyn{channel, person(3), random}, dan{channel, person(4), random};
    std::vector<GroupMail> mail;
};

GroupKeys reloaded(const GroupKeys& keys) {
    return GroupKeys::load(keys.encode(), keys.secrets(), {}).value();
}

}  // namespace

TEST_CASE("members hold one epoch with one key, whose id the commit names") {
    Four four;
    const CommitFact fact = four.ada.branches().commit(four.head_entry());
    for (GroupDevice* one : four.all()) {
        REQUIRE(one->sealing());
        CHECK(*one->sealing() == four.head_entry());
        CHECK(epoch_id_of(four.channel, *one->keys().key(four.head())) == fact.key);
        CHECK(one->keys().occupants(four.head())->size() == 4);
    }
}

TEST_CASE("who was removed learns of it and has no key of what follows") {
    Four four;
    four.ada.remove(four.dan.member());
    CHECK(!four.ada.sealing());  // nobody posts until a commit covers it
    four.settle();
    CHECK(four.ada.sealing());
    CHECK(four.cyn.keys().holds(four.head()));
    CHECK(!four.dan.keys().holds(four.head()));
    CHECK(!four.dan.is_in());
    CHECK(four.dan.branches().head() == four.ada.branches().head());
    const auto path = four.ada.branches().path_to(four.head_entry());
    const auto removal = std::find_if(path.begin(), path.end(), [&four](const EntryRef& at) {
        return four.ada.branches().commit(at).commit_class() == CommitClass::remove;
    });
    REQUIRE(removal != path.end());
    CHECK(four.dan.keys()
              .follow(four.ada.commit_at(*removal), four.ada.seat_of(*removal),
                      four.ada.branches().roster(*removal), {})
              .value() == GroupKeys::Followed::left_us);
}

TEST_CASE("a commit that does something else than its entry says is refused for good, and nothing is kept") {
    Four four;
    const auto made = four.ada.make_commit({four.head_entry(), {four.dan.seat()}, {}, false, false});
    REQUIRE(made);
    Seats roster = four.ada.branches().roster(four.head_entry());
    roster.erase(four.dan.seat());
    const auto refused = [&](CommitEntry commit, const Seat& author, const Seats& seats) {
        const std::size_t before = four.cyn.keys().size();
        const auto first = four.cyn.keys().follow(commit, author, seats, {});
        const bool remembered = four.cyn.keys().is_refused(commit);
        return !first.ok() && remembered && four.cyn.keys().size() == before;
    };
    Seats with_dan = roster;
    with_dan.insert(four.dan.seat());
    CommitEntry commit = made->entry;
    commit.fact.to.authenticator.bytes[0] ^= 1;
    CHECK(refused(commit, four.ada.seat(), roster));
    commit = made->entry;
    commit.fact.key.bytes[0] ^= 1;
    CHECK(refused(commit, four.ada.seat(), roster));
    commit = made->entry;
    commit.fact.leaf += 1;
    CHECK(refused(commit, four.ada.seat(), roster));
    commit = made->entry;
    commit.message[commit.message.size() / 2] ^= 1;
    CHECK(refused(commit, four.ada.seat(), roster));
    commit = made->entry;
    commit.fact.charter.sequence += 1;  // so that it is another entry
    CHECK(refused(commit, four.ben.seat(), roster));
    commit.fact.charter.sequence += 1;
    CHECK(refused(commit, four.ada.seat(), with_dan));
    CHECK(four.cyn.keys().follow(made->entry, four.ada.seat(), roster, {}).value() ==
          GroupKeys::Followed::entered);
    // Also where the epoch is known already: a copy under another name or with another roster.
    commit.fact.charter.sequence += 1;
    CHECK(refused(commit, four.ben.seat(), roster));
    commit.fact.charter.sequence += 1;
    CHECK(refused(commit, four.ada.seat(), with_dan));
}

TEST_CASE(
    "an own commit is found again after a crash between storing and following, and not after one before") {
    Four four;
    const auto made = four.ada.make_commit({four.head_entry(), {}, {}, false, false});
    REQUIRE(made);
    GroupKeys stored = reloaded(four.ada.keys());
    const Seats roster = four.ada.branches().roster(four.head_entry());
    CHECK(stored.follow(made->entry, four.ada.seat(), roster, {}).value() == GroupKeys::Followed::entered);
    CHECK(stored.fits({1, {}}, made->entry.fact, [&] { return roster; }));
    CHECK(stored.follow(made->entry, four.ada.seat(), roster, {}).value() == GroupKeys::Followed::kept);

    four.ada.crash();  // it was never stored
    CHECK(!four.ada.keys().follow(made->entry, four.ada.seat(), roster, {}).ok());
}

TEST_CASE("a forgotten commit leaves nothing, and few are remembered at once") {
    Four four;
    std::vector<GroupKeys::Made> made;
    for (std::size_t i = 0; i <= limits::pending_commits_max; ++i)
        made.push_back(*four.ada.make_commit({four.head_entry(), {}, {}, false, false}));
    const Seats roster = four.ada.branches().roster(four.head_entry());
    int kept = 0;
    for (const auto& one : made)
        kept += four.ada.keys().follow(one.entry, four.ada.seat(), roster, {}).ok() ? 1 : 0;
    CHECK(kept == limits::pending_commits_max);
    const auto another = four.ada.make_commit({four.head_entry(), {}, {}, false, false});
    four.ada.keys().forget(another->entry);
    CHECK(!four.ada.keys().follow(another->entry, four.ada.seat(), roster, {}).ok());
}

TEST_CASE("two commits race: both branches are kept, and who stood on the losing one turns over") {
    Four four;
    const EntryRef parent = four.head_entry();
    const auto hers = four.ada.make_commit({parent, {}, {}, false, false});
    const auto his = four.ben.make_commit({parent, {four.dan.seat()}, {}, false, false});
    four.ada.publish(hers->entry);
    four.ben.publish(his->entry);
    CHECK(four.ada.keys().holds(hers->entry.fact.to));
    four.exchange();
    // Ben's is of the better class, though Ada's rank is higher.
    for (GroupDevice* one : {&four.ada, &four.ben, &four.cyn})
        CHECK(one->branches().commit(*one->branches().head()).to == his->entry.fact.to);
    CHECK(four.ada.can_use(*four.ada.branches().head()));
    CHECK(four.ada.keys().holds(hers->entry.fact.to));
}

TEST_CASE("a device that lost its keys is seated again, and others do not notice") {
    Four four;
    const std::size_t before = four.ada.branches().roster(four.head_entry()).size();
    four.cyn.keys() = GroupKeys(four.channel, four.cyn.seat());
    CHECK(!four.cyn.sealing());
    four.settle();
    CHECK(four.cyn.sealing());
    CHECK(four.ada.branches().roster(four.head_entry()).size() == before);
    CHECK(*four.cyn.keys().key(four.head()) == *four.dan.keys().key(four.head()));
}

TEST_CASE("a convener's device that lost its keys enters by itself from another's group info") {
    Four four;
    four.ada.keys() = GroupKeys(four.channel, four.ada.seat());
    four.ada.settle();
    CHECK(!four.ada.sealing());
    const Bytes info = four.dan.keys().group_info(four.head()).value();
    const EntryRef charter = four.ada.view().charters.back();
    const auto made = four.ada.keys().enter(info, {charter, four.head_entry(), four.head()},
                                            four.ada.device_key(), four.random);
    REQUIRE(made);
    CHECK(made->entry.fact.commit_class() == CommitClass::update);
    four.ada.publish(made->entry);
    four.exchange();
    for (GroupDevice* one : four.all()) CHECK(one->sealing() == four.ada.branches().head());
    CHECK(four.head() == made->entry.fact.to);
}

TEST_CASE("when nobody has any state a convener begins anew, and all are seated again") {
    Four four;
    for (GroupDevice* one : four.all()) one->keys() = GroupKeys(four.channel, one->seat());
    const auto made = four.ada.keys().begin({four.ada.view().charters.back(), four.head_entry(), four.head()},
                                            four.ada.device_key(), four.random);
    four.ada.publish(made->entry);
    CHECK(four.head() == made->entry.fact.to);
    four.settle();
    for (GroupDevice* one : four.all()) CHECK(one->sealing() == four.ada.branches().head());
    CHECK(four.ada.branches().roster(four.head_entry()).size() == 4);
}

TEST_CASE("key packages: another's seat is refused; a Welcome serves once") {
    Four four;
    const Bytes package = four.cyn.keys().offer(four.cyn.device_key(), {}, four.random);
    CHECK(read_package(package).value() == occupant_of(four.cyn.seat()));
    Bytes damaged = package;
    damaged[package.size() / 2] ^= 1;
    CHECK(!read_package(damaged).ok());

    GroupKeys::Wanted wanted{four.ada.view().charters.back(), four.head_entry(), four.head(), {}, {}};
    wanted.removed = {four.cyn.seat()};
    wanted.added = {{Seating{four.dan.seat(), {}}, package}};
    CHECK(four.ada.keys().commit(wanted, four.random).error().code == ErrorCode::not_permitted);
    wanted.added = {{Seating{four.cyn.seat(), {}}, package}};
    const auto made = four.ada.keys().commit(wanted, four.random).value();
    CHECK(four.cyn.keys().join(*made.seated, made.entry.fact.to.number, {}, {}).value() ==
          made.entry.fact.to);
    CHECK(!four.cyn.keys().join(*made.seated, made.entry.fact.to.number, {}, {}).ok());
    wanted.removed = {four.ada.seat()};
    wanted.added.clear();
    CHECK(four.ada.keys().commit(wanted, four.random).error().code == ErrorCode::not_permitted);
}

TEST_CASE(
    "a package that was published for all channels seats its device in each, and is known as borrowed") {
    Four four;
    OwnPackages published;
    const Bytes package = published.make(four.cyn.member(), four.cyn.device_key(), {}, four.random);
    CHECK(read_package(package).value() == occupant_of(four.cyn.seat()));
    GroupKeys::Wanted wanted{four.ada.view().charters.back(), four.head_entry(), four.head(), {}, {}};
    wanted.removed = {four.cyn.seat()};
    wanted.added = {{Seating{four.cyn.seat(), {}}, package}};
    const auto made = four.ada.keys().commit(wanted, four.random).value();
    GroupKeys keys(four.channel, four.cyn.seat());
    const std::uint64_t number = made.entry.fact.to.number;
    CHECK(keys.join(*made.seated, number, {}, {}).error().code == ErrorCode::not_known);
    CHECK(keys.join(*made.seated, number, published, {}).value() == made.entry.fact.to);
    CHECK(keys.own_leaf()->borrowed);
    CHECK(reloaded(keys).own_leaf() == keys.own_leaf());

    Writer writer;
    published.encode(writer);
    std::vector<NamedSecret> secrets;
    published.add_secrets(secrets);
    Reader reader(writer.view());
    const OwnPackages again = OwnPackages::load(reader, secrets).value();
    GroupKeys other(four.channel, four.cyn.seat());
    CHECK(other.join(*made.seated, number, again, {}).ok());
}

TEST_CASE("who renews the keys of a leaf follows the commit that does it, and needs nothing beside the log") {
    Four four;
    const Bytes package = four.cyn.keys().offer(four.cyn.device_key(), {}, four.random);
    GroupKeys::Wanted wanted{four.ada.view().charters.back(), four.head_entry(), four.head(), {}, {}};
    wanted.removed = {four.cyn.seat()};
    wanted.added = {{Seating{four.cyn.seat(), {}}, package}};
    const auto made = four.ada.keys().commit(wanted, four.random).value();
    const Seats roster = four.ada.branches().roster(four.head_entry());
    const auto follow = [&](GroupDevice& who) {
        return who.keys().follow(made.entry, four.ada.seat(), roster, {}).value();
    };
    CHECK(follow(four.cyn) == GroupKeys::Followed::entered);
    CHECK(follow(four.dan) == GroupKeys::Followed::entered);
    CHECK(*four.cyn.keys().key(made.entry.fact.to) == *four.dan.keys().key(made.entry.fact.to));
    CHECK_FALSE(four.cyn.keys().own_leaf()->borrowed);
    // Whoever does not have the offered keys any more is out until somebody sends the tree.
    GroupKeys without = GroupKeys(four.channel, four.cyn.seat());
    CHECK(without.follow(made.entry, four.ada.seat(), roster, {}).error().code == ErrorCode::not_known);
}

TEST_CASE("two commits that race for one key package both bring its owner in") {
    Four four;
    const Bytes package = four.cyn.keys().offer(four.cyn.device_key(), {}, four.random);
    GroupKeys::Wanted wanted{four.ada.view().charters.back(), four.head_entry(), four.head(), {}, {}};
    wanted.removed = {four.cyn.seat()};
    wanted.added = {{Seating{four.cyn.seat(), {}}, package}};
    const auto one = four.ada.keys().commit(wanted, four.random).value();
    const auto other = four.ben.keys().commit(wanted, four.random).value();
    CHECK(four.cyn.keys().join(*one.seated, one.entry.fact.to.number, {}, {}).ok());
    CHECK(four.cyn.keys().join(*other.seated, other.entry.fact.to.number, {}, {}).ok());
    CHECK(four.cyn.keys().holds(one.entry.fact.to));
    CHECK(four.cyn.keys().holds(other.entry.fact.to));
    four.cyn.keys().prune({}, Time{} + std::chrono::days(limits::kept_epoch_days + 1));
    CHECK(!four.cyn.keys().join(*one.seated, one.entry.fact.to.number, {}, {}).ok());
}

TEST_CASE("only the newest offers stay usable") {
    Four four;
    std::vector<Bytes> packages;
    for (std::size_t i = 0; i <= limits::own_offers_max; ++i)
        packages.push_back(four.cyn.keys().offer(four.cyn.device_key(), {}, four.random));
    for (std::size_t i = 0; i < 2; ++i) {
        GroupKeys::Wanted wanted{four.ada.view().charters.back(), four.head_entry(), four.head(), {}, {}};
        wanted.removed = {four.cyn.seat()};
        wanted.added = {{Seating{four.cyn.seat(), {}}, packages[i]}};
        const auto made = four.ada.keys().commit(wanted, four.random).value();
        CHECK(four.cyn.keys().join(*made.seated, 9, {}, {}).ok() == (i == 1));
    }
}

TEST_CASE("epochs are kept by count and by time, and those in use stay") {
    Four four;
    const EpochName first = four.head();
    for (std::size_t i = 0; i < limits::kept_epochs_max + 4; ++i) {
        four.ada.set_time(Time{} + std::chrono::hours(i));
        four.ada.publish(four.ada.make_commit({four.head_entry(), {}, {}, false, false})->entry);
    }
    CHECK(four.ada.keys().size() == limits::kept_epochs_max);
    CHECK(!four.ada.keys().holds(first));
    GroupKeys keys = four.ada.keys();
    keys.prune({four.head()}, Time{} + std::chrono::days(limits::kept_epoch_days + 2));
    CHECK(keys.size() == 1);
    CHECK(keys.holds(four.head()));
    GroupKeys younger = four.ada.keys();
    younger.prune({}, Time{} + std::chrono::days(limits::kept_epoch_days));
    CHECK(younger.size() == limits::kept_epochs_max);
}

TEST_CASE("an epoch that was the head for very long is kept for as long as any other once it is not") {
    Four four;
    const EpochName head = four.head();
    const Time late = Time{} + std::chrono::days(3 * limits::kept_epoch_days);
    GroupKeys keys = four.ada.keys();
    keys.prune({head}, Time{});
    keys.prune({}, late);
    CHECK(keys.holds(head));
    keys.prune({}, late + std::chrono::days(limits::kept_epoch_days));
    CHECK(keys.holds(head));
    keys.prune({}, late + std::chrono::days(limits::kept_epoch_days) + std::chrono::milliseconds(1));
    CHECK(!keys.holds(head));
}

TEST_CASE("what is stored loads equal and goes on the same; secrets are apart") {
    Four four;
    static_cast<void>(four.ada.keys().offer(four.ada.device_key(), {}, four.random));
    const auto made = four.ada.make_commit({four.head_entry(), {four.dan.seat()}, {}, false, false});
    GroupKeys again = reloaded(four.ada.keys());
    CHECK(again.encode() == four.ada.keys().encode());
    CHECK(again.secrets().size() == four.ada.keys().secrets().size());
    CHECK(again.key(four.head()).value() == *four.ada.keys().key(four.head()));
    CHECK(again.own() == four.ada.seat());

    const Bytes open = four.ada.keys().encode();
    for (const NamedSecret& secret : four.ada.keys().secrets()) {
        const BytesView end = secret.value.view().last(32);
        CHECK(std::search(open.begin(), open.end(), end.begin(), end.end()) == open.end());
    }
    auto secrets = four.ada.keys().secrets();
    secrets.pop_back();
    CHECK(GroupKeys::load(open, secrets, {}).error().code == ErrorCode::malformed);
    for (std::size_t size = 0; size < open.size(); size += 7)
        CHECK(!GroupKeys::load(BytesView(open).first(size), four.ada.keys().secrets(), {}).ok());
}

TEST_CASE("a stored time that no calendar has is refused: it would be stored as another") {
    Four four;
    const Bytes stored = GroupKeys(ChannelId{}, four.ada.seat()).encode();
    const auto with_leaf_since = [&stored](std::int64_t milliseconds) {
        const BytesView before_leaf = BytesView(stored).first(stored.size() - 3);
        const Bytes all = to_bytes(
            Writer().raw(before_leaf).u8(1).u64(static_cast<std::uint64_t>(milliseconds)).u16(0).view());
        return GroupKeys::load(all, {}, {});
    };
    constexpr std::int64_t last_of_9999 = 253402214400000;
    CHECK(with_leaf_since(last_of_9999).ok());
    CHECK(with_leaf_since(last_of_9999 + 1).error().code == ErrorCode::malformed);
    CHECK(with_leaf_since(INT64_MAX).error().code == ErrorCode::malformed);
}

TEST_CASE("turns: each convener has a place of its own, and it changes with the epoch") {
    Four four;
    std::set<std::vector<std::size_t>> orders;
    for (int i = 0; i < 12; ++i) {
        const std::set<MemberId> conveners{person(1), person(2)};
        const std::size_t hers = four.ada.keys().place(four.head(), conveners);
        const std::size_t his = four.ben.keys().place(four.head(), conveners);
        CHECK(hers + his == 1);
        orders.insert({hers, his});
        four.ada.publish(four.ada.make_commit({four.head_entry(), {}, {}, false, false})->entry);
        four.exchange();
    }
    CHECK(orders.size() == 2);
}
