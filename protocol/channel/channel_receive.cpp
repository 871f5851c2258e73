#include <algorithm>

#include "protocol/channel/alias.h"
#include "protocol/channel/channel_state.h"
#include "protocol/channel/marks.h"
#include "protocol/channel/own_packages.h"
#include "protocol/channel/sealed_key.h"

namespace liaise::channel {

namespace {

constexpr Error no_writer{ErrorCode::not_known, "log is not introduced yet"};
constexpr Error no_membership{ErrorCode::not_known, "author's membership has not come yet"};
constexpr Error no_charter{ErrorCode::not_known, "charter has not come yet"};
constexpr Error too_many_facts{ErrorCode::exhausted, "channel has too many policy entries"};

bool is_act(const Body& body) {
    return std::holds_alternative<Charter>(body) || std::holds_alternative<MemberAdded>(body) ||
           std::holds_alternative<MemberRemoved>(body) || std::holds_alternative<Left>(body) ||
           std::holds_alternative<Epoch>(body) || std::holds_alternative<CommitEntry>(body) ||
           std::holds_alternative<CharterAcknowledged>(body);
}

// What becomes a fact whoever says it: it counts for something or for nothing later.
bool is_note(const Body& body) {
    return std::holds_alternative<Acknowledgement>(body) || std::holds_alternative<KeyPackageOffer>(body) ||
           std::holds_alternative<KeysWanted>(body);
}

bool is_note(const Fact& fact) {
    return std::holds_alternative<Acknowledgement>(fact.what) || std::holds_alternative<Offer>(fact.what) ||
           std::holds_alternative<KeysWanted>(fact.what);
}

// Nobody but conveners changes a channel; what others may say is asked body by body.
bool needs_convener(const Body& body) {
    return is_act(body) && !std::holds_alternative<Left>(body);
}

}  // namespace

Result<Accepted> ChannelState::receive(const Place& place, const EpochId& sealed_under,
                                       const ValidatedContent& content, const Accreditations& accreditations,
                                       const crypto::DhKey& inbox, Keyring& keyring) {
    if (place.channel != channel_) return Error{ErrorCode::conflict, "entry of another channel"};
    if (place.kind != content.kind()) return Error{ErrorCode::malformed, "entry's kind is not its content's"};
    const EntryRef at{place.sequence, log::log_id_of(place.channel, place.writer)};

    const auto* const introduction = content.as<Introduction>();
    if ((place.sequence == 1) != (introduction != nullptr))
        return Error{ErrorCode::malformed, "a log begins with its introduction, and has only one"};
    if (facts_.contains(at)) return author_of(at);
    if (introduction != nullptr)
        return introduce(at, place, sealed_under, *introduction, accreditations, keyring);

    const WriterFact* const author = writer(at.log);
    if (author == nullptr) return no_writer;
    if (is_act(content->body) || (is_note(content->body) && !is_directory()))
        return act(at, sealed_under, content->body, inbox, keyring);
    LIAISE_TRY(check_standing(*author, at, content->body));
    LIAISE_TRY(check_body(*author, at, content->body));
    return Accepted{author->member, author->device, {}};
}

Result<Accepted> ChannelState::author_of(const EntryRef& entry) const {
    const WriterFact* const author = writer(entry.log);
    if (author == nullptr) return no_writer;
    const auto limit = view_.limits.find(entry.log);
    if (limit != view_.limits.end() && entry.sequence > limit->second)
        return Error{ErrorCode::not_permitted, "written beyond its author's removal", limit->second};
    return Accepted{author->member, author->device, {}};
}

Result<Accepted> ChannelState::introduce(const EntryRef& at, const Place& place, const EpochId& sealed_under,
                                         const Introduction& introduction,
                                         const Accreditations& accreditations, Keyring& keyring) {
    const ProvenDevice device = LIAISE_TRY(verify(introduction, channel_, place.writer, accreditations));
    const MemberView* const member = history_of(device.member);
    const Charter* const rules = charter();
    const bool founder = at.log == founding_.log;  // whose adding can only follow
    if (!founder && rules == nullptr) return no_charter;
    const bool listed = !founder && rules->kind != ChannelKind::directory;
    if (listed && (member == nullptr || member->term < introduction.term)) return no_membership;
    // An alias is who was added as one, and nobody else.
    const bool is_alias = is_alias_credential(introduction.credential);
    if (is_alias && !listed) return Error{ErrorCode::not_permitted, "an alias cannot write here"};
    if (listed && is_alias != member->alias.has_value()) return no_membership;
    if (facts_.size() >= limits::channel_facts_max || logs_of(device.member) >= limits::cut_logs_max)
        return too_many_facts;

    add(at, {sealed_under, WriterFact{place.writer, device.member, device.device, introduction.term}});
    Accepted accepted{device.member, device.device, {}};
    // Only a removal, which may have cut a log before it was introduced, makes the view depend on writers.
    if (member != nullptr && member->removed_term > 0) accepted.changes = settle(keyring);
    accepted.changes.push_back({Change::Kind::writer_introduced, device.member, at.log, {}, {}});
    add_keys_due(at, sealed_under, accepted.changes);
    return accepted;
}

Result<Accepted> ChannelState::act(const EntryRef& at, const EpochId& sealed_under, const Body& body,
                                   const crypto::DhKey& inbox, Keyring& keyring) {
    const WriterFact& author = *writer(at.log);
    LIAISE_TRY(check_act(at, author, body));
    LIAISE_TRY(check_room(at));
    Fact fact = LIAISE_TRY(fact_of(sealed_under, body));
    Accepted accepted{author.member, author.device, {}};
    add(at, std::move(fact));
    if (const auto* epoch = std::get_if<Epoch>(&body))
        if (const auto learned = learn_key(*epoch, inbox, keyring)) accepted.changes.push_back(*learned);
    // Nothing follows for members, charter or epoch from an offer or a wish for keys.
    const bool settles =
        !std::holds_alternative<KeyPackageOffer>(body) && !std::holds_alternative<KeysWanted>(body);
    if (settles)
        for (const Change& change : settle(keyring)) accepted.changes.push_back(change);
    if (has_group()) accepted.changes.push_back({Change::Kind::group_changed, {}, {}, {}, {}});
    const auto* const wanted = std::get_if<KeysWanted>(&body);
    const bool wants_keys = wanted != nullptr && wanted->messages.empty() && author.device != own_.device;
    if (wants_keys && rank_of(own_.member))
        accepted.changes.push_back({Change::Kind::keys_due, author.member, {}, {}, author.device});
    add_keys_due(at, sealed_under, accepted.changes);
    return accepted;
}

// Invitations carry the keys of all policy entries that the inviter had. What reaches the inviter later,
// sealed under an epoch from before the joining, reaches the newcomer only with help. Others than the inviter
// wait to be asked.
void ChannelState::add_keys_due(const EntryRef& at, const EpochId& sealed_under,
                                std::vector<Change>& changes) const {
    if (!has_group() || !rank_of(own_.member) || writer(at.log)->device == own_.device) return;
    const auto epoch = std::find_if(group_.commits.begin(), group_.commits.end(),
                                    [&](const auto& commit) { return commit.second.key == sealed_under; });
    if (epoch == group_.commits.end()) return;
    const Seats then = roster_of(group_.commits, epoch->first);
    const LogId own = log::log_id_of(channel_, own_.writer);
    // Where history is from the start an invitation brings the keys of all that its epoch came from.
    const auto was_given = [&](const Seat& seat) {
        return charter()->history == History::from_start &&
               std::any_of(group_.commits.begin(), group_.commits.end(), [&](const auto& commit) {
                   const auto& added = commit.second.added;
                   return std::any_of(added.begin(), added.end(),
                                      [&](const Seating& seating) { return seating.seat == seat; }) &&
                          comes_from(group_.commits, commit.first, epoch->first);
               });
    };
    for (const auto& [id, member] : view_.members) {
        if (!member.is_member()) continue;
        for (const auto& [device, adding] : member.addings) {
            const Seat seat{id, device, member.term};
            if (adding.log != own || device == own_.device || shut_out_.contains(device)) continue;
            if (!then.contains(seat) && !was_given(seat))
                changes.push_back({Change::Kind::keys_due, id, {}, {}, device});
        }
    }
}

Result<Fact> ChannelState::fact_of(const EpochId& sealed_under, const Body& body) {
    if (const auto* charter = std::get_if<Charter>(&body)) return Fact{sealed_under, *charter};
    if (const auto* added = std::get_if<MemberAdded>(&body)) return Fact{sealed_under, *added};
    if (const auto* removed = std::get_if<MemberRemoved>(&body)) return Fact{sealed_under, *removed};
    if (const auto* left = std::get_if<Left>(&body)) return Fact{sealed_under, *left};
    if (const auto* commit = std::get_if<CommitEntry>(&body)) return Fact{sealed_under, commit->fact};
    if (const auto* known = std::get_if<CharterAcknowledged>(&body)) return Fact{sealed_under, *known};
    if (const auto* said = std::get_if<Acknowledgement>(&body)) return Fact{sealed_under, *said};
    if (const auto* wanted = std::get_if<KeysWanted>(&body)) return Fact{sealed_under, *wanted};
    if (const auto* offered = std::get_if<KeyPackageOffer>(&body)) {
        const Occupant of = LIAISE_TRY(read_package(offered->key_package));
        return Fact{sealed_under,
                    Offer{{of.member, of.device, offered->term}, offered->lost, offered->key_package}};
    }
    const auto& epoch = std::get<Epoch>(body);
    return Fact{sealed_under, EpochFact{epoch.charter, epoch.id, epoch.number, epoch.parent}};
}

void ChannelState::add(const EntryRef& at, Fact fact) {
    if (const auto* commit = std::get_if<CommitFact>(&fact.what)) group_.commits.emplace(at, *commit);
    if (const auto* said = std::get_if<Acknowledgement>(&fact.what))
        group_.acknowledgements.emplace(at, said->commit);
    if (std::holds_alternative<WriterFact>(fact.what)) writers_[at.log] = at;
    if (auto* offer = std::get_if<Offer>(&fact.what)) {
        take_offer(at, std::move(*offer));
        offer->key_package.clear();
    }
    facts_[at] = std::move(fact);
}

// Of one log's offers for a seat only the newest is ever taken up: the others need no key package.
void ChannelState::take_offer(const EntryRef& at, Offer offer) {
    const Seat seat = offer.seat;
    EntryRef newest = at;
    for (const auto& [other, known] : group_.offers)
        if (other.log == at.log && known.seat == seat && newest.sequence < other.sequence) newest = other;
    group_.offers.insert_or_assign(at, std::move(offer));
    for (auto& [other, known] : group_.offers)
        if (other.log == at.log && known.seat == seat && other != newest) known.key_package.clear();
}

Result<const Charter*> ChannelState::named_charter(const EntryRef& entry) const {
    const auto found = facts_.find(entry);
    if (found == facts_.end()) return no_charter;
    const auto* charter = std::get_if<Charter>(&found->second.what);
    if (charter == nullptr) return Error{ErrorCode::malformed, "entry names no charter"};
    return charter;
}

std::size_t ChannelState::logs_of(const MemberId& member) const {
    return static_cast<std::size_t>(std::count_if(writers_.begin(), writers_.end(), [&](const auto& entry) {
        return writer(entry.first)->member == member;
    }));
}

// Acts beyond a cut are kept, since the cut itself may turn out not to count; but not without end.
Result<void> ChannelState::check_room(const EntryRef& at) const {
    if (facts_.size() >= limits::channel_facts_max) return too_many_facts;
    const auto limit = view_.limits.find(at.log);
    std::size_t beyond = 0;
    std::size_t notes = 0;
    for (const auto& [other, fact] : facts_) {
        if (other.log != at.log) continue;
        if (limit != view_.limits.end() && other.sequence > limit->second) ++beyond;
        if (is_note(fact)) ++notes;
    }
    const bool fits = beyond < limits::acts_beyond_cut_max && notes < limits::notes_of_log_max;
    return fits ? Result<void>() : too_many_facts;
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

std::optional<Change> ChannelState::learn_key(const Epoch& epoch, const crypto::DhKey& inbox,
                                              Keyring& keyring) const {
    for (const SealedKey& sealed : epoch.sealed) {
        if (!is_for(sealed, own_.device)) continue;
        const auto key = open_key(sealed, channel_, epoch.id, own_.device, inbox);
        if (key && keyring.add(epoch.id, *key))
            return Change{Change::Kind::key_learned, {}, {}, epoch.id, {}};
    }
    return std::nullopt;
}

std::vector<Change> ChannelState::shut_out(const DeviceId& device, Keyring& keyring) {
    if (!shut_out_.insert(device).second) return {};
    return settle(keyring);
}

void ChannelState::choose() {
    head_.reset();
    sealing_.reset();
    if (!has_group()) return;
    const Branches now = branches();
    head_ = now.head();
    sealing_ = now.sealing();
}

std::vector<Change> ChannelState::settle(Keyring& keyring) {
    using Kind = Change::Kind;
    const Phase phase_before = phase();
    const auto epoch_before = sealing_epoch();
    const View before = std::exchange(view_, resolve(facts_, founding_));
    choose();
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
    else if (epoch_now != epoch_before || phase() != Phase::open)
        keyring.set_current(std::nullopt);
    if (epoch_now != epoch_before)
        changes.push_back({Kind::epoch_changed, {}, {}, epoch_now.value_or(EpochId{}), {}});
    const bool out = phase() == Phase::removed || phase() == Phase::left;
    const bool was_out = phase_before == Phase::removed || phase_before == Phase::left;
    if (out && !was_out) changes.push_back({Kind::we_are_out, {}, {}, {}, {}});
    return changes;
}

}  // namespace liaise::channel
