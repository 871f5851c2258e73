// A group as one of its members sees it (RFC 9420 sections 8 to 14): a value that takes bytes and gives its
// next state.
//
// In:  MLSMessages; our own wishes; randomness and an Environment (policy, pre-shared keys, time) per call.
// Out: the next Group beside what happened or what is to be sent; or an Error that names the broken rule
//      (errors.h), and then nothing has changed, because every operation is const.
//
//              propose_*                          receive(proposal)
//                 |  \__________________________________/  |
//                 v                                         v
//     active ---------- commit ---------> active, with a commit pending
//       ^ ^                                |            |
//       | |______________ drop ____________|            | merge: the commit was accepted
//       |_________________ merge or receive(commit) ____|
//
//     active -> closed   a commit with a re-initialisation was merged or received: nothing more is sent
//     active -> removed  a received commit removes us: late messages of our epochs still open, no more
//
// - Copies are cheap: everything large is shared and never changes. Keep one Group, replace it by `next`, and
//   store `next` before sending: an old copy holds keys that should be gone.
// - A commit of ours is pending until the caller says that it was accepted (merge) or not (drop). Somebody
//   else's commit that is received meanwhile wins, and the pending one is forgotten. Our own commit cannot be
//   received (section 14): merge it.
// - Application messages of the last `past_epochs_max` epochs still open; proposals and commits are of this
//   epoch alone.
// - Order of checks on a message: who may know the group's keys (membership tag, sender data, encryption),
//   the signature, then everything else, all on copies.
// - Work is linear in the message; the group enters it by its logarithm, or, where its extensions change or
//   new keys look like old ones, by one pass over the tree. A Welcome is linear in the group.
#pragma once

#include "protocol/mls/group_events.h"
#include "protocol/mls/key_schedule.h"
#include "protocol/mls/secret_tree.h"
#include "protocol/mls/validation.h"

namespace liaise::mls {

struct ListRules;
struct ListedProposal;
struct StagedChange;

class Group {
  public:
    // ---- Beginnings

    // A group of one (section 11).
    static Result<Group> create(const CipherSuite& suite, const OwnKeyPackage& own, Bytes group_id,
                                ExtensionList extensions, const GroupOptions& options,
                                const Environment& environment, RandomSource& random);
    // By a Welcome, as MLSMessage (section 12.4.3.1). `ratchet_tree` where the Welcome has none; `origin` the
    // group that this one re-initialises or branches from, in the epoch that its resumption key names.
    static Result<Group> join(const OwnKeyPackage& own, BytesView welcome,
                              std::optional<BytesView> ratchet_tree, const Group* origin,
                              const GroupOptions& options, const Environment& environment);
    // By an external commit (section 12.4.3.2), from a GroupInfo as MLSMessage. What comes back is the group
    // as it will be when the commit is accepted.
    static Result<ExternalJoin> join_external(const ExternalJoinRequest& request, const GroupOptions& options,
                                              const Environment& environment, RandomSource& random);
    // A group that succeeds this one (sections 11.2, 11.3), with a pending first commit that adds `members`:
    // the re-initialised one after a commit with a ReInit, or a branch with some of the members.
    Result<Committed> reinitialised(const OwnKeyPackage& own, std::vector<KeyPackage> members,
                                    const GroupOptions& options, const Environment& environment,
                                    RandomSource& random) const;
    Result<Committed> branched(const OwnKeyPackage& own, Bytes group_id, std::vector<KeyPackage> members,
                               const GroupOptions& options, const Environment& environment,
                               RandomSource& random) const;

    // ---- Reading

    const CipherSuite& suite() const;
    const GroupContext& context() const;
    std::uint64_t epoch() const { return context().epoch; }
    BytesView group_id() const { return context().group_id; }
    const RatchetTree& tree() const;
    LeafIndex self() const;
    const GroupOptions& options() const { return options_; }
    const SecretBytes& epoch_authenticator() const;
    Standing standing() const { return standing_; }
    const ReInit* reinit() const { return reinit_.get(); }  // of a closed group
    bool has_pending_commit() const { return pending_ != nullptr; }
    std::size_t waiting_proposals() const { return waiting_.size(); }

