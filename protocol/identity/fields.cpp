#include "protocol/identity/fields.h"

#include "protocol/base/limits.h"
#include "protocol/base/text.h"
#include "protocol/crypto/dh.h"
#include "protocol/crypto/sign.h"

namespace liaise::identity {
namespace {

Result<std::string> read_text(Reader& reader) {
    const std::size_t start = reader.position();
    const std::uint8_t count = LIAISE_TRY(reader.u8());
    if (count > limits::name_bytes_max) return Error{ErrorCode::too_large, "the name is too long", start};
    return std::string(liaise::text_of(LIAISE_TRY(reader.raw(count))));
}

}  // namespace

Result<void> read_version(Reader& reader) {
    const std::uint8_t version = LIAISE_TRY(reader.u8());
    if (version != format_version) return Error{ErrorCode::unsupported, "a version we do not speak", version};
    return {};
}

void write_time(Writer& writer, Time time) {
    writer.u64(static_cast<std::uint64_t>(to_milliseconds(time)));
}

Result<Time> read_time(Reader& reader) {
    const std::size_t start = reader.position();
    const std::uint64_t number = LIAISE_TRY(reader.u64());
    const auto milliseconds = static_cast<std::int64_t>(number);
    const Time time = time_from_milliseconds(milliseconds);
    if (milliseconds < 0 || to_milliseconds(time) != milliseconds)
        return Error{ErrorCode::malformed, "a time out of range", start};
    return time;
}

void write_text(Writer& writer, std::string_view text) {
    LIAISE_CHECK(text.size() <= limits::name_bytes_max);
    writer.u8(static_cast<std::uint8_t>(text.size())).raw(bytes_of(text));
}

Result<std::string> read_name(Reader& reader) {
    std::string name = LIAISE_TRY(read_text(reader));
    LIAISE_TRY(check_name(name, limits::name_bytes_max));
    return name;
}

Result<void> check_optional_name(std::string_view name) {
    return name.empty() ? Result<void>{} : check_name(name, limits::name_bytes_max);
}

Result<std::string> read_optional_name(Reader& reader) {
    std::string name = LIAISE_TRY(read_text(reader));
    LIAISE_TRY(check_optional_name(name));
    return name;
}

void write_role(Writer& writer, Role role) {
    writer.u8(static_cast<std::uint8_t>(role));
}

Result<Role> read_role(Reader& reader) {
    return role_from_number(LIAISE_TRY(reader.u8()));
}

void write_country(Writer& writer, const Country& country) {
    writer.raw(bytes_of(country.code()));
}

Result<Country> read_country(Reader& reader) {
    return Country::from_code(liaise::text_of(LIAISE_TRY(reader.raw(2))));
}

Result<VerifyKey> read_verify_key(Reader& reader) {
    const auto key = LIAISE_TRY(reader.fixed<VerifyKey>());
    LIAISE_TRY(crypto::check_verify_key(key));
    return key;
}

Result<DhPublicKey> read_dh_key(Reader& reader) {
    const auto key = LIAISE_TRY(reader.fixed<DhPublicKey>());
    LIAISE_TRY(crypto::check_dh_public_key(key));
    return key;
}

Result<void> check_span(Time from, Time until) {
    if (until <= from) return Error{ErrorCode::malformed, "ends before it begins"};
    if (until - from > std::chrono::days{limits::validity_days_max})
        return Error{ErrorCode::too_large, "valid for too long", limits::validity_days_max};
    return {};
}

}  // namespace liaise::identity
