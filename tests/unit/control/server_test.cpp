#include "node/control/server.h"

#include "protocol/base/limits.h"
#include "tests/unit/control/fixture.h"

using namespace liaise;
using namespace liaise::test;

namespace {

// Collects what it is sent; holds every answer back while `hold` is set.
class Sink final : public api::MessageSink::Server {
  public:
    struct Seen {
        std::vector<std::string> texts;
        bool hold = false;
        bool fail = false;
        int ends = 0;
        kj::Vector<kj::Own<kj::PromiseFulfiller<void>>> held;
    };
    explicit Sink(std::shared_ptr<Seen> seen) : shared_(std::move(seen)), seen_(*shared_) {}
    kj::Promise<void> message(MessageContext context) override {
        seen_.texts.emplace_back(context.getParams().getMessage().getText().cStr());
        if (seen_.fail) return KJ_EXCEPTION(FAILED, "sink fails");
        if (!seen_.hold) return kj::READY_NOW;
        auto pair = kj::newPromiseAndFulfiller<void>();
        seen_.held.add(kj::mv(pair.fulfiller));
        return kj::mv(pair.promise);
    }

    kj::Promise<void> end(EndContext) override {
        ++seen_.ends;
        return kj::READY_NOW;
    }

  private:
    std::shared_ptr<Seen> shared_;  // the test's; the RPC system may let go of the sink after it
    Seen& seen_;
};

}  // namespace

TEST_CASE_FIXTURE(ControlFixture, "status tells of the node and of the process") {
    const auto answer = ask(control.statusRequest());
    const auto status = answer.getStatus();
    CHECK(status.getName() == "Asha Wanjiru");
    CHECK(status.getState() == "ready");
    CHECK(status.getNetwork() == "Practice network");
    CHECK(status.getPid() == 4711);
    CHECK(status.getListening()[0] == "127.0.0.1:7400");
    CHECK_FALSE(answer.hasRefusal());
}

TEST_CASE_FIXTURE(ControlFixture, "a post is answered whole, and read again") {
    auto post = control.postRequest();
    post.setChannel("practice");
    post.setText("Referral instead of arrest");
    const auto posted = ask(kj::mv(post));
    CHECK(posted.getMessage().getText() == "Referral instead of arrest");
    CHECK(posted.getMessage().getAuthor() == "Asha Wanjiru");
    CHECK(posted.getMessage().getTime() == to_milliseconds(daemon.time));

    auto read = control.readRequest();
    read.setChannel("practice");
    read.setLimit(10);
    const auto messages = ask(kj::mv(read));
    REQUIRE(messages.getMessages().size() == 1);
    CHECK(messages.getMessages()[0].getId() == posted.getMessage().getId());
    CHECK(daemon.used == 3);  // by two calls, and by the connection that brought them
}

TEST_CASE_FIXTURE(ControlFixture, "what is done with a message travels with all its fields") {
    auto post = control.postRequest();
    post.setChannel("practice");
    post.setText("Referral instead of arrest");
    const std::string id = ask(kj::mv(post)).getMessage().getId().cStr();
    const auto mark = [&](api::Act act, const char* text) {
        auto request = control.markRequest();
        request.setAct(act);
        request.setMessage(id);
        request.setText(text);
        return ask(kj::mv(request));
    };
    CHECK(mark(api::Act::EDIT, "Referral before arrest").getMessage().getEdited());
    const auto reacted = mark(api::Act::REACT, "good");
    REQUIRE(reacted.getMessage().getReactions().size() == 1);
    CHECK(reacted.getMessage().getReactions()[0].getReaction() == "good");
    CHECK(reacted.getMessage().getReactions()[0].getBy()[0] == "Asha Wanjiru");
    CHECK(reacted.getMessage().getReactions()[0].getMine());
    CHECK(mark(api::Act::PIN, "").getMessage().getPinnedBy() == "Asha Wanjiru");
    CHECK(mark(api::Act::UNPIN, "").getMessage().getPinnedBy() == "");
    const auto hidden = mark(api::Act::HIDE, "Names a person.");
    CHECK(hidden.getMessage().getHiddenBy() == "Asha Wanjiru");
    CHECK(hidden.getMessage().getReason() == "Names a person.");
    CHECK(mark(api::Act::UNHIDE, "").getMessage().getHiddenBy() == "");
    CHECK(mark(api::Act::RETRACT, "").getMessage().getState() == "retracted");
    CHECK(refused(mark(static_cast<api::Act>(99), ""), Exit::usage));

    const auto waiting = ask(control.waitingRequest());
    REQUIRE(waiting.getWaiting().size() == 1);
    CHECK(waiting.getWaiting()[0].getWhat() == "key");
    CHECK(waiting.getWaiting()[0].getCount() == 3);
    auto delivery = control.deliveryRequest();
    delivery.setMessage(id);
    CHECK(ask(kj::mv(delivery)).getDelivery().getDevices()[0].getState() == "delivered");
    auto mute = control.muteRequest();
    mute.setWho("Nguyen Van Minh");
    mute.setOn(true);
    CHECK(ask(kj::mv(mute)).getPerson().getMuted());
}

