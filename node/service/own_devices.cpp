#include "node/service/own_devices.h"

#include "node/service/kinds.h"
#include "node/service/naming.h"
#include "protocol/base/text.h"
#include "protocol/identity/recovery_sheet.h"
#include "protocol/identity/safety_words.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t everything = 100'000;
constexpr Duration ticket_span_max = std::chrono::days{7};
constexpr Duration kept_after = std::chrono::days{30};  // what became of a ticket

void write_new_device(Writer& writer, const identity::NewDevice& device) {
    writer.fixed(device.signing).fixed(device.transport).fixed(device.inbox);
}

Result<identity::NewDevice> read_new_device(Reader& reader) {
    const auto signing = LIAISE_TRY(identity::read_verify_key(reader));
    const auto transport = LIAISE_TRY(identity::read_dh_key(reader));
    const auto inbox = LIAISE_TRY(identity::read_dh_key(reader));
    return identity::NewDevice{signing, transport, inbox};
}

Refusal sheet_refused(const Error& error) {
    if (error.code == ErrorCode::not_authentic) return refusals::sheet_misread(error.at);
    return refusals::sheet_is_none(error.at);
}

}  // namespace

// version u8 = 1 | state u8 | created u64 | expires u64 | name | asked u8, 0 or 1, then three keys 32 each |
// consent u8, 0 or 1, then signature 64
Bytes OwnDevices::encode(const Ticket& ticket) {
    Writer writer;
    writer.u8(1).u8(static_cast<std::uint8_t>(ticket.state));
    identity::write_time(writer, ticket.created);
    identity::write_time(writer, ticket.expires);
    identity::write_text(writer, ticket.name);
    writer.u8(ticket.device ? 1 : 0);
    if (ticket.device) write_new_device(writer, *ticket.device);
    writer.u8(ticket.consent ? 1 : 0);
    if (ticket.consent) writer.fixed(*ticket.consent);
    return std::move(writer).take();
}

Result<OwnDevices::Ticket> OwnDevices::parse(BytesView bytes) {
    Reader reader(bytes);
    if (LIAISE_TRY(reader.u8()) != 1)
        return Error{ErrorCode::unsupported, "a device's ticket of a newer version"};
    Ticket ticket;
    const std::uint8_t state = LIAISE_TRY(reader.u8());
    if (state > static_cast<std::uint8_t>(State::denied))
        return Error{ErrorCode::malformed, "a ticket in no known state", state};
    ticket.state = static_cast<State>(state);
    ticket.created = LIAISE_TRY(identity::read_time(reader));
    ticket.expires = LIAISE_TRY(identity::read_time(reader));
    ticket.name = LIAISE_TRY(identity::read_optional_name(reader));
    if (LIAISE_TRY(reader.u8()) == 1) ticket.device = LIAISE_TRY(read_new_device(reader));
    if (LIAISE_TRY(reader.u8()) == 1) ticket.consent = LIAISE_TRY(reader.fixed<Signature>());
    LIAISE_TRY(reader.end());
    return ticket;
}

Result<OwnDevices::Tickets> OwnDevices::all_tickets() {
    Tickets all;
    for (const auto& kept : LIAISE_TRY(core_.store.records().list(record::device_ticket, everything)))
        all.emplace_back(LIAISE_TRY(TicketId::from(kept.key)), LIAISE_TRY(parse(kept.value)));
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.second.created < b.second.created; });
    return all;
}

Result<void> OwnDevices::load() {
    guests_.clear();
    waiting_.clear();
    answers_.clear();
    names_.clear();
    seen_.clear();
    for (const auto& [id, ticket] : LIAISE_TRY(all_tickets())) {
        const auto kept = LIAISE_TRY(core_.store.secrets().get(secret::ticket, id.view()));
        if (!kept) continue;
        const auto secret = LIAISE_TRY(identity::TicketSecret::copy_of(kept->view()));
        guests_[identity::guest_key_of(secret).public_key()] = id;
    }
    for (const auto& kept : LIAISE_TRY(core_.store.records().list(record::device_name, everything)))
        names_[LIAISE_TRY(DeviceId::from(kept.key))] = std::string(text_of(kept.value));
    for (const auto& kept : LIAISE_TRY(core_.store.records().list(record::device_seen, everything))) {
        Reader reader(kept.value);
        seen_[LIAISE_TRY(DeviceId::from(kept.key))] = LIAISE_TRY(identity::read_time(reader));
    }
    return {};
}

