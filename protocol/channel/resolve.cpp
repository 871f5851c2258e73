#include "protocol/channel/resolve.h"

#include <algorithm>

#include "protocol/channel/resolve_step.h"

#include "protocol/base/limits.h"

namespace liaise::channel {

namespace {

// Where one act ends what another may say.
struct ActiveCut {
    EntryRef source;
    MemberId member;
    Coverage lasts;                         // logs not named: 0
    std::uint32_t term = UINT32_MAX;        // logs of this term and below
    std::optional<std::size_t> demoted_at;  // acts under charters before this place in the chain only
    bool leaving = false;
    std::optional<std::size_t> voted_at;  // a vote under the charter at this place: nothing cuts it
    std::set<DeviceId> devices{};         // of these alone; none: of all

    bool is_of(const WriterFact& writer) const {
        return writer.term <= term && (devices.empty() || devices.contains(writer.device));
    }
};

// A decision that has its effect wherever its charter rules.
struct Decision {
    EntryRef charter;
    Ballot ballot;
};

struct Out {
    std::size_t place;  // of the charter that they were voted out under
    std::size_t decision;
};

class Resolver {
  public:
    Resolver(const Facts& facts, const EntryRef& founding) : facts_(facts), founding_(founding) {
        for (const auto& [at, fact] : facts) {
            if (const auto* writer = std::get_if<WriterFact>(&fact.what)) writers_[at.log] = writer;
            if (const auto* charter = std::get_if<Charter>(&fact.what))
                if (!is_none(charter->parent)) children_[charter->parent].push_back(at);
        }
        ballots_ = ballots_in(facts);
    }

    View run() {
        do {
            voided_.clear();
            do {
                walk_charters();
                find_counting();
                find_cuts();
            } while (void_what_is_cut());
        } while (decide_next());
        find_members();
        find_limits();
        find_directory_epoch();
        return std::move(view_);
    }

  private:
    const WriterFact* writer(const EntryRef& at) const {
        const auto found = writers_.find(at.log);
        return found == writers_.end() ? nullptr : found->second;
    }
    const Charter* charter(const EntryRef& at) const {
        const auto found = facts_.find(at);
        return found == facts_.end() ? nullptr : std::get_if<Charter>(&found->second.what);
    }
    const Charter& ruling(std::size_t place) const { return *charter(view_.charters[place]); }

    // Rule 1.
    void walk_charters() {
        view_.charters.clear();
        places_.clear();
        outs_.clear();
        votes_.clear();
        view_.voted_out.clear();
        if (charter(founding_) == nullptr || voided_.contains(founding_)) return;
        for (std::optional<EntryRef> next = founding_; next; next = successor(*next)) {
            places_[*next] = view_.charters.size();
            view_.charters.push_back(*next);
            apply_decisions();
        }
    }

    // Rule 6, at the charter that the walk is at.
    void apply_decisions() {
        const std::size_t place = view_.charters.size() - 1;
        for (std::size_t i = 0; i < decisions_.size(); ++i) {
            if (decisions_[i].charter != view_.charters.back()) continue;
            outs_.emplace(decisions_[i].ballot.member, Out{place, i});
            view_.voted_out.insert(decisions_[i].ballot.member);
            for (const auto& [voter, vote] : decisions_[i].ballot.votes) votes_.insert(vote);
        }
    }

    // The first decision along the ruling charters that had no effect yet. Whether there was one.
    bool decide_next() {
        view_.ballots.clear();
        std::map<MemberId, std::size_t> entered;  // the place from which on they convene without a break
        for (std::size_t place = 0; place < view_.charters.size(); ++place) {
            const Charter& here = ruling(place);
            std::erase_if(entered, [&here](const auto& each) { return !rank_in(here, each.first); });
            for (const MemberId& member : here.conveners) entered.try_emplace(member, place);
            const auto cast = ballots_.find(view_.charters[place]);
            if (cast != ballots_.end() && decide_at(place, cast->second, entered)) return true;
        }
        return false;
    }

    bool decide_at(std::size_t place, const std::vector<Ballot>& ballots,
                   const std::map<MemberId, std::size_t>& entered) {
        for (const Ballot& ballot : ballots) {
            const auto out = outs_.find(ballot.member);
            if (out != outs_.end() && out->second.place <= place) continue;
            const std::set<MemberId> electors = electors_of(ballot.member, place, entered);
            Ballot heard = ballot;
            std::erase_if(heard.votes, [&](const auto& vote) { return !electors.contains(vote.first); });
            if (decides(heard.votes.size(), electors.size())) {
                if (decisions_.size() == voted_out_max) return false;
                decisions_.push_back({view_.charters[place], std::move(heard)});
                return true;
            }
            if (place + 1 < view_.charters.size() || heard.votes.empty()) continue;
            OpenBallot open{ballot.member, ballot.term, {}, electors.size()};
            for (const auto& [voter, vote] : heard.votes) open.voters.push_back(voter);
            view_.ballots.push_back(std::move(open));
        }
        return false;
    }

