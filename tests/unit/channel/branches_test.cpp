// Each step of the choice and each attack on it, on entries made by hand: no MLS here, since the choice must
// not ask it.
#include <doctest/doctest.h>

#include <algorithm>

#include "protocol/channel/group_duty.h"
#include "protocol/log/entry.h"
#include "tests/support/seeded_random.h"

using namespace liaise;
using namespace liaise::channel;

namespace {

MemberId person(std::uint8_t number) {
    MemberId id;
    id.bytes[0] = number;
    return id;
}
DeviceId device(std::uint8_t number) {
    DeviceId id;
    id.bytes[0] = number;
    return id;
}
LogId log_of(std::uint8_t number) {
    LogId id;
    id.bytes[0] = number;
    return id;
}
Seat seat(std::uint8_t number, std::uint32_t term = 1) {
    return {person(number), device(number), term};
}

// Persons 1 to 9, each with one device and one log of the same number. The first few convene.
class Table {
  public:
    explicit Table(std::uint8_t conveners, std::uint8_t members = 5) {
        Charter charter;
        for (std::uint8_t i = 1; i <= conveners; ++i) charter.conveners.push_back(person(i));
        for (std::uint8_t i = 1; i <= 9; ++i) introduce(i, 1);
        founding_ = put(1, charter);
        for (std::uint8_t i = 1; i <= members; ++i) add(1, i);
        begin_ = commit(1, {}, {}, {seat(1)});
        std::vector<Seat> others;
        for (std::uint8_t i = 2; i <= members; ++i) others.push_back(seat(i));
        base_ = commit(1, begin_, {}, others);
    }

    EntryRef next(std::uint8_t author) { return {++last_[author], log_of(author)}; }
    EntryRef put(std::uint8_t author, decltype(Fact::what) what) {
        const EntryRef at = next(author);
        facts_[at] = {{}, std::move(what)};
        return at;
    }
    void introduce(std::uint8_t number, std::uint32_t term) {
        put(number, WriterFact{{}, person(number), device(number), term});
    }
    EntryRef add(std::uint8_t author, std::uint8_t whom, std::uint32_t term = 1) {
        return put(author, MemberAdded{founding_, person(whom), term, {{device(whom), {}}}});
    }
    // Cut where the logs are now.
    EntryRef remove(std::uint8_t author, std::uint8_t whom) {
        MemberRemoved removed{founding_, person(whom), 1, {}};
        for (const auto& [log, last] : last_) removed.lasts.push_back({last, log_of(log)});
        return put(author, removed);
    }
    EntryRef commit(std::uint8_t author, const EntryRef& parent, std::vector<Seat> removed = {},
                    std::vector<Seat> added = {}, std::uint32_t leaf = UINT32_MAX) {
        const EntryRef at = next(author);
        CommitFact fact;
        fact.fresh = is_none(parent);
        fact.charter = founding_;
        fact.parent = parent;
        if (!fact.fresh) {
            fact.from = group_.commits.at(parent).to;
            fact.to.number = fact.from.number + 1;
        }
        fact.to.authenticator.bytes[0] = static_cast<std::uint8_t>(at.sequence);
        fact.to.authenticator.bytes[1] = author;
        fact.leaf = leaf == UINT32_MAX ? author - 1U : leaf;
        fact.removed = std::move(removed);
        for (const Seat& one : added) fact.added.push_back({one, {}});
        group_.commits[at] = fact;
        facts_[at] = {{}, fact};
        return at;
    }
    EntryRef acknowledge(std::uint8_t author, const EntryRef& epoch) {
        const EntryRef at = next(author);
        group_.acknowledgements[at] = epoch;
        return at;
    }
    EntryRef offer(std::uint8_t author, const Seat& whom) {
        const EntryRef at = next(author);
        group_.offers[at] = {whom, false, {}};
        return at;
    }

    Branches branches() {
        view_ = resolve(facts_, founding_);
        return {facts_, view_, group_, shut_out_};
    }
    EntryRef head() { return *branches().head(); }
    const EntryRef& base() const { return base_; }
    const EntryRef& founding() const { return founding_; }
    GroupFacts& group() { return group_; }
    Facts& facts() { return facts_; }
    std::set<DeviceId>& shut_out() { return shut_out_; }

