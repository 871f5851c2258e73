// Looking for keys that must be unique over the tree (RFC 9420 sections 7.3, 12.4.2 and 16.7).
#include <algorithm>

#include "protocol/mls/ratchet_tree.h"

namespace liaise::mls {
namespace {

bool less(BytesView a, BytesView b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
}

bool holds(const SortedKeys& keys, BytesView key) {
    return std::binary_search(keys.begin(), keys.end(), key, less);
}

bool contains(std::span<const LeafIndex> sorted, LeafIndex leaf) {
    return std::binary_search(sorted.begin(), sorted.end(), leaf);
}

}  // namespace

SortedKeys sorted_keys(std::vector<BytesView> keys) {
    std::sort(keys.begin(), keys.end(), less);
    return keys;
}

bool has_twice(const SortedKeys& keys) {
    return std::adjacent_find(keys.begin(), keys.end(), same_bytes) != keys.end();
}

bool RatchetTree::has_encryption_key(const SortedKeys& keys, std::span<const LeafIndex> except) const {
    bool found = false;
    for_each_leaf([&](LeafIndex index, const SharedLeaf& leaf) {
        found = found || (holds(keys, leaf->encryption_key) && !contains(except, index));
    });
    for_each_parent([&](NodeIndex, const ParentNode& node) {  //
        found = found || holds(keys, node.encryption_key);
    });
    return found;
}

bool RatchetTree::has_signature_key(const SortedKeys& keys, std::span<const LeafIndex> except) const {
    bool found = false;
    for_each_leaf([&](LeafIndex index, const SharedLeaf& leaf) {
        found = found || (holds(keys, leaf->signature_key) && !contains(except, index));
    });
    return found;
}

void RatchetTree::take_census() {
    TreeCensus census;
    for_each_leaf([&](LeafIndex, const SharedLeaf& leaf) { census.note_leaf(*leaf); });
    for_each_parent([&](NodeIndex, const ParentNode& node) { census.note_parent(node.encryption_key); });
    census.settle();
    census_ = std::move(census);
}

void RatchetTree::keep_census() {
    constexpr std::size_t few = 32;
    if (census_.noted() > few + size_.nodes() / 8) take_census();
}

}  // namespace liaise::mls
