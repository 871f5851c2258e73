#include "protocol/channel/waiting.h"

#include <doctest/doctest.h>

using namespace liaise;
using namespace liaise::channel;

namespace {

EpochId epoch(std::uint8_t number) {
    EpochId id;
    id.bytes.fill(number);
    return id;
}
EntryRef entry(std::uint64_t sequence, std::uint8_t log) {
    EntryRef ref;
    ref.sequence = sequence;
    ref.log.bytes.fill(log);
    return ref;
}

}  // namespace

TEST_CASE("what waits for a key comes out with the key, in order, once") {
    Waiting waiting;
    CHECK(waiting.for_epoch(epoch(1), entry(5, 1)));
    CHECK(waiting.for_epoch(epoch(1), entry(4, 1)));
    CHECK(waiting.for_epoch(epoch(1), entry(4, 1)));
    CHECK(waiting.for_epoch(epoch(2), entry(6, 1)));
    CHECK(waiting.size() == 3);
    CHECK(waiting.epochs() == std::vector{epoch(1), epoch(2)});
    CHECK(waiting.take_epoch(epoch(1)) == std::vector{entry(4, 1), entry(5, 1)});
    CHECK(waiting.take_epoch(epoch(1)).empty());
    CHECK(waiting.size() == 1);
}

TEST_CASE("what waits for a writer comes out with the writer, or with all") {
    Waiting waiting;
    waiting.for_writer(entry(2, 1));
    waiting.for_writer(entry(3, 1));
    waiting.for_writer(entry(2, 2));
    CHECK(waiting.take_writer(entry(1, 1).log) == std::vector{entry(2, 1), entry(3, 1)});
    waiting.for_writer(entry(2, 3));
    CHECK(waiting.take_writers() == std::vector{entry(2, 2), entry(2, 3)});
    CHECK(waiting.size() == 0);
}

TEST_CASE("attack class 15: one log's flood leaves room for the others") {
    Waiting waiting(1000);
    std::size_t kept = 0;
    for (std::uint64_t i = 1; i <= 100'000; ++i)
        if (waiting.for_epoch(epoch(static_cast<std::uint8_t>(i)), entry(i, 1))) ++kept;
    CHECK(kept == 500);
    CHECK(waiting.overflowed());
    for (std::uint8_t log = 2; log < 200; ++log) CHECK(waiting.for_writer(entry(1, log)));
    CHECK(waiting.size() <= 1000);
    waiting.rescan_done();
    CHECK_FALSE(waiting.overflowed());
}

TEST_CASE("the limit holds: at it, one below, one above") {
    Waiting waiting(3);
    CHECK(waiting.for_writer(entry(1, 1)));
    CHECK(waiting.for_writer(entry(1, 2)));
    CHECK_FALSE(waiting.overflowed());
    CHECK(waiting.for_writer(entry(1, 3)));
    CHECK_FALSE(waiting.for_writer(entry(1, 4)));
    CHECK(waiting.overflowed());
    CHECK(waiting.size() == 3);
    waiting.take_writer(entry(1, 2).log);
    CHECK(waiting.for_writer(entry(1, 4)));
}
