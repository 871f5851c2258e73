#include "protocol/channel/epoch_keys.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/seeded_random.h"

using namespace liaise;
using namespace liaise::channel;

TEST_CASE("secrets that are exported make an equal keyring, in any order") {
    test::SeededRandom random(3);
    Keyring keyring;
    keyring.tag_key = crypto::Key::draw(random);
    keyring.writer_seed = crypto::Key::draw(random);
    for (int i = 0; i < 20; ++i) keyring.add(random.draw<EpochId>(), crypto::Key::draw(random));
    for (int i = 0; i < 20; ++i)
        keyring.add_entry({random.number(), random.draw<LogId>()}, crypto::Key::draw(random));
    std::vector<crypto::SecretBytes> records = keyring.export_secrets();
    std::reverse(records.begin(), records.end());
    Keyring again;
    for (const auto& record : records) again.import_secret(record).value();
    CHECK(again == keyring);
}

TEST_CASE("a record that is none is refused and changes nothing") {
    Keyring keyring;
    const Keyring before = keyring;
    for (std::size_t size = 0; size < 60; ++size)
        for (std::uint8_t kind = 0; kind < 6; ++kind) {
            Bytes bytes(size, 1);
            if (size > 0) bytes[0] = kind;
            const bool right = (kind == 1 && size == 41) || (kind == 2 && size == 49) ||
                               ((kind == 3 || kind == 4) && size == 33);
            if (right) continue;
            CHECK_FALSE(keyring.import_secret(crypto::SecretBytes::copy_of(bytes)).ok());
        }
    CHECK(keyring == before);
}

TEST_CASE("the current key is none until its epoch's key is here") {
    test::SeededRandom random(4);
    const auto key = crypto::Key::draw(random);
    const ChannelId channel = random.draw<ChannelId>();
    const EpochId id = epoch_id_of(channel, key);
    Keyring keyring;
    CHECK_FALSE(keyring.current());
    keyring.set_current(id);
    CHECK_FALSE(keyring.current());
    CHECK(keyring.add(id, key));
    CHECK_FALSE(keyring.add(id, key));
    REQUIRE(keyring.current());
    CHECK(keyring.current()->id == id);
    CHECK(*keyring.current()->key == key);
    CHECK(epoch_id_of(random.draw<ChannelId>(), key) != id);
}

TEST_CASE("every place has a key of its own") {
    test::SeededRandom random(5);
    const auto epoch = crypto::Key::draw(random);
    const auto channel = random.draw<ChannelId>();
    const auto writer = random.draw<WriterKey>();
    const crypto::Key key = entry_key(epoch, channel, writer, 1);
    CHECK(entry_key(epoch, channel, writer, 1) == key);
    CHECK_FALSE(entry_key(epoch, channel, writer, 2) == key);
    CHECK_FALSE(entry_key(epoch, random.draw<ChannelId>(), writer, 1) == key);
    CHECK_FALSE(entry_key(epoch, channel, random.draw<WriterKey>(), 1) == key);
    CHECK_FALSE(entry_key(crypto::Key::draw(random), channel, writer, 1) == key);
}
