#include "cli/client.h"

#include <capnp/rpc-twoparty.h>
#include <fcntl.h>
#include <kj/async-io.h>
#include <kj/async-unix.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>

#include "cli/client_convert.h"
#include "cli/words.h"

namespace liaise::cli {
namespace {

constexpr std::size_t piece_bytes_max = 128 * 1024;
constexpr std::size_t answer_bytes_max = 256 * 1024 * 1024;  // from our own daemon: a long list is no attack

Failure not_running(const std::filesystem::path& home) {
    return {
        Exit::not_running,
        say("Liaise is not running on the home {0}. Start it with `liaise --home {0} up`.", home.string())};
}

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

template <class Answer>
void refuse_if(const Answer& answer) {
    if (!answer.hasRefusal()) return;
    const auto refusal = answer.getRefusal();
    const auto sentence = refusal.getSentence();
    const int exit = refusal.getExit();
    const bool known = exit >= 1 && exit <= static_cast<int>(Exit::not_found);
    throw Failure{known ? static_cast<Exit>(exit) : Exit::failed,
                  std::string(sentence.begin(), sentence.size())};
}

}  // namespace

struct Client::Connection {
    explicit Connection(std::filesystem::path at)
        : home(std::move(at)),
          socket(connect_in(home)),
          stream(io.lowLevelProvider->wrapSocketFd(socket, kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP |
                                                               kj::LowLevelAsyncIoProvider::ALREADY_CLOEXEC)),
          network(*stream, capnp::rpc::twoparty::Side::CLIENT, reader_options()),
          rpc(capnp::makeRpcClient(network)),
          control(bootstrap()) {}

    api::Control::Client bootstrap() {
        capnp::MallocMessageBuilder message;
        auto vat = message.initRoot<capnp::rpc::twoparty::VatId>();
        vat.setSide(capnp::rpc::twoparty::Side::SERVER);
        return rpc.bootstrap(vat).castAs<api::Control>();
    }

    template <class T>
    T wait(kj::Promise<T>&& promise) {
        try {
            return promise.wait(io.waitScope);
        } catch (const kj::Exception& fault) {
            if (fault.getType() == kj::Exception::Type::DISCONNECTED)
                throw Failure{
                    Exit::not_running,
                    say("The daemon on the home {0} went away before it answered. See whether it runs with "
                        "`liaise status`.",
                        home.string())};
            throw Failure{Exit::failed,
                          say("The daemon could not do this: {0}. The file `log` in its home says more.",
                              std::string(fault.getDescription().cStr()))};
        }
    }

    // Sends, waits, throws what is a refusal.
    template <class Request>
    auto ask(Request&& request) {
        auto answer = wait(request.send());
        refuse_if(answer);
        return answer;
    }

