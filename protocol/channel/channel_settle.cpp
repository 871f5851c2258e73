// What follows from the facts, and what is different when there is one more.
#include "protocol/channel/channel_state.h"

namespace liaise::channel {

std::vector<Change> ChannelState::shut_out(const DeviceId& device, Keyring& keyring) {
    if (!shut_out_.insert(device).second) return {};
    return settle(keyring);
}

// ---- The choice, made when it is asked for

const Choice& ChannelState::choice() const {
    if (!choice_) choice_ = std::make_shared<Choice>(*Branches(facts_, view_, group_, shut_out_).choice());
    return *choice_;
}

Branches ChannelState::branches() const {
    if (has_group()) choice();
    return {facts_, view_, group_, shut_out_, has_group() ? choice_ : nullptr};
}

std::optional<EntryRef> ChannelState::head() const {
    return has_group() ? choice().head() : std::nullopt;
}

std::optional<EntryRef> ChannelState::sealing() const {
    return has_group() ? choice().sealing : std::nullopt;
}

// With a fact that the view has taken in.
void ChannelState::choose_with(const EntryRef& at) {
    if (!choice_) return;
    if (choice_.use_count() > 1) choice_ = std::make_shared<Choice>(*choice_);
    const Branches now(facts_, view_, group_, shut_out_, choice_);
    const Fact& fact = facts_.at(at);
    bool follows = true;
    if (const auto* added = std::get_if<MemberAdded>(&fact.what))
        follows = !view_.counting.contains(at) || now.follow_adding(*choice_, added->member);
    if (std::holds_alternative<CommitFact>(fact.what))
        follows = !tally_.awaited.contains(at) && now.follow_commit(*choice_, at);
    if (std::holds_alternative<Acknowledgement>(fact.what))
        follows = now.follow_acknowledgement(*choice_, at);
    if (!follows) choice_.reset();
}

// ---- The view

// Common facts are added to what is reckoned already; what follows for the group may be left open until it is
// asked for.
std::vector<Change> ChannelState::settle_with(const EntryRef& at, Keyring& keyring) {
    const auto* const added = std::get_if<MemberAdded>(&facts_.at(at).what);
    const bool ourselves = added != nullptr && added->member == own_.member;
    if (!has_group() || ourselves || !extend(view_, facts_, touched_, at)) return settle(keyring);

    const bool known = choice_ != nullptr;
    const auto epoch_before = known ? sealing_epoch() : std::nullopt;
    choose_with(at);
    std::vector<Change> changes;
    if (added != nullptr && view_.counting.contains(at))
        changes.push_back({Change::Kind::member_joined, added->member, {}, {}, {}});
    if (phase() != Phase::open) {
        keyring.set_current(std::nullopt);
    } else if (known && choice_ != nullptr && sealing_epoch() != epoch_before) {
        keyring.set_current(std::nullopt);
        changes.push_back({Change::Kind::epoch_changed, {}, {}, sealing_epoch().value_or(EpochId{}), {}});
    }
    return changes;
}

std::vector<Change> ChannelState::settle(Keyring& keyring) {
    using Kind = Change::Kind;
    const Phase phase_before = phase();
    const bool known = !has_group() || choice_ != nullptr;
    const auto epoch_before = known ? sealing_epoch() : std::nullopt;
    const View before = std::exchange(view_, resolve(facts_, founding_));
    choice_.reset();
    std::vector<Change> changes;
    const auto conveners = [this](const View& view) {
        return view.charters.empty() ? std::vector<MemberId>()
                                     : std::get<Charter>(facts_.at(view.charters.back()).what).conveners;
    };
    if (before.charters != view_.charters) changes.push_back({Kind::charter_changed, {}, {}, {}, {}});
    if (conveners(before) != conveners(view_)) changes.push_back({Kind::conveners_changed, {}, {}, {}, {}});
    for (const auto& [id, member] : view_.members) {
        const auto old = before.members.find(id);
        const bool was = old != before.members.end() && old->second.is_member();
        if (member.is_member() && (!was || old->second.devices != member.devices))
            changes.push_back({Kind::member_joined, id, {}, {}, {}});
        if (!member.is_member() && was) changes.push_back({Kind::member_gone, id, {}, {}, {}});
    }
    for (const auto& [id, member] : before.members)
        if (member.is_member() && !view_.members.contains(id))
            changes.push_back({Kind::member_gone, id, {}, {}, {}});
    for (const auto& [log, limit] : view_.limits) {
        const auto old = before.limits.find(log);
        if (old == before.limits.end() || old->second != limit)
            changes.push_back({Kind::entries_cut, {}, log, {}, {}});
    }
    for (const auto& [log, limit] : before.limits)
        if (!view_.limits.contains(log)) changes.push_back({Kind::entries_cut, {}, log, {}, {}});

    const auto epoch_now = sealing_epoch();
    if (!has_group())
        keyring.set_current(epoch_now);
    else if (!known || epoch_now != epoch_before || phase() != Phase::open)
        keyring.set_current(std::nullopt);
    if (!known || epoch_now != epoch_before)
        changes.push_back({Kind::epoch_changed, {}, {}, epoch_now.value_or(EpochId{}), {}});
    const bool out = phase() == Phase::removed || phase() == Phase::left;
    const bool was_out = phase_before == Phase::removed || phase_before == Phase::left;
    if (out && !was_out) changes.push_back({Kind::we_are_out, {}, {}, {}, {}});
    return changes;
}

}  // namespace liaise::channel
