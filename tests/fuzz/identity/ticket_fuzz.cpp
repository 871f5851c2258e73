// Tickets, as text and as what stands behind a right checksum: what parses comes back from its own text.
#include "protocol/identity/ticket.h"

#include "protocol/identity/labels.h"
#include "tests/fuzz/identity/known_keys.h"

using namespace liaise;
using namespace liaise::identity;

namespace {

void check(std::string_view text) {
    const auto ticket = Ticket::parse(text);
    if (!ticket) return;
    const std::string again = ticket->encode().value();
    const auto back = Ticket::parse(again);
    LIAISE_CHECK(back.ok() && back->addresses == ticket->addresses && back->secret == ticket->secret);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    crypto::initialise();
    const BytesView input{data, size};
    check(liaise::text_of(input));
    // As what is behind the checksum.
    Bytes bytes = to_bytes(input);
    using Checksum = FixedBytes<struct FuzzChecksumMeaning, 4>;
    append(bytes, labelled_hash<Checksum>("liaise/1 ticket-checksum", {input}).view());
    check("liaise1-" + to_base32(bytes));
    return 0;
}
