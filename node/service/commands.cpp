// The commands of the local user, each handed to the part that does it.
#include "node/service/commands.h"
#include "node/service/charter_words.h"
#include "node/service/naming.h"
#include "protocol/base/text.h"
#include "protocol/identity/safety_words.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t words_most = 200;

std::string_view text_of(channel::ChannelState::Phase phase) {
    switch (phase) {
        case channel::ChannelState::Phase::joining:
            return "joining";
        case channel::ChannelState::Phase::open:
            return "open";
        case channel::ChannelState::Phase::removed:
            return "removed";
        case channel::ChannelState::Phase::left:
            return "left";
    }
    return "open";
}

}  // namespace

Refusal refused_plan(const Error& error, const Channel& channel) {
    if (error.code == ErrorCode::not_permitted) return refusals::not_convener(channel.name());
    return refusals::internal("Changing the channel", error);
}

Outcome<NetworkView> AppNode::found_network(const std::string& name, Time) {
    auto outcome = change([&] { return membership_.found(name); });
    if (outcome) peers_.dial_all();
    return outcome;
}
Outcome<NetworkView> AppNode::network(Time) {
    return membership_.network();
}

Outcome<TicketView> AppNode::create_ticket(const std::string& role, const std::string& country,
                                           Duration valid, Time) {
    return change([&] { return membership_.create_ticket(role, country, valid); });
}
Outcome<std::vector<TicketView>> AppNode::tickets(Time) {
    return membership_.tickets();
}
Outcome<TicketView> AppNode::revoke_ticket(const std::string& ticket, Time) {
    return change([&] { return membership_.revoke_ticket(ticket); });
}

void AppNode::join(const std::string& ticket, Time, Callback<NetworkView> done) {
    const auto begun = membership_.begin_join(ticket, done);
    if (!begun) return done(begun.refusal());
    peers_.dial_inviter();
}

Outcome<std::vector<PersonView>> AppNode::people(Time) {
    if (!trust_.in_network()) return refusals::no_network();
    std::vector<PersonView> people = trust_.everyone();
    for (PersonView& person : people) {
        peers_.describe(person);
        person.muted = mutes_.anywhere(person.id);
    }
    std::sort(people.begin(), people.end(),
              [](const PersonView& a, const PersonView& b) { return a.name < b.name; });
    return people;
}

Outcome<PersonView> AppNode::person(const std::string& who, Time) {
    PersonView person = trust_.view(LIAISE_TRY(trust_.find(who)));
    peers_.describe(person);
    person.muted = mutes_.anywhere(person.id);
    return person;
}

Outcome<std::vector<std::string>> AppNode::safety_words(const std::string& who, Time now) {
    const MemberId member = LIAISE_TRY(trust_.find(who));
    if (member == core_.own.member()) return refusals::not_yourself("verify");
    const auto card = trust_.directory().card(member, now);
    if (!card) return refusals::not_found("member", who, "");
    const auto words =
        identity::safety_words(trust_.directory().network(), core_.own.identity_key(), card->identity);
    return std::vector<std::string>(words.begin(), words.end());
}

Outcome<PersonView> AppNode::set_contact(const std::string& who, const std::string& state, Time) {
    const MemberId member = LIAISE_TRY(trust_.find(who));
    if (member == core_.own.member()) return refusals::not_yourself("verify");
    identity::ContactEvent event{};
    if (state == "verified")
        event = identity::ContactEvent::words_matched;
    else if (state == "changed")
        event = identity::ContactEvent::words_differed;
    else if (state == "verify-later")
        event = identity::ContactEvent::later;
    else
        return refusals::bad_kind("state", state, "verified, changed or verify-later");
    return change([&]() -> Outcome<PersonView> {
        LIAISE_TRY(or_refusal(trust_.set_contact(member, identity::next(trust_.contact(member), event))));
        return trust_.view(member);
    });
}

Outcome<PersonView> AppNode::revoke(const std::string& who, const std::string& reason, Time) {
    auto outcome = change([&] { return membership_.revoke(who, reason); });
    if (outcome) peers_.dial_all();
    return outcome;
}

