// The string form that all tickets share (docs/identity.md, "Ticket"): a prefix that says which kind and
// version it is, then base32 of the body and the first 4 bytes of its hash.
//
//     liaise1-...          admits a person (ticket.h)
//     liaise-device1-...   adds a device to a member's own (device_ticket.h)
//
// Reading forgives capitals, spaces, line breaks, hyphens behind the prefix, o for 0, i and l for 1.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/crypto/dh.h"
#include "protocol/identity/fields.h"

namespace liaise::identity {

using NetworkTag = FixedBytes<struct NetworkTagMeaning, 16>;  // first half of a NetworkId
using DeviceTag = FixedBytes<struct DeviceTagMeaning, 16>;    // first half of a DeviceId
NetworkTag tag_of(const NetworkId& network);
DeviceTag tag_of(const DeviceId& device);

using TicketSecret = crypto::Secret<16>;
TicketId ticket_id_of(const TicketSecret& secret);       // BLAKE2b, first 16 bytes
crypto::DhKey guest_key_of(const TicketSecret& secret);  // the CURVE key pair of whoever comes with it
// A key that the holder of the ticket has, for one use that the label names.
crypto::Key ticket_key_of(const TicketSecret& secret, std::string_view label);

enum class TicketKind : std::uint8_t { member, device };
// What the string claims to be; nothing is checked beyond the prefix. Nothing for what is no ticket.
std::optional<TicketKind> kind_of_ticket(std::string_view text);

std::string ticket_text(TicketKind kind, BytesView body);
// malformed      this is no ticket of that kind
// not_authentic  one, but mistyped or cut short: its checksum does not fit
// unsupported    of a newer version; Error::at is the version
Result<Bytes> ticket_body(TicketKind kind, std::string_view text);

// u8 count, then each as ticket_address.h has it.
Result<void> write_ticket_addresses(Writer& writer, const std::vector<std::string>& addresses);
Result<std::vector<std::string>> read_ticket_addresses(Reader& reader);
// u32, seconds since 1970.
Result<void> write_ticket_time(Writer& writer, Time expires);
Result<Time> read_ticket_time(Reader& reader);
// expired, with Error::at the expiry in milliseconds since 1970, for whoever came by the ticket: their clock
// may be wrong by clock_slack.
Result<void> check_ticket_time(Time expires, Time now);

}  // namespace liaise::identity
