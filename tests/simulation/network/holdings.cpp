#include "tests/simulation/network/holdings.h"

#include "protocol/channel/entry_sealing.h"

namespace liaise::simulation {
namespace {

using node::service::Channel;
using node::service::Holdings;
using node::service::LogRuntime;
using test::Machine;

Channel* channel_of(Machine& machine, const ChannelId& room) {
    return machine.runs() ? Holdings::channels(machine.node()).find(room) : nullptr;
}

// Everything that can be followed from the epochs that are kept, also past one's own removal.
void follow_everything(channel::GroupKeys& keys, channel::Keyring& keyring, Machine& witness,
                       Channel& channel) {
    const channel::Branches branches = channel.state.branches();
    for (bool progress = true; progress;) {
        progress = false;
        for (const auto& [at, fact] : channel.state.group().commits) {
            if (keys.holds(fact.to) || !keys.holds(fact.from)) continue;
            const auto* const author = channel.state.writer(at.log);
            const auto commit = Holdings::channels(witness.node()).commit_at(channel, at);
            if (author == nullptr || !commit) continue;
            const channel::Seat seat{author->member, author->device, author->term};
            progress =
                (keys.follow(*commit, seat, branches.roster(at), {}).ok() && keys.holds(fact.to)) || progress;
        }
    }
    for (const auto& [at, fact] : channel.state.group().commits)
        if (const auto key = keys.key(fact.to)) keyring.add(fact.key, *key);
}

}  // namespace

bool can_open(Scene& scene, std::size_t reader, const Said& said) {
    const ChannelId& room = scene.ledger.rooms[said.room].id;
    Machine& witness = scene.world[said.author];
    Channel* const theirs = channel_of(witness, room);
    const Channel* const own = channel_of(scene.world[reader], room);
    if (theirs == nullptr || own == nullptr || !own->group) return false;
    const auto dot = said.id.find('.');
    const auto log_id = LogId::from_text(said.id.substr(dot + 1));
    const LogRuntime* const log = log_id ? theirs->log(*log_id) : nullptr;
    if (log == nullptr) return false;
    const std::uint64_t sequence = std::stoull(said.id.substr(0, dot));
    const auto entry = Holdings::store(witness.node()).entries().entry({log->row, sequence});
    if (!entry || !*entry || !(*entry)->payload) return false;

    channel::Keyring keyring = own->keyring;
    channel::GroupKeys keys = *own->group;
    follow_everything(keys, keyring, witness, *theirs);
    const channel::Place place{room, log->writer, sequence, (*entry)->header.kind};
    return channel::open_entry(*(*entry)->payload, place, theirs->state, keyring, &keys.messages()).ok();
}

std::uint64_t lost_commits(Machine& machine, const ChannelId& room) {
    const Channel* const channel = channel_of(machine, room);
    if (channel == nullptr || !channel->state.head()) return 0;
    const channel::Branches branches = channel->state.branches();
    return channel->state.group().commits.size() - branches.path_to(*channel->state.head()).size();
}

}  // namespace liaise::simulation
