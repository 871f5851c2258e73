// What people do with messages, on whole nodes: every node shows the same, and what is taken back is gone.
#include <doctest/doctest.h>

#include "tests/simulation/node/world.h"

using namespace liaise;
using namespace liaise::test;
using namespace std::chrono_literals;
using node::service::MarkRequest;
using node::service::MessageView;
using node::service::ReadRequest;
using Act = MarkRequest::Act;

namespace {

const std::array<std::pair<const char*, const char*>, 4> people{
    {{"Asha Wanjiru", "KE"}, {"Nguyen Van Minh", "VN"}, {"Olena Koval", "UA"}, {"Ana Souza", "BR"}}};

std::unique_ptr<World> network(std::uint64_t seed, std::size_t count, std::uint32_t retention_days = 0,
                               const char* kind = "discussion") {
    auto world = std::make_unique<World>(seed);
    for (std::size_t i = 0; i < count; ++i) world->add(people.at(i).first, people.at(i).second);
    REQUIRE((*world)[0].node().found_network("Practice network", world->now()).ok());
    for (std::size_t i = 1; i < count; ++i) world->join(i, 0);
    node::service::CharterRequest charter;
    charter.name = "practice";
    charter.kind = kind;
    charter.retention_days = retention_days;
    REQUIRE((*world)[0].node().create_channel(charter, world->now()).ok());
    world->run(30s);
    for (std::size_t i = 1; i < count; ++i)
        REQUIRE((*world)[0].node().invite("practice", people.at(i).first, world->now()).ok());
    world->run(30s);
    return world;
}

std::string post(World& world, std::size_t who, const std::string& text, const std::string& reply_to = "") {
    std::string id;
    world[who].node().post({"practice", text, reply_to}, world.now(), [&id](const auto& outcome) {
        if (outcome.ok()) id = outcome->id;
    });
    world[who].settle();
    return id;
}

bool mark(World& world, std::size_t who, Act act, const std::string& message, const std::string& text = "") {
    const auto outcome = world[who].node().mark({act, message, text}, world.now());
    world[who].settle();
    return outcome.ok();
}

std::vector<MessageView> posts(World& world, std::size_t who, ReadRequest request = {}) {
    request.channel = "practice";
    request.limit = 10'000;
    std::vector<MessageView> found;
    const auto answer = world[who].node().read(request, world.now());
    REQUIRE(answer.ok());
    for (const MessageView& message : answer->messages)
        if (message.kind != "notice") found.push_back(message);
    world[who].settle();
    return found;
}

MessageView shown(World& world, std::size_t who, const std::string& id) {
    for (const MessageView& message : posts(world, who))
        if (message.id == id) return message;
    return {};
}

std::size_t found(World& world, std::size_t who, const std::string& query) {
    const auto answer = world[who].node().search(query, "", 100, world.now());
    REQUIRE(answer.ok());
    return answer->hits.size();
}

// Everything of a message that the same entries decide.
std::string picture(const MessageView& message) {
    std::string text = message.id + "|" + message.text + "|" + (message.edited ? "edited" : "") + "|" +
                       message.pinned_by + "|" + message.hidden_by + "|" + message.reason;
    if (message.state == "retracted" || message.state == "hidden") text += "|" + message.state;
    for (const auto& reaction : message.reactions) {
        text += "|" + reaction.reaction;
        for (const std::string& name : reaction.by) text += "," + name;
    }
    return text;
}

std::set<std::string> pictures(World& world, std::size_t who) {
    std::set<std::string> all;
    for (const MessageView& message : posts(world, who)) all.insert(picture(message));
    return all;
}

}  // namespace

TEST_CASE("an edit shows everywhere, in the search, too, and only its author may make it") {
    const auto world = network(30, 3);
    const std::string id = post(*world, 0, "Referral to the clinic");
    world->run(5s);
    CHECK(found(*world, 1, "clinic") == 1);
    CHECK_FALSE(mark(*world, 1, Act::edit, id, "I never said that"));
    REQUIRE(mark(*world, 0, Act::edit, id, "Referral to the hospital"));
    REQUIRE(mark(*world, 0, Act::edit, id, "Referral to the health centre"));
    world->run(5s);
    for (std::size_t who = 0; who < 3; ++who) {
        CHECK(shown(*world, who, id).text == "Referral to the health centre");
        CHECK(shown(*world, who, id).edited);
        CHECK(found(*world, who, "clinic") == 0);
        CHECK(found(*world, who, "hospital") == 0);
        CHECK(found(*world, who, "health") == 1);
    }
}