ChannelView AppNode::view(Channel& channel, bool with_members) {
    ChannelView view;
    view.id = channel.id();
    view.name = channels_.name_of(channel);
    if (const channel::Charter* const charter = channel.state.charter()) {
        view.purpose = charter->purpose;
        view.kind = text_of(charter->kind);
        view.history = text_of(charter->history);
        view.ceiling = text_of(charter->handling_ceiling);
        view.retention_days = charter->retention_days;
        view.listed = charter->listed;
        view.aliases = text_of(charter->aliases);
    }
    if (channels_.under_alias(channel)) view.alias = trust_.name_of(channel.state.own().member);
    const auto documents = core_.store.documents().count(channel.id());
    const auto messages = core_.store.messages().count(channel.id());
    view.documents = documents ? *documents : 0;
    const std::size_t others = view.documents + notices_in(channel.state);
    view.messages = messages && *messages >= others ? *messages - others : 0;
    view.waiting = channels_.waiting_entries(channel);
    const auto unread = core_.store.messages().unread_count(channel.id());
    view.unread = unread ? *unread : 0;
    view.epoch = channel.state.epoch_number();
    view.convener = channel.state.own_rank().has_value();
    view.requests = requests_.queue(channel).size();
    view.state = text_of(channel.state.phase());
    view.invited = is_invited(channel);
    const auto members = channel.state.members();
    std::size_t place = 0;
    if (with_members)
        for (const channel::Member& member : members) {
            view.members.push_back(
                {trust_.view(member.id), member.rank.has_value(), member.rank ? ++place : 0});
            peers_.describe(view.members.back().person);
        }
    for (const auto& [writer, log] : channel.logs) {
        if (log.forked_at == 0) continue;
        const channel::WriterFact* const fact = channel.state.writer(log.id);
        view.warnings.push_back((fact != nullptr ? trust_.name_of(fact->member) : "Someone") +
                                "'s device wrote two different entries at place " +
                                std::to_string(log.forked_at) +
                                " of its log; the log stops there, and the proof is kept.");
    }
    for (const channel::OpenBallot& ballot : channel.state.view().ballots)
        if (channel.state.member(ballot.member)) view.warnings.push_back(ballot_sentence(ballot));
    if (channels_.cut_off(channel))
        view.warnings.emplace_back(
            "No convener is left who knows your alias here: nothing of yours reaches the others, nor theirs "
            "you. "
            "Leave, and ask to enter once more under another name.");
    if (channels_.under_alias(channel) && channel.state.member(core_.own.member()))
        view.warnings.emplace_back(
            "Somebody invited you here in your own name. They see that you do not come, though your device "
            "took "
            "the "
            "invitation: they may be looking for whoever stands behind your alias.");
    if (wants_convener(channel)) view.warnings.push_back(urge_convener(channel));
    if (with_members && !channel.state.view().charters.empty()) view.created = charter_time(channel, 0);
    if (!channel.state.sealing_epoch() && channel.state.phase() == channel::ChannelState::Phase::open)
        view.warnings.emplace_back("Nobody can write until a convener has given out a new key.");
    return view;
}

Outcome<ChannelView> AppNode::create_channel(const CharterRequest& wishes, Time) {
    if (!trust_.in_network()) return refusals::no_network();
    channel::Charter first;
    first.conveners = {core_.own.member()};
    const channel::Charter charter = LIAISE_TRY(wished_charter(std::move(first), wishes, true));
    for (const auto& [id, channel] : channels_.all())
        if (channel.name() == charter.name) return refusals::channel_name_taken(charter.name);
    return change([&]() -> Outcome<ChannelView> {
        Channel& channel = *LIAISE_TRY(channels_.create(charter));
        LIAISE_TRY(or_refusal(note_shown(channel)));
        return view(channel, true);
    });
}

Outcome<std::vector<ChannelView>> AppNode::channels(Time) {
    if (!trust_.in_network()) return refusals::no_network();
    std::vector<ChannelView> views;
    for (auto& [id, channel] : channels_.all())
        if (&channel != channels_.directory()) views.push_back(view(channel, false));
    std::sort(views.begin(), views.end(),
              [](const ChannelView& a, const ChannelView& b) { return a.name < b.name; });
    return views;
}

Outcome<ChannelView> AppNode::channel(const std::string& channel, Time) {
    return view(*LIAISE_TRY(channels_.named(channel)), true);
}

