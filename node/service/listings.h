// Listed channels: what conveners announce to the whole network, in its directory
// (docs/protocol/request.md). Anybody who is accredited can read it and ask to enter.
//
// - An announcement is a claim of the member who made it, and of nobody else: "I convene this channel, and
//   its charter reads so". Nobody outside can check it. It counts while its author is accredited and stands
//   among the card's conveners.
// - Of several of one member for one channel the one with the highest number counts, then the highest
//   device: so any of a member's devices replaces what another has said, and all nodes agree.
// - Announcements of one channel whose authors name each other as conveners are one listing. Those who do not
//   are listings apart, also under the same id.
//   Attack: somebody announces a channel that others convene, to be told who asks for it. They stand in a
//   listing of their own, with their name, and get nothing that is asked of the others.
// - Each convener's node announces by itself: it writes where the charter in force and what it announced
//   differ.
#pragma once

#include "node/service/channels.h"

namespace liaise::node::service {

struct Listing {
    ChannelId channel;
    channel::Charter card;
    MemberId by;  // whose words these are: of several announcers the newest
    Time since;   // by that one's clock
    std::vector<MemberId> announcers;
};

class Listings {
  public:
    Listings(Core& core, Trust& trust, Channels& channels)
        : core_(core), trust_(trust), channels_(channels) {}

    Result<void> load();
    // An entry of the directory, within the open batch.
    Result<void> opened(const OpenedEntry& entry, const channel::Announcement& announcement);
    // Writes into the directory what is to be announced of this channel now, if that is another thing than
    // what stands there. Whether that could be done.
    bool announce(const Channel& channel);

    std::vector<Listing> all() const;
    std::vector<Listing> of(const ChannelId& channel) const;
    // Those that fit best: by name, then by a beginning of name or id.
    std::vector<Listing> named(const std::string& channel) const;

  private:
    struct Known {
        std::uint32_t number = 0;
        DeviceId device;
        Time time;
        std::optional<channel::Charter> card;
    };
    static Bytes encode(const Known& known);
    static Result<Known> parse(BytesView bytes);
    std::size_t count_of(const MemberId& member) const;

    Core& core_;
    Trust& trust_;
    Channels& channels_;
    std::map<std::pair<ChannelId, MemberId>, Known> known_;
};

}  // namespace liaise::node::service
