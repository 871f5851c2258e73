#include "protocol/document/revision.h"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "tests/unit/document/samples.h"

using namespace liaise;
using namespace liaise::document;
using liaise::test::key_of;
using liaise::test::SeededRandom;

namespace {

RevisionId at(std::uint8_t log, std::uint64_t sequence) {
    return {LogId{{log}}, sequence};
}
Revision founder() {
    return {at(5, 1), std::nullopt, 1, "en"};
}
Revision revision(RevisionId id, RevisionId predecessor, std::uint32_t number, std::string language = "en") {
    return {id, predecessor, number, std::move(language)};
}
using Added = RevisionTree::Added;

// en 1 - 2 - 3 and a rival 3 from another log; vi translations of 1 and 2, the second made anew.
std::vector<Revision> family() {
    return {
        founder(),
        revision(at(5, 2), at(5, 1), 2),
        revision(at(5, 3), at(5, 2), 3),
        revision(at(1, 9), at(5, 2), 3),
        revision(at(7, 1), at(5, 1), 1, "vi"),
        revision(at(7, 2), at(5, 2), 2, "vi"),
        revision(at(7, 3), at(5, 2), 2, "vi"),
    };
}

}  // namespace

TEST_CASE("revisions follow one another, and the highest number is the latest") {
    RevisionTree tree;
    CHECK(tree.latest() == nullptr);
    for (const Revision& each : family()) CHECK(tree.add(each).value() == Added::accepted);
    CHECK(tree.latest()->id == at(5, 3));
    CHECK(tree.latest("vi")->id == at(7, 3));
    CHECK(tree.latest("fr") == nullptr);
    CHECK(tree.numbered(2)->id == at(5, 2));
    CHECK(tree.numbered(2, "vi")->id == at(7, 3));
    CHECK(tree.numbered(4) == nullptr);
    CHECK(tree.languages() == std::set<std::string>{"en", "vi"});
    CHECK(tree.history().size() == 7);
    CHECK(tree.history().front().number == 1);
    CHECK(tree.history().back().id == at(5, 3));
}

TEST_CASE("two of one number from two logs are contested, a translation made anew is not") {
    RevisionTree tree;
    for (const Revision& each : family()) CHECK(tree.add(each).ok());
    CHECK(tree.is_contested(*tree.find(at(5, 3))));
    CHECK(tree.is_contested(*tree.find(at(1, 9))));
    CHECK_FALSE(tree.is_contested(*tree.find(at(7, 3))));
    CHECK_FALSE(tree.is_contested(founder()));
}

TEST_CASE("a translation is out of date when the founding language moved on") {
    RevisionTree tree;
    for (const Revision& each : family()) CHECK(tree.add(each).ok());
    CHECK(tree.is_outdated(*tree.latest("vi")));
    CHECK_FALSE(tree.is_outdated(*tree.latest("en")));
    CHECK(tree.add(revision(at(7, 4), at(5, 3), 3, "vi")).ok());
    CHECK_FALSE(tree.is_outdated(*tree.latest("vi")));
}

TEST_CASE("whatever the order of arrival, the tree is the same") {
    RevisionTree expected;
    for (const Revision& each : family()) CHECK(expected.add(each).ok());
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        SeededRandom random(seed);
        std::vector<Revision> shuffled = family();
        for (std::size_t i = shuffled.size(); i > 1; --i)
            std::swap(shuffled[i - 1], shuffled[random.below(i)]);
        RevisionTree tree;
        for (const Revision& each : shuffled) {
            CHECK(tree.add(each).ok());
            if (random.chance(30)) CHECK(tree.add(each).value() == Added::already_here);
        }
        CHECK(tree.waiting_count() == 0);
        CHECK(tree.history() == expected.history());
        CHECK(tree.latest()->id == expected.latest()->id);
        CHECK(tree.latest("vi")->id == expected.latest("vi")->id);
    }
}

