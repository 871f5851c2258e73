// What a Group is made of. Only the group_*.cpp files include this.
#pragma once

#include "protocol/mls/group.h"
#include "protocol/mls/message_protection.h"
#include "protocol/mls/proposal_list.h"
#include "protocol/mls/transcript.h"

namespace liaise::mls {

// One epoch, and our keys in it. Never changes.
struct Group::Epoch {
    const CipherSuite* suite = nullptr;
    GroupContext context;
    Bytes context_bytes;  // encoded once: every signature covers it
    RatchetTree tree;     // hashed
    TreePrivateKeys keys;
    EpochSecrets secrets;  // encryption_secret has gone into the secret tree
    Bytes confirmation_tag;
    Bytes interim_transcript_hash;
    SecretTree secret_tree;  // as it is when the epoch begins
};

// What of an epoch that is over still opens its late messages.
struct Group::PastEpoch {
    std::uint64_t epoch = 0;
    Bytes context_bytes;
    LeafIndex self;
    SecretBytes sender_data_secret;
    // Its members: the tree of then, most of which the present one shares; in a group that was loaded, the
    // leaves alone.
    RatchetTree tree;
    std::vector<SharedLeaf> leaves;

    const LeafNode* leaf(LeafIndex index) const {
        if (leaves.empty()) return tree.leaf(index);
        return index.value < leaves.size() ? leaves[index.value].get() : nullptr;
    }
};
struct Group::Past {
    std::shared_ptr<const PastEpoch> epoch;  // shared by copies of the group
    SecretTree secret_tree;
};

struct Group::ResumptionKey {
    std::uint64_t epoch = 0;
    SecretBytes psk;
};

// A proposal that was received or sent in this epoch.
struct Group::WaitingProposal {
    ProposalRef reference;
    Proposal proposal;
    Sender sender;
    SecretBytes update_private;  // of our own Update
    SharedSigner update_signer;
};

// Where a commit of ours leads.
struct Group::PendingCommit {
    Bytes commit;
    std::shared_ptr<const Epoch> epoch;
    SharedSigner signer;
    std::shared_ptr<const ReInit> reinit;
};

// The ingredients of an epoch whose context is complete.
struct Group::NewEpoch {
    const CipherSuite& suite;
    GroupContext context;
    RatchetTree tree;
    TreePrivateKeys keys;
    EpochSecrets secrets;
    // The tag that the commit or group info carried; nothing when we are the ones to make it.
    std::optional<BytesView> confirmation_tag;
};

// From one epoch to the next, once tree and private keys are the new ones (section 12.4.2, last part).
struct Group::Step {
    const CipherSuite& suite;
    BytesView interim_transcript_hash;  // of the old epoch
    GroupContext context;               // of the new one, but for the transcript
    RatchetTree tree;
    TreePrivateKeys keys;
    SecretBytes init_secret;
    SecretBytes commit_secret;
    std::vector<PskValue> psks;
};
struct Group::Stepped {
    std::shared_ptr<const Epoch> epoch;
    SecretBytes joiner_secret;
    MemberSecret member;
};

// A commit of ours in the making.
struct Group::Draft {
    Commit commit;
    StagedChange staged;
    std::vector<PskValue> psks;
    GroupContext context;  // of the new epoch, but for the transcript
    TreePrivateKeys keys;
    SecretBytes commit_secret;
    SharedSigner signer;
    std::optional<FreshPath> path;
};

// A commit's proposals, found.
struct Group::List {
    std::vector<ListedProposal> items;
    const WaitingProposal* own_update = nullptr;
};

// A received commit, examined.
struct Group::Incoming {
    List list;
    StagedChange staged;  // with the path merged
    LeafIndex committer;
    std::vector<PathStep> steps;  // of the path
};

// The tree inside a group info, or the one given beside it.
Result<RatchetTree> tree_of_group_info(const GroupInfo& info, const std::optional<BytesView>& beside);
// A group info for a newcomer: signature, tree hash, and everything in the tree (section 12.4.3.1).
Result<void> check_group_info(const CipherSuite& suite, const GroupInfo& info, const RatchetTree& tree,
                              const Environment& environment);
// The private keys of a path that we made ourselves.
void keep_keys(TreePrivateKeys& keys, const FreshPath& path);
// `leaf` with what its owner changes about it.
LeafNode with_change(LeafNode leaf, const LeafChange& change);

}  // namespace liaise::mls
