#include "protocol/mls/ratchet_tree.h"

#include <algorithm>

namespace liaise::mls {

RatchetTree::RatchetTree() : root_(std::make_shared<Node>()) {}

RatchetTree::RatchetTree(LeafNode founder) : RatchetTree() {
    set_leaf({0}, std::make_shared<const LeafNode>(std::move(founder)));
}

RatchetTree::Slot RatchetTree::blank_subtree(std::uint32_t leaves) {
    auto node = std::make_shared<Node>();
    if (leaves > 1) {
        node->left = blank_subtree(leaves / 2);
        node->right = blank_subtree(leaves / 2);
    }
    return node;
}

// Going down from the root, a node that only we hold may be changed in place; a shared one is copied first,
// which makes its children shared in turn.
RatchetTree::Node& RatchetTree::writable(Slot& slot) {
    if (slot.use_count() > 1) slot = std::make_shared<Node>(*slot);
    slot->hashed = false;
    return *slot;
}

ParentNode& RatchetTree::writable_parent(Node& node) {
    if (node.parent.use_count() > 1) node.parent = std::make_shared<ParentNode>(*node.parent);
    return *node.parent;
}

const RatchetTree::Node& RatchetTree::at(NodeIndex target) const {
    LIAISE_CHECK(target.value < size_.nodes());
    const Node* node = root_.get();
    for (NodeIndex here = size_.root(); here != target;) {
        const bool go_left = target < here;
        node = (go_left ? node->left : node->right).get();
        here = go_left ? *left_of(here) : *right_of(here);
    }
    return *node;
}

template <class Visit>
void RatchetTree::edit_below(Slot& slot, NodeIndex here, NodeIndex target, Visit& visit) {
    Node& node = writable(slot);
    if (here != target) {
        const bool go_left = target < here;
        edit_below(go_left ? node.left : node.right, go_left ? *left_of(here) : *right_of(here), target,
                   visit);
    }
    visit(node, here);
}

template <class Visit>
void RatchetTree::edit(NodeIndex target, Visit&& visit) {
    LIAISE_CHECK(target.value < size_.nodes());
    edit_below(root_, size_.root(), target, visit);
}

std::uint32_t RatchetTree::member_count() const {
    return root_->members;
}

const LeafNode* RatchetTree::leaf(LeafIndex leaf) const {
    return size_.has(leaf) ? at(NodeIndex::of(leaf)).leaf.get() : nullptr;
}

SharedLeaf RatchetTree::shared_leaf(LeafIndex leaf) const {
    return size_.has(leaf) ? at(NodeIndex::of(leaf)).leaf : nullptr;
}

const ParentNode* RatchetTree::parent(NodeIndex node) const {
    return at(node).parent.get();
}

BytesView RatchetTree::encryption_key(NodeIndex node) const {
    const Node& found = at(node);
    LIAISE_CHECK(found.leaf || found.parent);
    return found.leaf ? found.leaf->encryption_key : found.parent->encryption_key;
}

bool RatchetTree::has_members_below(NodeIndex node) const {
    return at(node).members > 0;
}

void RatchetTree::set_leaf(LeafIndex leaf, SharedLeaf with) {
    if (with) census_.note_leaf(*with);
    edit(NodeIndex::of(leaf), [&](Node& node, NodeIndex here) {
        if (here.is_leaf()) {
            node.members = with ? 1 : 0;
            node.leaf = std::exchange(with, nullptr);
        } else {
            node.members = node.left->members + node.right->members;
        }
    });
    keep_census();
}

LeafIndex RatchetTree::next_free_leaf() const {
    if (root_->members == size_.leaves) return {size_.leaves};
    const Node* node = root_.get();
    NodeIndex here = size_.root();
    while (!here.is_leaf()) {
        const NodeIndex left = *left_of(here);
        const bool go_left = node->left->members < left.end_leaf() - left.first_leaf();
        node = (go_left ? node->left : node->right).get();
        here = go_left ? left : *right_of(here);
    }
    return here.leaf();
}

Result<LeafIndex> RatchetTree::add(LeafNode leaf) {
    const LeafIndex index = next_free_leaf();
    if (!size_.has(index)) {
        if (size_.leaves >= limits::mls_leaves_max) return broken(Rule::group_too_large, size_.leaves);
        auto root = std::make_shared<Node>();
        root->members = root_->members;
        root->left = std::move(root_);
        root->right = blank_subtree(size_.leaves);
        root_ = std::move(root);
        size_.leaves *= 2;
    }
    set_leaf(index, std::make_shared<const LeafNode>(std::move(leaf)));
    edit(NodeIndex::of(index), [&](Node& node, NodeIndex) {
        if (!node.parent) return;
        auto& unmerged = writable_parent(node).unmerged_leaves;
        unmerged.insert(std::lower_bound(unmerged.begin(), unmerged.end(), index.value), index.value);
    });
    return index;
}

void RatchetTree::replace(LeafIndex leaf, LeafNode with) {
    set_leaf(leaf, std::make_shared<const LeafNode>(std::move(with)));
}

void RatchetTree::remove(LeafIndex leaf) {
    blank_direct_path(leaf);
    set_leaf(leaf, nullptr);
}

void RatchetTree::blank_direct_path(LeafIndex leaf) {
    edit(NodeIndex::of(leaf), [](Node& node, NodeIndex) { node.parent.reset(); });
}

void RatchetTree::set_parent(NodeIndex target, ParentNode parent) {
    LIAISE_CHECK(!target.is_leaf());
    census_.note_parent(parent.encryption_key);
    edit(target, [&](Node& node, NodeIndex here) {
        if (here != target) return;
        node.parent = std::make_shared<ParentNode>(std::move(parent));
    });
    keep_census();
}

void RatchetTree::truncate() {
    while (size_.leaves > 1 && root_->right->members == 0) {
        Slot left = root_->left;
        root_ = std::move(left);
        size_.leaves /= 2;
    }
}

void RatchetTree::collect(const Node& node, NodeIndex here, std::span<const LeafIndex> except,
                          std::vector<NodeIndex>& into) const {
    const auto excepted = [&](LeafIndex leaf) {
        return std::binary_search(except.begin(), except.end(), leaf);
    };
    if (node.parent) {
        into.push_back(here);
        for (const std::uint32_t leaf : node.parent->unmerged_leaves)
            if (!excepted({leaf})) into.push_back(NodeIndex::of({leaf}));
    } else if (node.leaf) {
        if (!excepted(here.leaf())) into.push_back(here);
    } else if (!here.is_leaf()) {
        collect(*node.left, *left_of(here), except, into);
        collect(*node.right, *right_of(here), except, into);
    }
}

std::vector<NodeIndex> RatchetTree::resolution(NodeIndex node, std::span<const LeafIndex> except) const {
    std::vector<NodeIndex> nodes;
    collect(at(node), node, except, nodes);
    return nodes;
}

}  // namespace liaise::mls
