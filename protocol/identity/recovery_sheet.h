// The recovery sheet: the one thing that a member keeps on paper (docs/identity.md, "Recovery sheet").
//
// It holds the recovery seed as 15 groups of four base32 characters, three to a numbered line:
//
//     1.  k3f9 x2mq abcd
//     2.  ...
//
// 13 groups are the seed (256 bits, then 4 zero bits), two are check groups: a Reed-Solomon code over
// GF(2^20), a group a symbol. So any one group that was misread is *named*, and any two are noticed.
//
// Reading forgives: capitals, o for 0, i and l for 1, spaces and hyphens anywhere, with or without the line
// numbers, the whole sheet or only its groups. Errors name the group (1 to 15) in Error::at:
//   malformed      too few or too many characters (at = how many groups there are), or a character that no
//                  group has, or a group of the wrong length
//   not_authentic  a group was misread: at = which one, or 0 when it is more than one
#pragma once

#include <array>
#include <string>
#include <vector>

#include "protocol/base/time.h"
#include "protocol/identity/identity_keys.h"

namespace liaise::identity {

inline constexpr std::size_t recovery_groups = 15;
using RecoveryGroup = std::array<char, 4>;

// Wiped when freed: the groups are the secret.
class RecoveryCode {
  public:
    static RecoveryCode of(const RecoverySeed& seed);
    // 1 to 15.
    std::string_view group(std::size_t number) const;
    // What was typed for that group, forgiving as above.
    bool group_fits(std::size_t number, std::string_view typed) const;

  private:
    explicit RecoveryCode(crypto::Secret<recovery_groups * 4> text) : text_(std::move(text)) {}
    crypto::Secret<recovery_groups * 4> text_;
};

// Two different group numbers to type again, so that the sheet is known to have been written down: "type
// groups 3 and 9 again".
std::array<std::size_t, 2> pick_groups(RandomSource& random);

struct RecoverySheetHead {
    std::string name;
    MemberId member;
    Time made{};
};
// The sheet, ready to print: 80 columns, plain ASCII but for the name.
crypto::SecretBytes recovery_sheet(const RecoverySheetHead& head, const RecoverySeed& seed);

Result<RecoverySeed> parse_recovery_sheet(std::string_view text);

}  // namespace liaise::identity
