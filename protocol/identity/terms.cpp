#include "protocol/identity/terms.h"

#include <algorithm>

#include "protocol/base/limits.h"
#include "protocol/base/text.h"
#include "protocol/crypto/sign.h"
#include "protocol/identity/fields.h"

namespace liaise::identity {
namespace {

std::size_t index_of(Role role) {
    return static_cast<std::size_t>(role);
}

Result<Founder> read_founder(Reader& reader) {
    const VerifyKey identity = LIAISE_TRY(read_verify_key(reader));
    return Founder{identity, LIAISE_TRY(reader.fixed<Hash>())};
}

Result<Policy> read_policy(Reader& reader) {
    Policy policy;
    for (Policy::Row& row : policy.rows) {
        row.anywhere = LIAISE_TRY(RoleSet::from_bits(LIAISE_TRY(reader.u8())));
        row.own_country = LIAISE_TRY(RoleSet::from_bits(LIAISE_TRY(reader.u8())));
    }
    return policy;
}

bool has_twins(const std::vector<Founder>& founders) {
    for (std::size_t i = 0; i < founders.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (founders[i].identity == founders[j].identity) return true;
    return false;
}

}  // namespace

bool Policy::permits(Role by, const Country& home, Role role, const Country& country) const {
    const Row& row = rows[index_of(by)];
    return row.anywhere.has(role) || (row.own_country.has(role) && home == country);
}

Policy default_policy() {
    Policy policy;
    policy.rows[index_of(Role::coordinator)].anywhere = {Role::focal_point, Role::organiser, Role::liaison,
                                                         Role::researcher, Role::relay};
    policy.rows[index_of(Role::focal_point)].own_country = {Role::liaison};
    return policy;
}

Result<void> Terms::check() const {
    LIAISE_TRY(check_name(name, limits::name_bytes_max));
    if (founders.empty()) return Error{ErrorCode::malformed, "no founder"};
    if (founders.size() > limits::founders_max)
        return Error{ErrorCode::too_large, "too many founders", founders.size()};
    if (threshold == 0 || threshold > founders.size())
        return Error{ErrorCode::malformed, "the threshold is not between one and the number of founders",
                     threshold};
    if (has_twins(founders)) return Error{ErrorCode::malformed, "a founder stands twice"};
    for (const Founder& founder : founders) LIAISE_TRY(crypto::check_verify_key(founder.identity));
    return {};
}

void Terms::write(Writer& writer) const {
    write_text(writer, name);
    writer.u8(threshold).u8(static_cast<std::uint8_t>(founders.size()));
    for (const Founder& founder : founders) writer.fixed(founder.identity).fixed(founder.succession);
    for (const Policy::Row& row : policy.rows) writer.u8(row.anywhere.bits()).u8(row.own_country.bits());
}

Result<Terms> Terms::read(Reader& reader) {
    Terms terms;
    terms.name = LIAISE_TRY(read_name(reader));
    terms.threshold = LIAISE_TRY(reader.u8());
    const std::uint8_t count = LIAISE_TRY(reader.u8());
    if (count > limits::founders_max) return Error{ErrorCode::too_large, "too many founders", count};
    for (std::size_t i = 0; i < count; ++i) terms.founders.push_back(LIAISE_TRY(read_founder(reader)));
    terms.policy = LIAISE_TRY(read_policy(reader));
    LIAISE_TRY(terms.check());
    return terms;
}

const Founder* Terms::founder(const VerifyKey& identity) const {
    const auto at = std::find_if(founders.begin(), founders.end(),
                                 [&](const Founder& founder) { return founder.identity == identity; });
    return at == founders.end() ? nullptr : &*at;
}

}  // namespace liaise::identity