    std::filesystem::path home;
    kj::AsyncIoContext io = kj::setupAsyncIo();
    int socket;
    kj::Own<kj::AsyncIoStream> stream;
    capnp::TwoPartyVatNetwork network;
    capnp::RpcSystem<capnp::rpc::twoparty::VatId> rpc;
    api::Control::Client control;
};

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

Channel Client::create_channel(const std::string& name, const std::string& purpose, const std::string& kind,
                               const std::string& history) {
    auto request = connection_->control.createChannelRequest();
    request.setName(name);
    request.setPurpose(purpose);
    request.setKind(kind);
    request.setHistory(history);
    return value_of(connection_->ask(request).getChannel());
}

std::vector<Channel> Client::channels() {
    return values_of<api::Channel>(connection_->ask(connection_->control.channelsRequest()).getChannels());
}

Channel Client::channel(const std::string& channel) {
    auto request = connection_->control.channelRequest();
    request.setChannel(channel);
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

Message Client::post(const std::string& channel, const std::string& text, const std::string& reply_to) {
    auto request = connection_->control.postRequest();
    request.setChannel(channel);
    request.setText(text);
    request.setReplyTo(reply_to);
    return value_of(connection_->ask(request).getMessage());
}

std::vector<Message> Client::read(const ReadQuery& query) {
    auto request = connection_->control.readRequest();
    request.setChannel(query.channel);
    request.setLimit(query.limit);
    request.setBefore(query.before);
    request.setAfter(query.after);
    request.setThread(query.thread);
    return values_of<api::Message>(connection_->ask(request).getMessages());
}

namespace {

// Takes messages for follow(); says how it ended through a promise.
class Taker final : public api::MessageSink::Server {
  public:
    Taker(const std::function<bool(const Message&)>& take,
          kj::Own<kj::PromiseFulfiller<Client::Followed>> done)
        : take_(take), done_(kj::mv(done)) {}

    kj::Promise<void> message(MessageContext context) override {
        if (over_) return kj::READY_NOW;
        try {
            over_ = !take_(value_of(context.getParams().getMessage()));
            if (over_) done_->fulfill(Client::Followed::enough);
        } catch (...) {
            // What printing threw is thrown again by follow(): it is not the daemon's business.
            over_ = true;
            thrown_ = std::current_exception();
            done_->fulfill(Client::Followed::enough);
        }
        return kj::READY_NOW;
    }
    kj::Promise<void> end(EndContext) override {
        over_ = true;
        done_->fulfill(Client::Followed::let_go);
        return kj::READY_NOW;
    }
    void rethrow() const {
        if (thrown_) std::rethrow_exception(thrown_);
    }

  private:
    const std::function<bool(const Message&)>& take_;
    kj::Own<kj::PromiseFulfiller<Client::Followed>> done_;
    bool over_ = false;
    std::exception_ptr thrown_;
};

}  // namespace

Client::Followed Client::follow(const std::string& channel, std::optional<Wait> at_most,
                                const std::function<void()>& started,
                                const std::function<bool(const Message&)>& take) {
    auto& c = *connection_;
    kj::UnixEventPort::captureSignal(SIGINT);
    kj::UnixEventPort::captureSignal(SIGTERM);
    auto pair = kj::newPromiseAndFulfiller<Followed>();
    auto taker = kj::heap<Taker>(take, kj::mv(pair.fulfiller));
    const Taker& taken = *taker;
    api::MessageSink::Client sink = kj::mv(taker);

    auto request = c.control.followRequest();
    request.setChannel(channel);
    request.setSink(sink);
    const auto answer = c.ask(request);
    started();

    const auto enough = [](auto&&...) { return Followed::enough; };
    auto over = pair.promise.exclusiveJoin(c.io.unixEventPort.onSignal(SIGINT).then(enough))
                    .exclusiveJoin(c.io.unixEventPort.onSignal(SIGTERM).then(enough))
                    .exclusiveJoin(c.network.onDisconnect().then([]() -> kj::Promise<Followed> {
                        return KJ_EXCEPTION(DISCONNECTED, "the daemon went away");
                    }));
    if (at_most)
        over = over.exclusiveJoin(
            c.io.provider->getTimer().afterDelay(at_most->milliseconds * kj::MILLISECONDS).then(enough));
    const Followed followed = c.wait(kj::mv(over));
    taken.rethrow();
    return followed;
}

Document Client::publish(const Draft& draft, const std::function<std::string_view()>& pieces) {
    auto& c = *connection_;
    auto request = c.control.publishRequest();
    auto to = request.initDraft();
    to.setChannel(draft.channel);
    to.setDocument(draft.document);
    to.setTitle(draft.title);
    to.setLanguage(draft.language);
    to.setKind(draft.kind);
    to.setFileName(draft.file_name);
    to.setLicence(draft.licence);
    to.setNote(draft.note);
    const auto set = [](const std::vector<std::string>& from, auto list) {
        for (unsigned i = 0; i < from.size(); ++i) list.set(i, from[i]);
    };
    set(draft.countries, to.initCountries(static_cast<unsigned>(draft.countries.size())));
    set(draft.topics, to.initTopics(static_cast<unsigned>(draft.topics.size())));
    set(draft.populations, to.initPopulations(static_cast<unsigned>(draft.populations.size())));
    auto upload = c.ask(request).getUpload();

    for (std::string_view bytes = pieces(); !bytes.empty(); bytes = pieces())
        while (!bytes.empty()) {
            const std::string_view piece = bytes.substr(0, piece_bytes_max);
            auto write = upload.writeRequest(capnp::MessageSize{piece.size() / 8 + 16, 0});
            write.setBytes({reinterpret_cast<const kj::byte*>(piece.data()), piece.size()});
            c.wait(write.send());
            bytes.remove_prefix(piece.size());
        }
    return value_of(c.ask(upload.finishRequest()).getDocument());
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

namespace {

// Writes the pieces of a document; what writing throws is kept for the one who asked.
class Writer final : public api::ByteSink::Server {
  public:
    struct State {
        std::function<void(std::string_view)> write;
        std::exception_ptr thrown;
        bool whole = false;
    };
    explicit Writer(std::shared_ptr<State> state) : state_(std::move(state)) {}

    kj::Promise<void> write(WriteContext context) override {
        const auto bytes = context.getParams().getBytes();
        try {
            state_->write({reinterpret_cast<const char*>(bytes.begin()), bytes.size()});
        } catch (...) {
            state_->thrown = std::current_exception();
            return KJ_EXCEPTION(FAILED, "the document cannot be written here");
        }
        return kj::READY_NOW;
    }
    kj::Promise<void> end(EndContext) override {
        state_->whole = true;
        return kj::READY_NOW;
    }

  private:
    std::shared_ptr<State> state_;
};

}  // namespace

Document Client::get_document(const std::string& document, std::uint32_t revision, Wait wait,
                              const std::function<void(std::string_view)>& write) {
    auto state = std::make_shared<Writer::State>(Writer::State{write, nullptr, false});
    auto request = connection_->control.getDocumentRequest();
    request.setDocument(document);
    request.setRevision(revision);
    request.setWaitMilliseconds(wait.milliseconds);
    request.setSink(kj::heap<Writer>(state));
    try {
        const Document got = value_of(connection_->ask(request).getDocument());
        if (!state->whole)
            throw Failure{Exit::failed, say("The document arrived cut short. Ask for it again.")};
        return got;
    } catch (const Failure&) {
        if (state->thrown) std::rethrow_exception(state->thrown);
        throw;
    }
}

std::vector<SearchHit> Client::search(const std::string& query, const std::string& channel,
                                      std::uint32_t limit) {
    auto request = connection_->control.searchRequest();
    request.setQuery(query);
    request.setChannel(channel);
    request.setLimit(limit);
    return values_of<api::SearchHit>(connection_->ask(request).getHits());
}

std::uint32_t Client::sync(Wait wait) {
    auto request = connection_->control.syncRequest();
    request.setWaitMilliseconds(wait.milliseconds);
    return connection_->ask(request).getPeers();
}

struct SetupClient::Connection {
    explicit Connection(int socket)
        : stream(io.lowLevelProvider->wrapSocketFd(socket, kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP)),
          client(*stream),
          setup(client.bootstrap().castAs<api::Setup>()) {}

    template <class Request>
    auto ask(Request&& request) {
        try {
            auto answer = request.send().wait(io.waitScope);
            refuse_if(answer);
            return answer;
        } catch (const kj::Exception&) {
            throw Failure{Exit::failed,
                          say("The daemon went away before the home was made. Nothing was left behind.")};
        }
    }

    kj::AsyncIoContext io = kj::setupAsyncIo();
    kj::Own<kj::AsyncIoStream> stream;
    capnp::TwoPartyClient client;
    api::Setup::Client setup;
};

SetupClient::SetupClient(int socket) : connection_(std::make_unique<Connection>(socket)) {}
SetupClient::~SetupClient() = default;

NewMember SetupClient::create(const Request& from) {
    auto request = connection_->setup.createRequest();
    request.setName(from.name);
    request.setRole(from.role);
    request.setCountry(from.country);
    request.setOrganisation(from.organisation);
    request.setRank(from.rank);
    request.setPassphrase(
        {reinterpret_cast<const kj::byte*>(from.passphrase.data()), from.passphrase.size()});
    const auto answer = connection_->ask(request);
    NewMember member{answer.getMemberId().cStr(), answer.getRecoverySheet().cStr(), {}};
    for (const std::uint32_t group : answer.getCheckGroups()) member.check_groups.push_back(group);
    return member;
}

void SetupClient::confirm(const std::vector<std::string>& groups) {
    auto request = connection_->setup.confirmRequest();
    auto list = request.initGroups(static_cast<unsigned>(groups.size()));
    for (unsigned i = 0; i < groups.size(); ++i) list.set(i, groups[i]);
    connection_->ask(request);
}

}  // namespace liaise::cli
