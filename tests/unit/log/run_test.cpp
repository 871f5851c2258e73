#include "protocol/log/run.h"

#include <doctest/doctest.h>

#include "protocol/base/writer.h"
#include "protocol/crypto/hash.h"
#include "tests/support/log_builder.h"

using namespace liaise;
using namespace liaise::log;
using test::LogBuilder;

namespace {

struct Logs {
    test::SeededRandom random{1};
    ChannelId channel = random.draw<ChannelId>();
    LogBuilder log{random, channel};

    explicit Logs(int entries) {
        for (int i = 1; i <= entries; ++i) log.add("text " + std::to_string(i));
    }
    Result<VerifiedRun> check(BytesView run, const LogHead& known, bool doubted = false) const {
        return verify_run(channel, LIAISE_TRY(parse_run(run)), known, doubted);
    }
};

// Reads a run without any short cut: every header spelled out, every signature checked.
bool naive_accepts(const Logs& logs, BytesView bytes, LogHead head) {
    const Result<RunView> run = parse_run(bytes);
    if (!run || run->first != head.sequence + 1) return false;
    std::size_t at = 0;
    const BytesView all = run->entries;
    for (std::uint64_t i = 0; i < run->count; ++i) {
        if (at + 66 > all.size() || all[at] > 1) return false;
        EntryHeader header{EntryKind{all[at]}, logs.channel, run->writer, run->first + i, head.id, 0, {}};
        std::size_t size = all[at + 1];
        at += 2;
        if (size >= 0x80) size = (size & 0x7f) | std::size_t{all[at++]} << 7;
        if (at + 64 + size > all.size()) return false;
        const Signature signature = Signature::from(all.subspan(at, 64)).value();
        const Bytes payload = to_bytes(all.subspan(at + 64, size));
        at += 64 + size;
        header.payload_bytes = static_cast<std::uint32_t>(size);
        header.payload_hash = crypto::blake2b({payload});
        const SignedHeader entry{header, signature};
        if (!verify(entry)) return false;
        head = {header.sequence, id_of(entry)};
    }
    return at == all.size();
}

}  // namespace

TEST_CASE("a run is rebuilt exactly, and only its last signature is marked as checked") {
    const Logs logs(5);
    const auto run = logs.check(logs.log.run(2, 5), logs.log.head_at(1));
    REQUIRE(run.ok());
    CHECK(run->channel() == logs.channel);
    CHECK(run->writer() == logs.log.writer());
    CHECK(run->first() == 2);
    CHECK(run->head() == logs.log.head());
    for (const RunEntry& entry : run->entries()) {
        const Entry& original = logs.log.at(entry.header.sequence);
        CHECK(entry.header == original.header);
        CHECK(entry.id == original.id);
        CHECK(same_bytes(entry.payload, *original.payload));
        CHECK(entry.verified == (entry.header.sequence == 5));
    }
}

TEST_CASE("a gap, an overlap and a false chain are told apart") {
    const Logs logs(5);
    const Bytes run = logs.log.run(3, 4);
    CHECK(logs.check(run, logs.log.head_at(1)).error().code == ErrorCode::not_known);
    CHECK(logs.check(run, logs.log.head_at(3)).error().code == ErrorCode::conflict);
    LogHead other = logs.log.head_at(2);
    other.id.bytes[0] ^= 1;
    CHECK(logs.check(run, other).error().code == ErrorCode::not_authentic);
    CHECK(logs.check(run, logs.log.head_at(2)).ok());
    CHECK(verify_beginning(logs.channel, parse_run(run).value(), logs.log.head_at(1)).error().code ==
          ErrorCode::not_known);
}

TEST_CASE("a run of another channel or writer does not verify") {
    const Logs logs(3);
    const Bytes run = logs.log.run(1, 3);
    Bytes other_writer = run;
    other_writer[0] ^= 1;
    CHECK(logs.check(other_writer, {}).error().code == ErrorCode::not_authentic);
    ChannelId channel = logs.channel;
    channel.bytes[0] ^= 1;
    CHECK(verify_run(channel, parse_run(run).value(), {}).error().code == ErrorCode::not_authentic);
}

TEST_CASE("any changed bit, and any cut, is refused") {
    const Logs logs(3);
    const Bytes run = logs.log.run(1, 3);
    for (std::size_t bit = 0; bit < run.size() * 8; ++bit) {
        Bytes changed = run;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        CHECK_FALSE(logs.check(changed, {}).ok());
    }
    for (std::size_t size = 0; size < run.size(); ++size)
        CHECK_FALSE(logs.check(BytesView(run).first(size), {}).ok());
    Bytes longer = run;
    longer.push_back(0);
    CHECK(logs.check(longer, {}).error().code == ErrorCode::malformed);
}

