// What the local user does with the rules of a channel: its charter, and who convenes it.
#include <algorithm>

#include "node/service/charter_words.h"
#include "node/service/commands.h"
#include "node/service/kinds.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t members_that_want_two = 3;

// The conveners who are members, the highest first.
std::vector<MemberId> present_conveners(const Channel& channel) {
    std::vector<MemberId> present;
    if (channel.state.charter() == nullptr) return present;
    for (const MemberId& member : channel.state.charter()->conveners)
        if (channel.state.rank_of(member)) present.push_back(member);
    return present;
}

std::size_t place_among(const std::vector<MemberId>& all, const MemberId& member) {
    return static_cast<std::size_t>(std::find(all.begin(), all.end(), member) - all.begin()) + 1;
}

}  // namespace

bool AppNode::wants_convener(const Channel& channel) {
    return !channel.is_directory() && channel.state.phase() == channel::ChannelState::Phase::open &&
           channel.state.members().size() >= members_that_want_two && present_conveners(channel).size() < 2;
}

std::string AppNode::urge_convener(const Channel& channel) {
    return "\"" + channel.name() +
           "\" has several members and one convener. If that one is lost, nobody can invite or remove "
           "anybody any more: name a second with `liaise channel promote`.";
}

std::vector<channel::Device> AppNode::devices_of(const MemberId& member, Time now) const {
    std::vector<channel::Device> devices;
    for (const DeviceId& device : trust_.directory().devices(member, now))
        devices.push_back({device, trust_.directory().certificate(device)->fields().inbox});
    return devices;
}

Outcome<ChannelView> AppNode::direct(const std::string& who, Time now) {
    if (!trust_.in_network()) return refusals::no_network();
    const MemberId member = LIAISE_TRY(trust_.find(who));
    if (member == core_.own.member()) return refusals::not_yourself("write to");
    if (Channel* const known = channels_.direct_with(member)) return view(*known, true);
    if (identity::messages_wait(trust_.contact(member)))
        return refusals::contact_changed(trust_.name_of(member));
    const std::vector<channel::Device> devices = devices_of(member, now);
    if (devices.empty()) return refusals::no_devices(trust_.name_of(member));
    channel::Charter charter;
    charter.name = "direct";  // each node shows the other's name instead
    charter.purpose = "What two people say to each other.";
    charter.kind = channel::ChannelKind::direct;
    charter.history = channel::History::from_joining;
    charter.conveners = {core_.own.member(), member};
    return change([&]() -> Outcome<ChannelView> {
        Channel& channel = *LIAISE_TRY(channels_.create(charter));
        LIAISE_TRY(or_refusal(note_shown(channel)));
        const auto plan = channel::plan_invite(channel.state, member, devices);
        if (!plan) return refused_plan(plan.error(), channel);
        LIAISE_TRY(channels_.perform(channel, *plan));
        return view(channel, true);
    });
}

std::string AppNode::ballot_sentence(const channel::OpenBallot& ballot) const {
    std::string voters;
    for (const MemberId& voter : ballot.voters)
        voters += (voters.empty() ? "" : ", ") + trust_.name_of(voter);
    const std::size_t needed = std::max<std::size_t>(2, ballot.electors / 2 + 1);
    return "Votes to remove " + trust_.name_of(ballot.member) + ": " + std::to_string(ballot.voters.size()) +
           " of the " + std::to_string(needed) + " that it takes (" + voters +
           "). Another convener votes with `liaise channel remove`.";
}

void AppNode::say_what_is_due() {
    if (!may_say_.empty()) remove_lapsed_aliases();
    for (const ChannelId& id : std::exchange(may_say_, {})) {
        Channel* const channel = channels_.find(id);
        if (channel == nullptr) continue;
        if (const auto followed = follow_requests(*channel); !followed) {
            core_.batch.fail(followed.error());
            return;
        }
        if (channel->is_directory()) continue;
        const auto plan = channel::plan_say(channel->state, channel->coverage());
        if (!plan || plan->bodies.empty()) continue;  // no convener, or nothing to say
        for (const channel::Body& body : plan->bodies) {
            if (channels_.author(*channel, body)) continue;
            core_.log.event(Level::warning, "nothing_said");
            break;  // the channel may have been loaded anew
        }
    }
}

Outcome<Channel*> AppNode::convened(const std::string& named) {
    Channel* const channel = LIAISE_TRY(channels_.named(named));
    if (channel->state.phase() != channel::ChannelState::Phase::open)
        return refusals::no_longer_member(channel->name());
    if (!channel->state.own_rank()) return refusals::not_convener(channel->name());
    return channel;
}

