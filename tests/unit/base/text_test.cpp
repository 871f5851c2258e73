#include "protocol/base/text.h"

#include <doctest/doctest.h>

using namespace liaise;

TEST_CASE("UTF-8 is recognised, and its forgeries are refused") {
    CHECK(is_utf8("Nguyễn Văn Minh"));
    CHECK(is_utf8("\xf0\x9f\x95\x8a"));
    CHECK_FALSE(is_utf8("\xc0\xaf"));          // over-long
    CHECK_FALSE(is_utf8("\xe0\x80\xaf"));      // over-long
    CHECK_FALSE(is_utf8("\xed\xa0\x80"));      // surrogate
    CHECK_FALSE(is_utf8("\xf4\x90\x80\x80"));  // beyond U+10FFFF
    CHECK_FALSE(is_utf8("\xe2\x82"));          // cut short
    CHECK_FALSE(is_utf8("\x80"));
}

TEST_CASE("names of many scripts pass") {
    for (const char* name :
         {"Asha Wanjiru", "Nguyễn Văn Minh", "Олена Коваль", "محمد علي", "O'Brien-Smith", "山田 太郎",
          "\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae"})  // a Persian word with its zero width non-joiner
        CHECK_MESSAGE(check_name(name, 100).ok(), name);
}

TEST_CASE("names with what only a forger needs are refused") {
    for (const char* name : {"", " a", "a ", "a  b", "a\nb", "a\x1b[31mb", "a\u0085b", "a\u202eb", "a\u2066b",
                             "a\u200bb", "a\u2028b", "a\U000e0041b", "a\ufeffb", "a\u00adb", "\xff"})
        CHECK_MESSAGE(!check_name(name, 100).ok(), name);
}

TEST_CASE("the length of a name is limited in bytes") {
    CHECK(check_name(std::string(100, 'a'), 100).ok());
    CHECK(check_name(std::string(101, 'a'), 100).error().code == ErrorCode::too_large);
}

TEST_CASE("country codes are two capital letters") {
    CHECK(is_country_code("KE"));
    for (const char* code : {"ke", "K", "KEN", "K1", ""}) CHECK_FALSE(is_country_code(code));
}
