// Tickets for devices: as typed, and as bodies behind a right checksum.
#include "protocol/identity/device_ticket.h"

#include "tests/fuzz/identity/known_keys.h"

using namespace liaise;
using namespace liaise::identity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    crypto::initialise();
    const BytesView input{data, size};
    const auto read = [](std::string_view text) {
        (void)kind_of_ticket(text);
        const auto ticket = DeviceTicket::parse(text);
        if (!ticket) return;
        const auto back = DeviceTicket::parse(ticket->encode().value());
        LIAISE_CHECK(back.ok() && back->addresses == ticket->addresses && back->secret == ticket->secret);
    };
    read(liaise::text_of(input));
    read(ticket_text(TicketKind::device, input));
    return 0;
}
