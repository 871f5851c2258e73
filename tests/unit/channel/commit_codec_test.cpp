#include <doctest/doctest.h>

#include "protocol/base/limits.h"
#include "protocol/channel/commit_pieces.h"
#include "tests/support/seeded_random.h"

using namespace liaise;
using namespace liaise::channel;

namespace {

Seat seat(std::uint32_t number) {
    Seat seat;
    seat.member.bytes[0] = static_cast<std::uint8_t>(number >> 8);
    seat.member.bytes[1] = static_cast<std::uint8_t>(number);
    return seat;
}

EntryRef ref(std::uint64_t sequence) {
    return {sequence, LogId{{1, 2, 3, 4, 5, 6, 7, 8}}};
}

CommitEntry some_commit() {
    CommitEntry entry;
    entry.fact.charter = ref(1);
    entry.fact.parent = ref(5);
    entry.fact.from = {6, {}};
    entry.fact.to = {7, {{9}}};
    entry.fact.removed = {seat(1), seat(2)};
    entry.fact.added = {{seat(2), ref(8)}, {seat(3), ref(9)}};
    entry.message = Bytes(50, 1);
    return entry;
}

}  // namespace

TEST_CASE("a commit is read as it was written, and has the size that the page says") {
    const CommitEntry entry = some_commit();
    const Bytes bytes = encode(entry);
    CHECK(bytes.size() == 1 + 1 + 16 + 16 + 24 + 24 + 8 + 4 + 2 + 2 + 2 * 68 + 2 + 2 * 84 + 4 + 50);
    CHECK(decode_commit(bytes).value() == entry);
}

TEST_CASE("commits cut short, continued, or of another version are refused") {
    const Bytes bytes = encode(some_commit());
    for (std::size_t size = 0; size < bytes.size(); ++size)
        CHECK(!decode_commit(BytesView(bytes).first(size)).ok());
    Bytes longer = bytes;
    longer.push_back(0);
    CHECK(decode_commit(longer).error().code == ErrorCode::malformed);
    Bytes other = bytes;
    other[0] = 2;
    CHECK(decode_commit(other).error().code == ErrorCode::unsupported);
    other = bytes;
    other[1] = 2;
    CHECK(decode_commit(other).error().code == ErrorCode::malformed);
}

TEST_CASE("seats stand in increasing order, each once") {
    CommitEntry entry = some_commit();
    std::swap(entry.fact.removed[0], entry.fact.removed[1]);
    CHECK(decode_commit(encode(entry)).error().code == ErrorCode::malformed);
    entry = some_commit();
    entry.fact.removed[1] = entry.fact.removed[0];
    CHECK(decode_commit(encode(entry)).error().code == ErrorCode::malformed);
    entry = some_commit();
    entry.fact.added[1] = {entry.fact.added[0].seat, ref(20)};
    CHECK(decode_commit(encode(entry)).error().code == ErrorCode::malformed);
}

TEST_CASE("numbers follow, and a fresh group has its author alone") {
    CommitEntry entry = some_commit();
    entry.fact.to.number = 8;
    CHECK(decode_commit(encode(entry)).error().code == ErrorCode::malformed);
    entry = some_commit();
    entry.fact.from.number = UINT64_MAX;
    entry.fact.to.number = 0;
    CHECK(decode_commit(encode(entry)).error().code == ErrorCode::malformed);
    entry = some_commit();
    entry.message.clear();
    CHECK(decode_commit(encode(entry)).error().code == ErrorCode::malformed);
    entry = some_commit();
    entry.fact.parent = {};
    entry.fact.from = {};
    entry.fact.to.number = 0;
    CHECK(decode_commit(encode(entry)).error().code == ErrorCode::malformed);
    entry.fact.fresh = true;
    CHECK(decode_commit(encode(entry)).error().code == ErrorCode::malformed);
    entry.fact.removed.clear();
    entry.fact.added.resize(1);
    entry.message.clear();
    CHECK(decode_commit(encode(entry)).value() == entry);
}

TEST_CASE("a commit's class is what it does to the seats") {
    CommitFact fact;
    CHECK(fact.commit_class() == CommitClass::update);
    fact.added = {{seat(1), {}}};
    CHECK(fact.commit_class() == CommitClass::add);
    fact.removed = {seat(1)};
    CHECK(fact.commit_class() == CommitClass::update);
    fact.removed.push_back(seat(2));
    CHECK(fact.commit_class() == CommitClass::remove);
    fact.fresh = true;
    CHECK(fact.commit_class() == CommitClass::fresh);
}

