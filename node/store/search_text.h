// Makes text searchable in every script (pure text work; the index is search_index.h's).
//
// Words are what stands between spaces and punctuation. Where a script writes none (Han, kana, Thai, Lao,
// Khmer, Myanmar, Tibetan and their like) every two neighbouring letters become a word: a search for two
// letters or more finds them as a phrase, and a search for one finds every pair that begins with it, or a
// single one. Why pairs and not trigrams: two-letter words are the rule in Chinese, and a trigram index
// cannot find them.
#pragma once

#include <string>
#include <string_view>

#include "protocol/base/result.h"

namespace liaise::node::store {

// Whether a code point belongs to a script written without spaces between words.
bool is_unspaced(char32_t code_point);

// The text as the index takes it: well-formed UTF-8 stays as it is, unspaced scripts are cut into pairs.
// Bytes that are not UTF-8 give an empty text.
std::string index_text(std::string_view text);

// The index's query for what a person typed: every word must occur, words in quotation marks together, and a
// word that ends in a star ("refer*") as a beginning. Everything else in it is text: no operator of the
// index's own language can be reached (attack class 22). Empty when there is nothing to search for. Not every
// word as a beginning: the index would gather all messages with any such word before the newest.
std::string match_query(std::string_view typed);

}  // namespace liaise::node::store
