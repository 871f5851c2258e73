// What flows: messages that are followed, documents on their way in and out; and making a home.
#include <kj/async-unix.h>

#include <csignal>

#include "cli/client_connection.h"

namespace liaise::cli {
namespace {

constexpr std::size_t piece_bytes_max = 128 * 1024;

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
        Document got = value_of(connection_->ask(request).getDocument());
        if (!state->whole)
            throw Failure{Exit::failed, say("The document arrived cut short. Ask for it again.")};
        return got;
    } catch (const Failure&) {
        if (state->thrown) std::rethrow_exception(state->thrown);
        throw;
    }
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

void SetupClient::create_device(const std::string& ticket, const std::string& passphrase) {
    auto request = connection_->setup.createDeviceRequest();
    request.setTicket(ticket);
    request.setPassphrase({reinterpret_cast<const kj::byte*>(passphrase.data()), passphrase.size()});
    connection_->ask(request);
}

void SetupClient::confirm(const std::vector<std::string>& groups) {
    auto request = connection_->setup.confirmRequest();
    auto list = request.initGroups(static_cast<unsigned>(groups.size()));
    for (unsigned i = 0; i < groups.size(); ++i) list.set(i, groups[i]);
    connection_->ask(request);
}

}  // namespace liaise::cli
