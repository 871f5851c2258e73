// The Node as it is: its parts, in the order in which they lean on each other.
//
//     Core (store, keys, batch) <- Trust <- Channels <- Messages <- Library <- Finder
//                                             \--- Membership       \--- Peers (sessions, links)
//
// A part calls those before it. What goes the other way (an opened entry, a parcel) comes through the
// interface Opened, which this class implements and hands on.
#pragma once

#include "node/service/editing.h"
#include "node/service/finder.h"
#include "node/service/membership.h"
#include "node/service/peers.h"
#include "node/service/requests.h"

namespace liaise::node::service {

class AppNode final : public Node, private Opened {
  public:
    // Everything outlives the node. Errors are the store's.
    static Result<std::unique_ptr<AppNode>> open(store::Store& store, RandomSource& random, EventLog& log,
                                                 Driver& driver);
    ~AppNode() override;

    // The transport calls these; attach() comes before any of it, and detach() before the transport goes.
    transport::LinkHandler& links() { return peers_; }
    transport::AdmissionPolicy& door() { return peers_; }
    const crypto::DhKey& transport_key() const { return core_.own.device.transport; }
    // `listening`: where we take connections; `announced`: what others are told to dial.
    void attach(transport::Transport& transport, std::vector<std::string> listening,
                std::vector<std::string> announced);
    void detach();
    // The driver's clock made a step: what was planned by it is planned anew, and peers are met again.
    void clock_was_set();

    StatusView status(Time now) override;
    std::vector<Finding> doctor(Time now) override;
    Outcome<NetworkView> found_network(const std::string& name, Time now) override;
    Outcome<NetworkView> network(Time now) override;
    Outcome<TicketView> create_ticket(const std::string& role, const std::string& country, Duration valid,
                                      Time now) override;
    Outcome<std::vector<TicketView>> tickets(Time now) override;
    Outcome<TicketView> revoke_ticket(const std::string& ticket, Time now) override;
    void join(const std::string& ticket, Time now, Callback<NetworkView> done) override;
    Outcome<DeviceTicketView> add_device(const std::string& name, Duration valid, Time now) override;
    Outcome<std::vector<DeviceTicketView>> device_tickets(Time now) override;
    Outcome<DeviceTicketView> approve_device(const std::string& ticket, Time now) override;
    Outcome<DeviceTicketView> deny_device(const std::string& ticket, Time now) override;
    Outcome<std::vector<DeviceView>> devices(Time now) override;
    Outcome<DeviceView> rename_device(const std::string& device, const std::string& name, Time now) override;
    Outcome<DeviceView> revoke_device(const std::string& device, const std::string& reason,
                                      const crypto::SecretBytes& sheet, Time now) override;
    Outcome<Done> join_as_device(const std::string& ticket, Time now) override;
    Outcome<DeviceJoinView> device_join(Time now) override;
    Outcome<std::vector<PersonView>> people(Time now) override;
    Outcome<PersonView> person(const std::string& who, Time now) override;
    Outcome<std::vector<std::string>> safety_words(const std::string& who, Time now) override;
    Outcome<PersonView> set_contact(const std::string& who, const std::string& state, Time now) override;
    Outcome<PersonView> revoke(const std::string& who, const std::string& reason, Time now) override;
    using Node::create_channel;
    Outcome<ChannelView> create_channel(const CharterRequest& charter, Time now) override;
    Outcome<std::vector<ChannelView>> channels(Time now) override;
    Outcome<ChannelView> channel(const std::string& channel, Time now) override;
    Outcome<ChannelView> direct(const std::string& who, Time now) override;
    Outcome<ChannelView> invite(const std::string& channel, const std::string& who, Time now) override;
    Outcome<ChannelView> remove(const std::string& channel, const std::string& who, Time now) override;
    Outcome<Done> leave(const std::string& channel, Time now) override;
    Outcome<std::vector<CharterView>> charters(const std::string& channel, Time now) override;
    Outcome<CharterView> amend(const std::string& channel, const CharterRequest& change, Time now) override;
    Outcome<std::optional<CharterView>> unseen_charter(const std::string& channel, Time now) override;
    Outcome<CharterView> promote(const std::string& channel, const std::string& who, std::size_t place,
                                 Time now) override;
    Outcome<CharterView> demote(const std::string& channel, const std::string& who, Time now) override;
    Outcome<Done> hand_over(const std::string& channel, const std::string& who, Time now) override;
    Outcome<std::vector<ChannelView>> listed_channels(Time now) override;
    using Node::request;
    Outcome<ChannelView> request(const std::string& channel, const std::string& note,
                                 const std::string& convener, const std::string& alias, Time now) override;
    Outcome<Done> let_ask(const std::string& channel, const std::string& who, Time now) override;
    Outcome<Done> withdraw_request(const std::string& channel, Time now) override;
    Outcome<std::vector<RequestView>> requests(const std::string& channel, Time now) override;
    Outcome<ChannelView> approve(const std::string& channel, const std::string& who, Time now) override;
    Outcome<Done> deny(const std::string& channel, const std::string& who, const std::string& reason,
                       Time now) override;
    Outcome<ChannelView> accept(const std::string& channel, Time now) override;
    Outcome<Done> decline(const std::string& channel, Time now) override;
    void post(const PostRequest& request, Time now, Callback<MessageView> done) override;
    Outcome<ReadAnswer> read(const ReadRequest& request, Time now) override;
    Outcome<MessageView> mark(const MarkRequest& request, Time now) override;
    Outcome<std::vector<WaitingView>> waiting(const std::string& channel, Time now) override;
    Outcome<PersonView> mute(const std::string& who, const std::string& channel, bool on, Time now) override;
    Outcome<DeliveryView> delivery(const std::string& message, Time now) override;
    Outcome<std::unique_ptr<Upload>> publish(const PublishRequest& request, Time now) override;
    Outcome<std::vector<DocumentView>> documents(const std::string& channel, Time now) override;
    Outcome<DocumentView> document(const std::string& document, Time now) override;
    Outcome<std::vector<DocumentView>> history(const std::string& document, Time now) override;
    void get_document(const std::string& document, std::uint32_t revision, Time now,
                      Callback<std::unique_ptr<Download>> done) override;
    Outcome<SearchAnswer> search(const std::string& query, const std::string& channel, std::size_t limit,
                                 Time now) override;
    void when_in_step(Callback<std::size_t> done, std::weak_ptr<void> asker) override;
    void set_observer(Observer* observer) override { observer_ = observer; }
    void make_way(Time now) override;
    bool needs_flush() const override { return core_.batch.open(); }
    void flush(Time now) override;
    std::optional<Time> deadline() const override;
    void tick(Time now) override;

