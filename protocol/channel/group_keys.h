// One device's MLS side of one channel: the epochs whose state it keeps, its own commits before they are
// published, its key packages (docs/protocol/group.md). It decides nothing: branches.h says which epoch
// counts; this follows there.
//
// In:  commits of others and our own by their entries, Welcomes, our own wishes; time and randomness.
// Out: states of epochs, kept by name; the key that each exports, for a Keyring; commits, Welcomes and key
//      packages to publish. A refusal changes nothing, but that a commit that broke is remembered.
//
//     offered --Welcome--> kept        pending --its entry is stored: follow()--> kept
//     kept --follow(commit)--> kept (the next epoch beside it)      kept --prune()--> gone
//
// - Order of a commit of ours: commit(), store this and the entry in one transaction, follow() it as
//   everybody does, then send the Welcome. A crash before the entry is stored leaves a pending state that
//   nobody learned of; one after it finds the state by the commit's hash, since a device cannot process its
//   own commit.
// - Every epoch is held to what its entry says: author, leaf, seats, authenticator, key. A commit that does
//   something else is refused for good, and no post is ever sealed under it. So a convener who lies about a
//   commit can stop a channel for a while, and not open it to anyone: whoever seals checks who can read.
// - Several epochs are kept, so that another branch than ours can be followed, and late messages open: at
//   most limits::kept_epochs_max and limits::kept_epoch_days, but those in use stay. The price is forward
//   secrecy: whoever takes a device finds the keys of that time.
// - A state that is kept has no message keys: messages() has them apart, one for each message and gone when
// used.
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>

#include "protocol/channel/epoch_keys.h"
#include "protocol/channel/message_keys.h"
#include "protocol/channel/own_packages.h"
#include "protocol/mls/group.h"

namespace liaise::channel {

// Groups of up to so many leaves renew the committer's keys with every commit. In larger ones a commit that
// does nothing but add goes without a path: its size and work do not grow with the group.
inline constexpr std::uint32_t adds_with_path_max = 64;

// Who sits on the leaves of a tree. Leaves are shared by the trees of many epochs, and read once.
class LeafReader {
  public:
    // As long as nothing is let go.
    const std::optional<Occupant>& occupant(const mls::SharedLeaf& leaf) const;
    void let_go();  // leaves that no tree has any more

  private:
    struct Read {
        mls::SharedLeaf leaf;  // held, so that no other comes to its address
        std::optional<Occupant> occupant;
    };
    mutable std::unordered_map<const mls::LeafNode*, Read> known_;
    std::size_t kept_ = 0;  // when leaves were last let go
};

class GroupKeys {
  public:
    GroupKeys(const ChannelId& channel, const Seat& own) : channel_(channel), own_(own) {}

    // ---- Own commits. `entry` is to be published; what follows from it is kept under its hash.

    // What brings devices in: the Welcome, and the tree of the epoch, which is linear in the channel.
    struct Seated {
        Bytes welcome;
        Bytes tree;
    };
    struct Made {
        CommitEntry entry;
        std::optional<Seated> seated;  // send it after follow()
    };
    // A group of our own: the channel's first, or one after `parent`, whose keys nobody has any more.
    struct Start {
        EntryRef charter;
        EntryRef parent;
        EpochName from;
    };
    // The key that the epoch will export, before it is followed: a first commit is sealed under its own.
    std::optional<crypto::Key> key(const Made& made) const;
    Result<Made> begin(const Start& start, const crypto::SigningKey& device_key, RandomSource& random);
    // On an epoch that we keep, with new keys for ourselves (but see adds_with_path_max). `removed` and
    // `added` as the entry shall say; `offers` as `added`. not_known, not_permitted, or what is wrong with an
    // offer.
    struct Wanted {
        EntryRef charter;
        EntryRef parent;
        EpochName from;
        Seats removed;
        std::vector<std::pair<Seating, Bytes>> added;  // with key packages
    };
    Result<Made> commit(const Wanted& wanted, RandomSource& random);
    // By external commit, of a convener's device that has no leaf or lost its state: from another's
    // group_info().
    Result<Made> enter(BytesView group_info, const Start& start, const crypto::SigningKey& device_key,
                       RandomSource& random);

    // ---- Following

    enum class Followed : std::uint8_t {
        entered,  // the epoch is kept now, and exports a key
        kept,     // it was already
        left_us,  // the commit takes our leaf; a Welcome may bring another
    };
    // A commit as its entry has it; `author` is the seat of the device that wrote the entry, `roster` who
    // sits in the new epoch by all entries (Branches::roster). not_known: its parent is not kept, so we can
    // never follow here (or not yet: the parent may still come). Anything else: refused for good.
    Result<Followed> follow(const CommitEntry& commit, const Seat& author, const Seats& roster, Time now);
    // A Welcome, by one of our own offers or of the packages that we published: the epoch is taken as what
    // the inviter says, and held to its entry by fits().
    Result<EpochName> join(const Seated& seated, std::uint64_t number, const OwnPackages& published,
                           Time now);
    bool is_refused(const CommitEntry& commit) const;

    // ---- What is kept

