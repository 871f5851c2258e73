#include "protocol/identity/device_certificate.h"

namespace liaise::identity {
namespace {

constexpr crypto::Purpose purpose = crypto::Purpose::device_certificate;

Result<void> check(const DeviceCertificate::Fields& fields) {
    LIAISE_TRY(crypto::check_verify_key(fields.identity));
    LIAISE_TRY(crypto::check_verify_key(fields.device));
    LIAISE_TRY(crypto::check_dh_public_key(fields.transport));
    LIAISE_TRY(crypto::check_dh_public_key(fields.inbox));
    if (fields.identity == fields.device || fields.transport == fields.inbox)
        return Error{ErrorCode::not_permitted, "one key in two places"};
    if (fields.succession == succession_commitment(fields.identity) ||
        fields.succession == succession_commitment(fields.device))
        return Error{ErrorCode::not_permitted, "a succession key that is in use"};
    return check_span(fields.created, fields.expires);
}

}  // namespace

Result<Bytes> DeviceCertificate::body_of(const Fields& fields) {
    LIAISE_TRY(check(fields));
    Writer writer;
    writer.u8(format_version).fixed(fields.identity).fixed(fields.device);
    writer.fixed(fields.transport).fixed(fields.inbox);
    write_time(writer, fields.created);
    write_time(writer, fields.expires);
    writer.fixed(fields.succession);
    LIAISE_CHECK(writer.view().size() == body_bytes);
    return std::move(writer).take();
}

Result<DeviceCertificate::Fields> DeviceCertificate::fields_of(BytesView body) {
    Reader reader(body);
    LIAISE_TRY(read_version(reader));
    Fields fields;
    fields.identity = LIAISE_TRY(reader.fixed<VerifyKey>());
    fields.device = LIAISE_TRY(reader.fixed<VerifyKey>());
    fields.transport = LIAISE_TRY(reader.fixed<DhPublicKey>());
    fields.inbox = LIAISE_TRY(reader.fixed<DhPublicKey>());
    fields.created = LIAISE_TRY(read_time(reader));
    fields.expires = LIAISE_TRY(read_time(reader));
    fields.succession = LIAISE_TRY(reader.fixed<Hash>());
    LIAISE_TRY(reader.end());
    LIAISE_TRY(check(fields));
    return fields;
}

Result<DeviceCertificate> DeviceCertificate::assemble(BytesView body, const Signature& by_identity,
                                                      const Signature& by_device) {
    DeviceCertificate certificate;
    certificate.fields_ = LIAISE_TRY(fields_of(body));
    LIAISE_TRY(crypto::verify(certificate.fields_.identity, purpose, body, by_identity));
    LIAISE_TRY(crypto::verify(certificate.fields_.device, purpose, body, by_device));
    certificate.bytes_ = to_bytes(body);
    append(certificate.bytes_, by_identity.view());
    append(certificate.bytes_, by_device.view());
    certificate.member_ = member_id_of(certificate.fields_.identity);
    certificate.device_ = device_id_of(certificate.fields_.device);
    return certificate;
}

Result<DeviceCertificate> DeviceCertificate::parse(BytesView bytes) {
    Reader reader(bytes);
    const BytesView body = LIAISE_TRY(reader.raw(body_bytes));
    const auto by_identity = LIAISE_TRY(reader.fixed<Signature>());
    const auto by_device = LIAISE_TRY(reader.fixed<Signature>());
    LIAISE_TRY(reader.end());
    return assemble(body, by_identity, by_device);
}

Result<DeviceCertificate> DeviceCertificate::issue(const crypto::SigningKey& identity,
                                                   const DeviceKeys& device, const Hash& succession,
                                                   Time created, Time expires) {
    const Bytes body =
        LIAISE_TRY(body_of({identity.public_key(), device.signing.public_key(), device.transport.public_key(),
                            device.inbox.public_key(), created, expires, succession}));
    return assemble(body, identity.sign(purpose, body), device.signing.sign(purpose, body));
}

}  // namespace liaise::identity