    // Nobody makes conveners who then vote out those above: who was made one by somebody below does not vote.
    std::set<MemberId> electors_of(const MemberId& member, std::size_t place,
                                   const std::map<MemberId, std::size_t>& entered) const {
        std::set<MemberId> electors;
        for (const MemberId& other : ruling(place).conveners) {
            const auto out = outs_.find(other);
            if (other == member || (out != outs_.end() && out->second.place <= place)) continue;
            const std::size_t since = entered.at(other);
            const WriterFact* const by = since == 0 ? nullptr : writer(view_.charters[since]);
            const auto rank = since == 0 ? std::nullopt : rank_in(ruling(since - 1), member);
            const bool by_below = rank && by != nullptr && by->member != member &&
                                  rank_in(ruling(since - 1), by->member) > rank;
            if (!by_below) electors.insert(other);
        }
        return electors;
    }

    // Under later charters, and where they came back.
    bool is_out(const MemberId& member, std::size_t place, std::uint32_t term) const {
        const auto out = outs_.find(member);
        return out != outs_.end() &&
               (out->second.place < place || decisions_[out->second.decision].ballot.term < term);
    }
    bool convenes_at(std::size_t place, const WriterFact& author) const {
        return !is_out(author.member, place, author.term) && rank_in(ruling(place), author.member);
    }

    std::optional<EntryRef> successor(const EntryRef& parent) const {
        std::optional<std::pair<std::size_t, EntryRef>> best;
        const auto found = children_.find(parent);
        if (found == children_.end()) return std::nullopt;
        for (const EntryRef& child : found->second) {
            const WriterFact* const author = writer(child);
            if (author == nullptr || voided_.contains(child)) continue;
            if (!may_amend(author->member, *charter(parent), *charter(child), view_.voted_out)) continue;
            const std::pair candidate{*rank_in(*charter(parent), author->member), child};
            if (!best || candidate < *best) best = candidate;
        }
        return best ? std::optional(best->second) : std::nullopt;
    }

    // The place in the chain of the nearest ruling charter at or above this one.
    std::optional<std::size_t> place_of(EntryRef at) {
        std::vector<EntryRef> passed;
        auto found = places_.find(at);
        while (found == places_.end()) {
            const Charter* const here = charter(at);
            if (here == nullptr || is_none(here->parent)) return std::nullopt;
            passed.push_back(at);
            at = here->parent;
            found = places_.find(at);
        }
        const std::size_t place = found->second;
        for (const EntryRef& ref : passed) places_[ref] = place;
        return place;
    }

    // Rule 2.
    bool counts(const EntryRef& at, const Fact& fact) {
        const WriterFact* const author = writer(at);
        if (votes_.contains(at)) return true;
        if (author == nullptr || voided_.contains(at)) return false;
        const auto under = [&](const EntryRef& named) -> const Charter* {
            const auto place = place_of(named);
            if (!place || !convenes_at(*place, *author)) return nullptr;
            return &ruling(*place);
        };
        if (std::holds_alternative<Charter>(fact.what)) {
            const auto place = places_.find(at);
            return place != places_.end() && view_.charters[place->second] == at;
        }
        if (const auto* added = std::get_if<MemberAdded>(&fact.what)) {
            const Charter* const rules = under(added->charter);
            return rules != nullptr &&
                   (rules->kind != ChannelKind::direct || rank_in(*rules, added->member).has_value());
        }
        if (const auto* removed = std::get_if<MemberRemoved>(&fact.what)) {
            const Charter* const rules = under(removed->charter);
            if (rules == nullptr) return false;
            const std::size_t place = *place_of(removed->charter);
            return may_remove(author->member, removed->member, *rules) ||
                   (is_out(removed->member, place, removed->term) && author->member != removed->member);
        }
        if (const auto* out = std::get_if<DeviceRemoved>(&fact.what)) {
            const Charter* const rules = under(out->charter);
            return rules != nullptr && may_remove(author->member, out->member, *rules);
        }
        if (const auto* epoch = std::get_if<EpochFact>(&fact.what)) return under(epoch->charter) != nullptr;
        if (const auto* commit = std::get_if<CommitFact>(&fact.what))
            return under(commit->charter) != nullptr;
        return std::holds_alternative<Left>(fact.what);
    }

