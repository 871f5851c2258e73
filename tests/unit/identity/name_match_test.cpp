#include "protocol/identity/name_match.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "protocol/identity/name_fold.h"

using namespace liaise::identity;

TEST_CASE("names fold to lower case without diacritics") {
    CHECK(fold_name("Nguyễn Văn Minh") == U"nguyen van minh");
    CHECK(fold_name("Ngu\u0079\u0065\u0302\u0303n") == U"nguyen");
    CHECK(fold_name("ÅSA Łukasz Çağrı") == U"asa lukasz cagri");
    CHECK(fold_name("ОЛЕНА Коваль") == U"олена коваль");
    CHECK(fold_name("Ελένη") == U"ελενη");
    CHECK(fold_name("山田") == U"山田");
    CHECK(fold_name("\xff").empty());
}

TEST_CASE("the nearest name is suggested, and nothing far away") {
    const std::vector<std::string> names{"Asha Wanjiru", "Nguyễn Văn Minh", "Олена Коваль", "Asha Wanjiku"};
    CHECK(nearest_name("nguyen van minh", names) == 1);
    CHECK(nearest_name("Asha Wanjru", names) == 0);
    CHECK(nearest_name("asha wanjiku", names) == 3);
    CHECK(nearest_name("Ahsa Wanjiru", names) == 0);  // neighbours swapped
    CHECK(nearest_name("олена ковал", names) == 2);
    CHECK_FALSE(nearest_name("John", names).has_value());
    CHECK_FALSE(nearest_name("", names).has_value());
    CHECK_FALSE(nearest_name("x", std::span<const std::string>{}).has_value());
}

TEST_CASE("attack class 5: names that look the same are found, across scripts and tricks") {
    for (const auto& [a, b] : std::vector<std::pair<std::string, std::string>>{
             {"Asha Wanjiru", "Аshа Wаnjіru"},  // Cyrillic А, а, і
             {"Asha Wanjiru", "asha  wanjiru"},
             {"Asha Wanjiru", "Asha-Wanjiru"},
             {"Asha Wanjiru", "Ásha Wanjirü"},
             {"Asha Wanjiru", "Asha Wanj1ru"},
             {"Ian Moore", "lan M00re"},
             {"Modern", "Modem"},
             {"Wilma", "VVilma"},
             {"ΝΙΚΟ", "NIKO"},                                      // Greek capitals
             {"Asha", "Ａｓｈａ"},                                  // full width
             {"Asha", "\U0001d400\U0001d42c\U0001d421\U0001d41a"},  // mathematical bold
             {"Asha", "A\u200csha"}})
        CHECK_MESSAGE(looks_alike(a, b), a, " / ", b);
    for (const auto& [a, b] : std::vector<std::pair<std::string, std::string>>{
             {"Asha Wanjiru", "Asha Wanjiku"}, {"Minh", "Binh"}, {"Олена", "Olena"}, {"山田", "山川"}})
        CHECK_MESSAGE(!looks_alike(a, b), a, " / ", b);
}

TEST_CASE("right-to-left and other scripts compare as they are") {
    CHECK(looks_alike("محمد علي", "محمد علي"));
    CHECK_FALSE(looks_alike("محمد علي", "محمود علي"));
}

TEST_CASE("edit distance agrees with a naive twin, within its bound") {
    CHECK(rc::check([](const std::string& left, const std::string& right) {
        const std::u32string a(left.begin(), left.begin() + std::min<std::ptrdiff_t>(12, std::ssize(left)));
        const std::u32string b(right.begin(),
                               right.begin() + std::min<std::ptrdiff_t>(12, std::ssize(right)));
        // The twin: the recursive definition as a full table.
        std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
        for (std::size_t i = 0; i <= a.size(); ++i)
            for (std::size_t j = 0; j <= b.size(); ++j) {
                if (i == 0 || j == 0) {
                    table[i][j] = i + j;
                    continue;
                }
                table[i][j] = std::min({table[i - 1][j] + 1, table[i][j - 1] + 1,
                                        table[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
            }
        for (std::size_t most = 0; most < 5; ++most)
            RC_ASSERT(edit_distance(a, b, most) == std::min(table[a.size()][b.size()], most + 1));
    }));
}

TEST_CASE("the tables are sorted and give letters: every letter folds to itself when folded again") {
    for (char32_t point = 0; point < 0x2000; ++point) {
        CHECK_MESSAGE(fold_letter(fold_letter(point)) == fold_letter(point), static_cast<unsigned>(point));
        if (point != '.') CHECK(fold_letter(point) != '.');
    }
    // A shape found by bisection is found for each entry only if the table is sorted.
    CHECK(shape_of(U'Ν') == 'n');
    CHECK(shape_of(U'ϳ') == 'j');
    CHECK(shape_of(U'а') == 'a');
    CHECK(shape_of(U'ԝ') == 'w');
    CHECK(shape_of(U'Ｚ') == 'z');
}
