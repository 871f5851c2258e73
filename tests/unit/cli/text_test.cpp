// Attack class 21: one test for each way in which text can drive or deceive a terminal.
#include "cli/text.h"

#include <doctest/doctest.h>

#include "protocol/base/text.h"
#include "tests/support/seeded_random.h"

using namespace liaise::cli;

namespace {
const std::string r = "\ufffd";  // what stands for what was taken out

struct Utf8 {
    Utf8() { choose_character_set(false); }
};
}  // namespace

TEST_CASE_FIXTURE(Utf8, "21: CSI, OSC, DCS, APC, PM and SOS lose the escape that makes them") {
    CHECK(safe_line("\x1b[31mred") == r + "[31mred");
    CHECK(safe_line("\x1b]0;title\x07") == r + "]0;title" + r);
    CHECK(safe_line("\x1b]8;;http://evil\x1b\\x") == r + "]8;;http://evil" + r + "\\x");
    CHECK(safe_line("\x1b]52;c;ZXZpbA==\x07") == r + "]52;c;ZXZpbA==" + r);
    for (const char* kind : {"P", "_", "^", "X"})
        CHECK(safe_line(std::string("\x1b") + kind + "q") == r + kind + "q");
}

TEST_CASE_FIXTURE(Utf8, "21: 8-bit controls, as bytes and as UTF-8") {
    CHECK(safe_line("\x9b"
                    "31m") == r + "31m");
    CHECK(safe_line("\u009b31m") == r + "31m");
    CHECK(safe_line("\u009d0;x\u009c") == r + "0;x" + r);
    CHECK(safe_line("\xc2") == r);
}

TEST_CASE_FIXTURE(Utf8, "21: bell, backspace, carriage return, vertical tab, form feed, delete") {
    CHECK(safe_line("a\ab\bc\rd\ve\ff\x7f") == "a" + r + "b" + r + "c" + r + "d" + r + "e" + r + "f" + r);
    CHECK(safe_text("real\rfake") == "real" + r + "fake");
    CHECK(safe_text("one\r\ntwo") == "one\ntwo");
    CHECK(safe_line(std::string("a\0b", 3)) == "a" + r + "b");
}

TEST_CASE_FIXTURE(Utf8, "21: line breaks and tabs stay within their field") {
    CHECK(safe_line("a\nb\tc") == "a b c");
    CHECK(safe_text("a\nb\tc") == "a\nb    c");
    CHECK(cells(safe_text(std::string(1000, '\t'))) == 4000);
}

TEST_CASE_FIXTURE(Utf8, "21: direction controls") {
    for (const char* control : {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067",
                                "\u2068", "\u2069", "\u200e", "\u200f", "\u061c"})
        CHECK(safe_line(std::string("a") + control + "b") == "a" + r + "b");
    CHECK(safe_line("محمد علي") == "محمد علي");
}

TEST_CASE_FIXTURE(Utf8, "21: zero width, tags and fillers") {
    for (const char* hidden :
         {"\u200b", "\u2060", "\ufeff", "\u00ad", "\u180e", "\u3164", "\U000e0041", "\U000e007f"})
        CHECK(safe_line(std::string("a") + hidden + "b") == "a" + r + "b");
    CHECK(safe_line("adm\u200din") == "admin");
    CHECK(safe_line("م\u200cی") == "م\u200cی");              // Persian needs it
    CHECK(safe_line("م\u200c\u200c\u200cی") == "م\u200cی");  // once
}

TEST_CASE_FIXTURE(Utf8, "21: ten thousand combining marks become a few") {
    std::string piled = "Z";
    for (int i = 0; i < 10'000; ++i) piled += "\u0301";
    const std::string safe = safe_line(piled + "!");
    CHECK(cells(safe) == 2);
    CHECK(safe.size() == 1 + 2 * combining_max + 1);
    CHECK(safe_line("\u0301x") == " \u0301x");  // nothing to stand on: not on what is printed before it
    CHECK(safe_line("Việt Nam") == "Việt Nam");
    CHECK(safe_line("Vie\u0323\u0302t") == "Vie\u0323\u0302t");
}

TEST_CASE_FIXTURE(Utf8, "21: bytes that are not UTF-8 are one replacement each") {
    CHECK(safe_line("\xff\xfe") == r + r);
    CHECK(safe_line("\xc0\xaf") == r + r);
    CHECK(safe_line("\xed\xa0\x80") == r + r + r);
    CHECK(safe_line("a\xe2\x82") == "a" + r + r);
}

TEST_CASE("21: in a terminal that is not UTF-8, nothing beyond ASCII is sent") {
    choose_character_set(true);
    CHECK(safe_line("Nguy\u1ec5n \u015b \x1b[m") == "Nguy?n ? ?[m");  // U+015B ends in the byte 0x9b
    choose_character_set(false);
}

TEST_CASE_FIXTURE(Utf8, "widths: wide characters take two cells, marks none") {
    CHECK(cells("abc") == 3);
    CHECK(cells("山田") == 4);
    CHECK(cells("e\u0301") == 1);
    CHECK(fit("山田太郎", 5) == "山田…");
    CHECK(fit("abcdef", 6) == "abcdef");
    CHECK(fit("abcdef", 5) == "abcd…");
    CHECK(fit("abc", 0).empty());
    CHECK(cells(fit("山田太郎", 4)) <= 4);
}

TEST_CASE_FIXTURE(Utf8, "wrapping breaks at spaces, and in the middle of what has none") {
    CHECK(wrap("one two three", 8) == std::vector<std::string>{"one two", "three"});
    CHECK(wrap("abcdefgh", 3) == std::vector<std::string>{"abc", "def", "gh"});
    CHECK(wrap("a\n\nb", 10) == std::vector<std::string>{"a", "", "b"});
    CHECK(wrap("山山", 1) == std::vector<std::string>{"山", "山"});
    CHECK(wrap("", 10) == std::vector<std::string>{""});
}

TEST_CASE_FIXTURE(Utf8, "any bytes become text that is safe, and safe text stays as it is") {
    liaise::test::SeededRandom random{21};
    for (int round = 0; round < 3000; ++round) {
        std::array<std::uint8_t, 40> bytes{};
        random.fill(bytes);
        if (round % 2 == 0)  // half of them from the interesting part
            for (auto& byte : bytes) byte = byte < 128 ? static_cast<std::uint8_t>(byte % 40) : byte;
        const std::string safe = safe_text({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
        CAPTURE(round);
        CHECK(liaise::is_utf8(safe));
        for (std::size_t at = 0; at < safe.size();) {
            const char32_t c = liaise::next_code_point(safe, at);
            const bool harmless = c == '\n' || c == 0xfffd || !liaise::is_unsafe_in_name(c);
            CHECK(harmless);
        }
        CHECK(safe_text(safe) == safe);
        for (const std::string& line : wrap(safe, 7)) CHECK(cells(line) <= 7);
        CHECK(cells(fit(safe_line(safe), 9)) <= 9);
    }
}
