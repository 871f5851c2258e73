// What a member is in the network: a title that an accreditor signed, shown beside every name.
//
// A role has a number (in formats; never reused), a text ("focal-point": for arguments and JSON) and a title
// ("focal point": for people). Sets of roles are what a charter's policy is made of.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "protocol/base/result.h"

namespace liaise::identity {

enum class Role : std::uint8_t {
    focal_point = 0,  // a senior officer named for a country
    organiser = 1,    // runs consultations, publishes guidelines
    liaison = 2,      // speaks for key populations
    coordinator = 3,  // accredits people, answers for who is in the network
    researcher = 4,   // reads and contributes evidence
    relay = 5,        // a machine that keeps ciphertext for people who are offline
};

inline constexpr std::size_t role_count = 6;
inline constexpr std::array<Role, role_count> all_roles{Role::focal_point, Role::organiser,  Role::liaison,
                                                        Role::coordinator, Role::researcher, Role::relay};

std::string_view text_of(Role role);                 // "focal-point"
std::string_view title_of(Role role);                // "focal point"
Result<Role> role_from_text(std::string_view text);  // exactly as text_of writes it; else not_known
Result<Role> role_from_number(std::uint8_t number);  // else unsupported: a newer network's role

// A set of roles as one byte, bit n for role n.
class RoleSet {
  public:
    constexpr RoleSet() = default;
    constexpr RoleSet(std::initializer_list<Role> roles) {
        for (const Role role : roles) bits_ = static_cast<std::uint8_t>(bits_ | bit(role));
    }
    static constexpr RoleSet all() { return RoleSet(static_cast<std::uint8_t>((1U << role_count) - 1)); }
    static Result<RoleSet> from_bits(std::uint8_t bits) {
        if (bits >> role_count != 0)
            return Error{ErrorCode::unsupported, "set with a role we do not know", bits};
        return RoleSet(bits);
    }

    constexpr bool has(Role role) const { return (bits_ & bit(role)) != 0; }
    constexpr bool empty() const { return bits_ == 0; }
    constexpr std::uint8_t bits() const { return bits_; }
    auto operator<=>(const RoleSet&) const = default;

  private:
    constexpr explicit RoleSet(std::uint8_t bits) : bits_(bits) {}
    static constexpr std::uint8_t bit(Role role) {
        return static_cast<std::uint8_t>(1U << static_cast<unsigned>(role));
    }
    std::uint8_t bits_ = 0;
};

}  // namespace liaise::identity