TEST_CASE("a bad signature in the middle passes under a good last one, but not for a doubted log") {
    Logs logs(2);
    logs.log.add_badly_signed("three");
    logs.log.add("four");
    const Bytes run = logs.log.run(1, 4);
    const auto taken = logs.check(run, {});
    REQUIRE(taken.ok());
    CHECK_FALSE(taken->entries()[2].verified);
    CHECK(logs.check(run, {}, true).error().code == ErrorCode::not_authentic);

    const auto good = verify_beginning(logs.channel, parse_run(run).value(), {});
    REQUIRE(good.ok());
    CHECK(good->head() == logs.log.head_at(2));
    CHECK(good->entries()[0].verified);
    const Bytes bad = logs.log.run(3, 4);
    CHECK(verify_beginning(logs.channel, parse_run(bad).value(), logs.log.head_at(2)).error().code ==
          ErrorCode::not_authentic);
}

TEST_CASE("a run that stops before a good signature is refused") {
    Logs logs(2);
    logs.log.add_badly_signed("three");
    CHECK(logs.check(logs.log.run(1, 3), {}).error().code == ErrorCode::not_authentic);
}

TEST_CASE("a policy entry needs its own signature wherever it stands") {
    Logs logs(1);
    logs.log.add("policy", EntryKind::policy);
    logs.log.add("three");
    const auto run = logs.check(logs.log.run(1, 3), {});
    REQUIRE(run.ok());
    CHECK(run->entries()[1].verified);

    Logs bad(1);
    LogBuilder forged = bad.log;
    forged.add_badly_signed("policy");
    // The same bad entry, said to be of kind policy.
    Bytes bytes = forged.run(2, 2);
    forged.add("three");
    CHECK(bad.check(bytes, bad.log.head()).error().code == ErrorCode::not_authentic);
    LogBuilder policy = bad.log;
    Entry entry = policy.add("policy", EntryKind::policy);
    entry.signature.bytes[0] ^= 1;
    const SignedHeader twisted{entry.header, entry.signature};
    const Entry next =
        sign_entry(policy.key(), bad.channel, {2, id_of(twisted)}, EntryKind::content, bytes_of("three"))
            .value();
    RunBuilder builder({}, policy.writer(), 2);
    builder.add(EntryKind::policy, entry.signature, *entry.payload, true);
    builder.add(EntryKind::content, next.signature, *next.payload, true);
    CHECK(bad.check(std::move(builder).finish(), bad.log.head()).error().code == ErrorCode::not_authentic);
}

TEST_CASE("an expired payload is replaced by its hash, and the chain still verifies") {
    const Logs logs(3);
    RunBuilder builder({}, logs.log.writer(), 1);
    for (const Entry& entry : logs.log.entries()) {
        if (entry.header.sequence == 2)
            builder.add_expired(entry.header.kind, entry.signature, entry.header.payload_bytes,
                                entry.header.payload_hash, true);
        else
            builder.add(entry.header.kind, entry.signature, *entry.payload, true);
    }
    const auto run = logs.check(std::move(builder).finish(), {});
    REQUIRE(run.ok());
    CHECK(run->head() == logs.log.head());
    CHECK_FALSE(run->entries()[1].has_payload);
    CHECK(run->entries()[1].payload.empty());
}

TEST_CASE("a sender ends a run at the last verified entry") {
    const Logs logs(4);
    const auto served = [&](std::initializer_list<bool> verified) {
        RunBuilder builder(bytes_of("f"), logs.log.writer(), 1);
        std::uint64_t sequence = 1;
        for (const bool good : verified) {
            const Entry& entry = logs.log.at(sequence++);
            builder.add(entry.header.kind, entry.signature, *entry.payload, good);
        }
        const std::uint16_t count = builder.count();
        const Bytes bytes = std::move(builder).finish();
        CHECK(bytes[0] == 'f');
        if (count > 0) {
            const auto run = logs.check(BytesView(bytes).subspan(1), {});
            REQUIRE(run.ok());
            CHECK(run->entries().size() == count);
        } else {
            CHECK(bytes.size() == 1);
        }
        return count;
    };
    CHECK(served({true, true, true, true}) == 4);
    CHECK(served({true, false, true, false}) == 3);
    CHECK(served({true, false, false}) == 1);
    CHECK(served({false, false}) == 0);
    CHECK(served({}) == 0);
}

