// Countries and territories of ISO 3166-1: a Country is always one of its 249 assigned codes.
//
// There is no default Country: a card without one, or with a code that nobody was assigned ("ZZ", "EU",
// "UK"), cannot be made. Names are the English short names, for people; only the code travels.
#pragma once

#include <array>
#include <compare>
#include <span>
#include <string_view>

#include "protocol/base/result.h"

namespace liaise::identity {

class Country {
  public:
    // "KE", in capitals; not_known for a code that is not assigned.
    static Result<Country> from_code(std::string_view code);
    // For people: a code in either case, or the English name without regard to case; not_known otherwise.
    static Result<Country> from_text(std::string_view text);

    std::string_view code() const { return {code_.data(), code_.size()}; }
    std::string_view name() const;  // "Kenya"

    auto operator<=>(const Country&) const = default;

  private:
    explicit Country(std::string_view code) : code_{code[0], code[1]} {}
    std::array<char, 2> code_;
};

struct CountryRow {
    std::string_view code;
    std::string_view name;
};
// All of them, sorted by code.
std::span<const CountryRow> all_countries();

}  // namespace liaise::identity
