// Members under an alias, on whole nodes: entering, speaking, leaving; and what nobody else must ever hold.
#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

#include "tests/simulation/node/circle.h"

using namespace liaise;
using namespace liaise::test;
using namespace std::chrono_literals;
using node::service::CharterRequest;
using node::service::MarkRequest;

TEST_CASE("two aliases and a member in his own name speak, and only the convener knows who they are") {
    const auto world = network(80, circle("accredited"));
    std::vector<Sent> sent;
    world->on_send = [&](World::OnItsWay& way) {
        for (const auto& [frame, later] : way.frames) sent.push_back({way.from, way.to, frame});
    };
    let_in(*world, heron, olena, "Heron");
    let_in(*world, ibis, ana, "Blue Ibis");
    const std::vector<Sent> entering = std::exchange(sent, {});
    say(*world, heron, "We are asked for lists.");
    world->run(1min);
    say(*world, member, "By whom, @Heron?");
    world->run(1min);
    say(*world, ibis, "The same here.");
    say(*world, convener, "Thank you.");
    world->run(2min);

    for (const std::size_t who : {convener, member, heron, ibis}) {
        CAPTURE(who);
        CHECK(read(*world, who).size() == 4);
        CHECK(author_of(*world, who, "We are asked for lists.") == "Heron (alias, accredited)");
        CHECK(author_of(*world, who, "The same here.") == "Blue Ibis (alias, accredited)");
        CHECK(author_of(*world, who, "By whom, @Heron?") == minh);
        CHECK(names_in(*world, who) == std::vector<std::string>{asha, "Blue Ibis (alias, accredited)",
                                                                "Heron (alias, accredited)", minh});
        // Who is behind it stands at the convener's, and at one's own.
        for (const auto& each : members_at(*world, who)) {
            if (each.person.alias == "Heron")
                CHECK(each.person.behind == (who == convener || who == heron ? olena : ""));
            if (each.person.alias == "Blue Ibis")
                CHECK(each.person.behind == (who == convener || who == ibis ? ana : ""));
        }
    }
    CHECK(post_of(*world, heron, "By whom, @Heron?").mentions_us);
    CHECK_FALSE(post_of(*world, ibis, "By whom, @Heron?").mentions_us);
    CHECK(post_of(*world, heron, "We are asked for lists.").mine);
    CHECK_FALSE(post_of(*world, ibis, "We are asked for lists.").mine);
    // Delivered, as far as one can know.
    CHECK(post_of(*world, convener, "Thank you.").delivered_of == 3);
    CHECK(post_of(*world, convener, "Thank you.").delivered_to == 3);
    CHECK(post_of(*world, heron, "We are asked for lists.").delivered_of == 1);
    CHECK(post_of(*world, heron, "We are asked for lists.").delivered_to == 1);
    CHECK(post_of(*world, member, "By whom, @Heron?").delivered_of == 1);

    // What an alias writes goes to the convener, and from there to the others; what the others write,
    // likewise. Between those who are not the convener nothing of the channel goes.
    const auto is_between = [](const Sent& each, std::size_t a, std::size_t b) {
        return (each.from == a && each.to == b) || (each.from == b && each.to == a);
    };
    const std::vector<std::pair<std::size_t, std::size_t>> apart{
        {heron, member}, {heron, ibis}, {ibis, member}, {ibis, heron}, {member, heron}, {member, ibis}};
    for (const auto& pair : apart) {
        const std::size_t from = pair.first, to = pair.second;
        CAPTURE(from);
        CAPTURE(to);
        const auto pieces = passed_on(sent, from, convener, to);
        CHECK(pieces.size() > 4);
        for (const Sent& each : sent)
            for (const Bytes& piece : pieces)
                if (is_between(each, from, to) || is_between(each, from, stranger) ||
                    is_between(each, to, stranger))
                    CHECK_FALSE(holds(each.frame, piece));
    }
    sent.insert(sent.end(), entering.begin(), entering.end());
    // Nothing that names an alias is ever outside an encryption, and nobody outside has heard of it.
    for (const std::string alias : {"Heron", "Blue Ibis"}) {
        MemberId id;
        for (const auto& each : members_at(*world, member))
            if (each.person.alias == alias) id = each.person.id;
        REQUIRE_FALSE(id.is_zero());
        CHECK_FALSE((*world)[stranger].node().person(id.text(), world->now()).ok());
        for (const Sent& each : sent) CHECK_FALSE(holds(each.frame, id.view()));
    }
    // Nobody finds them in the directory.
    const auto people = (*world)[member].node().people(world->now());
    REQUIRE(people.ok());
    for (const auto& person : *people) CHECK(person.alias == "");
}