    void find_counting() {
        view_.counting.clear();
        for (const auto& [at, fact] : facts_)
            if (counts(at, fact)) view_.counting.insert(view_.counting.end(), at);
    }

    static Coverage as_coverage(const std::vector<EntryRef>& lasts) {
        Coverage coverage;
        for (const EntryRef& last : lasts) coverage[last.log] = last.sequence;
        return coverage;
    }

    void find_cuts() {
        cuts_.clear();
        for (const EntryRef& at : view_.counting) {
            const Fact& fact = facts_.at(at);
            if (votes_.contains(at)) continue;
            if (const auto* removed = std::get_if<MemberRemoved>(&fact.what)) {
                add_cut({at, removed->member, as_coverage(removed->lasts), removed->term, {}, false, {}});
            } else if (const auto* out = std::get_if<DeviceRemoved>(&fact.what)) {
                ActiveCut cut{at, out->member, as_coverage(out->lasts), out->term, {}, false, {}};
                cut.devices = {out->devices.begin(), out->devices.end()};
                add_cut(std::move(cut));
            } else if (const auto* left = std::get_if<Left>(&fact.what)) {
                ActiveCut cut{at, writer(at)->member, as_coverage(left->lasts), left->term, {}, true, {}};
                cut.lasts[at.log] = at.sequence;
                add_cut(std::move(cut));
            } else if (const auto* charter = std::get_if<Charter>(&fact.what)) {
                for (const Cut& cut : charter->demotions)
                    add_cut({at, cut.member, as_coverage(cut.lasts), UINT32_MAX, places_.at(at), false, {}});
            }
        }
        for (const auto& [member, out] : outs_) {
            const Ballot& ballot = decisions_[out.decision].ballot;
            add_cut(
                {ballot.votes.begin()->second, member, median_of(ballot), ballot.term, {}, false, out.place});
        }
    }

    // Of each log what the middle one of the voters had, of two the lesser: most of them do not lie.
    Coverage median_of(const Ballot& ballot) const {
        std::map<LogId, std::vector<std::uint64_t>> said;
        for (const auto& [voter, vote] : ballot.votes)
            for (const EntryRef& last : std::get<MemberRemoved>(facts_.at(vote).what).lasts)
                said[last.log].push_back(last.sequence);
        Coverage median;
        for (auto& [log, lasts] : said) {
            lasts.resize(ballot.votes.size());  // who did not name the log had nothing of it
            std::sort(lasts.begin(), lasts.end());
            median[log] = lasts[(lasts.size() - 1) / 2];
        }
        return median;
    }
    void add_cut(ActiveCut cut) { cuts_[cut.member].push_back(std::move(cut)); }

    static std::uint64_t last_of(const ActiveCut& cut, const LogId& log) {
        const auto found = cut.lasts.find(log);
        return found == cut.lasts.end() ? 0 : found->second;
    }

    // The place of the charter that an act names: its own, for a charter that of the one it replaces.
    std::optional<std::size_t> place_of_act(const Fact& fact) {
        if (const auto* charter = std::get_if<Charter>(&fact.what)) return place_of(charter->parent);
        if (const auto* added = std::get_if<MemberAdded>(&fact.what)) return place_of(added->charter);
        if (const auto* removed = std::get_if<MemberRemoved>(&fact.what)) return place_of(removed->charter);
        if (const auto* epoch = std::get_if<EpochFact>(&fact.what)) return place_of(epoch->charter);
        if (const auto* commit = std::get_if<CommitFact>(&fact.what)) return place_of(commit->charter);
        return std::nullopt;
    }

    bool cuts_off(const ActiveCut& cut, const EntryRef& at, const Fact& fact) {
        if (cut.source == at || !cut.is_of(*writer(at))) return false;
        if (at.sequence <= last_of(cut, at.log) || votes_.contains(at)) return false;
        // A vote does not take away the charter that it stands on.
        if (cut.voted_at && std::holds_alternative<Charter>(fact.what) && places_.contains(at) &&
            view_.charters[places_.at(at)] == at && places_.at(at) <= *cut.voted_at)
            return false;
        if (cut.leaving && cut.source.log != at.log && std::holds_alternative<Charter>(fact.what))
            return false;
        if (!cut.demoted_at) return true;
        const auto place = place_of_act(fact);
        return place && *place < *cut.demoted_at;
    }

