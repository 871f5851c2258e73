// Letters of names, made comparable: one table for each way in which two people see one letter.
#pragma once

namespace liaise::identity {

// The base letter of a Latin letter with diacritics (U+00C0 to U+024F, U+1E00 to U+1EFF) in lower case; lower
// case for ASCII, Greek and Cyrillic (without their accents); the code point itself otherwise.
char32_t fold_letter(char32_t code_point);

// The Latin letter or digit, in lower case, that a Greek, Cyrillic, full-width or mathematical letter looks
// like; the folded letter otherwise.
char32_t shape_of(char32_t code_point);

// Combining marks and joiners: not letters of their own.
bool is_mark(char32_t code_point);

}  // namespace liaise::identity