TEST_CASE("what breaks the numbering is refused, also when it came before its predecessor") {
    RevisionTree tree;
    CHECK(tree.add(revision(at(5, 9), at(5, 2), 7)).value() == Added::waiting);
    CHECK(tree.add({at(5, 1), std::nullopt, 2, "en"}).error().code == ErrorCode::malformed);
    CHECK(tree.add(founder()).ok());
    for (const std::uint32_t number : {0U, 1U, 3U, 0xffff'ffffU})
        CHECK(tree.add(revision(at(5, 2), at(5, 1), number)).error().code == ErrorCode::malformed);
    CHECK(tree.add(revision(at(5, 2), at(5, 1), 2, "vi")).error().code == ErrorCode::malformed);
    CHECK(tree.add(revision(at(5, 2), at(5, 2), 2)).error().code == ErrorCode::malformed);
    CHECK(tree.add(revision(at(5, 2), at(5, 1), 2)).ok());
    CHECK(tree.size() == 2);
    CHECK(tree.waiting_count() == 0);
}

TEST_CASE("a document is founded once") {
    RevisionTree tree;
    CHECK(tree.add(founder()).ok());
    CHECK(tree.add({at(1, 1), std::nullopt, 1, "en"}).error().code == ErrorCode::conflict);
    Revision changed = founder();
    changed.language = "fr";
    CHECK(tree.add(changed).error().code == ErrorCode::conflict);
}

TEST_CASE("the id of a document belongs to the place of its founding entry") {
    const ChannelId channel{{1}};
    const WriterKey writer{{2}};
    const DocumentId id = document_id_of(channel, writer, 3);
    CHECK(id == document_id_of(channel, writer, 3));
    CHECK(id != document_id_of(channel, writer, 4));
    CHECK(id != document_id_of(channel, WriterKey{{3}}, 3));
    CHECK(id != document_id_of(ChannelId{{2}}, writer, 3));
}

TEST_CASE("so many may wait and no more; so many revisions and no more") {
    RevisionTree tree;
    for (std::size_t i = 0; i < limits::revisions_waiting_max; ++i)
        CHECK(tree.add(revision(at(6, i + 1), at(9, i + 1), 2)).value() == Added::waiting);
    CHECK(tree.add(revision(at(6, 5000), at(9, 5000), 2)).error().code == ErrorCode::exhausted);
    CHECK(tree.waiting_count() == limits::revisions_waiting_max);

    CHECK(tree.add(founder()).ok());
    for (std::uint32_t number = 2; number <= limits::document_revisions_max; ++number)
        REQUIRE(tree.add(revision(at(5, number), at(5, number - 1), number)).ok());
    CHECK(tree.size() == limits::document_revisions_max);
    const std::uint32_t one_more = limits::document_revisions_max + 1;
    CHECK(tree.add(revision(at(5, one_more), at(5, one_more - 1), one_more)).error().code ==
          ErrorCode::exhausted);
}

TEST_CASE("a long chain that arrives backwards is taken in without depth") {
    RevisionTree tree;
    for (std::uint32_t number = 200; number >= 2; --number)
        REQUIRE(tree.add(revision(at(5, number), at(5, number - 1), number)).value() == Added::waiting);
    CHECK(tree.add(founder()).ok());
    CHECK(tree.size() == 200);
    CHECK(tree.latest()->number == 200);
}

TEST_CASE("language tags have one form") {
    for (const auto& [text, tag] :
         {std::pair{"en", "en"}, std::pair{"PT-br", "pt-br"}, std::pair{"zh-Hant-TW", "zh-hant-tw"},
          std::pair{"sw", "sw"}, std::pair{"es-419", "es-419"}})
        CHECK(language_tag_of(text).value() == tag);
    for (const char* text :
         {"", "e", "engl", "e1", "-en", "en-", "en--us", "en_US", "en-verylongone", "e-n", "\xd0\xb4"})
        CHECK_MESSAGE(language_tag_of(text).error().code == ErrorCode::malformed, text);
    const std::string longest = "en-aaaaaaaa-bbbbbbbb-cccccccc-ddddd";
    CHECK(longest.size() == limits::language_bytes_max);
    CHECK(language_tag_of(longest).ok());
    CHECK(language_tag_of(longest + "d").error().code == ErrorCode::too_large);
}

TEST_CASE("a revision keeps its document's key until someone has left (attack class 40)") {
    SeededRandom random(2);
    const crypto::Key key = key_of(1);
    CHECK(key_for_revision(key, false, random) == key);
    CHECK_FALSE(key_for_revision(key, true, random) == key);
}
