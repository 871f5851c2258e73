// Whom to dial: whoever the directory lists with an address, or whoever a ticket names.
#include "node/service/peers.h"

namespace liaise::node::service {

void Peers::dial_failed(const DhPublicKey& key, transport::Lane lane, transport::DialFailure failure,
                        Duration) {
    if (lane == transport::Lane::member) {
        const auto target = targets_.find(key);
        if (target != targets_.end()) target->second.tried = true;
        return check_waiters();
    }
    if (!membership_.joining()) return;
    transport_->stop_dialling(key, lane);
    membership_.end_join(failure == transport::DialFailure::refused ? refusals::ticket_unknown_to_inviter()
                                                                    : refusals::inviter_unreachable());
}

void Peers::dial_inviter() {
    const auto& joining = membership_.joining();
    if (!joining || transport_ == nullptr) return membership_.end_join(refusals::locked());
    transport::DialTarget target{
        {}, joining->ticket.transport, identity::guest_key_of(joining->ticket.secret)};
    for (const std::string& text : joining->ticket.addresses)
        if (const auto address = transport::Address::parse(text)) target.addresses.push_back(*address);
    if (!transport_->dial(std::move(target))) membership_.end_join(refusals::inviter_unreachable());
}

void Peers::dial_all() {
    if (transport_ == nullptr || !trust_.in_network()) return;
    const Time now = core_.now();
    std::map<DhPublicKey, Target> wanted;
    for (const auto& [device, addresses] : membership_.addresses())
        if (trust_.directory().in_good_standing(device, now))
            wanted[trust_.directory().certificate(device)->fields().transport] = {device, addresses, false};
    for (const auto& [key, target] : targets_)
        if (!wanted.contains(key)) transport_->stop_dialling(key, transport::Lane::member);
    for (auto& [key, target] : wanted) {
        const auto known = targets_.find(key);
        if (known != targets_.end() && known->second.addresses == target.addresses) {
            target.tried = known->second.tried;
            continue;
        }
        begin_dialling(target, key);
    }
    targets_ = std::move(wanted);
    // Those whose standing is over lose their links as well.
    for (const auto& [link, peer] : peers_)
        if (peer.session && !trust_.directory().in_good_standing(peer.device, now)) transport_->close(link);
}

void Peers::begin_dialling(Target& target, const DhPublicKey& key) {
    if (const Peer* const peer = session_with(target.device); peer != nullptr && !peer->info.dialled) {
        target.tried = true;
        return;
    }
    transport::DialTarget dial{{}, key, std::nullopt};
    for (const std::string& text : target.addresses)
        if (const auto address = transport::Address::parse(text); address && address->dialable())
            dial.addresses.push_back(*address);
    if (!dial.addresses.empty() && !transport_->dial(std::move(dial)))
        core_.log.event(Level::warning, "too_many_dial_targets");
}

// They have dialled us: a second line would be closed as soon as it stands, and dialled again for ever.
void Peers::rest_dialling(const DhPublicKey& key) {
    const auto target = targets_.find(key);
    if (target == targets_.end()) return;
    target->second.tried = true;
    transport_->stop_dialling(key, transport::Lane::member);
}

// The line on whose account we did not dial is gone.
void Peers::dial_again(const Peer& gone) {
    if (gone.info.dialled || !gone.session || transport_ == nullptr) return;
    const auto target = targets_.find(gone.info.peer);
    if (target != targets_.end()) begin_dialling(target->second, target->first);
}

}  // namespace liaise::node::service
