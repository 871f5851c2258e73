// A channel's charter as people see it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/command/command.h"

namespace liaise::cli {

extern const std::vector<const char*> handlings;
inline constexpr std::uint32_t retention_days_max = 36'500;  // a hundred years

// Names and values, for show_card().
std::vector<std::pair<std::string, std::string>> lines_of(const Charter& charter);
// What a rule on aliases means to whoever enters; empty where there are none.
std::string aliases_for_people(const std::string& rule);
// "30 days", or "without end".
std::string span_for_people(std::uint32_t days);
// Shows the charter beside the results where this person was not shown it yet: nobody takes part by rules
// that they could not know. Nothing with --json.
void introduce_charter(Context& context, const std::string& channel);

}  // namespace liaise::cli
