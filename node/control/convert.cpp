#include "node/control/convert.h"

namespace liaise::node::control {
namespace {

std::int64_t ms(Time time) {
    return to_milliseconds(time);
}
std::uint32_t count(std::size_t size) {
    return static_cast<std::uint32_t>(size);
}

}  // namespace

void write(const std::vector<std::string>& texts, capnp::List<capnp::Text>::Builder to) {
    for (std::size_t i = 0; i < texts.size(); ++i) to.set(count(i), texts[i]);
}

void write(const service::Refusal& refusal, api::Refusal::Builder to) {
    to.setExit(static_cast<std::uint8_t>(refusal.exit));
    to.setSentence(refusal.sentence);
}

void write(const service::PersonView& person, api::Person::Builder to) {
    to.setId(person.id.text());
    to.setName(person.name);
    to.setRole(person.role);
    to.setCountry(person.country);
    to.setOrganisation(person.organisation);
    to.setRank(person.rank);
    to.setStanding(person.standing);
    to.setContact(person.contact);
    to.setVerified(person.verified());
    to.setFrom(ms(person.from));
    to.setUntil(ms(person.until));
    to.setAccreditor(person.accreditor);
    write(person.look_alikes, to.initLookAlikes(count(person.look_alikes.size())));
    to.setDevices(count(person.devices));
    to.setSelf(person.self);
    to.setFounder(person.founder);
    to.setConnected(person.connected);
    to.setForked(person.forked);
    to.setMuted(person.muted);
    to.setAlias(person.alias);
    to.setBehind(person.behind);
}

void write(const service::NetworkView& network, api::Network::Builder to) {
    to.setId(network.id.text());
    to.setName(network.name);
    to.setCreated(ms(network.created));
    write(network.founders, to.initFounders(count(network.founders.size())));
    to.setThreshold(network.threshold);
    auto policy = to.initPolicy(count(network.policy.size()));
    for (std::size_t i = 0; i < network.policy.size(); ++i) {
        const auto& [role, may_accredit] = network.policy[i];
        policy[count(i)].setRole(role);
        write(may_accredit, policy[count(i)].initMayAccredit(count(may_accredit.size())));
    }
    to.setMembers(count(network.members));
}

void write(const service::TicketView& ticket, api::Ticket::Builder to) {
    to.setId(ticket.id.text());
    to.setText(ticket.text);
    to.setRole(ticket.role);
    to.setCountry(ticket.country);
    to.setState(ticket.state);
    to.setCreated(ms(ticket.created));
    to.setExpires(ms(ticket.expires));
    to.setUsedBy(ticket.used_by);
}

void write(const service::DeviceTicketView& ticket, api::DeviceTicket::Builder to) {
    to.setId(ticket.id.text());
    to.setText(ticket.text);
    to.setName(ticket.name);
    to.setState(ticket.state);
    to.setCreated(ms(ticket.created));
    to.setExpires(ms(ticket.expires));
    write(ticket.words, to.initWords(static_cast<unsigned>(ticket.words.size())));
    if (ticket.device) to.setDeviceId(ticket.device->text());
}

void write(const service::DeviceView& device, api::Device::Builder to) {
    to.setId(device.id.text());
    to.setName(device.name);
    to.setState(device.state);
    to.setAdded(ms(device.added));
    if (device.seen) to.setSeen(ms(*device.seen));
    to.setThisOne(device.this_one);
    to.setConnected(device.connected);
    to.setIdentity(device.identity);
}

void write(const service::DeviceJoinView& join, api::DeviceJoin::Builder to) {
    to.setState(join.state);
    write(join.words, to.initWords(static_cast<unsigned>(join.words.size())));
    to.setMember(join.member);
    to.setNetwork(join.network);
    to.setSentence(join.sentence);
}

void write(const service::ChannelView& channel, api::Channel::Builder to) {
    to.setId(channel.id.text());
    to.setName(channel.name);
    to.setPurpose(channel.purpose);
    to.setKind(channel.kind);
    to.setHistory(channel.history);
    to.setCreated(ms(channel.created));
    to.setMessages(channel.messages);
    to.setDocuments(channel.documents);
    to.setWaiting(channel.waiting);
    to.setUnread(channel.unread);
    to.setEpoch(channel.epoch);
    to.setConvener(channel.convener);
    to.setState(channel.state);
    auto members = to.initMembers(count(channel.members.size()));
    for (std::size_t i = 0; i < channel.members.size(); ++i) {
        write(channel.members[i].person, members[count(i)].initPerson());
        members[count(i)].setConvener(channel.members[i].convener);
        members[count(i)].setPlace(count(channel.members[i].place));
    }
    write(channel.warnings, to.initWarnings(count(channel.warnings.size())));
    to.setCeiling(channel.ceiling);
    to.setRetentionDays(channel.retention_days);
    to.setListed(channel.listed);
    to.setRequests(count(channel.requests));
    write_all(channel.announced_by, to.initAnnouncedBy(count(channel.announced_by.size())));
    to.setAsked(ms(channel.asked));
    to.setReason(channel.reason);
    to.setInvited(channel.invited);
    to.setAliases(channel.aliases);
    to.setAlias(channel.alias);
}

void write(const service::RequestView& request, api::Request::Builder to) {
    to.setChannelId(request.channel_id.text());
    to.setChannel(request.channel);
    write(request.person, to.initPerson());
    to.setAsked(ms(request.asked));
    to.setTaken(ms(request.taken));
    to.setNote(request.note);
    to.setAlias(request.alias);
}

void write(const service::CharterView& charter, api::Charter::Builder to) {
    to.setId(charter.id);
    to.setChannelId(charter.channel_id.text());
    to.setName(charter.name);
    to.setPurpose(charter.purpose);
    to.setKind(charter.kind);
    to.setHistory(charter.history);
    to.setCeiling(charter.ceiling);
    to.setRetentionDays(charter.retention_days);
    write_all(charter.conveners, to.initConveners(count(charter.conveners.size())));
    to.setAuthorId(charter.author_id.text());
    to.setAuthor(charter.author);
    to.setRole(charter.role);
    to.setCountry(charter.country);
    to.setVerified(charter.verified);
    to.setTime(ms(charter.time));
    to.setInForce(charter.in_force);
    to.setReceipts(charter.receipts);
    to.setListed(charter.listed);
    to.setSource(charter.source);
    to.setAliases(charter.aliases);
    write(charter.changes, to.initChanges(count(charter.changes.size())));
}

void write(const service::MessageView& message, api::Message::Builder to) {
    to.setId(message.id);
    to.setChannelId(message.channel_id.text());
    to.setChannel(message.channel);
    to.setAuthorId(message.author_id.text());
    to.setAuthor(message.author);
    to.setRole(message.role);
    to.setCountry(message.country);
    to.setVerified(message.verified);
    to.setMine(message.mine);
    to.setTime(ms(message.time));
    to.setOrderTime(ms(message.order_time));
    to.setText(message.text);
    to.setHandling(message.handling);
    to.setKind(message.kind);
    to.setState(message.state);
    to.setReplyTo(message.reply_to);
    to.setEdited(message.edited);
    auto reactions = to.initReactions(count(message.reactions.size()));
    for (std::size_t i = 0; i < message.reactions.size(); ++i) {
        const service::ReactionView& reaction = message.reactions[i];
        reactions[count(i)].setReaction(reaction.reaction);
        write(reaction.by, reactions[count(i)].initBy(count(reaction.by.size())));
        reactions[count(i)].setMine(reaction.mine);
    }
    to.setPinnedBy(message.pinned_by);
    to.setHiddenBy(message.hidden_by);
    to.setReason(message.reason);
    write(message.mentions, to.initMentions(count(message.mentions.size())));
    to.setMentionsMe(message.mentions_us);
    to.setUnread(message.unread);
    to.setDeliveredTo(count(message.delivered_to));
    to.setDeliveredOf(count(message.delivered_of));
    to.setReadBy(count(message.read_by));
}

void write(const service::WaitingView& waiting, api::Waiting::Builder to) {
    to.setChannelId(waiting.channel_id.text());
    to.setChannel(waiting.channel);
    to.setWhat(waiting.what);
    to.setFrom(waiting.from);
    to.setLog(waiting.log);
    to.setFirst(waiting.first);
    to.setLast(waiting.last);
    to.setCount(waiting.count);
    to.setSince(ms(waiting.since));
    write(waiting.asked, to.initAsked(count(waiting.asked.size())));
}

void write(const service::DeliveryView& delivery, api::Delivery::Builder to) {
    write(delivery.message, to.initMessage());
    auto devices = to.initDevices(count(delivery.devices.size()));
    for (std::size_t i = 0; i < delivery.devices.size(); ++i) {
        const auto& device = delivery.devices[i];
        devices[count(i)].setName(device.name);
        devices[count(i)].setMemberId(device.member.text());
        devices[count(i)].setDeviceId(device.device.text());
        devices[count(i)].setState(device.state);
    }
}

void write(const service::DocumentView& document, api::Document::Builder to) {
    to.setId(document.id.text());
    to.setRevision(document.revision);
    to.setRevisions(document.revisions);
    to.setChannelId(document.channel_id.text());
    to.setChannel(document.channel);
    to.setTitle(document.title);
    to.setLanguage(document.language);
    to.setKind(document.kind);
    to.setFileName(document.file_name);
    to.setMediaType(document.media_type);
    to.setLicence(document.licence);
    to.setHandling(document.handling);
    write(document.countries, to.initCountries(count(document.countries.size())));
    write(document.topics, to.initTopics(count(document.topics.size())));
    write(document.populations, to.initPopulations(count(document.populations.size())));
    to.setBytes(document.bytes);
    to.setBytesHere(document.bytes_here);
    to.setAuthorId(document.author_id.text());
    to.setAuthor(document.author);
    to.setRole(document.role);
    to.setCountry(document.country);
    to.setVerified(document.verified);
    to.setTime(ms(document.time));
    to.setState(document.state);
    to.setNote(document.note);
}

void write(const service::SearchHit& hit, api::SearchHit::Builder to) {
    if (hit.message)
        write(*hit.message, to.initMessage());
    else if (hit.document)
        write(*hit.document, to.initDocument());
    to.setSnippet(hit.snippet);
}

void write(const service::PeerView& peer, api::Peer::Builder to) {
    to.setName(peer.name);
    to.setAddress(peer.address);
    to.setState(peer.state);
    to.setMemberId(peer.member_id.is_zero() ? std::string{} : peer.member_id.text());
}

void write(const service::Finding& finding, api::Finding::Builder to) {
    to.setSubject(finding.subject);
    to.setSeverity(finding.severity);
    to.setSentence(finding.sentence);
}

void write(const service::StatusView& status, const DaemonFacts& facts, api::Status::Builder to) {
    to.setName(status.name);
    to.setRole(status.role);
    to.setCountry(status.country);
    to.setMemberId(status.member_id);
    to.setNetwork(status.network);
    to.setNetworkId(status.network_id);
    to.setState(status.state);
    const auto& listening = status.listening.empty() ? facts.listening : status.listening;
    write(listening, to.initListening(count(listening.size())));
    write_all(status.peers, to.initPeers(count(status.peers.size())));
    to.setChannels(status.channels);
    to.setEntries(status.entries);
    to.setWaiting(status.waiting);
    to.setRequests(count(status.requests));
    to.setInvitations(count(status.invitations));
    to.setInStep(status.in_step);
    write(status.warnings, to.initWarnings(count(status.warnings.size())));
    to.setVersion(facts.version);
    to.setPid(facts.pid);
    to.setHome(facts.home);
}

void write_locked(const DaemonFacts& facts, api::Status::Builder to) {
    to.setState("locked");
    write(facts.listening, to.initListening(count(facts.listening.size())));
    to.setVersion(facts.version);
    to.setPid(facts.pid);
    to.setHome(facts.home);
}

}  // namespace liaise::node::control