Outcome<ChannelView> AppNode::invite(const std::string& named, const std::string& who, Time now) {
    Channel& channel = *LIAISE_TRY(channels_.named(named));
    const MemberId member = LIAISE_TRY(channels_.member_named(channel, who));
    if (identity::messages_wait(trust_.contact(member)))
        return refusals::contact_changed(trust_.name_of(member));
    if (channel.state.alias_of(member) != nullptr && !channel.state.member(member))
        return refusals::alias_comes_anew(trust_.name_of(member));
    if (aliases_.alias_of(channel.id(), member))
        return refusals::has_alias_here(channel.name(), trust_.name_of(member));
    if (channel.state.member(member)) return refusals::already_member(channel.name(), trust_.name_of(member));
    if (channel.state.phase() != channel::ChannelState::Phase::open)
        return refusals::no_longer_member(channel.name());
    const std::vector<channel::Device> devices = devices_of(member, now);
    if (devices.empty()) return refusals::no_devices(trust_.name_of(member));
    return change([&]() -> Outcome<ChannelView> {
        const auto plan = channel::plan_invite(channel.state, member, devices);
        if (!plan) return refused_plan(plan.error(), channel);
        LIAISE_TRY(channels_.perform(channel, *plan));
        return view(channel, false);  // naming every member takes longer than adding one
    });
}

Outcome<ChannelView> AppNode::remove(const std::string& named, const std::string& who, Time) {
    Channel& channel = *LIAISE_TRY(convened(named));
    const MemberId member = LIAISE_TRY(channels_.member_named(channel, who));
    if (member == channel.state.own().member) return refusals::not_yourself("remove");
    if (!channel.state.member(member)) return refusals::not_member(channel.name(), trust_.name_of(member));
    const auto rank = channel.state.rank_of(member);
    const bool votes = rank && *rank < *channel.state.own_rank();
    if (votes && channel.state.charter()->conveners.size() < 3)
        return refusals::ranks_above(trust_.name_of(member));
    return change([&]() -> Outcome<ChannelView> {
        // Without a place in the charter they have no vote in what follows.
        if (rank && !votes) LIAISE_TRY(put_in_force(channel, without(channel, member)));
        const auto plan = channel::plan_remove(channel.state, member, channel.coverage());
        if (!plan && plan.error().code == ErrorCode::conflict)
            return refusals::voted_already(trust_.name_of(member));
        if (!plan) return refused_plan(plan.error(), channel);
        LIAISE_TRY(channels_.perform(channel, *plan));
        return view(channel, true);
    });
}

Outcome<Done> AppNode::leave(const std::string& named, Time) {
    Channel& channel = *LIAISE_TRY(channels_.named(named));
    if (channel.state.phase() != channel::ChannelState::Phase::open)
        return refusals::no_longer_member(channel.name());
    std::size_t conveners = 0;
    const auto members = channel.state.members();
    for (const channel::Member& member : members) conveners += member.rank ? 1 : 0;
    const bool only_convener = conveners == 1 && channel.state.own_rank();
    if (only_convener && members.size() > 1) return refusals::last_convener(channel.name());
    return change([&]() -> Outcome<Done> {
        const auto plan = channel::plan_leave(channel.state, channel.coverage());
        if (!plan) return refused_plan(plan.error(), channel);
        return channels_.perform(channel, *plan);
    });
}

void AppNode::post(const PostRequest& request, Time, Callback<MessageView> done) {
    messages_.post(request, std::move(done));
}
Outcome<ReadAnswer> AppNode::read(const ReadRequest& request, Time) {
    return messages_.read(request);
}

Outcome<MessageView> AppNode::mark(const MarkRequest& request, Time) {
    return change([&] { return editing_.mark(request); });
}

Outcome<std::unique_ptr<Upload>> AppNode::publish(const PublishRequest& request, Time) {
    return library_.publish(request);
}
Outcome<std::vector<DocumentView>> AppNode::documents(const std::string& channel, Time) {
    return library_.list(channel);
}
Outcome<DocumentView> AppNode::document(const std::string& document, Time) {
    return library_.show(document);
}
Outcome<std::vector<DocumentView>> AppNode::history(const std::string& document, Time) {
    return library_.history(document);
}
void AppNode::get_document(const std::string& document, std::uint32_t revision, Time,
                           Callback<std::unique_ptr<Download>> done) {
    library_.get(document, revision, std::move(done));
}

Outcome<SearchAnswer> AppNode::search(const std::string& query, const std::string& channel, std::size_t limit,
                                      Time) {
    if (query.find_first_not_of(" \t") == std::string::npos || query.size() > words_most * 20)
        return refusals::bad_search();
    if (!trust_.in_network()) return refusals::no_network();
    LIAISE_TRY(or_refusal(core_.batch.commit()));
    return finder_.search(query, channel, limit);
}

void AppNode::when_in_step(Callback<std::size_t> done, std::weak_ptr<void> asker) {
    peers_.when_in_step(std::move(done), std::move(asker));
}

}  // namespace liaise::node::service