TEST_CASE("one's own words are one's own under an alias: edit, retract, react; and nobody else's") {
    const auto world = network(81, circle("role"));
    let_in(*world, heron, olena, "Heron");
    say(*world, heron, "frist");
    world->run(1min);
    const auto mark = [&](std::size_t who, MarkRequest::Act act, const std::string& message,
                          const std::string& text) {
        const bool done = (*world)[who].node().mark({act, message, text}, world->now()).ok();
        (*world)[who].settle();
        world->run(1min);
        return done;
    };
    const std::string id = read(*world, heron).at(0).id;
    CHECK_FALSE(mark(member, MarkRequest::Act::edit, id, "not mine"));
    CHECK(mark(heron, MarkRequest::Act::edit, id, "first"));
    CHECK(mark(heron, MarkRequest::Act::react, id, "+"));
    for (const std::size_t who : {convener, member, heron}) {
        const auto posts = read(*world, who);
        REQUIRE(posts.size() == 1);
        CHECK(posts[0].text == "first");
        CHECK(posts[0].author == "Heron (alias, focal point, UA)");
        REQUIRE(posts[0].reactions.size() == 1);
        CHECK(posts[0].reactions[0].by.at(0) == "Heron (alias, focal point, UA)");
        CHECK(posts[0].reactions[0].mine == (who == heron));
    }
    CHECK(mark(heron, MarkRequest::Act::retract, id, ""));
    CHECK(read(*world, member).at(0).state == "retracted");
    // A member mutes an alias in the channel where it is, and finds it nowhere else.
    CHECK((*world)[member].node().mute("Heron", "circle", true, world->now()).ok());
    CHECK_FALSE((*world)[member].node().mute("Heron", "", true, world->now()).ok());
    CHECK_FALSE((*world)[member].node().direct("Heron", world->now()).ok());
    CHECK_FALSE((*world)[convener].node().promote("circle", "Heron", 0, world->now()).ok());
}

TEST_CASE(
    "what an alias needs is there after crashes at both ends, and while the convener is away it waits") {
    const auto world = network(82, circle("full"));
    REQUIRE(ask(*world, heron, "Heron"));
    (*world)[heron].crash();
    REQUIRE((*world)[heron].start());
    world->run(1min);
    (*world)[convener].crash();
    REQUIRE((*world)[convener].start());
    const auto waiting = (*world)[convener].node().requests("circle", world->now());
    REQUIRE(waiting.ok());
    REQUIRE(waiting->size() == 1);
    CHECK(waiting->at(0).person.name == olena);
    CHECK(waiting->at(0).alias == "Heron");
    REQUIRE((*world)[convener].node().approve("circle", olena, world->now()).ok());
    (*world)[convener].crash();
    REQUIRE((*world)[convener].start());
    world->run(2min);
    (*world)[heron].crash();
    REQUIRE((*world)[heron].start());
    world->run(2min);
    (*world)[convener].stop();
    say(*world, heron, "while you were away");
    say(*world, member, "me, too");
    world->run(2min);
    CHECK(author_of(*world, member, "while you were away") == "(not here)");
    CHECK(author_of(*world, heron, "me, too") == "(not here)");
    REQUIRE((*world)[convener].start());
    world->run(3min);
    CHECK(author_of(*world, member, "while you were away") ==
          "Heron (alias of Olena Koval, focal point, UA)");
    CHECK(author_of(*world, heron, "me, too") == minh);
}

