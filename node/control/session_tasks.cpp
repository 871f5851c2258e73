// What takes its time: waiting for others or for the disk, following, documents on their way.
#include "node/control/answer.h"
#include "node/control/transfer.h"

namespace liaise::node::control {

using service::DocumentView;

namespace {

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
kj::Promise<Outcome<T>> awaited(Server& server, Duration wait, Start start, kj::Function<Refusal()> late) {
    auto timeout =
        server.timer().afterDelay(wait.count() * kj::MILLISECONDS).then([late = kj::mv(late)]() mutable {
            return Outcome<T>(late());
        });
    return promised<T>(server, std::move(start)).exclusiveJoin(kj::mv(timeout));
}

std::size_t connected_peers(Server& server) {
    Node* node = server.daemon().node();
    if (node == nullptr) return 0;
    std::size_t connected = 0;
    for (const auto& peer : node->status(server.daemon().now()).peers)
        connected += peer.state == "connected" || peer.state == "in-step" ? 1 : 0;
    return connected;
}

}  // namespace

kj::Promise<void> Session::join(JoinContext context) {
    Input in;
    const std::string ticket = in.word("ticket", context.getParams().getTicket());
    if (in.refusal()) return refuse(context, *in.refusal());
    Node* node = server_.daemon().node();
    if (node == nullptr) return refuse(context, messages::locked());
    if (*tasks_ >= limits::control_tasks_max) return refuse(context, messages::too_many_tasks());
    const Duration wait = wait_from(context.getParams().getWaitMilliseconds());
    context.allowCancellation();
    return awaited<service::NetworkView>(
               server_, wait, [&](auto done) { node->join(ticket, now(), std::move(done)); },
               [wait] { return messages::not_joined_in_time(wait); })
        .then([context](const Outcome<service::NetworkView>& outcome) mutable -> kj::Promise<void> {
            if (!outcome.ok()) return refuse(context, outcome.refusal());
            write(*outcome, context.getResults().initNetwork());
            return kj::READY_NOW;
        })
        .attach(kj::heap<TaskCount>(tasks_));
}

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
        .then([context](const Outcome<service::MessageView>& outcome) mutable -> kj::Promise<void> {
            if (!outcome.ok()) return refuse(context, outcome.refusal());
            write(*outcome, context.getResults().initMessage());
            return kj::READY_NOW;
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
    return awaited<Found>(
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
        .then([context](const Outcome<DocumentView>& outcome) mutable -> kj::Promise<void> {
            if (!outcome.ok()) return refuse(context, outcome.refusal());
            write(*outcome, context.getResults().initDocument());
            return kj::READY_NOW;
        })
        .attach(kj::heap<TaskCount>(tasks_));
}

kj::Promise<void> Session::sync(SyncContext context) {
    Node* node = server_.daemon().node();
    if (node == nullptr) return refuse(context, messages::locked());
    if (*tasks_ >= limits::control_tasks_max) return refuse(context, messages::too_many_tasks());
    const Duration wait = wait_from(context.getParams().getWaitMilliseconds());
    context.allowCancellation();
    auto asker = std::make_shared<char>();  // gone with this call, whether it is answered, late or broken off
    return awaited<std::size_t>(
               server_, wait, [&](auto done) { node->when_in_step(std::move(done), asker); },
               [this, wait] { return messages::not_in_step_in_time(wait, connected_peers(server_)); })
        .then([context](const Outcome<std::size_t>& peers) mutable -> kj::Promise<void> {
            if (!peers.ok()) return refuse(context, peers.refusal());
            context.getResults().setInStep(true);
            context.getResults().setPeers(static_cast<std::uint32_t>(*peers));
            return kj::READY_NOW;
        })
        .attach(kj::mv(asker))
        .attach(kj::heap<TaskCount>(tasks_));
}

}  // namespace liaise::node::control
