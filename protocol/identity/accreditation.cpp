#include "protocol/identity/accreditation.h"

#include "protocol/base/limits.h"
#include "protocol/base/text.h"
#include "protocol/identity/labels.h"

namespace liaise::identity {
namespace {

constexpr crypto::Purpose purpose = crypto::Purpose::accreditation;

Result<void> check(const Accreditation::Fields& fields) {
    LIAISE_TRY(check_name(fields.name, limits::name_bytes_max));
    for (const std::string& text : {fields.organisation, fields.rank, fields.post})
        LIAISE_TRY(check_optional_name(text));
    if (!fields.predecessor.is_zero() && fields.post.empty())
        return Error{ErrorCode::malformed, "a predecessor without a post"};
    LIAISE_TRY(crypto::check_verify_key(fields.identity));
    LIAISE_TRY(crypto::check_verify_key(fields.accreditor));
    if (fields.succession == succession_commitment(fields.identity))
        return Error{ErrorCode::not_permitted, "a succession key that is in use"};
    return check_span(fields.from, fields.until);
}

Bytes body_of(const Accreditation::Fields& fields) {
    Writer writer;
    writer.u8(format_version).fixed(fields.network).fixed(fields.identity).fixed(fields.succession);
    writer.fixed(fields.accreditor);
    write_role(writer, fields.role);
    write_country(writer, fields.country);
    write_time(writer, fields.from);
    write_time(writer, fields.until);
    writer.fixed(fields.predecessor);
    for (const std::string& text : {fields.name, fields.organisation, fields.rank, fields.post})
        write_text(writer, text);
    return std::move(writer).take();
}

Result<Accreditation::Fields> read_fields(Reader& reader) {
    LIAISE_TRY(read_version(reader));
    const auto network = LIAISE_TRY(reader.fixed<NetworkId>());
    const auto identity = LIAISE_TRY(reader.fixed<VerifyKey>());
    const auto succession = LIAISE_TRY(reader.fixed<Hash>());
    const auto accreditor = LIAISE_TRY(reader.fixed<VerifyKey>());
    const Role role = LIAISE_TRY(read_role(reader));
    const Country country = LIAISE_TRY(read_country(reader));
    const Time from = LIAISE_TRY(read_time(reader));
    const Time until = LIAISE_TRY(read_time(reader));
    const auto predecessor = LIAISE_TRY(reader.fixed<AccreditationId>());
    std::string name = LIAISE_TRY(read_name(reader));
    std::string organisation = LIAISE_TRY(read_optional_name(reader));
    std::string rank = LIAISE_TRY(read_optional_name(reader));
    std::string post = LIAISE_TRY(read_optional_name(reader));
    return Accreditation::Fields{network,
                                 identity,
                                 succession,
                                 accreditor,
                                 role,
                                 country,
                                 from,
                                 until,
                                 predecessor,
                                 std::move(name),
                                 std::move(organisation),
                                 std::move(rank),
                                 std::move(post)};
}

}  // namespace

Result<Accreditation> Accreditation::issue(Fields fields, const crypto::SigningKey& accreditor) {
    fields.accreditor = accreditor.public_key();
    LIAISE_TRY(check(fields));
    Bytes bytes = body_of(fields);
    append(bytes, accreditor.sign(purpose, bytes).view());
    return parse(bytes);
}

Result<Accreditation> Accreditation::parse(BytesView bytes) {
    if (bytes.size() > limits::directory_object_bytes_max)
        return Error{ErrorCode::too_large, "accreditation too large", bytes.size()};
    Reader reader(bytes);
    Accreditation accreditation(LIAISE_TRY(read_fields(reader)));
    const BytesView body = bytes.first(reader.position());
    const auto signature = LIAISE_TRY(reader.fixed<Signature>());
    LIAISE_TRY(reader.end());
    LIAISE_TRY(check(accreditation.fields_));
    LIAISE_TRY(crypto::verify(accreditation.fields_.accreditor, purpose, body, signature));
    accreditation.bytes_ = to_bytes(bytes);
    accreditation.id_ = labelled_hash<AccreditationId>("liaise/1 accreditation-id", {body});
    accreditation.member_ = member_id_of(accreditation.fields_.identity);
    accreditation.accreditor_ = member_id_of(accreditation.fields_.accreditor);
    return accreditation;
}

}  // namespace liaise::identity
