// The other devices: links, sessions, dialling, parcels; and what sessions read (sync::Replica).
//
// - A member's link gets a session once we know which device it is: whom we dialled, or whom the other's
//   hello names among the devices that the directory lists under its transport key.
// - Two links with one device: the one that the lesser device id dialled stays.
// - A session's effects are carried out in order. Frames wait while a batch is open: no byte leaves before
//   what it rests on is durable.
// - A guest's link carries a JoinRequest and its answer, or a new device's requests and what is said to
//   them; nothing else.
// - Parcels are kept until the device they are for has stored them; large ones go in pieces.
//
// peers.cpp: links and sessions; peers_dial.cpp: dialling; peers_effects.cpp: what sessions want done;
// peer_views.cpp: what people see of it; replica.cpp: what sessions read.
#pragma once

#include <deque>

#include "node/service/clock_watch.h"
#include "node/service/device_join.h"
#include "node/service/library.h"
#include "node/service/own_devices.h"
#include "node/service/parcel_pieces.h"
#include "node/service/peer_troubles.h"
#include "node/service/requests.h"
#include "protocol/sync/session.h"

namespace liaise::node::service {

class Peers final : public transport::LinkHandler,
                    public transport::AdmissionPolicy,
                    public ChunkSources,
                    public sync::Replica {
  public:
    Peers(Core& core, Trust& trust, Channels& channels, Deliveries& deliveries, Library& library,
          Membership& membership, OwnDevices& own_devices, DeviceJoin& device_join, Requests& requests);

    Result<void> load();
    void attach(transport::Transport& transport);
    void detach();  // says goodbye
    void close_all();
    void clock_was_set();

    // Brings the dialling in line with the directory: every device that can be dialled, and none that was
    // revoked.
    void dial_all();
    void dial_inviter();
    // For a home that is to become a device of somebody: the device that made the ticket.
    void dial_adder();
    // New devices that wait for the owner's word hear it.
    void tell_guests();

    void channel_changed(const ChannelId& channel);
    void log_grew(const ChannelId& channel, const WriterKey& writer, const log::LogHead& before);
    void log_reset(const ChannelId& channel, const WriterKey& writer);
    Result<void> keep_parcel(const DeviceId& to, Bytes sealed);

    void when_in_step(Callback<std::size_t> done, std::weak_ptr<void> asker);
    bool in_step() const;
    void describe(PersonView& person) const;
    bool connected(const DeviceId& device) const;
    std::vector<PeerView> views() const;
    const ClockWatch& clocks() const { return clocks_; }
    std::vector<std::string> troubles() const;  // sentences

    std::optional<Time> deadline() const;
    void tick(Time now);

    // transport::LinkHandler
    void link_up(transport::LinkId link, const transport::LinkInfo& info) override;
    void frame(transport::LinkId link, BytesView bytes) override;
    void room(transport::LinkId link) override;
    void link_down(transport::LinkId link, transport::LinkEnd end) override;
    void dial_failed(const DhPublicKey& server_key, transport::Lane lane, transport::DialFailure failure,
                     Duration next_try) override;
    // transport::AdmissionPolicy
    transport::Admission decide(const DhPublicKey& peer) override;
    // ChunkSources
    std::vector<DeviceId> sources(const ChannelId& channel) override;
    bool ask(const DeviceId& peer, const ChannelId& channel, const ChunkId& chunk) override;
    // sync::Replica (replica.cpp)
    std::vector<sync::OfferedChannel> offered_to(const DeviceId& peer) const override;
    std::vector<sync::LogStatus> logs(const ChannelId& channel) const override;
    std::optional<sync::LogStatus> log(const ChannelId& channel, const WriterKey& writer) const override;
    std::optional<log::SignedHeader> header(const ChannelId& channel, const WriterKey& writer,
                                            std::uint64_t sequence) const override;
    void read(const ChannelId& channel, const WriterKey& writer, log::RunBuilder& run) const override;
    std::optional<log::EquivocationProof> equivocation(const ChannelId& channel,
                                                       const WriterKey& writer) const override;
    std::optional<Bytes> chunk(const ChannelId& channel, const ChunkId& chunk) const override;

  private:
    struct Peer {
        transport::LinkInfo info;
        DeviceId device;  // zeros until it is known
        std::unique_ptr<sync::Session> session;
        std::deque<Bytes> outgoing;  // while the other side reads too slowly
        bool has_room = true;
        std::optional<Time> closes_at;  // our goodbye is out: time for it to arrive
        std::uint64_t marked = 0;       // activity_ when we last asked whether we are in step
        std::uint64_t answered = 0;     // and the one to which the last answer belongs
    };
    struct Target {
        DeviceId device;
        std::vector<std::string> addresses;
        bool tried = false;  // since we began: reached, or failed at least once
    };
    struct Waiter {
        Callback<std::size_t> done;
        std::weak_ptr<void> asker;
    };

    void note_garbage(const Peer& peer);
    bool begin_session(transport::LinkId link, Peer& peer, const DeviceId& device);
    Peer* find(transport::LinkId link);
    Peer* session_with(const DeviceId& device);
    void perform(transport::LinkId link, sync::Effects effects);
    void carry_out(transport::LinkId link, sync::Effect effect);
    void on_opened(transport::LinkId link, const sync::Opened& session);
    void take_run(transport::LinkId link, sync::AcceptRun& accept);
    void take_parcel(transport::LinkId link, const sync::AcceptParcel& accept);
    void stored(transport::LinkId link, sync::Receipt receipt);
    void tell_stored();
    void send(transport::LinkId link, Bytes frame);
    void send_now(transport::LinkId link, Bytes frame);
    void send_parcels(transport::LinkId link);
    void send_parcel(transport::LinkId link, Peer& peer, sync::ParcelId number);
    Result<void> keep_one_parcel(const DeviceId& to, BytesView sealed);
    void for_each_open(const std::function<sync::Effects(sync::Session&)>& call);
    void take_answer(transport::LinkId link, const DhPublicKey& server, BytesView bytes);
    void begin_dialling(Target& target, const DhPublicKey& key);
    void rest_dialling(const DhPublicKey& key);
    void dial_again(const Peer& gone);
    void note_activity();
    bool settled() const;
    void check_waiters();

    Core& core_;
    Trust& trust_;
    Channels& channels_;
    Deliveries& deliveries_;
    Library& library_;
    Membership& membership_;
    OwnDevices& own_devices_;
    DeviceJoin& device_join_;
    Requests& requests_;
    transport::Transport* transport_ = nullptr;
    std::map<transport::LinkId, Peer> peers_;
    std::map<DhPublicKey, Target> targets_;
    std::map<sync::ParcelId, DeviceId> parcels_;  // and whom each is for; they lie in the store
    ParcelPieces pieces_;
    sync::ParcelId next_parcel_ = 1;
    std::vector<Waiter> waiters_;
    std::vector<std::pair<transport::LinkId, sync::Receipt>> runs_taken_;  // in the open batch
    // Whom a channel is offered to for a moment longer, so that they learn that they are out, and until when.
    std::map<std::pair<DeviceId, ChannelId>, Time> farewells_;
    std::uint64_t activity_ = 1;  // rises with whatever makes earlier answers worthless
    ClockWatch clocks_;
    PeerTroubles troubles_;
};

}  // namespace liaise::node::service
