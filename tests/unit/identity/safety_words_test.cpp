#include "protocol/identity/safety_words.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "protocol/identity/name_match.h"
#include "tests/support/people.h"

using namespace liaise;
using namespace liaise::identity;

TEST_CASE("the list has 256 short lower-case words, none within one letter of another") {
    const auto& list = safety_word_list();
    for (std::size_t i = 0; i < list.size(); ++i) {
        CHECK(list[i].size() >= 3);
        CHECK(list[i].size() <= 8);
        CHECK(std::all_of(list[i].begin(), list[i].end(), [](char c) { return c >= 'a' && c <= 'z'; }));
        for (std::size_t j = 0; j < i; ++j) {
            const std::u32string one(list[i].begin(), list[i].end());
            const std::u32string other(list[j].begin(), list[j].end());
            CHECK_MESSAGE(edit_distance(one, other, 2) >= 2, list[i], " ", list[j]);
        }
    }
}

TEST_CASE("both sides see the same twelve words; any other key or network gives others") {
    test::SeededRandom random(1);
    const auto asha = test::make_person(random, "Asha");
    const auto minh = test::make_person(random, "Minh");
    const auto olena = test::make_person(random, "Olena");
    const auto network = random.draw<NetworkId>();
    const auto words = safety_words(network, asha.key(), minh.key());
    CHECK(words == safety_words(network, minh.key(), asha.key()));
    CHECK(words != safety_words(network, asha.key(), olena.key()));
    CHECK(words != safety_words(random.draw<NetworkId>(), asha.key(), minh.key()));
}

TEST_CASE("attack class 2: every bit of both full keys counts") {
    test::SeededRandom random(2);
    const auto network = random.draw<NetworkId>();
    const auto one = random.draw<VerifyKey>();
    const auto other = random.draw<VerifyKey>();
    std::set<std::string> seen{text_of(safety_words(network, one, other))};
    for (std::size_t bit = 0; bit < 256; bit += 5) {
        VerifyKey near = other;
        near.bytes[bit / 8] = static_cast<std::uint8_t>(near.bytes[bit / 8] ^ 1U << bit % 8);
        CHECK(seen.insert(text_of(safety_words(network, one, near))).second);
    }
}

TEST_CASE("what was typed is compared with forgiveness for form, and none for words") {
    test::SeededRandom random(3);
    const auto words =
        safety_words(random.draw<NetworkId>(), random.draw<VerifyKey>(), random.draw<VerifyKey>());
    std::string text = text_of(words);
    CHECK(words_match(words, text));
    std::string shouted = "  ";
    for (const char c : text)
        shouted += c == ' ' ? std::string(", ") : std::string(1, static_cast<char>(c & ~32));
    CHECK(words_match(words, shouted));
    CHECK_FALSE(words_match(words, text + " lemon"));
    CHECK_FALSE(words_match(words, text.substr(0, text.rfind(' '))));
    CHECK_FALSE(words_match(words, ""));
}
