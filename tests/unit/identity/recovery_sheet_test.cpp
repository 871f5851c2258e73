#include "protocol/identity/recovery_sheet.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <set>

#include "protocol/base/limits.h"
#include "tests/support/people.h"

using namespace liaise;
using namespace liaise::identity;

namespace {

std::string sheet_text(const RecoverySeed& seed) {
    const auto sheet = recovery_sheet({"Nguyễn Văn Minh", MemberId{}, test::start}, seed);
    return std::string(liaise::text_of(sheet.view()));
}

std::vector<std::string> groups_of(const RecoverySeed& seed) {
    const auto code = RecoveryCode::of(seed);
    std::vector<std::string> groups;
    for (std::size_t i = 1; i <= recovery_groups; ++i) groups.emplace_back(code.group(i));
    return groups;
}

std::string join(const std::vector<std::string>& groups, std::string_view between = " ") {
    std::string text;
    for (const std::string& group : groups) text += group + std::string(between);
    return text;
}

char other_digit(char c) {
    return c == 'x' ? 'y' : 'x';
}

}  // namespace

TEST_CASE("the sheet is for people: who, when, five numbered lines, 80 columns") {
    test::SeededRandom random(1);
    const std::string sheet = sheet_text(RecoverySeed::draw(random));
    CHECK(sheet.find("Nguyễn Văn Minh") != std::string::npos);
    CHECK(sheet.find("2026-06-01") != std::string::npos);
    for (const char* number : {"    1.  ", "    2.  ", "    3.  ", "    4.  ", "    5.  "})
        CHECK_MESSAGE(sheet.find(number) != std::string::npos, number);
    for (std::size_t at = 0; at < sheet.size();) {
        const std::size_t end = sheet.find('\n', at);
        CHECK(end - at <= 80);
        at = end + 1;
    }
}

TEST_CASE("a sheet comes back, however it was typed") {
    test::SeededRandom random(2);
    for (int i = 0; i < 50; ++i) {
        const auto seed = RecoverySeed::draw(random);
        const auto groups = groups_of(seed);
        CHECK(*parse_recovery_sheet(sheet_text(seed)) == seed);
        CHECK(*parse_recovery_sheet(join(groups)) == seed);
        CHECK(*parse_recovery_sheet(join(groups, "-")) == seed);
        CHECK(*parse_recovery_sheet(join(groups, "\r\n")) == seed);
        CHECK(*parse_recovery_sheet(join(groups, "")) == seed);
        std::string shouted = join(groups);
        for (char& c : shouted) {
            if (c == '0') c = 'O';
            if (c == '1') c = 'l';
            if (c >= 'a' && c <= 'z' && c != 'l') c = static_cast<char>(c - 'a' + 'A');
        }
        CHECK(*parse_recovery_sheet(shouted) == seed);
        std::string lines;
        for (std::size_t line = 0; line < 5; ++line)
            lines += std::to_string(line + 1) + (i % 2 == 0 ? ") " : " ") + groups[line * 3] + " " +
                     groups[line * 3 + 1] + "  " + groups[line * 3 + 2] + "\n";
        CHECK(*parse_recovery_sheet(lines) == seed);
    }
}

TEST_CASE("any one misread character names its group") {
    test::SeededRandom random(3);
    const auto groups = groups_of(RecoverySeed::draw(random));
    for (std::size_t group = 0; group < recovery_groups; ++group) {
        for (std::size_t at = 0; at < 4; ++at) {
            auto misread = groups;
            misread[group][at] = other_digit(misread[group][at]);
            const auto result = parse_recovery_sheet(join(misread));
            REQUIRE_FALSE(result.ok());
            CHECK(result.error().code == ErrorCode::not_authentic);
            CHECK(result.error().at == group + 1);
        }
    }
}

