// A member whose program is their own: writes what no node of ours would write, with the keys of their home,
// into their own log of a room, where their node hands it to everybody like any other entry; and parcels.
//
// - Every entry is rightly signed and follows the one before. What is wrong is wrong inside.
// - Their node takes the entry in as it takes those of others: it is a node like all, and so sees through
// what
//   its owner wrote.
#pragma once

#include "node/service/channels.h"
#include "tests/simulation/node/world.h"

namespace liaise::simulation {

class Forger {
  public:
    Forger(test::Machine& machine, const ChannelId& room, std::uint64_t seed);

    // The room as their node has it; null: it has it no more, or they have no log there.
    node::service::Channel* room();
    const channel::ChannelState& state() { return room()->state; }
    test::SeededRandom& random() { return random_; }
    const node::service::Own& own();
    MemberId member() { return state().own().member; }

    // Whether it stands in the log. Sealed as it ought to be, whether or not they may say it.
    bool write(channel::Body body, std::vector<channel::EntryRef> causes = {});
    bool write(const channel::CommitEntry& commit);
    // Sealed under this key.
    bool write_under(const channel::EpochKey& key, channel::Body body);
    // Sealed as it ought to be, and no content.
    bool write_plain(log::EntryKind kind, BytesView plain);
    bool write_payload(log::EntryKind kind, BytesView payload);
    // A commit that does this to the seats, on an epoch that they keep.
    std::optional<channel::GroupKeys::Made> commit_on(
        const channel::EntryRef& parent, channel::Seats removed = {},
        std::vector<std::pair<channel::Seating, Bytes>> added = {});

    bool hand(const DeviceId& to, Bytes parcel);
    Bytes credential();

    // Places of entries whose payloads are here, of all logs; none: nothing was written yet.
    struct Known {
        channel::EntryRef ref;
        log::EntryKind kind{};
        Bytes payload;
        std::optional<Bytes> plain;  // where they can open it
    };
    std::optional<Known> any_entry();
    // Of some device of the room, the package that it published.
    std::optional<Bytes> package_of(const DeviceId& device);
    std::vector<channel::Device> devices_of(const MemberId& member);
    // Everybody of the network.
    std::vector<MemberId> everyone();
    channel::Coverage coverage() { return room()->coverage(); }

  private:
    test::Machine& machine_;
    ChannelId id_;
    test::SeededRandom random_;
};

}  // namespace liaise::simulation
