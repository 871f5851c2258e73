// A whole tree from outside (RFC 9420 sections 7.9.2 and 12.4.3.1).
#include <algorithm>

#include "protocol/mls/validation.h"

namespace liaise::mls {
namespace {

Result<void> check_all_keys(const RatchetTree& tree) {
    std::vector<BytesView> encryption_keys;
    std::vector<BytesView> signature_keys;
    tree.for_each_leaf([&](LeafIndex, const SharedLeaf& leaf) {
        encryption_keys.emplace_back(leaf->encryption_key);
        signature_keys.emplace_back(leaf->signature_key);
    });
    tree.for_each_parent(
        [&](NodeIndex, const ParentNode& node) { encryption_keys.emplace_back(node.encryption_key); });
    if (has_twice(sorted_keys(std::move(encryption_keys)))) return broken(Rule::encryption_key_twice);
    if (has_twice(sorted_keys(std::move(signature_keys)))) return broken(Rule::signature_key_twice);
    return {};
}

// The leaves of `unmerged` under `node`.
std::span<const std::uint32_t> below(const std::vector<std::uint32_t>& unmerged, NodeIndex node) {
    const auto first = std::lower_bound(unmerged.begin(), unmerged.end(), node.first_leaf());
    return {first, std::lower_bound(first, unmerged.end(), node.end_leaf())};
}

Result<void> check_unmerged_of(const RatchetTree& tree, NodeIndex at, const ParentNode& node) {
    const auto& unmerged = node.unmerged_leaves;
    if (std::adjacent_find(unmerged.begin(), unmerged.end(), std::greater_equal<>()) != unmerged.end())
        return broken(Rule::unmerged_leaves, at.value);
    for (const std::uint32_t index : unmerged) {
        const LeafIndex leaf{index};
        if (!at.covers(leaf) || tree.leaf(leaf) == nullptr) return broken(Rule::unmerged_leaves, at.value);
        // Listed here means listed at every node in between that is not blank.
        for (NodeIndex between = *parent_of(NodeIndex::of(leaf), tree.size()); between != at;
             between = *parent_of(between, tree.size())) {
            const ParentNode* const other = tree.parent(between);
            if (other != nullptr &&
                !std::binary_search(other->unmerged_leaves.begin(), other->unmerged_leaves.end(), index))
                return broken(Rule::unmerged_leaves, between.value);
        }
    }
    return {};
}

// The one node of `child`'s resolution that may carry the parent hash of the node above: with it taken out,
// exactly the unmerged leaves remain. Nothing when there is no such node.
std::optional<NodeIndex> chained_node(const RatchetTree& tree, NodeIndex child,
                                      std::span<const std::uint32_t> unmerged) {
    const std::vector<NodeIndex> resolution = tree.resolution(child);
    if (resolution.size() != unmerged.size() + 1) return std::nullopt;
    std::optional<NodeIndex> candidate;
    for (const NodeIndex node : resolution) {
        const bool listed =
            node.is_leaf() && std::binary_search(unmerged.begin(), unmerged.end(), node.leaf().value);
        if (listed) continue;
        if (candidate) return std::nullopt;
        candidate = node;
    }
    return candidate;
}

const Bytes* parent_hash_at(const RatchetTree& tree, NodeIndex node) {
    if (const ParentNode* const parent = tree.parent(node)) return &parent->parent_hash;
    const LeafNode* const leaf = node.is_leaf() ? tree.leaf(node.leaf()) : nullptr;
    return leaf != nullptr && leaf->leaf_node_source == LeafNodeSource::commit ? &leaf->parent_hash : nullptr;
}

bool chains_through(const CipherSuite& suite, const RatchetTree& tree, const ParentNode& node,
                    NodeIndex child, NodeIndex sibling) {
    const auto below_node = chained_node(tree, child, below(node.unmerged_leaves, child));
    const Bytes* const carried = below_node ? parent_hash_at(tree, *below_node) : nullptr;
    if (carried == nullptr) return false;
    const Digest original = tree.tree_hash_without(suite, sibling, below(node.unmerged_leaves, sibling));
    return same_bytes(parent_hash(suite, node.encryption_key, node.parent_hash, original.view()).view(),
                      *carried);
}

}  // namespace

Result<void> check_unmerged_leaves(const RatchetTree& tree) {
    Result<void> result;
    tree.for_each_parent([&](NodeIndex at, const ParentNode& node) {
        if (result) result = check_unmerged_of(tree, at, node);
    });
    return result;
}

// Each parent must be reached from exactly one node below it; that node is a leaf, or a parent for which the
// same is asked, so all chains end in leaves.
Result<void> check_parent_hashes(const CipherSuite& suite, const RatchetTree& tree) {
    Result<void> result;
    tree.for_each_parent([&](NodeIndex at, const ParentNode& node) {
        if (!result) return;
        const NodeIndex left = *left_of(at);
        const NodeIndex right = *right_of(at);
        const bool from_left = chains_through(suite, tree, node, left, right);
        const bool from_right = chains_through(suite, tree, node, right, left);
        if (from_left == from_right) result = broken(Rule::parent_hash, at.value);
    });
    return result;
}

Result<void> check_tree(const LeafRules& rules, const RatchetTree& tree, BytesView group_id) {
    LIAISE_TRY(check_unmerged_leaves(tree));
    LIAISE_TRY(check_all_keys(tree));
    Result<void> result;
    tree.for_each_parent([&](NodeIndex, const ParentNode& node) {
        if (result) result = rules.suite.check_public_key(node.encryption_key);
    });
    LIAISE_TRY(result);
    LIAISE_TRY(check_parent_hashes(rules.suite, tree));
    LIAISE_TRY(check_credential_types(tree));
    LIAISE_TRY(check_clients(rules.environment.policy, tree));
    // Signatures last: they cost the most.
    tree.for_each_leaf([&](LeafIndex index, const SharedLeaf& leaf) {
        if (result) result = check_leaf(rules, *leaf, {group_id, index});
    });
    return result;
}

}  // namespace liaise::mls