Time AppNode::charter_time(Channel& channel, std::size_t place) {
    const channel::EntryRef entry = channel.state.view().charters.at(place);
    const LogRuntime* const log = channel.log(entry.log);
    if (log == nullptr) return {};
    const auto content = channels_.content(channel, *log, entry.sequence);
    return content ? (*content)->time : Time{};
}

CharterView AppNode::charter_view(Channel& channel, std::size_t place) {
    const auto charter_at = [&channel](std::size_t at) -> const channel::Charter& {
        return std::get<channel::Charter>(
            channel.state.facts().at(channel.state.view().charters.at(at)).what);
    };
    const std::vector<channel::EntryRef>& chain = channel.state.view().charters;
    const channel::Charter& charter = charter_at(place);
    CharterView view;
    view.id = log::to_text(chain.at(place));
    view.channel_id = channel.id();
    view.name = charter.name;
    view.purpose = charter.purpose;
    view.kind = text_of(charter.kind);
    view.history = text_of(charter.history);
    view.ceiling = text_of(charter.handling_ceiling);
    view.retention_days = charter.retention_days;
    view.receipts = charter.receipts;
    view.listed = charter.listed;
    view.aliases = text_of(charter.aliases);
    view.source = "entry";
    for (const MemberId& convener : charter.conveners) view.conveners.push_back(trust_.view(convener));
    if (const channel::WriterFact* const writer = channel.state.writer(chain.at(place).log)) {
        const PersonView author = trust_.view(writer->member);
        view.author_id = writer->member;
        view.author = author.name;
        view.role = author.role;
        view.country = author.country;
        view.verified = author.verified();
    }
    view.time = charter_time(channel, place);
    view.in_force = place + 1 == chain.size();
    if (place > 0) view.changes = changes_between(charter_at(place - 1), charter, trust_);
    return view;
}

Outcome<std::vector<CharterView>> AppNode::charters(const std::string& named, Time) {
    if (const auto claimed = claimed_charters(named)) return *claimed;
    Channel& channel = *LIAISE_TRY(channels_.named(named));
    const std::size_t all = channel.state.view().charters.size();
    std::vector<CharterView> views;
    for (std::size_t i = all - std::min(all, limits::control_answer_entries_max); i < all; ++i)
        views.push_back(charter_view(channel, i));
    return views;
}

Result<void> AppNode::note_shown(const Channel& channel) {
    LIAISE_TRY(core_.batch.write());
    LIAISE_TRY(core_.store.records().put(record::charter_shown, channel.id().view(), {}));
    return {};
}

Outcome<std::optional<CharterView>> AppNode::unseen_charter(const std::string& named, Time) {
    Channel& channel = *LIAISE_TRY(channels_.named(named));
    const std::size_t all = channel.state.view().charters.size();
    if (all == 0) return std::optional<CharterView>{};
    const auto shown = core_.store.records().get(record::charter_shown, channel.id().view());
    if (!shown) return refusals::from_store(shown.error());
    if (*shown) return std::optional<CharterView>{};
    return change([&]() -> Outcome<std::optional<CharterView>> {
        LIAISE_TRY(or_refusal(note_shown(channel)));
        return std::optional(charter_view(channel, all - 1));
    });
}

// Conveners below us who are gone leave the list with any change that is made of it.
Outcome<CharterView> AppNode::put_in_force(Channel& channel, channel::Charter charter) {
    const std::size_t own = *channel.state.own_rank();
    const auto below = charter.conveners.begin() + static_cast<std::ptrdiff_t>(own + 1);
    charter.conveners.erase(
        std::remove_if(below, charter.conveners.end(),
                       [&](const MemberId& member) { return !channel.state.member(member); }),
        charter.conveners.end());
    std::erase_if(charter.conveners,
                  [&](const MemberId& member) { return channel.state.view().voted_out.contains(member); });
    const auto plan = channel::plan_amend(channel.state, std::move(charter), channel.coverage());
    if (!plan) return refused_plan(plan.error(), channel);
    LIAISE_TRY(channels_.perform(channel, *plan));
    return charter_view(channel, channel.state.view().charters.size() - 1);
}

channel::Charter AppNode::without(const Channel& channel, const MemberId& convener) {
    channel::Charter charter = *channel.state.charter();
    std::erase(charter.conveners, convener);
    return charter;
}

