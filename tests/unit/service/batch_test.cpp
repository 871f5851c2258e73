#include "node/service/batch.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/unit/store/samples.h"

namespace liaise::node::service {
namespace {

struct BatchFixture {
    BatchFixture() {
        const auto vault =
            store::Vault::draw(test::passphrase("passphrase"), crypto::password_cost_least, random).value();
        opened = std::move(store::Store::create({folder / "store.db", folder / "chunks.pack"}, vault, random))
                     .value();
        batch.emplace(
            *opened, [this] { ++woken; }, [this](const Error&) { said += "failed "; });
    }
    // Says this word once what is written so far is durable.
    void say(const std::string& word) {
        batch->after([this, word] { said += word + " "; });
    }

    test::SeededRandom random{1};
    test::TempFolder folder;
    std::unique_ptr<store::Store> opened;
    std::optional<Batch> batch;
    std::string said;
    int woken = 0;
};

TEST_SUITE("a batch") {
    TEST_CASE_FIXTURE(BatchFixture, "what depends on a write happens after the commit, in order") {
        say("before");
        CHECK(said == "before ");
        REQUIRE(batch->write().ok());
        say("one");
        say("two");
        CHECK(said == "before ");
        REQUIRE(batch->commit().ok());
        CHECK(said == "before one two ");
        CHECK(woken == 1);
    }

    TEST_CASE_FIXTURE(BatchFixture, "what is handed over while the rest happens does not overtake it") {
        REQUIRE(batch->write().ok());
        batch->after([this] { say("last"); });
        say("first");
        REQUIRE(batch->commit().ok());
        CHECK(said == "first last ");
    }

    TEST_CASE_FIXTURE(BatchFixture, "what rests on a later write waits for that, behind all of the first") {
        REQUIRE(batch->write().ok());
        batch->after([this] {
            REQUIRE(batch->write().ok());
            say("later");
        });
        say("first");
        REQUIRE(batch->commit().ok());
        CHECK(said == "first ");
        REQUIRE(batch->commit().ok());
        CHECK(said == "first later ");
    }

    TEST_CASE_FIXTURE(BatchFixture, "of a batch that fails nothing happens but what makes up for it") {
        REQUIRE(batch->write().ok());
        say("never");
        batch->otherwise([this](const Error&) { said += "instead "; });
        batch->fail({ErrorCode::unavailable, "the disk is full"});
        CHECK(said == "failed instead ");
        REQUIRE(batch->commit().ok());
        CHECK(said == "failed instead ");
    }
}

}  // namespace
}  // namespace liaise::node::service