TEST_CASE("a retraction erases the text, its edits and its words in the search, and leaves a trace") {
    const auto world = network(31, 3);
    const std::string id = post(*world, 0, "A name that should not stand here");
    REQUIRE(mark(*world, 0, Act::edit, id, "Another name that should not"));
    world->run(5s);
    CHECK(found(*world, 1, "another") == 1);
    CHECK_FALSE(mark(*world, 1, Act::retract, id));
    world->set_partition(0, 2, true);
    world->set_partition(1, 2, true);
    REQUIRE(mark(*world, 0, Act::retract, id));
    world->run(5s);
    for (std::size_t who = 0; who < 2; ++who) {
        CHECK(shown(*world, who, id).state == "retracted");
        CHECK(shown(*world, who, id).text.empty());
        CHECK(found(*world, who, "another") == 0);
        CHECK(found(*world, who, "stand") == 0);
    }
    CHECK(shown(*world, 2, id).text == "Another name that should not");  // it has not heard of it
    world->heal();
    world->run(30s);
    CHECK(shown(*world, 2, id).state == "retracted");
    CHECK_FALSE(mark(*world, 0, Act::edit, id, "third"));
    CHECK_FALSE(mark(*world, 1, Act::react, id, "why"));
    (*world)[1].crash();
    (*world)[1].start();
    CHECK(shown(*world, 1, id).state == "retracted");
}

TEST_CASE("whoever comes later gets the trace of what was taken back, and the chain goes on") {
    World world(32);
    for (std::size_t i = 0; i < 2; ++i) world.add(people.at(i).first, people.at(i).second);
    REQUIRE(world[0].node().found_network("Practice network", world.now()).ok());
    world.join(1, 0);
    node::service::CharterRequest charter;
    charter.name = "practice";
    charter.history = "from-start";
    REQUIRE(world[0].node().create_channel(charter, world.now()).ok());
    const std::string gone = post(world, 0, "gone before you came");
    const std::string kept = post(world, 0, "still here");
    REQUIRE(mark(world, 0, Act::edit, gone, "gone, too"));
    REQUIRE(mark(world, 0, Act::retract, gone));
    world.run(1s);
    REQUIRE(world[0].node().invite("practice", people.at(1).first, world.now()).ok());
    world.run(30s);
    CHECK(pictures(world, 1) == pictures(world, 0));
    CHECK(shown(world, 1, gone).state == "retracted");
    CHECK(shown(world, 1, kept).text == "still here");
    CHECK(found(world, 1, "gone") == 0);
}

TEST_CASE("reactions, pins and hidings show the same everywhere, and can be taken back") {
    const auto world = network(33, 3);
    const std::string id = post(*world, 1, "Who paid for the transport?");
    world->run(5s);
    REQUIRE(mark(*world, 0, Act::react, id, "good"));
    REQUIRE(mark(*world, 2, Act::react, id, "good"));
    REQUIRE(mark(*world, 2, Act::react, id, "good"));  // twice is once
    REQUIRE(mark(*world, 2, Act::pin, id));
    CHECK_FALSE(mark(*world, 2, Act::hide, id, "because"));  // no convener
    CHECK_FALSE(mark(*world, 0, Act::hide, id, ""));         // no reason
    world->run(5s);
    for (std::size_t who = 0; who < 3; ++who) {
        const MessageView message = shown(*world, who, id);
        REQUIRE(message.reactions.size() == 1);
        CHECK(std::set<std::string>(message.reactions[0].by.begin(), message.reactions[0].by.end()) ==
              std::set<std::string>{"Asha Wanjiru", "Olena Koval"});
        CHECK(message.reactions[0].mine == (who != 1));
        CHECK(message.pinned_by == "Olena Koval");
        ReadRequest pinned;
        pinned.pinned = true;
        CHECK(posts(*world, who, pinned).size() == 1);
    }
    REQUIRE(mark(*world, 2, Act::unreact, id, "good"));
    REQUIRE(mark(*world, 1, Act::unpin, id));
    REQUIRE(mark(*world, 0, Act::hide, id, "Names a driver."));
    world->run(5s);
    for (std::size_t who = 0; who < 3; ++who) {
        const MessageView message = shown(*world, who, id);
        CHECK(message.state == "hidden");
        CHECK(message.text.empty());
        CHECK(message.hidden_by == "Asha Wanjiru");
        CHECK(message.reason == "Names a driver.");
        CHECK(message.pinned_by.empty());
        CHECK(found(*world, who, "transport") == 0);
    }
    CHECK_FALSE(mark(*world, 1, Act::unhide, id));
    REQUIRE(mark(*world, 0, Act::unhide, id));
    world->run(5s);
    for (std::size_t who = 0; who < 3; ++who) {
        CHECK(shown(*world, who, id).text == "Who paid for the transport?");
        CHECK(shown(*world, who, id).reactions[0].by == std::vector<std::string>{"Asha Wanjiru"});
    }
}

