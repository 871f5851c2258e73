// The application: everything a node does, without an event loop, a socket or a clock.
//
// In:  commands of the local user (each answers with an Outcome), frames and links from a transport, the
// passing of time. Out: frames and closings through LinkSink, dialling wishes through Dialling, changes
// through Observer, durable state in the store.
//
// One thread calls it; every call names the time. Whoever drives it (node/daemon on a KJ loop; a simulator on
// virtual time) calls tick() when deadline() has passed. A command that has to wait for others takes a
// callback, called once, maybe before the command returns; if the Node goes away first, the callback is
// dropped uncalled.
//
// Everything acknowledged is durable: an Outcome that says "done" comes after the commit, and no byte that
// depends on a write leaves before it. Posts and what peers send are committed in groups: flush() ends the
// group; the driver calls it when its own queue is empty, so that a lone post is committed at once and a
// thousand queued ones together.
#pragma once

#include <functional>
#include <memory>

#include "node/service/refusal.h"
#include "node/service/views.h"
#include "node/transport/transport.h"
#include "protocol/base/random.h"
#include "protocol/crypto/secret.h"

namespace liaise::node::store {
class Store;
}

namespace liaise::node::service {

template <class T>
using Callback = std::function<void(Outcome<T>)>;

class Observer {
  public:
    virtual ~Observer() = default;
    virtual bool wants_messages() const = 0;                       // whether the next is of any use
    virtual void message_arrived(const MessageView& message) = 0;  // newly readable, one's own too
    virtual void changed() = 0;                                    // anything else that a status would show
};

// A charter as somebody wants it. What is left empty stays as it is, or is what a new channel has.
struct CharterRequest {
    std::string name, purpose;
    std::string kind, history;  // of a new channel alone
    std::string ceiling;        // clear, green, amber, amber-strict, red
    std::optional<std::uint32_t> retention_days;
    std::string receipts{};  // on, off
    std::string listed{};    // on, off
    std::string aliases{};   // of a new channel alone: none, full, role, accredited
};

struct PostRequest {
    std::string channel;  // id, unique prefix of the id, or unique name: so everywhere a thing is named
    std::string text;
    std::string reply_to;  // empty, or a message
};

struct MarkRequest {
    enum class Act : std::uint8_t { edit, retract, react, unreact, pin, unpin, hide, unhide };
    Act act{};
    std::string message;  // retract takes a document, too
    std::string text;     // of an edit; a reaction; why something is hidden
};

struct ReadRequest {
    std::string channel;  // empty: all channels
    std::size_t limit = 50;
    std::string before, after;                              // messages; empty: from the newest
    std::string thread;                                     // only this message and its replies
    bool oldest_first = true;                               // order of the answer
    bool unread = false, mentions = false, pinned = false;  // those alone
    bool mark_read = false;                                 // what is given counts as read
};

struct PublishRequest {
    std::string channel;
    std::string document;  // empty: a new one; else the one to revise
    std::string title, language, kind, file_name, licence, note;
    std::vector<std::string> countries, topics, populations;
};

// A document on its way in: bytes in any pieces, then finish. Dropped unfinished, it leaves nothing behind.
class Upload {
  public:
    virtual ~Upload() = default;
    virtual Outcome<Done> write(BytesView bytes) = 0;
    virtual Outcome<DocumentView> finish(Time now) = 0;
};

// A document on its way out: pieces in order until empty. Every piece is verified before it is handed out.
class Download {
  public:
    virtual ~Download() = default;
    virtual const DocumentView& document() const = 0;
    virtual Outcome<Bytes> next() = 0;
};

class Node {
  public:
    virtual ~Node() = default;

    virtual StatusView status(Time now) = 0;
    virtual std::vector<Finding> doctor(Time now) = 0;

    virtual Outcome<NetworkView> found_network(const std::string& name, Time now) = 0;
    virtual Outcome<NetworkView> network(Time now) = 0;

    virtual Outcome<TicketView> create_ticket(const std::string& role, const std::string& country,
                                              Duration valid, Time now) = 0;
    virtual Outcome<std::vector<TicketView>> tickets(Time now) = 0;
    virtual Outcome<TicketView> revoke_ticket(const std::string& ticket, Time now) = 0;
    virtual void join(const std::string& ticket, Time now, Callback<NetworkView> done) = 0;

    // Several devices of one member (own_devices.h). Tickets: id, unique beginning of it, or the device's
    // name; empty: the only one that waits.
    virtual Outcome<DeviceTicketView> add_device(const std::string& name, Duration valid, Time now) = 0;
    virtual Outcome<std::vector<DeviceTicketView>> device_tickets(Time now) = 0;
    virtual Outcome<DeviceTicketView> approve_device(const std::string& ticket, Time now) = 0;
    virtual Outcome<DeviceTicketView> deny_device(const std::string& ticket, Time now) = 0;
    virtual Outcome<std::vector<DeviceView>> devices(Time now) = 0;
    virtual Outcome<DeviceView> rename_device(const std::string& device, const std::string& name,
                                              Time now) = 0;
    // `sheet`: the recovery sheet as typed, or empty where the identity key is here.
    virtual Outcome<DeviceView> revoke_device(const std::string& device, const std::string& reason,
                                              const crypto::SecretBytes& sheet, Time now) = 0;
    // On the new device: begins anew with another ticket; and how far it is.
    virtual Outcome<Done> join_as_device(const std::string& ticket, Time now) = 0;
    virtual Outcome<DeviceJoinView> device_join(Time now) = 0;

    virtual Outcome<std::vector<PersonView>> people(Time now) = 0;
    virtual Outcome<PersonView> person(const std::string& who, Time now) = 0;
    virtual Outcome<std::vector<std::string>> safety_words(const std::string& who, Time now) = 0;
    virtual Outcome<PersonView> set_contact(const std::string& who, const std::string& state, Time now) = 0;
    virtual Outcome<PersonView> revoke(const std::string& who, const std::string& reason, Time now) = 0;

