#include "protocol/log/message_ref.h"

#include <doctest/doctest.h>

#include "protocol/base/limits.h"
#include "tests/support/seeded_random.h"

using namespace liaise;
using namespace liaise::log;

TEST_CASE("a message's name reads back") {
    test::SeededRandom random{1};
    for (const std::uint64_t sequence : {std::uint64_t{1}, std::uint64_t{17}, limits::sequence_max}) {
        const MessageRef ref{sequence, random.draw<LogId>()};
        CHECK(message_ref_from_text(to_text(ref)).value() == ref);
        CHECK(to_text(ref).size() == std::to_string(sequence).size() + 14);
    }
}

TEST_CASE("what is not a message's name is refused") {
    for (const char* text :
         {"", ".", "0.0000000000000", "17", "17.", "17.k3f9", "017.0000000000000", "-1.0000000000000",
          "17.000000000000u", "17.00000000000000", "17 0000000000000", "9007199254740992.0000000000000",
          "99999999999999999999.0000000000000", "17.0000000000001"})
        CHECK_MESSAGE(!message_ref_from_text(text).ok(), text);
}

TEST_CASE("any beginning of a name finds it, in either case and with the usual confusions") {
    const MessageRef ref{17, LogId{{0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08}}};
    const std::string text = to_text(ref);
    for (std::size_t size = 2; size <= text.size(); ++size)
        CHECK(MessageRefPrefix::parse(text.substr(0, size)).value().matches(ref));
    CHECK(text.starts_with("17.0410"));
    CHECK(MessageRefPrefix::parse("17.O4iO").value().matches(ref));
    CHECK_FALSE(MessageRefPrefix::parse("17.042").value().matches(ref));
    CHECK_FALSE(MessageRefPrefix::parse("1").value().matches(ref));
    CHECK_FALSE(MessageRefPrefix::parse("17").value().matches(MessageRef{18, ref.log}));
}

TEST_CASE("what cannot begin a name is refused") {
    for (const char* text : {"", ".k3", "x", "0", "17.u", "17..", "17,k3", "17.00000000000000", "17.\xff"})
        CHECK_MESSAGE(!MessageRefPrefix::parse(text).ok(), text);
}