TEST_CASE("in an announcement channel members react, and pin nothing") {
    const auto world = network(34, 2, 0, "announcement");
    const std::string id = post(*world, 0, "The round table is in March");
    world->run(5s);
    CHECK(mark(*world, 1, Act::react, id, "thanks"));
    CHECK_FALSE(mark(*world, 1, Act::pin, id));
    CHECK(mark(*world, 0, Act::pin, id));
    world->run(5s);
    CHECK(shown(*world, 1, id).pinned_by == "Asha Wanjiru");
    CHECK(shown(*world, 0, id).reactions.size() == 1);
}

TEST_CASE("retention erases what is over its time, everywhere, and the trace stays") {
    const auto world = network(35, 2, 30);
    const std::string old = post(*world, 0, "an old note");
    world->run(5s);
    CHECK(found(*world, 1, "old") == 1);
    (*world)[1].stop();
    world->run(20 * 24h);
    const std::string young = post(*world, 0, "a young note");
    world->run(11 * 24h);
    CHECK(shown(*world, 0, old).state == "expired");
    CHECK(shown(*world, 0, old).text.empty());
    CHECK(found(*world, 0, "old") == 0);
    CHECK(shown(*world, 0, young).text == "a young note");
    (*world)[1].start();
    world->run(1min);
    CHECK(shown(*world, 1, old).state == "expired");
    CHECK(shown(*world, 1, young).text == "a young note");
    CHECK(found(*world, 1, "old") == 0);
}

TEST_CASE("a retention that comes later reaches back") {
    const auto world = network(36, 2);
    const std::string id = post(*world, 0, "a note for a while");
    world->run(40 * 24h);
    CHECK(shown(*world, 1, id).text == "a note for a while");
    node::service::CharterRequest change;
    change.retention_days = 7;
    REQUIRE((*world)[0].node().amend("practice", change, world->now()).ok());
    world->run(1min);
    for (std::size_t who = 0; who < 2; ++who) CHECK(shown(*world, who, id).state == "expired");
}

TEST_CASE("who is named with @ finds it, and conversations are whole from any of their messages") {
    const auto world = network(37, 3);
    const std::string first =
        post(*world, 0, "@Nguyen Van Minh, who paid? Write to info@olena koval.example");
    world->run(5s);
    const std::string second = post(*world, 1, "we did, @asha", first);
    const std::string other = post(*world, 1, "nothing to do with it");
    world->run(5s);
    const std::string third = post(*world, 2, "thank you both", second);
    world->run(5s);
    CHECK(shown(*world, 2, first).mentions == std::vector<std::string>{"Nguyen Van Minh"});
    ReadRequest mentions;
    mentions.mentions = true;
    REQUIRE(posts(*world, 1, mentions).size() == 1);
    CHECK(posts(*world, 1, mentions).front().id == first);
    REQUIRE(posts(*world, 0, mentions).size() == 1);
    CHECK(posts(*world, 0, mentions).front().id == second);
    CHECK(posts(*world, 2, mentions).empty());
    for (const std::string& of : {first, second, third}) {
        ReadRequest thread;
        thread.thread = of;
        std::vector<std::string> ids;
        for (const MessageView& message : posts(*world, 0, thread)) ids.push_back(message.id);
        CHECK(ids == std::vector<std::string>{first, second, third});
    }
    REQUIRE(mark(*world, 0, Act::edit, first, "@Olena Koval, who paid?"));
    world->run(5s);
    CHECK(posts(*world, 1, mentions).empty());
    CHECK(posts(*world, 2, mentions).size() == 1);
}

