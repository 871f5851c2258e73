#include <doctest/doctest.h>

#include <algorithm>

#include "node/store/search_index.h"
#include "node/store/search_text.h"
#include "protocol/base/limits.h"
#include "tests/unit/store/samples.h"

using namespace liaise;
using namespace liaise::node::store;

namespace {

struct Fixture : test::SampleDatabase {
    void add(std::int64_t key, std::string_view text) {
        Transaction transaction = begin();
        REQUIRE(index.add(MessageKey{key}, text).ok());
        REQUIRE(transaction.commit().ok());
    }
    std::vector<std::int64_t> search(std::string_view typed, std::size_t limit = 50) {
        const auto found = index.search(typed, std::nullopt, limit);
        REQUIRE(found.ok());
        std::vector<std::int64_t> keys;
        for (const MessageKey key : *found) keys.push_back(static_cast<std::int64_t>(key));
        return keys;
    }
    SearchIndex index{*database};
};

using Keys = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("unspaced scripts become pairs of letters, everything else stays") {
    CHECK(index_text("Referral instead of arrest") == "Referral instead of arrest");
    CHECK(index_text("针头处理") == " 针头 头处 处理 ");
    CHECK(index_text("see 针头, now") == "see  针头 , now");
    CHECK(index_text("a针b") == "a 针 b");
    CHECK(index_text("").empty());
    CHECK(index_text("\xff\xfe").empty());
}

TEST_CASE("what is typed becomes quoted terms, and nothing of the index's own language") {
    CHECK(match_query("needle disposal") == "\"needle\" AND \"disposal\"");
    CHECK(match_query("needle* disp*") == "\"needle\"* AND \"disp\"*");
    CHECK(match_query("* ** a**") == "\"a*\"*");
    CHECK(match_query("\"needle disposal\"") == "\"needle disposal\"");
    CHECK(match_query("针头") == "\"针头\"");
    CHECK(match_query("针") == "\"针\"*");
    CHECK(match_query("针头处理") == "\"针头 头处 处理\"");
    CHECK(match_query("") == "");
    CHECK(match_query(" ... -- \" \"\" ") == "");
    CHECK(match_query("a OR b") == "\"a\" AND \"OR\" AND \"b\"");
    CHECK(match_query("text:x*") == "\"text:x\"*");
}

TEST_CASE_FIXTURE(Fixture, "the newest come first, all words must occur, a star makes a beginning") {
    add(10, "Referral instead of arrest: what worked in Kisumu.");
    add(30, "Arrest figures of March");
    add(20, "Needle disposal and referral");
    CHECK(search("arrest") == Keys{30, 10});
    CHECK(search("ARREST referral") == Keys{10});
    CHECK(search("refer*") == Keys{20, 10});
    CHECK(search("refer") == Keys{});
    CHECK(search("ref* arr*") == Keys{10});
    CHECK(search("\"of arrest\"") == Keys{10});
    CHECK(search("\"arrest of\"") == Keys{});
    CHECK(search("arrest", 1) == Keys{30});
    const auto older = index.search("arrest", std::nullopt, 10, MessageKey{30});
    CHECK(*older == std::vector{MessageKey{10}});
    CHECK(search("nothing") == Keys{});
    CHECK(search("") == Keys{});
}

TEST_CASE_FIXTURE(Fixture, "every script of the people who use it can be searched") {
    add(1, "Hướng dẫn xử lý kim tiêm");
    add(2, "Утилізація голок у Києві");
    add(3, "安全处理针头和注射器的指南");
    add(4, "แนวทางการทิ้งเข็มฉีดยาอย่างปลอดภัย");
    add(5, "सुई के निपटान पर मार्गदर्शिका");
    add(6, "إرشادات التخلص من الإبر");
    add(7, "注射針の安全な廃棄について");
    add(8, "មគ្គុទ្ទេសក៍");
    CHECK(search("huong dan") == Keys{1});  // without accents
    CHECK(search("голок") == Keys{2});
    CHECK(search("ГОЛОК") == Keys{2});
    CHECK(search("针头") == Keys{3});
    CHECK(search("注射") == Keys{7, 3});
    CHECK(search("射") == Keys{7, 3});
    CHECK(search("针射") == Keys{});
    CHECK(search("เข็ม") == Keys{4});
    CHECK(search("निपटान") == Keys{5});
    CHECK(search("الإبر") == Keys{6});
    CHECK(search("廃棄") == Keys{7});
    CHECK(search("ទ្ទេស") == Keys{8});
}

TEST_CASE_FIXTURE(Fixture, "no text that a person can type is an error or an operator") {
    add(1, "plain words: NEAR AND OR NOT column text");
    for (const std::string_view typed : {"\"",
                                         "\"\"",
                                         "\"\"\"",
                                         "*",
                                         "^",
                                         "-",
                                         "a*b",
                                         "a -b",
                                         "NOT",
                                         "a NOT",
                                         "NEAR(a b, 3)",
                                         "text:plain",
                                         "{text}: plain",
                                         "(",
                                         ")",
                                         "a)",
                                         "'",
                                         "a' OR 1=1 --",
                                         "+",
                                         "a + b",
                                         ";",
                                         "\\",
                                         "%",
                                         "_",
                                         "-plain",
                                         "^plain",
                                         "search MATCH",
                                         "\x01\x02",
                                         "«plain»",
                                         "’",
                                         "plain’s",
                                         "�",
                                         "\xff"})
        CHECK(index.search(typed, std::nullopt, 10).ok());
    CHECK(search("-plain") == Keys{1});
    CHECK(search("^plain") == Keys{1});
    CHECK(search("plain NOT words") == Keys{1});
    CHECK(search("NOT missing") == Keys{});
    CHECK(search(std::string_view("plain\0words", 11)) == Keys{});
    test::SeededRandom choices(6);
    constexpr std::string_view alphabet = "ab \"*()-^:+{},\\'%\0\n针é";
    for (int i = 0; i < 2000; ++i) {
        std::string typed;
        for (std::uint64_t length = choices.below(20); length > 0; --length)
            typed += alphabet[choices.below(alphabet.size())];
        CAPTURE(typed);
        CHECK(index.search(typed, std::nullopt, 10).ok());
    }
}

TEST_CASE_FIXTURE(Fixture, "a search has a longest text") {
    for (const std::size_t size : {limits::search_bytes_max - 1, limits::search_bytes_max})
        CHECK(index.search(std::string(size, 'a'), std::nullopt, 1).ok());
    CHECK(index.search(std::string(limits::search_bytes_max + 1, 'a'), std::nullopt, 1).error().code ==
          ErrorCode::too_large);
    std::string words;
    while (words.size() + 2 <= limits::search_bytes_max) words += "a ";
    CHECK(index.search(words, std::nullopt, 1).ok());
}

TEST_CASE_FIXTURE(Fixture, "a removed text is not found any more, and the index stays whole") {
    for (std::int64_t key = 1; key <= 100; ++key) add(key, "common 针头 word" + std::to_string(key));
    Transaction transaction = begin();
    for (std::int64_t key = 2; key <= 100; key += 2)
        REQUIRE(index.remove(MessageKey{key}, "common 针头 word" + std::to_string(key)).ok());
    REQUIRE(transaction.commit().ok());
    CHECK(search("common", 100).size() == 50);
    CHECK(search("针头", 100).size() == 50);
    CHECK(search("word2") == Keys{});
    CHECK(search("word3") == Keys{3});
    CHECK(database->check_integrity().ok());
}

TEST_CASE_FIXTURE(Fixture, "a search can keep to one channel") {
    EntryStore entries(*database);
    MessageStore messages(*database);
    const ChannelId channels[] = {random.draw<ChannelId>(), random.draw<ChannelId>()};
    Transaction transaction = begin();
    const LogRow log = *entries.ensure_log(channels[0], random.draw<WriterKey>(), false);
    std::vector<MessageKey> keys;
    for (std::uint64_t i = 0; i < 10; ++i) {
        NewMessage message;
        message.channel = channels[i % 2];
        message.place = {log, i + 1};
        message.order_time = time_from_milliseconds(static_cast<std::int64_t>(i));
        keys.push_back(*messages.add(message));
        REQUIRE(index.add(keys.back(), "the same words").ok());
    }
    REQUIRE(transaction.commit().ok());
    const auto found = index.search("words", channels[1], 3);
    CHECK(*found == std::vector{keys[9], keys[7], keys[5]});
    CHECK(index.search("words", random.draw<ChannelId>(), 3)->empty());
}
