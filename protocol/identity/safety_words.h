// Twelve words that two members compare, in person or by phone (docs/identity.md, "Safety words").
//
// Both sides compute the same words from the network's id and both full identity keys, the lesser key first.
// Different words: someone stands between them, or one of them changed the key.
//
// - 256 words, so 96 bits, of our own list: short, easily said, no two that sound alike or differ in one
//   letter.
// - The hash is chained 4096 times (a few milliseconds for us). Attack: to stand between two people, one
//   needs two key pairs that give both sides the same words, a birthday search of 2^48 tries; chaining makes
//   it 2^60 hashes on top of 2^48 key pairs, and the result serves against one pair of people only.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "protocol/base/ids.h"

namespace liaise::identity {

inline constexpr std::size_t safety_word_count = 12;
using SafetyWords = std::array<std::string_view, safety_word_count>;

SafetyWords safety_words(const NetworkId& network, const VerifyKey& one, const VerifyKey& other);
std::string text_of(const SafetyWords& words);  // separated by spaces
// What a person typed: any case, any spaces, commas or hyphens between words. False unless all twelve fit.
bool words_match(const SafetyWords& words, std::string_view typed);

// Eight words (64 bits) that one person compares on two screens before a device becomes their own: over the
// ticket's id and both devices' keys, the lesser first. Fewer than between people, because they live as long
// as the ticket: the id is new with each, so nothing can be computed beforehand, and to show the owner the
// same words on both screens somebody between them has that time for 2^64 keys, each 4096 hashes.
inline constexpr std::size_t device_word_count = 8;
using DeviceWords = std::array<std::string_view, device_word_count>;
DeviceWords device_words(const TicketId& ticket, const VerifyKey& one, const VerifyKey& other);

// The list, for tests and for completion: 256 words.
const std::array<std::string_view, 256>& safety_word_list();

}  // namespace liaise::identity