TEST_CASE("a removed alias hears nothing more, its name is not given again, and its person is forgotten") {
    const auto world = network(83, circle("accredited"));
    let_in(*world, heron, olena, "Heron");
    CHECK_FALSE(
        (*world)[convener].node().invite("circle", olena, world->now()).ok());  // twice the same person
    REQUIRE((*world)[convener].node().remove("circle", "Heron", world->now()).ok());
    world->run(2min);
    say(*world, member, "after");
    world->run(1min);
    CHECK(author_of(*world, heron, "after") == "(not here)");
    CHECK_FALSE((*world)[convener].node().invite("circle", "Heron", world->now()).ok());
    for (const auto& each : members_at(*world, convener)) CHECK(each.person.behind == "");
    REQUIRE(ask(*world, ibis, "Her\xC3\xB6n"));  // looks the same without its dots
    world->run(1min);
    CHECK_FALSE((*world)[convener].node().approve("circle", ana, world->now()).ok());
    REQUIRE((*world)[convener].node().deny("circle", ana, "The name is taken.", world->now()).ok());
    world->run(1min);
    REQUIRE(ask(*world, ibis, "Ibis"));
    world->run(1min);
    REQUIRE((*world)[convener].node().approve("circle", ana, world->now()).ok());
    world->run(3min);
    CHECK(author_of(*world, ibis, "after") == "(not here)");  // from before
    say(*world, ibis, "here");
    world->run(1min);
    CHECK(author_of(*world, member, "here") == "Ibis (alias, accredited)");
}

TEST_CASE("aliases are refused where the charter has none, and names that could be a person's or a card's") {
    const auto world = network(84, circle("none"));
    CHECK_FALSE(ask(*world, heron, "Heron"));
    CHECK(ask(*world, heron, ""));
    CharterRequest other = circle("role");
    other.name = "open circle";
    REQUIRE((*world)[convener].node().create_channel(other, world->now()).ok());
    world->run(30s);
    for (const std::string bad : {"Ana Souza", "ana souza", "Heron (accredited", "a", "Heron, KE"})
        CHECK_FALSE((*world)[heron].node().request("open circle", "", "", bad, world->now()).ok());
    CHECK((*world)[heron].node().listed_channels(world->now())->at(0).aliases != "");
    CHECK((*world)[heron].node().charters("open circle", world->now())->at(0).aliases == "role");
}

TEST_CASE("a channel that is not listed: whoever may ask sees its charter, and enters under an alias") {
    const auto world = network(85, circle("accredited", "off"));
    CHECK_FALSE(ask(*world, heron, "Heron"));
    REQUIRE((*world)[convener].node().let_ask("circle", olena, world->now()).ok());
    world->run(1min);
    (*world)[heron].crash();
    REQUIRE((*world)[heron].start());
    const auto others = (*world)[heron].node().listed_channels(world->now());
    REQUIRE(others->size() == 1);
    CHECK(others->at(0).state == "may-ask");
    CHECK(others->at(0).aliases == "accredited");
    let_in(*world, heron, olena, "Heron");
    say(*world, heron, "here");
    world->run(1min);
    CHECK(author_of(*world, member, "here") == "Heron (alias, accredited)");
    CHECK((*world)[heron].node().listed_channels(world->now())->empty());
    CHECK_FALSE(ask(*world, ibis, "Ibis"));  // nobody let her
}

