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
            if (!view_.head) return start_;
            if (!view_.sealing) return std::nullopt;
            return epoch_at(facts_, *view_.sealing).id;
        case Phase::removed:
        case Phase::left:
            return std::nullopt;
    }
    return std::nullopt;
}

EpochId ChannelState::policy_epoch() const {
    if (!view_.head || phase() == Phase::joining) return start_;
    return epoch_at(facts_, *view_.head).id;
}

std::uint64_t ChannelState::epoch_number() const {
    return view_.head ? epoch_at(facts_, *view_.head).number : 0;
}

bool ChannelState::never_opens(const EpochId& epoch) const {
    const Charter* const rules = charter();
    if (rules == nullptr || rules->history == History::from_start) return false;
    const EpochTree tree(facts_);
    const EntryRef* const at = tree.entry_of(epoch);
    const MemberView* const own = history_of(own_.member);
    if (at == nullptr || own == nullptr) return false;
    const auto adding = own->addings.find(own_.device);
    return adding != own->addings.end() &&
           !tree.reaches(adding->second, *at, tree.coverage(*at), rules->history);
}

std::optional<RekeyDue> ChannelState::rekey_due() const {
    const auto rank = rank_of(own_.member);
    if (!rank || phase() != Phase::open || !view_.head) return std::nullopt;
    RekeyDue due{!view_.sealing.has_value(), 0};
    for (std::size_t i = 0; i < *rank; ++i)
        if (rank_of(charter()->conveners[i])) ++due.place;
    if (due.posts_wait || view_.sealing != view_.head) return due;
    if (charter()->kind == ChannelKind::directory) return std::nullopt;

    const EpochTree tree(facts_);
    const Coverage coverage = tree.coverage(*view_.sealing);
    for (const EntryRef& at : view_.counting) {
        if (!std::holds_alternative<Left>(facts_.at(at).what)) continue;
        const auto covered = coverage.find(at.log);
        if (covered == coverage.end() || covered->second < at.sequence) return due;
    }
    for (const auto& [id, member] : view_.members) {
        if (!member.is_member()) continue;
        for (const auto& [device, adding] : member.addings)
            if (!shut_out_.contains(device) &&
                !tree.reaches(adding, *view_.sealing, coverage, charter()->history))
                return due;
    }
    return std::nullopt;
}

Coverage ChannelState::known() const {
    Coverage known;
    for (const auto& [at, fact] : facts_) {
        if (std::holds_alternative<WriterFact>(fact.what)) continue;
        std::uint64_t& last = known[at.log];
        last = std::max(last, at.sequence);
    }
    return known;
}

void ChannelState::index_writers() {
    writers_.clear();
    for (const auto& [at, fact] : facts_)
        if (std::holds_alternative<WriterFact>(fact.what)) writers_.emplace(at.log, at);
}

}  // namespace liaise::channel
