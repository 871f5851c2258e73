// How people, messages and documents are shown to people, the same in every command.
#pragma once

#include <string>

#include "cli/output.h"
#include "cli/records.h"

namespace liaise::cli {

// "focal point, KE", "focal point, KE, verified", "liaison, VN, CHANGED".
std::string standing_of(const Person& person);
// "focal-point" as people say it: "focal point".
std::string role_for_people(const std::string& role);
// A name for its holder's eyes: "Asha Wanjiru (focal point, KE, verified)".
std::string author_of(const Message& message);

// A message as a few lines: who and when, the text, its id.
// How many messages were left out, since their authors are muted.
void say_muted(Output& out, std::uint32_t muted);
void show_message(Output& out, const Message& message, bool with_channel);

// "Name: value" lines, aligned; empty values are left out.
void show_card(Output& out, const std::vector<std::pair<std::string, std::string>>& lines);

std::string joined(const std::vector<std::string>& parts, const char* between = ", ");

}  // namespace liaise::cli
