// Keys of single messages in a parcel: what goes in comes out, for one device; and bad input.
#include "protocol/channel/handed_keys.h"

#include <doctest/doctest.h>

#include "protocol/base/limits.h"
#include "tests/support/seeded_random.h"

using namespace liaise;
using namespace liaise::channel;

namespace {

struct Handing {
    test::SeededRandom random{8};
    crypto::DhKey inbox = crypto::DhKey::draw(random);
    Device device{random.draw<DeviceId>(), inbox.public_key()};

    HandedKeys keys(std::size_t count) {
        HandedKeys handed{random.draw<ChannelId>(), {}};
        for (std::size_t i = 0; i < count; ++i)
            handed.keys.emplace_back(EntryRef{i + 1, random.draw<LogId>()}, crypto::Key::draw(random));
        return handed;
    }
    Bytes parcel(std::size_t count) { return seal_handed_keys(keys(count), device, random).value(); }
};

}  // namespace

TEST_CASE("handed keys come out as they went in, for the device that they are for") {
    Handing handing;
    for (const std::size_t count : {std::size_t{1}, limits::wanted_entries_max}) {
        const HandedKeys keys = handing.keys(count);
        const Bytes parcel = seal_handed_keys(keys, handing.device, handing.random).value();
        const HandedKeys opened = open_handed_keys(parcel, handing.device.id, handing.inbox).value();
        CHECK(opened.channel == keys.channel);
        CHECK(opened.keys == keys.keys);
        CHECK_FALSE(open_handed_keys(parcel, handing.random.draw<DeviceId>(), handing.inbox).ok());
        const auto other = crypto::DhKey::draw(handing.random);
        CHECK_FALSE(open_handed_keys(parcel, handing.device.id, other).ok());
    }
    for (const std::size_t count : {std::size_t{0}, limits::wanted_entries_max + 1})
        CHECK_FALSE(seal_handed_keys(handing.keys(count), handing.device, handing.random).ok());
}

TEST_CASE("a parcel of handed keys that was changed anywhere, or cut, does not open") {
    Handing handing;
    const Bytes parcel = handing.parcel(2);
    for (std::size_t i = 0; i < parcel.size(); ++i) {
        Bytes damaged = parcel;
        damaged[i] ^= 1;
        CHECK_FALSE(open_handed_keys(damaged, handing.device.id, handing.inbox).ok());
        CHECK_FALSE(open_handed_keys(BytesView(parcel).first(i), handing.device.id, handing.inbox).ok());
    }
}

TEST_CASE("counts and versions of handed keys are checked before anything is read") {
    Bytes body(1 + 16 + 2 + 48);
    body[0] = 1;
    body[18] = 1;
    CHECK(decode_handed_keys(body).ok());
    for (const int count : {0, 2, 65}) {
        body[18] = static_cast<std::uint8_t>(count);
        CHECK_FALSE(decode_handed_keys(body).ok());
    }
    body[18] = 1;
    body[0] = 2;
    CHECK(decode_handed_keys(body).error().code == ErrorCode::unsupported);
}
