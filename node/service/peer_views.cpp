// What people are told about peers.
#include "node/service/peers.h"

namespace liaise::node::service {

void Peers::describe(PersonView& person) const {
    for (const auto& [link, peer] : peers_)
        if (peer.session && peer.session->phase() == sync::SessionPhase::open &&
            trust_.directory().member_of(peer.device) == person.id)
            person.connected = true;
    for (const auto& [id, channel] : channels_.all())
        for (const auto& [writer, log] : channel.logs) {
            const channel::WriterFact* const fact =
                log.forked_at == 0 ? nullptr : channel.state.writer(log.id);
            if (fact != nullptr && fact->member == person.id) person.forked = true;
        }
}

bool Peers::connected(const DeviceId& device) const {
    return std::any_of(peers_.begin(), peers_.end(), [&](const auto& each) {
        return each.second.device == device && each.second.session &&
               each.second.session->phase() == sync::SessionPhase::open;
    });
}

std::vector<std::string> Peers::troubles() const {
    const auto name_of = [this](const DeviceId& device) {
        const auto member = trust_.directory().member_of(device);
        return member ? trust_.name_of(*member) : std::string("a device that is no longer known");
    };
    const auto log_of = [this](const ChannelId& id, const WriterKey& writer) {
        const Channel* const channel = channels_.find(id);
        const channel::WriterFact* const fact =
            channel == nullptr ? nullptr : channel->state.writer(log::log_id_of(id, writer));
        const std::string author =
            fact == nullptr ? "a member who is not known yet" : trust_.name_of(fact->member);
        return author + (channel == nullptr ? "" : " in \"" + channel->name() + "\"");
    };
    return trust_.in_network() ? troubles_.sentences(name_of, log_of, core_.now())
                               : std::vector<std::string>{};
}

std::vector<PeerView> Peers::views() const {
    std::vector<PeerView> views;
    std::set<DeviceId> seen;
    const auto add = [&](const DeviceId& device, std::string address, std::string state) {
        if (!seen.insert(device).second) return;
        const auto member = trust_.directory().member_of(device);
        views.push_back({member ? trust_.name_of(*member) : "?", std::move(address), std::move(state),
                         member.value_or(MemberId{})});
    };
    for (const auto& [link, peer] : peers_) {
        if (!peer.session || peer.session->phase() != sync::SessionPhase::open) continue;
        const auto target = targets_.find(peer.info.peer);
        const bool known = target != targets_.end() && !target->second.addresses.empty();
        add(peer.device, known ? target->second.addresses.front() : "",
            peer.session->in_step() ? "in-step" : "connected");
    }
    for (const auto& [key, target] : targets_)
        add(target.device, target.addresses.empty() ? "" : target.addresses.front(),
            target.tried ? "waiting" : "dialling");
    return views;
}

}  // namespace liaise::node::service
