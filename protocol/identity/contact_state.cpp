#include "protocol/identity/contact_state.h"

#include "protocol/base/check.h"

namespace liaise::identity {

ContactState next(ContactState state, ContactEvent event) {
    switch (event) {
        case ContactEvent::same_key:
            return state;
        case ContactEvent::other_key:
        case ContactEvent::words_differed:
            return ContactState::changed;
        case ContactEvent::words_matched:
            return ContactState::verified;
        case ContactEvent::later:
            // What was compared once stays compared.
            return state == ContactState::verified ? state : ContactState::verify_later;
    }
    LIAISE_CHECK(false);
    return state;
}

std::string_view text_of(ContactState state) {
    switch (state) {
        case ContactState::fresh:
            return "new";
        case ContactState::verified:
            return "verified";
        case ContactState::changed:
            return "changed";
        case ContactState::verify_later:
            return "verify later";
    }
    return "";
}

}  // namespace liaise::identity
