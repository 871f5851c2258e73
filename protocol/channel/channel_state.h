// A channel as one device sees it: charter, members, writers, epochs. A value without secrets (those are in
// the Keyring).
//
// In:  entries of the channel that the log has verified and open() has opened, in any order across logs.
// Out: who wrote each, and what it changed; or why it does not count.
//
//   joining --the founding charter and our adding are here--> open --removed--> removed
//                                                               \----left-----> left
//
// - The state is a function of the set of entries (resolve.h): nodes that hold the same entries agree on
//   charter, members and epoch, in whatever order they came.
// - Answers to an entry: done; not_known: keep it and try again when a writer or a membership changed
//   (waiting.h); not_permitted: its author may not, now; anything else is final. A refusal changes nothing.
// - Only conveners act on membership, charter and keys; announcement channels take posts and documents of
// conveners
//   alone; directory objects belong into the directory channel, and only they.
// - The directory channel has no list of members: every device that the network accredits may introduce
// itself.
// - An accepted entry may cease to count when a removal arrives that cuts its author's log before it: the
// change
//   entries_cut says so, and author_of() tells for each.
#pragma once

#include "protocol/channel/introduction.h"
#include "protocol/channel/resolve.h"
#include "protocol/channel/seal.h"
#include "protocol/crypto/dh.h"

namespace liaise::channel {

struct OwnPlace {
    MemberId member;
    DeviceId device;
    WriterKey writer;
    std::uint32_t term = 1;
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
        entries_cut,    // log: entries beyond its limit do not count any more
        we_are_out,     // removed or left
    };
    Kind kind;
    MemberId member{};
    LogId log{};
    EpochId epoch{};
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

// A new epoch is wanted of a convener.
struct RekeyDue {
    bool posts_wait = false;  // a removal or a revocation is not covered: nobody seals until it is
    std::size_t place = 0;    // ours among the conveners: 0 acts at once, the others later and later
    bool operator==(const RekeyDue&) const = default;
};

class ChannelState {
  public:
    enum class Phase : std::uint8_t { joining, open, removed, left };

    // `founding`: the entry of the channel's first charter. `start`: the epoch to seal under until the
    // entries that say more are here.
    ChannelState(const ChannelId& channel, const EntryRef& founding, const OwnPlace& own,
                 const EpochId& start);

    // Takes one opened entry, our own too. `sealed_under` is what the payload named; `inbox` our device's
    // key, under which new epochs' keys come; they go into `keyring`.
    Result<Accepted> receive(const Place& place, const EpochId& sealed_under, const ValidatedContent& content,
                             const Accreditations& accreditations, const crypto::DhKey& inbox,
                             Keyring& keyring);

    // Who wrote the entry, when it counts; else as for receive().
    Result<Accepted> author_of(const EntryRef& entry) const;
    // Whether this device's next entry with this body would be accepted: ask before sealing.
    Result<void> may_write(const Content& content) const;

    // A device that the directory has revoked: it gets no key any more. Harmless when repeated.
    std::vector<Change> shut_out(const DeviceId& device, Keyring& keyring);

    Phase phase() const;
    const ChannelId& id() const { return channel_; }
    const OwnPlace& own() const { return own_; }
    const EntryRef& founding() const { return founding_; }
    const Charter* charter() const;  // the ruling one; null while joining
    EntryRef charter_entry() const;
    std::vector<Member> members() const;  // by rank, then id
    std::optional<Member> member(const MemberId& id) const;
    std::optional<std::size_t> rank_of(const MemberId& id) const;  // of a convener who is a member
    const WriterFact* writer(const LogId& log) const;
    const MemberView* history_of(const MemberId& id) const;  // former members too

    std::optional<EpochId> sealing_epoch() const;  // for posts
    EpochId policy_epoch() const;                  // for membership entries: also while posts wait
    std::uint64_t epoch_number() const;            // of the policy epoch; 0 while joining
    // True for a past epoch of which we were not: what is sealed under it will never open here, and is not
    // shown.
    bool never_opens(const EpochId& epoch, const Keyring& keyring) const;
    std::optional<RekeyDue> rekey_due() const;  // nothing when we are no convener

    const Facts& facts() const { return facts_; }
    const View& view() const { return view_; }
    Coverage known() const;  // of each log the last policy entry that we have

    // One versioned blob, without secrets. What is loaded equals what was saved.
    Bytes encode() const;
    static Result<ChannelState> decode(BytesView bytes);

    friend bool operator==(const ChannelState&, const ChannelState&) = default;

  private:
    ChannelId channel_;
    EntryRef founding_;
    OwnPlace own_;
    EpochId start_;
    Facts facts_;
    std::map<LogId, EntryRef> writers_;  // where each log is introduced
    std::set<DeviceId> shut_out_;
    View view_;  // resolve(facts_, founding_, shut_out_)
};

}  // namespace liaise::channel