TEST_CASE("an alias ends when the accreditation behind it does") {
    const auto world = network(86, circle("accredited"));
    let_in(*world, heron, olena, "Heron");
    REQUIRE((*world)[convener].node().revoke(olena, "left", world->now()).ok());
    world->run(2min);
    CHECK(names_in(*world, member) == std::vector<std::string>{asha, minh});
    say(*world, member, "after");
    world->run(1min);
    CHECK(author_of(*world, heron, "after") == "(not here)");
}

TEST_CASE("who is made a convener later is told nothing, and carries nothing for the alias") {
    const auto world = network(87, circle("accredited"));
    let_in(*world, heron, olena, "Heron");
    REQUIRE((*world)[convener].node().promote("circle", minh, 0, world->now()).ok());
    world->run(2min);
    std::vector<Sent> sent;
    world->on_send = [&](World::OnItsWay& way) {
        for (const auto& [frame, later] : way.frames) sent.push_back({way.from, way.to, frame});
    };
    say(*world, heron, "to all");
    say(*world, member, "from a convener");
    world->run(2min);
    CHECK(author_of(*world, member, "to all") == "Heron (alias, accredited)");
    CHECK(author_of(*world, heron, "from a convener") == minh);
    for (const auto& each : members_at(*world, member)) CHECK(each.person.behind == "");
    const auto pieces = passed_on(sent, heron, convener, member);
    CHECK(pieces.size() > 4);
    for (const Sent& each : sent)
        for (const Bytes& piece : pieces)
            if ((each.from == heron && each.to == member) || (each.from == member && each.to == heron))
                CHECK_FALSE(holds(each.frame, piece));
    // The new one does everything else that conveners do, for aliases too: a new key reaches them.
    REQUIRE((*world)[member].node().invite("circle", wei, world->now()).ok());
    world->run(3min);
    say(*world, stranger, "I am new");
    world->run(2min);
    CHECK(author_of(*world, heron, "I am new") == wei);
    say(*world, heron, "welcome");
    world->run(2min);
    CHECK(author_of(*world, stranger, "welcome") == "Heron (alias, accredited)");

    // When nobody is left who knows it, the alias is told.
    CHECK((*world)[heron].node().channel("circle", world->now())->warnings.empty());
    REQUIRE((*world)[convener].node().hand_over("circle", minh, world->now()).ok());
    world->run(2min);
    bool warned = false;
    const auto cut_off = (*world)[heron].node().channel("circle", world->now());
    REQUIRE(cut_off.ok());
    for (const std::string& warning : cut_off->warnings)
        warned = warned || warning.find("who knows your alias") != std::string::npos;
    CHECK(warned);
}

TEST_CASE("an alias works in a channel where history is from the start, and one leaves it for good") {
    CharterRequest charter = circle("accredited");
    charter.history = "from-start";
    const auto world = network(88, charter);
    say(*world, member, "before");
    world->run(1min);
    let_in(*world, heron, olena, "Heron");
    CHECK(author_of(*world, heron, "before") == minh);
    say(*world, heron, "mine");
    world->run(1min);
    REQUIRE((*world)[heron].node().leave("circle", world->now()).ok());
    world->run(2min);
    CHECK(names_in(*world, member) == std::vector<std::string>{asha, minh});
    CHECK(author_of(*world, member, "mine") == "Heron (alias, accredited)");
    // Back under another name, as somebody else.
    CHECK(ask(*world, heron, "Heron"));
    world->run(1min);
    CHECK_FALSE((*world)[convener].node().approve("circle", olena, world->now()).ok());
    REQUIRE((*world)[convener].node().deny("circle", olena, "The name was used.", world->now()).ok());
    world->run(1min);
    let_in(*world, heron, olena, "Egret");
    say(*world, heron, "mine, too");
    world->run(1min);
    CHECK(author_of(*world, member, "mine, too") == "Egret (alias, accredited)");
    CHECK(author_of(*world, heron, "mine") == "Heron (alias, accredited)");
}

