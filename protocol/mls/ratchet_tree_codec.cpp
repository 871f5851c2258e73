// The ratchet tree on the wire (RFC 9420 section 12.4.3.3).
#include "protocol/mls/ratchet_tree.h"

namespace liaise::mls {

void ParentNode::encode(Encoder& out) const {
    out.opaque(encryption_key).opaque(parent_hash).numbers32(unmerged_leaves);
}

Result<ParentNode> ParentNode::decode(Decoder& in) {
    ParentNode node;
    node.encryption_key = LIAISE_TRY(in.opaque_copy());
    node.parent_hash = LIAISE_TRY(in.opaque_copy());
    node.unmerged_leaves = LIAISE_TRY(in.numbers32(limits::mls_leaves_max));
    return node;
}

// optional<Node>
struct RatchetTree::WireNode {
    SharedLeaf leaf;
    std::shared_ptr<ParentNode> parent;

    bool blank() const { return !leaf && !parent; }

    static Result<WireNode> decode(Decoder& in) {
        WireNode node;
        if (!LIAISE_TRY(in.presence())) return node;
        const std::size_t start = in.position();
        switch (LIAISE_TRY(in.u8())) {
            case 1:
                node.leaf = std::make_shared<const LeafNode>(LIAISE_TRY(LeafNode::decode(in)));
                return node;
            case 2:
                node.parent = std::make_shared<ParentNode>(LIAISE_TRY(ParentNode::decode(in)));
                return node;
            default:
                return broken(Rule::node_type_unknown, start);
        }
    }
};

void RatchetTree::in_order(const Node& node, std::vector<const Node*>& into) {
    if (node.left) in_order(*node.left, into);
    into.push_back(&node);
    if (node.right) in_order(*node.right, into);
}

void RatchetTree::encode(Encoder& out) const {
    std::vector<const Node*> nodes;
    nodes.reserve(size_.nodes());
    in_order(*root_, nodes);
    while (!nodes.empty() && !nodes.back()->leaf && !nodes.back()->parent) nodes.pop_back();
    out.vector([&] {
        for (const Node* node : nodes) {
            out.u8(node->leaf || node->parent ? 1 : 0);
            if (node->leaf) out.u8(1).value(*node->leaf);
            if (node->parent) out.u8(2).value(*node->parent);
        }
    });
}

// Takes the wire's nodes over; those beyond its end are blank.
RatchetTree::Slot RatchetTree::build(std::vector<WireNode>& nodes, NodeIndex here, bool& shaped) {
    auto node = std::make_shared<Node>();
    WireNode wire = here.value < nodes.size() ? std::move(nodes[here.value]) : WireNode{};
    node->leaf = std::move(wire.leaf);
    node->parent = std::move(wire.parent);
    if (here.is_leaf()) {
        shaped = shaped && !node->parent;
        node->members = node->leaf ? 1 : 0;
        return node;
    }
    shaped = shaped && !node->leaf;
    node->left = build(nodes, *left_of(here), shaped);
    node->right = build(nodes, *right_of(here), shaped);
    node->members = node->left->members + node->right->members;
    return node;
}

Result<RatchetTree> RatchetTree::decode(Decoder& in) {
    const std::size_t start = in.position();
    auto nodes = LIAISE_TRY(in.list<WireNode>(2 * limits::mls_leaves_max - 1));
    if (nodes.empty() || nodes.back().blank()) return broken(Rule::tree_ends_blank, start);
    RatchetTree tree;
    tree.size_ = TreeSize::for_leaves(static_cast<std::uint32_t>(nodes.size() / 2 + 1));
    bool shaped = true;
    tree.root_ = build(nodes, tree.size_.root(), shaped);
    if (!shaped) return broken(Rule::tree_shape, start);
    tree.take_census();
    return tree;
}

}  // namespace liaise::mls
