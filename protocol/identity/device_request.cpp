#include "protocol/identity/device_request.h"

#include "protocol/base/limits.h"
#include "protocol/identity/labels.h"

namespace liaise::identity {
namespace {

constexpr crypto::Purpose purpose = crypto::Purpose::device_request;
constexpr std::size_t mac_bytes = Hash::size_bytes;

Hash mac_of(const TicketSecret& secret, BytesView bytes) {
    return crypto::keyed_blake2b(ticket_key_of(secret, "liaise/1 device-mac"), {bytes});
}

}  // namespace

NewDevice public_keys_of(const DeviceKeys& keys) {
    return {keys.signing.public_key(), keys.transport.public_key(), keys.inbox.public_key()};
}

Bytes DeviceRequest::make(const DeviceTicket& ticket, const DeviceKeys& device,
                          const std::optional<Bytes>& proposal) {
    const NewDevice keys = public_keys_of(device);
    Writer writer;
    writer.u8(format_version).fixed(ticket.id()).fixed(ticket.network).fixed(ticket.adder);
    writer.fixed(keys.signing).fixed(keys.transport).fixed(keys.inbox);
    writer.u8(proposal ? 1 : 0);
    if (proposal) writer.fixed(device.signing.sign(crypto::Purpose::device_certificate, *proposal));
    const Signature signature = device.signing.sign(purpose, writer.view());
    writer.fixed(signature);
    const Hash mac = mac_of(ticket.secret, writer.view());
    writer.fixed(mac);
    return std::move(writer).take();
}

Result<DeviceRequest> DeviceRequest::open(BytesView bytes, const TicketSecret& secret,
                                          const NetworkId& network, const DeviceId& adder) {
    if (bytes.size() > limits::device_request_bytes_max)
        return Error{ErrorCode::too_large, "device request too large", bytes.size()};
    if (bytes.size() < mac_bytes)
        return Error{ErrorCode::malformed, "device request cut short", bytes.size()};
    const BytesView all_but_mac = bytes.first(bytes.size() - mac_bytes);
    if (!crypto::equal(mac_of(secret, all_but_mac).view(), bytes.last(mac_bytes)))
        return Error{ErrorCode::not_authentic, "the device request does not show the ticket's secret"};

    Reader reader(all_but_mac);
    LIAISE_TRY(read_version(reader));
    const auto ticket = LIAISE_TRY(reader.fixed<TicketId>());
    if (ticket != ticket_id_of(secret)) return Error{ErrorCode::conflict, "a request for another ticket"};
    if (LIAISE_TRY(reader.fixed<NetworkTag>()) != tag_of(network))
        return Error{ErrorCode::conflict, "a request for another network"};
    if (LIAISE_TRY(reader.fixed<DeviceTag>()) != tag_of(adder))
        return Error{ErrorCode::conflict, "a request to another device"};
    const auto signing = LIAISE_TRY(read_verify_key(reader));
    const auto transport = LIAISE_TRY(read_dh_key(reader));
    const auto inbox = LIAISE_TRY(read_dh_key(reader));
    DeviceRequest request{ticket, {signing, transport, inbox}, std::nullopt};
    const std::uint8_t consents = LIAISE_TRY(reader.u8());
    if (consents > 1) return Error{ErrorCode::malformed, "neither consent nor none", consents};
    if (consents == 1) request.consent = LIAISE_TRY(reader.fixed<Signature>());
    const BytesView body = bytes.first(reader.position());
    const auto signature = LIAISE_TRY(reader.fixed<Signature>());
    LIAISE_TRY(reader.end());
    LIAISE_TRY(crypto::verify(signing, purpose, body, signature));
    return request;
}

Hash device_request_id(BytesView request) {
    return labelled_hash<Hash>("liaise/1 device-request-id", {request});
}

}  // namespace liaise::identity
