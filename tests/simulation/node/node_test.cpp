// Whole nodes together: what one writes the others read, whatever happens on the way.
#include <doctest/doctest.h>

#include <cstdio>

#include "tests/simulation/node/world.h"

using namespace liaise;
using namespace liaise::test;
using namespace std::chrono_literals;
using node::service::MessageView;
using node::service::PublishRequest;
using node::service::ReadRequest;

namespace {

std::string post(World& world, std::size_t who, const std::string& channel, const std::string& text,
                 const std::string& reply_to = "") {
    std::string id;
    world[who].node().post({channel, text, reply_to}, world.now(), [&id](const auto& outcome) {
        if (outcome.ok()) id = outcome->id;
    });
    world[who].settle();
    return id;
}

ReadRequest newest(const std::string& channel) {
    ReadRequest request;
    request.channel = channel;
    request.limit = 10'000;
    return request;
}

std::vector<std::string> texts(World& world, std::size_t who, const std::string& channel,
                               const std::string& kind = "post") {
    std::vector<std::string> all;
    const auto messages = world[who].node().read(newest(channel), world.now());
    if (messages.ok())
        for (const MessageView& message : messages->messages)
            if (message.kind == kind) all.push_back(message.text);
    return all;
}

const std::array<std::pair<const char*, const char*>, 5> people{{{"Asha Wanjiru", "KE"},
                                                                 {"Nguyen Van Minh", "VN"},
                                                                 {"Olena Koval", "UA"},
                                                                 {"Ana Souza", "BR"},
                                                                 {"Li Wei", "MY"}}};

// So many people in one network, and all of them but the founder invited into "practice".
std::unique_ptr<World> network(std::uint64_t seed, std::size_t count) {
    auto world = std::make_unique<World>(seed);
    for (std::size_t i = 0; i < count; ++i) world->add(people.at(i).first, people.at(i).second);
    REQUIRE((*world)[0].node().found_network("Practice network", world->now()).ok());
    for (std::size_t i = 1; i < count; ++i) world->join(i, 0);
    REQUIRE((*world)[0].node().create_channel("practice", "what works", "discussion", "", world->now()).ok());
    world->run(30s);
    for (std::size_t i = 1; i < count; ++i)
        REQUIRE((*world)[0].node().invite("practice", people.at(i).first, world->now()).ok());
    world->run(30s);
    return world;
}

Bytes random_bytes(std::size_t size) {
    Bytes bytes(size);
    SeededRandom(size).fill(bytes);
    return bytes;
}

std::string publish(World& world, std::size_t who, const Bytes& bytes, const std::string& title,
                    const std::string& revised = "") {
    PublishRequest request;
    request.channel = "practice";
    request.document = revised;
    request.title = title;
    request.language = "en";
    request.kind = "report";
    request.file_name = "report.bin";
    auto upload = world[who].node().publish(request, world.now());
    REQUIRE(upload.ok());
    for (std::size_t at = 0; at < bytes.size(); at += 100'000)
        REQUIRE((*upload)
                    ->write(BytesView(bytes).subspan(at, std::min<std::size_t>(100'000, bytes.size() - at)))
                    .ok());
    const auto published = (*upload)->finish(world.now());
    REQUIRE(published.ok());
    return published->id.text();
}

std::optional<Bytes> fetch(World& world, std::size_t who, const std::string& document, Duration within) {
    std::unique_ptr<node::service::Download> download;
    world[who].node().get_document(document, 0, world.now(), [&download](auto outcome) {
        if (outcome.ok()) download = std::move(outcome).value();
    });
    world[who].settle();
    world.run(within);
    if (!download) return std::nullopt;
    Bytes whole;
    for (;;) {
        const auto piece = download->next();
        if (!piece) return std::nullopt;
        if (piece->empty()) return whole;
        append(whole, *piece);
    }
}

}  // namespace

TEST_CASE("on a slow line, in step means that what the other had written is here") {
    const auto world = network(7, 2);
    world->latency = 3s;
    for (int round = 1; round <= 3; ++round) {
        REQUIRE_FALSE(post(*world, 0, "practice", "under way").empty());
        std::optional<std::size_t> here;
        const auto asker = std::make_shared<int>();
        (*world)[1].node().when_in_step(
            [&](const auto& outcome) {
                REQUIRE(outcome.ok());
                CHECK(*outcome == 1);
                here = texts(*world, 1, "practice").size();
            },
            asker);
        (*world)[1].settle();
        world->run(60s);
        CHECK(here.value_or(99) == static_cast<std::size_t>(round));
    }
}

TEST_CASE("of two who can dial each other one does, and the other takes over when the line is lost") {
    const auto world = network(8, 2);
    const std::uint64_t before = world->links_ever();
    world->run(1h);
    CHECK(world->links_ever() == before);
    world->set_partition(0, 1, true);
    world->run(10min);
    world->heal();
    world->run(10min);
    CHECK(world->links_ever() - before <= 2);  // both dialled
    REQUIRE_FALSE(post(*world, 1, "practice", "again").empty());
    world->run(10s);
    CHECK(texts(*world, 0, "practice").size() == 1);
}

TEST_CASE("whoever was removed and is invited again reads and writes again, after a restart too") {
    const auto world = network(9, 3);
    REQUIRE_FALSE(post(*world, 1, "practice", "before").empty());
    world->run(10s);
    REQUIRE((*world)[0].node().remove("practice", people[1].first, world->now()).ok());
    world->run(30s);
    CHECK(post(*world, 1, "practice", "not any more").empty());
    REQUIRE((*world)[0].node().invite("practice", people[1].first, world->now()).ok());
    world->run(30s);
    REQUIRE_FALSE(post(*world, 1, "practice", "again").empty());
    (*world)[1].crash();
    (*world)[1].start();
    world->run(30s);
    REQUIRE_FALSE(post(*world, 1, "practice", "and again").empty());
    world->run(30s);
    for (const std::size_t who : {0U, 1U, 2U}) {
        CAPTURE(who);
        const auto all = texts(*world, who, "practice");
        for (const char* text : {"before", "again", "and again"})
            CHECK(std::find(all.begin(), all.end(), text) != all.end());
    }
}

TEST_CASE("two people talk, in both directions") {
    const auto world = network(1, 2);
    const std::string first = post(*world, 0, "practice", "one");
    REQUIRE_FALSE(first.empty());
    world->run(5s);
    const std::string answer = post(*world, 1, "practice", "two", first);
    REQUIRE_FALSE(answer.empty());
    world->run(5s);
    for (std::size_t who : {0U, 1U})
        CHECK(texts(*world, who, "practice") == std::vector<std::string>{"one", "two"});
    const auto shown = (*world)[0].node().read(newest("practice"), world->now());
    REQUIRE(shown.ok());
    CHECK(shown->messages.back().reply_to == first);
    CHECK(shown->messages.back().author == "Nguyen Van Minh");
    CHECK(shown->messages[shown->messages.size() - 2].state == "delivered");
}

TEST_CASE("two conveners change the charter apart: one charter everywhere, and the same notices") {
    const auto world = network(21, 4);
    auto& ke = (*world)[0].node();
    REQUIRE(ke.promote("practice", people[1].first, 0, world->now()).ok());
    REQUIRE(ke.promote("practice", people[2].first, 0, world->now()).ok());
    world->run(10s);
    for (std::size_t who = 0; who < 4; ++who) world->set_partition(2, who, who != 2);
    node::service::CharterRequest lower, higher;
    lower.name = "lower";
    higher.purpose = "higher";
    REQUIRE((*world)[2].node().amend("practice", lower, world->now()).ok());
    REQUIRE((*world)[1].node().amend("practice", higher, world->now()).ok());
    world->run(10s);
    CHECK(texts(*world, 2, "lower", "notice").size() == texts(*world, 3, "practice", "notice").size());
    world->heal();
    world->run(60s);
    for (std::size_t who = 0; who < 4; ++who) {
        CAPTURE(who);
        const auto charters = (*world)[who].node().charters("practice", world->now());
        REQUIRE(charters.ok());
        REQUIRE(charters->size() == 4);
        CHECK(charters->back().purpose == "higher");
        CHECK(charters->back().author == people[1].first);
        CHECK(charters->back().conveners.size() == 3);
        // The charter that lost is told of no more.
        const auto notices = texts(*world, who, "practice", "notice");
        CHECK(std::count(notices.begin(), notices.end(), "changed the charter. The purpose is \"higher\".") ==
              1);
        for (const std::string& notice : notices) CHECK(notice.find("lower") == std::string::npos);
    }
}

TEST_CASE("two people write to each other at once, each in a channel of their own: they go on in one") {
    const auto world = network(22, 3);
    world->set_partition(0, 1, true);
    world->set_partition(2, 1, true);
    const auto mine = (*world)[0].node().direct(people[1].first, world->now());
    const auto theirs = (*world)[1].node().direct(people[0].first, world->now());
    REQUIRE(mine.ok());
    REQUIRE(theirs.ok());
    CHECK(mine->id != theirs->id);
    CHECK_FALSE(post(*world, 0, people[1].first, "from Kenya").empty());
    CHECK_FALSE(post(*world, 1, people[0].first, "from Viet Nam").empty());
    world->heal();
    world->run(120s);
    const ChannelId chosen = std::min(mine->id, theirs->id);
    CHECK((*world)[0].node().direct(people[1].first, world->now())->id == chosen);
    CHECK((*world)[1].node().direct(people[0].first, world->now())->id == chosen);
    CHECK_FALSE(post(*world, 1, people[0].first, "now together").empty());
    world->run(30s);
    for (const std::size_t who : {0U, 1U}) {
        CAPTURE(who);
        std::set<std::string> all;
        for (const ChannelId& id : {mine->id, theirs->id})
            for (const std::string& text : texts(*world, who, id.text())) all.insert(text);
        CHECK(all == std::set<std::string>{"from Kenya", "from Viet Nam", "now together"});
        const auto shown = (*world)[who].node().channel(people[1 - who].first, world->now());
        REQUIRE(shown.ok());
        CHECK(shown->id == chosen);
        CHECK(shown->members.size() == 2);
        // Nobody else comes in, and nobody is put out.
        CHECK_FALSE((*world)[who].node().invite(chosen.text(), people[2].first, world->now()).ok());
        CHECK_FALSE((*world)[who].node().remove(chosen.text(), people[1 - who].first, world->now()).ok());
    }
    CHECK_FALSE((*world)[2].node().channel(chosen.text(), world->now()).ok());
    // Who leaves it is written to in a new one.
    REQUIRE((*world)[1].node().leave(chosen.text(), world->now()).ok());
    world->run(30s);
    CHECK((*world)[0].node().direct(people[1].first, world->now())->id != chosen);
}

TEST_CASE("a node whose disk is full tries again at its leisure, and goes on by itself") {
    const auto world = network(17, 2);
    (*world)[1].disk().fail_at(1, Fault::disk_full, true);
    post(*world, 0, "practice", "while the disk is full");
    const std::uint64_t before = world->ticks_ever();
    world->run(10min);
    CHECK(world->ticks_ever() - before < 2000);
    CHECK(texts(*world, 1, "practice").empty());
    (*world)[1].disk().heal();
    if ((*world)[1].needs_restart()) {
        (*world)[1].stop();
        REQUIRE((*world)[1].start());
    }
    world->run(10min);
    CHECK(texts(*world, 1, "practice") == std::vector<std::string>{"while the disk is full"});
}

TEST_CASE("a node whose disk failed takes nothing in and says so; started again it has everything") {
    const auto world = network(18, 2);
    Machine& broken = (*world)[1];
    broken.disk().fail_at(1, Fault::sync_error, false);
    post(*world, 0, "practice", "while the disk failed");
    world->run(10min);
    REQUIRE(broken.needs_restart());
    CHECK(texts(*world, 1, "practice").empty());
    CHECK(post(*world, 1, "practice", "not kept").empty());
    const auto findings = broken.node().doctor(world->now());
    CHECK(std::any_of(findings.begin(), findings.end(), [](const auto& finding) {
        return finding.subject == "disk" && finding.sentence.find("liaise down") != std::string::npos;
    }));
    broken.stop();
    REQUIRE(broken.start());
    world->run(10min);
    CHECK(texts(*world, 1, "practice") == std::vector<std::string>{"while the disk failed"});
    CHECK((*world)[0].node().status(world->now()).in_step);
}

TEST_CASE("who was away when the one they knew handed over and left hears it from them") {
    const auto world = network(19, 3);
    auto& first = (*world)[0].node();
    REQUIRE(first.create_channel("small", "what works", "discussion", "", world->now()).ok());
    REQUIRE(first.invite("small", people[1].first, world->now()).ok());
    world->run(30s);
    (*world)[1].crash();
    REQUIRE(first.invite("small", people[2].first, world->now()).ok());
    world->run(30s);
    REQUIRE(first.hand_over("small", people[2].first, world->now()).ok());
    world->run(30s);
    REQUIRE((*world)[1].start());
    world->run(10min);
    post(*world, 2, "small", "to those who are left");
    world->run(10min);
    CHECK(texts(*world, 1, "small") == std::vector<std::string>{"to those who are left"});
    CHECK(texts(*world, 0, "small").empty());
}

TEST_CASE("entries reach a member through another one") {
    const auto world = network(2, 3);
    world->set_partition(0, 2, true);
    REQUIRE_FALSE(post(*world, 0, "practice", "over Viet Nam").empty());
    world->run(10s);
    CHECK(texts(*world, 2, "practice") == std::vector<std::string>{"over Viet Nam"});
}

TEST_CASE("who was removed reads nothing that is written afterwards, and cannot write") {
    const auto world = network(3, 3);
    post(*world, 0, "practice", "before");
    world->run(5s);
    REQUIRE((*world)[0].node().remove("practice", "Nguyen Van Minh", world->now()).ok());
    world->run(5s);
    post(*world, 0, "practice", "after");
    world->run(10s);
    CHECK(texts(*world, 1, "practice") == std::vector<std::string>{"before"});
    CHECK(texts(*world, 2, "practice") == std::vector<std::string>{"before", "after"});
    CHECK(post(*world, 1, "practice", "I am still here").empty());
}

TEST_CASE("who was removed is told of nothing that they lack") {
    const auto world = network(17, 3);
    post(*world, 0, "practice", "before");
    world->run(5s);
    auto& reader = (*world)[1];
    const ChannelId practice = reader.node().channel("practice", world->now())->id;
    const auto lack = [&](std::uint64_t sequence) {
        const auto log = reader.store().entries().logs_of(practice).value().front();
        auto transaction = reader.store().begin().value();
        const EpochId unknown = EpochId::from(Bytes(EpochId::size_bytes, 7)).value();
        reader.store().messages().add_waiting(practice, unknown, {log.row, sequence}, world->now()).value();
        transaction.commit().value();
    };
    lack(1001);
    CHECK(reader.node().waiting("practice", world->now())->size() == 1);
    REQUIRE((*world)[0].node().remove("practice", "Nguyen Van Minh", world->now()).ok());
    world->run(1min);
    lack(1002);
    CHECK(reader.node().waiting("practice", world->now())->empty());
    CHECK(reader.node().channel("practice", world->now())->waiting == 0);
}

TEST_CASE("who joins later reads from joining on, or from the start, as the channel was made") {
    World world(4);
    for (std::size_t i = 0; i < 2; ++i) world.add(people.at(i).first, people.at(i).second);
    REQUIRE(world[0].node().found_network("Practice network", world.now()).ok());
    world.join(1, 0);
    for (const char* history : {"from-joining", "from-start"}) {
        REQUIRE(world[0].node().create_channel(history, "", "discussion", history, world.now()).ok());
        post(world, 0, history, "early");
        REQUIRE(world[0].node().invite(history, "Nguyen Van Minh", world.now()).ok());
        post(world, 0, history, "late");
    }
    world.run(20s);
    CHECK(texts(world, 1, "from-joining") == std::vector<std::string>{"late"});
    CHECK(texts(world, 1, "from-start") == std::vector<std::string>{"early", "late"});
}

TEST_CASE("a revoked member loses the network") {
    const auto world = network(5, 3);
    REQUIRE((*world)[0].node().revoke("Nguyen Van Minh", "device-lost", world->now()).ok());
    world->run(10min);
    post(*world, 0, "practice", "after the revocation");
    world->run(30s);
    CHECK(texts(*world, 1, "practice").empty());
    CHECK(texts(*world, 2, "practice") == std::vector<std::string>{"after the revocation"});
    const auto person = (*world)[2].node().person("Nguyen Van Minh", world->now());
    REQUIRE(person.ok());
    CHECK(person->standing == "revoked");
}

TEST_CASE(
    "documents arrive byte for byte, small ones unasked, large ones when asked for, and go on after a "
    "crash") {
    const auto world = network(6, 2);
    const Bytes small = random_bytes(20'000);
    const Bytes large = random_bytes(5'000'000);
    const std::string small_id = publish(*world, 0, small, "small");
    const std::string large_id = publish(*world, 0, large, "large");
    world->run(10s);
    const auto listed = (*world)[1].node().documents("practice", world->now());
    REQUIRE(listed.ok());
    for (const auto& view : *listed) CHECK(view.state == (view.title == "small" ? "here" : "elsewhere"));
    CHECK(fetch(*world, 1, small_id, 1s) == small);
    CHECK_FALSE(fetch(*world, 1, large_id, 100ms).has_value());
    (*world)[1].crash();
    (*world)[1].start();
    world->run(60s);
    CHECK(fetch(*world, 1, large_id, 60s) == large);

    Bytes edited = large;
    edited.insert(edited.begin() + 2'000'000, 42);
    publish(*world, 1, edited, "large, revised", large_id);
    world->run(10s);
    CHECK(fetch(*world, 0, large_id, 60s) == edited);
    const auto history = (*world)[0].node().history(large_id, world->now());
    REQUIRE(history.ok());
    CHECK(history->size() == 2);
}

TEST_CASE("search finds what was written, and nothing else") {
    const auto world = network(7, 2);
    post(*world, 0, "practice", "Referral instead of arrest");
    post(*world, 0, "practice", "Safe disposal of needles");
    world->run(10s);
    const auto found = (*world)[1].node().search("disposal", "", 10, world->now());
    REQUIRE(found.ok());
    REQUIRE(found->hits.size() == 1);
    CHECK(found->hits.front().message->text == "Safe disposal of needles");
    CHECK_FALSE(found->incomplete);
    CHECK((*world)[1].node().search("nothing", "", 10, world->now())->hits.empty());
}

TEST_CASE("a search amid a long history finds the newest at once, and says that there is more to come") {
    const auto world = network(8, 1);
    for (int i = 0; i < 5000; ++i) post(*world, 0, "practice", i == 0 ? "the first note" : "a later note");
    auto& node = (*world)[0].node();
    const auto amid = node.search("note", "", 10, world->now());
    REQUIRE(amid.ok());
    CHECK(amid->hits.size() == 10);
    CHECK(amid->incomplete);
    world->run(10s);
    const auto after = node.search("first", "", 10, world->now());
    REQUIRE(after.ok());
    CHECK(after->hits.size() == 1);
    CHECK_FALSE(after->incomplete);
}

TEST_CASE(
    "any history of posts, partitions and crashes ends with everyone reading the same, and nothing "
    "acknowledged lost") {
    for (std::uint64_t seed = 100; seed < 106; ++seed) {
        CAPTURE(seed);
        const auto world = network(seed, 4);
        std::set<std::string> acknowledged;
        for (int step = 0; step < 60; ++step) {
            const auto who = static_cast<std::size_t>(world->random.below(world->size()));
            const auto other = static_cast<std::size_t>(world->random.below(world->size()));
            switch (world->random.below(6)) {
                case 0:
                    if (who != other) world->set_partition(who, other, world->random.chance(60));
                    break;
                case 1:
                    if ((*world)[who].runs()) (*world)[who].crash();
                    break;
                case 2:
                    if (!(*world)[who].runs()) (*world)[who].start();
                    break;
                default: {
                    if (!(*world)[who].runs()) break;
                    const std::string text = "step " + std::to_string(step);
                    if (!post(*world, who, "practice", text).empty()) acknowledged.insert(text);
                }
            }
            world->run(Duration{static_cast<std::int64_t>(world->random.below(3000))});
        }
        world->heal();
        for (std::size_t i = 0; i < world->size(); ++i)
            if (!(*world)[i].runs()) (*world)[i].start();
        world->run(5min);
        const auto everything = texts(*world, 0, "practice");
        CHECK(std::set<std::string>(everything.begin(), everything.end()) == acknowledged);
        for (std::size_t i = 1; i < world->size(); ++i) {
            const auto theirs = texts(*world, i, "practice");
            CHECK(std::set<std::string>(theirs.begin(), theirs.end()) == acknowledged);
        }
    }
}

namespace {

std::set<std::string> members_of(World& world, std::size_t who) {
    std::set<std::string> names;
    const auto channel = world[who].node().channel("practice", world.now());
    if (!channel.ok()) return names;
    for (const auto& member : channel->members) names.insert(member.person.name);
    return names;
}

// What one convener or the other does, and what befalls them.
void churn(World& world) {
    const auto who = static_cast<std::size_t>(world.random.below(world.size()));
    const auto convener = static_cast<std::size_t>(world.random.below(2));
    const auto other = static_cast<std::size_t>(2 + world.random.below(world.size() - 2));
    switch (world.random.below(8)) {
        case 0:
            if (who != other) world.set_partition(who, other, world.random.chance(60));
            break;
        case 1:
            if (world[who].runs()) world[who].crash();
            break;
        case 2:
        case 3:
            if (!world[who].runs()) world[who].start();
            break;
        case 4:
            if (world[convener].runs())
                (void)world[convener].node().remove("practice", people.at(other).first, world.now());
            break;
        case 5:
            if (world[convener].runs())
                (void)world[convener].node().invite("practice", people.at(other).first, world.now());
            break;
        default:
            if (world[who].runs()) post(world, who, "practice", "meanwhile");
    }
    for (std::size_t i = 0; i < world.size(); ++i)
        if (world[i].runs() && world.random.chance(80)) world[i].settle();
}

}  // namespace

TEST_CASE(
    "two conveners invite and remove while nodes crash and lose touch: then all members read each other, and "
    "nobody else") {
    for (std::uint64_t seed = 300; seed < 304; ++seed) {
        CAPTURE(seed);
        const auto world = network(seed, 4);
        REQUIRE((*world)[0].node().promote("practice", people[1].first, 0, world->now()).ok());
        world->run(10s);
        for (int step = 0; step < 50; ++step) {
            churn(*world);
            world->run(Duration{static_cast<std::int64_t>(world->random.below(90'000))});
        }
        world->heal();
        for (std::size_t i = 0; i < world->size(); ++i)
            if (!(*world)[i].runs()) (*world)[i].start();
        world->run(3h);
        const std::set<std::string> members = members_of(*world, 0);
        CHECK(members.contains(people[1].first));
        for (std::size_t i = 0; i < world->size(); ++i) {
            CAPTURE(i);
            const bool in = members.contains(people.at(i).first);
            if (in) CHECK(members_of(*world, i) == members);
            CHECK(post(*world, i, "practice", "final " + std::to_string(i)).empty() != in);
        }
        world->run(60s);
        for (std::size_t i = 0; i < world->size(); ++i) {
            CAPTURE(i);
            std::set<std::string> finals;
            for (const std::string& text : texts(*world, i, "practice"))
                if (text.rfind("final", 0) == 0) finals.insert(text);
            CHECK(finals.size() == (members.contains(people.at(i).first) ? members.size() : 0));
        }
    }
}
