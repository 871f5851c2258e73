// A channel as one device sees it: charter, members, writers, epochs. A value without secrets (those are in
// the Keyring, and in GroupKeys).
//
// In:  entries of the channel that the log has verified and open() has opened, in any order across logs.
// Out: who wrote each, and what it changed; or why it does not count.
//
//     joining --founding charter and our adding are here--> open --removed--> removed
//                                                           open --left-----> left
//
// - The state is a function of the set of entries (resolve.h): nodes that hold the same entries agree on
//   charter, members and epoch, in whatever order they came.
// - Answers to an entry: done; not_known: keep it and try again when a writer or a membership changed
//   (waiting.h); not_permitted: its author may not, as far as we know; exhausted: no room; anything else is
//   final. A refusal changes nothing. After entries_cut, what was not_permitted may be permitted: try again.
// - Only conveners act on membership, charter and keys; announcement channels take posts and documents of
//   conveners alone; directory objects belong into the directory channel, and only they.
// - The directory channel has no list of members: every device that the network accredits may introduce
//   itself. It is no MLS group either; its keys come by entries of their own (Epoch).
// - Every other channel stands on an MLS group: commits, acknowledgements and offers are facts like the
//   others, and branches.h makes the choice from them. What this device can use of it is for group_work.h.
// - An accepted entry may cease to count when a removal arrives that cuts its author's log before it: the
//   change entries_cut says so, and author_of() tells for each.
#pragma once

#include "protocol/channel/branches.h"
#include "protocol/channel/introduction.h"
#include "protocol/channel/resolve_step.h"
#include "protocol/channel/seal.h"
#include "protocol/crypto/dh.h"

namespace liaise::channel {

struct OwnPlace {
    MemberId member;
    DeviceId device;
    WriterKey writer;
    std::uint32_t term = 1;
    Seat seat() const { return {member, device, term}; }
    bool operator==(const OwnPlace&) const = default;
};

struct Change {
    enum class Kind : std::uint8_t {
        writer_introduced,  // member, log: what waited for the log can go on
        member_joined,      // member (a new device of theirs, too)
        member_gone,        // member: removed or left
        conveners_changed,
        charter_changed,
        key_learned,    // epoch: what waited for it can be opened
        epoch_changed,  // epoch: what to seal under from now on; zeros: nothing, the channel waits for a key
        entries_cut,    // log: its limit changed; what counted may not count any more, or again
        keys_due,       // member, device: cannot open policy entries, and asks or was invited by us; send an
                        // invitation once more (only where we are a convener)
        group_changed,  // members, commits or acknowledgements: there may be something to follow or to do
        work_changed,   // offers or wishes: there may be something to do
        we_are_out,     // removed or left
    };
    Kind kind;
    MemberId member{};
    LogId log{};
    EpochId epoch{};
    DeviceId device{};
    bool operator==(const Change&) const = default;
};

struct Accepted {
    MemberId author;
    DeviceId device;
    std::vector<Change> changes;
};

struct Member {
    MemberId id;
    std::uint32_t term = 1;
    std::vector<Device> devices;
    std::optional<std::size_t> rank;  // of a convener, 0 the highest
    bool operator==(const Member&) const = default;
};

class ChannelState {
  public:
    enum class Phase : std::uint8_t { joining, open, removed, left };

    // `founding`: the entry of the channel's first charter. `start`: the epoch to seal under until the
    // entries that say more are here.
    ChannelState(const ChannelId& channel, const EntryRef& founding, const OwnPlace& own,
                 const EpochId& start);

    // Takes one opened entry, our own too. `sealed_under` is what the payload named; `inbox` our device's
    // key, under which the directory's keys come; they go into `keyring`. What to seal posts under in a group
    // is left open when it changed, until follow_group() said that this device can use it.
    Result<Accepted> receive(const Place& place, const EpochId& sealed_under, const ValidatedContent& content,
                             const Accreditations& accreditations, const crypto::DhKey& inbox,
                             Keyring& keyring);

    // Who wrote an entry that was accepted before, if it still counts: what was cut is not_permitted.
    Result<Accepted> author_of(const EntryRef& entry) const;
    // Whether its author was a convener for all that is known: what a pin or a hiding needs to count.
    bool wrote_as_convener(const EntryRef& entry) const;
    // Whether others would accept this from us now: ask before sealing. Also refuses what is handled more
    // strictly than the charter's ceiling.
    Result<void> may_write(const Content& content) const;

    // A device that the directory has revoked: it gets no key any more. Harmless when repeated.
    std::vector<Change> shut_out(const DeviceId& device, Keyring& keyring);

    Phase phase() const;
    const ChannelId& id() const { return channel_; }
    const OwnPlace& own() const { return own_; }
    const EntryRef& founding() const { return founding_; }
    const EpochId& start() const { return start_; }
    const Charter* charter() const;  // the ruling one; null while joining
    EntryRef charter_entry() const;
    std::vector<Member> members() const;  // by rank, then id
    std::optional<Member> member(const MemberId& id) const;
    std::optional<std::size_t> rank_of(const MemberId& id) const;  // of a convener who is a member
    std::optional<std::size_t> own_rank() const { return rank_of(own_.member); }
    // What the channel shows of a member who has an alias here, former ones too; null: none.
    const AliasCard* alias_of(const MemberId& id) const;
    const WriterFact* writer(const LogId& log) const;
    const MemberView* history_of(const MemberId& id) const;  // former members too

