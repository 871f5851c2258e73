#include <doctest/doctest.h>

#include <string>

#include "protocol/identity/country.h"
#include "protocol/identity/role.h"

using namespace liaise;
using namespace liaise::identity;

TEST_CASE("roles go to text and numbers and back") {
    for (const Role role : all_roles) {
        CHECK(*role_from_text(text_of(role)) == role);
        CHECK(*role_from_number(static_cast<std::uint8_t>(role)) == role);
    }
    CHECK(text_of(Role::focal_point) == "focal-point");
    CHECK(title_of(Role::focal_point) == "focal point");
    CHECK(role_from_text("Focal-Point").error().code == ErrorCode::not_known);
    CHECK(role_from_text("").error().code == ErrorCode::not_known);
    CHECK(role_from_number(5).ok());
    CHECK(role_from_number(6).error().code == ErrorCode::unsupported);
}

TEST_CASE("a set of roles is one byte, and refuses roles that nobody knows") {
    const RoleSet set{Role::organiser, Role::relay};
    CHECK(set.has(Role::relay));
    CHECK_FALSE(set.has(Role::liaison));
    CHECK(set.bits() == 0b100010);
    CHECK(*RoleSet::from_bits(set.bits()) == set);
    CHECK(RoleSet::from_bits(0b111111).ok());
    CHECK(RoleSet::from_bits(0b1000000).error().code == ErrorCode::unsupported);
    CHECK(RoleSet::all().bits() == 0b111111);
}

TEST_CASE("all 249 countries are known, sorted, and found by code and name") {
    CHECK(all_countries().size() == 249);
    std::string_view before;
    for (const CountryRow& row : all_countries()) {
        CHECK(before < row.code);
        before = row.code;
        CHECK(Country::from_code(row.code)->name() == row.name);
        CHECK(Country::from_text(row.name)->code() == row.code);
    }
    CHECK(Country::from_code("KE")->name() == "Kenya");
    CHECK(Country::from_code("VN")->name() == "Viet Nam");
    CHECK(Country::from_code("UA")->name() == "Ukraine");
    CHECK(Country::from_text("viet nam")->code() == "VN");
    CHECK(Country::from_text("ke")->code() == "KE");
}

TEST_CASE("codes that nobody was assigned are refused") {
    for (const std::string_view code : {"ZZ", "AA", "EU", "UK", "XK", "ke", "K", "KEN", ""})
        CHECK_MESSAGE(Country::from_code(code).error().code == ErrorCode::not_known, code);
}
