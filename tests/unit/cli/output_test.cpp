#include "cli/output.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <time.h>

#include "cli/moment.h"
#include "cli/records.h"
#include "cli/text.h"
#include "cli/words.h"

using namespace liaise::cli;

namespace {

// Standard output and standard error in files.
struct Captured {
    std::FILE* out = std::tmpfile();
    std::FILE* err = std::tmpfile();
    ~Captured() {
        std::fclose(out);
        std::fclose(err);
    }
    static std::string text(std::FILE* file) {
        std::fflush(file);
        std::rewind(file);
        std::string all;
        char piece[512];
        for (std::size_t n = std::fread(piece, 1, sizeof piece, file); n > 0;
             n = std::fread(piece, 1, sizeof piece, file))
            all.append(piece, n);
        return all;
    }
};

}  // namespace

TEST_CASE("results go to standard output, everything else to standard error") {
    Captured captured;
    Output out({}, captured.out, captured.err);
    out.line("a result");
    out.note("a note");
    out.error("It failed. Try again.");
    CHECK(Captured::text(captured.out) == "a result\n");
    CHECK(Captured::text(captured.err) == "a note\nliaise: It failed. Try again.\n");
}

TEST_CASE("what is printed is neutralised, errors too") {
    Captured captured;
    Output out({}, captured.out, captured.err);
    out.line("a\x1b[31m\nb");
    out.error("no \x1b]0;x\x07 here");
    CHECK(Captured::text(captured.out) == "a\ufffd[31m b\n");
    CHECK(Captured::text(captured.err) == "liaise: no \ufffd]0;x\ufffd here\n");
}

TEST_CASE("a file is no terminal: no colour, no width, no progress") {
    Captured captured;
    Output out({}, captured.out, captured.err);
    CHECK_FALSE(out.terminal());
    CHECK(out.paint(Style::bold, "x") == "x");
    out.progress("half done");
    CHECK(Captured::text(captured.err).empty());
}

TEST_CASE("a record is one line, in the order in which it was made") {
    Record inner;
    inner.add("z", true);
    Record record;
    record.add("id", "1.abc")
        .add("bytes", std::uint64_t{7})
        .add("verified", false)
        .add("list", std::vector<std::string>{"b", "a"});
    record.add("inner", std::vector<Record>{inner});
    CHECK(record.json() ==
          R"({"id":"1.abc","bytes":7,"verified":false,"list":["b","a"],"inner":[{"z":true}]})");
}

TEST_CASE("21: JSON escapes what could drive a terminal, and nothing else") {
    CHECK(Record{}.add("t", "Nguyễn 山").json() == "{\"t\":\"Nguyễn 山\"}");
    CHECK(Record{}.add("t", "\x1b[m\n\x7f").json() == "{\"t\":\"\\u001b[m\\n\\u007f\"}");
    CHECK(Record{}.add("t", "\u009b\u202e").json() == "{\"t\":\"\\u009b\\u202e\"}");
    CHECK(Record{}.add("t", "\U000e0041").json() == "{\"t\":\"\\udb40\\udc41\"}");
    CHECK(Record{}.add("t", "\xff").json() == "{\"t\":\"\ufffd\"}");
}

TEST_CASE("the fields of a message and of a document stand in their order") {
    Message message;
    message.time = 1'795'412'570'123;
    CHECK(
        record_of(message).json().rfind(
            R"({"id":"","channel":"","author":"","author_id":"","role":"","country":"","verified":false,"time":"2026-11-23T05:42:50.123Z","text":"","state":"",)",
            0) == 0);
    CHECK(
        record_of(Document{})
            .json()
            .rfind(
                R"({"id":"","revision":0,"title":"","lang":"","kind":"","bytes":0,"author":"","time":"1970-01-01T00:00:00.000Z","state":"",)",
                0) == 0);
}

TEST_CASE("people see their own time zone") {
    ::setenv("TZ", "Africa/Nairobi", 1);
    ::tzset();
    const std::string nairobi = moment_for_people(1'795'412'570'123);
    ::setenv("TZ", "EAT-3", 1);
    ::tzset();
    CHECK(moment_for_people(1'795'412'570'123) == "2026-11-23 08:42");
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    CHECK(day_for_people(1'795'412'570'123) == "2026-11-23");
    CHECK(moment_for_people(INT64_MAX).size() > 0);  // a peer's clock set to the end of time
    CHECK(moment_in_utc(INT64_MIN).size() == 24);
}

TEST_CASE("sizes for people") {
    CHECK(size_for_people(0) == "0 B");
    CHECK(size_for_people(999) == "999 B");
    CHECK(size_for_people(1000) == "1.0 kB");
    CHECK(size_for_people(4'200'000) == "4.2 MB");
    CHECK(size_for_people(268'435'456) == "268 MB");
}

TEST_CASE("sentences are filled by number") {
    CHECK(say("{1} before {0}", "b", "a") == "a before b");
    CHECK(say("{0} {0} {7}", 3) == "3 3 ");
    CHECK(say("{x} {") == "{x} {");
    CHECK(say("{0}", "{1}", "no") == "{1}");  // what is put in is not a pattern
}

TEST_CASE("a table is as wide as it needs to be, and gives way where there is no room") {
    choose_character_set(false);
    Table table({{"NAME", true}, {"N", false, true}, {"ID"}});
    table.add({"Nguyen Van Minh", "7", "abcd1234"});
    table.add({"山田", "123", "x"});
    CHECK(table.lines(0) == std::vector<std::string>{"NAME               N  ID",
                                                     "Nguyen Van Minh    7  abcd1234",
                                                     "山田             123  x"});
    CHECK(table.lines(25)[1] == "Nguyen Va…    7  abcd1234");
    const auto blocks = table.lines(12);
    CHECK(blocks[0].rfind("NAME:", 0) == 0);
    for (const std::string& line : blocks) CHECK(cells(line) <= 12);
}

TEST_CASE("21: a table's cells are neutralised") {
    Table table({{"NAME", true}});
    table.add({"a\x1b[2Jb\nc"});
    CHECK(table.lines(0)[1] == "a\ufffd[2Jb c");
}
