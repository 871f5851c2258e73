// How people come into the network and go: founding, tickets, joining on both sides, accreditations,
// revocations; and the addresses at which devices can be dialled.
//
//     newcomer                                   inviter
//     dial with the ticket's guest key   ------> the door opens for that key alone
//     JoinRequest                        ------> ticket open? request right? --batch--> accreditation and
//     certificate in the directory check, keep, enter the directory   <------ JoinReply, once that is durable
//     dial as a member
#pragma once

#include "node/service/channels.h"
#include "node/service/node.h"
#include "protocol/identity/join_reply.h"

namespace liaise::node::service {

class Membership {
  public:
    Membership(Core& core, Trust& trust, Channels& channels);

    Result<void> load();
    // Where this node can be reached; as the transport said.
    void set_listening(std::vector<std::string> addresses, std::vector<std::string> announced);
    const std::vector<std::string>& listening() const { return listening_; }
    const std::vector<std::string>& announced() const { return announced_; }

    Outcome<NetworkView> found(const std::string& name);
    Outcome<NetworkView> network() const;

    Outcome<TicketView> create_ticket(const std::string& role, const std::string& country, Duration valid);
    Outcome<std::vector<TicketView>> tickets();
    Outcome<TicketView> revoke_ticket(const std::string& ticket);
    // Whether the door opens to the holder of this guest key.
    bool admits_guest(const DhPublicKey& guest_key);
    // A guest asks; gives the answer, to be sent once the open batch is durable.
    Bytes answer_guest(BytesView request);

    // Our own joining, driven by peers.h: what to dial, what to ask, what to make of the answer.
    struct Joining {
        identity::Ticket ticket;
        Bytes request;
        Callback<NetworkView> done;
        std::optional<transport::LinkId> link;
    };
    Outcome<Done> begin_join(const std::string& ticket, Callback<NetworkView> done);
    std::optional<Joining>& joining() { return joining_; }
    void take_join_reply(BytesView reply);
    void end_join(const Refusal& refusal);

    Outcome<PersonView> revoke(const std::string& who, const std::string& reason);

    // For device tickets too (own_devices.h, device_join.h): what whoever enters is given, once the directory
    // has the certificate; entering with it, committed; and writing into the directory, within the open
    // batch.
    Result<identity::Welcome> welcome_for(const identity::DeviceCertificate& certificate);
    Outcome<NetworkView> enter(const DhPublicKey& inviter_key,
                               const std::vector<std::string>& inviter_addresses,
                               const identity::Welcome& welcome);
    Result<void> put_into_directory(const identity::DirectoryObject& object);

    // From the directory channel, within the open batch.
    Result<void> opened(const OpenedEntry& entry, const channel::DirectoryObject& object);
    Result<void> opened(const OpenedEntry& entry, const channel::Addresses& published);
    // What each device of others can be dialled at; none for those who do not listen.
    std::map<DeviceId, std::vector<std::string>> addresses() const;
    // Writes what others need to know of this device into the directory, where it is not there yet.
    void publish_self();

  private:
    struct TicketRecord {
        std::uint8_t state = 0;
        identity::Role role;
        identity::Country country;
        Time created, expires;
        MemberId used_by;
    };
    struct Addresses {
        std::uint64_t sequence = 0;
        std::vector<std::string> list;
    };

    static Bytes encode(const TicketRecord& record);
    static Result<TicketRecord> parse_record(BytesView bytes);
    Result<std::vector<std::pair<TicketId, TicketRecord>>> records();
    Result<void> keep(const TicketId& id, const TicketRecord& record);
    TicketView view(const TicketId& id, const TicketRecord& record) const;
    std::variant<identity::Welcome, identity::Refusal> welcome(BytesView request, const TicketId& id);
    Result<identity::Welcome> admit(const identity::JoinRequest& request);
    Result<void> keep_network();

    Core& core_;
    Trust& trust_;
    Channels& channels_;
    std::vector<std::string> listening_, announced_;
    std::map<DhPublicKey, TicketId> open_tickets_;
    std::map<DeviceId, Addresses> addresses_;
    std::optional<Joining> joining_;
};

}  // namespace liaise::node::service
