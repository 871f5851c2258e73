// The name that a sender gave to a file, made harmless (attack class 20). A sender's name is a suggestion: it
// never decides a path, and nothing in the store is named by it.
//
// In:  any bytes.
// Out: safe_file_name: one path component that every common file system takes and that no shell, device or
//      parent folder answers to; at most 240 bytes, so that a suffix of ours still fits into 255.
//      shown_file_name: the name as it came, for a line on a screen, with nothing in it that steers a
//      terminal or turns text round.
//
// Rules of safe_file_name, in order:
//  1. Only what follows the last / or \ counts, so "../../etc/passwd" is "passwd".
//  2. Bytes that are not UTF-8, control, direction and invisible characters, and < > : " | ? * become "_".
//  3. Dots and spaces at the end go (Windows drops them in silence), spaces at the start too.
//  4. "." or "-" or "~" at the start becomes "_": no hidden file, no option, no home folder.
//  5. A device name (CON, PRN, AUX, NUL, CLOCK$, CONIN$, CONOUT$, COM0 to COM9, LPT0 to LPT9, also with
//  superscript
//     digits; whatever the case and the extension) gets "_" before it.
//  6. What is too long loses the end of its stem and keeps an extension of up to 16 bytes; cuts fall between
//     characters.
//  7. If nothing is left it is "document".
// Made safe once, a name is safe: a second pass changes nothing. Whoever writes the file still opens it with
// O_NOFOLLOW and O_EXCL inside a folder that they hold open, since a safe name may exist already.
#pragma once

#include <string>
#include <string_view>

namespace liaise::document {

inline constexpr std::size_t safe_file_name_bytes_max = 240;

std::string safe_file_name(std::string_view name);

// At most limits::file_name_bytes_max bytes of the name and then "…"; every unsafe character or byte is
// U+FFFD.
std::string shown_file_name(std::string_view name);

}  // namespace liaise::document
