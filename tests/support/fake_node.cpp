#include "tests/support/fake_node.h"

#include "protocol/base/limits.h"
#include "protocol/base/text.h"
#include "protocol/crypto/hash.h"

namespace liaise::test {

using namespace node::service;

namespace {

// One of each class of attack on a terminal (docs/threat-model.md): title, link, clipboard, colours, cursor,
// 8-bit controls, direction, invisible and piled-up characters.
const char* const attacks =
    "\x1b]0;owned\x07\x1b]8;;http://"
    "evil.example\x07link\x1b]8;;\x07\x1b]52;c;ZXZpbA==\x07\x1b[31m\x1b[2J\x1b[1;1H"
    "\x1bPq\x1b\\\x1b_apc\x1b\\\x1b^pm\x1b\\\x1bXsos\x1b\\\u009b31m\u009d0;x\u009c\a\b\b\r\v\f\x7f"
    "\u202egnp.exe\u202c\u2066x\u2069\u200b\u200e\ufeff\U000e0041\U000e007f";

Refusal unknown(const char* kind, const std::string& name, const std::string& nearest) {
    std::string sentence = std::string("There is no ") + kind + " \"" + name + "\" here.";
    if (!nearest.empty()) sentence += " Did you mean \"" + nearest + "\"?";
    return {Exit::not_found, sentence};
}

// By id, unique prefix of the id, or name.
template <class List, class IdOf, class NameOf>
Outcome<std::size_t> find(const List& list, const char* kind, const std::string& name, IdOf id_of,
                          NameOf name_of) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < list.size(); ++i)
        if (name_of(list[i]) == name) found.push_back(i);
    if (found.empty() && name.size() >= 4)
        for (std::size_t i = 0; i < list.size(); ++i)
            if (id_of(list[i]).rfind(name, 0) == 0) found.push_back(i);
    if (found.size() == 1) return found.front();
    if (found.size() > 1)
        return Refusal{Exit::usage, std::string("More than one ") + kind + " is called \"" + name + "\"."};
    std::string nearest;
    for (const auto& item : list)
        if (!name.empty() && name_of(item).substr(0, 1) == name.substr(0, 1)) nearest = name_of(item);
    return unknown(kind, name, nearest);
}

}  // namespace

std::string FakeNode::hostile_text(const std::string& text) {
    std::string piled = "Z";
    for (int i = 0; i < 200; ++i) piled += "\u0301";
    return text + attacks + piled;
}

Hash FakeNode::next_hash() {
    return crypto::blake2b({bytes_of(self().name + std::to_string(++ids_))});
}

FakeNode::FakeNode(std::string name, std::string role, std::string country) {
    PersonView me;
    me.name = std::move(name);
    me.role = std::move(role);
    me.country = std::move(country);
    me.self = true;
    me.standing = "unknown";
    me.contact = "new";
    me.devices = 1;
    people_.push_back(std::move(me));
    self().id = new_id<MemberId>();
}

MemberId FakeNode::add_person(const std::string& name, const std::string& role, const std::string& country) {
    PersonView person;
    person.id = new_id<MemberId>();
    person.name = hostile ? hostile_text(name) : name;
    person.role = role;
    person.country = country;
    person.organisation = hostile ? hostile_text("Police") : "Police";
    person.standing = "accredited";
    person.contact = "new";
    person.accreditor = self().name;
    person.devices = 1;
    people_.push_back(person);
    return person.id;
}

void FakeNode::arrive(const std::string& channel, const std::string& author, const std::string& text,
                      Time now) {
    const auto in = find_channel(channel);
    if (!in.ok()) return;
    for (const PersonView& person : people_)
        if (person.name.rfind(author, 0) == 0) {
            add_message(*in, person, hostile ? hostile_text(text) : text, now).state = "delivered";
            return;
        }
}

StatusView FakeNode::status(Time) {
    StatusView status;
    status.name = self().name;
    status.role = self().role;
    status.country = self().country;
    status.member_id = self().id.text();
    status.state = network_ ? "ready" : "no-network";
    if (network_) {
        status.network = network_->name;
        status.network_id = network_->id.text();
    }
    for (std::size_t i = 0; i < peers; ++i)
        status.peers.push_back({"Peer", "127.0.0.1:7400", "connected", {}});
    status.channels = channels_.size();
    status.entries = messages_.size() + documents_.size();
    status.in_step = answers;
    return status;
}

