// What this user wants to see and what still has to come: the commands for it.
#include "node/service/app_node.h"
#include "node/service/commands.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t groups_most = 1000;  // in one channel

std::string author_of(const Trust& trust, const Channel& channel, const LogId& log) {
    const channel::WriterFact* const writer = channel.state.writer(log);
    return writer == nullptr ? std::string() : trust.name_of(writer->member);
}

}  // namespace

// Connected members of the channel: each is asked for whatever it has and we have not.
std::vector<std::string> AppNode::asked_in(const Channel& channel) {
    std::set<std::string> names;
    for (const DeviceId& device : peers_.sources(channel.id()))
        if (const auto member = trust_.directory().member_of(device)) names.insert(trust_.name_of(*member));
    return {names.begin(), names.end()};
}

Result<std::vector<WaitingView>> AppNode::waiting_in(Channel& channel) {
    std::vector<WaitingView> all;
    if (channel.is_over()) return all;
    const auto asked = asked_in(channel);
    const auto add = [&](const LogId& log, const char* what, Time since) -> WaitingView& {
        WaitingView& view = all.emplace_back();
        view.channel_id = channel.id();
        view.channel = channels_.name_of(channel);
        view.what = what;
        view.from = author_of(trust_, channel, log);
        view.log = log.text();
        view.since = since;
        view.asked = asked;
        return view;
    };
    for (const store::WaitingGroup& group :
         LIAISE_TRY(core_.store.messages().waiting_groups(channel.id(), groups_most))) {
        const auto log = std::find_if(channel.logs.begin(), channel.logs.end(),
                                      [&](const auto& each) { return each.second.row == group.log; });
        if (log == channel.logs.end()) continue;
        WaitingView& view = add(log->second.id, group.epoch.is_zero() ? "introduction" : "key", group.since);
        view.first = group.first;
        view.last = group.last;
        view.count = group.count;
    }
    for (const Deliveries::Gap& gap : deliveries_.gaps(channel)) {
        WaitingView& view = add(gap.log, "entries", gap.since);
        view.first = gap.first;
        view.last = gap.last;
        view.count = gap.last - gap.first + 1;
    }
    return all;
}

Outcome<std::vector<WaitingView>> AppNode::waiting(const std::string& named, Time) {
    std::vector<WaitingView> all;
    if (!named.empty()) return or_refusal(waiting_in(*LIAISE_TRY(channels_.named(named))));
    if (!trust_.in_network()) return refusals::no_network();
    for (auto& [id, channel] : channels_.all()) {
        if (channel.is_directory()) continue;
        const auto here = LIAISE_TRY(or_refusal(waiting_in(channel)));
        all.insert(all.end(), here.begin(), here.end());
    }
    return all;
}

Outcome<PersonView> AppNode::mute(const std::string& who, const std::string& named, bool on, Time) {
    std::optional<ChannelId> channel;
    if (!named.empty()) channel = LIAISE_TRY(channels_.named(named))->id();
    const MemberId member =
        LIAISE_TRY(channel ? channels_.member_named(*channels_.find(*channel), who) : trust_.find(who));
    if (member == core_.own.member() || channels_.is_own(member)) return refusals::not_yourself("mute");
    return change([&]() -> Outcome<PersonView> {
        LIAISE_TRY(or_refusal(mutes_.set(member, channel, on)));
        PersonView person = trust_.view(member);
        peers_.describe(person);
        person.muted = mutes_.anywhere(member);
        return person;
    });
}

Outcome<DeliveryView> AppNode::delivery(const std::string& message, Time) {
    return messages_.delivery(message);
}

}  // namespace liaise::node::service
