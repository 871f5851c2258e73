// The queue of those who ask to enter a listed channel, and our own asking (docs/protocol/request.md).
//
//     who asks                                    each convener who announces the channel
//     ask()     --letter, as a parcel-->          taken: waits in the queue
//     withdraw()--letter-->                       gone from the queue
//                                                 invite(): the adding is seen by all conveners
//     entered   <--invitation--
//     denied    <--letter--                       deny(): other conveners are told by letter, too; under an
//                                                 alias by who asked, who alone knows which were asked
//
// - A request is known to those who ask and to those who convene. Members learn of it when it was granted.
// - Conveners who announce later, and devices that come later, are sent what still waits.
// - A letter of somebody whose accreditation does not hold, for a channel that is not here, not listed, or
//   not ours to convene, or from a member: dropped without a word, so that nobody can try out what we are in.
// - What is taken, and how much: request_queue.h.
// - Under an alias the same is done with letters that prove nothing to others (alias_requests.cpp). Conveners
//   who announce later are sent nothing then: who is told is who was shown when the person asked.
// - What is over leaves its note at once, and is forgotten after 90 days: every list of people has an end.
#pragma once

#include "node/service/listings.h"
#include "node/service/request_queue.h"
#include "protocol/channel/alias_letter.h"
#include "protocol/channel/request.h"

namespace liaise::node::service {

// What a convener's node knows of somebody whose request it granted.
KnownAlias known_by(const MemberId& person, const Request& request);

class Requests {
  public:
    // What we asked for.
    struct Asked {
        enum class State : std::uint8_t { waiting, denied, withdrawn, entered };
        State state = State::waiting;
        std::uint64_t number = 0;
        Time time;                  // of the last asking
        std::vector<Time> askings;  // of the last week
        channel::Charter card;      // as it was announced then
        std::string note, reason;
        MemberId answered_by;
        std::set<MemberId> conveners;  // who was asked
        std::set<DeviceId> sent;
        std::optional<MemberId> alias{};  // under which we asked
        std::string alias_name{};
        Time not_before{};  // under an alias that another device of ours has: when we ask
    };
    // An alias, or devices of one, that are to go: nobody good stands behind them, or they were taken back.
    struct Lapsed {
        ChannelId channel;
        MemberId alias;
        std::set<DeviceId> devices;  // none: the whole of it
    };
    // A convener lets us ask to enter a channel under an alias.
    struct Offered {
        MemberId by;
        Time time;
        channel::Charter card;
    };

    Requests(Core& core, Trust& trust, Aliases& aliases, Channels& channels, Listings& listings, Opened& post)
        : core_(core),
          trust_(trust),
          aliases_(aliases),
          channels_(channels),
          listings_(listings),
          post_(post) {}

    Result<void> load();

    // `alias`: a name for this channel alone; empty: one's own.
    Outcome<Done> ask(const Listing& listing, const std::string& note, const std::string& alias);
    Outcome<Done> withdraw(const ChannelId& channel);
    const std::map<ChannelId, Asked>& asked() const { return asked_; }

    // Those who wait, the oldest first.
    std::vector<std::pair<MemberId, Request>> queue(const Channel& channel) const;
    Outcome<Done> deny(const Channel& channel, const MemberId& who, const std::string& reason);

    // Lets somebody ask to enter under an alias, whether the channel is listed or not.
    Outcome<Done> let_ask(const Channel& channel, const MemberId& who);
    const std::map<ChannelId, Offered>& offered() const { return offered_; }
    // Of channels that we convene.
    std::vector<Lapsed> lapsed_aliases() const;

    // A letter that came as a parcel.
    Result<void> take(BytesView parcel);
    // Members or charter of a channel, or the directory, changed: what follows from it.
    Result<void> channel_changed(const Channel& channel);
    Result<void> directory_changed();

    std::optional<Time> deadline() const;
    void tick(Time now);

  private:
    using Letter = channel::RequestLetter;

    Result<void> keep(const ChannelId& channel, const Asked& asked);
    Result<void> keep_request(const ChannelId& channel, const MemberId& who);
    Result<void> remove_request(const ChannelId& channel, const MemberId& who);
    Result<void> close(const ChannelId& channel, const MemberId& who, std::uint64_t number);
    Result<void> send(const Letter& letter, const DeviceId& to);
    Result<void> send_ask(const ChannelId& channel, Asked& asked);
    Result<void> take_answer(const Letter& letter, const MemberId& from);
    // alias_requests.cpp
    Outcome<Done> check_alias(const Listing& listing, const std::string& alias) const;
    Result<void> take_alias(BytesView parcel);
    Result<void> take_petition(const Channel& channel, const channel::OpenedAliasLetter& opened);
    Result<void> take_device(const Channel& channel, const channel::OpenedAliasLetter& opened);
    Result<void> take_back(const Channel& channel, const channel::OpenedAliasLetter& opened);
    Result<void> take_offer(const channel::AliasLetter& letter, const MemberId& from);
    Result<void> send_alias(const channel::AliasLetter& letter, const DeviceId& to, const OwnAlias* as);
    channel::AliasLetter alias_ask(const ChannelId& channel, const Asked& asked) const;
    Result<void> drop_alias(const ChannelId& channel, Asked& asked);
    Result<void> follow_aliases(const Channel& channel);
    Result<void> load_offers();
    // alias_handing.cpp
    Result<void> hand_alias(const Channel& channel);
    Result<void> take_handed(const channel::OpenedAliasLetter& opened);
    Result<void> ask_again(const Channel& channel);
    bool takes_handed(const ChannelId& channel) const;
    Time when_to_ask() const;
    Result<void> prune_offers(Time before);
    bool lets_ask(const Channel& channel, const MemberId& who) const;
    Result<void> forget_queue(const ChannelId& channel);
    Result<void> prune(Time now);
    bool convenes(const Channel& channel) const;

    Core& core_;
    Trust& trust_;
    Aliases& aliases_;
    Channels& channels_;
    Listings& listings_;
    Opened& post_;
    std::map<ChannelId, Asked> asked_;
    std::map<ChannelId, RequestQueue> queues_;
    std::map<ChannelId, Offered> offered_;
    std::map<std::pair<ChannelId, MemberId>, Time> may_ask_;
    Time prune_at_{};
};

}  // namespace liaise::node::service
