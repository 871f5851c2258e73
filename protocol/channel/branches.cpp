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

void GroupFacts::add_commit(const EntryRef& at, const CommitFact& commit) {
    commits.emplace(at, commit);
    const auto [found, is_new] = by_key.try_emplace(commit.key, at);
    if (!is_new && at < found->second) found->second = at;
}

Branches::Branches(const Facts& facts, const View& view, const GroupFacts& group,
                   const std::set<DeviceId>& shut_out, SharedChoice choice)
    : facts_(facts), view_(view), group_(group), shut_out_(shut_out), choice_(std::move(choice)) {
    if (!choice_) choice_ = std::make_shared<const Choice>(choose());
}

Choice Branches::choose() const {
    Choice choice;
    if (view_.charters.empty()) return choice;
    const std::vector<EntryRef> all = counting();
    for (const EntryRef& at : all) say(choice, at, at);
    for (const auto& [at, epoch] : group_.acknowledgements) say(choice, at, epoch);
    find_stands(choice);
    find_held(choice);
    find_candidates(choice, all);
    find_tainted(choice);
    find_sealing(choice);
    return choice;
}

// Every log begins with its introduction.
const WriterFact* Branches::writer(const EntryRef& at) const {
    const auto found = facts_.find({1, at.log});
    return found == facts_.end() ? nullptr : std::get_if<WriterFact>(&found->second.what);
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

// Whether it is the last word of its log now. It is heard of who is a convener now, of this term.
bool Branches::say(Choice& choice, const EntryRef& at, const EntryRef& epoch) const {
    const WriterFact* const author = writer(at);
    if (author == nullptr || !may_convene(author->member) || shut_out_.contains(author->device)) return false;
    if (author->term != view_.members.at(author->member).term || is_beyond_cut(at, true)) return false;
    if (!group_.commits.contains(epoch)) return false;
    const auto [found, is_new] = choice.said.try_emplace(at.log, Choice::Said{at.sequence, epoch});
    if (is_new) return true;
    if (found->second.sequence >= at.sequence) return false;
    found->second = {at.sequence, epoch};
    return true;
}

// Of several logs of one convener the one that says it of the highest epoch is heard, then the first.
void Branches::find_stands(Choice& choice) const {
    choice.stands.clear();
    for (const auto& [log, said] : choice.said) {
        const auto [found, is_new] = choice.stands.try_emplace(writer({1, log})->member, said.epoch);
        if (!is_new && commit(found->second).to.number < commit(said.epoch).to.number)
            found->second = said.epoch;
    }
}

void Branches::find_held(Choice& choice) const {
    for (const auto& [at, commit] : group_.commits)
        if (is_none(commit.parent) && at.log == view_.charters.front().log &&
            (!choice.held || at < *choice.held))
            choice.held = at;
    if (choice.held) advance_held(choice);
}

// From the epoch that is held on to the child that most conveners stand behind, as far as there is one.
void Branches::advance_held(Choice& choice) const {
    std::size_t conveners = 0;
    for (const MemberId& member : charter_at(facts_, view_.charters.back())->conveners)
        conveners += may_convene(member) ? 1 : 0;
    std::vector<std::vector<EntryRef>> paths;
    for (const auto& [member, epoch] : choice.stands) paths.push_back(path_between(*choice.held, epoch));
    for (std::size_t depth = 0;; ++depth) {
        std::map<EntryRef, std::size_t> votes;  // for the children of the epoch that is held
        for (const auto& path : paths)
            if (path.size() > depth && (depth == 0 || path[depth - 1] == *choice.held)) ++votes[path[depth]];
        const auto winner = std::find_if(votes.begin(), votes.end(), [conveners](const auto& vote) {
            return vote.second * 2 > conveners;
        });
        if (winner == votes.end()) return;
        choice.held = winner->first;
    }
}

// What comes after `start` on the way to `end`, oldest first; nothing when that does not come from it.
std::vector<EntryRef> Branches::path_between(const EntryRef& start, EntryRef end) const {
    std::vector<EntryRef> path;
    const std::uint64_t number = commit(start).to.number;
    for (auto found = group_.commits.find(end); end != start; found = group_.commits.find(end)) {
        if (found == group_.commits.end() || found->second.to.number <= number) return {};
        path.push_back(end);
        end = found->second.parent;
    }
    std::reverse(path.begin(), path.end());
    return path;
}

void Branches::find_candidates(Choice& choice, const std::vector<EntryRef>& counting) const {
    if (!choice.held) return;
    const EntryRef held = *choice.held;
    struct Candidate {
        std::uint64_t number;
        CommitClass kind;
        std::size_t rank;
        std::uint32_t leaf;
        EntryRef at;
    };
    std::vector<Candidate> order;
    std::map<EntryRef, bool> comes{{held, true}};
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
    for (const EntryRef& at : counting)
        if (comes_from_held(at)) consider(at);
    // Also when its author was cut off since: something must be there to build on.
    if (std::find(counting.begin(), counting.end(), held) == counting.end()) consider(held);
    std::sort(order.begin(), order.end(), [](const Candidate& a, const Candidate& b) {
        if (a.number != b.number) return a.number > b.number;
        return std::tie(a.kind, a.rank, a.leaf, a.at.log, a.at.sequence) <
               std::tie(b.kind, b.rank, b.leaf, b.at.log, b.at.sequence);
    });
    for (const Candidate& candidate : order) choice.candidates.push_back(candidate.at);
}

Seats Branches::entitled() const {
    Seats all;
    for (const auto& [id, member] : view_.members) {
        if (!member.is_member()) continue;
        for (const auto& [device, inbox] : member.devices)
            if (!shut_out_.contains(device)) all.insert(all.end(), {id, device, member.term});
    }
    return all;
}

bool Branches::is_entitled(const Seat& seat) const {
    const auto member = view_.members.find(seat.member);
    return member != view_.members.end() && member->second.is_member() && member->second.term == seat.term &&
           member->second.devices.contains(seat.device) && !shut_out_.contains(seat.device);
}

// Whoever left may read on until somebody makes a new epoch: else anyone could silence a channel by leaving.
bool Branches::is_put_out(const Seat& seat) const {
    if (is_entitled(seat)) return false;
    if (shut_out_.contains(seat.device)) return true;
    const auto found = view_.members.find(seat.member);
    if (found == view_.members.end()) return true;
    const MemberView& member = found->second;
    if (seat.term == member.term && member.removed_devices.contains(seat.device)) return true;
    return seat.term > member.removed_term || (member.put_out_term != 0 && seat.term <= member.put_out_term);
}

// Where history is from the start an invitation brings the keys of epochs before: whoever is put out now may
// know those that led to their seat, though they had none in them.
void Branches::find_tainted(Choice& choice) const {
    for (const auto& [at, fact] : group_.commits) {
        const bool taints = std::any_of(fact.added.begin(), fact.added.end(),
                                        [this](const Seating& seating) { return is_put_out(seating.seat); });
        if (!taints || writer(at) == nullptr || !rank_of_author(at)) continue;
        for (auto found = group_.commits.find(fact.parent); found != group_.commits.end();
             found = group_.commits.find(found->second.parent))
            if (!choice.tainted.insert(found->first).second) break;
    }
}

void Branches::find_sealing(Choice& choice) const {
    choice.sealing.reset();
    const std::size_t most = std::min(choice.candidates.size(), epochs_behind_head_max);
    for (std::size_t i = 0; i < most && !choice.sealing; ++i)
        if (may_seal(choice, choice.candidates[i])) choice.sealing = choice.candidates[i];
}

bool Branches::may_seal(const Choice& choice, const EntryRef& epoch) const {
    if (choice.tainted.contains(epoch)) return false;
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
        const auto from = parent == known.end() ? nullptr : parent->second;
        auto seats = std::make_shared<Seats>(from ? *from : roster_of(group_.commits, epoch));
        if (from) {
            for (const Seat& seat : at->second.removed) seats->erase(seat);
            for (const Seating& seating : at->second.added) seats->insert(seating.seat);
        }
        if (known.size() >= rosters_remembered_max)
            std::erase_if(known, [&](const auto& each) { return each.second != from; });
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

void GroupFacts::add_offer(const EntryRef& at, Offer offer) {
    if (offers.insert_or_assign(at, std::move(offer)).second && unused_offers.epoch) {
        unused_offers.unused.insert(at);
        ++unused_offers.offers;
    }
}

// From the epoch that was asked for last, where this one is its child; else from the first on.
OffersMemo& Branches::unused_at(const EntryRef& epoch) const {
    OffersMemo& memo = group_.unused_offers;
    const bool whole = memo.epoch && memo.offers == group_.offers.size();
    if (whole && memo.epoch == epoch) return memo;
    std::vector<EntryRef> path{epoch};
    if (!whole || commit(epoch).parent != memo.epoch) {
        memo = {};
        for (const auto& [at, offer] : group_.offers) memo.unused.insert(memo.unused.end(), at);
        memo.offers = group_.offers.size();
        path = path_to(epoch);
    }
    for (const EntryRef& at : path)
        for (const Seating& seating : commit(at).added) {
            memo.unused.erase(seating.offer);
            std::uint64_t& last = memo.used[seating.offer.log];
            last = std::max(last, seating.offer.sequence);
        }
    memo.epoch = epoch;
    return memo;
}

// One's own offers count, the newest; others', by conveners, for those who have no leaf yet.
std::map<Seat, EntryRef> Branches::open_offers(const EntryRef& epoch) const {
    const OffersMemo& memo = unused_at(epoch);
    const Seats& seats = roster(epoch);
    std::map<Seat, EntryRef> open;
    for (const EntryRef& at : memo.unused) {
        const Offer& offer = group_.offers.at(at);
        const WriterFact* const author = writer(at);
        if (author == nullptr || !is_entitled(offer.seat)) continue;
        const bool own = author->member == offer.seat.member && author->device == offer.seat.device;
        if (is_beyond_cut(at, !own)) continue;
        const auto last = memo.used.find(at.log);
        if (own && last != memo.used.end() && at.sequence < last->second) continue;
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
    return std::any_of(candidates().begin(), candidates().end(), [&](const EntryRef& at) {
        return commit(at).parent == epoch && writer(at)->member == member;
    });
}

bool Branches::acknowledgement_due(const MemberId& own) const {
    const auto best = head();
    if (!best || !may_convene(own)) return false;
    const auto& stands = choice_->stands;
    const auto stand = stands.find(own);
    const bool astray =
        stand != stands.end() && !comes_from(*best, stand->second) && !comes_from(stand->second, *best);
    const bool open = *choice_->held != *best && (stand == stands.end() || !comes_from(stand->second, *best));
    return astray || open;
}

}  // namespace liaise::channel