  private:
    friend struct Holdings;  // what a simulated thief finds (tests/simulation/network)

    AppNode(store::Store& store, RandomSource& random, EventLog& log, Driver& driver, Own own);

    Result<void> opened(const OpenedEntry& entry) override;
    Result<void> came_erased(const Channel& channel, const LogRuntime& log, std::uint64_t sequence) override;
    void membership_changed(const ChannelId& channel) override;
    void log_grew(const ChannelId& channel, const WriterKey& writer, const log::LogHead& before) override;
    Result<void> parcel(const DeviceId& to, Bytes sealed) override;

    Result<void> load();
    void recover(const Error& error);
    void announce(const OpenedEntry& entry);
    Result<void> announce_edit(const OpenedEntry& entry, const channel::Edit& edit);
    void wake_finder();
    void do_upkeep(Time now);
    void forget_old(Time now);
    std::vector<std::string> asked_in(const Channel& channel);
    Result<std::vector<WaitingView>> waiting_in(Channel& channel);
    // Runs a command that writes: all of it durable, or refused and none of it.
    template <class Command>
    auto change(Command command) -> decltype(command());
    ChannelView view(Channel& channel, bool with_members);
    std::vector<channel::Device> devices_of(const MemberId& member, Time now) const;
    CharterView charter_view(Channel& channel, std::size_t place);
    // Of a channel that we are not in: as somebody says that it is.
    CharterView claimed_charter(const ChannelId& channel, const channel::Charter& charter,
                                const MemberId& author, Time time, const char* source) const;
    std::optional<std::vector<CharterView>> claimed_charters(const std::string& named);
    bool is_own(const std::string& named);
    ChannelView view(const Listing& listing) const;
    Outcome<Listing> listing(const std::string& named, const std::string& convener) const;
    bool takes_part(const ChannelId& channel) const;
    // In it by somebody's invitation, and not shown the charter yet.
    bool is_invited(const Channel& channel);
    Outcome<Done> add_alias(Channel& channel, const MemberId& person, const Request& request, Time now);
    // Whose accreditation or device ended, or who took it back: their aliases go, or what was that device's.
    void remove_lapsed_aliases();
    std::vector<Listing> to_ask(const std::string& named) const;
    // The member who asks, by name.
    Outcome<MemberId> asker(const Channel& channel, const std::string& who) const;
    // What follows for announcements and requests from news of this channel.
    Result<void> follow_requests(const Channel& channel);
    // A charter with other conveners, or other words, written and in force.
    Outcome<CharterView> put_in_force(Channel& channel, channel::Charter charter);
    Outcome<Channel*> convened(const std::string& channel);  // one that is open and of which we are convener
    Result<void> note_shown(const Channel& channel);
    Time charter_time(Channel& channel, std::size_t place);
    static channel::Charter without(const Channel& channel, const MemberId& convener);
    // Three members and one convener: where that one is lost, nobody can go on.
    static bool wants_convener(const Channel& channel);
    std::string ballot_sentence(const channel::OpenBallot& ballot) const;
    // What conveners' nodes say by themselves (plan_say).
    void say_what_is_due();
    using Missing = std::map<MemberId, std::vector<channel::Device>>;
    Missing unseated(const Channel& channel) const;
    void add_unseated_of_aliases(const Channel& channel, Missing& missing) const;
    Duration patience(const Channel& channel, const Missing& missing) const;
    void consider_seats(const ChannelId& channel, Duration wait);
    void devices_changed(Duration wait);
    std::optional<Time> seats_due() const;
    void seat_devices(Time now);
    static std::string urge_convener(const Channel& channel);
    std::vector<Finding> doctor_quick(Time now);

    Core core_;
    Trust trust_;
    Aliases aliases_;
    Channels channels_;
    Listings listings_;
    Requests requests_;
    Marks marks_;
    Mutes mutes_;
    Deliveries deliveries_;
    Messages messages_;
    Library library_;
    Editing editing_;
    Finder finder_;
    Membership membership_;
    OwnDevices own_devices_;
    DeviceJoin device_join_;
    Peers peers_;
    Observer* observer_ = nullptr;
    std::vector<MessageView> arrived_;  // posts of the open batch, to tell the observer of
    struct SeatsDue {
        Time when;
        bool found = false;  // somebody's device is missing; else it is time to look
    };
    std::map<ChannelId, SeatsDue> seats_at_;  // device_seats.cpp
    std::set<ChannelId> may_say_;             // whose rules changed since it was asked what to say
    Time upkeep_at_{}, upkeep_last_{};
    struct FailedWrite {
        Error error;
        Time when;
    };
    std::optional<FailedWrite> failed_write_;  // the newest commit that was tried failed
    unsigned failed_writes_ = 0;               // one after the other
    Time rests_until_{};                       // after a failed one
};

}  // namespace liaise::node::service
