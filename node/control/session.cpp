#include "node/control/session.h"

#include "node/control/input.h"
#include "node/control/messages.h"
#include "node/control/transfer.h"

namespace liaise::node::control {
namespace {

using service::DocumentView;
using service::Done;
using service::Node;
using service::Outcome;
using service::Refusal;

template <class Context>
kj::Promise<void> refuse(Context& context, const Refusal& refusal) {
    write(refusal, context.getResults().initRefusal());
    return kj::READY_NOW;
}

// Asks the node, unless the input is at fault or there is none; writes the answer or the refusal.
template <class Context, class Ask, class Write>
kj::Promise<void> answer(Server& server, Context& context, const Input& in, Ask ask, Write write_answer) {
    if (in.refusal()) return refuse(context, *in.refusal());
    Node* node = server.daemon().node();
    if (node == nullptr) return refuse(context, messages::locked());
    auto outcome = ask(*node);
    server.daemon().node_was_used();
    if (!outcome.ok()) return refuse(context, outcome.refusal());
    write_answer(outcome.value(), context.getResults());
    return kj::READY_NOW;
}

// The same for what the node has no refusal for.
template <class T>
Outcome<T> always(T value) {
    return Outcome<T>(std::move(value));
}

template <class T>
unsigned size_of(const std::vector<T>& list) {
    return static_cast<unsigned>(list.size());
}

// Counts a task of a connection for as long as it lives.
class TaskCount {
  public:
    explicit TaskCount(std::shared_ptr<std::size_t> count) : count_(std::move(count)) { ++*count_; }
    TaskCount(TaskCount&& other) noexcept = default;
    TaskCount& operator=(TaskCount&&) = delete;
    ~TaskCount() {
        if (count_) --*count_;
    }

  private:
    std::shared_ptr<std::size_t> count_;
};

// A promise for the callback that a command of the node takes. Where the node goes away and drops the
// callback, it is a refusal.
template <class T, class Start>
kj::Promise<Outcome<T>> promised(Server& server, Start start) {
    auto [promise, fulfiller] = [] {
        auto pair = kj::newPromiseAndFulfiller<Outcome<T>>();
        return std::pair{kj::mv(pair.promise),
                         std::make_shared<kj::Own<kj::PromiseFulfiller<Outcome<T>>>>(kj::mv(pair.fulfiller))};
    }();
    start([fulfiller = std::move(fulfiller)](Outcome<T> outcome) {
        (*fulfiller)->fulfill(std::move(outcome));
    });
    server.daemon().node_was_used();
    return promise.catch_([](kj::Exception&&) { return Outcome<T>(messages::stopped_meanwhile()); });
}

// The same for a command that waits for others: a refusal when the time is up.
template <class T, class Start>
kj::Promise<Outcome<T>> waiting(Server& server, Duration wait, Start start, kj::Function<Refusal()> late) {
    auto timeout =
        server.timer().afterDelay(wait.count() * kj::MILLISECONDS).then([late = kj::mv(late)]() mutable {
            return Outcome<T>(late());
        });
    return promised<T>(server, std::move(start)).exclusiveJoin(kj::mv(timeout));
}

// An attempt to unlock. One that breaks off unsettled counts as wrong: breaking off is not a way to guess on.
class Attempt {
  public:
    explicit Attempt(Server& server) : server_(server) {}
    Attempt(const Attempt&) = delete;
    Attempt& operator=(const Attempt&) = delete;
    ~Attempt() {
        if (!settled_) server_.unlock_guard().wrong(server_.daemon().now());
    }
    void settle(const Outcome<Done>& outcome) {
        settled_ = outcome.ok() || outcome.refusal().exit != service::Exit::not_allowed;
        if (outcome.ok())
            server_.unlock_guard().right();
        else if (settled_)
            server_.unlock_guard().undecided();
    }

