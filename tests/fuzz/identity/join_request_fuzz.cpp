// Join requests: as bytes, behind a right MAC, and signed by known keys for a known ticket.
#include "protocol/identity/join_request.h"

#include "protocol/crypto/hash.h"
#include "tests/fuzz/identity/known_keys.h"

using namespace liaise;
using namespace liaise::identity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView input{data, size};
    const auto& keys = fuzz::known_keys();
    const auto open = [&](BytesView bytes) {
        return JoinRequest::open(bytes, keys.secret, NetworkId{}, DeviceId{}, fuzz::some_time);
    };
    const auto finish = [&](Bytes bytes) {
        append(bytes, crypto::keyed_blake2b(join_mac_key_of(keys.secret), {bytes}).view());
        return open(bytes).ok();
    };
    (void)open(input);
    (void)finish(to_bytes(input));
    // As a body, for the ticket that is known, signed by both known keys.
    Bytes body = to_bytes(input);
    const TicketId ticket = ticket_id_of(keys.secret);
    if (body.size() > ticket.bytes.size())
        std::copy(ticket.bytes.begin(), ticket.bytes.end(), body.begin() + 1);
    const Bytes whole = body;
    append(body, keys.identity.sign(crypto::Purpose::join_request, whole).view());
    append(body, keys.device.sign(crypto::Purpose::join_request, whole).view());
    (void)finish(body);
    return 0;
}
