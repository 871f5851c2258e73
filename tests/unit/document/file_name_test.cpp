#include "protocol/document/file_name.h"

#include <doctest/doctest.h>

#include "protocol/base/limits.h"
#include "protocol/base/text.h"
#include "tests/unit/document/samples.h"

using namespace liaise;
using namespace liaise::document;
using liaise::test::SeededRandom;

using Case = std::pair<std::string_view, std::string_view>;

TEST_CASE("ordinary names of many scripts stay as they are") {
    for (const char* name :
         {"guide.md", "Needle disposal (final).pdf", "hướng dẫn.md", "Посібник 2.pdf", "دليل.pdf",
          "手引き.txt", "a..b.md", "NULL.txt", "CONTRACT.pdf", "com10.txt", "COM.txt", "x-y_z~1.tar.gz"})
        CHECK(safe_file_name(name) == name);
}

TEST_CASE("no name leads anywhere but to one file in one folder (attack class 20)") {
    using namespace std::string_view_literals;
    for (const auto& [hostile, safe] : {
             Case{"../../etc/passwd", "passwd"},
             Case{"/etc/shadow", "shadow"},
             Case{"..\\..\\windows\\win.ini", "win.ini"},
             Case{"C:\\autoexec.bat", "autoexec.bat"},
             Case{"C:evil.txt", "C_evil.txt"},
             Case{"guide.md/", "document"},
             Case{"", "document"},
             Case{".", "document"},
             Case{"..", "document"},
             Case{"...", "document"},
             Case{"   ", "document"},
             Case{". .", "document"},
             Case{"/", "document"},
             Case{".bashrc", "_bashrc"},
             Case{"..hidden", "_.hidden"},
             Case{"-rf", "_rf"},
             Case{"--output=x", "_-output=x"},
             Case{"~root", "_root"},
             Case{"a\0.md"sv, "a_.md"},
             Case{"a\nb.md", "a_b.md"},
             Case{"a\x1b]0;x\x07.md", "a_]0;x_.md"},
             Case{"gpj.\xe2\x80\xae"
                  "exe.md",
                  "gpj._exe.md"},  // turned round on a screen
             Case{"a\xff.md", "a_.md"},
             Case{"a<b>c|d?e*f\"g:h.md", "a_b_c_d_e_f_g_h.md"},
             Case{"end.", "end"},
             Case{"end. . ", "end"},
             Case{"  start.md", "start.md"},
             Case{"file.txt:stream", "file.txt_stream"},
         })
        CHECK_MESSAGE(safe_file_name(hostile) == safe, hostile);
}

TEST_CASE("device names are not files, whatever their case and extension") {
    for (const char* name : {"CON", "nul", "Aux.md", "prn.tar.gz", "COM1", "com9.txt", "LPT0", "lpt5.pdf",
                             "CLOCK$", "conin$", "CONOUT$.txt", "COM\xc2\xb9", "lpt\xc2\xb3.md", "nul .txt"})
        CHECK_MESSAGE(safe_file_name(name) == std::string("_") + name, name);
}

TEST_CASE("a long name keeps its extension and whole characters; the limit holds, each way by one") {
    const auto named = [](std::size_t size) { return std::string(size - 3, 'a') + ".md"; };
    CHECK(safe_file_name(named(safe_file_name_bytes_max - 1)) == named(safe_file_name_bytes_max - 1));
    CHECK(safe_file_name(named(safe_file_name_bytes_max)) == named(safe_file_name_bytes_max));
    CHECK(safe_file_name(named(safe_file_name_bytes_max + 1)) == named(safe_file_name_bytes_max));
    CHECK(safe_file_name(named(100'000)) == named(safe_file_name_bytes_max));

    std::string wide;
    while (wide.size() < 300) wide += "한";
    const std::string safe = safe_file_name(wide + ".pdf");
    CHECK(is_utf8(safe));
    CHECK(safe.ends_with(".pdf"));
    CHECK(safe.size() > safe_file_name_bytes_max - 4);
    CHECK(safe_file_name("CON." + std::string(300, 'x')).size() <= safe_file_name_bytes_max);
}

TEST_CASE("whatever the bytes, the result keeps every rule and does not change again") {
    static constexpr std::array<std::string_view, 20> parts{
        "/",  "\\", "..",           ".", " ", "-",    "CON", "nul", "a", ".md", "\xff", "\n", "\x1b",
        "한", "|",  "\xe2\x80\xae", "~", ":", "COM1", "\xc2"};
    for (std::uint64_t seed = 1; seed <= 3'000; ++seed) {
        CAPTURE(seed);
        SeededRandom random(seed);
        std::string hostile;
        for (std::uint64_t count = random.below(seed % 50 == 0 ? 400 : 8); count > 0; --count)
            hostile += parts[random.below(parts.size())];
        const std::string safe = safe_file_name(hostile);
        CHECK_FALSE(safe.empty());
        CHECK(safe.size() <= safe_file_name_bytes_max);
        CHECK(is_utf8(safe));
        CHECK(safe.find_first_of("/\\:*?\"<>|") == std::string::npos);
        CHECK(std::string_view(".-~ ").find(safe.front()) == std::string_view::npos);
        CHECK(std::string_view(". ").find(safe.back()) == std::string_view::npos);
        CHECK(safe_file_name(safe) == safe);
    }
}

TEST_CASE("a shown name keeps what it says and loses what it does") {
    CHECK(shown_file_name("../дані/guide.md") == "../дані/guide.md");
    CHECK(shown_file_name("a\x1b[2Jb") == "a�[2Jb");
    CHECK(shown_file_name("a\xff") == "a�");
    CHECK(shown_file_name("x\xe2\x80\xaey") == "x�y");
    const std::string fits(limits::file_name_bytes_max, 'a');
    CHECK(shown_file_name(fits) == fits);
    CHECK(shown_file_name(fits + "a") == fits + "…");
}
