#include "protocol/identity/contact_state.h"

#include <doctest/doctest.h>

#include <array>

using namespace liaise::identity;

namespace {
constexpr std::array states{ContactState::fresh, ContactState::verified, ContactState::changed,
                            ContactState::verify_later};
}

TEST_CASE("another key is loud from every state, and seeing it again does not make it quiet") {
    for (const ContactState state : states) {
        const auto changed = next(state, ContactEvent::other_key);
        CHECK(changed == ContactState::changed);
        CHECK(messages_wait(changed));
        CHECK(messages_wait(next(changed, ContactEvent::same_key)));
        CHECK(next(state, ContactEvent::words_differed) == ContactState::changed);
        CHECK(next(state, ContactEvent::words_matched) == ContactState::verified);
        CHECK(next(state, ContactEvent::same_key) == state);
    }
}

TEST_CASE("only a changed contact's messages wait") {
    for (const ContactState state : states) CHECK(messages_wait(state) == (state == ContactState::changed));
}

TEST_CASE("later lets messages flow, and does not undo what was compared") {
    CHECK(next(ContactState::fresh, ContactEvent::later) == ContactState::verify_later);
    CHECK(next(ContactState::changed, ContactEvent::later) == ContactState::verify_later);
    CHECK(next(ContactState::verified, ContactEvent::later) == ContactState::verified);
}

TEST_CASE("states have names for people") {
    CHECK(text_of(ContactState::fresh) == "new");
    CHECK(text_of(ContactState::verify_later) == "verify later");
}
