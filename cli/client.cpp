#include "cli/client.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/client_connection.h"

namespace liaise::cli {
namespace {

constexpr std::size_t answer_bytes_max = 256 * 1024 * 1024;  // from our own daemon: a long list is no attack

Failure not_running(const std::filesystem::path& home) {
    return {
        Exit::not_running,
        say("Liaise is not running on the home {0}. Start it with `liaise --home {0} up`.", home.string())};
}

}  // namespace

// Through the folder's descriptor, so that a long path does not matter.
int connect_in(const std::filesystem::path& home) {
    const int folder = ::open(home.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            throw Failure{Exit::not_running,
                          say("There is no home at {0}. Make one with `liaise init`, or name "
                              "another with --home.",
                              home.string())};
        throw Failure{Exit::not_allowed,
                      say("The home {0} cannot be opened. It belongs to another user.", home.string())};
    }
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/control.sock", folder);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int connected = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    const int fault = errno;
    ::close(folder);
    if (connected == 0) return socket;
    ::close(socket);
    if (fault == EACCES || fault == EPERM)
        throw Failure{Exit::not_allowed,
                      say("The daemon on the home {0} belongs to another user and answers only to them.",
                          home.string())};
    throw not_running(home);
}

capnp::ReaderOptions reader_options() {
    capnp::ReaderOptions options;
    options.traversalLimitInWords = answer_bytes_max / sizeof(capnp::word);
    return options;
}

Client::Client(const std::filesystem::path& home) : connection_(std::make_unique<Connection>(home)) {}
Client::~Client() = default;

Status Client::status() {
    return value_of(connection_->ask(connection_->control.statusRequest()).getStatus());
}

std::vector<Finding> Client::doctor() {
    return values_of<api::Finding>(connection_->ask(connection_->control.doctorRequest()).getFindings());
}

void Client::stop() {
    connection_->ask(connection_->control.stopRequest());
}

void Client::lock() {
    connection_->ask(connection_->control.lockRequest());
}

void Client::unlock(const std::string& passphrase) {
    auto request = connection_->control.unlockRequest();
    request.setPassphrase({reinterpret_cast<const kj::byte*>(passphrase.data()), passphrase.size()});
    connection_->ask(request);
}

Network Client::found_network(const std::string& name) {
    auto request = connection_->control.foundNetworkRequest();
    request.setName(name);
    return value_of(connection_->ask(request).getNetwork());
}

Network Client::network() {
    return value_of(connection_->ask(connection_->control.networkRequest()).getNetwork());
}

Ticket Client::create_ticket(const std::string& role, const std::string& country, Milliseconds valid) {
    auto request = connection_->control.createTicketRequest();
    request.setRole(role);
    request.setCountry(country);
    request.setValidMilliseconds(valid);
    return value_of(connection_->ask(request).getTicket());
}

std::vector<Ticket> Client::tickets() {
    return values_of<api::Ticket>(connection_->ask(connection_->control.ticketsRequest()).getTickets());
}

Ticket Client::revoke_ticket(const std::string& ticket) {
    auto request = connection_->control.revokeTicketRequest();
    request.setTicket(ticket);
    return value_of(connection_->ask(request).getTicket());
}

Network Client::join(const std::string& ticket, Wait wait) {
    auto request = connection_->control.joinRequest();
    request.setTicket(ticket);
    request.setWaitMilliseconds(wait.milliseconds);
    return value_of(connection_->ask(request).getNetwork());
}

std::vector<Person> Client::people() {
    return values_of<api::Person>(connection_->ask(connection_->control.peopleRequest()).getPeople());
}

Person Client::person(const std::string& who) {
    auto request = connection_->control.personRequest();
    request.setWho(who);
    return value_of(connection_->ask(request).getPerson());
}

std::pair<std::vector<std::string>, Person> Client::safety_words(const std::string& who) {
    auto request = connection_->control.safetyWordsRequest();
    request.setWho(who);
    const auto answer = connection_->ask(request);
    return {values_of(answer.getWords()), value_of(answer.getPerson())};
}

Person Client::set_contact(const std::string& who, const std::string& state) {
    auto request = connection_->control.setContactRequest();
    request.setWho(who);
    request.setState(state);
    return value_of(connection_->ask(request).getPerson());
}

Person Client::revoke(const std::string& who, const std::string& reason) {
    auto request = connection_->control.revokeRequest();
    request.setWho(who);
    request.setReason(reason);
    return value_of(connection_->ask(request).getPerson());
}

Channel Client::create_channel(const CharterWishes& charter) {
    auto request = connection_->control.createChannelRequest();
    request.setName(charter.name);
    request.setPurpose(charter.purpose);
    request.setKind(charter.kind);
    request.setHistory(charter.history);
    request.setCeiling(charter.ceiling);
    request.setRetentionDays(charter.retention_days.value_or(0));
    request.setReceipts(charter.receipts);
    request.setListed(charter.listed == "on");
    request.setAliases(charter.aliases);
    return value_of(connection_->ask(request).getChannel());
}

std::vector<Channel> Client::channels(bool all) {
    auto request = connection_->control.channelsRequest();
    request.setAll(all);
    return values_of<api::Channel>(connection_->ask(request).getChannels());
}

Channel Client::channel(const std::string& channel) {
    auto request = connection_->control.channelRequest();
    request.setChannel(channel);
    return value_of(connection_->ask(request).getChannel());
}

Channel Client::direct(const std::string& who) {
    auto request = connection_->control.directRequest();
    request.setWho(who);
    return value_of(connection_->ask(request).getChannel());
}

Channel Client::invite(const std::string& channel, const std::string& who) {
    auto request = connection_->control.inviteRequest();
    request.setChannel(channel);
    request.setWho(who);
    return value_of(connection_->ask(request).getChannel());
}

Channel Client::remove(const std::string& channel, const std::string& who) {
    auto request = connection_->control.removeRequest();
    request.setChannel(channel);
    request.setWho(who);
    return value_of(connection_->ask(request).getChannel());
}

void Client::leave(const std::string& channel) {
    auto request = connection_->control.leaveRequest();
    request.setChannel(channel);
    connection_->ask(request);
}

std::vector<Charter> Client::charters(const std::string& channel) {
    auto request = connection_->control.chartersRequest();
    request.setChannel(channel);
    return values_of<api::Charter>(connection_->ask(request).getCharters());
}

Charter Client::amend(const std::string& channel, const CharterWishes& change) {
    auto request = connection_->control.amendRequest();
    request.setChannel(channel);
    auto wishes = request.initChange();
    wishes.setName(change.name);
    wishes.setPurpose(change.purpose);
    wishes.setCeiling(change.ceiling);
    if (change.retention_days) wishes.setRetentionDays(*change.retention_days);
    wishes.setReceipts(change.receipts);
    wishes.setListed(change.listed);
    return value_of(connection_->ask(request).getCharter());
}

std::optional<Charter> Client::unseen_charter(const std::string& channel) {
    auto request = connection_->control.unseenCharterRequest();
    request.setChannel(channel);
    const auto answer = connection_->ask(request);
    return answer.hasCharter() ? std::optional(value_of(answer.getCharter())) : std::nullopt;
}

Charter Client::promote(const std::string& channel, const std::string& who, std::uint32_t place) {
    auto request = connection_->control.promoteRequest();
    request.setChannel(channel);
    request.setWho(who);
    request.setPlace(place);
    return value_of(connection_->ask(request).getCharter());
}

Charter Client::demote(const std::string& channel, const std::string& who) {
    auto request = connection_->control.demoteRequest();
    request.setChannel(channel);
    request.setWho(who);
    return value_of(connection_->ask(request).getCharter());
}

void Client::hand_over(const std::string& channel, const std::string& who) {
    auto request = connection_->control.handOverRequest();
    request.setChannel(channel);
    request.setWho(who);
    connection_->ask(request);
}

Message Client::post(const std::string& channel, const std::string& text, const std::string& reply_to) {
    auto request = connection_->control.postRequest();
    request.setChannel(channel);
    request.setText(text);
    request.setReplyTo(reply_to);
    return value_of(connection_->ask(request).getMessage());
}

ReadAnswer Client::read(const ReadQuery& query) {
    auto request = connection_->control.readRequest();
    request.setChannel(query.channel);
    request.setLimit(query.limit);
    request.setBefore(query.before);
    request.setAfter(query.after);
    request.setThread(query.thread);
    request.setUnread(query.unread);
    request.setMentions(query.mentions);
    request.setPinned(query.pinned);
    request.setMarkRead(query.mark_read);
    const auto answer = connection_->ask(request);
    return {values_of<api::Message>(answer.getMessages()), answer.getMuted()};
}

Message Client::mark(Act act, const std::string& message, const std::string& text) {
    auto request = connection_->control.markRequest();
    request.setAct(static_cast<api::Act>(act));
    request.setMessage(message);
    request.setText(text);
    return value_of(connection_->ask(request).getMessage());
}

std::vector<Waiting> Client::waiting(const std::string& channel) {
    auto request = connection_->control.waitingRequest();
    request.setChannel(channel);
    return values_of<api::Waiting>(connection_->ask(request).getWaiting());
}

Delivery Client::delivery(const std::string& message) {
    auto request = connection_->control.deliveryRequest();
    request.setMessage(message);
    return value_of(connection_->ask(request).getDelivery());
}

Person Client::mute(const std::string& who, const std::string& channel, bool on) {
    auto request = connection_->control.muteRequest();
    request.setWho(who);
    request.setChannel(channel);
    request.setOn(on);
    return value_of(connection_->ask(request).getPerson());
}

std::vector<Document> Client::documents(const std::string& channel) {
    auto request = connection_->control.documentsRequest();
    request.setChannel(channel);
    return values_of<api::Document>(connection_->ask(request).getDocuments());
}

Document Client::document(const std::string& document) {
    auto request = connection_->control.documentRequest();
    request.setDocument(document);
    return value_of(connection_->ask(request).getDocument());
}

std::vector<Document> Client::history(const std::string& document) {
    auto request = connection_->control.historyRequest();
    request.setDocument(document);
    return values_of<api::Document>(connection_->ask(request).getDocuments());
}

SearchAnswer Client::search(const std::string& query, const std::string& channel, std::uint32_t limit) {
    auto request = connection_->control.searchRequest();
    request.setQuery(query);
    request.setChannel(channel);
    request.setLimit(limit);
    const auto answer = connection_->ask(request);
    return {values_of<api::SearchHit>(answer.getHits()), answer.getIncomplete(), answer.getMuted()};
}

std::uint32_t Client::sync(Wait wait) {
    auto request = connection_->control.syncRequest();
    request.setWaitMilliseconds(wait.milliseconds);
    return connection_->ask(request).getPeers();
}

}  // namespace liaise::cli
