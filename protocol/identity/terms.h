// What a charter says: the network's name, who founded it, how many founders amend it, and who may accredit
// whom.
//
//     name (u8 length, text) | threshold u8 | founders u8 | founders * (identity key 32 | succession
//     commitment 32) | policy: 6 roles * (anywhere u8 | own country u8)
//
// - Founders stand in order of rank, which decides between amendments that race (charter.h).
// - A founder may accredit every role in every country: the founders' keys are the root of all trust. So they
//   are not in the policy.
// - A row of the policy belongs to the role that accredits; its two sets say which roles it may accredit
//   anywhere, and which only in its own country.
#pragma once

#include <string>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/reader.h"
#include "protocol/base/writer.h"
#include "protocol/identity/country.h"
#include "protocol/identity/role.h"

namespace liaise::identity {

struct Founder {
    VerifyKey identity;
    Hash succession;  // commitment to the founder's succession key
    bool operator==(const Founder&) const = default;
};

struct Policy {
    struct Row {
        RoleSet anywhere;
        RoleSet own_country;
        bool operator==(const Row&) const = default;
    };
    std::array<Row, role_count> rows;  // by the accreditor's role

    bool permits(Role by, const Country& home, Role role, const Country& country) const;
    bool operator==(const Policy&) const = default;
};

// Coordinators accredit focal points, organisers, liaisons, researchers and relays anywhere, but no
// coordinators: that stays with the founders, so that the group that answers for the network grows on
// purpose. Focal points accredit liaisons of their own country, whom they know and a coordinator does not.
// Organisers, liaisons, researchers and relays accredit nobody.
Policy default_policy();

struct Terms {
    std::string name;
    std::uint8_t threshold = 1;  // founders whose signatures amend the charter: 1 to their number
    std::vector<Founder> founders;
    Policy policy;

    // Name, number of founders, threshold, keys: the same rules as for what is read.
    Result<void> check() const;
    void write(Writer& writer) const;
    static Result<Terms> read(Reader& reader);

    const Founder* founder(const VerifyKey& identity) const;
    bool operator==(const Terms&) const = default;
};

}  // namespace liaise::identity
