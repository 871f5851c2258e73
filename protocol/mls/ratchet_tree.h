// The ratchet tree (RFC 9420 sections 4 and 7): members at the leaves, shared keys at the parents.
//
// - A value that shares: copies have their nodes in common, and a change copies only the nodes on its path.
//   An epoch's tree costs O(log n) beside the tree before it, however large the group is.
// - Each node keeps its tree hash once it is computed; a change forgets the hashes above it and no others. So
//   a commit costs O(log n) hashes, and all siblings' hashes are at hand for parent hashes.
// - Changes keep the tree's shape: full, a power of two of leaves, cut when its right half is empty.
// - What stands in a decoded tree is checked by validation.h, not here; here it is only well-formed.
#pragma once

#include <memory>
#include <span>

#include "protocol/mls/tree_census.h"

namespace liaise::mls {

struct ParentNode {
    Bytes encryption_key;
    Bytes parent_hash;
    std::vector<std::uint32_t> unmerged_leaves;  // leaf indexes, increasing

    void encode(Encoder& out) const;
    static Result<ParentNode> decode(Decoder& in);
    friend bool operator==(const ParentNode&, const ParentNode&) = default;
};

// Owned together by all trees that have this leaf; it never changes.
using SharedLeaf = std::shared_ptr<const LeafNode>;

// Keys to look for in a tree, sorted; views borrow.
using SortedKeys = std::vector<BytesView>;
SortedKeys sorted_keys(std::vector<BytesView> keys);
bool has_twice(const SortedKeys& keys);

class RatchetTree {
  public:
    RatchetTree();  // one blank leaf
    explicit RatchetTree(LeafNode founder);

    TreeSize size() const { return size_; }
    std::uint32_t member_count() const;
    const LeafNode* leaf(LeafIndex leaf) const;  // nothing when blank or outside the tree
    SharedLeaf shared_leaf(LeafIndex leaf) const;
    const ParentNode* parent(NodeIndex node) const;  // nothing when blank or a leaf
    BytesView encryption_key(NodeIndex node) const;  // of a node that is not blank
    bool has_members_below(NodeIndex node) const;

    // Puts a member on the leftmost blank leaf, growing the tree when there is none (section 12.1.1).
    Result<LeafIndex> add(LeafNode leaf);
    LeafIndex next_free_leaf() const;             // where add would put it
    void replace(LeafIndex leaf, LeafNode with);  // the leaf alone
    void remove(LeafIndex leaf);
    void blank_direct_path(LeafIndex leaf);
    void set_parent(NodeIndex node, ParentNode parent);
    void truncate();  // after the last removal of a commit (section 7.7)

    // Section 4.1.1, in the order of the RFC, without the leaves in `except` (increasing).
    std::vector<NodeIndex> resolution(NodeIndex node, std::span<const LeafIndex> except = {}) const;

    // Section 7.8. Computes what is not cached; afterwards reading is free, and safe from several threads.
    const Digest& tree_hash(const CipherSuite& suite) const { return tree_hash(suite, size_.root()); }
    const Digest& tree_hash(const CipherSuite& suite, NodeIndex node) const;
    // The hash of a subtree with some leaves (increasing) blank and unlisted: section 7.9's "original" one.
    Digest tree_hash_without(const CipherSuite& suite, NodeIndex node,
                             std::span<const std::uint32_t> leaves) const;

    // Calls visit(LeafIndex, const SharedLeaf&) for each member, and visit(NodeIndex, const ParentNode&) for
    // each parent that is not blank.
    template <class Visit>
    void for_each_leaf(Visit&& visit) const {
        walk_leaves(*root_, size_.root(), visit);
    }
    template <class Visit>
    void for_each_parent(Visit&& visit) const {
        walk_parents(*root_, size_.root(), visit);
    }

    // What is known of all members together without asking them.
    const TreeCensus& census() const { return census_; }
    // Whether a leaf outside `except` (increasing), or any parent, has one of the keys: a pass over the tree.
    bool has_encryption_key(const SortedKeys& keys, std::span<const LeafIndex> except) const;
    bool has_signature_key(const SortedKeys& keys, std::span<const LeafIndex> except) const;

    // The ratchet_tree extension (section 12.4.3.3).
    void encode(Encoder& out) const;
    static Result<RatchetTree> decode(Decoder& in);
    // Same nodes at the same places.
    friend bool operator==(const RatchetTree& a, const RatchetTree& b) {
        return a.size_ == b.size_ && encoded(a) == encoded(b);
    }

  private:
    struct Node;
    using Slot = std::shared_ptr<Node>;
    struct Node {
        Slot left;  // both or, in a leaf, neither
        Slot right;
        SharedLeaf leaf;
        std::shared_ptr<ParentNode> parent;  // copied before a change when other nodes have it too
        std::uint32_t members = 0;           // leaves below that are not blank
        bool hashed = false;
        Digest hash;
    };
    struct WireNode;

    static Slot blank_subtree(std::uint32_t leaves);
    static Node& writable(Slot& slot);
    static ParentNode& writable_parent(Node& node);
    const Node& at(NodeIndex node) const;
    // Makes the nodes from the root to `target` our own, forgets their hashes and shows each to `visit`.
    template <class Visit>
    void edit(NodeIndex target, Visit&& visit);
    template <class Visit>
    static void edit_below(Slot& slot, NodeIndex at, NodeIndex target, Visit& visit);
    void set_leaf(LeafIndex leaf, SharedLeaf with);
    void collect(const Node& node, NodeIndex at, std::span<const LeafIndex> except,
                 std::vector<NodeIndex>& into) const;
    static const Digest& hash_of(const CipherSuite& suite, Node& node, NodeIndex at);
    static Digest hash_without(const CipherSuite& suite, const Node& node, NodeIndex at,
                               std::span<const std::uint32_t> leaves);
    static Slot build(std::vector<WireNode>& nodes, NodeIndex at, bool& shaped);
    static void in_order(const Node& node, std::vector<const Node*>& into);

    template <class Visit>
    static void walk_leaves(const Node& node, NodeIndex at, Visit& visit) {
        if (node.members == 0) return;
        if (node.leaf) return visit(at.leaf(), node.leaf);
        walk_leaves(*node.left, *left_of(at), visit);
        walk_leaves(*node.right, *right_of(at), visit);
    }
    template <class Visit>
    static void walk_parents(const Node& node, NodeIndex at, Visit& visit) {
        if (at.is_leaf()) return;
        if (node.parent) visit(at, static_cast<const ParentNode&>(*node.parent));
        walk_parents(*node.left, *left_of(at), visit);
        walk_parents(*node.right, *right_of(at), visit);
    }

    void take_census();
    void keep_census();  // takes a new one when much has changed

    TreeSize size_;
    Slot root_;
    TreeCensus census_;
};

}  // namespace liaise::mls
