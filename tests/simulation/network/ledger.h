// What the simulator itself knows of a run: who said what to whom, and who was allowed to change what. Kept
// from the answers that nodes gave to their own users, and from nothing else; deliberately simpler than what
// it judges.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/time.h"

namespace liaise::simulation {

using Person = std::size_t;  // by number; a machine's number, but for twins

// A message that somebody's node was asked to write.
struct Said {
    std::string id, text;  // the text is of this message alone
    std::size_t room = 0;
    Person author = 0;
    std::uint64_t order = 0;       // among everything that happened
    unsigned quiet = 0;            // quiet points before it
    std::uint64_t epoch = 0;       // that its author's node was in
    Time at;                       // by the world's clock
    bool acknowledged = false;     // the node said that it is stored
    bool sound = true;             // author's machine honest, its home its own
    bool gone = false;             // retracted or hidden: its text is to vanish
    bool settled = false;          // everybody entitled had it at a quiet point
    std::set<Person> audience;     // members, as the author's node saw it when it took the message
    std::set<Person> late_guests;  // invited where the message was known, and not in the audience
    std::set<std::string> texts;   // what it was edited to; the last edit wins
};

// A change of membership or charter that a node carried out for its user.
struct Act {
    enum class Kind : std::uint8_t { invite, remove, leave, promote, demote, hand_over, amend };
    Kind kind{};
    Person by = 0, target = 0;
    std::uint64_t order = 0;
    unsigned quiet = 0;
    bool sound = true;
    std::uint64_t epoch = 0;  // that the node of `by` was in before it
};

std::string_view text_of(Act::Kind kind);

struct Room {
    ChannelId id;
    Person founder = 0;
    std::string kind;  // discussion, announcement, library, direct
    bool from_start = false;
    std::vector<Act> acts;
    std::set<std::string> names, purposes, ceilings;
    std::set<std::uint32_t> retentions;
    bool upset = false;   // a hostile convener used their rank: acts of others may rightly be undone
    bool forked = false;  // they made branches: what was said on one that lost is handed to who joined later
};

struct Ledger {
    std::vector<Room> rooms;
    std::vector<Said> said;
    std::uint64_t order = 0;
    unsigned quiets = 0;
    std::set<Person> in_network;
    std::set<Person> hostile;   // their machines do what they like
    std::uint64_t forged = 0;   // entries that they wrote besides
    std::set<Person> restored;  // their homes were put back from a copy
    std::map<Person, std::set<Person>> mutes;

    bool honest(Person person) const { return !hostile.contains(person) && !restored.contains(person); }
    Room* room(const ChannelId& id);
    std::size_t number_of(const Room& room) const { return static_cast<std::size_t>(&room - rooms.data()); }

    // Whether somebody was put out of, or left, this room; since a quiet point.
    bool ever_out(const Room& room, Person person, unsigned since_quiet = 0) const;
    // Whether somebody was invited (or founded it) at all.
    bool ever_in(const Room& room, Person person) const;
};

}  // namespace liaise::simulation
