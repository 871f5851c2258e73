// What the daemon answers, as plain values: the fields of protocol/schema/control.capnp. Commands and the
// full-screen client see these, never the RPC. Texts in them come from others and are not safe to print raw.
//
// record_of() gives the fields of a `--json` answer, in their stable order (docs/control-api.md).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/record.h"

namespace liaise::cli {

using Milliseconds = std::int64_t;  // since 1970, UTC

struct Person {
    std::string id, name, role, country, organisation, rank, standing, contact;
    bool verified = false;
    Milliseconds from = 0, until = 0;
    std::string accreditor;
    std::vector<std::string> look_alikes;
    std::uint32_t devices = 0;
    bool self = false, founder = false, connected = false, forked = false, muted = false;
    std::string alias, behind;
};

struct Network {
    struct PolicyLine {
        std::string role;
        std::vector<std::string> may_accredit;
    };
    std::string id, name;
    Milliseconds created = 0;
    std::vector<std::string> founders;
    std::uint32_t threshold = 1;
    std::vector<PolicyLine> policy;
    std::uint32_t members = 0;
};

struct DeviceTicket {
    std::string id, text, name, state;
    Milliseconds created = 0, expires = 0;
    std::vector<std::string> words;
    std::string device_id;
};

struct Device {
    std::string id, name, state;
    Milliseconds added = 0, seen = 0;
    bool this_one = false, connected = false, identity = false;
};

struct DeviceJoin {
    std::string state;
    std::vector<std::string> words;
    std::string member, network, sentence;
};

struct Ticket {
    std::string id, text, role, country, state;
    Milliseconds created = 0, expires = 0;
    std::string used_by;
};

struct Channel {
    struct Member {
        Person person;
        bool convener = false;
        std::uint32_t place = 0;  // among the conveners, 1 the highest
    };
    std::string id, name, purpose, kind, history;
    Milliseconds created = 0;
    std::uint64_t messages = 0, documents = 0, waiting = 0, epoch = 0, unread = 0;
    bool convener = false;
    std::string state;
    std::vector<Member> members;
    std::vector<std::string> warnings;
    std::string ceiling;
    std::uint32_t retention_days = 0;
    bool listed = false, invited = false;
    std::uint32_t requests = 0;
    std::vector<Person> announced_by;
    Milliseconds asked = 0;
    std::string reason;
    std::string aliases, alias;
};

// Somebody who asks to enter a channel.
struct Request {
    std::string channel_id, channel;
    Person person;
    Milliseconds asked = 0, taken = 0;
    std::string note, alias;
};

struct Charter {
    std::string id, channel_id, name, purpose, kind, history, ceiling;
    std::uint32_t retention_days = 0;
    std::vector<Person> conveners;
    std::string author_id, author, role, country;
    bool verified = false;
    Milliseconds time = 0;
    bool in_force = false, receipts = false, listed = false;
    std::vector<std::string> changes;
    std::string source, aliases;
};

// What is left empty stays as it is, or is what a new channel has.
struct CharterWishes {
    std::string name, purpose, kind, history, ceiling;
    std::optional<std::uint32_t> retention_days;
    std::string receipts;
    std::string listed;   // on, off
    std::string aliases;  // none, full, role, accredited; of a new channel alone
};

struct Reaction {
    std::string reaction;
    std::vector<std::string> by;
    bool mine = false;
};

struct Message {
    std::string id, channel_id, channel, author_id, author, role, country;
    bool verified = false, mine = false;
    Milliseconds time = 0, order_time = 0;
    std::string text, handling, kind, state, reply_to;
    bool edited = false;
    std::vector<Reaction> reactions;
    std::string pinned_by, hidden_by, reason;
    std::vector<std::string> mentions;
    bool mentions_me = false, unread = false;
    std::uint32_t delivered_to = 0, delivered_of = 0, read_by = 0;
};

struct ReadAnswer {
    std::vector<Message> messages;
    std::uint32_t muted = 0;
};

struct Waiting {
    std::string channel_id, channel, what, from, log;
    std::uint64_t first = 0, last = 0, count = 0;
    Milliseconds since = 0;
    std::vector<std::string> asked;
};

struct Delivery {
    struct Device {
        std::string name, member_id, device_id, state;
    };
    Message message;
    std::vector<Device> devices;
};

struct Document {
    std::string id;
    std::uint32_t revision = 0, revisions = 0;
    std::string channel_id, channel, title, language, kind, file_name, media_type, licence, handling;
    std::vector<std::string> countries, topics, populations;
    std::uint64_t bytes = 0, bytes_here = 0;
    std::string author_id, author, role, country;
    bool verified = false;
    Milliseconds time = 0;
    std::string state, note;
};

struct Draft {
    std::string channel, document, title, language, kind, file_name, licence, note;
    std::vector<std::string> countries, topics, populations;
};

struct SearchHit {
    std::optional<Message> message;
    std::optional<Document> document;
    std::string snippet;
};

struct SearchAnswer {
    std::vector<SearchHit> hits;  // newest first
    bool incomplete = false;      // older messages are still to be indexed
    std::uint32_t muted = 0;      // more of them, from members who are muted
};

struct Peer {
    std::string name, address, state, member_id;
};

struct Status {
    std::string name, role, country, member_id, network, network_id, state;
    std::vector<std::string> listening;
    std::vector<Peer> peers;
    std::uint64_t channels = 0, entries = 0, waiting = 0;
    bool in_step = false;
    std::vector<std::string> warnings;
    std::string version;
    std::uint32_t pid = 0;
    std::string home;
    std::uint32_t requests = 0, invitations = 0;
};

struct Finding {
    std::string subject, severity, sentence;
};

Record record_of(const Person& person);
Record record_of(const Network& network);
Record record_of(const Ticket& ticket);
Record record_of(const DeviceTicket& ticket);
Record record_of(const Device& device);
Record record_of(const DeviceJoin& join);
Record record_of(const Channel& channel);
Record record_of(const Request& request);
Record record_of(const Charter& charter);
Record record_of(const Message& message);
Record record_of(const Waiting& waiting);
Record record_of(const Delivery& delivery);
Record record_of(const Document& document);
Record record_of(const SearchHit& hit);
Record record_of(const Status& status);
Record record_of(const Finding& finding);

}  // namespace liaise::cli
