// Who may say what.
#include "protocol/channel/channel_rules.h"

#include <algorithm>

#include "protocol/channel/marks.h"

namespace liaise::channel {

namespace rules {

bool is_act(const Body& body) {
    return std::holds_alternative<Charter>(body) || std::holds_alternative<MemberAdded>(body) ||
           std::holds_alternative<MemberRemoved>(body) || std::holds_alternative<Left>(body) ||
           std::holds_alternative<Epoch>(body) || std::holds_alternative<CommitEntry>(body) ||
           std::holds_alternative<CharterAcknowledged>(body) || std::holds_alternative<DeviceRemoved>(body);
}

bool is_note(const Body& body) {
    return std::holds_alternative<Acknowledgement>(body) || std::holds_alternative<KeyPackageOffer>(body) ||
           std::holds_alternative<KeysWanted>(body);
}

bool is_note(const Fact& fact) {
    return std::holds_alternative<Acknowledgement>(fact.what) || std::holds_alternative<Offer>(fact.what) ||
           std::holds_alternative<KeysWanted>(fact.what);
}

bool needs_convener(const Body& body) {
    return is_act(body) && !std::holds_alternative<Left>(body);
}

}  // namespace rules

using namespace rules;

Result<const Charter*> ChannelState::named_charter(const EntryRef& entry) const {
    const auto found = facts_.find(entry);
    if (found == facts_.end()) return no_charter;
    const auto* charter = std::get_if<Charter>(&found->second.what);
    if (charter == nullptr) return Error{ErrorCode::malformed, "entry names no charter"};
    return charter;
}

// Acts beyond a cut are kept, since the cut itself may turn out not to count; but not without end.
Result<void> ChannelState::check_room(const EntryRef& at) const {
    if (facts_.size() >= limits::channel_facts_max) return too_many_facts;
    const auto notes = tally_.notes.find(at.log);
    if (notes != tally_.notes.end() && notes->second >= limits::notes_of_log_max) return too_many_facts;
    const auto limit = view_.limits.find(at.log);
    if (limit == view_.limits.end()) return {};
    const auto beyond = std::count_if(facts_.begin(), facts_.end(), [&](const auto& fact) {
        return fact.first.log == at.log && fact.first.sequence > limit->second;
    });
    return static_cast<std::size_t>(beyond) < limits::acts_beyond_cut_max ? Result<void>() : too_many_facts;
}

// Asks nothing that could have another answer later: an act is refused for good, or waits for what it
// names, or becomes a fact. Whether the fact counts is resolve()'s.
Result<void> ChannelState::check_act(const EntryRef& at, const WriterFact& author, const Body& body) const {
    constexpr Error may_not{ErrorCode::not_permitted, "author is no convener who may do this"};
    if (const auto* left = std::get_if<Left>(&body)) {
        if (left->term != author.term)
            return Error{ErrorCode::malformed, "left in another's term", left->term};
        return {};
    }
    if (const auto* charter = std::get_if<Charter>(&body)) {
        if (is_none(charter->parent)) return at == founding_ ? Result<void>() : may_not;
        const Charter* const parent = LIAISE_TRY(named_charter(charter->parent));
        return might_amend(author.member, *parent, *charter) ? Result<void>() : may_not;
    }
    if (const auto* removed = std::get_if<MemberRemoved>(&body)) {
        const Charter* const rules = LIAISE_TRY(named_charter(removed->charter));
        const bool may = may_remove(author.member, removed->member, *rules) ||
                         may_vote(author.member, removed->member, *rules);
        return may ? Result<void>() : may_not;
    }
    if (const auto* out = std::get_if<DeviceRemoved>(&body)) {
        const Charter* const rules = LIAISE_TRY(named_charter(out->charter));
        return may_remove(author.member, out->member, *rules) ? Result<void>() : may_not;
    }
    if (const auto* known = std::get_if<CharterAcknowledged>(&body)) {
        const Charter* const rules = LIAISE_TRY(named_charter(known->charter));
        return rank_in(*rules, author.member) ? Result<void>() : may_not;
    }
    if (const auto* added = std::get_if<MemberAdded>(&body)) {
        const Charter* const rules = LIAISE_TRY(named_charter(added->charter));
        if (!rank_in(*rules, author.member) || rules->kind == ChannelKind::directory) return may_not;
        if (rules->kind == ChannelKind::direct && !rank_in(*rules, added->member)) return may_not;
        if (added->alias && (added->alias->shows != rules->aliases || rank_in(*rules, added->member)))
            return Error{ErrorCode::not_permitted, "alias against the charter"};
        return {};
    }
    if (const auto* commit = std::get_if<CommitEntry>(&body)) {
        const Charter* const rules = LIAISE_TRY(named_charter(commit->fact.charter));
        if (!rank_in(*rules, author.member) || rules->kind == ChannelKind::directory) return may_not;
        return check_commit(commit->fact, facts_, group_.commits);
    }
    if (is_note(body)) return charter() == nullptr ? no_charter : Result<void>();
    const auto& epoch = std::get<Epoch>(body);
    const Charter* const rules = LIAISE_TRY(named_charter(epoch.charter));
    if (!rank_in(*rules, author.member) || rules->kind != ChannelKind::directory) return may_not;
    return check_epoch(epoch);
}

Result<void> ChannelState::check_epoch(const Epoch& epoch) const {
    if (epoch.number == 1) return {};
    const EpochFact* parent = nullptr;
    for (const auto& [at, fact] : facts_) {
        const auto* known = std::get_if<EpochFact>(&fact.what);
        if (known != nullptr && known->id == epoch.parent) parent = known;
    }
    if (parent == nullptr) return Error{ErrorCode::not_known, "epoch's parent has not come yet"};
    if (epoch.number != parent->number + 1)
        return Error{ErrorCode::malformed, "epoch with the wrong number", epoch.number};
    return {};
}

// What one wrote oneself one may always take back, even after one's removal. Why: the payload is erased by
// whoever hears of it first; were it to count for some only, nodes would differ for good.
Result<void> ChannelState::check_standing(const WriterFact& author, const EntryRef& at,
                                          const Body& body) const {
    const Charter* const rules = charter();
    if (rules == nullptr) return no_charter;
    if (rules->kind == ChannelKind::directory) return {};
    const MemberView* const member = history_of(author.member);
    if (member == nullptr || member->term < author.term) return no_membership;
    if (!std::holds_alternative<Retract>(body)) LIAISE_TRY(author_of(at));
    return {};
}

// Conveners of any charter that ruled, up to where a demotion cut them.
bool ChannelState::might_convene(const WriterFact& author, const EntryRef& at) const {
    const auto limit = view_.convener_limits.find(at.log);
    if (limit != view_.convener_limits.end() && at.sequence > limit->second) return false;
    return std::any_of(view_.charters.begin(), view_.charters.end(), [&](const EntryRef& entry) {
        return rank_in(std::get<Charter>(facts_.at(entry).what), author.member).has_value();
    });
}

Result<void> ChannelState::check_body(const WriterFact& author, const EntryRef& at, const Body& body) const {
    const ChannelKind kind = charter()->kind;
    const bool directory_body =
        std::holds_alternative<DirectoryObject>(body) || std::holds_alternative<Addresses>(body) ||
        std::holds_alternative<Announcement>(body) || std::holds_alternative<KeyPackageOffer>(body);
    if (directory_body != (kind == ChannelKind::directory))
        return Error{ErrorCode::not_permitted, "not in a channel of this kind"};
    const bool speech = std::holds_alternative<Post>(body) || std::holds_alternative<Document>(body) ||
                        std::holds_alternative<Edit>(body);
    if (kind == ChannelKind::announcement && speech && !might_convene(author, at))
        return Error{ErrorCode::not_permitted, "only conveners announce"};
    const auto own = [&](const EntryRef& entry) -> Result<void> {
        const WriterFact* const target = writer(entry.log);
        if (target == nullptr) return no_writer;
        if (target->member != author.member)
            return Error{ErrorCode::not_permitted, "changes what another wrote"};
        return {};
    };
    if (const auto* retract = std::get_if<Retract>(&body)) return own(retract->target);
    if (const auto* edit = std::get_if<Edit>(&body)) return own(edit->target);
    return {};
}

bool ChannelState::wrote_as_convener(const EntryRef& entry) const {
    const WriterFact* const author = writer(entry.log);
    return author != nullptr && might_convene(*author, entry);
}

Result<void> ChannelState::may_write(const Content& content) const {
    constexpr Error may_not{ErrorCode::not_permitted, "we are no convener who may do this"};
    const bool newcomers = std::holds_alternative<Introduction>(content.body) ||
                           std::holds_alternative<KeysWanted>(content.body);
    if (phase() == Phase::joining && newcomers) return {};
    if (phase() != Phase::open)
        return Error{ErrorCode::not_permitted, "we are not (yet, or any more) a member"};
    if (needs_convener(content.body)) return rank_of(own_.member) ? Result<void>() : may_not;
    if (is_act(content.body) || (is_note(content.body) && !is_directory())) return {};
    if (content.handling > charter()->handling_ceiling)
        return Error{ErrorCode::not_permitted, "handled more strictly than this channel allows for"};
    const bool pins = std::holds_alternative<Pin>(content.body) || std::holds_alternative<Lift>(content.body);
    if (std::holds_alternative<Hide>(content.body) || (pins && !members_may_pin(charter()->kind)))
        if (!rank_of(own_.member)) return may_not;
    const WriterFact own{own_.writer, own_.member, own_.device, own_.term};
    return check_body(own, {limits::sequence_max, log::log_id_of(channel_, own_.writer)}, content.body);
}

}  // namespace liaise::channel