Result<void> OwnDevices::keep(const TicketId& id, const Ticket& ticket) {
    LIAISE_TRY(core_.batch.write());
    LIAISE_TRY(core_.store.records().put(record::device_ticket, id.view(), encode(ticket)));
    return {};
}

// Every list has an end.
Result<void> OwnDevices::prune(const Tickets& tickets) {
    for (const auto& [id, ticket] : tickets) {
        if (core_.now() < ticket.expires + kept_after) continue;
        LIAISE_TRY(core_.batch.write());
        LIAISE_TRY(core_.store.records().remove(record::device_ticket, id.view()));
        LIAISE_TRY(core_.store.secrets().remove(secret::ticket, id.view()));
        std::erase_if(guests_, [&id = id](const auto& guest) { return guest.second == id; });
    }
    return {};
}

bool OwnDevices::full(const std::optional<identity::NewDevice>& device) const {
    const auto all = trust_.directory().all_devices(core_.own.member());
    if (device && std::find(all.begin(), all.end(), device->id()) != all.end()) return false;
    return all.size() >= limits::member_devices_max;
}

DeviceTicketView OwnDevices::view(const TicketId& id, const Ticket& ticket) const {
    DeviceTicketView view;
    view.id = id;
    view.name = ticket.name;
    view.created = ticket.created;
    view.expires = ticket.expires;
    const bool over = core_.now() > ticket.expires;
    switch (ticket.state) {
        case State::open:
            view.state = over ? "expired" : "open";
            break;
        case State::asked:
            view.state = over ? "expired" : ticket.consent ? "asked" : "open";
            break;
        case State::added:
            view.state = "added";
            break;
        case State::denied:
            view.state = "denied";
            break;
    }
    if (ticket.device) {
        view.device = ticket.device->id();
        const auto words =
            identity::device_words(id, core_.own.device.signing.public_key(), ticket.device->signing);
        view.words.assign(words.begin(), words.end());
    }
    return view;
}

Outcome<DeviceTicketView> OwnDevices::add(const std::string& name, Duration valid) {
    if (!name.empty())
        if (const auto good = check_name(name, limits::name_bytes_max); !good)
            return refusals::bad_name("name of the device", good.error());
    if (!trust_.in_network()) return refusals::no_network();
    if (!core_.own.identity) return refusals::no_identity_here("add devices");
    if (trust_.own_standing() != identity::Standing::accredited)
        return refusals::accreditation_over(identity::text_of(trust_.own_standing()), core_.now());
    if (valid <= Duration::zero() || valid > ticket_span_max) return refusals::bad_span("device's ticket", 7);
    if (full(std::nullopt))
        return refusals::limit_reached("devices of one member", limits::member_devices_max);
    const auto& announced = membership_.announced();
    if (announced.empty()) return refusals::no_addresses();
    const Tickets all = LIAISE_TRY(or_refusal(all_tickets()));
    const auto is_open = [this](const auto& each) {
        return each.second.state <= State::asked && core_.now() <= each.second.expires;
    };
    if (static_cast<std::size_t>(std::count_if(all.begin(), all.end(), is_open)) >= device_tickets_max)
        return refusals::limit_reached("open tickets for devices", device_tickets_max);
    LIAISE_TRY(or_refusal(prune(all)));

    const Time expires = std::chrono::floor<std::chrono::seconds>(core_.now() + valid);
    const auto count = std::min(announced.size(), limits::ticket_addresses_max);
    const identity::DeviceTicket made{
        identity::tag_of(trust_.directory().network()),
        identity::tag_of(core_.own.device_id()),
        core_.own.device.transport.public_key(),
        identity::TicketSecret::draw(core_.random),
        expires,
        {announced.begin(), announced.begin() + static_cast<std::ptrdiff_t>(count)}};
    const auto text = made.encode();
    if (!text) return refusals::internal("Making the ticket", text.error());
    const Ticket ticket{State::open, core_.now(), expires, name, std::nullopt, std::nullopt};
    LIAISE_TRY(or_refusal(keep(made.id(), ticket)));
    LIAISE_TRY(or_refusal(core_.store.secrets().put(secret::ticket, made.id().view(), made.secret.view())));
    LIAISE_TRY(or_refusal(core_.batch.commit()));
    guests_[identity::guest_key_of(made.secret).public_key()] = made.id();
    DeviceTicketView shown = view(made.id(), ticket);
    shown.text = *text;
    return shown;
}