    bool has_pending() const { return !pending_.empty(); }
    bool holds(const EpochName& epoch) const { return kept_.contains(epoch); }
    // Whether the state that we keep is what the entry says. Nothing is sealed where it is not.
    // What once fitted its entry does so for ever: roster and commit of an entry do not change.
    bool fits(const EntryRef& entry, const CommitFact& commit, const std::function<Seats()>& roster) const;
    std::optional<Occupants> occupants(const EpochName& epoch) const;
    std::optional<crypto::Key> key(const EpochName& epoch) const;  // the id is CommitFact::key
    // Turns among the conveners' leaves, by a hash that nobody chooses: 0 acts at once, others later.
    std::size_t place(const EpochName& epoch, const std::set<MemberId>& conveners) const;
    // Of an own commit, while its epoch is kept: to be sent again.
    std::optional<Seated> seated(const EpochName& epoch) const;
    // For a device that is to enter from outside. Holds no secret; costs the whole tree.
    Result<Bytes> group_info(const EpochName& epoch) const;

    // A key package for whoever commits next. It stays usable for a while also after it was used: commits
    // race, and each of them that took it up must be able to bring us in.
    Bytes offer(const crypto::SigningKey& device_key, Time now, RandomSource& random);
    // When our leaf got its keys: at its seating, or by an own commit. None: we have no leaf that we know of.
    // `borrowed`: by a package that we published for all channels, so that it is to be renewed soon.
    struct OwnLeaf {
        Time since;
        bool borrowed = false;
        bool operator==(const OwnLeaf&) const = default;
    };
    const std::optional<OwnLeaf>& own_leaf() const { return own_leaf_; }
    std::optional<Time> newest_offer() const { return offers_.newest(); }
    // Our leaf was to get new keys, and has not: an own commit that brings them is as good.
    bool renewal_open() const { return own_leaf_ && newest_offer() && *newest_offer() >= own_leaf_->since; }

    // Of contents, where history begins with joining: those of every epoch that was entered, for longer than
    // its state is kept.
    MessageKeys& messages() { return messages_; }
    const MessageKeys& messages() const { return messages_; }

    // ---- Keeping

    // Lets go of what is too old or too much, but for `in_use`. Message keys not: they have their own time.
    void prune(const std::set<EpochName>& in_use, Time now);
    // Of an own commit that will not be published.
    void forget(const CommitEntry& commit);

    const ChannelId& channel() const { return channel_; }
    const Seat& own() const { return own_; }
    std::size_t size() const { return kept_.size(); }

    // What is no secret, and apart from it one secret for each state, pending commit and key package, named.
    // What is loaded goes on as what was saved. A record that is missing makes it malformed.
    Bytes encode() const;
    std::set<Bytes> secret_names() const;
    // But for those whose names are given: a secret of one name does not change. Message keys are stored by
    // themselves: MessageKeys::take_changes().
    std::vector<NamedSecret> secrets(const std::set<Bytes>& without = {}) const;
    static Result<GroupKeys> load(BytesView bytes, const std::vector<NamedSecret>& secrets,
                                  MessageKeys messages);

  private:
    struct Kept {
        mls::Group group;
        Time since;
        std::optional<Bytes> welcome;
        mutable std::optional<EntryRef> fits{};  // the entry whose word the state was held to
    };
    struct Pending {
        EpochName to;
        mls::Group group;
        std::optional<Bytes> welcome;
    };

    bool wants_path(const Wanted& wanted, const mls::Group& group) const;
    void renewed(Time now, bool borrowed);
    void keep(const EpochName& name, Kept kept);
    Result<Made> make_pending(CommitEntry entry, mls::Group group, std::optional<Seated> seated);
    struct Processed {
        mls::Group next;
        Bytes tree;  // if it takes our leaf
    };
    Result<Processed> process(const CommitEntry& commit, const Seat& author, const mls::Group& parent) const;
    Result<void> check(const CommitFact& commit, const mls::Group& group, const Seat& author,
                       const Seats& roster) const;
    Result<mls::Group> join_by(const mls::OwnKeyPackage& package, const Seated& seated) const;
    Result<Followed> take_another_leaf(const CommitEntry& commit, const Seat& author, const Seats& roster,
                                       Bytes tree, Time now);
    std::optional<mls::LeafIndex> leaf_of(const mls::Group& group, const Seat& seat) const;
    Occupants occupants_in(const mls::Group& group) const;
    bool sit_there(const Seats& roster, const mls::Group& group) const;
    crypto::Key key_of(const mls::Group& group) const;
    void refuse(const Hash& commit);

    ChannelId channel_;
    Seat own_;
    std::map<EpochName, Kept> kept_;
    std::set<EpochName> in_use_;       // when last asked; not stored
    std::map<Hash, Pending> pending_;  // by the hash of the entry
    OwnPackages offers_;
    std::optional<OwnLeaf> own_leaf_;
    MessageKeys messages_;
    std::vector<Hash> refused_;  // oldest first
    LeafReader leaves_;
};

// An epoch's name, as its state gives it.
EpochName name_of(std::uint64_t number, const mls::Group& group);

}  // namespace liaise::channel
