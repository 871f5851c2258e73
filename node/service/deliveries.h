// Who holds our messages, and who has read them, as far as we were told; and what others hold that has not
// come here.
//
// - A device holds an entry of ours once it has said so in a session: what sessions say of heads is durable
//   over there (docs/protocol/peer.md, "In step").
// - What was told is kept: a row for each of our logs and each device, however many messages there are. It is
//   written a moment later, with whatever else is written: a crash makes us say less than is true, never
//   more, until that device is met again.
// - Members' receipts count only where the channel's charter turns them on.
#pragma once

#include "node/service/channels.h"

namespace liaise::node::service {

class Deliveries {
  public:
    Deliveries(Core& core, Channels& channels);

    Result<void> load();

    // A peer holds this log up to here.
    void told(const ChannelId& channel, const WriterKey& writer, const MemberId& member,
              const DeviceId& device, std::uint64_t head);
    // Within the open batch: a member has read our log up to here.
    Result<void> opened(const OpenedEntry& entry, const channel::Seen& seen);
    // Somebody refers to an entry.
    void referred_to(const ChannelId& channel, const channel::EntryRef& entry);

    struct Count {
        std::size_t of = 0, delivered = 0, read = 0;
    };
    // Of one of our own entries: devices of the other members.
    Count count(const Channel& channel, const LogRuntime& log, std::uint64_t sequence);

    struct Device {
        MemberId member;
        DeviceId device;
        bool holds = false, read = false;
    };
    std::vector<Device> devices(const Channel& channel, const LogRuntime& log, std::uint64_t sequence);

    // Logs of which others hold more than we do.
    struct Gap {
        LogId log;
        std::uint64_t first = 0, last = 0;
        Time since;
    };
    std::vector<Gap> gaps(Channel& channel) const;

    std::optional<Time> deadline() const { return write_at_; }
    void tick();
    void membership_changed(const ChannelId& channel) { devices_.erase(channel); }

  private:
    struct Known {
        std::map<DeviceId, std::uint64_t> held;
        std::map<MemberId, std::uint64_t> seen;
    };
    struct Missing {
        std::uint64_t last = 0;
        Time since;
    };
    void note_missing(Channel& channel, const LogRuntime* log, const channel::EntryRef& entry);
    Result<void> write_dirty();
    Result<const Known*> known(const LogRuntime& log);
    const std::vector<Device>& devices_of(const Channel& channel);

    Core& core_;
    Channels& channels_;
    std::map<store::LogRow, Known> known_;
    std::set<std::pair<store::LogRow, DeviceId>> dirty_;
    std::map<ChannelId, std::map<LogId, Missing>> missing_;
    std::map<ChannelId, std::vector<Device>> devices_;
    std::optional<Time> write_at_;
};

}  // namespace liaise::node::service
