#include "tests/simulation/node/circle.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace liaise::test {

using namespace std::chrono_literals;
using node::service::CharterRequest;
using node::service::MessageView;

CharterRequest circle(const std::string& rule, const std::string& listed) {
    CharterRequest charter;
    charter.name = "circle";
    charter.purpose = "What nobody says in their own name";
    charter.aliases = rule;
    charter.listed = listed;
    return charter;
}

std::unique_ptr<World> network(std::uint64_t seed, const CharterRequest& charter) {
    auto world = std::make_unique<World>(seed);
    const std::array<std::pair<std::string, const char*>, 5> people{
        {{asha, "KE"}, {minh, "VN"}, {olena, "UA"}, {ana, "BR"}, {wei, "MY"}}};
    for (const auto& [name, country] : people) world->add(name, country);
    REQUIRE((*world)[0].node().found_network("Practice network", world->now()).ok());
    for (std::size_t i = 1; i < people.size(); ++i) world->join(i, 0);
    REQUIRE((*world)[0].node().create_channel(charter, world->now()).ok());
    world->run(30s);
    REQUIRE((*world)[0].node().invite("circle", minh, world->now()).ok());
    world->run(30s);
    return world;
}

bool ask(World& world, std::size_t who, const std::string& alias) {
    const auto outcome = world[who].node().request("circle", "", "", alias, world.now());
    world[who].settle();
    return outcome.ok();
}

void let_in(World& world, std::size_t who, const std::string& name, const std::string& alias) {
    REQUIRE(ask(world, who, alias));
    world.run(1min);
    REQUIRE(world[convener].node().approve("circle", name, world.now()).ok());
    world.run(3min);
}

void say(World& world, std::size_t who, const std::string& text) {
    std::string why;
    world[who].node().post({"circle", text, ""}, world.now(), [&why](const auto& outcome) {
        why = outcome.ok() ? "" : outcome.refusal().sentence;
    });
    world[who].settle();
    REQUIRE(why == "");
}

std::vector<MessageView> read(World& world, std::size_t who) {
    node::service::ReadRequest all;
    all.channel = "circle";
    const auto answer = world[who].node().read(all, world.now());
    std::vector<MessageView> posts;
    if (answer.ok())
        for (const MessageView& message : answer->messages)
            if (message.kind == "post") posts.push_back(message);
    return posts;
}

std::string author_of(World& world, std::size_t who, const std::string& text) {
    for (const MessageView& message : read(world, who))
        if (message.text == text) return message.author;
    return "(not here)";
}

bool holds(BytesView hay, BytesView needle) {
    return std::search(hay.begin(), hay.end(), needle.begin(), needle.end()) != hay.end();
}

MessageView post_of(World& world, std::size_t who, const std::string& text) {
    for (const MessageView& message : read(world, who))
        if (message.text == text) return message;
    return {};
}

std::vector<Bytes> passed_on(const std::vector<Sent>& sent, std::size_t from, std::size_t by,
                             std::size_t to) {
    constexpr std::size_t piece_bytes = 24;
    std::vector<Bytes> pieces;
    for (const Sent& first : sent) {
        if (first.from != from || first.to != by) continue;
        for (std::size_t at = 0; at + piece_bytes <= first.frame.size(); at += 8) {
            const BytesView piece = BytesView(first.frame).subspan(at, piece_bytes);
            if (std::count(piece.begin(), piece.end(), 0) > 0) continue;
            if (std::any_of(sent.begin(), sent.end(), [&](const Sent& second) {
                    return second.from == by && second.to == to && holds(second.frame, piece);
                }))
                pieces.push_back(to_bytes(piece));
        }
    }
    return pieces;
}

std::vector<node::service::ChannelMemberView> members_at(World& world, std::size_t who) {
    const auto channel = world[who].node().channel("circle", world.now());
    REQUIRE(channel.ok());
    return channel->members;
}

std::vector<std::string> names_in(World& world, std::size_t who) {
    std::vector<std::string> names;
    const auto channel = world[who].node().channel("circle", world.now());
    if (channel.ok())
        for (const auto& each : channel->members) names.push_back(each.person.name);
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace liaise::test
