// The devices of this home's member: adding one, naming them, shutting one out (docs/identity.md, "Several
// devices"). The new device's side is device_join.h.
//
//     open --a device asks--> asked --the owner says yes--> added
//       \          \------------------the owner says no--> denied
//        \--nobody asked in time--> expired
//
// - Only where the identity key is: whoever has the other devices cannot make more of them.
// - The first device that asks with a ticket is the only one that ever can.
// - Its keys and its consent are kept, so that yes needs nobody else to be connected.
// - The names of devices are this home's alone, but for what a new device is handed over.
//
// own_device_tickets.cpp: tickets, and what the owner says to them; own_device_guests.cpp: what those who ask
// are answered; own_devices.cpp: the devices there are.
#pragma once

#include "node/service/membership.h"
#include "protocol/identity/device_reply.h"

namespace liaise::node::service {

inline constexpr std::size_t device_tickets_max = 8;  // of one member, open at a time

class OwnDevices {
  public:
    OwnDevices(Core& core, Trust& trust, Channels& channels, Membership& membership)
        : core_(core), trust_(trust), channels_(channels), membership_(membership) {}

    Result<void> load();

    Outcome<DeviceTicketView> add(const std::string& name, Duration valid);
    Outcome<std::vector<DeviceTicketView>> tickets();
    // The owner has compared the words.
    Outcome<DeviceTicketView> approve(const std::string& ticket);
    Outcome<DeviceTicketView> deny(const std::string& ticket);

    // Whether the door opens to the holder of this guest key.
    bool admits_guest(const DhPublicKey& guest) const { return guests_.contains(guest); }
    // A guest asks; gives the answer, to be sent once the open batch is durable.
    Bytes answer_guest(const DhPublicKey& guest, BytesView request);
    // What those who wait are to be told after approve() or deny().
    std::vector<std::pair<DhPublicKey, Bytes>> take_answers() { return std::exchange(answers_, {}); }

    Outcome<std::vector<DeviceView>> list();
    // Signed by the identity, or with the recovery sheet by the succession key.
    Outcome<DeviceView> revoke(const std::string& device, const std::string& reason,
                               const crypto::SecretBytes& sheet);
    Outcome<DeviceView> rename(const std::string& device, const std::string& name);

    // Met one of our own just now.
    void seen(const DeviceId& device);
    bool this_one_revoked() const;

  private:
    enum class State : std::uint8_t { open = 0, asked = 1, added = 2, denied = 3 };
    struct Ticket {
        State state = State::open;
        Time created, expires;
        std::string name;
        std::optional<identity::NewDevice> device;  // who asked
        std::optional<Signature> consent;
    };
    using Tickets = std::vector<std::pair<TicketId, Ticket>>;

    static Bytes encode(const Ticket& ticket);
    static Result<Ticket> parse(BytesView bytes);
    Result<Tickets> all_tickets();
    Result<void> keep(const TicketId& id, const Ticket& ticket);
    Result<void> prune(const Tickets& tickets);
    Outcome<std::pair<TicketId, Ticket>> asked_ticket(const std::string& named);
    DeviceTicketView view(const TicketId& id, const Ticket& ticket) const;
    DeviceView view(const DeviceId& device);
    Outcome<DeviceId> find(const std::string& named);

    bool full(const std::optional<identity::NewDevice>& device) const;
    Result<Bytes> body_for(const Ticket& ticket) const;
    identity::DeviceReply reply_to(const identity::DeviceRequest& request, const TicketId& id,
                                   Ticket& ticket);
    Result<identity::DeviceWelcome> welcome(const Ticket& ticket);
    Result<identity::Handover> handover(const Ticket& ticket) const;
    Bytes sealed(const identity::DeviceReply& reply, const Hash& question);
    void answer_later(const TicketId& id, const Ticket& ticket);

    Core& core_;
    Trust& trust_;
    Channels& channels_;
    Membership& membership_;
    std::map<DhPublicKey, TicketId> guests_;
    std::map<TicketId, std::pair<DhPublicKey, Hash>> waiting_;  // who asked last, and the question
    std::vector<std::pair<DhPublicKey, Bytes>> answers_;
    std::map<DeviceId, std::string> names_;
    std::map<DeviceId, Time> seen_;
};

}  // namespace liaise::node::service
