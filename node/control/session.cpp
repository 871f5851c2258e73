// What is asked and answered at once.
#include "node/control/session.h"

#include "node/control/answer.h"

namespace liaise::node::control {

using service::Done;

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
        return Answer{*std::move(words), *std::move(person)};
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
                      history = in.word("history", params.getHistory()),
                      ceiling = in.word("ceiling", params.getCeiling()),
                      receipts = in.word("receipts", params.getReceipts()),
                      aliases = in.word("alias rule", params.getAliases());
    const service::CharterRequest charter{name,     purpose,
                                          kind,     history,
                                          ceiling,  params.getRetentionDays(),
                                          receipts, params.getListed() ? "on" : "",
                                          aliases};
    return answer(
        server_, context, in, [&](Node& node) { return node.create_channel(charter, now()); },
        [](const auto& channel, auto results) { write(channel, results.initChannel()); });
}

kj::Promise<void> Session::channels(ChannelsContext context) {
    const bool all = context.getParams().getAll();
    const auto both = [&](Node& node) -> Outcome<std::vector<service::ChannelView>> {
        auto channels = LIAISE_TRY(node.channels(now()));
        for (service::ChannelView& other : LIAISE_TRY(node.listed_channels(now())))
            if (all || other.state != "listed") channels.push_back(std::move(other));
        return channels;
    };
    return answer(server_, context, {}, both, [](const auto& channels, auto results) {
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

// Documents

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

kj::Promise<void> Session::search(SearchContext context) {
    Input in;
    const auto params = context.getParams();
    const std::string query = in.word("query", params.getQuery()),
                      channel = in.word("channel", params.getChannel());
    const std::size_t limit = std::min<std::size_t>(params.getLimit(), limits::control_answer_entries_max);
    return answer(
        server_, context, in, [&](Node& node) { return node.search(query, channel, limit, now()); },
        [](const auto& found, auto results) {
            write_all(found.hits, results.initHits(size_of(found.hits)));
            results.setIncomplete(found.incomplete);
            results.setMuted(static_cast<std::uint32_t>(found.muted));
        });
}

}  // namespace liaise::node::control