  private:
    std::map<std::uint8_t, std::uint64_t> last_;
    Facts facts_;
    GroupFacts group_;
    View view_;
    std::set<DeviceId> shut_out_;
    EntryRef founding_, begin_, base_;
};

const auto all_usable = [](const EntryRef&) { return true; };

}  // namespace

TEST_CASE("of commits that race, one that removes wins over one that adds, and that over an update") {
    Table table(4);
    const EntryRef update = table.commit(1, table.base());
    CHECK(table.head() == update);
    table.add(2, 6);
    const EntryRef add = table.commit(2, table.base(), {}, {seat(6)});
    CHECK(table.head() == add);
    table.remove(3, 5);
    const EntryRef remove = table.commit(3, table.base(), {seat(5)}, {});
    CHECK(table.head() == remove);
}

TEST_CASE("among equals the higher rank wins, and among one person's devices the lower leaf") {
    Table table(4);
    const EntryRef lower = table.commit(3, table.base(), {}, {}, 0);
    CHECK(table.head() == lower);
    const EntryRef higher = table.commit(2, table.base(), {}, {}, 3);
    CHECK(table.head() == higher);
    const EntryRef again = table.commit(2, table.base(), {}, {}, 2);
    CHECK(table.head() == again);
}

TEST_CASE("depth goes before class, and what most conveners stand behind before depth") {
    Table table(3);
    const EntryRef update = table.commit(3, table.base());
    const EntryRef deeper = table.commit(3, update);
    const EntryRef adding = table.commit(2, table.base(), {}, {seat(6)});
    CHECK(table.head() == deeper);
    CHECK(*table.branches().held_epoch() == table.base());
    table.acknowledge(1, adding);
    CHECK(*table.branches().held_epoch() == adding);
    CHECK(table.head() == adding);
    // However deep the other becomes.
    EntryRef tip = deeper;
    for (int i = 0; i < 50; ++i) tip = table.commit(3, tip);
    CHECK(table.head() == adding);
    // Nobody but a convener has a say.
    table.acknowledge(4, tip);
    table.acknowledge(5, tip);
    CHECK(table.head() == adding);
}

TEST_CASE("a say is the last one, and acknowledges everything that its epoch came from") {
    Table table(3);
    const EntryRef left = table.commit(3, table.base());
    const EntryRef right = table.commit(2, table.base());
    const EntryRef deep = table.commit(2, table.commit(2, right));
    table.acknowledge(1, deep);
    CHECK(*table.branches().held_epoch() == deep);
    table.acknowledge(1, left);
    table.acknowledge(2, left);
    CHECK(*table.branches().held_epoch() == left);
}

TEST_CASE("an own commit is a say: a convener alone decides alone") {
    Table table(1);
    const EntryRef one = table.commit(1, table.base());
    CHECK(*table.branches().held_epoch() == one);
}

TEST_CASE("of several children that one member makes of an epoch only one counts, the same everywhere") {
    Table table(3);
    const EntryRef first = table.commit(1, table.base());
    const EntryRef second = table.commit(1, table.base(), {seat(5)}, {});
    const auto branches = table.branches();
    CHECK(branches.head() == first);
    const auto& candidates = branches.candidates();
    CHECK(std::find(candidates.begin(), candidates.end(), second) == candidates.end());
    CHECK(branches.has_child_by(table.base(), person(1)));
    CHECK(!branches.has_child_by(table.base(), person(2)));
}

TEST_CASE("members who are no conveners make no epochs") {
    Table table(2);
    table.commit(4, table.base());
    CHECK(table.head() == table.base());
}

TEST_CASE("a removed convener who commits at any epoch beyond the cut is not heard") {
    Table table(3);
    const EntryRef before = table.commit(3, table.base());
    table.remove(1, 3);
    EntryRef tip = table.commit(3, table.base(), {seat(1), seat(2)}, {});
    for (int i = 0; i < 10; ++i) tip = table.commit(3, tip);
    table.acknowledge(3, tip);
    CHECK(table.head() == before);  // made before the cut; but they are in it
    CHECK(!table.branches().sealing());
    const EntryRef after = table.commit(1, before, {seat(3)}, {});
    CHECK(table.head() == after);
    CHECK(*table.branches().sealing() == after);
}