  private:
    Server& server_;
    bool settled_ = false;
};

std::size_t connected_peers(Server& server) {
    Node* node = server.daemon().node();
    if (node == nullptr) return 0;
    std::size_t connected = 0;
    for (const auto& peer : node->status(server.daemon().now()).peers)
        connected += peer.state == "connected" || peer.state == "in-step" ? 1 : 0;
    return connected;
}

}  // namespace

// The process

kj::Promise<void> Session::status(StatusContext context) {
    const DaemonFacts facts = server_.daemon().facts();
    Node* node = server_.daemon().node();
    if (node == nullptr)
        write_locked(facts, context.getResults().initStatus());
    else
        write(node->status(now()), facts, context.getResults().initStatus());
    return kj::READY_NOW;
}

kj::Promise<void> Session::doctor(DoctorContext context) {
    return answer(
        server_, context, {}, [&](Node& node) { return always(node.doctor(now())); },
        [](const auto& findings, auto results) {
            write_all(findings, results.initFindings(size_of(findings)));
        });
}

kj::Promise<void> Session::stop(StopContext context) {
    return server_.daemon().stop().then([context](Outcome<Done> outcome) mutable -> kj::Promise<void> {
        if (!outcome.ok()) return refuse(context, outcome.refusal());
        return kj::READY_NOW;
    });
}

kj::Promise<void> Session::lock(LockContext context) {
    return server_.daemon().lock().then([context](Outcome<Done> outcome) mutable -> kj::Promise<void> {
        if (!outcome.ok()) return refuse(context, outcome.refusal());
        return kj::READY_NOW;
    });
}

kj::Promise<void> Session::unlock(UnlockContext context) {
    const auto data = context.getParams().getPassphrase();
    if (data.size() > limits::control_passphrase_bytes_max)
        return refuse(context, messages::too_long("passphrase", limits::control_passphrase_bytes_max));
    const UnlockGuard::Answer verdict = server_.unlock_guard().ask(now());
    if (verdict.verdict == UnlockGuard::Verdict::busy) return refuse(context, messages::another_unlock());
    if (verdict.verdict == UnlockGuard::Verdict::must_wait)
        return refuse(context, messages::guess_later(verdict.wait));

    auto passphrase = crypto::SecretBytes::copy_of({data.begin(), data.size()});
    // The call's own memory is ours once it has been read: nothing of the passphrase stays behind in it.
    crypto::wipe({const_cast<std::uint8_t*>(data.begin()), data.size()});
    context.releaseParams();
    auto attempt = kj::heap<Attempt>(server_);
    Attempt& trying = *attempt;
    return server_.daemon()
        .unlock(std::move(passphrase))
        .then([&trying, context](Outcome<Done> outcome) mutable -> kj::Promise<void> {
            trying.settle(outcome);
            if (!outcome.ok()) return refuse(context, outcome.refusal());
            return kj::READY_NOW;
        })
        .attach(kj::mv(attempt));
}

// Network and tickets

kj::Promise<void> Session::foundNetwork(FoundNetworkContext context) {
    Input in;
    const std::string name = in.word("name of the network", context.getParams().getName());
    return answer(
        server_, context, in, [&](Node& node) { return node.found_network(name, now()); },
        [](const auto& network, auto results) { write(network, results.initNetwork()); });
}

kj::Promise<void> Session::network(NetworkContext context) {
    return answer(
        server_, context, {}, [&](Node& node) { return node.network(now()); },
        [](const auto& network, auto results) { write(network, results.initNetwork()); });
}

kj::Promise<void> Session::createTicket(CreateTicketContext context) {
    Input in;
    const auto params = context.getParams();
    const std::string role = in.word("role", params.getRole()),
                      country = in.word("country", params.getCountry());
    const Duration valid{params.getValidMilliseconds()};
    return answer(
        server_, context, in, [&](Node& node) { return node.create_ticket(role, country, valid, now()); },
        [](const auto& ticket, auto results) { write(ticket, results.initTicket()); });
}

kj::Promise<void> Session::tickets(TicketsContext context) {
    return answer(
        server_, context, {}, [&](Node& node) { return node.tickets(now()); },
        [](const auto& tickets, auto results) { write_all(tickets, results.initTickets(size_of(tickets))); });
}

kj::Promise<void> Session::revokeTicket(RevokeTicketContext context) {
    Input in;
    const std::string ticket = in.word("ticket", context.getParams().getTicket());
    return answer(
        server_, context, in, [&](Node& node) { return node.revoke_ticket(ticket, now()); },
        [](const auto& revoked, auto results) { write(revoked, results.initTicket()); });
}

kj::Promise<void> Session::join(JoinContext context) {
    Input in;
    const std::string ticket = in.word("ticket", context.getParams().getTicket());
    if (in.refusal()) return refuse(context, *in.refusal());
    Node* node = server_.daemon().node();
    if (node == nullptr) return refuse(context, messages::locked());
    if (*tasks_ >= limits::control_tasks_max) return refuse(context, messages::too_many_tasks());
    const Duration wait = wait_from(context.getParams().getWaitMilliseconds());
    context.allowCancellation();
    return waiting<service::NetworkView>(
               server_, wait, [&](auto done) { node->join(ticket, now(), std::move(done)); },
               [wait] { return messages::not_joined_in_time(wait); })
        .then([context](Outcome<service::NetworkView> outcome) mutable -> kj::Promise<void> {
            if (!outcome.ok()) return refuse(context, outcome.refusal());
            write(*outcome, context.getResults().initNetwork());
            return kj::READY_NOW;
        })
        .attach(kj::heap<TaskCount>(tasks_));
}

// People

kj::Promise<void> Session::people(PeopleContext context) {
    return answer(
        server_, context, {}, [&](Node& node) { return node.people(now()); },
        [](const auto& people, auto results) { write_all(people, results.initPeople(size_of(people))); });
}

kj::Promise<void> Session::person(PersonContext context) {
    Input in;
    const std::string who = in.word("member", context.getParams().getWho());
    return answer(
        server_, context, in, [&](Node& node) { return node.person(who, now()); },
        [](const auto& person, auto results) { write(person, results.initPerson()); });
}

kj::Promise<void> Session::safetyWords(SafetyWordsContext context) {
    Input in;
    const std::string who = in.word("member", context.getParams().getWho());
    using Answer = std::pair<std::vector<std::string>, service::PersonView>;
    const auto ask = [&](Node& node) -> Outcome<Answer> {
        auto person = node.person(who, now());
        if (!person.ok()) return person.refusal();
        auto words = node.safety_words(who, now());
        if (!words.ok()) return words.refusal();
        return Answer{std::move(*words), std::move(*person)};
    };
    return answer(server_, context, in, ask, [](const Answer& found, auto results) {
        write(found.first, results.initWords(size_of(found.first)));
        write(found.second, results.initPerson());
    });
}

kj::Promise<void> Session::setContact(SetContactContext context) {
    Input in;
    const auto params = context.getParams();
    const std::string who = in.word("member", params.getWho()), state = in.word("state", params.getState());
    return answer(
        server_, context, in, [&](Node& node) { return node.set_contact(who, state, now()); },
        [](const auto& person, auto results) { write(person, results.initPerson()); });
}

kj::Promise<void> Session::revoke(RevokeContext context) {
    Input in;
    const auto params = context.getParams();
    const std::string who = in.word("member", params.getWho()),
                      reason = in.word("reason", params.getReason());
    return answer(
        server_, context, in, [&](Node& node) { return node.revoke(who, reason, now()); },
        [](const auto& person, auto results) { write(person, results.initPerson()); });
}

// Channels

kj::Promise<void> Session::createChannel(CreateChannelContext context) {
    Input in;
    const auto params = context.getParams();
    const std::string name = in.word("name of the channel", params.getName()),
                      purpose = in.word("purpose", params.getPurpose()),
                      kind = in.word("kind", params.getKind()),
                      history = in.word("history", params.getHistory());
    return answer(
        server_, context, in,
        [&](Node& node) { return node.create_channel(name, purpose, kind, history, now()); },
        [](const auto& channel, auto results) { write(channel, results.initChannel()); });
}

kj::Promise<void> Session::channels(ChannelsContext context) {
    return answer(
        server_, context, {}, [&](Node& node) { return node.channels(now()); },
        [](const auto& channels, auto results) {
            write_all(channels, results.initChannels(size_of(channels)));
        });
}

kj::Promise<void> Session::channel(ChannelContext context) {
    Input in;
    const std::string channel = in.word("channel", context.getParams().getChannel());
    return answer(
        server_, context, in, [&](Node& node) { return node.channel(channel, now()); },
        [](const auto& found, auto results) { write(found, results.initChannel()); });
}

kj::Promise<void> Session::invite(InviteContext context) {
    Input in;
    const auto params = context.getParams();
    const std::string channel = in.word("channel", params.getChannel()),
                      who = in.word("member", params.getWho());
    return answer(
        server_, context, in, [&](Node& node) { return node.invite(channel, who, now()); },
        [](const auto& changed, auto results) { write(changed, results.initChannel()); });
}

kj::Promise<void> Session::remove(RemoveContext context) {
    Input in;
    const auto params = context.getParams();
    const std::string channel = in.word("channel", params.getChannel()),
                      who = in.word("member", params.getWho());
    return answer(
        server_, context, in, [&](Node& node) { return node.remove(channel, who, now()); },
        [](const auto& changed, auto results) { write(changed, results.initChannel()); });
}

kj::Promise<void> Session::leave(LeaveContext context) {
    Input in;
    const std::string channel = in.word("channel", context.getParams().getChannel());
    return answer(
        server_, context, in, [&](Node& node) { return node.leave(channel, now()); },
        [](const Done&, auto) {});
}

// Messages

kj::Promise<void> Session::post(PostContext context) {
    Input in;
    const auto params = context.getParams();
    const service::PostRequest request{in.word("channel", params.getChannel()),
                                       in.text("text", params.getText()),
                                       in.word("message to reply to", params.getReplyTo())};
    if (in.refusal()) return refuse(context, *in.refusal());
    Node* node = server_.daemon().node();
    if (node == nullptr) return refuse(context, messages::locked());
    return promised<service::MessageView>(server_,
                                          [&](auto done) { node->post(request, now(), std::move(done)); })
        .then([context](Outcome<service::MessageView> outcome) mutable -> kj::Promise<void> {
            if (!outcome.ok()) return refuse(context, outcome.refusal());
            write(*outcome, context.getResults().initMessage());
            return kj::READY_NOW;
        });
}

kj::Promise<void> Session::read(ReadContext context) {
    Input in;
    const auto params = context.getParams();
    service::ReadRequest request;
    request.channel = in.word("channel", params.getChannel());
    request.limit = std::min<std::size_t>(params.getLimit(), limits::control_answer_entries_max);
    request.before = in.word("message", params.getBefore());
    request.after = in.word("message", params.getAfter());
    request.thread = in.word("message", params.getThread());
    return answer(
        server_, context, in, [&](Node& node) { return node.read(request, now()); },
        [](const auto& messages, auto results) {
            write_all(messages, results.initMessages(size_of(messages)));
        });
}

kj::Promise<void> Session::follow(FollowContext context) {
    Input in;
    const auto params = context.getParams();
    const std::string channel = in.word("channel", params.getChannel());
    if (!params.hasSink()) return refuse(context, messages::no_sink());
    if (server_.followers() >= limits::control_tasks_max) return refuse(context, messages::too_many_tasks());
    using Chosen = std::optional<ChannelId>;
    const auto ask = [&](Node& node) -> Outcome<Chosen> {
        if (channel.empty()) return Chosen{};
        auto found = node.channel(channel, now());
        if (!found.ok()) return found.refusal();
        return Chosen{found->id};
    };
    return answer(server_, context, in, ask, [&](const Chosen& chosen, auto results) {
        results.setSubscription(server_.follow(chosen, params.getSink()));
    });
}

// Documents

kj::Promise<void> Session::publish(PublishContext context) {
    Input in;
    const auto draft = context.getParams().getDraft();
    service::PublishRequest request;
    request.channel = in.word("channel", draft.getChannel());
    request.document = in.word("document", draft.getDocument());
    request.title = in.word("title", draft.getTitle());
    request.language = in.word("language", draft.getLanguage());
    request.kind = in.word("kind", draft.getKind());
    request.file_name = in.word("file name", draft.getFileName());
    request.licence = in.word("licence", draft.getLicence());
    request.note = in.word("note", draft.getNote());
    request.countries = in.words("countries", draft.getCountries());
    request.topics = in.words("topics", draft.getTopics());
    request.populations = in.words("populations", draft.getPopulations());
    if (*tasks_ >= limits::control_tasks_max) return refuse(context, messages::too_many_tasks());
    return answer(
        server_, context, in, [&](Node& node) { return node.publish(request, now()); },
        [&](auto& upload, auto results) {
            results.setUpload(kj::heap<Incoming>(server_, std::move(upload), tasks_));
        });
}

kj::Promise<void> Session::documents(DocumentsContext context) {
    Input in;
    const std::string channel = in.word("channel", context.getParams().getChannel());
    return answer(
        server_, context, in, [&](Node& node) { return node.documents(channel, now()); },
        [](const auto& found, auto results) { write_all(found, results.initDocuments(size_of(found))); });
}

kj::Promise<void> Session::document(DocumentContext context) {
    Input in;
    const std::string document = in.word("document", context.getParams().getDocument());
    return answer(
        server_, context, in, [&](Node& node) { return node.document(document, now()); },
        [](const auto& found, auto results) { write(found, results.initDocument()); });
}

kj::Promise<void> Session::history(HistoryContext context) {
    Input in;
    const std::string document = in.word("document", context.getParams().getDocument());
    return answer(
        server_, context, in, [&](Node& node) { return node.history(document, now()); },
        [](const auto& found, auto results) { write_all(found, results.initDocuments(size_of(found))); });
}

kj::Promise<void> Session::getDocument(GetDocumentContext context) {
    Input in;
    const auto params = context.getParams();
    const std::string document = in.word("document", params.getDocument());
    if (in.refusal()) return refuse(context, *in.refusal());
    if (!params.hasSink()) return refuse(context, messages::no_sink());
    Node* node = server_.daemon().node();
    if (node == nullptr) return refuse(context, messages::locked());
    if (*tasks_ >= limits::control_tasks_max) return refuse(context, messages::too_many_tasks());
    const Duration wait = wait_from(params.getWaitMilliseconds());
    const std::uint32_t revision = params.getRevision();
    using Found = std::unique_ptr<service::Download>;
    context.allowCancellation();
    // The wait is for the document to be here; handing it over takes as long as the client takes.
    return waiting<Found>(
               server_, wait,
               [&](auto done) { node->get_document(document, revision, now(), std::move(done)); },
               [document, wait] { return messages::not_fetched_in_time(document, wait); })
        .then([this,
               sink = params.getSink()](Outcome<Found> found) mutable -> kj::Promise<Outcome<DocumentView>> {
            if (!found.ok()) return Outcome<DocumentView>(found.refusal());
            auto outgoing = kj::heap<Outgoing>(server_, std::move(found).value(), kj::mv(sink));
            auto sent = outgoing->run();
            return sent.attach(kj::mv(outgoing));
        })
        .then([context](Outcome<DocumentView> outcome) mutable -> kj::Promise<void> {
            if (!outcome.ok()) return refuse(context, outcome.refusal());
            write(*outcome, context.getResults().initDocument());
            return kj::READY_NOW;
        })
        .attach(kj::heap<TaskCount>(tasks_));
}

kj::Promise<void> Session::search(SearchContext context) {
    Input in;
    const auto params = context.getParams();
    const std::string query = in.word("query", params.getQuery()),
                      channel = in.word("channel", params.getChannel());
    const std::size_t limit = std::min<std::size_t>(params.getLimit(), limits::control_answer_entries_max);
    return answer(
        server_, context, in, [&](Node& node) { return node.search(query, channel, limit, now()); },
        [](const auto& hits, auto results) { write_all(hits, results.initHits(size_of(hits))); });
}

kj::Promise<void> Session::sync(SyncContext context) {
    Node* node = server_.daemon().node();
    if (node == nullptr) return refuse(context, messages::locked());
    if (*tasks_ >= limits::control_tasks_max) return refuse(context, messages::too_many_tasks());
    const Duration wait = wait_from(context.getParams().getWaitMilliseconds());
    context.allowCancellation();
    return waiting<std::size_t>(
               server_, wait, [&](auto done) { node->when_in_step(std::move(done)); },
               [this, wait] { return messages::not_in_step_in_time(wait, connected_peers(server_)); })
        .then([context](Outcome<std::size_t> peers) mutable -> kj::Promise<void> {
            if (!peers.ok()) return refuse(context, peers.refusal());
            context.getResults().setInStep(true);
            context.getResults().setPeers(static_cast<std::uint32_t>(*peers));
            return kj::READY_NOW;
        })
        .attach(kj::heap<TaskCount>(tasks_));
}

}  // namespace liaise::node::control
