#include "protocol/identity/ticket.h"

namespace liaise::identity {
namespace {

Result<Ticket> read_ticket(Reader& reader) {
    const auto network = LIAISE_TRY(reader.fixed<NetworkTag>());
    const auto inviter = LIAISE_TRY(reader.fixed<DeviceTag>());
    const auto transport = LIAISE_TRY(read_dh_key(reader));
    auto secret = LIAISE_TRY(TicketSecret::copy_of(LIAISE_TRY(reader.raw(TicketSecret::size_bytes))));
    const Role role = LIAISE_TRY(read_role(reader));
    const Country country = LIAISE_TRY(read_country(reader));
    const Time expires = LIAISE_TRY(read_ticket_time(reader));
    auto addresses = LIAISE_TRY(read_ticket_addresses(reader));
    LIAISE_TRY(reader.end());
    return Ticket{network, inviter, transport, std::move(secret),
                  role,    country, expires,   std::move(addresses)};
}

}  // namespace

crypto::Key join_mac_key_of(const TicketSecret& secret) {
    return ticket_key_of(secret, "liaise/1 ticket-mac");
}

Result<std::string> Ticket::encode() const {
    Writer writer;
    writer.fixed(network).fixed(inviter).fixed(transport).raw(secret.view());
    write_role(writer, role);
    write_country(writer, country);
    LIAISE_TRY(write_ticket_time(writer, expires));
    LIAISE_TRY(write_ticket_addresses(writer, addresses));
    return ticket_text(TicketKind::member, writer.view());
}

Result<Ticket> Ticket::parse(std::string_view text) {
    const Bytes body = LIAISE_TRY(ticket_body(TicketKind::member, text));
    Reader reader(body);
    return read_ticket(reader);
}

Result<void> Ticket::check_time(Time now) const {
    return check_ticket_time(expires, now);
}

}  // namespace liaise::identity