Outcome<std::vector<DeviceTicketView>> OwnDevices::tickets() {
    if (!trust_.in_network()) return refusals::no_network();
    std::vector<DeviceTicketView> views;
    for (const auto& [id, ticket] : LIAISE_TRY(or_refusal(all_tickets()))) views.push_back(view(id, ticket));
    return views;
}

// By id or its beginning; with nothing given the only one that waits.
Outcome<std::pair<TicketId, OwnDevices::Ticket>> OwnDevices::asked_ticket(const std::string& named) {
    if (!trust_.in_network()) return refusals::no_network();
    const Tickets all = LIAISE_TRY(or_refusal(all_tickets()));
    if (named.empty()) {
        std::vector<std::pair<TicketId, Ticket>> asked;
        for (const auto& each : all)
            if (view(each.first, each.second).state == "asked") asked.push_back(each);
        if (asked.empty()) return refusals::no_device_asks();
        if (asked.size() > 1) return refusals::several_devices_ask(asked.size());
        return asked.front();
    }
    std::vector<Named<TicketId>> names;
    for (const auto& [id, ticket] : all) names.push_back({id, id.text(), ticket.name});
    const auto typed = identity::DeviceTicket::parse(named);
    const TicketId wanted = typed ? typed->id() : LIAISE_TRY(find_named("device's ticket", named, names));
    for (const auto& each : all)
        if (each.first == wanted) return each;
    return refusals::not_found("device's ticket", named, "");
}

Outcome<DeviceTicketView> OwnDevices::approve(const std::string& named) {
    auto [id, ticket] = LIAISE_TRY(asked_ticket(named));
    const std::string state = view(id, ticket).state;
    if (state == "open") return refusals::no_device_asks();
    if (state != "asked") return refusals::device_ticket_over(state);
    if (!core_.own.identity) return refusals::no_identity_here("add devices");
    if (full(ticket.device))
        return refusals::limit_reached("devices of one member", limits::member_devices_max);
    const auto added = [&, &id = id, &ticket = ticket]() -> Result<void> {
        const Bytes body = LIAISE_TRY(body_for(ticket));
        const auto certificate = LIAISE_TRY(identity::DeviceCertificate::assemble(
            body, core_.own.identity->sign(crypto::Purpose::device_certificate, body), *ticket.consent));
        LIAISE_TRY(core_.batch.write());
        if (trust_.directory().certificate(certificate.device()) == nullptr)
            LIAISE_TRY(membership_.put_into_directory(certificate));
        if (!ticket.name.empty()) {
            LIAISE_TRY(core_.store.records().put(record::device_name, certificate.device().view(),
                                                 bytes_of(ticket.name)));
            names_[certificate.device()] = ticket.name;
        }
        ticket.state = State::added;
        return keep(id, ticket);
    }();
    if (!added) {
        core_.batch.fail(added.error());
        return refusals::internal("Adding the device", added.error());
    }
    LIAISE_TRY(or_refusal(core_.batch.commit()));
    answer_later(id, ticket);
    return view(id, ticket);
}

Outcome<DeviceTicketView> OwnDevices::deny(const std::string& named) {
    auto [id, ticket] = LIAISE_TRY(asked_ticket(named));
    const std::string state = view(id, ticket).state;
    if (state != "open" && state != "asked") return refusals::device_ticket_over(state);
    ticket.state = State::denied;
    LIAISE_TRY(or_refusal(keep(id, ticket)));
    LIAISE_TRY(or_refusal(core_.batch.commit()));
    answer_later(id, ticket);
    return view(id, ticket);
}

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

DeviceView OwnDevices::view(const DeviceId& device) {
    DeviceView view;
    view.id = device;
    view.this_one = device == core_.own.device_id();
    view.identity = view.this_one && core_.own.identity.has_value();
    if (const auto name = names_.find(device); name != names_.end()) view.name = name->second;
    if (const auto seen = seen_.find(device); seen != seen_.end()) view.seen = seen->second;
    const identity::DeviceCertificate* const certificate =
        trust_.in_network() ? trust_.directory().certificate(device) : &core_.own.certificate;
    if (certificate != nullptr) view.added = certificate->fields().created + certificate_backdating;
    view.state = "active";
    if (!trust_.in_network()) return view;
    switch (
        trust_.directory().device_standing(device, core_.now()).value_or(identity::DeviceStanding::active)) {
        case identity::DeviceStanding::active:
            break;
        case identity::DeviceStanding::expired:
            view.state = "expired";
            break;
        case identity::DeviceStanding::revoked:
            view.state = "revoked";
            break;
    }
    return view;
}

