// What is asked about the rules of a channel, and answered at once.
#include "node/control/answer.h"

namespace liaise::node::control {

using service::CharterView;
using service::Done;

kj::Promise<void> Session::direct(DirectContext context) {
    Input in;
    const std::string who = in.word("member", context.getParams().getWho());
    return answer(
        server_, context, in, [&](Node& node) { return node.direct(who, now()); },
        [](const auto& channel, auto results) { write(channel, results.initChannel()); });
}

kj::Promise<void> Session::charters(ChartersContext context) {
    Input in;
    const std::string channel = in.word("channel", context.getParams().getChannel());
    return answer(
        server_, context, in, [&](Node& node) { return node.charters(channel, now()); },
        [](const auto& found, auto results) { write_all(found, results.initCharters(size_of(found))); });
}

kj::Promise<void> Session::amend(AmendContext context) {
    Input in;
    const auto params = context.getParams();
    const std::string channel = in.word("channel", params.getChannel());
    const auto change = params.getChange();
    service::CharterRequest wishes;
    wishes.name = in.word("name of the channel", change.getName());
    wishes.purpose = in.word("purpose", change.getPurpose());
    wishes.ceiling = in.word("ceiling", change.getCeiling());
    wishes.receipts = in.word("receipts", change.getReceipts());
    wishes.listed = in.word("listing", change.getListed());
    const std::int64_t days = change.getRetentionDays();
    if (days >= 0)
        wishes.retention_days = static_cast<std::uint32_t>(std::min<std::int64_t>(days, UINT32_MAX));
    return answer(
        server_, context, in, [&](Node& node) { return node.amend(channel, wishes, now()); },
        [](const auto& charter, auto results) { write(charter, results.initCharter()); });
}

kj::Promise<void> Session::unseenCharter(UnseenCharterContext context) {
    Input in;
    const std::string channel = in.word("channel", context.getParams().getChannel());
    return answer(
        server_, context, in, [&](Node& node) { return node.unseen_charter(channel, now()); },
        [](const std::optional<CharterView>& charter, auto results) {
            if (charter) write(*charter, results.initCharter());
        });
}

kj::Promise<void> Session::promote(PromoteContext context) {
    Input in;
    const auto params = context.getParams();
    const std::string channel = in.word("channel", params.getChannel()),
                      who = in.word("member", params.getWho());
    const std::size_t place = params.getPlace();
    return answer(
        server_, context, in, [&](Node& node) { return node.promote(channel, who, place, now()); },
        [](const auto& charter, auto results) { write(charter, results.initCharter()); });
}

kj::Promise<void> Session::demote(DemoteContext context) {
    Input in;
    const auto params = context.getParams();
    const std::string channel = in.word("channel", params.getChannel()),
                      who = in.word("member", params.getWho());
    return answer(
        server_, context, in, [&](Node& node) { return node.demote(channel, who, now()); },
        [](const auto& charter, auto results) { write(charter, results.initCharter()); });
}

kj::Promise<void> Session::handOver(HandOverContext context) {
    Input in;
    const auto params = context.getParams();
    const std::string channel = in.word("channel", params.getChannel()),
                      who = in.word("member", params.getWho());
    return answer(
        server_, context, in, [&](Node& node) { return node.hand_over(channel, who, now()); },
        [](const Done&, auto) {});
}

}  // namespace liaise::node::control
