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

struct NewEpoch {
    EpochId id;
    std::vector<Body> bodies;
};

// Everything about the new epoch but to whom it goes.
Result<Epoch> next_epoch(const ChannelState& state) {
    if (!state.view().head) return Error{ErrorCode::not_known, "channel has no epoch yet"};
    const EntryRef head = *state.view().head;
    const auto& parent = std::get<EpochFact>(state.facts().at(head).what);
    const EpochTree tree(state.facts());
    Epoch epoch;
    epoch.charter = state.charter_entry();
    epoch.number = parent.number + 1;
    epoch.parent = parent.id;
    Coverage covered = tree.coverage(head);
    for (const auto& [log, last] : state.known())
        if (last > covered[log]) epoch.covers.push_back({last, log});
    if (epoch.covers.size() > limits::epoch_covers_max)
        return Error{ErrorCode::too_large, "epoch covers too many logs", epoch.covers.size()};
    const std::set<DeviceId> withheld = tree.withheld(head);
    for (const DeviceId& device : state.shut_out_devices())
        if (!withheld.contains(device) && epoch.withheld.size() < limits::epoch_withheld_max)
            epoch.withheld.push_back(device);
    return epoch;
}

// The epoch in as many entries as its sealed keys take.
NewEpoch seal_epoch(Epoch epoch, const ChannelId& channel, const std::vector<Device>& devices,
                    const crypto::Key& key, RandomSource& random) {
    epoch.id = epoch_id_of(channel, key);
    NewEpoch out{epoch.id, {}};
    std::size_t done = 0;
    do {
        epoch.sealed.clear();
        for (; done < devices.size() && epoch.sealed.size() < limits::sealed_keys_max; ++done) {
            // A key that is none shuts out its own device, not the channel.
            const auto sealed = seal_key(key, channel, epoch.id, devices[done], random);
            if (sealed) epoch.sealed.push_back(*sealed);
        }
        out.bodies.emplace_back(epoch);
    } while (done < devices.size());
    return out;
}

Result<NewEpoch> next_epoch_for(const ChannelState& state, const std::vector<Device>& devices,
                                RandomSource& random) {
    Epoch epoch = LIAISE_TRY(next_epoch(state));
    return seal_epoch(std::move(epoch), state.id(), devices, crypto::Key::draw(random), random);
}

std::vector<Device> devices_of(const ChannelState& state, const std::optional<MemberId>& without = {}) {
    std::vector<Device> devices;
    for (const Member& member : state.members()) {
        if (member.id == without) continue;
        for (const Device& device : member.devices)
            if (!state.shut_out_devices().contains(device.id)) devices.push_back(device);
    }
    return devices;
}