std::vector<Finding> FakeNode::doctor(Time) {
    return {{"store", "good", "The store opens and its integrity check passes."},
            {"peers", peers == 0 ? "warning" : "good", std::to_string(peers) + " peers are connected."}};
}

Outcome<NetworkView> FakeNode::found_network(const std::string& name, Time now) {
    if (network_)
        return Refusal{Exit::failed, "This home belongs to the network \"" + network_->name +
                                         "\" already. Another network needs another home."};
    NetworkView network;
    network.id = new_id<NetworkId>();
    network.name = name;
    network.created = now;
    network.founders = {self().name};
    network.policy = {{"focal-point", {"focal-point", "liaison"}}};
    network.members = people_.size();
    network_ = network;
    self().founder = true;
    self().standing = "accredited";
    self().from = now;
    self().until = now + std::chrono::days{365};
    return network;
}

Outcome<NetworkView> FakeNode::network(Time) {
    if (!network_)
        return Refusal{Exit::not_found,
                       "This home belongs to no network yet. Found one with `liaise network found NAME`, or "
                       "join one with `liaise join TICKET`."};
    network_->members = people_.size();
    return *network_;
}

Outcome<TicketView> FakeNode::create_ticket(const std::string& role, const std::string& country,
                                            Duration valid, Time now) {
    TicketView ticket;
    ticket.id = new_id<TicketId>();
    ticket.text = "liaise1" + ticket.id.text();
    ticket.role = role;
    ticket.country = country;
    ticket.state = "open";
    ticket.created = now;
    ticket.expires = now + valid;
    tickets_.push_back(ticket);
    tickets_.back().text.clear();
    return ticket;
}

Outcome<std::vector<TicketView>> FakeNode::tickets(Time) {
    return tickets_;
}

Outcome<TicketView> FakeNode::revoke_ticket(const std::string& ticket, Time) {
    const auto found = find(
        tickets_, "ticket", ticket, [](const TicketView& t) { return t.id.text(); },
        [](const TicketView& t) { return "liaise1" + t.id.text(); });
    if (!found.ok()) return found.refusal();
    tickets_[*found].state = "revoked";
    return tickets_[*found];
}

void FakeNode::join(const std::string& ticket, Time now, Callback<NetworkView> done) {
    if (!answers) return keep(std::move(done));
    if (ticket.rfind("liaise1", 0) != 0)
        return done(Refusal{Exit::usage,
                            "This is not a ticket, or it was mistyped. Ask for it again, or copy it whole."});
    auto joined = found_network("Practice network", now);
    if (joined.ok()) {
        self().founder = false;
        if (create_channel({"practice", "What works", "discussion", "from-start", {}, {}}, now).ok())
            arrive("practice", people_.back().name, "Referral instead of arrest: what worked in Kisumu.",
                   now);
    }
    done(std::move(joined));
}

Outcome<std::vector<PersonView>> FakeNode::people(Time) {
    return people_;
}

Outcome<std::size_t> FakeNode::find_person(const std::string& name) {
    return find(
        people_, "member", name, [](const PersonView& p) { return p.id.text(); },
        [](const PersonView& p) { return p.name; });
}
Outcome<std::size_t> FakeNode::find_channel(const std::string& name) {
    return find(
        channels_, "channel", name, [](const ChannelView& c) { return c.id.text(); },
        [](const ChannelView& c) { return c.name; });
}
Outcome<std::size_t> FakeNode::find_document(const std::string& name) {
    return find(
        documents_, "document", name, [](const Library& d) { return d.revisions.back().id.text(); },
        [](const Library& d) { return d.revisions.back().title; });
}

Outcome<PersonView> FakeNode::person(const std::string& who, Time) {
    const auto found = find_person(who);
    if (!found.ok()) return found.refusal();
    return people_[*found];
}

Outcome<std::vector<std::string>> FakeNode::safety_words(const std::string& who, Time) {
    const auto found = find_person(who);
    if (!found.ok()) return found.refusal();
    return std::vector<std::string>{"anchor", "basket", "copper", "dolphin", "ember", "forest"};
}

Outcome<PersonView> FakeNode::set_contact(const std::string& who, const std::string& state, Time) {
    const auto found = find_person(who);
    if (!found.ok()) return found.refusal();
    people_[*found].contact = state;
    return people_[*found];
}

