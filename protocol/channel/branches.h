// Which epoch of a channel's MLS group counts, when commits raced, were lost, or were made to harm
// (docs/protocol/group.md, "The choice").
//
// In:  the channel's facts and the view that follows from them (resolve.h); commits, acknowledgements and
//      offers by their entries.
// Out: the head, on which conveners build; the epoch that posts are sealed under; who is to get or lose a
//      leaf.
//
// - A function of the set of entries. Not of their order, not of a clock, and not of what MLS makes of a
//   commit here: whether a device can follow is its own affair (group_keys.h), and changes nothing for
//   others.
// - What most conveners hold comes first. From the first epoch on, the child goes on that more than half of
//   the conveners stand behind, who are conveners now: each by the last thing that they made or
//   acknowledged. What does not come from the last such epoch is out, however deep it is; that epoch itself
//   counts, also where its author was cut off since.
//   Attack: a long branch made in secret, or a minority that worked on alone for weeks.
// - Then depth, then class (remove, add, update, fresh), then the rank of the author, then the leaf. Nothing
//   in it can be ground. Depth before class: facts keep what a lost commit wanted, so nothing is lost with
//   it, while a choice that could turn far back would throw out everybody whose old keys are gone.
// - Posts go under the best epoch of which nobody can have the key who was put out: removed, shut out, or
//   invited by one who had no say any more. They have no seat in it, and got none in an epoch that came from
//   it, with which older keys may have been handed over. While there is none nobody posts.
// - A commit by somebody who was cut off does not count; one that was built on it does: seats are reckoned
//   along the whole path, so it counts with whatever that path did.
// - One member makes one child of an epoch. More do not count.
//
// Work: linear in commits and acknowledgements, and in the depth times the number of conveners. What is
// chosen (Choice) can be kept, and goes on from one commit or acknowledgement to the next where it simply
// follows (follow_commit() and its like).
#pragma once

#include <memory>
#include <optional>

#include "protocol/channel/commit_fact.h"
#include "protocol/channel/resolve.h"

namespace liaise::channel {

// Seats of epochs that were reckoned before. They do not change: an entry's commit, its parent and what they
// say stay what they are.
struct RosterMemo {
    std::map<EntryRef, std::shared_ptr<const Seats>> known;
    bool operator==(const RosterMemo&) const { return true; }  // says nothing that the commits do not
};

// Offers that no commit on the way to one epoch has used; likewise.
struct OffersMemo {
    std::optional<EntryRef> epoch;
    std::size_t offers = 0;  // that were looked at
    std::set<EntryRef> unused;
    std::map<LogId, std::uint64_t> used;  // of each log the last offer that was used
    bool operator==(const OffersMemo&) const { return true; }
};

struct GroupFacts {
    Commits commits;
    Acknowledgements acknowledgements;
    Offers offers;
    std::map<EpochId, EntryRef> by_key{};  // of the commits: the first that names the key
    mutable RosterMemo rosters{};
    bool operator==(const GroupFacts&) const = default;
    mutable OffersMemo unused_offers{};
    void add_commit(const EntryRef& at, const CommitFact& commit);
    void add_offer(const EntryRef& at, Offer offer);
};

// Whether the entry can become a fact: not_known while its charter or parent is not here, malformed when its
// numbers do not follow. Asks nothing that could have another answer later.
Result<void> check_commit(const CommitFact& commit, const Facts& facts, const Commits& commits);

// Along a path of commits: who sits in an epoch, and whether it came from another.
Seats roster_of(const Commits& commits, const EntryRef& epoch);
bool comes_from(const Commits& commits, const EntryRef& epoch, const EntryRef& ancestor);

// What follows from facts and view, and nothing else.
struct Choice {
    std::vector<EntryRef> candidates;  // epochs that count, the best first
    std::optional<EntryRef> sealing;
    std::optional<EntryRef> held;
    struct Said {
        std::uint64_t sequence;
        EntryRef epoch;
        bool operator==(const Said&) const = default;
    };
    std::map<LogId, Said> said;           // the last word of each log of a convener: behind which epoch
    std::map<MemberId, EntryRef> stands;  // and of each convener
    std::set<EntryRef> tainted;
    bool operator==(const Choice&) const = default;
    std::optional<EntryRef> head() const {
        return candidates.empty() ? std::nullopt : std::optional(candidates.front());
    }
};
using SharedChoice = std::shared_ptr<const Choice>;

class Branches {
  public:
    // What it is given must outlive it, but for the choice, which is made where none is given.
    Branches(const Facts& facts, const View& view, const GroupFacts& group,
             const std::set<DeviceId>& shut_out, SharedChoice choice = nullptr);

