// Tree hashes (RFC 9420 section 7.8).
#include <algorithm>

#include "protocol/mls/ratchet_tree.h"

namespace liaise::mls {
namespace {

enum class NodeType : std::uint8_t { leaf = 1, parent = 2 };

Digest hash_leaf(const CipherSuite& suite, LeafIndex index, const LeafNode* leaf) {
    Encoder out(leaf ? 512 : 8);
    out.u8(static_cast<std::uint8_t>(NodeType::leaf)).u32(index.value).u8(leaf ? 1 : 0);
    if (leaf) out.value(*leaf);
    return suite.hash({out.view()});
}

Digest hash_parent(const CipherSuite& suite, const ParentNode* parent, const Digest& left,
                   const Digest& right) {
    Encoder out(256);
    out.u8(static_cast<std::uint8_t>(NodeType::parent)).u8(parent ? 1 : 0);
    if (parent) out.value(*parent);
    out.opaque(left.view()).opaque(right.view());
    return suite.hash({out.view()});
}

}  // namespace

const Digest& RatchetTree::hash_of(const CipherSuite& suite, Node& node, NodeIndex here) {
    if (node.hashed) return node.hash;
    if (here.is_leaf()) {
        node.hash = hash_leaf(suite, here.leaf(), node.leaf.get());
    } else {
        const Digest& left = hash_of(suite, *node.left, *left_of(here));
        const Digest& right = hash_of(suite, *node.right, *right_of(here));
        node.hash = hash_parent(suite, node.parent.get(), left, right);
    }
    node.hashed = true;
    return node.hash;
}

const Digest& RatchetTree::tree_hash(const CipherSuite& suite, NodeIndex target) const {
    return hash_of(suite, const_cast<Node&>(at(target)), target);
}

Digest RatchetTree::hash_without(const CipherSuite& suite, const Node& node, NodeIndex here,
                                 std::span<const std::uint32_t> leaves) {
    const auto first = std::lower_bound(leaves.begin(), leaves.end(), here.first_leaf());
    const auto last = std::lower_bound(first, leaves.end(), here.end_leaf());
    const std::span<const std::uint32_t> below(first, last);
    // Untouched subtrees have their hash already.
    if (below.empty()) return hash_of(suite, const_cast<Node&>(node), here);
    if (here.is_leaf()) return hash_leaf(suite, here.leaf(), nullptr);
    const Digest left = hash_without(suite, *node.left, *left_of(here), below);
    const Digest right = hash_without(suite, *node.right, *right_of(here), below);
    if (!node.parent) return hash_parent(suite, nullptr, left, right);
    ParentNode parent{node.parent->encryption_key, node.parent->parent_hash, {}};
    std::set_difference(node.parent->unmerged_leaves.begin(), node.parent->unmerged_leaves.end(),
                        below.begin(), below.end(), std::back_inserter(parent.unmerged_leaves));
    return hash_parent(suite, &parent, left, right);
}

Digest RatchetTree::tree_hash_without(const CipherSuite& suite, NodeIndex node,
                                      std::span<const std::uint32_t> leaves) const {
    return hash_without(suite, at(node), node, leaves);
}

}  // namespace liaise::mls