    virtual Outcome<ChannelView> create_channel(const CharterRequest& charter, Time now) = 0;
    Outcome<ChannelView> create_channel(const std::string& name, const std::string& purpose,
                                        const std::string& kind, const std::string& history, Time now) {
        return create_channel({name, purpose, kind, history, {}, {}}, now);
    }
    virtual Outcome<std::vector<ChannelView>> channels(Time now) = 0;
    virtual Outcome<ChannelView> channel(const std::string& channel, Time now) = 0;
    // The direct channel with this person, made where there is none.
    virtual Outcome<ChannelView> direct(const std::string& who, Time now) = 0;
    virtual Outcome<ChannelView> invite(const std::string& channel, const std::string& who, Time now) = 0;
    virtual Outcome<ChannelView> remove(const std::string& channel, const std::string& who, Time now) = 0;
    virtual Outcome<Done> leave(const std::string& channel, Time now) = 0;

    // The charters that ruled, oldest first; the last is in force.
    virtual Outcome<std::vector<CharterView>> charters(const std::string& channel, Time now) = 0;
    virtual Outcome<CharterView> amend(const std::string& channel, const CharterRequest& change,
                                       Time now) = 0;
    // The charter in force, where this person was not shown one of the channel yet; each answers once.
    virtual Outcome<std::optional<CharterView>> unseen_charter(const std::string& channel, Time now) = 0;
    // Makes a member a convener, or moves one: to this place, 1 the highest; 0: the lowest, or where it is.
    virtual Outcome<CharterView> promote(const std::string& channel, const std::string& who,
                                         std::size_t place, Time now) = 0;
    virtual Outcome<CharterView> demote(const std::string& channel, const std::string& who, Time now) = 0;
    // Puts a member next below this one, who then leaves.
    virtual Outcome<Done> hand_over(const std::string& channel, const std::string& who, Time now) = 0;

    // Channels that this member is not in: announced ones, and those asked for.
    virtual Outcome<std::vector<ChannelView>> listed_channels(Time now) = 0;
    // Asks to enter. `convener` may be empty; it tells apart channels of one name. `alias`: under which name
    // to be there; empty: one's own.
    virtual Outcome<ChannelView> request(const std::string& channel, const std::string& note,
                                         const std::string& convener, const std::string& alias, Time now) = 0;
    Outcome<ChannelView> request(const std::string& channel, const std::string& note,
                                 const std::string& convener, Time now) {
        return request(channel, note, convener, {}, now);
    }
    // Lets somebody ask to enter under an alias: of channels that are not listed, too.
    virtual Outcome<Done> let_ask(const std::string& channel, const std::string& who, Time now) = 0;
    virtual Outcome<Done> withdraw_request(const std::string& channel, Time now) = 0;
    // Who asks to enter this channel, or any that we convene; the oldest first.
    virtual Outcome<std::vector<RequestView>> requests(const std::string& channel, Time now) = 0;
    virtual Outcome<ChannelView> approve(const std::string& channel, const std::string& who, Time now) = 0;
    virtual Outcome<Done> deny(const std::string& channel, const std::string& who, const std::string& reason,
                               Time now) = 0;
    // Of a channel into which this member was invited, and whose charter they were not shown: they have seen
    // it, and stay; or leave.
    virtual Outcome<ChannelView> accept(const std::string& channel, Time now) = 0;
    virtual Outcome<Done> decline(const std::string& channel, Time now) = 0;

    virtual void post(const PostRequest& request, Time now, Callback<MessageView> done) = 0;
    virtual Outcome<ReadAnswer> read(const ReadRequest& request, Time now) = 0;
    virtual Outcome<MessageView> mark(const MarkRequest& request, Time now) = 0;
    virtual Outcome<std::vector<WaitingView>> waiting(const std::string& channel, Time now) = 0;
    // In one channel, or with none in all.
    virtual Outcome<PersonView> mute(const std::string& who, const std::string& channel, bool on,
                                     Time now) = 0;
    virtual Outcome<DeliveryView> delivery(const std::string& message, Time now) = 0;

    virtual Outcome<std::unique_ptr<Upload>> publish(const PublishRequest& request, Time now) = 0;
    virtual Outcome<std::vector<DocumentView>> documents(const std::string& channel,
                                                         Time now) = 0;  // empty: all channels
    virtual Outcome<DocumentView> document(const std::string& document, Time now) = 0;
    virtual Outcome<std::vector<DocumentView>> history(const std::string& document, Time now) = 0;
    // Fetches what is missing from peers first. revision 0: the newest.
    virtual void get_document(const std::string& document, std::uint32_t revision, Time now,
                              Callback<std::unique_ptr<Download>> done) = 0;

    virtual Outcome<SearchAnswer> search(const std::string& query, const std::string& channel,
                                         std::size_t limit, Time now) = 0;

    // Called when this node is in step with every connected peer, at once if it is. The number of peers it is
    // in step with. Dropped uncalled once `asker` is gone; refused beyond limits::in_step_waiters_max.
    virtual void when_in_step(Callback<std::size_t> done, std::weak_ptr<void> asker) = 0;

    virtual void set_observer(Observer* observer) = 0;  // one; null for none

    // A person is at work: what can wait (the search index, checking signatures) pauses for a moment.
    virtual void make_way(Time now) = 0;

    virtual bool needs_flush() const = 0;
    virtual void flush(Time now) = 0;
    virtual std::optional<Time> deadline() const = 0;
    virtual void tick(Time now) = 0;
};

}  // namespace liaise::node::service