TEST_CASE("two conveners who were told: one answers for both, and each carries while the other is away") {
    const auto world = network(89, circle("accredited"));
    REQUIRE((*world)[convener].node().promote("circle", minh, 0, world->now()).ok());
    world->run(2min);
    const auto waiting = [&](std::size_t who) {
        const auto all = (*world)[who].node().requests("circle", world->now());
        REQUIRE(all.ok());
        return all->size();
    };
    REQUIRE(ask(*world, heron, "Heron"));
    world->run(1min);
    CHECK(waiting(convener) == 1);
    CHECK(waiting(member) == 1);
    REQUIRE((*world)[member].node().deny("circle", olena, "Another name, please.", world->now()).ok());
    world->run(1min);
    CHECK(waiting(convener) == 0);
    CHECK(waiting(member) == 0);
    let_in(*world, heron, olena, "Egret");
    CHECK(waiting(member) == 0);
    for (const std::size_t who : {convener, member})
        for (const auto& each : members_at(*world, who))
            if (each.person.alias == "Egret") CHECK(each.person.behind == olena);
    (*world)[convener].stop();
    say(*world, heron, "through the second");
    world->run(1min);
    CHECK(author_of(*world, member, "through the second") == "Egret (alias, accredited)");
    REQUIRE((*world)[convener].start());
    (*world)[member].stop();
    say(*world, heron, "through the first");
    world->run(2min);
    CHECK(author_of(*world, convener, "through the first") == "Egret (alias, accredited)");
    CHECK(author_of(*world, convener, "through the second") == "Egret (alias, accredited)");
}

TEST_CASE("a request that is taken back while it is granted leaves nobody behind") {
    const auto world = network(90, circle("accredited"));
    REQUIRE(ask(*world, heron, "Heron"));
    world->run(1min);
    world->set_partition(convener, heron, true);
    REQUIRE((*world)[heron].node().withdraw_request("circle", world->now()).ok());
    (*world)[heron].settle();
    REQUIRE((*world)[convener].node().approve("circle", olena, world->now()).ok());
    world->run(1min);
    CHECK(names_in(*world, member).size() == 3);  // nobody can know yet
    world->heal();
    world->dial_now();
    (*world)[convener].crash();
    REQUIRE((*world)[convener].start());
    world->run(3min);
    for (const std::size_t who : {convener, member})
        CHECK(names_in(*world, who) == std::vector<std::string>{asha, minh});
    for (const auto& each : members_at(*world, convener)) CHECK(each.person.behind == "");
    say(*world, member, "among ourselves");
    world->run(1min);
    CHECK(author_of(*world, convener, "among ourselves") == minh);
    CHECK(author_of(*world, heron, "among ourselves") == "(not here)");
    // The next request is another one, and what took the first back does not touch it.
    let_in(*world, heron, olena, "Egret");
    world->run(10min);
    CHECK(names_in(*world, member) == std::vector<std::string>{asha, "Egret (alias, accredited)", minh});
}

TEST_CASE("two conveners answer at once, one yes and one no: the request ends, and nobody is left behind") {
    const auto world = network(91, circle("accredited"));
    REQUIRE((*world)[convener].node().promote("circle", minh, 0, world->now()).ok());
    world->run(2min);
    REQUIRE(ask(*world, heron, "Heron"));
    world->run(1min);
    world->set_partition(convener, member, true);
    world->set_partition(convener, heron, true);
    REQUIRE((*world)[convener].node().approve("circle", olena, world->now()).ok());
    (*world)[convener].settle();
    REQUIRE((*world)[member].node().deny("circle", olena, "Another name, please.", world->now()).ok());
    world->run(1min);
    world->heal();
    world->dial_now();
    world->run(5min);
    for (const std::size_t who : {convener, member})
        CHECK(names_in(*world, who) == std::vector<std::string>{asha, minh});
    let_in(*world, heron, olena, "Egret");
    CHECK(names_in(*world, member) == std::vector<std::string>{asha, "Egret (alias, accredited)", minh});
}
