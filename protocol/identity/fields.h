// The fields that identity's formats share, as bytes (docs/identity.md, "Fields"). Each read checks what the
// field promises, so that a parsed object holds no name, time, key or country that breaks a rule.
#pragma once

#include <string>

#include "protocol/base/reader.h"
#include "protocol/base/time.h"
#include "protocol/base/writer.h"
#include "protocol/identity/country.h"
#include "protocol/identity/role.h"

namespace liaise::identity {

inline constexpr std::uint8_t format_version = 1;

Result<void> read_version(Reader& reader);  // unsupported unless format_version

// Milliseconds since 1970, unsigned, 8 bytes; malformed beyond year 9999.
void write_time(Writer& writer, Time time);
Result<Time> read_time(Reader& reader);

// One byte of length, then text. A name follows check_name (protocol/base/text.h); an optional one may be
// empty.
void write_text(Writer& writer, std::string_view text);
Result<std::string> read_name(Reader& reader);
Result<std::string> read_optional_name(Reader& reader);
Result<void> check_optional_name(std::string_view name);

void write_role(Writer& writer, Role role);
Result<Role> read_role(Reader& reader);
void write_country(Writer& writer, const Country& country);
Result<Country> read_country(Reader& reader);

// Keys that nobody can have made honestly are refused here: small order, not canonical (attack class 6).
Result<VerifyKey> read_verify_key(Reader& reader);
Result<DhPublicKey> read_dh_key(Reader& reader);

// `from` before `until`, and at most limits::validity_days_max apart: every list of anything has an expiry.
Result<void> check_span(Time from, Time until);

}  // namespace liaise::identity
