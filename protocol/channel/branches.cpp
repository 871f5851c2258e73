#include "protocol/channel/branches.h"

#include <algorithm>
#include <tuple>

namespace liaise::channel {

namespace {

constexpr std::size_t rosters_remembered_max = 8;
constexpr std::size_t epochs_behind_head_max = 64;  // how far back an epoch to seal under is looked for

const Charter* charter_at(const Facts& facts, const EntryRef& at) {
    const auto found = facts.find(at);
    return found == facts.end() ? nullptr : std::get_if<Charter>(&found->second.what);
}

}  // namespace

Result<void> check_commit(const CommitFact& commit, const Facts& facts, const Commits& commits) {
    if (charter_at(facts, commit.charter) == nullptr)
        return Error{ErrorCode::not_known, "commit's charter has not come yet"};
    if (is_none(commit.parent)) return {};
    const auto parent = commits.find(commit.parent);
    if (parent == commits.end()) return Error{ErrorCode::not_known, "commit's parent has not come yet"};
    if (parent->second.to != commit.from)
        return Error{ErrorCode::malformed, "commit names its parent wrongly", commit.from.number};
    return {};
}

Branches::Branches(const Facts& facts, const View& view, const GroupFacts& group,
                   const std::set<DeviceId>& shut_out)
    : facts_(facts), view_(view), group_(group), shut_out_(shut_out) {
    for (const auto& [at, fact] : facts) {
        if (const auto* author = std::get_if<WriterFact>(&fact.what)) writers_[at.log] = author;
        const auto* removed = std::get_if<MemberRemoved>(&fact.what);
        if (removed == nullptr || !view.counting.contains(at)) continue;
        std::uint32_t& term = removed_terms_[removed->member];
        term = std::max(term, removed->term);
    }
    find_entitled();
    if (view_.charters.empty()) return;
    counting_ = counting();
    stands_ = stands();
    find_held();
    find_candidates();
    find_tainted();
    const std::size_t most = std::min(candidates_.size(), epochs_behind_head_max);
    for (std::size_t i = 0; i < most && !sealing_; ++i)
        if (may_seal(candidates_[i])) sealing_ = candidates_[i];
}

const WriterFact* Branches::writer(const EntryRef& at) const {
    const auto found = writers_.find(at.log);
    return found == writers_.end() ? nullptr : found->second;
}

// The ruling charter nearest to the one named (resolve.h, rule 2).
const Charter* Branches::ruling_at(EntryRef named) const {
    while (std::find(view_.charters.begin(), view_.charters.end(), named) == view_.charters.end()) {
        const Charter* const here = charter_at(facts_, named);
        if (here == nullptr || is_none(here->parent)) return nullptr;
        named = here->parent;
    }
    return charter_at(facts_, named);
}

std::optional<std::size_t> Branches::rank_of_author(const EntryRef& at) const {
    const WriterFact* const author = writer(at);
    const Charter* const rules = ruling_at(commit(at).charter);
    if (author == nullptr || rules == nullptr) return std::nullopt;
    return rank_in(*rules, author->member);
}

// What a member says ends with their removal, what a convener says with their demotion, too.
bool Branches::is_beyond_cut(const EntryRef& at, bool as_convener) const {
    const auto beyond = [&at](const std::map<LogId, std::uint64_t>& limits) {
        const auto limit = limits.find(at.log);
        return limit != limits.end() && at.sequence > limit->second;
    };
    return beyond(view_.limits) || (as_convener && beyond(view_.convener_limits));
}

// Of several children that one member made of one epoch, the one of the lowest leaf, then the first.
std::vector<EntryRef> Branches::counting() const {
    std::map<std::pair<EntryRef, MemberId>, EntryRef> first;
    const auto before = [this](const EntryRef& a, const EntryRef& b) {
        return std::tuple(commit(a).leaf, a.log, a.sequence) < std::tuple(commit(b).leaf, b.log, b.sequence);
    };
    for (const auto& [at, commit] : group_.commits) {
        if (!view_.counting.contains(at) || !rank_of_author(at)) continue;
        if (is_none(commit.parent) && at.log != view_.charters.front().log) continue;
        const auto [found, is_new] = first.try_emplace({commit.parent, writer(at)->member}, at);
        if (!is_new && before(at, found->second)) found->second = at;
    }
    std::vector<EntryRef> all;
    for (const auto& [key, at] : first) all.push_back(at);
    return all;
}

// Where each convener stands who is one now: by the last thing that a log of theirs says, of this term. Of
// several logs the one that says it of the highest epoch is heard, then the first.
std::map<MemberId, EntryRef> Branches::stands() const {
    std::map<LogId, std::pair<std::uint64_t, EntryRef>> last;  // of each log: sequence, which epoch
    const auto say = [&](const EntryRef& at, const EntryRef& epoch) {
        const WriterFact* const author = writer(at);
        if (author == nullptr || !may_convene(author->member) || shut_out_.contains(author->device)) return;
        if (author->term != view_.members.at(author->member).term || is_beyond_cut(at, true)) return;
        if (!group_.commits.contains(epoch)) return;
        const auto [found, is_new] = last.try_emplace(at.log, at.sequence, epoch);
        if (!is_new && found->second.first < at.sequence) found->second = {at.sequence, epoch};
    };
    for (const EntryRef& at : counting_) say(at, at);
    for (const auto& [at, epoch] : group_.acknowledgements) say(at, epoch);
    std::map<MemberId, EntryRef> stands;
    for (const auto& [log, said] : last) {
        const auto [found, is_new] = stands.try_emplace(writers_.at(log)->member, said.second);
        if (!is_new && commit(found->second).to.number < commit(said.second).to.number)
            found->second = said.second;
    }
    return stands;
}

void Branches::find_held() {
    for (const auto& [at, commit] : group_.commits)
        if (is_none(commit.parent) && at.log == view_.charters.front().log && (!held_ || at < *held_))
            held_ = at;
    if (!held_) return;
    std::size_t conveners = 0;
    for (const MemberId& member : charter_at(facts_, view_.charters.back())->conveners)
        conveners += may_convene(member) ? 1 : 0;
    std::vector<std::vector<EntryRef>> paths;
    for (const auto& [member, epoch] : stands_) paths.push_back(path_to(epoch));
    for (std::size_t depth = 0;; ++depth) {
        std::map<EntryRef, std::size_t> votes;  // for the children of the epoch that is held
        for (const auto& path : paths)
            if (path.size() > depth + 1 && path[depth] == *held_) ++votes[path[depth + 1]];
        const auto winner = std::find_if(votes.begin(), votes.end(), [conveners](const auto& vote) {
            return vote.second * 2 > conveners;
        });
        if (winner == votes.end()) return;
        held_ = winner->first;
    }
}

void Branches::find_candidates() {
    if (!held_) return;
    struct Candidate {
        std::uint64_t number;
        CommitClass kind;
        std::size_t rank;
        std::uint32_t leaf;
        EntryRef at;
    };
    std::vector<Candidate> order;
    std::map<EntryRef, bool> comes{{*held_, true}};
    const auto comes_from_held = [&](EntryRef at) {
        std::vector<EntryRef> passed;
        auto found = comes.find(at);
        for (; found == comes.end(); found = comes.find(at)) {
            passed.push_back(at);
            if (is_none(commit(at).parent)) break;
            at = commit(at).parent;
        }
        const bool answer = found != comes.end() && found->second;
        for (const EntryRef& one : passed) comes[one] = answer;
        return answer;
    };
    const auto consider = [&](const EntryRef& at) {
        order.push_back({commit(at).to.number, commit(at).commit_class(),
                         rank_of_author(at).value_or(SIZE_MAX), commit(at).leaf, at});
    };
    for (const EntryRef& at : counting_)
        if (comes_from_held(at)) consider(at);
    // Also when its author was cut off since: something must be there to build on.
    if (std::find(counting_.begin(), counting_.end(), *held_) == counting_.end()) consider(*held_);
    std::sort(order.begin(), order.end(), [](const Candidate& a, const Candidate& b) {
        if (a.number != b.number) return a.number > b.number;
        return std::tie(a.kind, a.rank, a.leaf, a.at.log, a.at.sequence) <
               std::tie(b.kind, b.rank, b.leaf, b.at.log, b.at.sequence);
    });
    for (const Candidate& candidate : order) candidates_.push_back(candidate.at);
}

std::optional<EntryRef> Branches::head() const {
    return candidates_.empty() ? std::nullopt : std::optional(candidates_.front());
}

void Branches::find_entitled() {
    for (const auto& [id, member] : view_.members) {
        if (!member.is_member()) continue;
        for (const auto& [device, inbox] : member.devices)
            if (!shut_out_.contains(device)) entitled_.insert(entitled_.end(), {id, device, member.term});
    }
}

// Whoever left may read on until somebody makes a new epoch: else anyone could silence a channel by leaving.
bool Branches::is_put_out(const Seat& seat) const {
    if (entitled_.contains(seat)) return false;
    if (shut_out_.contains(seat.device)) return true;
    const auto member = view_.members.find(seat.member);
    if (member == view_.members.end() || seat.term > member->second.removed_term) return true;
    const auto removed = removed_terms_.find(seat.member);
    return removed != removed_terms_.end() && seat.term <= removed->second;
}

// Where history is from the start an invitation brings the keys of epochs before: whoever is put out now may
// know those that led to their seat, though they had none in them.
void Branches::find_tainted() {
    for (const auto& [at, fact] : group_.commits) {
        const bool taints = std::any_of(fact.added.begin(), fact.added.end(),
                                        [this](const Seating& seating) { return is_put_out(seating.seat); });
        if (!taints || writer(at) == nullptr || !rank_of_author(at)) continue;
        for (auto found = group_.commits.find(fact.parent); found != group_.commits.end();
             found = group_.commits.find(found->second.parent))
            if (!tainted_.insert(found->first).second) break;
    }
}

bool Branches::may_seal(const EntryRef& epoch) const {
    if (tainted_.contains(epoch)) return false;
    const Seats& seats = roster(epoch);
    return std::none_of(seats.begin(), seats.end(), [this](const Seat& seat) { return is_put_out(seat); });
}

// From the newest commit back: the last word on a seat counts.
Seats roster_of(const Commits& commits, const EntryRef& epoch) {
    Seats seats;
    Seats decided;
    for (auto found = commits.find(epoch); found != commits.end();
         found = commits.find(found->second.parent)) {
        for (const Seating& seating : found->second.added)
            if (decided.insert(seating.seat).second) seats.insert(seating.seat);
        for (const Seat& seat : found->second.removed) decided.insert(seat);
        if (found->second.fresh) break;
    }
    return seats;
}

const Seats& Branches::roster(const EntryRef& epoch) const {
    auto& known = group_.rosters.known;
    auto found = known.find(epoch);
    if (found == known.end()) {
        const auto at = group_.commits.find(epoch);
        const auto parent =
            at == group_.commits.end() || at->second.fresh ? known.end() : known.find(at->second.parent);
        auto seats = std::make_shared<Seats>(parent == known.end() ? roster_of(group_.commits, epoch)
                                                                   : *parent->second);
        if (parent != known.end()) {
            for (const Seat& seat : at->second.removed) seats->erase(seat);
            for (const Seating& seating : at->second.added) seats->insert(seating.seat);
        }
        if (known.size() >= rosters_remembered_max) known.clear();
        found = known.emplace(epoch, std::move(seats)).first;
    }
    rosters_.push_back(found->second);
    return *found->second;
}

std::vector<EntryRef> Branches::path_to(const EntryRef& epoch) const {
    std::vector<EntryRef> path;
    for (auto found = group_.commits.find(epoch); found != group_.commits.end();
         found = group_.commits.find(found->second.parent))
        path.push_back(found->first);
    std::reverse(path.begin(), path.end());
    return path;
}

bool comes_from(const Commits& commits, const EntryRef& epoch, const EntryRef& ancestor) {
    for (auto found = commits.find(epoch); found != commits.end(); found = commits.find(found->second.parent))
        if (found->first == ancestor) return true;
    return false;
}

// One's own offers count, the newest; others', by conveners, for those who have no leaf yet.
std::map<Seat, EntryRef> Branches::open_offers(const EntryRef& epoch) const {
    std::map<LogId, std::uint64_t> used;  // of each log the last offer that was used
    std::set<EntryRef> used_up;
    for (const EntryRef& at : path_to(epoch)) {
        for (const Seating& seating : commit(at).added) {
            used_up.insert(seating.offer);
            std::uint64_t& last = used[seating.offer.log];
            last = std::max(last, seating.offer.sequence);
        }
    }
    const Seats& seats = roster(epoch);
    std::map<Seat, EntryRef> open;
    for (const auto& [at, offer] : group_.offers) {
        const WriterFact* const author = writer(at);
        if (author == nullptr || !entitled_.contains(offer.seat) || used_up.contains(at)) continue;
        const bool own = author->member == offer.seat.member && author->device == offer.seat.device;
        if (is_beyond_cut(at, !own)) continue;
        const auto last = used.find(at.log);
        if (own && last != used.end() && at.sequence < last->second) continue;
        if (!own && (seats.contains(offer.seat) || !may_convene(author->member))) continue;
        // Offers come in order of sequence: a later one of the same log replaces; one's own goes first.
        const auto [found, is_new] = open.try_emplace(offer.seat, at);
        if (is_new) continue;
        const WriterFact* const other = writer(found->second);
        const bool other_own = other->member == offer.seat.member && other->device == offer.seat.device;
        if (own || !other_own) found->second = at;
    }
    return open;
}

bool Branches::may_convene(const MemberId& member) const {
    const auto view = view_.members.find(member);
    if (view_.charters.empty() || view == view_.members.end() || !view->second.is_member()) return false;
    if (view_.voted_out.contains(member)) return false;
    return rank_in(*charter_at(facts_, view_.charters.back()), member).has_value();
}

bool Branches::has_child_by(const EntryRef& epoch, const MemberId& member) const {
    return std::any_of(candidates_.begin(), candidates_.end(), [&](const EntryRef& at) {
        return commit(at).parent == epoch && writer(at)->member == member;
    });
}

bool Branches::acknowledgement_due(const MemberId& own) const {
    const auto best = head();
    if (!best || !may_convene(own)) return false;
    const auto stand = stands_.find(own);
    const bool astray =
        stand != stands_.end() && !comes_from(*best, stand->second) && !comes_from(stand->second, *best);
    const bool open = *held_ != *best && (stand == stands_.end() || !comes_from(stand->second, *best));
    return astray || open;
}

}  // namespace liaise::channel