TEST_CASE("any one group misread whole is named, any two are noticed") {
    test::SeededRandom random(4);
    const auto groups = groups_of(RecoverySeed::draw(random));
    const auto others = groups_of(RecoverySeed::draw(random));
    for (std::size_t one = 0; one < recovery_groups; ++one) {
        auto misread = groups;
        misread[one] = others[one];
        CHECK(parse_recovery_sheet(join(misread)).error().at == one + 1);
        for (std::size_t two = 0; two < one; ++two) {
            misread[two] = others[two];
            CHECK(parse_recovery_sheet(join(misread)).error().code == ErrorCode::not_authentic);
            misread[two] = groups[two];
        }
    }
}

TEST_CASE("two groups that changed places are noticed") {
    test::SeededRandom random(5);
    const auto groups = groups_of(RecoverySeed::draw(random));
    for (std::size_t one = 0; one < recovery_groups; ++one)
        for (std::size_t two = 0; two < one; ++two) {
            auto swapped = groups;
            std::swap(swapped[one], swapped[two]);
            CHECK(parse_recovery_sheet(join(swapped)).error().code == ErrorCode::not_authentic);
        }
}

TEST_CASE("missing, superfluous and impossible groups are said apart") {
    test::SeededRandom random(6);
    auto groups = groups_of(RecoverySeed::draw(random));
    const auto whole = groups;
    groups.pop_back();
    CHECK(parse_recovery_sheet(join(groups)).error().at == 14);
    CHECK(parse_recovery_sheet("").error().at == 0);
    groups = whole;
    groups.push_back("abcd");
    CHECK(parse_recovery_sheet(join(groups)).error().at == 16);
    groups = whole;
    groups[6] = "abc";
    CHECK(std::string(parse_recovery_sheet(join(groups)).error().phrase) ==
          "a group that has not four characters");
    CHECK(parse_recovery_sheet(join(groups)).error().at == 7);
    groups = whole;
    groups[9] = "ab!d";
    CHECK(parse_recovery_sheet(join(groups)).error().code == ErrorCode::malformed);
    CHECK(parse_recovery_sheet(join(groups)).error().at == 10);
}

TEST_CASE("the limit on a sheet holds") {
    test::SeededRandom random(7);
    std::string text = join(groups_of(RecoverySeed::draw(random)));
    text.resize(limits::recovery_sheet_bytes_max - 1, ' ');
    CHECK(parse_recovery_sheet(text).ok());
    text.resize(limits::recovery_sheet_bytes_max, ' ');
    CHECK(parse_recovery_sheet(text).ok());
    text.resize(limits::recovery_sheet_bytes_max + 1, ' ');
    CHECK(parse_recovery_sheet(text).error().code == ErrorCode::too_large);
}

TEST_CASE("two groups typed again show that the sheet was written down") {
    test::SeededRandom random(8);
    std::set<std::array<std::size_t, 2>> picked;
    for (int i = 0; i < 500; ++i) {
        const auto pick = pick_groups(random);
        CHECK(pick[0] >= 1);
        CHECK(pick[0] < pick[1]);
        CHECK(pick[1] <= recovery_groups);
        picked.insert(pick);
    }
    CHECK(picked.size() > 80);  // of 105
    RecoverySeed seed;
    const auto code = RecoveryCode::of(seed);
    CHECK(code.group_fits(3, "0000"));
    CHECK(code.group_fits(3, " oO-00 "));
    CHECK_FALSE(code.group_fits(3, "000"));
    CHECK_FALSE(code.group_fits(3, "00000"));
    CHECK_FALSE(code.group_fits(3, "0001"));
    CHECK_FALSE(code.group_fits(3, ""));
}

TEST_CASE("property: whatever is typed, the answer is the seed or a refusal") {
    CHECK(rc::check([](const std::vector<std::uint8_t>& noise) {
        const std::string text(noise.begin(), noise.end());
        const auto result = parse_recovery_sheet(text);
        if (!result.ok()) RC_ASSERT(result.error().phrase != nullptr);
    }));
}
