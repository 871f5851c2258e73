#include "protocol/identity/device_reply.h"

#include "protocol/base/limits.h"
#include "protocol/identity/clock.h"

namespace liaise::identity {
namespace {

constexpr crypto::Purpose purpose = crypto::Purpose::device_reply;
constexpr std::uint8_t welcome_outcome = 0;
constexpr std::uint8_t proposal_outcome = 64;
constexpr std::uint8_t waiting_outcome = 65;
constexpr std::array<std::string_view, 6> refusals{"used",    "expired",   "denied",
                                                   "unknown", "malformed", "full"};

Result<void> write_handover(Writer& writer, const Handover& handover) {
    if (handover.devices.size() > limits::devices_of_one_max ||
        handover.contacts.size() > limits::handover_contacts_max)
        return Error{ErrorCode::too_large, "too much to hand over"};
    LIAISE_TRY(check_optional_name(handover.name));
    write_text(writer, handover.name);
    writer.u8(static_cast<std::uint8_t>(handover.devices.size()));
    for (const auto& [device, name] : handover.devices) {
        LIAISE_TRY(check_optional_name(name));
        writer.fixed(device);
        write_text(writer, name);
    }
    writer.u16(static_cast<std::uint16_t>(handover.contacts.size()));
    for (const auto& [member, state] : handover.contacts)
        writer.fixed(member).u8(static_cast<std::uint8_t>(state));
    return {};
}

Result<Handover> read_handover(Reader& reader) {
    Handover handover;
    handover.name = LIAISE_TRY(read_optional_name(reader));
    const std::uint8_t devices = LIAISE_TRY(reader.u8());
    if (devices > limits::devices_of_one_max)
        return Error{ErrorCode::too_large, "too many devices handed over", devices};
    for (std::size_t i = 0; i < devices; ++i) {
        const auto device = LIAISE_TRY(reader.fixed<DeviceId>());
        handover.devices.emplace_back(device, LIAISE_TRY(read_optional_name(reader)));
    }
    const std::uint16_t contacts = LIAISE_TRY(reader.u16());
    if (contacts > limits::handover_contacts_max)
        return Error{ErrorCode::too_large, "too many contacts handed over", contacts};
    for (std::size_t i = 0; i < contacts; ++i) {
        const auto member = LIAISE_TRY(reader.fixed<MemberId>());
        const std::uint8_t state = LIAISE_TRY(reader.u8());
        if (state >= contact_state_count)
            return Error{ErrorCode::malformed, "a contact in no known state", state};
        handover.contacts.emplace_back(member, static_cast<ContactState>(state));
    }
    return handover;
}

Result<DeviceWelcome> read_device_welcome(Reader& reader) {
    auto certificate =
        LIAISE_TRY(DeviceCertificate::parse(LIAISE_TRY(reader.raw(DeviceCertificate::encoded_bytes))));
    auto handover = LIAISE_TRY(read_handover(reader));
    auto network = LIAISE_TRY(read_welcome(reader));
    return DeviceWelcome{std::move(certificate), std::move(handover), std::move(network)};
}

Result<void> check_fields(const DeviceCertificate::Fields& fields, const NewDevice& own, Time now) {
    if (NewDevice{fields.device, fields.transport, fields.inbox} != own)
        return Error{ErrorCode::conflict, "a certificate for another device"};
    if (too_early(fields.created, now) || too_late(fields.expires, now))
        return Error{ErrorCode::expired, "a device certificate out of its time"};
    return {};
}

Result<DeviceReply> read_reply(Reader& reader, const DeviceTicket& ticket, const NewDevice& own, Time now) {
    const std::uint8_t outcome = LIAISE_TRY(reader.u8());
    if (outcome == proposal_outcome) {
        const BytesView body = LIAISE_TRY(reader.raw(DeviceCertificate::body_bytes));
        LIAISE_TRY(reader.end());
        LIAISE_TRY(check_fields(LIAISE_TRY(DeviceCertificate::fields_of(body)), own, now));
        return DeviceReply(Proposal{to_bytes(body)});
    }
    if (outcome == welcome_outcome) {
        auto welcome = LIAISE_TRY(read_device_welcome(reader));
        LIAISE_TRY(reader.end());
        LIAISE_TRY(check_fields(welcome.certificate.fields(), own, now));
        LIAISE_TRY(
            check_welcome(welcome.network, ticket.network, welcome.certificate.fields().identity, now));
        return DeviceReply(std::move(welcome));
    }
    LIAISE_TRY(reader.end());
    if (outcome == waiting_outcome) return DeviceReply(Waiting{});
    if (outcome > refusals.size())
        return Error{ErrorCode::unsupported, "a refusal for a reason we do not know", outcome};
    return DeviceReply(static_cast<DeviceRefusal>(outcome));
}

}  // namespace

std::string_view text_of(DeviceRefusal refusal) {
    return refusals[static_cast<std::size_t>(refusal) - 1];
}

Result<Bytes> make_device_reply(const DeviceReply& reply, const Hash& request,
                                const crypto::SigningKey& device) {
    Writer writer;
    writer.u8(format_version).fixed(request);
    if (const auto* const welcome = std::get_if<DeviceWelcome>(&reply)) {
        writer.u8(welcome_outcome).raw(welcome->certificate.encoded());
        LIAISE_TRY(write_handover(writer, welcome->handover));
        LIAISE_TRY(write_welcome(writer, welcome->network));
    } else if (const auto* const proposal = std::get_if<Proposal>(&reply)) {
        writer.u8(proposal_outcome).raw(proposal->body);
    } else if (const auto* const refusal = std::get_if<DeviceRefusal>(&reply)) {
        writer.u8(static_cast<std::uint8_t>(*refusal));
    } else {
        writer.u8(waiting_outcome);
    }
    Bytes bytes = signed_reply(std::move(writer).take(), purpose, device);
    if (bytes.size() > limits::join_reply_bytes_max)
        return Error{ErrorCode::too_large, "too much for one device reply", bytes.size()};
    return bytes;
}

Result<OpenedDeviceReply> open_device_reply(BytesView bytes, const DeviceTicket& ticket, const Hash& request,
                                            const NewDevice& own, Time now) {
    const SignedReply reply = LIAISE_TRY(open_signed_reply(bytes, purpose, ticket.adder));
    Reader reader(reply.body);
    LIAISE_TRY(read_version(reader));
    if (LIAISE_TRY(reader.fixed<Hash>()) != request)
        return Error{ErrorCode::not_authentic, "a reply to another request"};
    return OpenedDeviceReply{LIAISE_TRY(read_reply(reader, ticket, own, now)), reply.device};
}

}  // namespace liaise::identity
