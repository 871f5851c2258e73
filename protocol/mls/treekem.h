// TreeKEM (RFC 9420 sections 7.4 to 7.6, 7.9): fresh secrets along a committer's path, sealed to everybody
// else.
//
// The order matters, and is the same for sender and receiver:
//   1. proposals are applied to the tree;
//   2. the path's public keys, then parent hashes from the root down, then the committer's leaf go into the
//      tree (merge_path; parent hashes use the siblings' tree hashes from before the path);
//   3. the tree hash is taken, and with it the provisional GroupContext;
//   4. under that context path secrets are sealed (encrypt_path) or opened (decrypt_path).
// Leaves added by the same commit are left out of the resolutions that secrets are sealed to: they get theirs
// in the Welcome.
#pragma once

#include "protocol/mls/commit.h"
#include "protocol/mls/ratchet_tree.h"

namespace liaise::mls {

// The private keys that one member holds: its leaf's, and those of parents on its direct path that it knows.
class TreePrivateKeys {
  public:
    TreePrivateKeys() = default;
    TreePrivateKeys(LeafIndex self, SecretBytes leaf_private);

    LeafIndex self() const { return self_; }
    const SecretBytes* find(NodeIndex node) const;
    void set(NodeIndex node, SecretBytes private_key);
    // Forgets the keys of nodes that are blank in `tree`, or no longer in it.
    void keep_only(const RatchetTree& tree);
    // Every key belongs to the public key in the tree.
    Result<void> check(const CipherSuite& suite, const RatchetTree& tree) const;

    void encode(Encoder& out) const;
    static Result<TreePrivateKeys> decode(Decoder& in);

  private:
    struct Entry {
        NodeIndex node;
        SecretBytes private_key;
    };
    LeafIndex self_;
    std::vector<Entry> entries_;  // at most one for each level of the tree
};

// A parent on a leaf's path whose other child's side is not empty (section 4.1.2).
struct PathStep {
    NodeIndex node;
    NodeIndex copath_child;
};
std::vector<PathStep> filtered_direct_path(const RatchetTree& tree, LeafIndex leaf);

// Step 2 for the parents: blanks the leaf's direct path and puts `public_keys` on its filtered direct path.
// Gives the parent hash that the new leaf must carry.
Bytes merge_path(const CipherSuite& suite, RatchetTree& tree, LeafIndex leaf,
                 const std::vector<PathStep>& steps, const std::vector<BytesView>& public_keys);

// ParentHashInput of section 7.9, hashed.
Digest parent_hash(const CipherSuite& suite, BytesView encryption_key, BytesView parent_parent_hash,
                   BytesView original_sibling_tree_hash);

// The secrets along one path, from the leaf's end to the root.
struct PathSecrets {
    std::vector<PathStep> steps;
    std::vector<SecretBytes> path_secrets;  // one for each step
    std::vector<HpkeKeyPair> key_pairs;
    SecretBytes commit_secret;  // one derivation past the last path secret

    // The chain that starts with `first` at steps[0].
    static PathSecrets from(const CipherSuite& suite, std::vector<PathStep> steps, SecretBytes first);
};

// A committer's new path, before its secrets are sealed.
struct FreshPath {
    PathSecrets secrets;
    HpkeKeyPair leaf_key;
};
// Draws the secrets of a path for `leaf`, puts keys, parent hashes and `leaf_node` (signed here, source
// commit) into the tree.
FreshPath make_path(const CipherSuite& suite, RatchetTree& tree, LeafNode leaf_node, const LeafPlace& place,
                    const Signer& signer, RandomSource& random);
// `context` is the provisional GroupContext, encoded; `added` (increasing) are this commit's new leaves.
Result<UpdatePath> encrypt_path(const CipherSuite& suite, const RatchetTree& tree, const FreshPath& path,
                                LeafIndex leaf, BytesView context, std::span<const LeafIndex> added,
                                RandomSource& random);

// The receiver's side. `steps` is the sender's filtered direct path; the path is merged already. Gives the
// commit secret and puts the new private keys into `keys`. path_length, path_ciphertexts, decryption,
// path_public_key.
Result<SecretBytes> decrypt_path(const CipherSuite& suite, const RatchetTree& tree, const UpdatePath& path,
                                 const std::vector<PathStep>& steps, BytesView context,
                                 std::span<const LeafIndex> added, TreePrivateKeys& keys);

// Section 12.4.3.1: a new member's share of the path that added it. `signer` sent the commit.
Result<void> adopt_path_secret(const CipherSuite& suite, const RatchetTree& tree, LeafIndex signer,
                               const SecretBytes& path_secret, TreePrivateKeys& keys);

}  // namespace liaise::mls
