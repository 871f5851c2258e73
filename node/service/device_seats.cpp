// Members' new devices come to their channels: a convener's node adds them, by itself.
//
// The member's own node does it at once where it convenes. Other conveners give it, and each other, time, by
// rank: two who do it at once write one entry too many, and nothing else.
#include "node/service/app_node.h"

namespace liaise::node::service {
namespace {

constexpr Duration for_others = std::chrono::seconds{2};
constexpr Duration for_each_rank = std::chrono::seconds{30};

}  // namespace

// Devices in good standing of members whom the channel does not have yet.
AppNode::Missing AppNode::unseated(const Channel& channel) const {
    Missing missing;
    const bool ours = !channel.is_directory() &&
                      channel.state.phase() == channel::ChannelState::Phase::open && channel.state.own_rank();
    if (!ours || !trust_.in_network()) return missing;
    for (const channel::Member& member : channel.state.members()) {
        const channel::MemberView* const view = channel.state.history_of(member.id);
        // To somebody whose key changed nothing goes until a person has decided.
        if (view == nullptr || identity::messages_wait(trust_.contact(member.id))) continue;
        std::size_t count = view->devices.size();
        for (const channel::Device& device : devices_of(member.id, core_.now()))
            if (!view->devices.contains(device.id) && !view->removed_devices.contains(device.id) &&
                ++count <= limits::member_devices_max)
                missing[member.id].push_back(device);
    }
    add_unseated_of_aliases(channel, missing);
    return missing;
}

// Devices that told us under which alias they are to be seated.
void AppNode::add_unseated_of_aliases(const Channel& channel, Missing& missing) const {
    for (const auto& [at, known] : aliases_.all_known()) {
        if (at.first != channel.id() || !channel.state.member(at.second)) continue;
        if (identity::messages_wait(trust_.contact(known.person))) continue;
        const channel::MemberView& view = *channel.state.history_of(at.second);
        std::size_t count = view.devices.size();
        for (const auto& [real, seat] : known.devices)
            if (!seat.withdrawn && !view.devices.contains(seat.alias.id) &&
                !view.removed_devices.contains(seat.alias.id) &&
                trust_.directory().in_good_standing(real, core_.now()) &&
                ++count <= limits::member_devices_max)
                missing[at.second].push_back(seat.alias);
    }
}

// Looks at the channel then: to look through a large one takes a while, and much may change at a time.
void AppNode::consider_seats(const ChannelId& id, Duration wait) {
    const Channel* const channel = channels_.find(id);
    if (channel == nullptr || channel->is_directory() || !channel->state.own_rank()) return;
    const auto [known, fresh] = seats_at_.try_emplace(id, SeatsDue{core_.now() + wait, false});
    if (!fresh) known->second.when = std::min(known->second.when, core_.now() + wait);
}

// The directory has new devices.
void AppNode::devices_changed(Duration wait) {
    for (const auto& [id, channel] : channels_.all()) consider_seats(id, wait);
}

std::optional<Time> AppNode::seats_due() const {
    std::optional<Time> earliest;
    for (const auto& [id, due] : seats_at_)
        if (!earliest || due.when < *earliest) earliest = due.when;
    return earliest;
}

void AppNode::seat_devices(Time now) {
    if (core_.batch.open()) return core_.driver.wake();
    for (const auto& [id, due] : std::map(seats_at_)) {
        if (due.when > now) continue;
        seats_at_.erase(id);
        Channel* const channel = channels_.find(id);
        const auto missing = channel == nullptr ? Missing{} : unseated(*channel);
        if (missing.empty()) continue;
        const Duration wait = patience(*channel, missing);
        if (!due.found && wait > Duration::zero()) {
            seats_at_[id] = {now + wait, true};
            continue;
        }
        for (const auto& [member, devices] : missing) {
            const auto plan = channel::plan_invite(channel->state, member, devices);
            if (plan && channels_.perform(*channel, *plan)) continue;
            core_.log.event(Level::warning, "device_not_added");
            if (channels_.find(id) != channel) break;  // it was loaded anew
        }
    }
}

// How long we leave it to others.
Duration AppNode::patience(const Channel& channel, const Missing& missing) const {
    if (missing.contains(core_.own.member())) return Duration::zero();
    return for_others + for_each_rank * static_cast<int>(channel.state.own_rank().value_or(0));
}

}  // namespace liaise::node::service