// Members' devices that cannot read what is sealed under the present head, and so not what makes the next.
std::vector<Invitee> left_behind(const ChannelState& state, const std::optional<MemberId>& without = {}) {
    const EpochTree tree(state.facts());
    const EntryRef head = *state.view().head;
    const Coverage coverage = tree.coverage(head);
    std::vector<Invitee> invitees;
    for (const Member& member : state.members()) {
        if (member.id == without) continue;
        const MemberView& view = *state.history_of(member.id);
        for (const Device& device : member.devices)
            if (!state.shut_out_devices().contains(device.id) && device.id != state.own().device &&
                !tree.reaches(view.addings.at(device.id), head, coverage, state.charter()->history))
                invitees.push_back({member.id, member.term, device});
    }
    return invitees;
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

EpochId epoch_for(const ChannelState& state, const Body& body) {
    const auto* const epoch = std::get_if<Epoch>(&body);
    return epoch != nullptr && epoch->number > 1 ? epoch->parent : state.policy_epoch();
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
    const crypto::Key key = crypto::Key::draw(random);
    const Device device{own.device.device, own.device.inbox};

    Epoch epoch;
    epoch.charter = founding;
    const NewEpoch first = seal_epoch(std::move(epoch), channel, {device}, key, random);
    Founding out{
        {channel, founding, {own.device.member, own.device.device, writer_key, 1}, first.id}, {}, {}};
    out.keyring.add(first.id, key);
    out.keyring.set_current(first.id);
    out.keyring.tag_key = crypto::Key::draw(random);
    out.keyring.writer_seed = writer.seed();
    out.plan.bodies.emplace_back(introduce(channel, writer_key, 1, own.credential, device_key));
    out.plan.bodies.emplace_back(charter);
    if (charter.kind != ChannelKind::directory)
        out.plan.bodies.emplace_back(MemberAdded{founding, own.device.member, 1, {device}, first.id});
    out.plan.bodies.insert(out.plan.bodies.end(), first.bodies.begin(), first.bodies.end());
    return out;
}

Result<Plan> plan_invite(const ChannelState& state, const MemberId& member,
                         const std::vector<Device>& devices, RandomSource& random) {
    LIAISE_TRY(own_rank(state));
    const Charter& rules = *state.charter();
    if (rules.kind == ChannelKind::directory ||
        (rules.kind == ChannelKind::direct && !rank_in(rules, member)))
        return Error{ErrorCode::not_permitted, "nobody can be invited to this channel"};
    const MemberView* const view = state.history_of(member);
    const bool is_member = view != nullptr && view->is_member();
    if (!is_member && state.members().size() >= limits::channel_members_max)
        return Error{ErrorCode::too_large, "channel has as many members as it can"};

    MemberAdded added{state.charter_entry(), member, 1, {}, {}};
    if (view != nullptr) added.term = is_member ? view->term : std::max(view->term, view->removed_term) + 1;
    for (const Device& device : devices)
        if (!is_member || !view->devices.contains(device.id)) added.devices.push_back(device);
    std::sort(added.devices.begin(), added.devices.end());
    if (added.devices.empty()) return Error{ErrorCode::conflict, "member has these devices already"};
    if (added.devices.size() + (is_member ? view->devices.size() : 0) > limits::member_devices_max)
        return Error{ErrorCode::too_large, "member has too many devices", added.devices.size()};

    Plan plan;
    if (is_member || rules.history == History::from_start) {
        const auto epoch = state.sealing_epoch();
        if (!epoch) return Error{ErrorCode::unavailable, "channel waits for a new key first"};
        added.epoch = *epoch;
        plan.bodies.emplace_back(added);
    } else {
        std::vector<Device> readers = devices_of(state);
        readers.insert(readers.end(), added.devices.begin(), added.devices.end());
        const NewEpoch next = LIAISE_TRY(next_epoch_for(state, readers, random));
        added.epoch = next.id;
        plan.bodies.emplace_back(added);
        plan.bodies.insert(plan.bodies.end(), next.bodies.begin(), next.bodies.end());
        plan.invitees = left_behind(state);
    }
    for (const Device& device : added.devices) plan.invitees.push_back({member, added.term, device});
    return plan;
}

Result<Plan> plan_remove(const ChannelState& state, const MemberId& member, const Coverage& lasts,
                         RandomSource& random) {
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
    if (target->rank && *target->rank < *state.rank_of(state.own().member)) {
        if (own_vote(state, removed) != nullptr) return Error{ErrorCode::conflict, "we have voted so"};
        return Plan{{removed}, {}};
    }
    const NewEpoch next = LIAISE_TRY(next_epoch_for(state, devices_of(state, member), random));
    Plan plan{{removed}, left_behind(state, member)};
    plan.bodies.insert(plan.bodies.end(), next.bodies.begin(), next.bodies.end());
    return plan;
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
    return Plan{{left}, {}};
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
    return Plan{{std::move(charter)}, {}};
}

Result<Plan> plan_rekey(const ChannelState& state, RandomSource& random) {
    LIAISE_TRY(own_rank(state));
    const NewEpoch next = LIAISE_TRY(next_epoch_for(state, devices_of(state), random));
    return Plan{next.bodies, left_behind(state)};
}

Result<Plan> plan_directory_rekey(const ChannelState& state, const std::vector<Device>& devices,
                                  RandomSource& random) {
    LIAISE_TRY(own_rank(state));
    if (state.charter()->kind != ChannelKind::directory)
        return Error{ErrorCode::not_permitted, "no directory channel"};
    const NewEpoch next = LIAISE_TRY(next_epoch_for(state, devices, random));
    return Plan{next.bodies, {}};
}

}  // namespace liaise::channel