    // The channel's group: everywhere but in the directory.
    bool is_directory() const { return charter() != nullptr && charter()->kind == ChannelKind::directory; }
    bool has_group() const { return charter() != nullptr && charter()->kind != ChannelKind::directory; }
    // Whether contents are sealed under keys of their own (message_keys.h): where history begins with
    // joining.
    bool has_message_keys() const { return has_group() && charter()->history == History::from_joining; }
    const GroupFacts& group() const { return group_; }
    Branches branches() const;  // not beyond this state's life, nor its next entry
    std::optional<EntryRef> head() const;
    std::optional<EntryRef> sealing() const;

    std::optional<EpochId> sealing_epoch() const;  // for posts
    EpochId policy_epoch() const;                  // for membership entries: also while posts wait
    std::uint64_t epoch_number() const;            // of the policy epoch; 0 while joining
    // True for a past epoch of which we were not: what is sealed under it will never open here, and is not
    // shown.
    bool never_opens(const EpochId& epoch) const { return is_before(own_.seat(), epoch); }
    // Whether a device may have the key of a message of that epoch: it is a member's, and the epoch is not
    // from before it joined.
    bool may_read(const DeviceId& device, const EpochId& epoch) const;

    const std::set<DeviceId>& shut_out_devices() const { return shut_out_; }
    const Facts& facts() const { return facts_; }
    const View& view() const { return view_; }

    // One versioned blob, without secrets. What is loaded equals what was saved.
    Bytes encode() const;
    // The same in parts, so that an entry costs the store what it changed: a head, and each fact by itself,
    // under the place of its entry. Those that are new or changed since the last call, or since it was loaded
    // in parts.
    struct StoredFact {
        EntryRef at;
        Bytes bytes;
    };
    Bytes encode_head() const;
    std::vector<StoredFact> take_unsaved();
    // Either form; the whole blob goes without facts apart.
    static Result<ChannelState> load(BytesView bytes, const std::vector<StoredFact>& facts = {});

    friend bool operator==(const ChannelState& a, const ChannelState& b);

  private:
    Result<Accepted> introduce(const EntryRef& at, const Place& place, const EpochId& sealed_under,
                               const Introduction& introduction, const Accreditations& accreditations,
                               Keyring& keyring);
    Result<Accepted> act(const EntryRef& at, const EpochId& sealed_under, const Body& body,
                         const Accreditations& accreditations, const crypto::DhKey& inbox, Keyring& keyring);
    Result<void> check_act(const EntryRef& at, const WriterFact& author, const Body& body) const;
    Result<void> check_room(const EntryRef& at) const;
    std::size_t logs_of(const MemberId& member) const;
    bool was_added(const MemberId& member, const DeviceId& device) const;
    Result<void> check_epoch(const Epoch& epoch) const;
    static Result<Fact> fact_of(const EpochId& sealed_under, const Body& body,
                                const Accreditations& accreditations);
    void add(const EntryRef& at, Fact fact);
    void take_offer(const EntryRef& at, Offer offer);
    // Whom we invited, and who cannot open this entry: it was under way meanwhile.
    void add_keys_due(const EntryRef& at, const EpochId& sealed_under, std::vector<Change>& changes) const;
    void write_head(Writer& writer, std::uint8_t version, std::size_t facts) const;
    Bytes encode_fact_at(const EntryRef& at) const;
    static Result<ChannelState> read_head(Reader& reader);
    Result<void> load_fact(const EntryRef& at, const EpochId& sealed_under, BytesView bytes);
    Result<void> check_loaded() const;
    const Choice& choice() const;
    void choose_with(const EntryRef& at);
    Result<const Charter*> named_charter(const EntryRef& entry) const;
    Result<void> check_standing(const WriterFact& author, const EntryRef& at, const Body& body) const;
    Result<void> check_body(const WriterFact& author, const EntryRef& at, const Body& body) const;
    bool is_before(const Seat& seat, const EpochId& epoch) const;
    bool might_convene(const WriterFact& author, const EntryRef& at) const;
    std::optional<Change> learn_key(const Epoch& epoch, const crypto::DhKey& inbox, Keyring& keyring) const;
    // Brings the view to what follows with one more fact, or from all anew, and says what is different.
    std::vector<Change> settle_with(const EntryRef& at, Keyring& keyring);
    std::vector<Change> settle(Keyring& keyring);

    // Of facts_, so that an entry is not paid for with a look at all of them.
    struct Tally {
        std::map<MemberId, std::size_t> logs;  // of each member
        std::map<LogId, std::size_t> notes;    // in each log
        std::map<std::pair<LogId, Seat>, EntryRef> newest_offer;
        std::set<EntryRef> awaited;  // commits that were acknowledged before they were here
    };

    ChannelId channel_;
    EntryRef founding_;
    OwnPlace own_;
    EpochId start_;
    Facts facts_;
    std::map<LogId, EntryRef> writers_;  // where each log is introduced
    std::set<DeviceId> shut_out_;
    GroupFacts group_;  // of facts_, and the key packages that may still be used
    Tally tally_;
    Touched touched_;
    View view_;                               // resolve(facts_, founding_)
    mutable std::shared_ptr<Choice> choice_;  // of a group; null: to be made when it is asked for
    std::set<EntryRef> unsaved_;
};

}  // namespace liaise::channel
