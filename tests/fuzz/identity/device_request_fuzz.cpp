// Requests of new devices: as bytes, behind a right MAC, and signed by a known key for a known ticket.
#include "protocol/identity/device_request.h"

#include "protocol/crypto/hash.h"
#include "tests/fuzz/identity/known_keys.h"

using namespace liaise;
using namespace liaise::identity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView input{data, size};
    const auto& keys = fuzz::known_keys();
    const auto open = [&](BytesView bytes) {
        return DeviceRequest::open(bytes, keys.secret, NetworkId{}, DeviceId{}).ok();
    };
    const auto finish = [&](Bytes bytes) {
        const crypto::Key key = ticket_key_of(keys.secret, "liaise/1 device-mac");
        append(bytes, crypto::keyed_blake2b(key, {bytes}).view());
        return open(bytes);
    };
    (void)open(input);
    (void)finish(to_bytes(input));
    // As a body for the known ticket, with the known key in its place, signed by it.
    constexpr std::size_t key_at = 1 + 16 + 16 + 16;
    Bytes body = fuzz::with_key(input, key_at, keys.device.public_key());
    const TicketId ticket = ticket_id_of(keys.secret);
    if (body.size() > ticket.bytes.size())
        std::copy(ticket.bytes.begin(), ticket.bytes.end(), body.begin() + 1);
    append(body, keys.device.sign(crypto::Purpose::device_request, body).view());
    (void)finish(body);
    return 0;
}