    // Section 8.5.
    SecretBytes export_secret(std::string_view label, BytesView context, std::size_t bytes) const;
    // Of this epoch or a kept one (section 8.6).
    std::optional<SecretBytes> resumption_psk(std::uint64_t epoch) const;
    // For newcomers, as MLSMessage, with external_pub and, if wanted, ratchet_tree extensions.
    Bytes group_info(bool with_tree, ExtensionList extensions = {}) const;
    Bytes ratchet_tree() const;  // as the extension has it

    // ---- Message keys apart

    // For callers who make their own messages with the keys of RFC 9420 section 9 and keep them apart: the
    // secret tree, and a group that has none, and so neither sends nor opens PrivateMessages in this epoch.
    const SecretTree& secret_tree() const { return secret_tree_; }
    Group without_secret_tree() const;

    // ---- Sending

    Result<Sent> protect(BytesView data, const MessageOptions& options, RandomSource& random) const;
    Result<Sent> propose(Proposal proposal, const MessageOptions& options, const Environment& environment,
                         RandomSource& random) const;
    // An Update of our own leaf; its new private key is kept until it is committed.
    Result<Sent> propose_update(const LeafChange& change, const MessageOptions& options,
                                const Environment& environment, RandomSource& random) const;
    Result<Committed> commit(const CommitRequest& request, const Environment& environment,
                             RandomSource& random) const;
    Result<Group> merge() const;  // the pending commit was accepted
    Group drop() const;           // it was not

    // ---- Receiving

    Result<Received> receive(BytesView message, const Environment& environment) const;

    // ---- Keeping

    // All of it, secrets included, as one blob with a version; a loaded group goes on to the same bytes.
    SecretBytes save() const;
    static Result<Group> load(BytesView state);

    Group(const Group&);
    Group(Group&&) noexcept;
    Group& operator=(const Group&);
    Group& operator=(Group&&) noexcept;
    ~Group();

  private:
    struct Epoch;
    struct PastEpoch;
    struct Past;
    struct WaitingProposal;
    struct PendingCommit;
    struct ResumptionKey;
    struct NewEpoch;
    struct Step;
    struct Stepped;
    struct Draft;
    struct List;
    struct Incoming;

    Group();

    static Result<Committed> succeed(const Group& origin, const OwnKeyPackage& own, const ReInit& parameters,
                                     ResumptionPSKUsage usage, std::vector<KeyPackage> members,
                                     const GroupOptions& options, const Environment& environment,
                                     RandomSource& random);
    static Result<void> check_origin(const Group& next, const std::vector<PreSharedKeyID>& psks,
                                     const Group* origin, const Environment& environment);
    static Result<std::shared_ptr<const Epoch>> make_epoch(NewEpoch parts);
    static Result<Stepped> step(Step step, const AuthenticatedContent& commit,
                                std::optional<BytesView> confirmation_tag);
    static Group beginning(std::shared_ptr<const Epoch> epoch, SharedSigner signer,
                           const GroupOptions& options);
    Group advanced(std::shared_ptr<const Epoch> epoch) const;

