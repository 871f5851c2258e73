// Arithmetic on the array form of a full binary tree (RFC 9420 section 4.1 and appendix C). Leaves stand at
// the even places, each parent between its two subtrees:
//
//                    7
//            3               11
//        1       5       9       13
//      0   2   4   6   8  10  12  14        a leaf L is node 2L
//
// A tree has a power of two of leaves; a node's level is the number of one-bits at its low end. Leaves and
// nodes are different types: mixing their indexes does not compile.
#pragma once

#include <bit>
#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

namespace liaise::mls {

struct NodeIndex;

struct LeafIndex {
    std::uint32_t value = 0;
    auto operator<=>(const LeafIndex&) const = default;
};

struct NodeIndex {
    std::uint32_t value = 0;
    auto operator<=>(const NodeIndex&) const = default;

    constexpr bool is_leaf() const { return value % 2 == 0; }
    constexpr unsigned level() const { return static_cast<unsigned>(std::countr_one(value)); }
    constexpr LeafIndex leaf() const { return {value / 2}; }
    static constexpr NodeIndex of(LeafIndex leaf) { return {leaf.value * 2}; }

    // The leaves below: [first_leaf, end_leaf).
    constexpr std::uint32_t first_leaf() const { return (value + 1 - (1U << level())) / 2; }
    constexpr std::uint32_t end_leaf() const { return first_leaf() + (1U << level()); }
    constexpr bool covers(LeafIndex leaf) const {
        return leaf.value >= first_leaf() && leaf.value < end_leaf();
    }
    constexpr bool covers(NodeIndex other) const {
        return first_leaf() <= other.first_leaf() && other.end_leaf() <= end_leaf();
    }
};

// The shape of a tree with that many leaves: a power of two.
struct TreeSize {
    std::uint32_t leaves = 1;
    auto operator<=>(const TreeSize&) const = default;

    // The smallest tree with room for that many leaves (at least one).
    static constexpr TreeSize for_leaves(std::uint32_t count) { return {std::bit_ceil(count)}; }
    constexpr std::uint32_t nodes() const { return 2 * leaves - 1; }
    constexpr NodeIndex root() const { return {leaves - 1}; }
    constexpr bool has(LeafIndex leaf) const { return leaf.value < leaves; }
};

// Nothing where there is none: below a leaf, above the root, outside the tree.
constexpr std::optional<NodeIndex> left_of(NodeIndex node) {
    if (node.is_leaf()) return std::nullopt;
    return NodeIndex{node.value ^ (1U << (node.level() - 1))};
}
constexpr std::optional<NodeIndex> right_of(NodeIndex node) {
    if (node.is_leaf()) return std::nullopt;
    return NodeIndex{node.value ^ (3U << (node.level() - 1))};
}
constexpr std::optional<NodeIndex> parent_of(NodeIndex node, TreeSize size) {
    if (node == size.root() || node.value >= size.nodes()) return std::nullopt;
    const unsigned level = node.level();
    const std::uint32_t high_bit = (node.value >> (level + 1)) & 1;
    return NodeIndex{(node.value | (1U << level)) ^ (high_bit << (level + 1))};
}
constexpr std::optional<NodeIndex> sibling_of(NodeIndex node, TreeSize size) {
    const auto parent = parent_of(node, size);
    if (!parent) return std::nullopt;
    return node < *parent ? right_of(*parent) : left_of(*parent);
}

// The lowest node above both leaves (the leaf itself when they are one).
constexpr NodeIndex common_ancestor(LeafIndex a, LeafIndex b) {
    NodeIndex node = NodeIndex::of(a);
    while (!node.covers(b)) {
        const unsigned level = node.level();
        const std::uint32_t high_bit = (node.value >> (level + 1)) & 1;
        node = {(node.value | (1U << level)) ^ (high_bit << (level + 1))};
    }
    return node;
}

// From the leaf's parent to the root.
std::vector<NodeIndex> direct_path(LeafIndex leaf, TreeSize size);

}  // namespace liaise::mls