TEST_CASE("what was shown counts as read, until something new comes; and nobody else learns of it") {
    const auto world = network(38, 2);
    post(*world, 0, "one");
    world->run(5s);
    ReadRequest unread;
    unread.unread = true;
    CHECK(posts(*world, 1, unread).size() == 1);
    CHECK(posts(*world, 1, unread).size() == 1);
    CHECK((*world)[1].node().channel("practice", world->now())->unread == 1);
    const auto entries = (*world)[1].node().status(world->now()).entries;
    unread.mark_read = true;
    CHECK(posts(*world, 1, unread).size() == 1);
    CHECK(posts(*world, 1, unread).empty());
    (*world)[1].crash();
    (*world)[1].start();
    world->run(5s);
    CHECK(posts(*world, 1, unread).empty());
    CHECK((*world)[1].node().status(world->now()).entries == entries);
    post(*world, 0, "two");
    world->run(5s);
    CHECK(posts(*world, 1, unread).size() == 1);
    CHECK(posts(*world, 0, unread).empty());  // one's own is never unread
}

TEST_CASE("whom one mutes one does not read, in one channel or in all, and is told how much that was") {
    const auto world = network(39, 3);
    post(*world, 1, "loud and often");
    post(*world, 2, "quiet");
    world->run(5s);
    auto& node = (*world)[0].node();
    REQUIRE(node.mute("Nguyen Van Minh", "practice", true, world->now()).ok());
    CHECK_FALSE(node.mute("Asha Wanjiru", "", true, world->now()).ok());
    ReadRequest request;
    request.channel = "practice";
    CHECK(node.read(request, world->now())->muted == 1);
    CHECK(posts(*world, 0).size() == 1);
    CHECK(node.search("loud", "", 10, world->now())->hits.empty());
    CHECK(node.search("loud", "", 10, world->now())->muted == 1);
    CHECK(posts(*world, 2).size() == 2);
    (*world)[0].crash();
    (*world)[0].start();
    CHECK(posts(*world, 0).size() == 1);
    REQUIRE((*world)[0].node().mute("Nguyen Van Minh", "", false, world->now()).ok());
    CHECK(posts(*world, 0).size() == 2);
}

namespace {

struct Follower final : node::service::Observer {
    bool wants_messages() const override { return true; }
    void message_arrived(const MessageView& message) override {
        seen.push_back(message.kind == "muted" ? "(muted)"
                                               : message.text + (message.edited ? " (edited)" : ""));
    }
    void changed() override {}
    std::vector<std::string> seen;
};

}  // namespace

TEST_CASE("whoever follows sees an edited message once more, and learns how many of muted people there are") {
    const auto world = network(44, 3);
    Follower follower;
    (*world)[0].node().set_observer(&follower);
    const std::string id = post(*world, 1, "Referral to the clinic");
    world->run(5s);
    REQUIRE(mark(*world, 1, Act::edit, id, "Referral to the hospital"));
    world->run(5s);
    REQUIRE(mark(*world, 1, Act::react, id, "good"));  // no message
    world->run(5s);
    CHECK(follower.seen ==
          std::vector<std::string>{"Referral to the clinic", "Referral to the hospital (edited)"});
    follower.seen.clear();
    REQUIRE((*world)[0].node().mute("Nguyen Van Minh", "", true, world->now()).ok());
    post(*world, 1, "loud");
    world->run(5s);
    REQUIRE(mark(*world, 1, Act::edit, id, "Referral, loudly"));
    world->run(5s);
    post(*world, 2, "quiet");
    world->run(5s);
    CHECK(follower.seen == std::vector<std::string>{"(muted)", "quiet"});
    const std::string own = post(*world, 0, "mine");
    REQUIRE(mark(*world, 0, Act::edit, own, "mine, mended"));
    CHECK(follower.seen == std::vector<std::string>{"(muted)", "quiet", "mine", "mine, mended (edited)"});
    (*world)[0].node().set_observer(nullptr);
}

