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
// Work: linear in commits and acknowledgements, and in the depth times the number of conveners.
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

struct GroupFacts {
    Commits commits;
    Acknowledgements acknowledgements;
    Offers offers;
    mutable RosterMemo rosters{};
    bool operator==(const GroupFacts&) const = default;
};

// Whether the entry can become a fact: not_known while its charter or parent is not here, malformed when its
// numbers do not follow. Asks nothing that could have another answer later.
Result<void> check_commit(const CommitFact& commit, const Facts& facts, const Commits& commits);

// Along a path of commits: who sits in an epoch, and whether it came from another.
Seats roster_of(const Commits& commits, const EntryRef& epoch);
bool comes_from(const Commits& commits, const EntryRef& epoch, const EntryRef& ancestor);

class Branches {
  public:
    // What it is given must outlive it.
    Branches(const Facts& facts, const View& view, const GroupFacts& group,
             const std::set<DeviceId>& shut_out);

    // Epochs that count, the best first.
    const std::vector<EntryRef>& candidates() const { return candidates_; }
    std::optional<EntryRef> head() const;
    std::optional<EntryRef> sealing() const { return sealing_; }
    std::optional<EntryRef> held_epoch() const { return held_; }

    const CommitFact& commit(const EntryRef& epoch) const { return group_.commits.at(epoch); }
    const Seats& roster(const EntryRef& epoch) const;            // as long as this lives
    std::vector<EntryRef> path_to(const EntryRef& epoch) const;  // oldest first, itself last
    // Whether `epoch` is `ancestor` or came from it.
    bool comes_from(const EntryRef& epoch, const EntryRef& ancestor) const {
        return channel::comes_from(group_.commits, epoch, ancestor);
    }

    // Every device of every member that was not shut out.
    const Seats& entitled() const { return entitled_; }
    // Nobody in the epoch's seats was put out, nor in those of an epoch that came from it.
    bool may_seal(const EntryRef& epoch) const;

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

  private:
    const WriterFact* writer(const EntryRef& at) const;
    const Charter* ruling_at(EntryRef charter) const;
    std::optional<std::size_t> rank_of_author(const EntryRef& at) const;
    bool is_beyond_cut(const EntryRef& at, bool as_convener) const;
    std::vector<EntryRef> counting() const;
    std::map<MemberId, EntryRef> stands() const;
    void find_held();
    void find_candidates();
    void find_entitled();
    void find_tainted();
    bool is_put_out(const Seat& seat) const;

    const Facts& facts_;
    const View& view_;
    const GroupFacts& group_;
    const std::set<DeviceId>& shut_out_;
    std::map<LogId, const WriterFact*> writers_;
    std::map<MemberId, std::uint32_t> removed_terms_;  // by others, not by leaving
    Seats entitled_;
    std::vector<EntryRef> counting_;
    std::map<MemberId, EntryRef> stands_;  // behind which epoch each convener stands
    std::optional<EntryRef> held_;
    std::vector<EntryRef> candidates_;
    std::set<EntryRef> tainted_;
    std::optional<EntryRef> sealing_;
    mutable std::vector<std::shared_ptr<const Seats>> rosters_;  // that were given out
};

}  // namespace liaise::channel
