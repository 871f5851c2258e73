#include "protocol/channel/convening.h"

#include <algorithm>

#include "protocol/channel/sealed_key.h"

namespace liaise::channel {

namespace {

constexpr Error no_convener{ErrorCode::not_permitted, "we are no convener of this channel"};

Result<std::size_t> own_rank(const ChannelState& state) {
    const auto rank = state.rank_of(state.own().member);
    if (!rank || state.phase() != ChannelState::Phase::open) return no_convener;
    return *rank;
}

std::vector<EntryRef> lasts_of(const ChannelState& state, const MemberId& member, const Coverage& lasts) {
    std::vector<EntryRef> refs;
    for (const auto& [log, last] : lasts) {
        const WriterFact* const author = state.writer(log);
        if (author != nullptr && author->member == member && last > 0) refs.push_back({last, log});
    }
    return refs;
}

// Our vote under the charter in force, as far as this device cast it.
const MemberRemoved* own_vote(const ChannelState& state, const MemberRemoved& wish) {
    const LogId own_log = log::log_id_of(state.id(), state.own().writer);
    for (const auto& [at, fact] : state.facts()) {
        const auto* removed = at.log == own_log ? std::get_if<MemberRemoved>(&fact.what) : nullptr;
        if (removed != nullptr && removed->charter == wish.charter && removed->member == wish.member &&
            removed->term == wish.term)
            return removed;
    }
    return nullptr;
}

}  // namespace

Result<Plan> plan_say(const ChannelState& state, const Coverage& lasts) {
    const std::size_t own = LIAISE_TRY(own_rank(state));
    const LogId own_log = log::log_id_of(state.id(), state.own().writer);
    const EntryRef charter = state.charter_entry();
    Plan plan;
    bool said =
        state.writer(charter.log) == nullptr || state.writer(charter.log)->member == state.own().member;
    std::set<MemberId> wished;
    for (const auto& [at, fact] : state.facts()) {
        if (at.log != own_log) continue;
        const EntryRef* const named = named_charter_of(at, fact);
        said = said || (named != nullptr && *named == charter);
        const auto* removed = std::get_if<MemberRemoved>(&fact.what);
        const auto target = removed == nullptr ? std::nullopt : state.member(removed->member);
        if (target && target->term == removed->term && target->rank && *target->rank < own)
            wished.insert(removed->member);
    }
    for (const MemberId& member : wished) {
        MemberRemoved again{charter, member, state.member(member)->term, lasts_of(state, member, lasts)};
        if (again.lasts.size() > limits::cut_logs_max || own_vote(state, again) != nullptr) continue;
        plan.bodies.emplace_back(std::move(again));
    }
    // Two conveners never vote.
    const bool votes =
        std::any_of(state.view().charters.begin(), state.view().charters.end(), [&state](const EntryRef& at) {
            return std::get<Charter>(state.facts().at(at).what).conveners.size() > 2;
        });
    if (plan.bodies.empty() && votes && !said && charter != state.founding())
        plan.bodies.emplace_back(CharterAcknowledged{charter});
    return plan;
}

EpochId epoch_for(const ChannelState& state, const Keyring& keyring, const Body& body) {
    const auto& commits = state.group().commits;
    const auto usable = [&](const EntryRef& at) {
        const auto found = commits.find(at);
        return found != commits.end() && keyring.find(found->second.key) != nullptr;
    };
    if (const auto* commit = std::get_if<CommitEntry>(&body);
        commit != nullptr && usable(commit->fact.parent))
        return commits.at(commit->fact.parent).key;
    if (!state.head() || usable(*state.head())) return state.policy_epoch();
    const std::vector<EntryRef> epochs = state.branches().candidates();
    const auto best = std::find_if(epochs.begin(), epochs.end(), usable);
    return best == epochs.end() ? state.start() : commits.at(*best).key;
}

std::optional<Invitee> invitee_of(const ChannelState& state, const DeviceId& device) {
    for (const Member& member : state.members())
        for (const Device& own : member.devices)
            if (own.id == device) return Invitee{member.id, member.term, own};
    return std::nullopt;
}

Result<Founding> found(const Charter& charter, const OwnDevice& own, const crypto::SigningKey& device_key,
                       const crypto::SigningKey& writer, RandomSource& random) {
    if (charter.conveners.empty() || charter.conveners.front() != own.device.member ||
        !is_none(charter.parent))
        return Error{ErrorCode::malformed, "the founder is the first convener"};
    const auto channel = random.draw<ChannelId>();
    const WriterKey writer_key = log::writer_key_of(writer);
    const EntryRef founding{2, log::log_id_of(channel, writer_key)};
    const OwnPlace place{own.device.member, own.device.device, writer_key, 1};
    const Device device{own.device.device, own.device.inbox};

    std::vector<Body> first;
    std::optional<GroupKeys> group;
    crypto::Key key = crypto::Key::draw(random);
    EpochId id;
    if (charter.kind == ChannelKind::directory) {
        id = epoch_id_of(channel, key);
        Epoch epoch{founding, id, 1, {}, {}};
        epoch.sealed.push_back(LIAISE_TRY(seal_key(key, channel, id, device, random)));
        first.emplace_back(std::move(epoch));
    } else {
        group.emplace(channel, place.seat());
        const GroupKeys::Made made = LIAISE_TRY(group->begin({founding, {}, {}}, device_key, random));
        id = made.entry.fact.key;
        key = *group->key(made);
        first.emplace_back(MemberAdded{founding, own.device.member, 1, {device}});
        first.emplace_back(made.entry);
    }
    Founding out{{channel, founding, place, id}, {}, std::move(group), {}};
    out.keyring.add(id, key);
    out.keyring.set_current(id);
    out.keyring.tag_key = crypto::Key::draw(random);
    out.keyring.writer_seed = writer.seed();
    out.plan.bodies.emplace_back(introduce(channel, writer_key, 1, own.credential, device_key));
    out.plan.bodies.emplace_back(charter);
    out.plan.bodies.insert(out.plan.bodies.end(), first.begin(), first.end());
    return out;
}

Result<Plan> plan_invite(const ChannelState& state, const MemberId& member,
                         const std::vector<Device>& devices) {
    LIAISE_TRY(own_rank(state));
    const Charter& rules = *state.charter();
    if (rules.kind == ChannelKind::directory ||
        (rules.kind == ChannelKind::direct && !rank_in(rules, member)))
        return Error{ErrorCode::not_permitted, "nobody can be invited to this channel"};
    const MemberView* const view = state.history_of(member);
    const bool is_member = view != nullptr && view->is_member();
    if (!is_member && state.members().size() >= limits::channel_members_max)
        return Error{ErrorCode::too_large, "channel has as many members as it can"};

    MemberAdded added{state.charter_entry(), member, 1, {}};
    if (view != nullptr) added.term = is_member ? view->term : std::max(view->term, view->removed_term) + 1;
    for (const Device& device : devices)
        if (!is_member || (!view->devices.contains(device.id) && !view->removed_devices.contains(device.id)))
            added.devices.push_back(device);
    std::sort(added.devices.begin(), added.devices.end());
    if (added.devices.empty()) return Error{ErrorCode::conflict, "member has these devices already"};
    if (added.devices.size() + (is_member ? view->devices.size() : 0) > limits::member_devices_max)
        return Error{ErrorCode::too_large, "member has too many devices", added.devices.size()};

    return Plan{{std::move(added)}};
}

Result<Plan> plan_remove(const ChannelState& state, const MemberId& member, const Coverage& lasts) {
    LIAISE_TRY(own_rank(state));
    const auto target = state.member(member);
    if (!target) return Error{ErrorCode::not_known, "no member of this channel"};
    const Charter& rules = *state.charter();
    const bool fixed = rules.kind == ChannelKind::direct || rules.kind == ChannelKind::directory;
    if (fixed || member == state.own().member)
        return Error{ErrorCode::not_permitted, "nobody can be removed so"};
    MemberRemoved removed{state.charter_entry(), member, target->term, lasts_of(state, member, lasts)};
    if (removed.lasts.size() > limits::cut_logs_max)
        return Error{ErrorCode::too_large, "member has too many logs", removed.lasts.size()};
    if (target->rank && *target->rank < *state.rank_of(state.own().member) &&
        own_vote(state, removed) != nullptr)
        return Error{ErrorCode::conflict, "we have voted so"};
    return Plan{{std::move(removed)}};
}

Result<Plan> plan_remove_devices(const ChannelState& state, const MemberId& member,
                                 const std::set<DeviceId>& devices, const Coverage& lasts) {
    LIAISE_TRY(own_rank(state));
    const auto target = state.member(member);
    if (!target) return Error{ErrorCode::not_known, "no member of this channel"};
    if (!may_remove(state.own().member, member, *state.charter()))
        return Error{ErrorCode::not_permitted, "nobody's devices can be removed so"};
    DeviceRemoved out{state.charter_entry(), member, target->term, {}, {}};
    for (const Device& device : target->devices)
        if (devices.contains(device.id)) out.devices.push_back(device.id);
    if (out.devices.empty()) return Error{ErrorCode::conflict, "member has none of these devices"};
    std::sort(out.devices.begin(), out.devices.end());
    out.lasts = lasts_of(state, member, lasts);
    std::erase_if(out.lasts,
                  [&](const EntryRef& last) { return !devices.contains(state.writer(last.log)->device); });
    if (out.lasts.size() > limits::cut_logs_max)
        return Error{ErrorCode::too_large, "the devices have too many logs", out.lasts.size()};
    return Plan{{std::move(out)}};
}

Result<Plan> plan_leave(const ChannelState& state, const Coverage& lasts) {
    if (state.phase() != ChannelState::Phase::open || state.charter()->kind == ChannelKind::directory)
        return Error{ErrorCode::not_permitted, "no channel that we could leave"};
    const std::vector<Member> members = state.members();
    const auto others = std::count_if(members.begin(), members.end(), [&](const Member& member) {
        return member.id != state.own().member && member.rank;
    });
    if (state.rank_of(state.own().member) && others == 0 && members.size() > 1)
        return Error{ErrorCode::not_permitted, "the last convener names another before leaving"};
    Left left{state.own().term, lasts_of(state, state.own().member, lasts)};
    const LogId own_log = log::log_id_of(state.id(), state.own().writer);
    std::erase_if(left.lasts, [&own_log](const EntryRef& last) { return last.log == own_log; });
    if (left.lasts.size() > limits::cut_logs_max)
        return Error{ErrorCode::too_large, "too many logs", left.lasts.size()};
    return Plan{{std::move(left)}};
}

Result<Plan> plan_amend(const ChannelState& state, Charter charter, const Coverage& lasts) {
    LIAISE_TRY(own_rank(state));
    const Charter& parent = *state.charter();
    charter.parent = state.charter_entry();
    charter.demotions.clear();
    for (const MemberId& member : parent.conveners)
        if (!rank_in(charter, member)) charter.demotions.push_back({member, lasts_of(state, member, lasts)});
    std::sort(charter.demotions.begin(), charter.demotions.end(),
              [](const Cut& a, const Cut& b) { return a.member < b.member; });
    if (!may_amend(state.own().member, parent, charter, state.view().voted_out))
        return Error{ErrorCode::not_permitted, "a convener changes nothing at or above the own rank"};
    return Plan{{std::move(charter)}};
}

}  // namespace liaise::channel