TEST_CASE("a builder stops where it is told to, and goes on to a verified entry past what is wanted") {
    test::SeededRandom random{3};
    const auto writer = random.draw<WriterKey>();
    const Signature signature{};
    RunBuilder until_three({}, writer, 1, limits::run_bytes_wanted, 3);
    CHECK(until_three.add(EntryKind::content, signature, {}, true));
    CHECK(until_three.add(EntryKind::content, signature, {}, true));
    CHECK_FALSE(until_three.add(EntryKind::content, signature, {}, true));
    CHECK_FALSE(until_three.add(EntryKind::content, signature, {}, true));
    CHECK(until_three.last() == 3);

    RunBuilder small({}, writer, 1, 1000);
    const Bytes payload(500);
    CHECK(small.add(EntryKind::content, signature, payload, true));
    CHECK(small.add(EntryKind::content, signature, payload, false));
    CHECK(small.add(EntryKind::content, signature, payload, false));
    CHECK_FALSE(small.add(EntryKind::content, signature, payload, true));
    CHECK(small.count() == 4);
}

TEST_CASE("entries and bytes of a run are refused one above their limits") {
    Logs logs(0);
    for (std::size_t i = 0; i < limits::run_entries_max + 1; ++i) logs.log.add("");
    Bytes most = logs.log.run(1, limits::run_entries_max);
    CHECK(parse_run(most).value().count == limits::run_entries_max);
    CHECK(logs.check(most, {}).ok());
    CHECK(logs.check(logs.log.run(1, limits::run_entries_max - 1), {}).ok());
    CHECK(parse_run(logs.log.run(1, limits::run_entries_max + 1)).value().count == limits::run_entries_max);
    ++most[34];  // the count's lower byte
    CHECK(parse_run(most).error().code == ErrorCode::too_large);

    for (const std::size_t offset : {0U, 1U, 2U}) {
        Logs big(0);
        const std::size_t last = limits::run_bytes_max - 3 * 68 - 2 * limits::payload_bytes_max - 1 + offset;
        Bytes bytes;
        Writer writer;
        std::size_t i = 0;
        for (const std::size_t size : {limits::payload_bytes_max, limits::payload_bytes_max, last}) {
            const Entry& entry = big.log.add(Bytes(size));
            if (i++ == 0) writer.fixed(entry.header.writer).varint(1).u16(3);
            writer.u8(0).varint(size).fixed(entry.signature).raw(*entry.payload);
        }
        CHECK(big.check(writer.view(), {}).ok() == (offset < 2));
        RunBuilder builder({}, big.log.writer(), 1, limits::run_bytes_max);
        for (const Entry& entry : big.log.entries())
            builder.add(entry.header.kind, entry.signature, *entry.payload, true);
        CHECK(builder.count() == (offset < 2 ? 3 : 2));
    }
}

TEST_CASE("what is known already is dropped from the beginning of a run") {
    const Logs logs(4);
    auto run = logs.check(logs.log.run(1, 4), {}).value();
    run.drop_through(0);
    CHECK(run.first() == 1);
    run.drop_through(2);
    CHECK(run.first() == 3);
    CHECK(run.entries().size() == 2);
    CHECK(text_of(run.entries()[0].payload) == "text 3");
    run.drop_through(4);
    CHECK(run.first() == 3);
}

TEST_CASE("an own entry becomes a run of one, marked as checked") {
    Logs logs(2);
    const VerifiedRun run = run_of(logs.log.at(2));
    CHECK(run.head() == logs.log.head());
    CHECK(run.entries()[0].verified);
    CHECK(text_of(run.entries()[0].payload) == "text 2");
}

TEST_CASE(
    "runs of honest and dishonest logs: what we take is what the naive reader takes, or more under one "
    "signature") {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        test::SeededRandom random(seed);
        Logs logs(0);
        const std::uint64_t count = 1 + random.below(12);
        bool all_good = true;
        for (std::uint64_t i = 0; i < count; ++i) {
            const bool bad = random.chance(8);
            all_good = all_good && !bad;
            if (bad)
                logs.log.add_badly_signed("bad");
            else
                logs.log.add(Bytes(random.below(300)),
                             random.chance(20) ? EntryKind::policy : EntryKind::content);
        }
        const std::uint64_t known = random.below(count);
        Bytes run = logs.log.run(known + 1, count);
        if (random.chance(50))
            run[random.below(run.size())] ^= static_cast<std::uint8_t>(1 + random.below(255));
        const LogHead head = logs.log.head_at(known);
        const bool naive = naive_accepts(logs, run, head);
        CHECK(logs.check(run, head, true).ok() == naive);
        if (naive || all_good) CHECK(logs.check(run, head).ok() == naive);
    }
}
