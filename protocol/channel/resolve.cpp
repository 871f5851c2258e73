#include "protocol/channel/resolve.h"

#include <algorithm>

namespace liaise::channel {

std::optional<std::size_t> rank_in(const Charter& charter, const MemberId& member) {
    const auto found = std::find(charter.conveners.begin(), charter.conveners.end(), member);
    if (found == charter.conveners.end()) return std::nullopt;
    return static_cast<std::size_t>(found - charter.conveners.begin());
}

bool may_amend(const MemberId& author, const Charter& parent, const Charter& next) {
    const auto rank = rank_in(parent, author);
    if (!rank || next.kind != parent.kind || next.history != parent.history) return false;
    if (parent.kind == ChannelKind::direct && next.conveners != parent.conveners) return false;
    if (next.conveners.size() <= *rank) return false;
    const auto below = parent.conveners.begin() + static_cast<std::ptrdiff_t>(*rank + 1);
    if (!std::equal(parent.conveners.begin(), below, next.conveners.begin())) return false;
    // Whoever is dropped is cut, and nobody else.
    std::set<MemberId> dropped;
    for (const MemberId& member : parent.conveners)
        if (!rank_in(next, member)) dropped.insert(member);
    return next.demotions.size() == dropped.size() &&
           std::all_of(next.demotions.begin(), next.demotions.end(),
                       [&dropped](const Cut& cut) { return dropped.contains(cut.member); });
}

bool may_remove(const MemberId& author, const MemberId& member, const Charter& charter) {
    if (charter.kind == ChannelKind::direct || charter.kind == ChannelKind::directory) return false;
    const auto own = rank_in(charter, author);
    const auto other = rank_in(charter, member);
    return own && author != member && (!other || *own < *other);
}

namespace {

constexpr std::size_t epochs_behind_head_max = 64;  // how far back an epoch to seal under is looked for

// Where one act ends what another may say.
struct ActiveCut {
    EntryRef source;
    MemberId member;
    Coverage lasts;                         // logs not named: 0
    std::uint32_t term = UINT32_MAX;        // logs of this term and below
    std::optional<std::size_t> demoted_at;  // acts under charters before this place in the chain only
    bool leaving = false;
};

class Resolver {
  public:
    Resolver(const Facts& facts, const EntryRef& founding, const std::set<DeviceId>& shut_out)
        : facts_(facts), founding_(founding), shut_out_(shut_out) {
        for (const auto& [at, fact] : facts) {
            if (const auto* writer = std::get_if<WriterFact>(&fact.what)) writers_[at.log] = writer;
            if (const auto* charter = std::get_if<Charter>(&fact.what))
                if (!is_none(charter->parent)) children_[charter->parent].push_back(at);
        }
    }

    View run() {
        do {
            walk_charters();
            find_counting();
            find_cuts();
        } while (void_what_is_cut());
        find_members();
        find_limits();
        find_epochs();
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
        if (charter(founding_) == nullptr || voided_.contains(founding_)) return;
        for (std::optional<EntryRef> next = founding_; next; next = successor(*next)) {
            places_[*next] = view_.charters.size();
            view_.charters.push_back(*next);
        }
    }

    std::optional<EntryRef> successor(const EntryRef& parent) const {
        std::optional<std::pair<std::size_t, EntryRef>> best;
        const auto found = children_.find(parent);
        if (found == children_.end()) return std::nullopt;
        for (const EntryRef& child : found->second) {
            const WriterFact* const author = writer(child);
            if (author == nullptr || voided_.contains(child)) continue;
            if (!may_amend(author->member, *charter(parent), *charter(child))) continue;
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
        if (author == nullptr || voided_.contains(at)) return false;
        const auto under = [&](const EntryRef& named) -> const Charter* {
            const auto place = place_of(named);
            if (!place || !rank_in(ruling(*place), author->member)) return nullptr;
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
            return rules != nullptr && may_remove(author->member, removed->member, *rules);
        }
        if (const auto* epoch = std::get_if<EpochFact>(&fact.what)) return under(epoch->charter) != nullptr;
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
            if (const auto* removed = std::get_if<MemberRemoved>(&fact.what)) {
                add_cut({at, removed->member, as_coverage(removed->lasts), removed->term, {}, false});
            } else if (const auto* left = std::get_if<Left>(&fact.what)) {
                ActiveCut cut{at, writer(at)->member, as_coverage(left->lasts), left->term, {}, true};
                cut.lasts[at.log] = at.sequence;
                add_cut(std::move(cut));
            } else if (const auto* charter = std::get_if<Charter>(&fact.what)) {
                for (const Cut& cut : charter->demotions)
                    add_cut({at, cut.member, as_coverage(cut.lasts), UINT32_MAX, places_.at(at), false});
            }
        }
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
        return std::nullopt;
    }

    bool cuts_off(const ActiveCut& cut, const EntryRef& at, const Fact& fact) {
        if (cut.source == at || writer(at)->term > cut.term) return false;
        if (at.sequence <= last_of(cut, at.log)) return false;
        if (cut.leaving && cut.source.log != at.log && std::holds_alternative<Charter>(fact.what))
            return false;
        if (!cut.demoted_at) return true;
        const auto place = place_of_act(fact);
        return place && *place < *cut.demoted_at;
    }

