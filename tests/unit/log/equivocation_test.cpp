#include "protocol/log/equivocation.h"

#include <doctest/doctest.h>

#include "tests/support/log_builder.h"

using namespace liaise;
using namespace liaise::log;
using test::LogBuilder;

namespace {

struct Fork {
    test::SeededRandom random{1};
    LogBuilder left{random, random.draw<ChannelId>()};
    LogBuilder right = left;

    Fork() {
        left.add("common");
        right = left.branch_after(1);
        left.add("left");
        right.add("right");
    }
    SignedHeader one() const { return left.at(2).signed_header(); }
    SignedHeader other() const { return right.at(2).signed_header(); }
};

}  // namespace

TEST_CASE("two entries at one place prove equivocation, in one form") {
    const Fork fork;
    const EquivocationProof proof = EquivocationProof::make(fork.one(), fork.other()).value();
    CHECK(proof == EquivocationProof::make(fork.other(), fork.one()).value());
    CHECK(proof.sequence() == 2);
    CHECK(proof.writer() == fork.left.writer());
    CHECK(proof.channel() == fork.left.channel());
    const Bytes bytes = proof.encode();
    CHECK(bytes.size() == 380);
    CHECK(EquivocationProof::parse(bytes).value() == proof);
    Bytes swapped = to_bytes(BytesView(bytes).subspan(190));
    append(swapped, BytesView(bytes).first(190));
    CHECK(EquivocationProof::parse(swapped).error().code == ErrorCode::malformed);
}

TEST_CASE("entries that do not contradict each other prove nothing") {
    const Fork fork;
    const auto refused = [](const SignedHeader& a, const SignedHeader& b) {
        return EquivocationProof::make(a, b).error().code;
    };
    CHECK(refused(fork.one(), fork.one()) == ErrorCode::not_permitted);
    CHECK(refused(fork.one(), fork.left.at(1).signed_header()) == ErrorCode::not_permitted);
    const Fork again;
    LogBuilder elsewhere(fork.left.key(), ChannelId{});
    elsewhere.add("common");
    elsewhere.add("left");
    CHECK(refused(fork.one(), elsewhere.at(2).signed_header()) == ErrorCode::not_permitted);
    test::SeededRandom random{9};
    LogBuilder somebody(random, fork.left.channel());
    somebody.add("common");
    somebody.add("left");
    CHECK(refused(fork.one(), somebody.at(2).signed_header()) == ErrorCode::not_permitted);
}

TEST_CASE("nobody can be framed with a changed proof") {
    const Fork fork;
    const Bytes bytes = EquivocationProof::make(fork.one(), fork.other()).value().encode();
    for (std::size_t bit = 0; bit < bytes.size() * 8; bit += 3) {
        Bytes changed = bytes;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        CHECK_FALSE(EquivocationProof::parse(changed).ok());
    }
    SignedHeader unsigned_copy = fork.one();
    unsigned_copy.signature.bytes[63] ^= 0x10;
    CHECK(EquivocationProof::make(fork.one(), unsigned_copy).error().code == ErrorCode::not_authentic);
    CHECK(EquivocationProof::parse(BytesView(bytes).first(379)).error().code == ErrorCode::malformed);
}
