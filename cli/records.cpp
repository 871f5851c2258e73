#include "cli/records.h"

#include "cli/moment.h"

namespace liaise::cli {

Record record_of(const Person& person) {
    Record record;
    record.add("id", person.id)
        .add("name", person.name)
        .add("role", person.role)
        .add("country", person.country)
        .add("organisation", person.organisation)
        .add("rank", person.rank)
        .add("standing", person.standing)
        .add("contact", person.contact)
        .add("verified", person.verified)
        .add("from", moment_in_utc(person.from))
        .add("until", moment_in_utc(person.until))
        .add("accreditor", person.accreditor)
        .add("look_alikes", person.look_alikes)
        .add("devices", person.devices)
        .add("self", person.self)
        .add("founder", person.founder)
        .add("connected", person.connected)
        .add("forked", person.forked)
        .add("muted", person.muted)
        .add("alias", person.alias)
        .add("behind", person.behind);
    return record;
}

Record record_of(const Network& network) {
    std::vector<Record> policy;
    for (const auto& line : network.policy)
        policy.push_back(Record{}.add("role", line.role).add("may_accredit", line.may_accredit));
    Record record;
    record.add("id", network.id)
        .add("name", network.name)
        .add("created", moment_in_utc(network.created))
        .add("founders", network.founders)
        .add("threshold", network.threshold)
        .add("policy", std::move(policy))
        .add("members", network.members);
    return record;
}

Record record_of(const Ticket& ticket) {
    Record record;
    record.add("id", ticket.id);
    if (!ticket.text.empty()) record.add("ticket", ticket.text);
    record.add("role", ticket.role)
        .add("country", ticket.country)
        .add("state", ticket.state)
        .add("created", moment_in_utc(ticket.created))
        .add("expires", moment_in_utc(ticket.expires))
        .add("used_by", ticket.used_by);
    return record;
}

Record record_of(const DeviceTicket& ticket) {
    Record record;
    record.add("id", ticket.id);
    if (!ticket.text.empty()) record.add("ticket", ticket.text);
    record.add("name", ticket.name)
        .add("state", ticket.state)
        .add("created", moment_in_utc(ticket.created))
        .add("expires", moment_in_utc(ticket.expires))
        .add("words", ticket.words)
        .add("device_id", ticket.device_id);
    return record;
}

Record record_of(const Device& device) {
    Record record;
    record.add("id", device.id)
        .add("name", device.name)
        .add("state", device.state)
        .add("added", moment_in_utc(device.added))
        .add("seen", device.seen == 0 ? std::string{} : moment_in_utc(device.seen))
        .add("this_one", device.this_one)
        .add("connected", device.connected)
        .add("identity", device.identity);
    return record;
}

Record record_of(const DeviceJoin& join) {
    Record record;
    record.add("state", join.state)
        .add("words", join.words)
        .add("member", join.member)
        .add("network", join.network);
    return record;
}

Record record_of(const Channel& channel) {
    Record record;
    record.add("id", channel.id)
        .add("name", channel.name)
        .add("purpose", channel.purpose)
        .add("kind", channel.kind)
        .add("history", channel.history)
        .add("created", moment_in_utc(channel.created))
        .add("messages", channel.messages)
        .add("documents", channel.documents)
        .add("waiting", channel.waiting)
        .add("epoch", channel.epoch)
        .add("convener", channel.convener)
        .add("state", channel.state);
    std::vector<Record> members;
    for (const auto& member : channel.members)
        members.push_back(Record{}
                              .add("convener", member.convener)
                              .add_all(record_of(member.person))
                              .add("place", member.place));
    record.add("members", std::move(members))
        .add("warnings", channel.warnings)
        .add("ceiling", channel.ceiling)
        .add("retention_days", channel.retention_days)
        .add("unread", channel.unread)
        .add("listed", channel.listed)
        .add("requests", channel.requests);
    std::vector<Record> announced_by;
    for (const Person& person : channel.announced_by) announced_by.push_back(record_of(person));
    record.add("announced_by", std::move(announced_by))
        .add("asked", channel.asked == 0 ? std::string{} : moment_in_utc(channel.asked))
        .add("reason", channel.reason)
        .add("invited", channel.invited)
        .add("aliases", channel.aliases)
        .add("alias", channel.alias);
    return record;
}

Record record_of(const Request& request) {
    return Record{}
        .add("channel", request.channel)
        .add("channel_id", request.channel_id)
        .add_all(record_of(request.person))
        .add("asked", moment_in_utc(request.asked))
        .add("taken", moment_in_utc(request.taken))
        .add("note", request.note)
        .add("under_alias", request.alias);
}

Record record_of(const Charter& charter) {
    std::vector<Record> conveners;
    for (const Person& person : charter.conveners) conveners.push_back(record_of(person));
    Record record;
    record.add("id", charter.id)
        .add("channel_id", charter.channel_id)
        .add("name", charter.name)
        .add("purpose", charter.purpose)
        .add("kind", charter.kind)
        .add("history", charter.history)
        .add("ceiling", charter.ceiling)
        .add("retention_days", charter.retention_days)
        .add("conveners", std::move(conveners))
        .add("author", charter.author)
        .add("author_id", charter.author_id)
        .add("role", charter.role)
        .add("country", charter.country)
        .add("verified", charter.verified)
        .add("time", moment_in_utc(charter.time))
        .add("in_force", charter.in_force)
        .add("changes", charter.changes)
        .add("receipts", charter.receipts)
        .add("listed", charter.listed)
        .add("source", charter.source)
        .add("aliases", charter.aliases);
    return record;
}

Record record_of(const Message& message) {
    Record record;
    record.add("id", message.id)
        .add("channel", message.channel)
        .add("author", message.author)
        .add("author_id", message.author_id)
        .add("role", message.role)
        .add("country", message.country)
        .add("verified", message.verified)
        .add("time", moment_in_utc(message.time))
        .add("text", message.text)
        .add("state", message.state)
        .add("channel_id", message.channel_id)
        .add("reply_to", message.reply_to)
        .add("kind", message.kind)
        .add("handling", message.handling)
        .add("mine", message.mine);
    std::vector<Record> reactions;
    for (const Reaction& reaction : message.reactions)
        reactions.push_back(Record{}
                                .add("reaction", reaction.reaction)
                                .add("count", static_cast<std::uint64_t>(reaction.by.size()))
                                .add("mine", reaction.mine)
                                .add("by", reaction.by));
    record.add("edited", message.edited)
        .add("reactions", std::move(reactions))
        .add("pinned_by", message.pinned_by)
        .add("hidden_by", message.hidden_by)
        .add("reason", message.reason)
        .add("mentions", message.mentions)
        .add("mentions_me", message.mentions_me)
        .add("unread", message.unread)
        .add("delivered_to", message.delivered_to)
        .add("delivered_of", message.delivered_of)
        .add("read_by", message.read_by);
    return record;
}

Record record_of(const Waiting& waiting) {
    Record record;
    record.add("channel", waiting.channel)
        .add("what", waiting.what)
        .add("from", waiting.from)
        .add("log", waiting.log)
        .add("first", waiting.first)
        .add("last", waiting.last)
        .add("count", waiting.count)
        .add("since", moment_in_utc(waiting.since))
        .add("asked", waiting.asked)
        .add("channel_id", waiting.channel_id);
    return record;
}

Record record_of(const Delivery& delivery) {
    std::vector<Record> devices;
    for (const auto& device : delivery.devices)
        devices.push_back(Record{}
                              .add("name", device.name)
                              .add("member_id", device.member_id)
                              .add("device_id", device.device_id)
                              .add("state", device.state));
    Record record;
    record.add("devices", std::move(devices)).add_all(record_of(delivery.message));
    return record;
}

Record record_of(const Document& document) {
    Record record;
    record.add("id", document.id)
        .add("revision", document.revision)
        .add("title", document.title)
        .add("lang", document.language)
        .add("kind", document.kind)
        .add("bytes", document.bytes)
        .add("author", document.author)
        .add("time", moment_in_utc(document.time))
        .add("state", document.state)
        .add("revisions", document.revisions)
        .add("channel", document.channel)
        .add("channel_id", document.channel_id)
        .add("author_id", document.author_id)
        .add("role", document.role)
        .add("country", document.country)
        .add("verified", document.verified)
        .add("file_name", document.file_name)
        .add("media_type", document.media_type)
        .add("bytes_here", document.bytes_here)
        .add("handling", document.handling)
        .add("licence", document.licence)
        .add("countries", document.countries)
        .add("topics", document.topics)
        .add("populations", document.populations)
        .add("note", document.note);
    return record;
}

Record record_of(const SearchHit& hit) {
    Record record;
    record.add("found", hit.message ? "message" : "document").add("snippet", hit.snippet);
    if (hit.message) record.add_all(record_of(*hit.message));
    if (hit.document) record.add_all(record_of(*hit.document));
    return record;
}

Record record_of(const Status& status) {
    std::vector<Record> peers;
    for (const Peer& peer : status.peers)
        peers.push_back(Record{}
                            .add("name", peer.name)
                            .add("member_id", peer.member_id)
                            .add("address", peer.address)
                            .add("state", peer.state));
    Record record;
    record.add("state", status.state)
        .add("name", status.name)
        .add("role", status.role)
        .add("country", status.country)
        .add("member_id", status.member_id)
        .add("network", status.network)
        .add("network_id", status.network_id)
        .add("listening", status.listening)
        .add("peers", std::move(peers))
        .add("in_step", status.in_step)
        .add("channels", status.channels)
        .add("entries", status.entries)
        .add("waiting", status.waiting)
        .add("warnings", status.warnings)
        .add("version", status.version)
        .add("pid", status.pid)
        .add("home", status.home)
        .add("requests", status.requests)
        .add("invitations", status.invitations);
    return record;
}

Record record_of(const Finding& finding) {
    Record record;
    record.add("subject", finding.subject)
        .add("severity", finding.severity)
        .add("sentence", finding.sentence);
    return record;
}

}  // namespace liaise::cli
