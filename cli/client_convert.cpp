#include "cli/client_convert.h"

namespace liaise::cli {
namespace {

std::string text_of(capnp::Text::Reader text) {
    return {text.begin(), text.size()};
}

}  // namespace

std::vector<std::string> values_of(capnp::List<capnp::Text>::Reader from) {
    std::vector<std::string> values;
    values.reserve(from.size());
    for (const auto text : from) values.push_back(text_of(text));
    return values;
}

Person value_of(api::Person::Reader from) {
    Person person;
    person.id = text_of(from.getId());
    person.name = text_of(from.getName());
    person.role = text_of(from.getRole());
    person.country = text_of(from.getCountry());
    person.organisation = text_of(from.getOrganisation());
    person.rank = text_of(from.getRank());
    person.standing = text_of(from.getStanding());
    person.contact = text_of(from.getContact());
    person.verified = from.getVerified();
    person.from = from.getFrom();
    person.until = from.getUntil();
    person.accreditor = text_of(from.getAccreditor());
    person.look_alikes = values_of(from.getLookAlikes());
    person.devices = from.getDevices();
    person.self = from.getSelf();
    person.founder = from.getFounder();
    person.connected = from.getConnected();
    person.forked = from.getForked();
    person.muted = from.getMuted();
    person.alias = text_of(from.getAlias());
    person.behind = text_of(from.getBehind());
    return person;
}

Network value_of(api::Network::Reader from) {
    Network network;
    network.id = text_of(from.getId());
    network.name = text_of(from.getName());
    network.created = from.getCreated();
    network.founders = values_of(from.getFounders());
    network.threshold = from.getThreshold();
    for (const auto line : from.getPolicy())
        network.policy.push_back({text_of(line.getRole()), values_of(line.getMayAccredit())});
    network.members = from.getMembers();
    return network;
}

Ticket value_of(api::Ticket::Reader from) {
    Ticket ticket;
    ticket.id = text_of(from.getId());
    ticket.text = text_of(from.getText());
    ticket.role = text_of(from.getRole());
    ticket.country = text_of(from.getCountry());
    ticket.state = text_of(from.getState());
    ticket.created = from.getCreated();
    ticket.expires = from.getExpires();
    ticket.used_by = text_of(from.getUsedBy());
    return ticket;
}

DeviceTicket value_of(api::DeviceTicket::Reader from) {
    DeviceTicket ticket;
    ticket.id = text_of(from.getId());
    ticket.text = text_of(from.getText());
    ticket.name = text_of(from.getName());
    ticket.state = text_of(from.getState());
    ticket.created = from.getCreated();
    ticket.expires = from.getExpires();
    ticket.words = values_of(from.getWords());
    ticket.device_id = text_of(from.getDeviceId());
    return ticket;
}

Device value_of(api::Device::Reader from) {
    Device device;
    device.id = text_of(from.getId());
    device.name = text_of(from.getName());
    device.state = text_of(from.getState());
    device.added = from.getAdded();
    device.seen = from.getSeen();
    device.this_one = from.getThisOne();
    device.connected = from.getConnected();
    device.identity = from.getIdentity();
    return device;
}

DeviceJoin value_of(api::DeviceJoin::Reader from) {
    DeviceJoin join;
    join.state = text_of(from.getState());
    join.words = values_of(from.getWords());
    join.member = text_of(from.getMember());
    join.network = text_of(from.getNetwork());
    join.sentence = text_of(from.getSentence());
    return join;
}

Channel value_of(api::Channel::Reader from) {
    Channel channel;
    channel.id = text_of(from.getId());
    channel.name = text_of(from.getName());
    channel.purpose = text_of(from.getPurpose());
    channel.kind = text_of(from.getKind());
    channel.history = text_of(from.getHistory());
    channel.created = from.getCreated();
    channel.messages = from.getMessages();
    channel.documents = from.getDocuments();
    channel.waiting = from.getWaiting();
    channel.unread = from.getUnread();
    channel.epoch = from.getEpoch();
    channel.convener = from.getConvener();
    channel.state = text_of(from.getState());
    for (const auto member : from.getMembers())
        channel.members.push_back({value_of(member.getPerson()), member.getConvener(), member.getPlace()});
    channel.warnings = values_of(from.getWarnings());
    channel.ceiling = text_of(from.getCeiling());
    channel.retention_days = from.getRetentionDays();
    channel.listed = from.getListed();
    channel.requests = from.getRequests();
    for (const auto person : from.getAnnouncedBy()) channel.announced_by.push_back(value_of(person));
    channel.asked = from.getAsked();
    channel.reason = text_of(from.getReason());
    channel.invited = from.getInvited();
    channel.aliases = text_of(from.getAliases());
    channel.alias = text_of(from.getAlias());
    return channel;
}

Request value_of(api::Request::Reader from) {
    return {text_of(from.getChannelId()),
            text_of(from.getChannel()),
            value_of(from.getPerson()),
            from.getAsked(),
            from.getTaken(),
            text_of(from.getNote()),
            text_of(from.getAlias())};
}

Charter value_of(api::Charter::Reader from) {
    Charter charter;
    charter.id = text_of(from.getId());
    charter.channel_id = text_of(from.getChannelId());
    charter.name = text_of(from.getName());
    charter.purpose = text_of(from.getPurpose());
    charter.kind = text_of(from.getKind());
    charter.history = text_of(from.getHistory());
    charter.ceiling = text_of(from.getCeiling());
    charter.retention_days = from.getRetentionDays();
    charter.receipts = from.getReceipts();
    charter.listed = from.getListed();
    charter.source = text_of(from.getSource());
    charter.aliases = text_of(from.getAliases());
    for (const auto convener : from.getConveners()) charter.conveners.push_back(value_of(convener));
    charter.author_id = text_of(from.getAuthorId());
    charter.author = text_of(from.getAuthor());
    charter.role = text_of(from.getRole());
    charter.country = text_of(from.getCountry());
    charter.verified = from.getVerified();
    charter.time = from.getTime();
    charter.in_force = from.getInForce();
    charter.changes = values_of(from.getChanges());
    return charter;
}

Message value_of(api::Message::Reader from) {
    Message message;
    message.id = text_of(from.getId());
    message.channel_id = text_of(from.getChannelId());
    message.channel = text_of(from.getChannel());
    message.author_id = text_of(from.getAuthorId());
    message.author = text_of(from.getAuthor());
    message.role = text_of(from.getRole());
    message.country = text_of(from.getCountry());
    message.verified = from.getVerified();
    message.mine = from.getMine();
    message.time = from.getTime();
    message.order_time = from.getOrderTime();
    message.text = text_of(from.getText());
    message.handling = text_of(from.getHandling());
    message.kind = text_of(from.getKind());
    message.state = text_of(from.getState());
    message.reply_to = text_of(from.getReplyTo());
    message.edited = from.getEdited();
    for (const auto reaction : from.getReactions())
        message.reactions.push_back(
            {text_of(reaction.getReaction()), values_of(reaction.getBy()), reaction.getMine()});
    message.pinned_by = text_of(from.getPinnedBy());
    message.hidden_by = text_of(from.getHiddenBy());
    message.reason = text_of(from.getReason());
    message.mentions = values_of(from.getMentions());
    message.mentions_me = from.getMentionsMe();
    message.unread = from.getUnread();
    message.delivered_to = from.getDeliveredTo();
    message.delivered_of = from.getDeliveredOf();
    message.read_by = from.getReadBy();
    return message;
}

Waiting value_of(api::Waiting::Reader from) {
    Waiting waiting;
    waiting.channel_id = text_of(from.getChannelId());
    waiting.channel = text_of(from.getChannel());
    waiting.what = text_of(from.getWhat());
    waiting.from = text_of(from.getFrom());
    waiting.log = text_of(from.getLog());
    waiting.first = from.getFirst();
    waiting.last = from.getLast();
    waiting.count = from.getCount();
    waiting.since = from.getSince();
    waiting.asked = values_of(from.getAsked());
    return waiting;
}

Delivery value_of(api::Delivery::Reader from) {
    Delivery delivery;
    delivery.message = value_of(from.getMessage());
    for (const auto device : from.getDevices())
        delivery.devices.push_back({text_of(device.getName()), text_of(device.getMemberId()),
                                    text_of(device.getDeviceId()), text_of(device.getState())});
    return delivery;
}

Document value_of(api::Document::Reader from) {
    Document document;
    document.id = text_of(from.getId());
    document.revision = from.getRevision();
    document.revisions = from.getRevisions();
    document.channel_id = text_of(from.getChannelId());
    document.channel = text_of(from.getChannel());
    document.title = text_of(from.getTitle());
    document.language = text_of(from.getLanguage());
    document.kind = text_of(from.getKind());
    document.file_name = text_of(from.getFileName());
    document.media_type = text_of(from.getMediaType());
    document.licence = text_of(from.getLicence());
    document.handling = text_of(from.getHandling());
    document.countries = values_of(from.getCountries());
    document.topics = values_of(from.getTopics());
    document.populations = values_of(from.getPopulations());
    document.bytes = from.getBytes();
    document.bytes_here = from.getBytesHere();
    document.author_id = text_of(from.getAuthorId());
    document.author = text_of(from.getAuthor());
    document.role = text_of(from.getRole());
    document.country = text_of(from.getCountry());
    document.verified = from.getVerified();
    document.time = from.getTime();
    document.state = text_of(from.getState());
    document.note = text_of(from.getNote());
    return document;
}

SearchHit value_of(api::SearchHit::Reader from) {
    SearchHit hit;
    if (from.isMessage()) hit.message = value_of(from.getMessage());
    if (from.isDocument()) hit.document = value_of(from.getDocument());
    hit.snippet = text_of(from.getSnippet());
    return hit;
}

Status value_of(api::Status::Reader from) {
    Status status;
    status.name = text_of(from.getName());
    status.role = text_of(from.getRole());
    status.country = text_of(from.getCountry());
    status.member_id = text_of(from.getMemberId());
    status.network = text_of(from.getNetwork());
    status.network_id = text_of(from.getNetworkId());
    status.state = text_of(from.getState());
    status.listening = values_of(from.getListening());
    for (const auto peer : from.getPeers())
        status.peers.push_back({text_of(peer.getName()), text_of(peer.getAddress()), text_of(peer.getState()),
                                text_of(peer.getMemberId())});
    status.channels = from.getChannels();
    status.entries = from.getEntries();
    status.waiting = from.getWaiting();
    status.in_step = from.getInStep();
    status.warnings = values_of(from.getWarnings());
    status.version = text_of(from.getVersion());
    status.pid = from.getPid();
    status.home = text_of(from.getHome());
    status.requests = from.getRequests();
    status.invitations = from.getInvitations();
    return status;
}

Finding value_of(api::Finding::Reader from) {
    return {text_of(from.getSubject()), text_of(from.getSeverity()), text_of(from.getSentence())};
}

}  // namespace liaise::cli
