// One run in progress: the world, its people and their machines, what the ledger says of them, and what the
// nodes show when all is quiet.
//
// doings.cpp: what people do; faults.cpp: what happens to them; quiet.cpp: healing, coming to rest and
// looking; check_*.cpp: the invariants, one file each.
#pragma once

#include "tests/simulation/network/ledger.h"
#include "tests/simulation/network/plan.h"
#include "tests/simulation/node/world.h"

namespace liaise::simulation {

using node::service::ChannelView;
using node::service::CharterView;
using node::service::MessageView;

// What a node shows of a room.
struct Sight {
    bool there = false;
    ChannelView channel;
    std::vector<CharterView> charters;
    std::vector<MessageView> messages;  // oldest first
    std::map<std::string, std::size_t> places;
    bool open() const { return there && channel.state == "open"; }
    bool lists(const std::string& name) const;
    const MessageView* find(const std::string& id) const;
};

struct Wrong {
    std::string invariant;  // agreement, delivery, secrecy, authority, bounds, running
    std::string sentence;
};

class Scene {
  public:
    explicit Scene(const Plan& plan);

    // Does the step and lets its time pass. What was found wrong.
    std::optional<Wrong> perform(const Step& step);
    // Heals everything and looks at it.
    std::optional<Wrong> quiet();

    test::World world;
    Ledger ledger;

    std::size_t people() const { return names_.size(); }
    const std::string& name(Person person) const { return names_.at(person); }
    Person person_of(const std::string& name) const;
    // Whose machine it is; twins are their owner's.
    Person owner(std::size_t machine) const { return owners_.at(machine); }
    bool is_twin(std::size_t machine) const { return machine >= people(); }
    // At a quiet point: machine, room.
    const Sight& sight(std::size_t machine, std::size_t room) const { return sights_.at(machine).at(room); }
    // Machines of honest people in the network, whose home is their own.
    std::vector<std::size_t> honest_machines() const;

    struct Counts {
        std::map<std::string, std::uint64_t> faults, done, refused;
        std::uint64_t messages = 0, epochs = 0, lost_commits = 0, quiets = 0;
    };
    Counts counts;
    std::uint64_t digest() const { return digest_; }

  private:
    friend struct Doings;
    friend struct Faults;
    friend struct Malice;

    struct Place {
        test::Machine* machine = nullptr;
        ChannelId room;
        explicit operator bool() const { return machine != nullptr; }
    };
    test::Machine* running(std::uint32_t who);
    // A machine that runs and a room that it shows as open; but with few steps one that it convenes.
    Place pick_place(std::uint32_t who, std::uint32_t room);
    Place pick_convened(const Step& step);
    Sight look(test::Machine& machine, const ChannelId& room);
    std::set<Person> members_seen(test::Machine& machine, const ChannelId& room);
    bool may_write_soundly(std::size_t machine) const { return ledger.honest(owner(machine)); }
    void note(std::string_view what);
    bool can_add_machine() const;
    Wrong spinning() const;
    void treat(test::World::OnItsWay& way);
    void heal_everything();
    bool comes_to_rest();
    std::uint64_t standing();  // a number that changes when any node learns something
    void look_at_everything();
    void print_standing();
    std::optional<Wrong> check();

    std::vector<std::string> names_;
    std::vector<Person> owners_;
    std::vector<std::vector<Sight>> sights_;
    std::map<std::size_t, test::DiskCopy> backups_;
    std::set<std::size_t> full_;                      // disks
    std::map<std::size_t, std::uint32_t> treatment_;  // of frames, by hostile machines
    std::map<std::size_t, std::vector<Bytes>> kept_frames_;
    std::optional<Wrong> found_;
    std::uint64_t digest_ = 14695981039346656037ULL;
};

// The invariants; nothing when they hold.
std::optional<Wrong> check_agreement(Scene& scene);
std::optional<Wrong> check_delivery(Scene& scene);
std::optional<Wrong> check_secrecy(Scene& scene);
std::optional<Wrong> check_authority(Scene& scene);
std::optional<Wrong> check_bounds(Scene& scene);

}  // namespace liaise::simulation