TEST_CASE_FIXTURE(ControlFixture,
                  "a refusal of the node is carried with its exit code, and nothing else is set") {
    auto request = control.channelRequest();
    request.setChannel("praxis");
    const auto answer = ask(kj::mv(request));
    CHECK(refused(answer, Exit::not_found));
    CHECK_FALSE(answer.hasChannel());
}

TEST_CASE_FIXTURE(ControlFixture, "people, safety words and contacts travel with their fields") {
    auto words = control.safetyWordsRequest();
    words.setWho("Nguyen Van Minh");
    const auto found = ask(kj::mv(words));
    CHECK(found.getWords().size() == 6);
    CHECK(found.getPerson().getCountry() == "VN");

    auto contact = control.setContactRequest();
    contact.setWho("Nguyen Van Minh");
    contact.setState("verified");
    CHECK(ask(kj::mv(contact)).getPerson().getVerified());
    CHECK(ask(control.peopleRequest()).getPeople().size() == 2);
}

TEST_CASE_FIXTURE(ControlFixture, "a ticket is shown once, when it is made") {
    auto create = control.createTicketRequest();
    create.setRole("focal-point");
    create.setCountry("VN");
    create.setValidMilliseconds(1000);
    const auto created = ask(kj::mv(create));
    CHECK(created.getTicket().getText().size() > 0);
    CHECK(created.getTicket().getExpires() == to_milliseconds(daemon.time) + 1000);
    const auto list = ask(control.ticketsRequest());
    REQUIRE(list.getTickets().size() == 1);
    CHECK(list.getTickets()[0].getText().size() == 0);
}

TEST_CASE_FIXTURE(ControlFixture, "joining that nobody answers ends with a sentence when its time is up") {
    daemon.fake().answers = false;
    auto join = control.joinRequest();
    join.setTicket("liaise1abc");
    join.setWaitMilliseconds(5000);
    auto promise = join.send();
    pass(4999 * kj::MILLISECONDS);
    CHECK_FALSE(promise.poll(io.waitScope));
    pass(1 * kj::MILLISECONDS);
    CHECK(refused(promise.wait(io.waitScope), Exit::failed));
}

TEST_CASE_FIXTURE(ControlFixture, "sync answers at once when in step, and with a sentence when time is up") {
    daemon.fake().peers = 2;
    auto sync = control.syncRequest();
    sync.setWaitMilliseconds(1000);
    const auto answer = ask(kj::mv(sync));
    CHECK(answer.getInStep());
    CHECK(answer.getPeers() == 2);

    daemon.fake().answers = false;
    auto again = control.syncRequest();
    again.setWaitMilliseconds(1000);
    auto promise = again.send();
    pass(1 * kj::SECONDS);
    const auto late = promise.wait(io.waitScope);
    CHECK(refused(late, Exit::failed));
    CHECK_FALSE(late.getInStep());
}

