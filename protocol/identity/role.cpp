#include "protocol/identity/role.h"

namespace liaise::identity {

std::string_view text_of(Role role) {
    switch (role) {
        case Role::focal_point:
            return "focal-point";
        case Role::organiser:
            return "organiser";
        case Role::liaison:
            return "liaison";
        case Role::coordinator:
            return "coordinator";
        case Role::researcher:
            return "researcher";
        case Role::relay:
            return "relay";
    }
    return "";
}

std::string_view title_of(Role role) {
    return role == Role::focal_point ? "focal point" : text_of(role);
}

Result<Role> role_from_text(std::string_view text) {
    for (const Role role : all_roles)
        if (text == text_of(role)) return role;
    return Error{ErrorCode::not_known,
                 "not a role: focal-point, organiser, liaison, coordinator, researcher or relay"};
}

Result<Role> role_from_number(std::uint8_t number) {
    if (number >= role_count) return Error{ErrorCode::unsupported, "a role we do not know", number};
    return static_cast<Role>(number);
}

}  // namespace liaise::identity
