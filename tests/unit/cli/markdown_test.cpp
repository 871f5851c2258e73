#include "cli/markdown.h"

#include <doctest/doctest.h>

#include "cli/text.h"
#include "protocol/base/text.h"
#include "tests/support/seeded_random.h"

using namespace liaise::cli;

namespace {

std::string plain(std::string_view markdown, std::size_t columns = 60) {
    choose_character_set(false);
    Output out({.json = false, .colour = false});
    return render_markdown(markdown, out, columns);
}

}  // namespace

TEST_CASE("headings, paragraphs, lists, quotes and code are laid out") {
    CHECK(plain("# Title\n\nSome *text* of\ntwo lines.") == "# Title\n\nSome _text_ of two lines.");
    CHECK(plain("- one\n- two\n\nafter") == "- one\n- two\n\nafter");
    CHECK(plain("3. three\n4. four") == "3. three\n4. four");
    CHECK(plain("> quoted") == "> quoted");
    CHECK(plain("```\ncode  kept\n```") == "    code  kept");
    CHECK(plain("a  \nb") == "a\nb");
}

TEST_CASE("nested lists are indented, and their markers stand on their first lines") {
    CHECK(plain("- one\n  - inner\n- two") == "- one\n  - inner\n- two");
}

TEST_CASE("a link shows where it leads; a picture what it is said to show") {
    CHECK(plain("[here](https://example.org)") == "here <https://example.org>");
    CHECK(plain("<https://example.org>") == "https://example.org");
    CHECK(plain("![a map](map.png)") == "[picture: a map]");
}

TEST_CASE("lines are wrapped to the width") {
    for (const std::string& line : wrap(plain("word word word word word word word word word", 20), 1000))
        CHECK(cells(line) <= 20);
}

TEST_CASE("21: HTML is text, and controls in any part are neutralised") {
    CHECK(plain("<b>x</b>") == "<b>x</b>");
    for (const char* hostile : {"# \x1b[2J", "`\x1b[2J`", "```\n\x1b[2J\n```", "[a](http://x\x1b[2J)",
                                "<div>\x1b[2J</div>", "- \x1b[2J", "&#27;[2J", "&#x9b;2J", "&#x202e;x"}) {
        const std::string shown = plain(hostile);
        for (std::size_t at = 0; at < shown.size();) {
            const char32_t c = liaise::next_code_point(shown, at);
            CHECK_MESSAGE((c == '\n' || c == 0xfffd || !liaise::is_unsafe_in_name(c)), hostile);
        }
    }
}

TEST_CASE("deep nesting and large texts are shown in bounded work") {
    CHECK(plain(std::string(20'000, '>') + " deep").size() < 200'000);
    std::string nested;
    for (int i = 0; i < 300; ++i) nested += std::string(static_cast<std::size_t>(i) * 2, ' ') + "- x\n";
    CHECK(plain(nested).size() < 100'000);
    CHECK(plain(std::string(markdown_bytes_max + 1, '*')) == std::string(markdown_bytes_max + 1, '*'));
}

TEST_CASE("any bytes are rendered without a fault") {
    liaise::test::SeededRandom random{7};
    const std::string_view alphabet = "#*_`[]()<>!-+1.\n\n  ab\x1b&;~|";
    for (int round = 0; round < 500; ++round) {
        std::array<std::uint8_t, 200> bytes{};
        random.fill(bytes);
        std::string text;
        for (const std::uint8_t byte : bytes) text += alphabet[byte % alphabet.size()];
        CHECK(liaise::is_utf8(plain(text)));
    }
}