    // Rule 3. Whether anything was newly voided.
    bool void_what_is_cut() {
        std::map<EntryRef, std::vector<EntryRef>> cut_by;
        for (const EntryRef& at : view_.counting) {
            const auto cuts = cuts_.find(writer(at)->member);
            if (cuts == cuts_.end()) continue;
            for (const ActiveCut& cut : cuts->second)
                if (cuts_off(cut, at, facts_.at(at))) cut_by[at].push_back(cut.source);
        }
        bool any = false;
        for (const auto& [at, sources] : cut_by) {
            const bool surely = std::any_of(sources.begin(), sources.end(),
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
                add_member(at, *added);
            } else if (const auto* removed = std::get_if<MemberRemoved>(&fact.what)) {
                end_term(removed->member, removed->term);
            } else if (const auto* left = std::get_if<Left>(&fact.what)) {
                end_term(writer(at)->member, left->term);
            }
        }
    }

    void add_member(const EntryRef& at, const MemberAdded& added) {
        MemberView& member = view_.members[added.member];
        if (added.term < member.term) return;
        if (added.term > member.term) {
            member.term = added.term;
            member.devices.clear();
            member.addings.clear();
        }
        for (const Device& device : added.devices) {
            member.devices.try_emplace(device.id, device.inbox);
            member.addings.try_emplace(device.id, Adding{at, added.epoch});
        }
    }

    void end_term(const MemberId& id, std::uint32_t term) {
        MemberView& member = view_.members[id];
        member.removed_term = std::max(member.removed_term, term);
    }

    void find_limits() {
        const auto lower = [](std::map<LogId, std::uint64_t>& limits, const LogId& log, std::uint64_t last) {
            std::uint64_t& limit = limits.try_emplace(log, last).first->second;
            limit = std::min(limit, last);
        };
        const Charter* const rules = view_.charters.empty() ? nullptr : charter(view_.charters.back());
        for (const auto& [log, author] : writers_) {
            const auto cuts = cuts_.find(author->member);
            if (cuts == cuts_.end()) continue;
            for (const ActiveCut& cut : cuts->second) {
                if (!cut.demoted_at && author->term <= cut.term) lower(view_.limits, log, last_of(cut, log));
                if (cut.demoted_at && !rank_in(*rules, author->member))
                    lower(view_.convener_limits, log, last_of(cut, log));
            }
        }
    }

    // Rule 5.
    struct Candidate {
        std::uint64_t number;
        std::size_t rank;
        EpochId id;
        EntryRef at;
    };

    void find_epochs() {
        const EpochTree tree(facts_);
        std::vector<Candidate> candidates;
        for (const EntryRef& at : view_.counting) {
            const auto* epoch = std::get_if<EpochFact>(&facts_.at(at).what);
            if (epoch == nullptr) continue;
            const Charter& rules = ruling(*place_of(epoch->charter));
            candidates.push_back({epoch->number, *rank_in(rules, writer(at)->member), epoch->id, at});
        }
        std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
            if (a.number != b.number) return a.number > b.number;
            return std::tie(a.rank, a.id, a.at) < std::tie(b.rank, b.id, b.at);
        });
        if (candidates.empty()) return;
        view_.head = candidates.front().at;
        const std::size_t most = std::min(candidates.size(), epochs_behind_head_max);
        for (std::size_t i = 0; i < most && !view_.sealing; ++i)
            if (may_seal_under(candidates[i].at, tree)) view_.sealing = candidates[i].at;
    }

    bool may_seal_under(const EntryRef& epoch, const EpochTree& tree) const {
        if (ruling(0).kind == ChannelKind::directory) return true;
        const Coverage coverage = tree.coverage(epoch);
        for (const EntryRef& at : view_.counting) {
            if (!std::holds_alternative<MemberRemoved>(facts_.at(at).what)) continue;
            const auto covered = coverage.find(at.log);
            if (covered == coverage.end() || covered->second < at.sequence) return false;
        }
        if (shut_out_.empty()) return true;
        const std::set<DeviceId> withheld = tree.withheld(epoch);
        return std::all_of(shut_out_.begin(), shut_out_.end(), [&](const DeviceId& device) {
            return withheld.contains(device) || !is_members(device);
        });
    }

    bool is_members(const DeviceId& device) const {
        return std::any_of(view_.members.begin(), view_.members.end(), [&device](const auto& member) {
            return member.second.is_member() && member.second.devices.contains(device);
        });
    }

    const Facts& facts_;
    const EntryRef& founding_;
    const std::set<DeviceId>& shut_out_;
    std::map<LogId, const WriterFact*> writers_;
    std::map<EntryRef, std::vector<EntryRef>> children_;
    std::map<EntryRef, std::size_t> places_;  // of charters: their own, or that of the nearest ruling one
    std::map<MemberId, std::vector<ActiveCut>> cuts_;
    std::set<EntryRef> voided_;
    View view_;
};

}  // namespace

View resolve(const Facts& facts, const EntryRef& founding, const std::set<DeviceId>& shut_out) {
    return Resolver(facts, founding, shut_out).run();
}

}  // namespace liaise::channel