    Result<void> is_active() const;
    Result<List> resolve(const std::vector<ProposalOrRef>& items, Sender committer) const;
    std::vector<const WaitingProposal*> committable(const std::vector<Proposal>& by_value) const;
    Result<StagedChange> attempt(const ListRules& rules, const std::vector<ListedProposal>& list) const;
    Result<StagedChange> choose(const CommitRequest& request, const ListRules& rules, Commit& commit) const;
    // Resumption keys of `known` are its own to give; everything else is asked for.
    static Result<std::vector<PskValue>> find_psks(const Group* known, const std::vector<PreSharedKeyID>& ids,
                                                   const Environment& environment);
    Result<Committed> commit_as(const CommitRequest& request, ResumptionPSKUsage resumption,
                                const Environment& environment, RandomSource& random) const;
    Result<Draft> draft(const CommitRequest& request, ResumptionPSKUsage resumption,
                        const Environment& environment) const;
    Result<void> add_path(Draft& draft, const LeafChange& change, const Environment& environment,
                          RandomSource& random) const;
    Result<Sent> frame(AuthenticatedContent message, const MessageOptions& options,
                       RandomSource& random) const;
    AuthenticatedContent sign(Content content, WireFormat wire_format, const MessageOptions& options) const;
    Result<Sent> send_proposal(Proposal proposal, SecretBytes update_private, SharedSigner update_signer,
                               const MessageOptions& options, const Environment& environment,
                               RandomSource& random) const;

    Result<Received> receive_public(PublicMessage message, const Environment& environment) const;
    Result<Received> receive_private(const PrivateMessage& message, const Environment& environment) const;
    Result<Bytes> signature_key_of(const FramedContent& content) const;
    Result<Received> take_in(const AuthenticatedContent& message, const Environment& environment) const;
    Result<Received> take_proposal(const AuthenticatedContent& message, const Environment& environment) const;
    Result<Received> take_commit(const AuthenticatedContent& message, const Environment& environment) const;
    Result<Incoming> examine(const AuthenticatedContent& message, const Environment& environment) const;
    Result<Group> follow(Incoming in, const AuthenticatedContent& message,
                         const Environment& environment) const;

    static void encode_epoch(Encoder& out, const Epoch& epoch);
    static Result<std::shared_ptr<const Epoch>> decode_epoch(Decoder& in);
    static void encode_past(Encoder& out, const Past& past, const RatchetTree& current);
    static Result<Past> decode_past(Decoder& in, const RatchetTree& current);
    static void encode_waiting(Encoder& out, const WaitingProposal& waiting);
    static Result<std::shared_ptr<const WaitingProposal>> decode_waiting(Decoder& in,
                                                                         const CipherSuite& suite);
    Result<void> decode_pending(Decoder& in);

    std::shared_ptr<const Epoch> epoch_;  // shared by all copies of this epoch
    SecretTree secret_tree_;
    std::vector<Past> past_;                                             // newest first
    std::shared_ptr<const std::vector<ResumptionKey>> resumption_keys_;  // newest first; shared by copies
    std::vector<std::shared_ptr<const WaitingProposal>> waiting_;        // in order of arrival; likewise
    std::shared_ptr<const PendingCommit> pending_;
    SharedSigner signer_;
    GroupOptions options_;
    Standing standing_ = Standing::active;
    std::shared_ptr<const ReInit> reinit_;
};

struct Sent {
    Group next;
    Bytes message;
};

struct Committed {
    Group next;  // with the commit pending
    Bytes commit;
    std::optional<Bytes> welcome;  // for all members added; send it after the commit was accepted
    Bytes ratchet_tree;            // of the new epoch, as newcomers need it when it is not in the Welcome
};

struct ExternalJoin {
    Group group;
    Bytes commit;
};

struct Received {
    Group next;
    std::variant<ApplicationMessage, ReceivedProposal, ReceivedCommit> event;
};

// ---- Proposals from outside a group (section 12.1.8), as MLSMessages

// From a sender that the group's external_senders extension lists at that index.
Bytes external_proposal(const CipherSuite& suite, const Signer& signer, std::uint32_t sender_index,
                        BytesView group_id, std::uint64_t epoch, Proposal proposal);
// From somebody who asks to be added.
Bytes proposal_to_join(const CipherSuite& suite, const OwnKeyPackage& own, BytesView group_id,
                       std::uint64_t epoch);

}  // namespace liaise::mls
