// A member of a network whose program is their own: they read their home, make what they like with the keys
// in it, and let their node hand it to anybody.
#pragma once

#include "node/service/own.h"
#include "protocol/channel/alias.h"
#include "protocol/channel/channel_state.h"
#include "tests/simulation/node/world.h"

namespace liaise::test {

class Attacker {
  public:
    Attacker(World& world, std::size_t who) : world_(world), who_(who), random_(world.seed() + 1) {}

    node::service::Own own();
    Bytes credential();
    // Of the channel of this name.
    channel::ChannelState state(const std::string& name);
    channel::Keyring keyring(const ChannelId& channel);
    // Of the only alias that this home has.
    channel::AliasSeed alias_seed();
    DhPublicKey inbox_of(const DeviceId& device);

    // Each is handed to its device when that is met: at once, where it is connected.
    void hand_over(const std::vector<std::pair<DeviceId, Bytes>>& parcels);

    SeededRandom& random() { return random_; }

  private:
    node::store::Store& store() { return world_[who_].store(); }
    identity::Directory directory();

    World& world_;
    std::size_t who_;
    SeededRandom random_;
    std::uint64_t next_ = 1'000'000;
};

// The only device of this person.
DeviceId device_of(World& world, std::size_t who);

}  // namespace liaise::test