TEST_CASE("what a convener builds on a commit that does not count may count, with the whole path's seats") {
    Table table(3);
    const EntryRef removal = table.remove(1, 3);
    const EntryRef voided = table.commit(3, table.base(), {}, {seat(7)});
    const EntryRef on_it = table.commit(2, voided);
    CHECK(table.head() == on_it);
    CHECK(table.branches().roster(on_it).contains(seat(7)));
    CHECK(!table.branches().may_seal(on_it));  // 3 and a stranger are in it
    CHECK(!table.branches().sealing());
    const auto duty = commit_due(table.branches(), seat(1), all_usable);
    REQUIRE(duty);
    CHECK(duty->base == on_it);
    CHECK(duty->removed == Seats{seat(3), seat(7)});
    CHECK(duty->posts_wait);
    static_cast<void>(removal);
}

TEST_CASE("an epoch that most conveners stand behind can be built on, though its author was cut off since") {
    Table table(3);
    table.remove(1, 3);
    const EntryRef voided = table.commit(3, table.base());
    table.acknowledge(1, voided);
    table.acknowledge(2, voided);
    CHECK(table.head() == voided);
    CHECK(!table.branches().sealing());
    const auto duty = commit_due(table.branches(), seat(1), all_usable);
    REQUIRE(duty);
    CHECK(duty->base == voided);
    CHECK(duty->removed == Seats{seat(3)});
    const EntryRef next = table.commit(1, voided, {seat(3)}, {});
    CHECK(*table.branches().sealing() == next);
}

TEST_CASE(
    "nobody posts under an epoch with somebody in it who was removed or shut out, but who left may be") {
    Table table(2);
    const EntryRef deep = table.commit(2, table.commit(2, table.base()));
    CHECK(*table.branches().sealing() == deep);
    table.put(5, Left{1, {}});
    CHECK(*table.branches().sealing() == deep);
    CHECK(commit_due(table.branches(), seat(1), all_usable)->removed == Seats{seat(5)});
    table.remove(1, 4);
    CHECK(!table.branches().sealing());
    const EntryRef shallow = table.commit(1, table.base(), {seat(4)}, {});
    CHECK(table.head() == deep);
    CHECK(*table.branches().sealing() == shallow);
    table.shut_out().insert(device(3));
    CHECK(!table.branches().sealing());
    CHECK(!table.branches().entitled().contains(seat(3)));
}

TEST_CASE("no post goes under an epoch from before somebody came in who is put out: they may have its key") {
    Table table(3);
    table.add(2, 6);
    const EntryRef with = table.commit(2, table.base(), {}, {seat(6)});
    CHECK(*table.branches().sealing() == with);
    table.remove(1, 6);
    CHECK(!table.branches().sealing());  // not under the base either
    CHECK(commit_due(table.branches(), seat(1), all_usable)->removed == Seats{seat(6)});
    // Where the branch on which they came in lost, a commit without a removal will do.
    const EntryRef other = table.commit(1, table.base());
    table.acknowledge(3, other);
    CHECK(table.head() == other);
    CHECK(*table.branches().sealing() == other);
}

TEST_CASE("a leaf from before a removal is not the leaf of who was added again") {
    Table table(2);
    table.remove(1, 5);
    table.introduce(5, 2);
    table.add(1, 5, 2);
    CHECK(!table.branches().sealing());
    const auto offer = table.offer(1, seat(5, 2));
    const auto duty = commit_due(table.branches(), seat(1), all_usable);
    REQUIRE(duty);
    CHECK(duty->removed == Seats{seat(5, 1)});
    CHECK(duty->added == std::vector<Seating>{{seat(5, 2), offer}});
}

TEST_CASE("a say of a convener who was removed, demoted or added again is void") {
    Table table(3);
    const EntryRef left = table.commit(3, table.base());
    const EntryRef right = table.commit(1, table.base(), {}, {}, 7);
    table.acknowledge(2, left);
    CHECK(*table.branches().held_epoch() == left);
    table.remove(1, 2);
    CHECK(*table.branches().held_epoch() == table.base());
    CHECK(table.head() == right);
}

