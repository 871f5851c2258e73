// What a client sends is bounded: at each limit, one below and one above.
#include "protocol/base/limits.h"

#include "node/control/input.h"
#include "tests/unit/control/fixture.h"

using namespace liaise;
using namespace liaise::test;

TEST_CASE_FIXTURE(ControlFixture, "a message's text is taken up to its limit, and refused above it") {
    for (const std::size_t size : {limits::text_bytes_max - 1, limits::text_bytes_max}) {
        auto post = control.postRequest();
        post.setChannel("practice");
        post.setText(std::string(size, 'a'));
        CHECK(ask(kj::mv(post)).hasMessage());
    }
    auto post = control.postRequest();
    post.setChannel("practice");
    post.setText(std::string(limits::text_bytes_max + 1, 'a'));
    CHECK(refused(ask(kj::mv(post)), Exit::usage));
}

TEST_CASE_FIXTURE(ControlFixture, "a name is looked up up to its limit, and refused unlooked above it") {
    for (const std::size_t size : {limits::control_word_bytes_max - 1, limits::control_word_bytes_max}) {
        auto request = control.channelRequest();
        request.setChannel(std::string(size, 'a'));
        CHECK(refused(ask(kj::mv(request)), Exit::not_found));
    }
    auto request = control.channelRequest();
    request.setChannel(std::string(limits::control_word_bytes_max + 1, 'a'));
    CHECK(refused(ask(kj::mv(request)), Exit::usage));
}

TEST_CASE_FIXTURE(ControlFixture, "text that is not UTF-8 is refused") {
    auto request = control.channelRequest();
    request.setChannel("\xff\xfe");
    CHECK(refused(ask(kj::mv(request)), Exit::usage));
}

TEST_CASE_FIXTURE(ControlFixture, "lists of a draft are bounded") {
    for (const std::size_t size :
         {limits::control_list_max - 1, limits::control_list_max, limits::control_list_max + 1}) {
        auto publish = control.publishRequest();
        auto draft = publish.initDraft();
        draft.setChannel("practice");
        auto topics = draft.initTopics(static_cast<unsigned>(size));
        for (unsigned i = 0; i < size; ++i) topics.set(i, "topic");
        const auto answer = ask(kj::mv(publish));
        CHECK(answer.hasUpload() == (size <= limits::control_list_max));
    }
}

TEST_CASE_FIXTURE(ControlFixture, "a passphrase is bounded") {
    for (const std::size_t size :
         {limits::control_passphrase_bytes_max - 1, limits::control_passphrase_bytes_max,
          limits::control_passphrase_bytes_max + 1}) {
        auto unlock = control.unlockRequest();
        unlock.initPassphrase(static_cast<unsigned>(size));
        const auto answer = ask(kj::mv(unlock));
        CHECK(
            refused(answer, size <= limits::control_passphrase_bytes_max ? Exit::not_allowed : Exit::usage));
    }
    CHECK(daemon.unlock_attempts == 2);
}

TEST_CASE_FIXTURE(ControlFixture, "a recovery sheet is bounded") {
    for (const std::size_t size : {limits::recovery_sheet_bytes_max - 1, limits::recovery_sheet_bytes_max,
                                   limits::recovery_sheet_bytes_max + 1}) {
        auto revoke = control.revokeDeviceRequest();
        revoke.setDevice("nothing");
        revoke.initSheet(static_cast<unsigned>(size));
        const auto answer = ask(kj::mv(revoke));
        CHECK(refused(answer, size <= limits::recovery_sheet_bytes_max ? Exit::not_found : Exit::usage));
    }
}

TEST_CASE_FIXTURE(ControlFixture, "uploads and waiting calls of one connection are counted together") {
    kj::Vector<api::Upload::Client> uploads;
    for (std::size_t i = 0; i < limits::control_tasks_max; ++i) {
        auto publish = control.publishRequest();
        publish.initDraft().setChannel("practice");
        auto answer = ask(kj::mv(publish));
        REQUIRE(answer.hasUpload());
        uploads.add(answer.getUpload());
    }
    auto publish = control.publishRequest();
    publish.initDraft().setChannel("practice");
    CHECK(refused(ask(kj::mv(publish)), Exit::failed));
    CHECK(refused(ask(control.syncRequest()), Exit::failed));
    uploads.clear();
    io.waitScope.poll();
    CHECK(daemon.fake().uploads_open == 0);
    CHECK(ask(control.syncRequest()).getInStep());
}

TEST_CASE("a wait is never negative and never longer than a day") {
    using node::control::wait_from;
    CHECK(wait_from(-1) == Duration{0});
    CHECK(wait_from(INT64_MIN) == Duration{0});
    CHECK(wait_from(INT64_MAX) == std::chrono::hours{24});
    CHECK(wait_from(10'000) == std::chrono::seconds{10});
}

TEST_CASE_FIXTURE(ControlFixture, "an answer holds at most so many messages") {
    for (std::size_t i = 0; i < limits::control_answer_entries_max + 1; ++i)
        daemon.fake().arrive("practice", "Nguyen", "text", daemon.time);
    auto read = control.readRequest();
    read.setLimit(UINT32_MAX);
    CHECK(ask(kj::mv(read)).getMessages().size() == limits::control_answer_entries_max);
}
