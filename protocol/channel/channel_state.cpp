#include "protocol/channel/channel_state.h"

#include <algorithm>

namespace liaise::channel {

ChannelState::ChannelState(const ChannelId& channel, const EntryRef& founding, const OwnPlace& own,
                           const EpochId& start)
    : channel_(channel), founding_(founding), own_(own), start_(start) {}

const Charter* ChannelState::charter() const {
    if (view_.charters.empty()) return nullptr;
    return std::get_if<Charter>(&facts_.at(view_.charters.back()).what);
}

EntryRef ChannelState::charter_entry() const {
    return view_.charters.empty() ? EntryRef{} : view_.charters.back();
}

ChannelState::Phase ChannelState::phase() const {
    const Charter* const rules = charter();
    if (rules == nullptr) return Phase::joining;
    if (rules->kind == ChannelKind::directory) return Phase::open;
    const MemberView* const own = history_of(own_.member);
    if (own == nullptr) return Phase::joining;
    if (own->removed_term >= own_.term) {
        const bool left =
            std::any_of(view_.counting.begin(), view_.counting.end(), [this](const EntryRef& at) {
                const auto* body = std::get_if<Left>(&facts_.at(at).what);
                return body != nullptr && body->term >= own_.term && writer(at.log)->member == own_.member;
            });
        return left ? Phase::left : Phase::removed;
    }
    if (own->term == own_.term && own->removed_devices.contains(own_.device)) return Phase::removed;
    return own->term < own_.term ? Phase::joining : Phase::open;
}

const WriterFact* ChannelState::writer(const LogId& log) const {
    const auto found = writers_.find(log);
    return found == writers_.end() ? nullptr : std::get_if<WriterFact>(&facts_.at(found->second).what);
}

const MemberView* ChannelState::history_of(const MemberId& id) const {
    const auto found = view_.members.find(id);
    return found == view_.members.end() ? nullptr : &found->second;
}

const AliasCard* ChannelState::alias_of(const MemberId& id) const {
    const MemberView* const member = history_of(id);
    return member != nullptr && member->alias ? &*member->alias : nullptr;
}

std::optional<std::size_t> ChannelState::rank_of(const MemberId& id) const {
    const Charter* const rules = charter();
    if (rules == nullptr) return std::nullopt;
    if (rules->kind != ChannelKind::directory) {
        const MemberView* const member = history_of(id);
        if (member == nullptr || !member->is_member()) return std::nullopt;
    }
    if (view_.voted_out.contains(id)) return std::nullopt;
    return rank_in(*rules, id);
}

std::optional<Member> ChannelState::member(const MemberId& id) const {
    const MemberView* const view = history_of(id);
    if (view == nullptr || !view->is_member()) return std::nullopt;
    Member member{id, view->term, {}, rank_of(id)};
    for (const auto& [device, inbox] : view->devices) member.devices.push_back({device, inbox});
    return member;
}

std::vector<Member> ChannelState::members() const {
    std::vector<Member> all;
    for (const auto& [id, view] : view_.members)
        if (view.is_member()) all.push_back(*member(id));
    std::stable_sort(all.begin(), all.end(), [](const Member& a, const Member& b) {
        return a.rank.value_or(SIZE_MAX) < b.rank.value_or(SIZE_MAX);
    });
    return all;
}

bool operator==(const ChannelState& a, const ChannelState& b) {
    return a.channel_ == b.channel_ && a.founding_ == b.founding_ && a.own_ == b.own_ &&
           a.start_ == b.start_ && a.facts_ == b.facts_ && a.writers_ == b.writers_ &&
           a.shut_out_ == b.shut_out_ && a.group_ == b.group_ && a.view_ == b.view_ && a.head() == b.head() &&
           a.sealing() == b.sealing();
}

namespace {

const EpochFact& epoch_at(const Facts& facts, const EntryRef& at) {
    return std::get<EpochFact>(facts.at(at).what);
}

}  // namespace

std::optional<EpochId> ChannelState::sealing_epoch() const {
    switch (phase()) {
        case Phase::joining:
            return start_;
        case Phase::open:
            if (const auto chosen = sealing()) return group_.commits.at(*chosen).key;
            if (view_.directory_epoch) return epoch_at(facts_, *view_.directory_epoch).id;
            return head() ? std::nullopt : std::optional(start_);
        case Phase::removed:
        case Phase::left:
            return std::nullopt;
    }
    return std::nullopt;
}

EpochId ChannelState::policy_epoch() const {
    if (phase() == Phase::joining) return start_;
    if (const auto best = head()) return group_.commits.at(*best).key;
    return view_.directory_epoch ? epoch_at(facts_, *view_.directory_epoch).id : start_;
}

std::uint64_t ChannelState::epoch_number() const {
    if (const auto best = head()) return group_.commits.at(*best).to.number;
    return view_.directory_epoch ? epoch_at(facts_, *view_.directory_epoch).number : 0;
}

bool ChannelState::may_read(const DeviceId& device, const EpochId& epoch) const {
    if (shut_out_.contains(device)) return false;
    for (const auto& [id, member] : view_.members)
        if (member.is_member() && member.devices.contains(device))
            return !is_before({id, device, member.term}, epoch);
    return false;
}

// The epoch leads to the one that gave the seat its leaf, and it had none before.
bool ChannelState::is_before(const Seat& seat, const EpochId& epoch) const {
    if (!has_group() || charter()->history == History::from_start) return false;
    const auto found = group_.by_key.find(epoch);
    if (found == group_.by_key.end() || branches().roster(found->second).contains(seat)) return false;
    return std::any_of(group_.commits.begin(), group_.commits.end(), [&](const auto& commit) {
        const auto& added = commit.second.added;
        const bool seats_it = std::any_of(added.begin(), added.end(),
                                          [&seat](const Seating& seating) { return seating.seat == seat; });
        return seats_it && comes_from(group_.commits, commit.first, found->second);
    });
}

}  // namespace liaise::channel
