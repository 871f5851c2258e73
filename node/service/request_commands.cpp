// What the local user does with listed channels, requests to enter, and invitations.
#include "node/service/charter_words.h"
#include "node/service/commands.h"
#include "node/service/kinds.h"
#include "node/service/naming.h"

namespace liaise::node::service {
namespace {

using Asked = Requests::Asked;

void describe(ChannelView& view, const channel::Charter& charter) {
    view.name = charter.name;
    view.purpose = charter.purpose;
    view.kind = text_of(charter.kind);
    view.history = text_of(charter.history);
    view.ceiling = text_of(charter.handling_ceiling);
    view.retention_days = charter.retention_days;
    view.listed = charter.listed;
    view.aliases = text_of(charter.aliases);
}

}  // namespace

Result<void> AppNode::follow_requests(const Channel& channel) {
    if (channel.is_directory()) return requests_.directory_changed();
    // Where writing failed everything was loaded anew, and `channel` with it.
    return listings_.announce(channel) ? requests_.channel_changed(channel) : Result<void>();
}

bool AppNode::takes_part(const ChannelId& id) const {
    using Phase = channel::ChannelState::Phase;
    const auto found = channels_.all().find(id);
    return found != channels_.all().end() &&
           (found->second.state.phase() == Phase::open || found->second.state.phase() == Phase::joining);
}

CharterView AppNode::claimed_charter(const ChannelId& channel, const channel::Charter& charter,
                                     const MemberId& author, Time time, const char* source) const {
    CharterView view;
    view.channel_id = channel;
    view.name = charter.name;
    view.purpose = charter.purpose;
    view.kind = text_of(charter.kind);
    view.history = text_of(charter.history);
    view.ceiling = text_of(charter.handling_ceiling);
    view.retention_days = charter.retention_days;
    view.receipts = charter.receipts;
    view.listed = charter.listed;
    view.aliases = text_of(charter.aliases);
    for (const MemberId& convener : charter.conveners) view.conveners.push_back(trust_.view(convener));
    const PersonView person = trust_.view(author);
    view.author_id = author;
    view.author = person.name;
    view.role = person.role;
    view.country = person.country;
    view.verified = person.verified();
    view.time = time;
    view.in_force = true;
    view.source = source;
    return view;
}

// One's own channels go before those of others, and whole names before beginnings of names.
bool AppNode::is_own(const std::string& named) {
    const auto own = channels_.named(named);
    return own && takes_part((*own)->id()) &&
           (identity::fold_name((*own)->name()) == identity::fold_name(named) ||
            (*own)->id().text().starts_with(named));
}

// Nothing where the name fits a channel that we take part in, or nothing at all.
std::optional<std::vector<CharterView>> AppNode::claimed_charters(const std::string& named) {
    if (!trust_.in_network() || is_own(named)) return std::nullopt;
    std::vector<CharterView> views;
    const std::vector<Listing> fits = to_ask(named);
    for (const Listing& each : fits) {
        if (takes_part(each.channel)) return std::nullopt;
        views.push_back(claimed_charter(each.channel, each.card, each.by, each.since, "announced"));
    }
    return views.empty() ? std::nullopt : std::optional(std::move(views));
}

ChannelView AppNode::view(const Listing& listing) const {
    ChannelView view;
    view.id = listing.channel;
    describe(view, listing.card);
    view.state = "listed";
    for (const MemberId& member : listing.announcers) view.announced_by.push_back(trust_.view(member));
    const auto asked = requests_.asked().find(listing.channel);
    if (asked == requests_.asked().end() || !asked->second.conveners.contains(listing.by)) return view;
    view.asked = asked->second.time;
    view.alias = asked->second.alias_name;
    if (asked->second.state == Asked::State::waiting) view.state = "asked";
    if (asked->second.state == Asked::State::denied) {
        view.state = "denied";
        view.reason = asked->second.reason;
    }
    return view;
}

Outcome<std::vector<ChannelView>> AppNode::listed_channels(Time) {
    if (!trust_.in_network()) return refusals::no_network();
    std::vector<ChannelView> views;
    std::set<ChannelId> shown;
    for (const Listing& listing : listings_.all()) {
        if (takes_part(listing.channel)) continue;
        views.push_back(view(listing));
        shown.insert(listing.channel);
    }
    // Whose conveners let us ask.
    for (const auto& [id, offered] : requests_.offered()) {
        if (shown.contains(id) || takes_part(id)) continue;
        views.push_back(view(Listing{id, offered.card, offered.by, offered.time, {offered.by}}));
        if (views.back().state == "listed") views.back().state = "may-ask";
        shown.insert(id);
    }
    // Asked for, and not announced any more.
    for (const auto& [id, asked] : requests_.asked()) {
        if (asked.state != Asked::State::waiting || shown.contains(id) || takes_part(id)) continue;
        const MemberId by = *asked.conveners.begin();
        views.push_back(view(Listing{id, asked.card, by, asked.time, {by}}));
    }
    std::stable_sort(views.begin(), views.end(),
                     [](const ChannelView& a, const ChannelView& b) { return a.name < b.name; });
    return views;
}

// Listed ones, and those whose conveners let us ask.
std::vector<Listing> AppNode::to_ask(const std::string& named) const {
    std::vector<Listing> fits = listings_.named(named);
    if (!fits.empty()) return fits;
    std::vector<Named<ChannelId>> all;
    for (const auto& [id, offered] : requests_.offered()) all.push_back({id, id.text(), offered.card.name});
    if (const auto found = find_named("channel", named, all)) {
        const Requests::Offered& offered = requests_.offered().at(*found);
        fits.push_back({*found, offered.card, offered.by, offered.time, {offered.by}});
    }
    return fits;
}

Outcome<Listing> AppNode::listing(const std::string& named, const std::string& convener) const {
    if (!trust_.in_network()) return refusals::no_network();
    std::vector<Listing> fits = to_ask(named);
    if (fits.empty()) return refusals::not_listed(named);
    if (!convener.empty()) {
        const MemberId member = LIAISE_TRY(trust_.find(convener));
        std::erase_if(fits, [&](const Listing& each) {
            return std::find(each.announcers.begin(), each.announcers.end(), member) == each.announcers.end();
        });
        if (fits.empty()) return refusals::no_convener(named, trust_.name_of(member));
    }
    if (fits.size() == 1) return fits.front();
    std::string names;
    for (const Listing& each : fits) names += (names.empty() ? "" : ", ") + trust_.name_of(each.by);
    return refusals::several_announce(named, names);
}

Outcome<ChannelView> AppNode::request(const std::string& named, const std::string& note,
                                      const std::string& convener, const std::string& alias, Time) {
    if (is_own(named)) return refusals::in_already(named);
    const Listing wanted = LIAISE_TRY(listing(named, convener));
    if (takes_part(wanted.channel)) return refusals::in_already(wanted.card.name);
    return change([&]() -> Outcome<ChannelView> {
        LIAISE_TRY(requests_.ask(wanted, note, alias));
        return view(wanted);
    });
}

Outcome<Done> AppNode::withdraw_request(const std::string& named, Time) {
    if (!trust_.in_network()) return refusals::no_network();
    std::vector<Named<ChannelId>> waiting;
    for (const auto& [id, asked] : requests_.asked())
        if (asked.state == Asked::State::waiting) waiting.push_back({id, id.text(), asked.card.name});
    const auto channel = find_named("channel", named, waiting);
    if (!channel) return refusals::not_asked(named);
    return change([&] { return requests_.withdraw(*channel); });
}

Outcome<std::vector<RequestView>> AppNode::requests(const std::string& named, Time) {
    if (!trust_.in_network()) return refusals::no_network();
    std::vector<const Channel*> of;
    if (!named.empty())
        of.push_back(LIAISE_TRY(convened(named)));
    else
        for (const auto& [id, channel] : channels_.all()) of.push_back(&channel);
    std::vector<RequestView> views;
    for (const Channel* const channel : of)
        for (const auto& [who, request] : requests_.queue(*channel)) {
            views.push_back({channel->id(), channels_.name_of(*channel), trust_.view(who), request.asked,
                             request.taken, request.note,
                             request.alias ? request.alias->name : std::string{}});
            peers_.describe(views.back().person);
        }
    std::stable_sort(views.begin(), views.end(),
                     [](const RequestView& a, const RequestView& b) { return a.taken < b.taken; });
    return views;
}

Outcome<MemberId> AppNode::asker(const Channel& channel, const std::string& who) const {
    const MemberId member = LIAISE_TRY(trust_.find(who));
    if (channel.state.member(member)) return refusals::already_member(channel.name(), trust_.name_of(member));
    for (const auto& [asking, request] : requests_.queue(channel))
        if (asking == member) return member;
    return refusals::no_request(channel.name(), trust_.name_of(member));
}

Outcome<ChannelView> AppNode::approve(const std::string& named, const std::string& who, Time now) {
    const Channel& channel = *LIAISE_TRY(convened(named));
    const MemberId member = LIAISE_TRY(asker(channel, who));
    for (const auto& [asking, request] : requests_.queue(channel))
        if (asking == member && request.alias) {
            return change([&, granted = request]() -> Outcome<ChannelView> {
                LIAISE_TRY(add_alias(*channels_.find(channel.id()), member, granted, now));
                return view(*channels_.find(channel.id()), true);
            });
        }
    return invite(channel.id().text(), member.text(), now);
}

// What stands on the card is what we know of the person now, as far as the charter asks for it.
Outcome<Done> AppNode::add_alias(Channel& channel, const MemberId& person, const Request& request, Time now) {
    const AskedAlias& asked = *request.alias;
    if (identity::messages_wait(trust_.contact(person)))
        return refusals::contact_changed(trust_.name_of(person));
    const auto card = trust_.directory().card(person, now);
    if (!card || card->standing != identity::Standing::accredited ||
        !trust_.directory().in_good_standing(asked.device, now))
        return refusals::no_devices(trust_.name_of(person));
    if (channel.state.member(person)) return refusals::already_member(channel.name(), trust_.name_of(person));
    if (trust_.is_taken(asked.name)) return refusals::alias_is_a_person(asked.name);
    for (const auto& [id, member] : channel.state.view().members)
        if (member.alias && identity::skeleton_of(member.alias->name) == identity::skeleton_of(asked.name))
            return refusals::alias_taken(channel.name(), asked.name);

    channel::AliasCard shown{asked.name, channel.state.charter()->aliases, {}, {}, {}, {}, {}};
    if (shown.shows != channel::AliasRule::accredited) {
        shown.role = identity::text_of(card->role);
        shown.country = card->country.code();
    }
    if (shown.shows == channel::AliasRule::full_card) {
        shown.person = card->name;
        shown.organisation = card->organisation;
        shown.rank = card->rank;
    }
    auto plan = channel::plan_invite(channel.state, asked.alias, {asked.seated});
    if (!plan) return refused_plan(plan.error(), channel);
    for (channel::Body& body : plan->bodies)
        if (auto* const added = std::get_if<channel::MemberAdded>(&body)) added->alias = shown;
    LIAISE_TRY(or_refusal(aliases_.know(channel.id(), asked.alias, known_by(person, request))));
    return channels_.perform(channel, *plan);
}

void AppNode::remove_lapsed_aliases() {
    if (!trust_.in_network()) return;
    for (const Requests::Lapsed& lapsed : requests_.lapsed_aliases()) {
        Channel& channel = *channels_.find(lapsed.channel);
        const auto plan = lapsed.devices.empty()
                              ? channel::plan_remove(channel.state, lapsed.alias, channel.coverage())
                              : channel::plan_remove_devices(channel.state, lapsed.alias, lapsed.devices,
                                                             channel.coverage());
        if (!plan || !channels_.perform(channel, *plan)) core_.log.event(Level::warning, "alias_not_removed");
    }
}

Outcome<Done> AppNode::let_ask(const std::string& named, const std::string& who, Time) {
    const Channel& channel = *LIAISE_TRY(convened(named));
    const MemberId member = LIAISE_TRY(trust_.find(who));
    if (member == core_.own.member()) return refusals::not_yourself("invite");
    if (channel.state.charter()->aliases == channel::AliasRule::none)
        return refusals::no_aliases(channel.name());
    if (channel.state.member(member)) return refusals::already_member(channel.name(), trust_.name_of(member));
    if (aliases_.alias_of(channel.id(), member))
        return refusals::has_alias_here(channel.name(), trust_.name_of(member));
    if (identity::messages_wait(trust_.contact(member)))
        return refusals::contact_changed(trust_.name_of(member));
    return change([&] { return requests_.let_ask(channel, member); });
}

Outcome<Done> AppNode::deny(const std::string& named, const std::string& who, const std::string& reason,
                            Time) {
    const Channel& channel = *LIAISE_TRY(convened(named));
    const MemberId member = LIAISE_TRY(asker(channel, who));
    return change([&] { return requests_.deny(channel, member, reason); });
}

bool AppNode::is_invited(const Channel& channel) {
    if (channel.state.phase() != channel::ChannelState::Phase::open || channel.is_directory() ||
        channel.direct_other())
        return false;
    const auto shown = core_.store.records().get(record::charter_shown, channel.id().view());
    return shown && !*shown;
}

Outcome<ChannelView> AppNode::accept(const std::string& named, Time) {
    Channel& channel = *LIAISE_TRY(channels_.named(named));
    if (!is_invited(channel)) return refusals::not_invited(channel.name());
    return change([&]() -> Outcome<ChannelView> {
        LIAISE_TRY(or_refusal(note_shown(channel)));
        return view(channel, true);
    });
}

Outcome<Done> AppNode::decline(const std::string& named, Time now) {
    Channel& channel = *LIAISE_TRY(channels_.named(named));
    if (!is_invited(channel)) return refusals::not_invited(channel.name());
    return leave(channel.id().text(), now);
}

}  // namespace liaise::node::service
