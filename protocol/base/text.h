// Rules for text that comes from people. What is accepted here is still escaped before it meets a terminal
// (cli/text.h).
#pragma once

#include <string>
#include <string_view>

#include "protocol/base/result.h"

namespace liaise {

// Well-formed UTF-8: no over-long forms, no surrogates, nothing beyond U+10FFFF.
bool is_utf8(std::string_view text);

// The code point that starts at `at` in well-formed UTF-8; moves `at` behind it.
char32_t next_code_point(std::string_view text, std::size_t& at);

// Control characters (C0, DEL, C1), line and paragraph separators, bidirectional controls, invisible joiners
// and fillers, tags, variation selectors' supplement and non-characters: nothing that a name has a use for,
// everything that a forger has.
bool is_unsafe_in_name(char32_t code_point);

// A name of a person, channel, network or document: UTF-8, 1 to `bytes_max` bytes, nothing unsafe, no space
// at either end, no two spaces together. Gives the phrase that says what is wrong.
Result<void> check_name(std::string_view name, std::size_t bytes_max);

// "KE": two capital letters A-Z. Whether the code is assigned is for ISO 3166-1 to say.
bool is_country_code(std::string_view code);

}  // namespace liaise