    // Epochs that count, the best first.
    const std::vector<EntryRef>& candidates() const { return choice_->candidates; }
    std::optional<EntryRef> head() const { return choice_->head(); }
    std::optional<EntryRef> sealing() const { return choice_->sealing; }
    std::optional<EntryRef> held_epoch() const { return choice_->held; }
    const SharedChoice& choice() const { return choice_; }

    const CommitFact& commit(const EntryRef& epoch) const { return group_.commits.at(epoch); }
    const Seats& roster(const EntryRef& epoch) const;            // as long as this lives
    std::vector<EntryRef> path_to(const EntryRef& epoch) const;  // oldest first, itself last
    // Whether `epoch` is `ancestor` or came from it.
    bool comes_from(const EntryRef& epoch, const EntryRef& ancestor) const {
        return channel::comes_from(group_.commits, epoch, ancestor);
    }

    // Every device of every member that was not shut out.
    Seats entitled() const;
    bool is_entitled(const Seat& seat) const;
    // Nobody in the epoch's seats was put out, nor in those of an epoch that came from it.
    bool may_seal(const EntryRef& epoch) const { return may_seal(*choice_, epoch); }

    // Of each seat that is entitled the newest offer that no commit on the way to `epoch` has used.
    std::map<Seat, EntryRef> open_offers(const EntryRef& epoch) const;
    // Whether a member made a child of it that counts: another one of theirs would not.
    bool has_child_by(const EntryRef& epoch, const MemberId& member) const;
    // Whether a member is a convener by the charter that rules now.
    bool may_convene(const MemberId& member) const;
    // Whether we are to acknowledge the head, once we can use it: we are a convener, and what we said last
    // is on another branch; or most conveners do not stand behind it yet, and we neither.
    bool acknowledgement_due(const MemberId& own) const;

    const GroupFacts& group() const { return group_; }

    // ---- Going on from a choice that was made without one fact, which facts and view have now. False: it
    // does not simply follow, and a new choice is to be made; what was given is no good any more.
    bool follow_commit(Choice& choice, const EntryRef& at) const;
    bool follow_acknowledgement(Choice& choice, const EntryRef& at) const;
    bool follow_adding(const Choice& choice, const MemberId& added) const;

  private:
    const WriterFact* writer(const EntryRef& at) const;
    const Charter* ruling_at(EntryRef charter) const;
    std::optional<std::size_t> rank_of_author(const EntryRef& at) const;
    bool is_beyond_cut(const EntryRef& at, bool as_convener) const;
    Choice choose() const;
    std::vector<EntryRef> counting() const;
    bool say(Choice& choice, const EntryRef& at, const EntryRef& epoch) const;
    void find_stands(Choice& choice) const;
    void find_held(Choice& choice) const;
    void advance_held(Choice& choice) const;
    void find_candidates(Choice& choice, const std::vector<EntryRef>& counting) const;
    bool stand_anew(Choice& choice, const EntryRef& at) const;
    bool keep_candidates(Choice& choice) const;
    void find_tainted(Choice& choice) const;
    void find_sealing(Choice& choice) const;
    bool may_seal(const Choice& choice, const EntryRef& epoch) const;
    std::vector<EntryRef> path_between(const EntryRef& start, EntryRef end) const;
    bool is_put_out(const Seat& seat) const;
    OffersMemo& unused_at(const EntryRef& epoch) const;

    const Facts& facts_;
    const View& view_;
    const GroupFacts& group_;
    const std::set<DeviceId>& shut_out_;
    mutable std::vector<std::shared_ptr<const Seats>> rosters_;  // that were given out
    SharedChoice choice_;
};

}  // namespace liaise::channel
