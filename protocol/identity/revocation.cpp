#include "protocol/identity/revocation.h"

#include "protocol/identity/labels.h"

namespace liaise::identity {
namespace {

constexpr crypto::Purpose purpose = crypto::Purpose::revocation;
constexpr std::array<std::string_view, reason_count> reasons{
    "unspecified", "left", "device-lost", "key-exposed", "made-in-error", "misconduct", "superseded"};

Bytes body_of(const Revocation::Fields& fields) {
    Writer writer;
    writer.u8(format_version).fixed(fields.network).u8(static_cast<std::uint8_t>(fields.what));
    writer.fixed(fields.member);
    switch (fields.what) {
        case Revoked::member:
            writer.fixed(Hash{});
            break;
        case Revoked::device:
            writer.fixed(fields.device);
            break;
        case Revoked::accreditation:
            writer.fixed(fields.accreditation);
            break;
    }
    writer.u8(static_cast<std::uint8_t>(fields.reason));
    write_time(writer, fields.time);
    writer.fixed(fields.signer);
    LIAISE_CHECK(writer.view().size() == Revocation::body_bytes);
    return std::move(writer).take();
}

Result<void> read_target(Reader& reader, Revocation::Fields& fields) {
    const std::size_t start = reader.position();
    const auto target = LIAISE_TRY(reader.fixed<Hash>());
    if (target.is_zero() != (fields.what == Revoked::member))
        return Error{ErrorCode::malformed, "a revocation whose target does not fit", start};
    if (fields.what == Revoked::device) fields.device.bytes = target.bytes;
    if (fields.what == Revoked::accreditation) fields.accreditation.bytes = target.bytes;
    return {};
}

Result<Revocation::Fields> read_fields(Reader& reader) {
    LIAISE_TRY(read_version(reader));
    Revocation::Fields fields;
    fields.network = LIAISE_TRY(reader.fixed<NetworkId>());
    const std::uint8_t what = LIAISE_TRY(reader.u8());
    if (what > static_cast<std::uint8_t>(Revoked::accreditation))
        return Error{ErrorCode::unsupported, "a revocation of a kind we do not know", what};
    fields.what = static_cast<Revoked>(what);
    fields.member = LIAISE_TRY(reader.fixed<MemberId>());
    LIAISE_TRY(read_target(reader, fields));
    const std::uint8_t reason = LIAISE_TRY(reader.u8());
    // A reason from a newer version still revokes.
    fields.reason = reason < reason_count ? static_cast<Reason>(reason) : Reason::unspecified;
    fields.time = LIAISE_TRY(read_time(reader));
    fields.signer = LIAISE_TRY(read_verify_key(reader));
    return fields;
}

}  // namespace

std::string_view text_of(Reason reason) {
    return reasons[static_cast<std::size_t>(reason)];
}

Result<Reason> reason_from_text(std::string_view text) {
    for (std::uint8_t i = 0; i < reason_count; ++i)
        if (reasons[i] == text) return static_cast<Reason>(i);
    return Error{ErrorCode::not_known,
                 "not a reason: left, device-lost, key-exposed, made-in-error, misconduct or superseded"};
}

Result<Revocation> Revocation::issue(Fields fields, const crypto::SigningKey& signer) {
    fields.signer = signer.public_key();
    Bytes bytes = body_of(fields);
    append(bytes, signer.sign(purpose, bytes).view());
    return parse(bytes);
}

Result<Revocation> Revocation::parse(BytesView bytes) {
    Reader reader(bytes);
    Revocation revocation;
    revocation.fields_ = LIAISE_TRY(read_fields(reader));
    const BytesView body = bytes.first(reader.position());
    const auto signature = LIAISE_TRY(reader.fixed<Signature>());
    LIAISE_TRY(reader.end());
    LIAISE_TRY(crypto::verify(revocation.fields_.signer, purpose, body, signature));
    revocation.bytes_ = to_bytes(bytes);
    revocation.id_ = labelled_hash<Hash>("liaise/1 revocation-id", {body});
    return revocation;
}

}  // namespace liaise::identity
