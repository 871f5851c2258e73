#include "protocol/channel/resolve_step.h"

#include <algorithm>

namespace liaise::channel {

namespace {

// Every log begins with its introduction.
const WriterFact* writer_of(const Facts& facts, const LogId& log) {
    const auto found = facts.find({1, log});
    return found == facts.end() ? nullptr : std::get_if<WriterFact>(&found->second.what);
}

const Charter* charter_at(const Facts& facts, const EntryRef& at) {
    const auto found = facts.find(at);
    return found == facts.end() ? nullptr : std::get_if<Charter>(&found->second.what);
}

// The ruling charter nearest to the one named.
const Charter* ruling_at(const View& view, const Facts& facts, EntryRef named) {
    while (std::find(view.charters.rbegin(), view.charters.rend(), named) == view.charters.rend()) {
        const Charter* const here = charter_at(facts, named);
        if (here == nullptr || is_none(here->parent)) return nullptr;
        named = here->parent;
    }
    return charter_at(facts, named);
}

}  // namespace

void Touched::note(const Facts& facts, const EntryRef& at) {
    const Fact& fact = facts.at(at);
    if (const auto* removed = std::get_if<MemberRemoved>(&fact.what)) {
        members.insert(removed->member);
        const Charter* const charter = charter_at(facts, removed->charter);
        if (charter == nullptr || rank_in(*charter, removed->member)) voting.insert(at.log);
    } else if (const auto* charter = std::get_if<Charter>(&fact.what)) {
        for (const Cut& cut : charter->demotions) members.insert(cut.member);
    } else if (const auto* out = std::get_if<DeviceRemoved>(&fact.what)) {
        members.insert(out->member);
    } else if (std::holds_alternative<Left>(fact.what)) {
        if (const WriterFact* const author = writer_of(facts, at.log)) members.insert(author->member);
    }
}

bool extend(View& view, const Facts& facts, const Touched& touched, const EntryRef& at) {
    const Fact& fact = facts.at(at);
    const auto* const added = std::get_if<MemberAdded>(&fact.what);
    const auto* const commit = std::get_if<CommitFact>(&fact.what);
    if (std::holds_alternative<Acknowledgement>(fact.what)) return true;  // says nothing of members
    if (view.charters.empty() || touched.voting.contains(at.log)) return false;
    if (std::holds_alternative<CharterAcknowledged>(fact.what))
        return true;  // silences votes of its log alone
    if (added == nullptr && commit == nullptr) return false;
    const WriterFact* const author = writer_of(facts, at.log);
    if (author == nullptr || touched.members.contains(author->member)) return false;

    const Charter* const rules = ruling_at(view, facts, added != nullptr ? added->charter : commit->charter);
    const bool counts = rules != nullptr && rank_in(*rules, author->member);
    if (commit != nullptr) {
        if (counts) view.counting.insert(at);
        return true;
    }
    if (touched.members.contains(added->member) || view.members.contains(added->member)) return false;
    if (!counts || (rules->kind == ChannelKind::direct && !rank_in(*rules, added->member))) return true;
    view.counting.insert(at);
    add_member(view, at, *added);
    return true;
}

void add_member(View& view, const EntryRef& at, const MemberAdded& added) {
    MemberView& member = view.members[added.member];
    if (added.term < member.term) return;
    if (added.term > member.term) {
        member.term = added.term;
        member.devices.clear();
        member.addings.clear();
        member.alias.reset();
    }
    if (!member.alias) member.alias = added.alias;
    for (const Device& device : added.devices) {
        member.devices.try_emplace(device.id, device.inbox);
        member.addings.try_emplace(device.id, at);
    }
}

void end_term(View& view, const MemberId& id, std::uint32_t term, bool by_others) {
    MemberView& member = view.members[id];
    member.removed_term = std::max(member.removed_term, term);
    if (by_others) member.put_out_term = std::max(member.put_out_term, term);
}

}  // namespace liaise::channel