    // Rule 3. Whether anything was newly voided.
    bool void_what_is_cut() {
        std::map<EntryRef, std::vector<EntryRef>> cut_by;
        std::set<EntryRef> voted;  // cut by a vote
        for (const EntryRef& at : view_.counting) {
            const auto cuts = cuts_.find(writer(at)->member);
            if (cuts == cuts_.end()) continue;
            for (const ActiveCut& cut : cuts->second)
                if (cuts_off(cut, at, facts_.at(at))) {
                    cut_by[at].push_back(cut.source);
                    if (cut.voted_at) voted.insert(at);
                }
        }
        bool any = false;
        for (const auto& [at, sources] : cut_by) {
            const bool surely = voted.contains(at) ||
                                std::any_of(sources.begin(), sources.end(),
                                            [&](const EntryRef& source) { return !cut_by.contains(source); });
            if (surely) voided_.insert(at), any = true;
        }
        if (any || cut_by.empty()) return any;
        for (const auto& [at, sources] : cut_by)
            voided_.insert(at);  // ranks forbid a circle; if there is one, none counts
        return true;
    }

    // Rule 4.
    void find_members() {
        for (const EntryRef& at : view_.counting) {
            const Fact& fact = facts_.at(at);
            if (const auto* added = std::get_if<MemberAdded>(&fact.what)) {
                add_member(view_, at, *added);
            } else if (const auto* removed = std::get_if<MemberRemoved>(&fact.what)) {
                end_term(view_, removed->member, removed->term, true);
            }
        }
        for (const EntryRef& at : view_.counting)
            if (const auto* out = std::get_if<DeviceRemoved>(&facts_.at(at).what)) remove_devices(*out);
        // Who was never a member leaves nothing: some nodes may have taken in what they wrote, having heard
        // of an adding that turned out not to count.
        std::erase_if(view_.counting, [this](const EntryRef& at) {
            const auto* left = std::get_if<Left>(&facts_.at(at).what);
            if (left == nullptr) return false;
            const bool is_known = view_.members.contains(writer(at)->member);
            if (is_known) end_term(view_, writer(at)->member, left->term, false);
            return !is_known;
        });
    }

    void remove_devices(const DeviceRemoved& out) {
        const auto member = view_.members.find(out.member);
        if (member == view_.members.end() || member->second.term != out.term) return;
        for (const DeviceId& device : out.devices) {
            member->second.devices.erase(device);
            member->second.addings.erase(device);
            member->second.removed_devices.insert(device);
        }
    }

    void find_limits() {
        const auto lower = [](std::map<LogId, std::uint64_t>& limits, const LogId& log, std::uint64_t last) {
            std::uint64_t& limit = limits.try_emplace(log, last).first->second;
            limit = std::min(limit, last);
        };
        const Charter* const rules = view_.charters.empty() ? nullptr : charter(view_.charters.back());
        for (const auto& [log, author] : writers_) {
            const auto cuts = cuts_.find(author->member);
            if (cuts == cuts_.end() || !view_.members.contains(author->member)) continue;
            for (const ActiveCut& cut : cuts->second) {
                if (!cut.demoted_at && cut.is_of(*author)) lower(view_.limits, log, last_of(cut, log));
                if (cut.demoted_at && !rank_in(*rules, author->member))
                    lower(view_.convener_limits, log, last_of(cut, log));
            }
        }
    }

    // Of the directory's epochs the one with the highest number, then of the highest-ranked convener, then
    // the smallest id.
    void find_directory_epoch() {
        if (view_.charters.empty() || ruling(0).kind != ChannelKind::directory) return;
        using Order = std::tuple<std::uint64_t, std::size_t, EpochId, EntryRef>;
        std::optional<Order> best;
        for (const EntryRef& at : view_.counting) {
            const auto* epoch = std::get_if<EpochFact>(&facts_.at(at).what);
            if (epoch == nullptr) continue;
            const Charter& rules = ruling(*place_of(epoch->charter));
            const Order order{UINT64_MAX - epoch->number, *rank_in(rules, writer(at)->member), epoch->id, at};
            if (!best || order < *best) best = order;
        }
        if (best) view_.directory_epoch = std::get<EntryRef>(*best);
    }

    const Facts& facts_;
    const EntryRef& founding_;
    std::map<LogId, const WriterFact*> writers_;
    std::map<EntryRef, std::vector<EntryRef>> children_;
    std::map<EntryRef, std::size_t> places_;  // of charters: their own, or that of the nearest ruling one
    Ballots ballots_;
    std::vector<Decision> decisions_;  // grows, and only then everything is reckoned anew
    std::map<MemberId, Out> outs_;     // of the decisions, those whose charters rule
    std::set<EntryRef> votes_;         // theirs
    std::map<MemberId, std::vector<ActiveCut>> cuts_;
    std::set<EntryRef> voided_;
    View view_;
};

}  // namespace

View resolve(const Facts& facts, const EntryRef& founding) {
    return Resolver(facts, founding).run();
}

}  // namespace liaise::channel
