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

Outcome<Channel*> AppNode::convened(const std::string& named) {
    Channel* const channel = LIAISE_TRY(channels_.named(named));
    if (channel->state.phase() != channel::ChannelState::Phase::open)
        return refusals::no_longer_member(channel->name());
    if (!channel->state.rank_of(core_.own.member())) return refusals::not_convener(channel->name());
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
    const std::size_t own = *channel.state.rank_of(core_.own.member());
    const auto below = charter.conveners.begin() + static_cast<std::ptrdiff_t>(own + 1);
    charter.conveners.erase(
        std::remove_if(below, charter.conveners.end(),
                       [&](const MemberId& member) { return !channel.state.member(member); }),
        charter.conveners.end());
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
    const MemberId member = LIAISE_TRY(trust_.find(who));
    if (member == core_.own.member()) return refusals::not_yourself("promote");
    if (!channel.state.member(member)) return refusals::not_member(channel.name(), trust_.name_of(member));
    const auto before = channel::rank_in(*channel.state.charter(), member);
    const auto own = channel.state.rank_of(core_.own.member());
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
    if (*rank < *channel.state.rank_of(core_.own.member()))
        return refusals::ranks_above(trust_.name_of(member));
    return change([&] { return put_in_force(channel, without(channel, member)); });
}

Outcome<Done> AppNode::hand_over(const std::string& named, const std::string& who, Time) {
    Channel& channel = *LIAISE_TRY(convened(named));
    const MemberId member = LIAISE_TRY(trust_.find(who));
    if (member == core_.own.member()) return refusals::not_yourself("hand over to");
    if (!channel.state.member(member)) return refusals::not_member(channel.name(), trust_.name_of(member));
    const std::size_t own = *channel.state.rank_of(core_.own.member());
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
