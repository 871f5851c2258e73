// What a hostile member does with the keys of their own home (forger.h): an ordinary member of the network
// and of rooms, and a convener of some.
//
// - One in a plan. From their first such act on they are hostile in the ledger: nobody relies on what they
//   write, and what they may rightly do by the rules is entered there as acts of theirs.
// - What they may not do is entered nowhere. So wherever a node shows that it was done, check_authority says
// so.
#pragma once

#include <optional>

#include "tests/simulation/network/forger.h"
#include "tests/simulation/network/scene.h"

namespace liaise::simulation {

struct Malice {
    explicit Malice(Scene& of) : scene(of) {}

    // Whether it happened.
    bool perform(const Step& step);
    // Makes somebody the one hostile person of the plan; nobody where that is another, or may not be them.
    std::optional<std::size_t> turn_hostile(std::size_t person);

    Scene& scene;

  private:
    struct Hand {  // what they act with in this step
        test::Machine& machine;
        Forger forger;
        Room* room;  // null: the directory
        Person self;
        const Step& step;
    };

    std::vector<ChannelId> rooms_for(test::Machine& machine, const Step& step);

    bool flood(Hand& hand);
    bool flood_with(Hand& hand, std::uint32_t how, std::uint64_t number);
    bool hide(Hand& hand, const channel::EntryRef& at);
    bool flood_directory(Hand& hand, std::uint32_t how, std::uint64_t number);
    bool flood_letters(Hand& hand);

    bool garbage(Hand& hand);
    bool garbled_copy(Hand& hand, std::uint32_t how);
    bool nowhere(Hand& hand, std::uint32_t how);
    bool garbled_parcel(Hand& hand, std::uint32_t how);

    bool fork_group(Hand& hand);
    bool lie_about_commit(Hand& hand, const channel::EntryRef& parent, std::uint32_t how);
    bool take_leaf_away(Hand& hand, const channel::EntryRef& parent);

    bool forge_policy(Hand& hand);
    bool forge_charter(Hand& hand, const channel::EntryRef& parent);

    bool lie(Hand& hand);
    bool hand_wrong_keys(Hand& hand);
    bool false_beginning(Hand& hand);
    bool false_invitation(Hand& hand, bool later_term);
    bool in_and_out(Hand& hand);
    bool two_branches(Hand& hand);

    // An entry that changes who is in a room or what its rules are; into the ledger where they may write it.
    bool govern(Hand& hand, channel::Body body);
    void record(Hand& hand, const channel::Body& body);
    bool may_govern(Hand& hand, const channel::Body& body);

    std::optional<channel::Member> someone(Hand& hand);
    std::optional<MemberId> outsider(Hand& hand);
    Person person(Hand& hand, const MemberId& member) const;
    void count(const std::string& what);
};

}  // namespace liaise::simulation