TEST_CASE("seats of a commit: at the limit, one below, one above") {
    for (const std::size_t count :
         {limits::commit_seats_max - 1, limits::commit_seats_max, limits::commit_seats_max + 1}) {
        CommitEntry entry = some_commit();
        entry.fact.removed.clear();
        for (std::uint32_t i = 0; i < count; ++i) entry.fact.removed.push_back(seat(i));
        const auto read = decode_commit(encode(entry));
        CHECK(read.ok() == (count <= limits::commit_seats_max));
        if (!read) CHECK(read.error().code == ErrorCode::too_large);
    }
}

TEST_CASE("a commit's message: at the limit, one below, one above") {
    for (int more = -1; more <= 1; ++more) {
        CommitEntry entry = some_commit();
        entry.message.assign(limits::commit_message_bytes_max + static_cast<std::size_t>(1 + more) - 1, 1);
        CHECK(decode_commit(encode(entry)).ok() == (more <= 0));
    }
}

TEST_CASE("any bytes are read or refused, and what is read is written the same") {
    test::SeededRandom random(7);
    const Bytes good = encode(some_commit());
    for (int i = 0; i < 3000; ++i) {
        Bytes bytes = good;
        for (std::uint64_t flips = 1 + random.below(3); flips > 0; --flips)
            bytes[random.below(bytes.size())] = static_cast<std::uint8_t>(random.below(256));
        const auto read = decode_commit(bytes);
        if (read) CHECK(encode(*read) == bytes);
    }
}

TEST_CASE("a commit of any size travels in pieces that fit, and is whole again at the other end") {
    const std::size_t piece = limits::commit_piece_bytes_max;
    const std::size_t room = piece - encode(CommitEntry{some_commit().fact, {}}).size();
    for (const std::size_t size : {std::size_t{1}, room - 1, room, room + 1, room + piece - 1, room + piece,
                                   room + piece + 1, limits::commit_message_bytes_max}) {
        CAPTURE(size);
        CommitEntry whole = some_commit();
        whole.message.resize(size);
        for (std::size_t i = 0; i < size; ++i) whole.message[i] = static_cast<std::uint8_t>(i * 7 >> 3);
        whole.fact.parts = parts_needed(whole.fact, size);
        const std::vector<Body> bodies = pieces_of(whole);
        REQUIRE(bodies.size() == whole.fact.parts + 1U);
        std::vector<Bytes> parts;
        for (const Body& body : bodies) {
            CHECK(validate({Time{}, Handling::clear, {}, body}).ok());
            if (const auto* part = std::get_if<CommitPart>(&body)) parts.push_back(part->bytes);
        }
        CHECK(joined(std::get<CommitEntry>(bodies.back()), parts).value() == whole);
        if (parts.empty()) continue;
        parts.pop_back();
        CHECK(joined(std::get<CommitEntry>(bodies.back()), parts).error().code == ErrorCode::not_known);
    }
}

TEST_CASE("parts of a commit and a commit's own entry: at the limit, one below, one above") {
    for (int more = -1; more <= 1; ++more) {
        const auto over = [more](std::size_t limit) {
            return static_cast<std::size_t>(static_cast<std::int64_t>(limit) + more);
        };
        CommitEntry entry = some_commit();
        entry.fact.parts = static_cast<std::uint16_t>(over(limits::commit_parts_max));
        CHECK(decode_commit(encode(entry)).ok() == (more <= 0));
        entry = some_commit();
        entry.message.resize(
            over(limits::commit_piece_bytes_max - encode(CommitEntry{entry.fact, {}}).size()));
        CHECK(check_piece(entry).ok() == (more <= 0));
        CommitPart part{Bytes(over(limits::commit_piece_bytes_max), 1)};
        CHECK(validate({Time{}, Handling::clear, {}, part}).ok() == (more <= 0));
    }
    CommitEntry most = some_commit();
    most.fact.parts = limits::commit_parts_max;
    const std::vector<Bytes> parts(limits::commit_parts_max, Bytes(limits::commit_piece_bytes_max, 1));
    CHECK(joined(most, parts).error().code == ErrorCode::too_large);
}
