// What we know about a contact's key, and what follows (design: states of a contact).
//
//                    words matched
//     fresh ------------------------------> verified
//       | later      words matched            |
//       v        ---------------------------> | another key, words differed
//     verify_later                            v
//       |  another key, words differed    +---------+
//       +-------------------------------> | changed | --words matched--> verified
//     fresh --another key, words differed-> |         | --later----------> verify_later
//                                         +---------+
//
// - A changed key is loud: messages to a changed contact wait, visibly, until a person decides; seeing the
//   same key again changes nothing, so an attacker cannot wait it out.
// - "Later" is a person's decision too: messages flow, and the reminder stays.
#pragma once

#include <cstdint>
#include <string_view>

namespace liaise::identity {

enum class ContactState : std::uint8_t { fresh = 0, verified = 1, changed = 2, verify_later = 3 };
inline constexpr std::uint8_t contact_state_count = 4;

enum class ContactEvent : std::uint8_t {
    same_key,        // the key that we know was seen again
    other_key,       // the contact now shows another key
    words_matched,   // a person compared the safety words: equal
    words_differed,  // a person compared them: different
    later,           // a person decided to go on and compare later
};

ContactState next(ContactState state, ContactEvent event);
constexpr bool messages_wait(ContactState state) {
    return state == ContactState::changed;
}
std::string_view text_of(ContactState state);  // "new", "verified", "changed", "verify later"

}  // namespace liaise::identity
