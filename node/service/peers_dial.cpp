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
    if (device_join_.asking()) {
        if (failure != transport::DialFailure::refused) return device_join_.unreachable();
        transport_->stop_dialling(key, lane);
        return device_join_.refuse(
            refusals::device_refused(identity::DeviceRefusal::unknown, core_.now(), core_.now()));
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

// The transport goes on trying until the question is answered.
void Peers::dial_adder() {
    if (!device_join_.asking() || transport_ == nullptr) return;
    const identity::DeviceTicket& ticket = device_join_.ticket();
    transport::DialTarget target{{}, ticket.transport, identity::guest_key_of(ticket.secret)};
    for (const std::string& text : ticket.addresses)
        if (const auto address = transport::Address::parse(text)) target.addresses.push_back(*address);
    if (!transport_->dial(std::move(target))) device_join_.refuse(refusals::inviter_unreachable());
}

void Peers::take_answer(transport::LinkId link, const DhPublicKey& server, BytesView bytes) {
    if (!device_join_.asking()) return;
    switch (device_join_.take_reply(bytes)) {
        case DeviceJoin::Next::ask_again:
            return send(link, device_join_.request());
        case DeviceJoin::Next::wait:
            return;
        case DeviceJoin::Next::over:
            break;
    }
    transport_->stop_dialling(server, transport::Lane::guest);
    transport_->close(link);
    if (!device_join_.nobodys()) {
        if (const auto loaded = own_devices_.load(); !loaded) core_.batch.fail(loaded.error());
        dial_all();
    }
}

void Peers::tell_guests() {
    for (auto& [guest, answer] : own_devices_.take_answers())
        for (const auto& [link, peer] : peers_)
            if (peer.info.lane == transport::Lane::guest && !peer.info.dialled && peer.info.peer == guest)
                send(link, answer);
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