Outcome<CharterView> AppNode::amend(const std::string& named, const CharterRequest& wishes, Time) {
    Channel& channel = *LIAISE_TRY(convened(named));
    const channel::Charter& before = *channel.state.charter();
    channel::Charter charter = LIAISE_TRY(wished_charter(before, wishes, false));
    if (changes_between(before, charter, trust_).empty()) return refusals::no_change(channel.name());
    for (const auto& [id, other] : channels_.all())
        if (&other != &channel && other.name() == charter.name)
            return refusals::channel_name_taken(charter.name);
    return change([&] { return put_in_force(channel, std::move(charter)); });
}

Outcome<CharterView> AppNode::promote(const std::string& named, const std::string& who, std::size_t place,
                                      Time) {
    Channel& channel = *LIAISE_TRY(convened(named));
    const MemberId member = LIAISE_TRY(channels_.member_named(channel, who));
    if (member == core_.own.member()) return refusals::not_yourself("promote");
    if (channel.state.alias_of(member) != nullptr)
        return refusals::alias_cannot("a convener", trust_.name_of(member));
    if (!channel.state.member(member)) return refusals::not_member(channel.name(), trust_.name_of(member));
    const auto before = channel::rank_in(*channel.state.charter(), member);
    const auto own = channel.state.own_rank();
    if (channel.state.view().voted_out.contains(member))
        return refusals::was_voted_out(trust_.name_of(member));
    if (before && *before < *own) return refusals::ranks_above(trust_.name_of(member));
    if (before && place == 0) return refusals::already_convener(channel.name(), trust_.name_of(member));

    channel::Charter charter = without(channel, member);
    if (charter.conveners.size() >= limits::conveners_max)
        return refusals::limit_reached("conveners", limits::conveners_max);
    std::vector<MemberId> present = present_conveners(channel);
    std::erase(present, member);
    const std::size_t own_place = place_among(present, core_.own.member());
    if (place != 0 && place <= own_place) return refusals::place_not_below(own_place);
    const auto at = place == 0 || place > present.size()
                        ? charter.conveners.end()
                        : std::find(charter.conveners.begin(), charter.conveners.end(), present[place - 1]);
    charter.conveners.insert(at, member);
    if (charter == *channel.state.charter()) return refusals::no_change(channel.name());
    return change([&] { return put_in_force(channel, std::move(charter)); });
}

Outcome<CharterView> AppNode::demote(const std::string& named, const std::string& who, Time) {
    Channel& channel = *LIAISE_TRY(convened(named));
    const MemberId member = LIAISE_TRY(trust_.find(who));
    if (member == core_.own.member()) return refusals::demotes_self(channel.name());
    const auto rank = channel::rank_in(*channel.state.charter(), member);
    if (!rank) return refusals::no_convener(channel.name(), trust_.name_of(member));
    if (*rank < *channel.state.own_rank()) return refusals::ranks_above(trust_.name_of(member));
    return change([&] { return put_in_force(channel, without(channel, member)); });
}

Outcome<Done> AppNode::hand_over(const std::string& named, const std::string& who, Time) {
    Channel& channel = *LIAISE_TRY(convened(named));
    const MemberId member = LIAISE_TRY(channels_.member_named(channel, who));
    if (channel.state.charter()->kind == channel::ChannelKind::direct) return refusals::not_among_two();
    if (member == core_.own.member()) return refusals::not_yourself("hand over to");
    if (channel.state.alias_of(member) != nullptr)
        return refusals::alias_cannot("a convener", trust_.name_of(member));
    if (!channel.state.member(member)) return refusals::not_member(channel.name(), trust_.name_of(member));
    const std::size_t own = *channel.state.own_rank();
    const auto rank = channel::rank_in(*channel.state.charter(), member);
    if (rank && *rank < own) return refusals::ranks_above(trust_.name_of(member));
    channel::Charter charter = without(channel, member);
    if (charter.conveners.size() >= limits::conveners_max)
        return refusals::limit_reached("conveners", limits::conveners_max);
    charter.conveners.insert(charter.conveners.begin() + static_cast<std::ptrdiff_t>(own + 1), member);
    return change([&]() -> Outcome<Done> {
        if (charter != *channel.state.charter()) LIAISE_TRY(put_in_force(channel, std::move(charter)));
        const auto plan = channel::plan_leave(channel.state, channel.coverage());
        if (!plan) return refused_plan(plan.error(), channel);
        return channels_.perform(channel, *plan);
    });
}

}  // namespace liaise::node::service