TEST_CASE(
    "offers: the newest own one that no commit of the path has used; a convener's for who has no leaf") {
    Table table(2);
    const EntryRef older = table.offer(5, seat(5));
    const EntryRef newer = table.offer(5, seat(5));
    CHECK(table.branches().open_offers(table.base()).at(seat(5)) == newer);
    const EntryRef used = table.commit(1, table.base(), {seat(5)}, {seat(5)});
    table.group().commits.at(used).added[0].offer = newer;
    CHECK(table.branches().open_offers(used).empty());  // the older one is not taken up afterwards
    CHECK(table.branches().open_offers(table.base()).at(seat(5)) == newer);  // on another branch it is open
    static_cast<void>(older);
    // For others: conveners alone, and for those who have no leaf.
    table.offer(4, seat(3));
    table.offer(1, seat(3));
    CHECK(table.branches().open_offers(used).empty());
    table.add(1, 6);
    table.offer(4, seat(6));
    CHECK(table.branches().open_offers(used).empty());
    const EntryRef brought = table.offer(1, seat(6));
    CHECK(table.branches().open_offers(used).at(seat(6)) == brought);
    const EntryRef own = table.offer(6, seat(6));
    CHECK(table.branches().open_offers(used).at(seat(6)) == own);
}

TEST_CASE(
    "duties: nothing to do when all is well; over a better epoch that cannot be used; not twice at one "
    "epoch") {
    Table table(2);
    CHECK(!commit_due(table.branches(), seat(1), all_usable));
    CHECK(!commit_due(table.branches(), seat(4), all_usable));
    const EntryRef garbage = table.commit(2, table.base());
    const auto usable = [&](const EntryRef& epoch) { return epoch != garbage; };
    const auto duty = commit_due(table.branches(), seat(1), usable);
    REQUIRE(duty);
    CHECK(duty->over);
    CHECK(duty->base == table.base());
    CHECK(!commit_due(table.branches(), seat(2), usable));
    CHECK(offer_due(table.branches(), seat(4), usable));
    table.offer(4, seat(4));
    CHECK(!offer_due(table.branches(), seat(4), usable));
    // It wins at the second step, since ranks do not help at the first.
    const EntryRef one = table.commit(1, table.base());
    CHECK(table.head() == one);
}

TEST_CASE("messages of a branch that lost are sealed again for those who were not in it") {
    Table table(2);
    const EntryRef lost = table.commit(2, table.base());
    CHECK(!reseal_due(table.branches(), lost));
    const EntryRef update = table.commit(1, table.base());
    CHECK(table.head() == update);
    CHECK(!reseal_due(table.branches(), lost));  // all who are in the one are in the other
    table.add(1, 6);
    table.commit(1, update, {}, {seat(6)});
    CHECK(!reseal_due(table.branches(), update));
    CHECK(reseal_due(table.branches(), lost));
}

TEST_CASE("a commit's parent and charter must be here, and be named rightly") {
    Table table(2);
    CommitFact fact = table.group().commits.at(table.base());
    fact.parent = table.base();
    fact.from = fact.to;
    CHECK(check_commit(fact, table.facts(), table.group().commits).ok());
    CommitFact other = fact;
    other.parent.sequence = 99;
    CHECK(check_commit(other, table.facts(), table.group().commits).error().code == ErrorCode::not_known);
    other = fact;
    other.charter.sequence = 99;
    CHECK(check_commit(other, table.facts(), table.group().commits).error().code == ErrorCode::not_known);
    other = fact;
    other.from.authenticator.bytes[5] ^= 1;
    CHECK(check_commit(other, table.facts(), table.group().commits).error().code == ErrorCode::malformed);
}

TEST_CASE("a convener acknowledges where most do not stand yet, or when its last word is on another branch") {
    Table table(3);
    CHECK(table.branches().acknowledgement_due(person(2)));
    CHECK(!table.branches().acknowledgement_due(person(4)));
    table.acknowledge(2, table.base());
    CHECK(!table.branches().acknowledgement_due(person(2)));
    CHECK(!table.branches().acknowledgement_due(person(3)));  // two of three stand there: that is enough
    const EntryRef mine = table.commit(3, table.base());
    const EntryRef theirs = table.commit(2, table.base());
    table.acknowledge(1, theirs);
    CHECK(table.branches().acknowledgement_due(person(3)));
    table.acknowledge(3, theirs);
    CHECK(!table.branches().acknowledgement_due(person(3)));
    static_cast<void>(mine);
}
