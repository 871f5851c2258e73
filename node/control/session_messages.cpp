// Messages: reading them, and what is done with one that is there.
#include "node/control/answer.h"
#include "node/control/session.h"

namespace liaise::node::control {

namespace {

std::optional<service::MarkRequest::Act> act_of(api::Act act) {
    using Act = service::MarkRequest::Act;
    switch (act) {
        case api::Act::EDIT:
            return Act::edit;
        case api::Act::RETRACT:
            return Act::retract;
        case api::Act::REACT:
            return Act::react;
        case api::Act::UNREACT:
            return Act::unreact;
        case api::Act::PIN:
            return Act::pin;
        case api::Act::UNPIN:
            return Act::unpin;
        case api::Act::HIDE:
            return Act::hide;
        case api::Act::UNHIDE:
            return Act::unhide;
    }
    return std::nullopt;
}

}  // namespace

kj::Promise<void> Session::read(ReadContext context) {
    Input in;
    const auto params = context.getParams();
    service::ReadRequest request;
    request.channel = in.word("channel", params.getChannel());
    request.limit = std::min<std::size_t>(params.getLimit(), limits::control_answer_entries_max);
    request.before = in.word("message", params.getBefore());
    request.after = in.word("message", params.getAfter());
    request.thread = in.word("message", params.getThread());
    request.unread = params.getUnread();
    request.mentions = params.getMentions();
    request.pinned = params.getPinned();
    request.mark_read = params.getMarkRead();
    return answer(
        server_, context, in, [&](Node& node) { return node.read(request, now()); },
        [](const service::ReadAnswer& found, auto results) {
            write_all(found.messages, results.initMessages(size_of(found.messages)));
            results.setMuted(static_cast<std::uint32_t>(found.muted));
        });
}

kj::Promise<void> Session::mark(MarkContext context) {
    Input in;
    const auto params = context.getParams();
    const auto act = act_of(params.getAct());
    if (!act) return refuse(context, messages::no_such_act());
    const service::MarkRequest request{*act, in.word("message", params.getMessage()),
                                       in.text("text", params.getText())};
    return answer(
        server_, context, in, [&](Node& node) { return node.mark(request, now()); },
        [](const auto& message, auto results) { write(message, results.initMessage()); });
}

kj::Promise<void> Session::waiting(WaitingContext context) {
    Input in;
    const std::string channel = in.word("channel", context.getParams().getChannel());
    return answer(
        server_, context, in, [&](Node& node) { return node.waiting(channel, now()); },
        [](const auto& waiting, auto results) { write_all(waiting, results.initWaiting(size_of(waiting))); });
}

kj::Promise<void> Session::mute(MuteContext context) {
    Input in;
    const auto params = context.getParams();
    const std::string who = in.word("member", params.getWho()),
                      channel = in.word("channel", params.getChannel());
    const bool on = params.getOn();
    return answer(
        server_, context, in, [&](Node& node) { return node.mute(who, channel, on, now()); },
        [](const auto& person, auto results) { write(person, results.initPerson()); });
}

kj::Promise<void> Session::delivery(DeliveryContext context) {
    Input in;
    const std::string message = in.word("message", context.getParams().getMessage());
    return answer(
        server_, context, in, [&](Node& node) { return node.delivery(message, now()); },
        [](const auto& delivery, auto results) { write(delivery, results.initDelivery()); });
}

}  // namespace liaise::node::control
