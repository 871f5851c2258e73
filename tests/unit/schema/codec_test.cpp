#include "protocol/schema/codec.h"

#include <capnp/serialize-packed.h>
#include <capnp/serialize.h>
#include <doctest/doctest.h>
#include <kj/io.h>

#include "protocol/schema/peer.capnp.h"
#include "tests/support/seeded_random.h"

using namespace liaise;
using schema::peer::Heads;

namespace {

constexpr schema::ReadLimits limits{1024, 8};

schema::Words draw_words(test::SeededRandom& random) {
    schema::Words words(1 + random.below(600));
    const std::uint64_t style = random.below(4);
    for (std::uint64_t& word : words) {
        if (style == 0 || random.chance(30)) continue;
        word = random.number();
        if (style == 2 && random.chance(70)) word &= 0xff00'00ff'0000'ff00;
        if (style == 3 && random.chance(10)) word &= 0xffff'ff00'ffff'ffff;
    }
    return words;
}

Bytes heads(std::size_t logs_bytes) {
    capnp::MallocMessageBuilder message;
    auto heads = message.initRoot<Heads>();
    heads.setHandle(7);
    heads.setLogs(schema::data_of(Bytes(logs_bytes, 0xaa)));
    heads.setAsk(true);
    return schema::write_packed(heads);
}

Result<std::size_t> logs_bytes_of(BytesView packed, const schema::ReadLimits& read_limits) {
    return schema::read_packed<Heads>(packed, read_limits, [](Heads::Reader reader) -> Result<std::size_t> {
        if (reader.getHandle() != 7 || !reader.getAsk()) return Error{ErrorCode::conflict, "other contents"};
        return schema::view_of(reader.getLogs()).size();
    });
}

}  // namespace

TEST_CASE("packing unpacks, and is what the library reads and writes") {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        test::SeededRandom random(seed);
        const schema::Words words = draw_words(random);
        const Bytes packed = schema::pack(words);
        CHECK(schema::unpack(packed, words.size()).value() == words);
        CHECK(schema::unpack(packed, words.size() - 1).error().code == ErrorCode::too_large);

        kj::ArrayInputStream input(schema::data_of(packed));
        capnp::_::PackedInputStream unpacking(input);
        schema::Words read(words.size());
        unpacking.read(read.data(), read.size() * 8);
        CHECK(read == words);

        kj::VectorOutputStream output;
        {
            capnp::_::PackedOutputStream packing(output);
            packing.write(words.data(), words.size() * 8);
        }
        CHECK(schema::unpack({output.getArray().begin(), output.getArray().size()}, words.size()).value() ==
              words);
    }
}

TEST_CASE("packed bytes that end inside a word are refused, and a bomb is stopped before it unfolds") {
    CHECK(schema::unpack({}, 10).error().code == ErrorCode::malformed);
    CHECK(schema::unpack(Bytes{0x01}, 10).error().code == ErrorCode::malformed);
    CHECK(schema::unpack(Bytes{0x00}, 10).error().code == ErrorCode::malformed);
    CHECK(schema::unpack(Bytes{0xff, 1, 2, 3, 4, 5, 6, 7, 8}, 10).error().code == ErrorCode::malformed);
    CHECK(schema::unpack(Bytes{0xff, 1, 2, 3, 4, 5, 6, 7, 8, 1, 0}, 10).error().code == ErrorCode::malformed);
    Bytes bomb;
    for (int i = 0; i < 100'000; ++i) append(bomb, Bytes{0x00, 0xff});
    CHECK(schema::unpack(bomb, 1024).error().code == ErrorCode::too_large);
}

TEST_CASE("a message reads back, in one form") {
    CHECK(logs_bytes_of(heads(100), limits).value() == 100);
    CHECK(heads(100) == heads(100));
    CHECK(logs_bytes_of(heads(0), limits).value() == 0);
}

TEST_CASE("a function's own refusal passes through") {
    capnp::MallocMessageBuilder message;
    auto root = message.initRoot<Heads>();
    root.setHandle(8);
    CHECK(logs_bytes_of(schema::write_packed(root), limits).error().code == ErrorCode::conflict);
}

TEST_CASE("a message is read at its limit of words and refused above") {
    const Bytes packed = heads(800);  // root pointer, 1 data word, 1 pointer, 100 words
    CHECK(logs_bytes_of(packed, {104, 8}).ok());
    CHECK(logs_bytes_of(packed, {103, 8}).ok());
    CHECK(logs_bytes_of(packed, {102, 8}).error().code == ErrorCode::too_large);
}

TEST_CASE("pointers out of bounds, to themselves and to half a billion of nothing become malformed") {
    const auto refused = [](const schema::Words& words) {
        return logs_bytes_of(schema::pack(words), limits).error().code;
    };
    // A root struct of 1 data word and 1 pointer, whose list pointer is the last word.
    const auto with_list = [](std::uint64_t pointer) {
        return schema::Words{0x0001'0001'0000'0000, std::uint64_t{1} << 34 | 7, pointer};
    };
    CHECK(refused({0x0001'0001'0000'0004}) == ErrorCode::malformed);           // beyond the end
    CHECK(refused({0x0001'0001'ffff'fffc}) == ErrorCode::malformed);           // itself
    CHECK(refused(with_list(0x0000'1002'0000'0001)) == ErrorCode::malformed);  // bytes beyond the end
    CHECK(refused(with_list(0xffff'fff8'0000'0001)) == ErrorCode::malformed);  // 2^29 - 1 empty structs
    CHECK(refused(with_list(0x0000'0000'0000'0002)) == ErrorCode::malformed);  // far pointer to nowhere
}

TEST_CASE("mutated messages are read or refused, never worse") {
    const Bytes good = heads(64);
    test::SeededRandom random(5);
    for (int i = 0; i < 20'000; ++i) {
        Bytes changed = good;
        for (std::uint64_t flips = 1 + random.below(4); flips > 0; --flips)
            changed[random.below(changed.size())] = static_cast<std::uint8_t>(random.number());
        (void)logs_bytes_of(changed, limits);
    }
}
