// Edits, retractions, reactions, pins and hidings: a function of the set, never of the order.
#include "protocol/channel/marks.h"

#include <doctest/doctest.h>

#include "tests/support/seeded_random.h"

using namespace liaise;
using namespace liaise::channel;

namespace {

MemberId member(std::uint8_t number) {
    MemberId id;
    id.bytes.fill(number);
    return id;
}

EntryRef place(std::uint64_t sequence, std::uint8_t log = 1) {
    EntryRef entry;
    entry.sequence = sequence;
    entry.log.bytes.fill(log);
    return entry;
}

const MemberId asha = member(1), minh = member(2), olena = member(3);

Mark mark(MarkKind kind, const MemberId& author, const EntryRef& at, std::string text = "") {
    Mark made;
    made.kind = kind;
    made.at = at;
    made.author = author;
    made.text = std::move(text);
    return made;
}

Mark edit(std::uint32_t number, std::int64_t milliseconds, const EntryRef& at,
          const MemberId& author = asha) {
    Mark made = mark(MarkKind::edit, author, at);
    made.number = number;
    made.time = time_from_milliseconds(milliseconds);
    return made;
}

Mark by_convener(Mark made) {
    made.by_convener = true;
    return made;
}

Marked of(const std::vector<Mark>& marks, ChannelKind kind = ChannelKind::discussion) {
    return resolve_marks(asha, kind, marks);
}

bool same(const Marked& a, const Marked& b) {
    const auto at = [](const std::optional<Mark>& one) { return one ? one->at : EntryRef{}; };
    return a.retracted == b.retracted && a.edit == b.edit && a.reactions == b.reactions &&
           at(a.pin) == at(b.pin) && at(a.hide) == at(b.hide);
}

}  // namespace

TEST_CASE("the edit with the highest number is shown, then the latest, then the later place") {
    CHECK_FALSE(of({}).edit);
    CHECK(of({edit(1, 500, place(5)), edit(2, 100, place(6))}).edit == place(6));
    CHECK(of({edit(2, 500, place(5)), edit(2, 100, place(6))}).edit == place(5));
    CHECK(of({edit(2, 100, place(5, 9)), edit(2, 100, place(5, 8))}).edit == place(5, 9));
}

TEST_CASE("nobody edits or retracts what another wrote") {
    CHECK_FALSE(of({edit(9, 1, place(5), minh)}).edit);
    CHECK_FALSE(of({mark(MarkKind::retract, minh, place(5))}).retracted);
    CHECK_FALSE(of({by_convener(mark(MarkKind::retract, minh, place(5)))}).retracted);
    CHECK(of({mark(MarkKind::retract, asha, place(5))}).retracted);
}

TEST_CASE("each person's reaction counts once, until it is taken back") {
    Mark first = mark(MarkKind::reaction, minh, place(2, 2), "good");
    const Mark again = mark(MarkKind::reaction, minh, place(3, 2), "good");
    const Mark other = mark(MarkKind::reaction, olena, place(2, 3), "good");
    const Mark sad = mark(MarkKind::reaction, olena, place(3, 3), "a pity");
    CHECK(of({first, again, other, sad}).reactions ==
          std::vector<ReactionShown>{{"good", {minh, olena}}, {"a pity", {olena}}});
    first.on_it = {mark(MarkKind::retract, minh, place(4, 2))};
    CHECK(of({first, sad}).reactions == std::vector<ReactionShown>{{"a pity", {olena}}});
    first.on_it = {mark(MarkKind::retract, olena, place(4, 3))};  // another's word takes nothing back
    CHECK(of({first}).reactions == std::vector<ReactionShown>{{"good", {minh}}});
}

TEST_CASE("different reactions on one entry are shown up to their limit, the most frequent first") {
    for (const std::size_t count :
         {limits::reactions_shown_max - 1, limits::reactions_shown_max, limits::reactions_shown_max + 1}) {
        std::vector<Mark> marks;
        for (std::size_t i = 0; i < count; ++i)
            marks.push_back(mark(MarkKind::reaction, minh, place(i + 1, 2), "r" + std::to_string(i)));
        marks.push_back(mark(MarkKind::reaction, olena, place(1, 3), "r7"));
        const auto shown = of(marks).reactions;
        CHECK(shown.size() == std::min(count, limits::reactions_shown_max));
        CHECK(shown.front().text == "r7");
    }
}

TEST_CASE("members pin in discussions and between two, conveners everywhere") {
    const Mark pin = mark(MarkKind::pin, minh, place(2, 2));
    for (const ChannelKind kind : {ChannelKind::discussion, ChannelKind::direct}) CHECK(of({pin}, kind).pin);
    for (const ChannelKind kind : {ChannelKind::announcement, ChannelKind::library}) {
        CHECK_FALSE(of({pin}, kind).pin);
        CHECK(of({by_convener(pin)}, kind).pin);
        Mark lifted = by_convener(pin);
        lifted.on_it = {mark(MarkKind::lift, olena, place(2, 3))};
        CHECK(of({lifted}, kind).pin);  // who may not pin may not unpin
        lifted.on_it = {by_convener(mark(MarkKind::lift, olena, place(2, 3)))};
        CHECK_FALSE(of({lifted}, kind).pin);
    }
}

TEST_CASE("only conveners hide, and only conveners show again") {
    const Mark by_member = mark(MarkKind::hide, minh, place(2, 2), "because");
    CHECK_FALSE(of({by_member}).hide);
    Mark hiding = by_convener(by_member);
    REQUIRE(of({hiding}).hide);
    CHECK(of({hiding}).hide->text == "because");
    hiding.on_it = {mark(MarkKind::lift, asha, place(9))};  // the author of what is hidden
    CHECK(of({hiding}).hide);
    hiding.on_it = {by_convener(mark(MarkKind::lift, olena, place(9, 3)))};
    CHECK_FALSE(of({hiding}).hide);
}

TEST_CASE("a hiding that was not seen by whoever lifted another one stays") {
    Mark first = by_convener(mark(MarkKind::hide, minh, place(2, 2), "one"));
    const Mark second = by_convener(mark(MarkKind::hide, olena, place(2, 3), "two"));
    first.on_it = {by_convener(mark(MarkKind::lift, asha, place(9)))};
    REQUIRE(of({first, second}).hide);
    CHECK(of({first, second}).hide->text == "two");
}

TEST_CASE("any set of marks gives the same in every order") {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        test::SeededRandom random(seed);
        std::vector<Mark> marks;
        for (std::uint64_t i = 0; i < 12; ++i) {
            Mark made = mark(static_cast<MarkKind>(1 + random.below(6)),
                             member(static_cast<std::uint8_t>(1 + random.below(3))),
                             place(i + 1, static_cast<std::uint8_t>(1 + random.below(3))),
                             std::string(1, static_cast<char>('a' + random.below(3))));
            made.by_convener = random.chance(50);
            made.number = static_cast<std::uint32_t>(random.below(3));
            made.time = time_from_milliseconds(static_cast<std::int64_t>(random.below(3)));
            if (random.chance(30)) {
                made.on_it = {mark(random.chance(50) ? MarkKind::retract : MarkKind::lift,
                                   member(static_cast<std::uint8_t>(1 + random.below(3))), place(100 + i))};
                made.on_it.front().by_convener = random.chance(50);
            }
            marks.push_back(made);
        }
        const Marked expected = of(marks);
        for (int turn = 0; turn < 20; ++turn) {
            for (std::size_t i = marks.size(); i > 1; --i) std::swap(marks[i - 1], marks[random.below(i)]);
            CHECK(same(of(marks), expected));
        }
    }
}