TEST_CASE_FIXTURE(ControlFixture, "a waiting call whose client goes away is forgotten") {
    daemon.fake().answers = false;
    auto sync = control.syncRequest();
    sync.setWaitMilliseconds(60'000);
    {
        auto promise = sync.send();
        io.waitScope.poll();
    }
    pass(61 * kj::SECONDS);
    CHECK(ask(control.statusRequest()).hasStatus());
}

TEST_CASE_FIXTURE(ControlFixture,
                  "a follower gets each new message of its channel, in order, until it lets go") {
    const auto shared = std::make_shared<Sink::Seen>();
    Sink::Seen& seen = *shared;
    auto follow = control.followRequest();
    follow.setChannel("practice");
    follow.setSink(kj::heap<Sink>(shared));
    {
        const auto answer = ask(kj::mv(follow));
        (void)daemon.fake().create_channel("other", "", "discussion", "from-start", daemon.time);
        daemon.fake().arrive("practice", "Nguyen", "one", daemon.time);
        daemon.fake().arrive("other", "Nguyen", "elsewhere", daemon.time);
        daemon.fake().arrive("practice", "Nguyen", "two", daemon.time);
        io.waitScope.poll();
        CHECK(seen.texts == std::vector<std::string>{"one", "two"});
    }
    io.waitScope.poll();
    CHECK(server.followers() == 0);
    CHECK(seen.ends == 1);
}

TEST_CASE_FIXTURE(ControlFixture, "a follower that takes nothing is let go when its backlog is full") {
    const auto shared = std::make_shared<Sink::Seen>();
    Sink::Seen& seen = *shared;
    seen.hold = true;
    auto follow = control.followRequest();
    follow.setSink(kj::heap<Sink>(shared));
    const auto answer = ask(kj::mv(follow));
    // One is being sent; the backlog holds control_backlog_max more, then it is over.
    daemon.fake().arrive("practice", "Nguyen", "first", daemon.time);
    io.waitScope.poll();
    std::size_t taken = 0;
    while (server.followers() == 1 && taken <= 2 * limits::control_backlog_max) {
        daemon.fake().arrive("practice", "Nguyen", "more", daemon.time);
        ++taken;
        if (taken % 100 == 0 || taken > limits::control_backlog_max - 8) io.waitScope.poll();
    }
    CHECK(server.followers() == 0);
    CHECK(taken >= limits::control_backlog_max);
    seen.hold = false;
    for (auto& taking : seen.held) taking->fulfill();
    io.waitScope.poll();
    CHECK(seen.ends == 1);
}

TEST_CASE_FIXTURE(ControlFixture, "a follower whose sink fails is let go, and others go on") {
    const auto failing = std::make_shared<Sink::Seen>(), good = std::make_shared<Sink::Seen>();
    failing->fail = true;
    auto first = control.followRequest();
    first.setSink(kj::heap<Sink>(failing));
    const auto one = ask(kj::mv(first));
    auto second = control.followRequest();
    second.setSink(kj::heap<Sink>(good));
    const auto two = ask(kj::mv(second));
    for (const char* text : {"a", "b", "c"}) {
        daemon.fake().arrive("practice", "Nguyen", text, daemon.time);
        io.waitScope.poll();
    }
    CHECK(good->texts == std::vector<std::string>{"a", "b", "c"});
    CHECK(server.followers() == 1);
}

TEST_CASE_FIXTURE(ControlFixture, "a charter travels with its fields, is shown once, and changes") {
    const auto unseen = [&] {
        auto request = control.unseenCharterRequest();
        request.setChannel("practice");
        return ask(kj::mv(request)).hasCharter();
    };
    CHECK(unseen());
    CHECK_FALSE(unseen());
    auto amend = control.amendRequest();
    amend.setChannel("practice");
    amend.initChange().setCeiling("green");
    CHECK(ask(kj::mv(amend)).getCharter().getRetentionDays() == 0);
    auto again = control.amendRequest();
    again.setChannel("practice");
    again.initChange().setRetentionDays(30);
    CHECK(ask(kj::mv(again)).getCharter().getRetentionDays() == 30);
    auto request = control.chartersRequest();
    request.setChannel("practice");
    const auto answer = ask(kj::mv(request));
    const auto charters = answer.getCharters();
    REQUIRE(charters.size() == 3);
    CHECK_FALSE(charters[0].getInForce());
    CHECK(charters[2].getInForce());
    CHECK(charters[2].getCeiling() == "green");
    CHECK(charters[2].getConveners().size() == 1);
    CHECK(charters[2].getChanges().size() == 1);
    auto unknown = control.amendRequest();
    unknown.setChannel("nowhere");
    CHECK(refused(ask(kj::mv(unknown)), Exit::not_found));
}

TEST_CASE_FIXTURE(ControlFixture, "search hits are messages or documents") {
    daemon.fake().arrive("practice", "Nguyen", "about disposal of needles", daemon.time);
    auto search = control.searchRequest();
    search.setQuery("disposal");
    search.setLimit(10);
    const auto answer = ask(kj::mv(search));
    REQUIRE(answer.getHits().size() == 1);
    CHECK(answer.getHits()[0].isMessage());
    CHECK_FALSE(answer.getIncomplete());

    daemon.fake().indexing = true;
    auto amid = control.searchRequest();
    amid.setQuery("disposal");
    CHECK(ask(kj::mv(amid)).getIncomplete());
}
