// A channel's charters and conveners in memory.
#include "tests/support/fake_node.h"

namespace liaise::test {

using namespace node::service;

CharterView& FakeNode::add_charter(const ChannelView& channel, Time now) {
    auto& charters = charters_[channel.id];
    for (CharterView& before : charters) before.in_force = false;
    CharterView charter;
    charter.id = std::to_string(charters.size() + 2) + "." + self().id.text().substr(0, 13);
    charter.channel_id = channel.id;
    charter.name = channel.name;
    charter.purpose = channel.purpose;
    charter.kind = channel.kind;
    charter.history = channel.history;
    charter.ceiling = channel.ceiling;
    charter.retention_days = channel.retention_days;
    for (const ChannelMemberView& member : channel.members)
        if (member.convener) charter.conveners.push_back(member.person);
    charter.author_id = self().id;
    charter.author = self().name;
    charter.role = self().role;
    charter.country = self().country;
    charter.verified = true;
    charter.time = now;
    charter.in_force = true;
    charter.source = "entry";
    charter.listed = channel.listed;
    if (!charters.empty()) charter.changes = {hostile ? hostile_text("It changed.") : "It changed."};
    charters.push_back(charter);
    return charters.back();
}

Outcome<std::vector<CharterView>> FakeNode::charters(const std::string& channel, Time) {
    const auto in = find_channel(channel);
    if (!in.ok()) return in.refusal();
    return charters_[channels_[*in].id];
}

Outcome<CharterView> FakeNode::amend(const std::string& channel, const CharterRequest& change, Time now) {
    const auto in = find_channel(channel);
    if (!in.ok()) return in.refusal();
    ChannelView& found = channels_[*in];
    if (!change.name.empty()) found.name = change.name;
    if (!change.purpose.empty()) found.purpose = change.purpose;
    if (!change.ceiling.empty()) found.ceiling = change.ceiling;
    if (change.retention_days) found.retention_days = *change.retention_days;
    if (!change.listed.empty()) found.listed = change.listed == "on";
    return add_charter(found, now);
}

Outcome<std::optional<CharterView>> FakeNode::unseen_charter(const std::string& channel, Time) {
    const auto in = find_channel(channel);
    if (!in.ok()) return in.refusal();
    const ChannelId id = channels_[*in].id;
    if (std::exchange(charter_shown_[id], true)) return std::optional<CharterView>{};
    return std::optional(charters_[id].back());
}

Outcome<CharterView> FakeNode::promote(const std::string& channel, const std::string& who, std::size_t,
                                       Time now) {
    return set_convener(channel, who, true, now);
}

Outcome<CharterView> FakeNode::demote(const std::string& channel, const std::string& who, Time now) {
    return set_convener(channel, who, false, now);
}

Outcome<CharterView> FakeNode::set_convener(const std::string& channel, const std::string& who, bool convener,
                                            Time now) {
    const auto in = find_channel(channel);
    if (!in.ok()) return in.refusal();
    const auto person = find_person(who);
    if (!person.ok()) return person.refusal();
    std::size_t place = 0;
    for (ChannelMemberView& member : channels_[*in].members) {
        if (member.person.id == people_[*person].id) member.convener = convener;
        member.place = member.convener ? ++place : 0;
    }
    return add_charter(channels_[*in], now);
}

Outcome<Done> FakeNode::hand_over(const std::string& channel, const std::string& who, Time now) {
    const auto promoted = set_convener(channel, who, true, now);
    if (!promoted.ok()) return promoted.refusal();
    return leave(channel, now);
}

}  // namespace liaise::test
