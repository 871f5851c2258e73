// Asking to enter a channel, answering those who ask, and answering an invitation.
#include "node/control/answer.h"

namespace liaise::node::control {

using service::Done;

kj::Promise<void> Session::request(RequestContext context) {
    Input in;
    const auto params = context.getParams();
    const std::string channel = in.word("channel", params.getChannel()),
                      note = in.word("note", params.getNote()),
                      convener = in.word("member", params.getConvener()),
                      alias = in.word("alias", params.getAlias());
    return answer(
        server_, context, in, [&](Node& node) { return node.request(channel, note, convener, alias, now()); },
        [](const auto& asked, auto results) { write(asked, results.initChannel()); });
}

kj::Promise<void> Session::withdrawRequest(WithdrawRequestContext context) {
    Input in;
    const std::string channel = in.word("channel", context.getParams().getChannel());
    return answer(
        server_, context, in, [&](Node& node) { return node.withdraw_request(channel, now()); },
        [](const Done&, auto) {});
}

kj::Promise<void> Session::requests(RequestsContext context) {
    Input in;
    const std::string channel = in.word("channel", context.getParams().getChannel());
    return answer(
        server_, context, in, [&](Node& node) { return node.requests(channel, now()); },
        [](const auto& found, auto results) { write_all(found, results.initRequests(size_of(found))); });
}

kj::Promise<void> Session::approve(ApproveContext context) {
    Input in;
    const auto params = context.getParams();
    const std::string channel = in.word("channel", params.getChannel()),
                      who = in.word("member", params.getWho());
    return answer(
        server_, context, in, [&](Node& node) { return node.approve(channel, who, now()); },
        [](const auto& changed, auto results) { write(changed, results.initChannel()); });
}

kj::Promise<void> Session::deny(DenyContext context) {
    Input in;
    const auto params = context.getParams();
    const std::string channel = in.word("channel", params.getChannel()),
                      who = in.word("member", params.getWho()),
                      reason = in.word("reason", params.getReason());
    return answer(
        server_, context, in, [&](Node& node) { return node.deny(channel, who, reason, now()); },
        [](const Done&, auto) {});
}

kj::Promise<void> Session::accept(AcceptContext context) {
    Input in;
    const std::string channel = in.word("channel", context.getParams().getChannel());
    return answer(
        server_, context, in, [&](Node& node) { return node.accept(channel, now()); },
        [](const auto& entered, auto results) { write(entered, results.initChannel()); });
}

kj::Promise<void> Session::decline(DeclineContext context) {
    Input in;
    const std::string channel = in.word("channel", context.getParams().getChannel());
    return answer(
        server_, context, in, [&](Node& node) { return node.decline(channel, now()); },
        [](const Done&, auto) {});
}

kj::Promise<void> Session::letAsk(LetAskContext context) {
    Input in;
    const auto params = context.getParams();
    const std::string channel = in.word("channel", params.getChannel()),
                      who = in.word("member", params.getWho());
    return answer(
        server_, context, in, [&](Node& node) { return node.let_ask(channel, who, now()); },
        [](const Done&, auto) {});
}

}  // namespace liaise::node::control
