// What a machine holds, beneath what its node shows: for what nobody asks a node, but a thief would try.
#pragma once

#include "tests/simulation/network/scene.h"

namespace liaise::node::service {

// The parts of a node that is open: for whoever owns the machine, or stole it.
struct Holdings {
    static Channels& channels(AppNode& node) { return node.channels_; }
    static Core& core(AppNode& node) { return node.core_; }
    static store::Store& store(AppNode& node) { return node.core_.store; }
    static const Trust& trust(AppNode& node) { return node.trust_; }
    static std::vector<channel::Device> devices_of(AppNode& node, const MemberId& member) {
        return node.devices_of(member, node.core_.now());
    }
    // Within an open batch.
    static Result<void> hand(AppNode& node, const DeviceId& to, Bytes sealed) {
        return node.parcel(to, std::move(sealed));
    }
};

}  // namespace liaise::node::service

namespace liaise::simulation {

// Whether the reader's machine can open a message: with every key in its home, every epoch that it can follow
// from there by the commits that the author's machine holds, and the payload itself.
bool can_open(Scene& scene, std::size_t reader, const Said& said);

// Commits that came to nothing, since another branch went on.
std::uint64_t lost_commits(test::Machine& machine, const ChannelId& room);

}  // namespace liaise::simulation