Outcome<PersonView> FakeNode::revoke(const std::string& who, const std::string&, Time) {
    const auto found = find_person(who);
    if (!found.ok()) return found.refusal();
    if (people_[*found].self)
        return Refusal{Exit::not_allowed, "You cannot revoke yourself. Ask whoever accredited you."};
    people_[*found].standing = "revoked";
    return people_[*found];
}

Outcome<ChannelView> FakeNode::create_channel(const CharterRequest& wishes, Time now) {
    if (const auto fault = check_name(wishes.name, limits::name_bytes_max); !fault.ok())
        return Refusal{Exit::usage, std::string("Cannot create the channel: ") + fault.error().phrase + "."};
    ChannelView channel;
    channel.id = new_id<ChannelId>();
    channel.name = wishes.name;
    channel.purpose = wishes.purpose;
    channel.kind = wishes.kind;
    channel.history = wishes.history;
    channel.ceiling = wishes.ceiling.empty() ? "red" : wishes.ceiling;
    channel.retention_days = wishes.retention_days.value_or(0);
    channel.created = now;
    channel.convener = true;
    channel.listed = wishes.listed == "on";
    channel.state = "open";
    channel.members = {{self(), true, 1}};
    channels_.push_back(channel);
    add_charter(channels_.back(), now);
    return channel;
}

Outcome<std::vector<ChannelView>> FakeNode::channels(Time) {
    auto channels = channels_;
    for (ChannelView& channel : channels) channel.members.clear();
    return channels;
}

Outcome<ChannelView> FakeNode::channel(const std::string& channel, Time) {
    const auto found = find_channel(channel);
    if (!found.ok()) return found.refusal();
    return channels_[*found];
}

Outcome<ChannelView> FakeNode::direct(const std::string& who, Time now) {
    const auto person = find_person(who);
    if (!person.ok()) return person.refusal();
    const PersonView other = people_[*person];
    if (const auto known = find_channel(other.name); known.ok()) return channels_[*known];
    const auto made = create_channel({other.name, {}, "direct", "from-joining", {}, {}}, now);
    if (!made.ok()) return made.refusal();
    channels_.back().members.push_back({other, true, 2});
    return channels_.back();
}

Outcome<ChannelView> FakeNode::invite(const std::string& channel, const std::string& who, Time) {
    const auto in = find_channel(channel);
    if (!in.ok()) return in.refusal();
    const auto person = find_person(who);
    if (!person.ok()) return person.refusal();
    channels_[*in].members.push_back({people_[*person], false, 0});
    return channels_[*in];
}

Outcome<ChannelView> FakeNode::remove(const std::string& channel, const std::string& who, Time) {
    const auto in = find_channel(channel);
    if (!in.ok()) return in.refusal();
    const auto person = find_person(who);
    if (!person.ok()) return person.refusal();
    std::erase_if(channels_[*in].members, [&](const auto& m) { return m.person.id == people_[*person].id; });
    return channels_[*in];
}

Outcome<Done> FakeNode::leave(const std::string& channel, Time) {
    const auto in = find_channel(channel);
    if (!in.ok()) return in.refusal();
    channels_[*in].state = "left";
    return Done{};
}

MessageView& FakeNode::add_message(std::size_t channel, const PersonView& author, const std::string& text,
                                   Time now) {
    MessageView message;
    message.id = std::to_string(messages_.size() + 1) + "." + author.id.text().substr(0, 13);
    message.channel_id = channels_[channel].id;
    message.channel = channels_[channel].name;
    message.author_id = author.id;
    message.author = author.name;
    message.role = author.role;
    message.country = author.country;
    message.verified = author.verified();
    message.mine = author.self;
    message.time = message.order_time = now;
    message.text = text;
    message.handling = "green";
    message.kind = "post";
    message.state = "stored";
    messages_.push_back(message);
    ++channels_[channel].messages;
    if (observer_ != nullptr) observer_->message_arrived(messages_.back());
    return messages_.back();
}

void FakeNode::post(const PostRequest& request, Time now, Callback<MessageView> done) {
    const auto in = find_channel(request.channel);
    if (!in.ok()) return done(in.refusal());
    if (request.text.empty()) return done(Refusal{Exit::usage, "The message is empty. Write something."});
    MessageView& message = add_message(*in, self(), request.text, now);
    message.reply_to = request.reply_to;
    done(message);
}

