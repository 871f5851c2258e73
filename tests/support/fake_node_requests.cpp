// Channels of others, requests to enter and invitations in memory.
#include "tests/support/fake_node.h"

namespace liaise::test {

using namespace node::service;

void FakeNode::add_other(const std::string& name, const std::string& state, const std::string& by, Time now) {
    ChannelView channel;
    channel.id = new_id<ChannelId>();
    channel.name = name;
    channel.purpose = hostile ? hostile_text("What it is for") : "What it is for";
    channel.kind = "discussion";
    channel.history = "from-joining";
    channel.ceiling = "red";
    channel.state = state;
    channel.created = now;
    channel.listed = state == "listed";
    const auto person = find_person(by);
    if (person.ok()) channel.announced_by = {people_[*person]};
    others_.push_back(channel);
}

void FakeNode::add_request(const std::string& channel, const std::string& who, const std::string& note,
                           Time now) {
    const auto in = find_channel(channel);
    const auto person = find_person(who);
    if (!in.ok() || !person.ok()) return;
    requests_.push_back({channels_[*in].id, channels_[*in].name, people_[*person], now, now,
                         hostile ? hostile_text(note) : note});
}

Outcome<std::size_t> FakeNode::find_other(const std::string& name) {
    for (std::size_t i = 0; i < others_.size(); ++i)
        if (others_[i].name == name) return i;
    return Refusal{Exit::not_found, "There is no channel \"" + name + "\" here."};
}

Outcome<std::size_t> FakeNode::find_request(const std::string& channel, const std::string& who) {
    const auto in = find_channel(channel);
    if (!in.ok()) return in.refusal();
    for (std::size_t i = 0; i < requests_.size(); ++i)
        if (requests_[i].channel_id == channels_[*in].id && requests_[i].person.name == who) return i;
    return Refusal{Exit::not_found, who + " does not ask."};
}

Outcome<std::vector<ChannelView>> FakeNode::listed_channels(Time) {
    return others_;
}

Outcome<Done> FakeNode::let_ask(const std::string& channel, const std::string&, Time) {
    LIAISE_TRY(find_channel(channel));
    return Done{};
}

Outcome<ChannelView> FakeNode::request(const std::string& channel, const std::string&, const std::string&,
                                       const std::string& alias, Time now) {
    const auto other = find_other(channel);
    if (!other.ok()) return other.refusal();
    others_[*other].state = "asked";
    others_[*other].asked = now;
    others_[*other].alias = alias;
    return others_[*other];
}

Outcome<Done> FakeNode::withdraw_request(const std::string& channel, Time) {
    const auto other = find_other(channel);
    if (!other.ok()) return other.refusal();
    others_[*other].state = "listed";
    return Done{};
}

Outcome<std::vector<RequestView>> FakeNode::requests(const std::string& channel, Time) {
    if (channel.empty()) return requests_;
    const auto in = find_channel(channel);
    if (!in.ok()) return in.refusal();
    std::vector<RequestView> found;
    for (const RequestView& request : requests_)
        if (request.channel_id == channels_[*in].id) found.push_back(request);
    return found;
}

Outcome<ChannelView> FakeNode::approve(const std::string& channel, const std::string& who, Time now) {
    const auto found = find_request(channel, who);
    if (!found.ok()) return found.refusal();
    requests_.erase(requests_.begin() + static_cast<std::ptrdiff_t>(*found));
    return invite(channel, who, now);
}

Outcome<Done> FakeNode::deny(const std::string& channel, const std::string& who, const std::string&, Time) {
    const auto found = find_request(channel, who);
    if (!found.ok()) return found.refusal();
    requests_.erase(requests_.begin() + static_cast<std::ptrdiff_t>(*found));
    return Done{};
}

Outcome<ChannelView> FakeNode::accept(const std::string& channel, Time now) {
    const auto other = find_other(channel);
    if (!other.ok()) return other.refusal();
    others_.erase(others_.begin() + static_cast<std::ptrdiff_t>(*other));
    return create_channel({channel, {}, "discussion", "from-joining", {}, {}}, now);
}

Outcome<Done> FakeNode::decline(const std::string& channel, Time) {
    const auto other = find_other(channel);
    if (!other.ok()) return other.refusal();
    others_.erase(others_.begin() + static_cast<std::ptrdiff_t>(*other));
    return Done{};
}

}  // namespace liaise::test