TEST_CASE("delivery is what devices have said, also after a crash") {
    const auto world = network(40, 3);
    world->set_partition(0, 2, true);
    world->set_partition(1, 2, true);
    const std::string id = post(*world, 0, "for everybody");
    CHECK(shown(*world, 0, id).state == "stored");
    world->run(5s);
    CHECK(shown(*world, 0, id).state == "delivered");
    CHECK(shown(*world, 0, id).delivered_to == 1);
    CHECK(shown(*world, 0, id).delivered_of == 2);
    (*world)[0].crash();
    (*world)[0].start();
    CHECK(shown(*world, 0, id).delivered_to == 1);  // nobody is connected yet
    const auto delivery = (*world)[0].node().delivery(id, world->now());
    REQUIRE(delivery.ok());
    for (const auto& device : delivery->devices)
        CHECK(device.state == (device.name == "Nguyen Van Minh" ? "delivered" : "waiting"));
    world->heal();
    world->run(30s);
    CHECK(shown(*world, 0, id).delivered_to == 2);
    CHECK(shown(*world, 1, id).delivered_of == 0);  // another's message
    CHECK_FALSE((*world)[1].node().delivery(id, world->now()).ok());
}

TEST_CASE("what was read is told only where the charter says so") {
    const auto world = network(41, 2);
    const std::string before = post(*world, 0, "before");
    world->run(5s);
    ReadRequest reading;
    reading.mark_read = true;
    CHECK(posts(*world, 1, reading).size() == 1);
    world->run(5s);
    CHECK(shown(*world, 0, before).state == "delivered");
    node::service::CharterRequest change;
    change.receipts = "on";
    REQUIRE((*world)[0].node().amend("practice", change, world->now()).ok());
    const std::string after = post(*world, 0, "after");
    world->run(5s);
    CHECK(shown(*world, 0, after).state == "delivered");
    CHECK(posts(*world, 1, reading).size() == 2);
    world->run(5s);
    CHECK(shown(*world, 0, after).state == "read");
    CHECK(shown(*world, 0, after).read_by == 1);
    const std::string next = post(*world, 0, "next");
    world->run(5s);
    CHECK(shown(*world, 0, next).state == "delivered");
    change.receipts = "off";
    REQUIRE((*world)[0].node().amend("practice", change, world->now()).ok());
    CHECK(shown(*world, 0, after).state == "delivered");
}

TEST_CASE("a device's marks on one message are limited, and said so beyond") {
    const auto world = network(42, 1);
    const std::string id = post(*world, 0, "edited without end");
    for (std::size_t i = 0; i < limits::marks_each_max; ++i)
        REQUIRE(mark(*world, 0, Act::edit, id, "text " + std::to_string(i)));
    CHECK_FALSE(mark(*world, 0, Act::edit, id, "one more"));
    CHECK(shown(*world, 0, id).text == "text " + std::to_string(limits::marks_each_max - 1));
    CHECK(mark(*world, 0, Act::react, id, "enough"));  // another kind has room of its own
}

TEST_CASE("nothing is said to wait once it has come") {
    const auto world = network(43, 3);
    (*world)[2].stop();
    post(*world, 0, "while Ukraine is away");
    world->run(5s);
    (*world)[2].start();
    world->run(30s);
    CHECK((*world)[2].node().waiting("practice", world->now())->empty());
    CHECK_FALSE((*world)[2].node().waiting("nowhere", world->now()).ok());
}

TEST_CASE(
    "any history of edits, retractions, reactions, pins and hidings ends with everybody showing the same") {
    for (std::uint64_t seed = 200; seed < 204; ++seed) {
        CAPTURE(seed);
        const auto world = network(seed, 3);
        std::vector<std::string> ids;
        for (int step = 0; step < 50; ++step) {
            const auto who = static_cast<std::size_t>(world->random.below(world->size()));
            const auto other = static_cast<std::size_t>(world->random.below(world->size()));
            if (world->random.chance(20) && who != other)
                world->set_partition(who, other, world->random.chance(60));
            if (world->random.chance(10)) {
                (*world)[who].crash();
                (*world)[who].start();
            }
            if (ids.empty() || world->random.chance(25)) {
                const std::string id = post(*world, who, "text " + std::to_string(step));
                if (!id.empty()) ids.push_back(id);
            } else {
                const std::string& id = ids[world->random.below(ids.size())];
                mark(*world, who, static_cast<Act>(world->random.below(8)), id,
                     "word" + std::to_string(world->random.below(3)));
            }
            world->run(Duration{static_cast<std::int64_t>(world->random.below(2000))});
        }
        world->heal();
        world->run(5min);
        const auto expected = pictures(*world, 0);
        CHECK(expected.size() == ids.size());
        for (std::size_t i = 1; i < world->size(); ++i) CHECK(pictures(*world, i) == expected);
    }
}