Outcome<ReadAnswer> FakeNode::read(const ReadRequest& request, Time) {
    std::optional<ChannelId> only;
    if (!request.channel.empty()) {
        const auto in = find_channel(request.channel);
        if (!in.ok()) return in.refusal();
        only = channels_[*in].id;
    }
    std::vector<MessageView> found;
    bool after = request.after.empty();
    for (const MessageView& message : messages_) {
        if (message.id == request.before) break;
        const bool of_thread = message.id.rfind(request.thread, 0) == 0 || message.reply_to == request.thread;
        if (after && (!only || message.channel_id == *only) && (request.thread.empty() || of_thread))
            found.push_back(message);
        after = after || message.id == request.after;
    }
    if (!request.thread.empty() && found.empty()) return unknown("message", request.thread, "");
    if (found.size() > request.limit) {
        const auto excess = static_cast<std::ptrdiff_t>(found.size() - request.limit);
        if (request.after.empty())
            found.erase(found.begin(), found.begin() + excess);
        else
            found.resize(request.limit);
    }
    return ReadAnswer{std::move(found), 0};
}

Outcome<MessageView> FakeNode::mark(const MarkRequest& request, Time) {
    using Act = MarkRequest::Act;
    for (MessageView& message : messages_) {
        if (message.id != request.message) continue;
        const std::string& me = self().name;
        if (request.act == Act::edit || request.act == Act::retract) {
            if (!message.mine) return Refusal{Exit::not_allowed, "Only its author can do this."};
            message.edited = request.act == Act::edit;
            message.text = request.text;
            if (request.act == Act::retract) message.state = "retracted";
        }
        if (request.act == Act::react) message.reactions.push_back({request.text, {me}, true});
        if (request.act == Act::unreact) message.reactions.clear();
        if (request.act == Act::pin || request.act == Act::unpin)
            message.pinned_by = request.act == Act::pin ? me : "";
        if (request.act == Act::hide || request.act == Act::unhide) {
            message.hidden_by = request.act == Act::hide ? me : "";
            message.reason = request.text;
            message.state = request.act == Act::hide ? "hidden" : "stored";
        }
        return message;
    }
    return unknown("message", request.message, "");
}

Outcome<std::vector<WaitingView>> FakeNode::waiting(const std::string&, Time now) {
    WaitingView waiting;
    waiting.channel = "practice";
    waiting.what = "key";
    waiting.from = people_.back().name;
    waiting.log = "k3f9x2mqabcde";
    waiting.first = 3;
    waiting.last = 5;
    waiting.count = 3;
    waiting.since = now;
    waiting.asked = {people_.back().name};
    return std::vector{waiting};
}

Outcome<PersonView> FakeNode::mute(const std::string& who, const std::string& channel, bool on, Time) {
    const auto found = find_person(who);
    if (!found.ok()) return found.refusal();
    if (!channel.empty())
        if (const auto in = find_channel(channel); !in.ok()) return in.refusal();
    people_[*found].muted = on;
    return people_[*found];
}

Outcome<DeliveryView> FakeNode::delivery(const std::string& message, Time) {
    for (const MessageView& each : messages_)
        if (each.id == message)
            return DeliveryView{each, {{people_.back().name, people_.back().id, DeviceId{}, "delivered"}}};
    return unknown("message", message, "");
}

Outcome<SearchAnswer> FakeNode::search(const std::string& query, const std::string& channel,
                                       std::size_t limit, Time) {
    std::vector<SearchHit> hits;
    for (const Library& library : documents_) {
        const DocumentView& document = library.revisions.back();
        if (document.title.find(query) != std::string::npos ||
            text_of(library.contents.back()).find(query) != std::string_view::npos)
            hits.push_back({"document", {}, document, "... " + query + " ..."});
    }
    for (const MessageView& message : messages_)
        if (message.text.find(query) != std::string::npos && (channel.empty() || message.channel == channel))
            hits.push_back({"message", message, {}, message.text.substr(0, 60)});
    if (hits.size() > limit) hits.resize(limit);
    return SearchAnswer{std::move(hits), indexing};
}

void FakeNode::when_in_step(Callback<std::size_t> done, std::weak_ptr<void>) {
    if (!answers) return keep(std::move(done));
    done(peers);
}

}  // namespace liaise::test
