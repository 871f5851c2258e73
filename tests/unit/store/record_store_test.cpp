#include "node/store/record_store.h"

#include <doctest/doctest.h>

#include "node/store/secret_store.h"
#include "tests/unit/store/samples.h"

using namespace liaise;
using namespace liaise::node::store;

TEST_CASE("records keep their versions, put leaves one, and kinds do not mix") {
    test::SampleDatabase sample;
    RecordStore records(*sample.database);
    Transaction transaction = sample.begin();
    CHECK(*records.append(1, bytes_of("charter"), bytes_of("a")) == 1);
    CHECK(*records.append(1, bytes_of("charter"), bytes_of("b")) == 2);
    CHECK(*records.append(2, bytes_of("charter"), bytes_of("other")) == 1);
    CHECK(text_of(**records.get(1, bytes_of("charter"))) == "b");
    const auto versions = records.versions(1, bytes_of("charter"));
    REQUIRE(versions->size() == 2);
    CHECK(text_of((*versions)[0].value) == "a");
    CHECK(*records.put(1, bytes_of("charter"), bytes_of("c")) == 3);
    CHECK(records.versions(1, bytes_of("charter"))->size() == 1);
    REQUIRE(records.remove(1, bytes_of("charter")).ok());
    CHECK_FALSE(records.get(1, bytes_of("charter"))->has_value());
    CHECK(text_of(**records.get(2, bytes_of("charter"))) == "other");
    REQUIRE(transaction.commit().ok());
}

TEST_CASE("a kind is listed in the order of its keys, the newest version of each, page by page") {
    test::SampleDatabase sample;
    RecordStore records(*sample.database);
    Transaction transaction = sample.begin();
    for (std::uint8_t key = 0; key < 10; ++key)
        for (std::uint8_t version = 0; version <= key; ++version)
            REQUIRE(records.append(7, Bytes{key}, Bytes{version}).ok());
    REQUIRE(records.append(7, {}, bytes_of("empty key")).ok());
    CHECK(*records.count(7) == 11);
    const auto first = records.list(7, 4);
    REQUIRE(first->size() == 4);
    CHECK((*first)[0].key.empty());
    CHECK((*first)[3].value == Bytes{2});
    const auto rest = records.list(7, 100, (*first)[3].key);
    REQUIRE(rest->size() == 7);
    CHECK((*rest)[6].key == Bytes{9});
    CHECK((*rest)[6].version == 10);
    CHECK(records.list(8, 10)->empty());
}

TEST_CASE("records and their keys have limits") {
    test::SampleDatabase sample;
    RecordStore records(*sample.database);
    Transaction transaction = sample.begin();
    for (const std::size_t size : {record_bytes_max - 1, record_bytes_max})
        CHECK(records.put(1, bytes_of("a"), Bytes(size)).ok());
    CHECK(records.put(1, bytes_of("a"), Bytes(record_bytes_max + 1)).error().code == ErrorCode::too_large);
    for (const std::size_t size : {record_key_bytes_max - 1, record_key_bytes_max})
        CHECK(records.put(1, Bytes(size), {}).ok());
    CHECK(records.put(1, Bytes(record_key_bytes_max + 1), {}).error().code == ErrorCode::too_large);
}

TEST_CASE("secrets come back, replaced and removed ones do not, and limits hold") {
    test::SampleDatabase sample;
    SecretStore secrets(*sample.database, test::sample_key(), sample.random);
    Transaction transaction = sample.begin();
    REQUIRE(secrets.put(1, bytes_of("seed"), bytes_of("first")).ok());
    REQUIRE(secrets.put(1, bytes_of("seed"), bytes_of("second")).ok());
    REQUIRE(secrets.put(1, bytes_of("a"), {}).ok());
    REQUIRE(secrets.put(2, bytes_of("seed"), bytes_of("third")).ok());
    CHECK(text_of((**secrets.get(1, bytes_of("seed"))).view()) == "second");
    CHECK((**secrets.get(1, bytes_of("a"))).empty());
    CHECK(*secrets.names(1) == std::vector<Bytes>{to_bytes(bytes_of("a")), to_bytes(bytes_of("seed"))});
    REQUIRE(secrets.remove_all(1).ok());
    CHECK_FALSE(secrets.get(1, bytes_of("seed"))->has_value());
    REQUIRE(secrets.remove(2, bytes_of("seed")).ok());
    CHECK_FALSE(secrets.get(2, bytes_of("seed"))->has_value());
    for (const std::size_t size : {secret_bytes_max - 1, secret_bytes_max})
        CHECK(secrets.put(1, bytes_of("big"), Bytes(size)).ok());
    CHECK(secrets.put(1, bytes_of("big"), Bytes(secret_bytes_max + 1)).error().code == ErrorCode::too_large);
}

TEST_CASE("a stored secret is sealed inside the database, opens only under its key, kind and name") {
    test::SampleDatabase sample;
    SecretStore secrets(*sample.database, test::sample_key(), sample.random);
    Transaction transaction = sample.begin();
    REQUIRE(secrets.put(1, bytes_of("seed"), bytes_of("a secret of some length")).ok());
    CHECK(*sample.database->number("SELECT instr(sealed, CAST('secret' AS BLOB)) FROM secrets") == 0);
    CHECK(*sample.database->number("SELECT length(sealed) FROM secrets") == 24 + 23 + 16);

    SecretStore stranger(*sample.database, crypto::Key::draw(sample.random), sample.random);
    CHECK(stranger.get(1, bytes_of("seed")).error().code == ErrorCode::not_authentic);
    REQUIRE(sample.database->execute("UPDATE secrets SET name = CAST('moved' AS BLOB)").ok());
    CHECK(secrets.get(1, bytes_of("moved")).error().code == ErrorCode::not_authentic);
    REQUIRE(sample.database->execute("UPDATE secrets SET name = CAST('seed' AS BLOB), kind = 2").ok());
    CHECK(secrets.get(2, bytes_of("seed")).error().code == ErrorCode::not_authentic);
    REQUIRE(sample.database->execute("UPDATE secrets SET kind = 1, sealed = x'00'").ok());
    CHECK(secrets.get(1, bytes_of("seed")).error().code == ErrorCode::not_authentic);
}
