#include "node/service/parcel_pieces.h"

#include <doctest/doctest.h>

#include "tests/unit/store/samples.h"

using namespace liaise;
using namespace liaise::node;
using namespace liaise::node::service;
using channel::ParcelPiece;
using channel::PieceSetId;
using namespace std::chrono_literals;

namespace {

constexpr auto most_of_one = limits::piece_sets_of_one_max;

struct Receiver {
    Receiver() { start(); }
    // As after kill -9: only what was committed is there.
    void start() {
        pieces.reset();
        records.reset();
        sample.reopen();
        records = std::make_unique<store::RecordStore>(*sample.database);
        pieces = std::make_unique<ParcelPieces>(*records);
        REQUIRE(pieces->load().ok());
    }
    Result<std::optional<Bytes>> take(std::uint8_t from, std::uint8_t set, std::uint16_t index,
                                      std::uint16_t count, BytesView bytes) {
        DeviceId device;
        device.bytes[0] = from;
        PieceSetId id;
        id.bytes[0] = set;
        store::Transaction transaction = sample.begin();
        auto taken = pieces->take(device, {id, index, count, bytes}, now);
        REQUIRE(transaction.commit().ok());
        return taken;
    }
    std::size_t kept() { return *records->count(37); }

    test::SampleDatabase sample;
    std::unique_ptr<store::RecordStore> records;
    std::unique_ptr<ParcelPieces> pieces;
    Time now{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}};
};

}  // namespace

TEST_CASE("pieces in any order and more than once give the whole once, and nothing stays behind") {
    Receiver receiver;
    CHECK_FALSE(*receiver.take(1, 1, 2, 3, bytes_of("c")));
    CHECK_FALSE(*receiver.take(1, 1, 0, 3, bytes_of("a")));
    CHECK_FALSE(*receiver.take(1, 1, 0, 3, bytes_of("x")));
    const auto whole = *receiver.take(1, 1, 1, 3, bytes_of("b"));
    REQUIRE(whole);
    CHECK(text_of(*whole) == "abc");
    CHECK(receiver.pieces->sets() == 0);
    CHECK(receiver.kept() == 0);
}

TEST_CASE("after a crash what was acknowledged is here, and the rest makes it whole") {
    Receiver receiver;
    CHECK_FALSE(*receiver.take(1, 1, 1, 2, bytes_of("b")));
    receiver.start();
    CHECK(receiver.pieces->sets() == 1);
    CHECK(receiver.pieces->bytes() == 1);
    CHECK(text_of(**receiver.take(1, 1, 0, 2, bytes_of("a"))) == "ab");
    receiver.start();
    CHECK(receiver.pieces->sets() == 0);
}

TEST_CASE("a batch that is not made durable leaves the pieces that were here") {
    Receiver receiver;
    CHECK_FALSE(*receiver.take(1, 1, 1, 2, bytes_of("b")));
    {
        const store::Transaction transaction = receiver.sample.begin();  // and never committed
        CHECK(*receiver.pieces->take({{1}}, {{{1}}, 0, 2, bytes_of("a")}, receiver.now));
    }
    receiver.start();
    CHECK(text_of(**receiver.take(1, 1, 0, 2, bytes_of("a"))) == "ab");
}

TEST_CASE("pieces of different devices never meet") {
    Receiver receiver;
    CHECK_FALSE(*receiver.take(1, 1, 0, 2, bytes_of("a")));
    CHECK_FALSE(*receiver.take(2, 1, 1, 2, bytes_of("x")));
    CHECK(text_of(**receiver.take(1, 1, 1, 2, bytes_of("b"))) == "ab");
}

TEST_CASE("pieces that do not fit together take their set with them") {
    Receiver receiver;
    CHECK_FALSE(*receiver.take(1, 1, 0, 3, bytes_of("a")));
    CHECK(receiver.take(1, 1, 1, 4, bytes_of("b")).error().code == ErrorCode::malformed);
    CHECK(receiver.kept() == 0);
    CHECK(receiver.pieces->sets() == 0);
}

TEST_CASE("a whole has at most its limit, whatever its pieces say") {
    for (const std::size_t over : {std::size_t{0}, std::size_t{1}}) {
        CAPTURE(over);
        Receiver receiver;
        const Bytes full(limits::piece_bytes_max);
        const std::size_t fulls = limits::whole_parcel_bytes_max / limits::piece_bytes_max;
        const std::size_t rest = limits::whole_parcel_bytes_max % limits::piece_bytes_max + over;
        const auto count = static_cast<std::uint16_t>(fulls + 1);
        for (std::uint16_t i = 0; i < fulls; ++i) CHECK_FALSE(*receiver.take(1, 1, i, count, full));
        const auto last = receiver.take(1, 1, count - 1, count, Bytes(rest));
        if (over == 0) {
            REQUIRE(last.ok());
            CHECK((*last)->size() == limits::whole_parcel_bytes_max);
        } else {
            CHECK(last.error().code == ErrorCode::too_large);
        }
        CHECK(receiver.kept() == 0);
    }
}

TEST_CASE("attack class 17: who begins parcels without end loses their own, the oldest first") {
    Receiver receiver;
    CHECK_FALSE(*receiver.take(9, 1, 0, 2, bytes_of("of another")));
    for (std::uint8_t set = 1; set <= most_of_one + 1; ++set) {
        receiver.now += 1s;
        CHECK_FALSE(*receiver.take(1, set, 0, 2, bytes_of("a")));
        CHECK(receiver.pieces->sets() == 1 + std::min<std::size_t>(set, most_of_one));
    }
    CHECK_FALSE(*receiver.take(1, 1, 1, 2, bytes_of("b")));  // its first piece is gone
    CHECK(*receiver.take(9, 1, 1, 2, bytes_of("!")));
}

TEST_CASE("what never comes whole goes after its days") {
    for (const int beyond : {0, 1}) {
        CAPTURE(beyond);
        Receiver receiver;
        CHECK_FALSE(*receiver.take(1, 1, 0, 2, bytes_of("a")));
        receiver.now += std::chrono::days(limits::piece_set_days) + std::chrono::milliseconds(beyond);
        CHECK_FALSE(*receiver.take(2, 1, 0, 2, bytes_of("a")));
        CHECK(receiver.pieces->sets() == (beyond == 0 ? 2 : 1));
    }
}

TEST_CASE("all that is begun has one bound, and who takes most gives way") {
    Receiver receiver;
    const Bytes full(limits::piece_bytes_max);
    CHECK_FALSE(*receiver.take(200, 1, 0, 2, bytes_of("small")));
    const std::size_t pieces = limits::piece_store_bytes_max / limits::piece_bytes_max + 2;
    for (std::size_t i = 0; i < pieces; ++i) {
        const auto device = static_cast<std::uint8_t>(1 + i / 30);
        CHECK_FALSE(*receiver.take(device, 1, static_cast<std::uint16_t>(i % 30), 40, full));
        CHECK(receiver.pieces->bytes() <= limits::piece_store_bytes_max);
    }
    CHECK(receiver.pieces->bytes() > limits::piece_store_bytes_max / 2);
    CHECK(*receiver.take(200, 1, 1, 2, bytes_of(" one")));
}
