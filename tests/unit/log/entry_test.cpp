#include "protocol/log/entry.h"

#include <doctest/doctest.h>

#include "tests/support/seeded_random.h"

using namespace liaise;
using namespace liaise::log;

namespace {

struct Writing {
    test::SeededRandom random{1};
    crypto::SigningKey key = crypto::SigningKey::draw(random);
    ChannelId channel = random.draw<ChannelId>();

    Entry entry(const LogHead& head, std::string_view text, EntryKind kind = EntryKind::content) const {
        return sign_entry(key, channel, head, kind, bytes_of(text)).value();
    }
};

}  // namespace

TEST_CASE("a header is 126 bytes in a fixed order, and reads back") {
    const Writing writing;
    const Entry first = writing.entry({}, "hello");
    const Entry second = writing.entry(first.head(), "again", EntryKind::policy);
    const HeaderBytes bytes = encode(second.header);
    CHECK(bytes.size() == 126);
    CHECK(to_hex(BytesView(bytes).first(2)) == "0101");
    CHECK(same_bytes(BytesView(bytes).subspan(2, 16), writing.channel.view()));
    CHECK(same_bytes(BytesView(bytes).subspan(18, 32), second.header.writer.view()));
    CHECK(to_hex(BytesView(bytes).subspan(50, 8)) == "0000000000000002");
    CHECK(same_bytes(BytesView(bytes).subspan(58, 32), first.id.view()));
    CHECK(to_hex(BytesView(bytes).subspan(90, 4)) == "00000005");
    CHECK(parse_header(bytes).value() == second.header);
    CHECK(parse_signed_header(encode(second.signed_header())).value() == second.signed_header());
}

TEST_CASE("a header with an impossible field is refused by what is wrong with it") {
    const Writing writing;
    const Entry entry = writing.entry({}, "hello");
    const HeaderBytes good = encode(entry.header);
    const auto changed = [&](std::size_t at, std::uint8_t value) {
        HeaderBytes bytes = good;
        bytes[at] = value;
        return parse_header(bytes);
    };
    CHECK(changed(0, 2).error().code == ErrorCode::unsupported);
    CHECK(changed(1, 2).error().code == ErrorCode::unsupported);
    CHECK(changed(57, 0).error().code == ErrorCode::malformed);     // sequence 0
    CHECK(changed(57, 2).error().code == ErrorCode::malformed);     // sequence 2 without a predecessor
    CHECK(changed(58, 1).error().code == ErrorCode::malformed);     // sequence 1 with one
    CHECK(changed(50, 0x80).error().code == ErrorCode::too_large);  // sequence 2^63 + 1
    CHECK(parse_header(BytesView(good).first(125)).error().code == ErrorCode::malformed);
    Bytes longer = to_bytes(good);
    longer.push_back(0);
    CHECK(parse_header(longer).error().code == ErrorCode::malformed);
}

TEST_CASE("payload size and sequence are refused one above their limits") {
    const Writing writing;
    EntryHeader header = writing.entry({}, "x").header;
    for (const std::uint32_t offset : {0U, 1U, 2U}) {
        header.payload_bytes = static_cast<std::uint32_t>(limits::payload_bytes_max) - 1 + offset;
        CHECK(parse_header(encode(header)).ok() == (offset < 2));
    }
    header = writing.entry(writing.entry({}, "x").head(), "y").header;
    for (const std::uint64_t offset : {0U, 1U, 2U}) {
        header.sequence = limits::sequence_max - 1 + offset;
        CHECK(parse_header(encode(header)).ok() == (offset < 2));
    }
    const LogHead head = writing.entry({}, "x").head();
    for (const std::size_t offset : {0U, 1U, 2U}) {
        const Bytes payload(limits::payload_bytes_max - 1 + offset);
        const auto entry = sign_entry(writing.key, writing.channel, head, EntryKind::content, payload);
        CHECK(entry.ok() == (offset < 2));
    }
    const LogHead full{limits::sequence_max, head.id};
    CHECK(sign_entry(writing.key, writing.channel, full, EntryKind::content, {}).error().code ==
          ErrorCode::too_large);
}

TEST_CASE("an entry verifies, and no longer once any bit of it is changed") {
    const Writing writing;
    const Entry entry = writing.entry(writing.entry({}, "first").head(), "second");
    CHECK(verify(entry).ok());

    const Bytes bytes = encode(entry.signed_header());
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        Bytes changed = bytes;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        const Result<SignedHeader> parsed = parse_signed_header(changed);
        if (!parsed) continue;
        CHECK(verify(*parsed).error().code == ErrorCode::not_authentic);
        CHECK(id_of(*parsed) != entry.id);
    }
    Entry other = entry;
    other.payload->back() ^= 1;
    CHECK(verify(other).error().code == ErrorCode::not_authentic);
    other.payload.reset();
    CHECK(verify(other).ok());
    other.id.bytes[0] ^= 1;
    CHECK(verify(other).error().code == ErrorCode::not_authentic);
}

TEST_CASE("an entry's signature stands for nothing else") {
    const Writing writing;
    const Entry entry = writing.entry({}, "hello");
    for (const crypto::Purpose purpose : crypto::all_purposes) {
        const bool right = purpose == crypto::Purpose::entry;
        CHECK(crypto::verify(writing.key.public_key(), purpose, encode(entry.header), entry.signature).ok() ==
              right);
    }
}

TEST_CASE("a log's short name depends on channel and writer") {
    test::SeededRandom random{2};
    const auto channel = random.draw<ChannelId>();
    const auto writer = random.draw<WriterKey>();
    CHECK(log_id_of(channel, writer) == log_id_of(channel, writer));
    CHECK(log_id_of(random.draw<ChannelId>(), writer) != log_id_of(channel, writer));
    CHECK(log_id_of(channel, random.draw<WriterKey>()) != log_id_of(channel, writer));
}
