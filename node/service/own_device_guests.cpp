// What a new device that asks is answered (own_devices.h; its own side is device_join.h).
#include "node/service/kinds.h"
#include "node/service/own_devices.h"

namespace liaise::node::service {

void OwnDevices::answer_later(const TicketId& id, const Ticket& ticket) {
    const auto asker = waiting_.find(id);
    if (asker == waiting_.end()) return;
    const auto [guest, question] = asker->second;
    waiting_.erase(asker);
    identity::DeviceReply reply = identity::DeviceRefusal::denied;
    if (ticket.state == State::added) {
        auto welcomed = welcome(ticket);
        if (!welcomed) return;  // it asks again
        reply = *std::move(welcomed);
    }
    answers_.emplace_back(guest, sealed(reply, question));
}

// The same whenever it is asked for: what the new device consented to is what the identity signs.
Result<Bytes> OwnDevices::body_for(const Ticket& ticket) const {
    const auto& keys = *ticket.device;
    return identity::DeviceCertificate::body_of({core_.own.identity_key(), keys.signing, keys.transport,
                                                 keys.inbox, ticket.created - certificate_backdating,
                                                 ticket.created + certificate_span,
                                                 core_.own.certificate.fields().succession});
}

Bytes OwnDevices::sealed(const identity::DeviceReply& reply, const Hash& question) {
    const auto bytes = identity::make_device_reply(reply, question, core_.own.device.signing);
    if (bytes) return *bytes;
    core_.log.event(Level::warning, "device_reply_failed", {{"code", name_of(bytes.error().code)}});
    return {};
}

Bytes OwnDevices::answer_guest(const DhPublicKey& guest, BytesView bytes) {
    using identity::DeviceRefusal;
    const Hash question = identity::device_request_id(bytes);
    const auto known = guests_.find(guest);
    if (known == guests_.end() || !trust_.in_network()) return sealed(DeviceRefusal::unknown, question);
    const TicketId& id = known->second;
    const auto kept = core_.store.records().get(record::device_ticket, id.view());
    const auto secret = core_.store.secrets().get(secret::ticket, id.view());
    if (!kept || !*kept || !secret || !*secret) return sealed(DeviceRefusal::unknown, question);
    auto ticket = parse(**kept);
    const auto ticket_secret = identity::TicketSecret::copy_of((*secret)->view());
    if (!ticket || !ticket_secret) return sealed(DeviceRefusal::unknown, question);
    const auto request = identity::DeviceRequest::open(bytes, *ticket_secret, trust_.directory().network(),
                                                       core_.own.device_id());
    if (!request) return sealed(DeviceRefusal::malformed, question);
    const identity::DeviceReply reply = reply_to(*request, id, *ticket);
    if (std::holds_alternative<identity::Waiting>(reply)) waiting_[id] = {guest, question};
    return sealed(reply, question);
}

identity::DeviceReply OwnDevices::reply_to(const identity::DeviceRequest& request, const TicketId& id,
                                           Ticket& ticket) {
    using identity::DeviceRefusal;
    if (ticket.device && *ticket.device != request.device) return DeviceRefusal::used;
    if (ticket.state == State::denied) return DeviceRefusal::denied;
    if (ticket.state == State::added) {
        auto welcomed = welcome(ticket);
        if (welcomed) return *std::move(welcomed);
        core_.batch.fail(welcomed.error());
        return DeviceRefusal::unknown;
    }
    if (core_.now() > ticket.expires) return DeviceRefusal::expired;
    if (!core_.own.identity) return DeviceRefusal::unknown;
    if (full(request.device)) return DeviceRefusal::full;
    ticket.state = State::asked;
    ticket.device = request.device;
    const auto body = body_for(ticket);
    if (!body) return DeviceRefusal::malformed;
    if (request.consent) {
        if (!crypto::verify(request.device.signing, crypto::Purpose::device_certificate, *body,
                            *request.consent))
            return DeviceRefusal::malformed;
        ticket.consent = request.consent;
    }
    if (const auto kept = keep(id, ticket); !kept) {
        core_.batch.fail(kept.error());
        return DeviceRefusal::unknown;
    }
    if (!ticket.consent) return identity::Proposal{*body};
    return identity::Waiting{};
}

Result<identity::DeviceWelcome> OwnDevices::welcome(const Ticket& ticket) {
    const identity::DeviceCertificate* const certificate =
        trust_.directory().certificate(ticket.device->id());
    if (certificate == nullptr) return Error{ErrorCode::not_known, "no certificate of this device"};
    auto network = LIAISE_TRY(membership_.welcome_for(*certificate));
    return identity::DeviceWelcome{*certificate, LIAISE_TRY(handover(ticket)), std::move(network)};
}

Result<identity::Handover> OwnDevices::handover(const Ticket& ticket) const {
    identity::Handover handover;
    handover.name = ticket.name;
    for (const auto& [device, name] : names_)
        if (handover.devices.size() < limits::devices_of_one_max) handover.devices.emplace_back(device, name);
    for (const auto& kept :
         LIAISE_TRY(core_.store.records().list(record::contact, limits::handover_contacts_max))) {
        const auto member = LIAISE_TRY(MemberId::from(kept.key));
        handover.contacts.emplace_back(member, trust_.contact(member));
    }
    return handover;
}

}  // namespace liaise::node::service
