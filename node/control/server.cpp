#include "node/control/server.h"

#include "node/control/session.h"

namespace liaise::node::control {

// Held by the client for as long as it wants messages.
class Server::Subscription final : public api::Subscription::Server {
  public:
    Subscription(std::shared_ptr<control::Server*> server, std::uint64_t number)
        : server_(std::move(server)), number_(number) {}
    ~Subscription() noexcept {
        if (*server_ != nullptr) (*server_)->let_go_soon(number_);
    }

  private:
    std::shared_ptr<control::Server*> server_;
    std::uint64_t number_;
};

Server::Server(DaemonControl& daemon, kj::Timer& timer)
    : daemon_(daemon), timer_(timer), self_(std::make_shared<Server*>(this)), tasks_(*this) {}

Server::~Server() noexcept {
    *self_ = nullptr;
}

api::Control::Client Server::session() {
    daemon_.node_was_used();  // somebody comes: upkeep makes way before the first question
    return kj::heap<Session>(*this);
}

void Server::node_starts(service::Node& node) {
    node.set_observer(this);
}

void Server::node_stops(service::Node& node) {
    node.set_observer(nullptr);
    // Each may take itself, and others, off the list.
    while (!dependants_.empty()) {
        Dependant* dependant = dependants_.front();
        dependants_.pop_front();
        dependant->let_go();
    }
    for (auto& [number, follower] : followers_) let_go(kj::mv(follower));
    followers_.clear();
}

void Server::message_arrived(const service::MessageView& message) {
    for (auto& [number, follower] : followers_) follower->offer(message);
}

api::Subscription::Client Server::follow(std::optional<ChannelId> channel, api::MessageSink::Client sink) {
    const std::uint64_t number = ++followers_ever_;
    followers_.emplace(number,
                       kj::heap<Follower>(channel, kj::mv(sink), [this, number] { let_go_soon(number); }));
    return kj::heap<Subscription>(self_, number);
}

void Server::let_go(kj::Own<Follower> follower) {
    auto finished = follower->finish();
    tasks_.add(finished.attach(kj::mv(follower)));
}

// Not at once: the follower is still at work when it says that it is over.
void Server::let_go_soon(std::uint64_t number) {
    tasks_.add(kj::evalLater([this, number] {
        if (auto found = followers_.extract(number); !found.empty()) let_go(kj::mv(found.mapped()));
    }));
}

void Server::taskFailed(kj::Exception&&) {
    // A sink that broke while its follower was let go: nobody is left to be told.
}

}  // namespace liaise::node::control
