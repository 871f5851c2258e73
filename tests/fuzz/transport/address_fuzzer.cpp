// Any bytes as an address: what is read is written in a form that reads the same, within the limits, and
// holds nothing that a resolver, a log or a terminal could take for more than an address. The user id of a
// peer, likewise.
#include <cstdlib>

#include "node/transport/address.h"
#include "node/transport/admission.h"
#include "node/transport/link_table.h"

using namespace liaise;
using namespace liaise::node::transport;

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

bool harmless(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '[' ||
           c == ']';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = text_of({data, size});
    if (const auto address = Address::parse(text)) {
        const std::string canonical = address->text();
        check(canonical.size() <= limits::address_bytes_max && text.size() <= limits::address_bytes_max);
        for (const char c : canonical) check(harmless(c));
        const auto again = Address::parse(canonical);
        check(again.ok() && *again == *address && again->text() == canonical);
        check(!address->from_here().is_any());
    }
    if (const auto peer = parse_user_id(text)) check(parse_user_id(user_id_of(*peer))->key == peer->key);
    if (const auto id = automatic_routing_id({data, size}))
        check(same_bytes(bytes_of_routing_id(*id), {data, size}));
    return 0;
}
