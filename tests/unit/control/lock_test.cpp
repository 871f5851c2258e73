// Attack classes 31 (an unlocked machine, then locked) and 33 (guessing the passphrase).
#include "protocol/base/limits.h"
#include "tests/unit/control/fixture.h"

using namespace liaise;
using namespace liaise::test;

namespace {

class Ignore final : public api::ByteSink::Server {
    kj::Promise<void> write(WriteContext) override { return kj::READY_NOW; }
    kj::Promise<void> end(EndContext) override { return kj::READY_NOW; }
};
class IgnoreMessages final : public api::MessageSink::Server {
    kj::Promise<void> message(MessageContext) override { return kj::READY_NOW; }
};

}  // namespace

TEST_CASE_FIXTURE(ControlFixture, "31: while locked, everything but status, unlock and stop is refused") {
    ask(control.lockRequest());
    CHECK(ask(control.statusRequest()).getStatus().getState() == "locked");
    CHECK(refused(ask(control.doctorRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.foundNetworkRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.networkRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.createTicketRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.ticketsRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.revokeTicketRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.joinRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.peopleRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.personRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.safetyWordsRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.setContactRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.revokeRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.createChannelRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.channelsRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.channelRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.inviteRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.removeRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.leaveRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.postRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.readRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.publishRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.documentsRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.documentRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.historyRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.searchRequest()), Exit::not_allowed));
    CHECK(refused(ask(control.syncRequest()), Exit::not_allowed));
    auto get = control.getDocumentRequest();
    get.setSink(kj::heap<Ignore>());
    CHECK(refused(ask(kj::mv(get)), Exit::not_allowed));
    auto follow = control.followRequest();
    follow.setSink(kj::heap<IgnoreMessages>());
    CHECK(refused(ask(kj::mv(follow)), Exit::not_allowed));
    CHECK_FALSE(ask(control.stopRequest()).hasRefusal());
}

TEST_CASE_FIXTURE(ControlFixture, "31: locking ends uploads, followers and waits that stand on the node") {
    auto publish = control.publishRequest();
    publish.initDraft().setChannel("practice");
    auto upload = ask(kj::mv(publish)).getUpload();
    auto follow = control.followRequest();
    follow.setSink(kj::heap<IgnoreMessages>());
    const auto subscription = ask(kj::mv(follow));
    daemon.fake().answers = false;
    auto sync = control.syncRequest();
    sync.setWaitMilliseconds(60'000);
    auto waiting = sync.send();
    io.waitScope.poll();

    ask(control.lockRequest());
    CHECK(refused(waiting.wait(io.waitScope), Exit::failed));
    CHECK(server.followers() == 0);
    CHECK(refused(upload.finishRequest().send().wait(io.waitScope), Exit::failed));
}

TEST_CASE_FIXTURE(ControlFixture, "unlocking brings the node back to the same connection") {
    ask(control.lockRequest());
    auto unlock = control.unlockRequest();
    const auto phrase = bytes_of(daemon.passphrase);
    unlock.setPassphrase(kj::arrayPtr(phrase.data(), phrase.size()));
    CHECK_FALSE(ask(kj::mv(unlock)).hasRefusal());
    CHECK(ask(control.statusRequest()).getStatus().getState() == "ready");
    CHECK(ask(control.peopleRequest()).getPeople().size() == 2);
}

TEST_CASE_FIXTURE(ControlFixture, "33: after three wrong passphrases each further guess has to wait") {
    ask(control.lockRequest());
    const auto guess = [&](std::string_view phrase) {
        auto unlock = control.unlockRequest();
        unlock.setPassphrase(kj::arrayPtr(bytes_of(phrase).data(), phrase.size()));
        return ask(kj::mv(unlock));
    };
    for (int i = 0; i < 4; ++i) CHECK(refused(guess("wrong"), Exit::not_allowed));
    CHECK(daemon.unlock_attempts == 4);
    CHECK(refused(guess("wrong"), Exit::not_allowed));
    CHECK(refused(guess(daemon.passphrase),
                  Exit::not_allowed));  // even the right one, so that it tells nothing
    CHECK(daemon.unlock_attempts == 4);
    daemon.time += std::chrono::seconds{1};
    CHECK_FALSE(guess(daemon.passphrase).hasRefusal());
}
