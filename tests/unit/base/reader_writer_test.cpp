#include <doctest/doctest.h>

#include "protocol/base/reader.h"
#include "protocol/base/writer.h"

using namespace liaise;

TEST_CASE("what is written is read back, big-endian") {
    Writer writer;
    writer.u8(1)
        .u16(0x0203)
        .u32(0x04050607)
        .u64(0x08090a0b0c0d0e0f)
        .sized16(bytes_of("ab"))
        .sized32(bytes_of("c"));
    CHECK(to_hex(writer.view().first(15)) == "0102030405060708090a0b0c0d0e0f");
    Reader reader(writer.view());
    CHECK(reader.u8().value() == 1);
    CHECK(reader.u16().value() == 0x0203);
    CHECK(reader.u32().value() == 0x04050607);
    CHECK(reader.u64().value() == 0x08090a0b0c0d0e0f);
    CHECK(text_of(reader.sized16(2).value()) == "ab");
    CHECK(text_of(reader.sized32(1).value()) == "c");
    CHECK(reader.end().ok());
}

TEST_CASE("a refused read consumes nothing") {
    const Bytes bytes{0x00, 0x05, 'a', 'b'};
    Reader reader(bytes);
    CHECK(reader.sized16(10).error().code == ErrorCode::malformed);
    CHECK(reader.sized16(4).error().code == ErrorCode::too_large);
    CHECK(reader.u64().error().code == ErrorCode::malformed);
    CHECK(reader.position() == 0);
    CHECK(reader.end().error().code == ErrorCode::malformed);
}

TEST_CASE("lengths at the limit are read, one above are not") {
    Writer writer;
    writer.sized32(Bytes(8));
    CHECK(Reader(writer.view()).sized32(8).ok());
    CHECK(Reader(writer.view()).sized32(7).error().code == ErrorCode::too_large);
    const Bytes huge{0xff, 0xff, 0xff, 0xff};
    CHECK(Reader(huge).sized32(SIZE_MAX).error().code == ErrorCode::malformed);
}

TEST_CASE("a varint has one form, the shortest") {
    for (const std::uint64_t number :
         {std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128}, std::uint64_t{16383},
          std::uint64_t{16384}, ~std::uint64_t{0} >> 1, ~std::uint64_t{0}}) {
        Writer writer;
        writer.varint(number);
        Reader reader(writer.view());
        CHECK(reader.varint().value() == number);
        CHECK(reader.done());
        Reader cut(writer.view().first(writer.view().size() - 1));
        CHECK(cut.varint().error().code == ErrorCode::malformed);
        CHECK(cut.position() == 0);
    }
    CHECK(Reader(Bytes{0x80, 0x00}).varint().error().code == ErrorCode::malformed);
    CHECK(Reader(from_hex("ffffffffffffffffff02").value()).varint().error().code == ErrorCode::malformed);
    CHECK(Reader(from_hex("ffffffffffffffffffff01").value()).varint().error().code == ErrorCode::malformed);
}
