// One client's connection to the control API: each method checks the sizes of what it was sent, asks the
// application core, and writes the answer.
//
// - What a client sends is bounded before it is copied: limits::control_word_bytes_max for names, ids,
//   tickets and queries, text_bytes_max for a message's text. Over it: a refusal, and nothing is done.
// - All text is checked to be UTF-8 here, once.
// - Uploads, followers and calls that wait count against limits::control_tasks_max of this connection.
#pragma once

#include "node/control/convert.h"
#include "node/control/server.h"

namespace liaise::node::control {

class Session final : public api::Control::Server {
  public:
    explicit Session(control::Server& server) : server_(server) {}

    kj::Promise<void> status(StatusContext context) override;
    kj::Promise<void> doctor(DoctorContext context) override;
    kj::Promise<void> stop(StopContext context) override;
    kj::Promise<void> lock(LockContext context) override;
    kj::Promise<void> unlock(UnlockContext context) override;

    kj::Promise<void> foundNetwork(FoundNetworkContext context) override;
    kj::Promise<void> network(NetworkContext context) override;

    kj::Promise<void> createTicket(CreateTicketContext context) override;
    kj::Promise<void> tickets(TicketsContext context) override;
    kj::Promise<void> revokeTicket(RevokeTicketContext context) override;
    kj::Promise<void> join(JoinContext context) override;

    kj::Promise<void> addDevice(AddDeviceContext context) override;
    kj::Promise<void> deviceTickets(DeviceTicketsContext context) override;
    kj::Promise<void> approveDevice(ApproveDeviceContext context) override;
    kj::Promise<void> denyDevice(DenyDeviceContext context) override;
    kj::Promise<void> devices(DevicesContext context) override;
    kj::Promise<void> renameDevice(RenameDeviceContext context) override;
    kj::Promise<void> revokeDevice(RevokeDeviceContext context) override;
    kj::Promise<void> joinAsDevice(JoinAsDeviceContext context) override;
    kj::Promise<void> deviceJoin(DeviceJoinContext context) override;

    kj::Promise<void> people(PeopleContext context) override;
    kj::Promise<void> person(PersonContext context) override;
    kj::Promise<void> safetyWords(SafetyWordsContext context) override;
    kj::Promise<void> setContact(SetContactContext context) override;
    kj::Promise<void> revoke(RevokeContext context) override;

    kj::Promise<void> createChannel(CreateChannelContext context) override;
    kj::Promise<void> channels(ChannelsContext context) override;
    kj::Promise<void> channel(ChannelContext context) override;
    kj::Promise<void> invite(InviteContext context) override;
    kj::Promise<void> remove(RemoveContext context) override;
    kj::Promise<void> direct(DirectContext context) override;
    kj::Promise<void> charters(ChartersContext context) override;
    kj::Promise<void> amend(AmendContext context) override;
    kj::Promise<void> unseenCharter(UnseenCharterContext context) override;
    kj::Promise<void> promote(PromoteContext context) override;
    kj::Promise<void> demote(DemoteContext context) override;
    kj::Promise<void> handOver(HandOverContext context) override;
    kj::Promise<void> leave(LeaveContext context) override;
    kj::Promise<void> request(RequestContext context) override;
    kj::Promise<void> withdrawRequest(WithdrawRequestContext context) override;
    kj::Promise<void> requests(RequestsContext context) override;
    kj::Promise<void> approve(ApproveContext context) override;
    kj::Promise<void> deny(DenyContext context) override;
    kj::Promise<void> accept(AcceptContext context) override;
    kj::Promise<void> decline(DeclineContext context) override;
    kj::Promise<void> letAsk(LetAskContext context) override;

    kj::Promise<void> post(PostContext context) override;
    kj::Promise<void> read(ReadContext context) override;
    kj::Promise<void> mark(MarkContext context) override;
    kj::Promise<void> waiting(WaitingContext context) override;
    kj::Promise<void> mute(MuteContext context) override;
    kj::Promise<void> delivery(DeliveryContext context) override;
    kj::Promise<void> follow(FollowContext context) override;

    kj::Promise<void> publish(PublishContext context) override;
    kj::Promise<void> documents(DocumentsContext context) override;
    kj::Promise<void> document(DocumentContext context) override;
    kj::Promise<void> history(HistoryContext context) override;
    kj::Promise<void> getDocument(GetDocumentContext context) override;

    kj::Promise<void> search(SearchContext context) override;
    kj::Promise<void> sync(SyncContext context) override;

  private:
    Time now() const { return server_.daemon().now(); }

    control::Server& server_;
    // How many uploads, followers and waiting calls this connection has. Shared with them, since they may be
    // released after the session.
    std::shared_ptr<std::size_t> tasks_ = std::make_shared<std::size_t>(0);
};

}  // namespace liaise::node::control
