// What the people who use this node are shown: plain values, complete, in the words of the design. The
// control API carries them field by field (protocol/schema/control.capnp, where each field is explained);
// projections fill them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/time.h"

namespace liaise::node::service {

struct PersonView {
    MemberId id;
    std::string name, role, country, organisation, rank;
    std::string standing;  // accredited, expired, revoked, unknown
    std::string contact;   // new, verified, changed, verify-later
    Time from, until;
    std::string accreditor;
    std::vector<std::string> look_alikes;  // names of others that look the same
    std::size_t devices = 0;
    bool self = false, founder = false, connected = false, forked = false, muted = false;
    std::string alias{};   // of somebody who has one in a channel: the name alone; empty: a person
    std::string behind{};  // the person, where this node knows: where we convene, or are it
    bool verified() const { return self || contact == "verified"; }
};

struct NetworkView {
    NetworkId id;
    std::string name;
    Time created;
    std::vector<std::string> founders;
    unsigned threshold = 1;
    std::vector<std::pair<std::string, std::vector<std::string>>> policy;  // role, roles it may accredit
    std::size_t members = 0;
};

struct TicketView {
    TicketId id;
    std::string text;                  // the ticket itself; only when just created
    std::string role, country, state;  // open, used, expired, revoked
    Time created, expires;
    std::string used_by;
};

// A ticket for a device of one's own.
struct DeviceTicketView {
    TicketId id;
    std::string text;         // the ticket itself; only when just created
    std::string name, state;  // open, asked, added, denied, expired
    Time created, expires;
    std::vector<std::string> words;  // once a device asked: both screens show them
    std::optional<DeviceId> device;
};

// One of one's own devices.
struct DeviceView {
    DeviceId id;
    std::string name;   // as its owner calls it; may be empty
    std::string state;  // active, expired, revoked
    Time added;
    std::optional<Time> seen;  // met last, as far as this device knows
    bool this_one = false, connected = false;
    bool identity = false;  // it is known to hold the identity key
};

// How far a new device is with becoming one of somebody's.
struct DeviceJoinView {
    std::string state;  // reaching, unreachable, comparing, joined, refused; empty: the home is somebody's
    std::vector<std::string> words;
    std::string member, network;  // whose it became
    std::string sentence;         // of a refusal
};

struct ChannelMemberView {
    PersonView person;
    bool convener = false;
    std::size_t place = 0;  // among the conveners, 1 the highest; 0: none
};

struct ChannelView {
    ChannelId id;
    std::string name, purpose, kind, history, ceiling;
    std::uint32_t retention_days = 0;  // 0: without end
    Time created;
    std::size_t messages = 0, documents = 0, waiting = 0, unread = 0;
    std::uint64_t epoch = 0;
    bool convener = false;  // we are one
    std::string state;      // open, left, removed, joining; of others': listed, asked, denied
    std::vector<ChannelMemberView> members;
    std::vector<std::string> warnings;       // forks, gaps: sentences
    bool listed = false;                     // announced to the whole network
    bool invited = false;                    // in it, and not shown its charter yet
    std::size_t requests = 0;                // that wait for a convener's answer
    std::vector<PersonView> announced_by{};  // of a channel that we are not in
    Time asked{};                            // when we asked to enter
    std::string reason{};                    // of a denial
    std::string aliases{};                   // none, full, role, accredited: what its rule shows of members
    std::string alias{};                     // ours, as it is shown, or as we ask
};

// Somebody who asks to enter a channel.
struct RequestView {
    ChannelId channel_id;
    std::string channel;
    PersonView person;
    Time asked, taken;  // by their clock, and by ours
    std::string note;
    std::string alias{};  // under which they ask; empty: their own name
};

// One charter of a channel: its rules from then on, until the next.
struct CharterView {
    std::string id;  // of its entry, as of a message
    ChannelId channel_id;
    std::string name, purpose, kind, history, ceiling;
    std::uint32_t retention_days = 0;
    std::vector<PersonView> conveners;  // the highest first
    MemberId author_id;                 // who signed it
    std::string author, role, country;
    bool verified = false;
    Time time;
    bool in_force = false, receipts = false, listed = false;
    std::string aliases{};             // none, full, role, accredited
    std::string source{};              // entry; announced: what its author says of it
    std::vector<std::string> changes;  // of the charter before it: sentences
};

struct ReactionView {
    std::string reaction;
    std::vector<std::string> by;  // names
    bool mine = false;
};

struct MessageView {
    std::string id;  // "17.k3f9x2mqabcde"
    ChannelId channel_id;
    std::string channel;
    MemberId author_id;
    std::string author, role, country;
    bool verified = false, mine = false;
    Time time, order_time;
    std::string text, handling;
    std::string kind;   // post, document, notice
    std::string state;  // stored, delivered, waiting, retracted, expired, hidden
    std::string reply_to;
    bool edited = false;
    std::vector<ReactionView> reactions;
    std::string pinned_by;              // empty: not pinned
    std::string hidden_by, reason;      // of what a convener has hidden
    std::vector<std::string> mentions;  // names
    bool mentions_us = false, unread = false;
    std::size_t delivered_to = 0, delivered_of = 0, read_by = 0;
};

struct ReadAnswer {
    std::vector<MessageView> messages;
    std::size_t muted = 0;  // more of them, from members who are muted here
};

// Entries of one log that cannot be shown yet.
struct WaitingView {
    ChannelId channel_id;
    std::string channel, what;  // key, introduction, entries
    std::string from, log;
    std::uint64_t first = 0, last = 0, count = 0;
    Time since;
    std::vector<std::string> asked;
};

struct DeliveryView {
    struct Device {
        std::string name;
        MemberId member;
        DeviceId device;
        std::string state;  // waiting, delivered, read
    };
    MessageView message;
    std::vector<Device> devices;
};

struct DocumentView {
    DocumentId id;
    std::uint32_t revision = 0, revisions = 0;
    ChannelId channel_id;
    std::string channel, title, language, kind, file_name, media_type, licence, handling;
    std::vector<std::string> countries, topics, populations;
    std::uint64_t bytes = 0, bytes_here = 0;
    MemberId author_id;
    std::string author, role, country;
    bool verified = false;
    Time time;
    std::string state;  // here, partial, elsewhere
    std::string note;   // what its author said of this revision
};

struct SearchHit {
    std::string kind;  // message or document
    std::optional<MessageView> message;
    std::optional<DocumentView> document;
    std::string snippet;
};

struct SearchAnswer {
    std::vector<SearchHit> hits;  // newest first
    bool incomplete = false;      // older messages are still to be indexed
    std::size_t muted = 0;
};

struct PeerView {
    std::string name, address, state;  // connected, in step, dialling, waiting
    MemberId member_id;
};

struct StatusView {
    std::string name, role, country, member_id, network, network_id, state;  // ready, locked, no-network
    std::vector<std::string> listening;
    std::vector<PeerView> peers;
    std::size_t channels = 0, entries = 0, waiting = 0, requests = 0, invitations = 0;
    bool in_step = false;
    std::vector<std::string> warnings;
};

struct Finding {
    std::string subject, severity, sentence;  // severity: good, note, warning, error
};

}  // namespace liaise::node::service
