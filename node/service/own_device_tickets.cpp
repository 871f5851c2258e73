// Tickets for further devices: made, shown, said yes or no to (own_devices.h).
#include "node/service/kinds.h"
#include "node/service/naming.h"
#include "node/service/own_devices.h"
#include "protocol/base/text.h"
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

}  // namespace liaise::node::service
