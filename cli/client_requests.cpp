// The client's calls about requests to enter a channel and about invitations.
#include "cli/client_connection.h"
#include "cli/client_convert.h"

namespace liaise::cli {

Channel Client::request(const std::string& channel, const std::string& note, const std::string& convener,
                        const std::string& alias) {
    auto request = connection_->control.requestRequest();
    request.setChannel(channel);
    request.setNote(note);
    request.setConvener(convener);
    request.setAlias(alias);
    return value_of(connection_->ask(request).getChannel());
}

void Client::withdraw_request(const std::string& channel) {
    auto request = connection_->control.withdrawRequestRequest();
    request.setChannel(channel);
    connection_->ask(request);
}

std::vector<Request> Client::requests(const std::string& channel) {
    auto request = connection_->control.requestsRequest();
    request.setChannel(channel);
    return values_of<api::Request>(connection_->ask(request).getRequests());
}

Channel Client::approve(const std::string& channel, const std::string& who) {
    auto request = connection_->control.approveRequest();
    request.setChannel(channel);
    request.setWho(who);
    return value_of(connection_->ask(request).getChannel());
}

void Client::deny(const std::string& channel, const std::string& who, const std::string& reason) {
    auto request = connection_->control.denyRequest();
    request.setChannel(channel);
    request.setWho(who);
    request.setReason(reason);
    connection_->ask(request);
}

Channel Client::accept(const std::string& channel) {
    auto request = connection_->control.acceptRequest();
    request.setChannel(channel);
    return value_of(connection_->ask(request).getChannel());
}

void Client::decline(const std::string& channel) {
    auto request = connection_->control.declineRequest();
    request.setChannel(channel);
    connection_->ask(request);
}

void Client::let_ask(const std::string& channel, const std::string& who) {
    auto request = connection_->control.letAskRequest();
    request.setChannel(channel);
    request.setWho(who);
    connection_->ask(request);
}

}  // namespace liaise::cli
