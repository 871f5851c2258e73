// Text from others, made harmless before it meets a terminal: attack class 21 of docs/threat-model.md.
//
// In:  any bytes. Out: UTF-8 in which every code point is printable, of a known width, and means only itself.
//
// - Control characters (C0 with ESC and BEL, DEL, C1 also as UTF-8), whatever drives a terminal with them
//   (CSI, OSC, DCS, APC, PM, SOS), direction controls, tags, fillers, non-characters and bytes that are not
//   UTF-8 become U+FFFD, one each: the reader sees that something was there.
//   Attack: a name that sets the window's title, writes the clipboard or paints over the line above.
// - The two joiners U+200C and U+200D stay where a script needs them, between characters beyond ASCII, never
//   two in a row. Zero-width spaces do not. Attack: two names that look the same and are not.
// - At most `combining_max` combining marks stay on one base. Attack: a character that covers ten lines.
// - Line breaks and tabs: safe_line() makes them spaces; safe_text() keeps line breaks, and makes four spaces
//   of a tab. Carriage returns vanish before a line break, and become U+FFFD elsewhere.
// - Where the terminal's character set is known not to be UTF-8 (a Latin-1 locale), everything beyond ASCII
//   becomes '?': there, bytes of a harmless letter can be 8-bit controls.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace liaise::cli {

inline constexpr std::size_t combining_max = 4;

std::string safe_line(std::string_view text);
std::string safe_text(std::string_view text);

// Call once at the start: takes the locale from the environment, and knows from then on what to do with text
// beyond ASCII.
void choose_character_set();
void choose_character_set(bool ascii_only);  // for tests

// Whether this code point stands on the one before it, and takes no cell of its own.
bool stacks(char32_t code_point);

// The number of cells that safe text takes: two for East Asian wide characters, none for combining marks.
std::size_t cells(std::string_view safe);
// The first cells of safe text, at most so many; what was cut is marked by an ellipsis.
std::string fit(std::string_view safe, std::size_t cells_max);
// Safe text in lines of at most so many cells, broken at spaces where there are any. Line breaks stay.
std::vector<std::string> wrap(std::string_view safe, std::size_t cells_max);

}  // namespace liaise::cli
