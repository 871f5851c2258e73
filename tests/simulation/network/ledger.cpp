#include "tests/simulation/network/ledger.h"

#include <algorithm>
#include <array>

namespace liaise::simulation {

std::string_view text_of(Act::Kind kind) {
    constexpr std::array<std::string_view, 7> texts{"invite", "remove",    "leave", "promote",
                                                    "demote", "hand over", "amend"};
    return texts.at(static_cast<std::size_t>(kind));
}

Room* Ledger::room(const ChannelId& id) {
    const auto found =
        std::find_if(rooms.begin(), rooms.end(), [&](const Room& room) { return room.id == id; });
    return found == rooms.end() ? nullptr : &*found;
}

bool Ledger::ever_out(const Room& room, Person person, unsigned since_quiet) const {
    return std::any_of(room.acts.begin(), room.acts.end(), [&](const Act& act) {
        if (act.quiet < since_quiet) return false;
        if (act.kind == Act::Kind::remove) return act.target == person;
        return (act.kind == Act::Kind::leave || act.kind == Act::Kind::hand_over) && act.by == person;
    });
}

bool Ledger::ever_in(const Room& room, Person person) const {
    return room.founder == person || std::any_of(room.acts.begin(), room.acts.end(), [&](const Act& act) {
               return act.kind == Act::Kind::invite && act.target == person;
           });
}

}  // namespace liaise::simulation
