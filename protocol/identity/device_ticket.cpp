#include "protocol/identity/device_ticket.h"

namespace liaise::identity {

Result<std::string> DeviceTicket::encode() const {
    Writer writer;
    writer.fixed(network).fixed(adder).fixed(transport).raw(secret.view());
    LIAISE_TRY(write_ticket_time(writer, expires));
    LIAISE_TRY(write_ticket_addresses(writer, addresses));
    return ticket_text(TicketKind::device, writer.view());
}

Result<DeviceTicket> DeviceTicket::parse(std::string_view text) {
    const Bytes body = LIAISE_TRY(ticket_body(TicketKind::device, text));
    Reader reader(body);
    const auto network = LIAISE_TRY(reader.fixed<NetworkTag>());
    const auto adder = LIAISE_TRY(reader.fixed<DeviceTag>());
    const auto transport = LIAISE_TRY(read_dh_key(reader));
    auto secret = LIAISE_TRY(TicketSecret::copy_of(LIAISE_TRY(reader.raw(TicketSecret::size_bytes))));
    const Time expires = LIAISE_TRY(read_ticket_time(reader));
    auto addresses = LIAISE_TRY(read_ticket_addresses(reader));
    LIAISE_TRY(reader.end());
    return DeviceTicket{network, adder, transport, std::move(secret), expires, std::move(addresses)};
}

}  // namespace liaise::identity
