#include "protocol/mls/errors.h"

#include <array>

namespace liaise::mls {
namespace {

struct RuleText {
    ErrorCode code;
    const char* name;
    const char* section;
    const char* phrase;
};

#define LIAISE_MLS_RULE(name, code, section, phrase) RuleText{ErrorCode::code, #name, section, phrase},
constexpr std::array rules{LIAISE_MLS_RULES(LIAISE_MLS_RULE)};
#undef LIAISE_MLS_RULE

const RuleText& text(Rule rule) {
    return rules[static_cast<std::size_t>(rule)];
}

}  // namespace

Error broken(Rule rule, std::uint64_t at) {
    return {text(rule).code, text(rule).phrase, at};
}

std::optional<Rule> rule_of(const Error& error) {
    for (std::size_t i = 0; i < rules.size(); ++i)
        if (rules[i].phrase == error.phrase) return static_cast<Rule>(i);
    return std::nullopt;
}

const char* name_of(Rule rule) {
    return text(rule).name;
}
const char* section_of(Rule rule) {
    return text(rule).section;
}

}  // namespace liaise::mls