Outcome<std::vector<DeviceView>> OwnDevices::list() {
    if (!trust_.in_network()) return refusals::no_network();
    std::vector<DeviceView> views;
    for (const DeviceId& device : trust_.directory().all_devices(core_.own.member()))
        views.push_back(view(device));
    std::sort(views.begin(), views.end(), [](const DeviceView& a, const DeviceView& b) {
        return std::tie(a.added, a.id) < std::tie(b.added, b.id);
    });
    return views;
}

Outcome<DeviceId> OwnDevices::find(const std::string& named) {
    std::vector<Named<DeviceId>> all;
    for (const DeviceView& each : LIAISE_TRY(list())) all.push_back({each.id, each.id.text(), each.name});
    return find_named("device", named, all);
}

Outcome<DeviceView> OwnDevices::revoke(const std::string& named, const std::string& reason,
                                       const crypto::SecretBytes& sheet) {
    const DeviceId device = LIAISE_TRY(find(named));
    if (device == core_.own.device_id()) return refusals::not_this_device();
    if (view(device).state == "revoked") return refusals::device_revoked_already();
    const auto why = identity::reason_from_text(reason.empty() ? "device-lost" : reason);
    if (!why)
        return refusals::bad_kind("reason", reason,
                                  "device-lost, key-exposed, superseded, left or unspecified");
    std::optional<crypto::SigningKey> signer = core_.own.identity;
    if (!sheet.view().empty()) {
        const auto seed = identity::parse_recovery_sheet(text_of(sheet.view()));
        if (!seed) return sheet_refused(seed.error());
        const auto keys = identity::IdentityKeys::derive(*seed);
        if (keys.identity.public_key() != core_.own.identity_key()) return refusals::sheet_of_another();
        signer = keys.succession;
    }
    if (!signer) return refusals::revoking_needs_sheet();
    identity::Revocation::Fields fields;
    fields.network = trust_.directory().network();
    fields.what = identity::Revoked::device;
    fields.member = core_.own.member();
    fields.device = device;
    fields.reason = *why;
    fields.time = core_.now();
    const auto revocation = identity::Revocation::issue(fields, *signer);
    if (!revocation) return refusals::internal("Revoking", revocation.error());
    identity::Directory trial = trust_.directory();
    const auto applied = trial.apply(*revocation);
    if (!applied || trial.device_standing(device, core_.now()) != identity::DeviceStanding::revoked)
        return refusals::may_not_revoke();
    LIAISE_TRY(or_refusal(membership_.put_into_directory(*revocation)));
    LIAISE_TRY(or_refusal(core_.batch.commit()));
    return view(device);
}

Outcome<DeviceView> OwnDevices::rename(const std::string& named, const std::string& name) {
    const DeviceId device = LIAISE_TRY(find(named));
    if (const auto good = check_name(name, limits::name_bytes_max); !good)
        return refusals::bad_name("name of the device", good.error());
    LIAISE_TRY(or_refusal(core_.batch.write()));
    const auto put = core_.store.records().put(record::device_name, device.view(), bytes_of(name));
    if (!put) return refusals::from_store(put.error());
    LIAISE_TRY(or_refusal(core_.batch.commit()));
    names_[device] = name;
    return view(device);
}

void OwnDevices::seen(const DeviceId& device) {
    if (!trust_.in_network() || trust_.directory().member_of(device) != core_.own.member()) return;
    seen_[device] = core_.now();
    Writer value;
    identity::write_time(value, core_.now());
    const auto kept = [&]() -> Result<void> {
        LIAISE_TRY(core_.batch.write());
        LIAISE_TRY(core_.store.records().put(record::device_seen, device.view(), value.view()));
        return {};
    }();
    if (!kept) core_.batch.fail(kept.error());
}

bool OwnDevices::this_one_revoked() const {
    return trust_.in_network() && trust_.directory().device_standing(core_.own.device_id(), core_.now()) ==
                                      identity::DeviceStanding::revoked;
}

}  // namespace liaise::node::service
