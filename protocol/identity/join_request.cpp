#include "protocol/identity/join_request.h"

#include "protocol/base/limits.h"
#include "protocol/base/text.h"
#include "protocol/identity/clock.h"
#include "protocol/identity/labels.h"

namespace liaise::identity {
namespace {

constexpr crypto::Purpose purpose = crypto::Purpose::join_request;
constexpr std::size_t mac_bytes = Hash::size_bytes;

Result<JoinRequest::Wishes> read_wishes(Reader& reader) {
    const Role role = LIAISE_TRY(read_role(reader));
    const Country country = LIAISE_TRY(read_country(reader));
    std::string name = LIAISE_TRY(read_name(reader));
    std::string organisation = LIAISE_TRY(read_optional_name(reader));
    std::string rank = LIAISE_TRY(read_optional_name(reader));
    return JoinRequest::Wishes{std::move(name), role, country, std::move(organisation), std::move(rank)};
}

Hash mac_of(const TicketSecret& secret, BytesView bytes) {
    return crypto::keyed_blake2b(join_mac_key_of(secret), {bytes});
}

}  // namespace

Result<Bytes> JoinRequest::make(const Ticket& ticket, const Wishes& wishes,
                                const DeviceCertificate& certificate, const crypto::SigningKey& identity,
                                const crypto::SigningKey& device) {
    LIAISE_TRY(check_name(wishes.name, limits::name_bytes_max));
    LIAISE_TRY(check_optional_name(wishes.organisation));
    LIAISE_TRY(check_optional_name(wishes.rank));
    LIAISE_CHECK(certificate.fields().identity == identity.public_key());
    LIAISE_CHECK(certificate.fields().device == device.public_key());
    Writer writer;
    writer.u8(format_version).fixed(ticket.id()).fixed(ticket.network).fixed(ticket.inviter);
    write_role(writer, wishes.role);
    write_country(writer, wishes.country);
    write_text(writer, wishes.name);
    write_text(writer, wishes.organisation);
    write_text(writer, wishes.rank);
    writer.raw(certificate.encoded());
    const Bytes body = to_bytes(writer.view());
    writer.fixed(identity.sign(purpose, body)).fixed(device.sign(purpose, body));
    const Hash mac = mac_of(ticket.secret, writer.view());
    writer.fixed(mac);
    return std::move(writer).take();
}

Result<TicketId> JoinRequest::ticket_of(BytesView bytes) {
    if (bytes.size() > limits::join_request_bytes_max)
        return Error{ErrorCode::too_large, "join request too large", bytes.size()};
    Reader reader(bytes);
    LIAISE_TRY(read_version(reader));
    return reader.fixed<TicketId>();
}

Result<JoinRequest> JoinRequest::open(BytesView bytes, const TicketSecret& secret, const NetworkId& network,
                                      const DeviceId& inviter, Time now) {
    const TicketId ticket = LIAISE_TRY(ticket_of(bytes));
    if (bytes.size() < mac_bytes) return Error{ErrorCode::malformed, "join request cut short", bytes.size()};
    const BytesView all_but_mac = bytes.first(bytes.size() - mac_bytes);
    if (!crypto::equal(mac_of(secret, all_but_mac).view(), bytes.last(mac_bytes)))
        return Error{ErrorCode::not_authentic, "the join request does not show the ticket's secret"};
    if (ticket != ticket_id_of(secret)) return Error{ErrorCode::conflict, "a request for another ticket"};

    Reader reader(all_but_mac);
    LIAISE_TRY(reader.raw(1 + TicketId::size_bytes));
    if (LIAISE_TRY(reader.fixed<NetworkTag>()) != tag_of(network))
        return Error{ErrorCode::conflict, "a request to join another network"};
    if (LIAISE_TRY(reader.fixed<DeviceTag>()) != tag_of(inviter))
        return Error{ErrorCode::conflict, "a request to another inviter"};
    Wishes wishes = LIAISE_TRY(read_wishes(reader));
    auto certificate =
        LIAISE_TRY(DeviceCertificate::parse(LIAISE_TRY(reader.raw(DeviceCertificate::encoded_bytes))));
    const BytesView body = bytes.first(reader.position());
    const auto by_identity = LIAISE_TRY(reader.fixed<Signature>());
    const auto by_device = LIAISE_TRY(reader.fixed<Signature>());
    LIAISE_TRY(reader.end());
    LIAISE_TRY(crypto::verify(certificate.fields().identity, purpose, body, by_identity));
    LIAISE_TRY(crypto::verify(certificate.fields().device, purpose, body, by_device));
    if (too_early(certificate.fields().created, now) || too_late(certificate.fields().expires, now))
        return Error{ErrorCode::expired, "a device certificate out of its time"};
    return JoinRequest(ticket, std::move(wishes), std::move(certificate));
}

Hash join_request_id(BytesView request) {
    return labelled_hash<Hash>("liaise/1 join-request-id", {request});
}

}  // namespace liaise::identity
