#include "protocol/mls/secret_tree.h"

#include <algorithm>

namespace liaise::mls {

// Where one sender's one ratchet stands: the secret of the next generation, and the keys of skipped ones.
struct SecretTree::Ratchet {
    std::uint64_t generation = 0;  // next to be derived; one past 32 bits when all are used
    SecretBytes secret;
    std::vector<std::shared_ptr<const MessageKey>> skipped;  // by generation, shared with earlier states

    // Derives the key of the current generation and moves on.
    MessageKey step(const CipherSuite& suite) {
        MessageKey key{static_cast<std::uint32_t>(generation), SecretBytes(suite.aead_key_bytes()),
                       SecretBytes(suite.aead_nonce_bytes())};
        SecretBytes next(suite.hash_bytes());
        suite.derive_tree_secret(secret.view(), "nonce", key.generation, key.nonce.mutable_view());
        suite.derive_tree_secret(secret.view(), "key", key.generation, key.key.mutable_view());
        suite.derive_tree_secret(secret.view(), "secret", key.generation, next.mutable_view());
        secret = std::move(next);
        ++generation;
        return key;
    }

    Result<MessageKey> take(const CipherSuite& suite, std::uint32_t wanted, const SecretTreeLimits& limits) {
        if (wanted < generation) return take_skipped(wanted);
        if (wanted - generation > limits.forward_distance_max)
            return broken(Rule::generation_too_far, wanted);
        while (generation < wanted) {
            const bool kept = wanted - generation <= limits.out_of_order_max;
            MessageKey key = step(suite);
            if (kept) skipped.push_back(std::make_shared<const MessageKey>(std::move(key)));
        }
        if (skipped.size() > limits.out_of_order_max)
            skipped.erase(skipped.begin(),
                          skipped.end() - static_cast<std::ptrdiff_t>(limits.out_of_order_max));
        return step(suite);
    }

    Result<MessageKey> take_skipped(std::uint32_t wanted) {
        const auto found = std::lower_bound(
            skipped.begin(), skipped.end(), wanted,
            [](const auto& key, std::uint32_t generation_of) { return key->generation < generation_of; });
        if (found == skipped.end() || (*found)->generation != wanted)
            return broken(Rule::generation_used, wanted);
        MessageKey key = **found;
        skipped.erase(found);
        return key;
    }
};

// One of: a secret from which nothing was derived yet; two children; a leaf's two ratchets.
struct SecretTree::Node {
    SecretBytes secret;
    SharedNode left;
    SharedNode right;
    std::array<std::shared_ptr<const Ratchet>, 2> ratchets;
};

SecretTree::SecretTree(SecretBytes encryption_secret, TreeSize size) : size_(size) {
    auto root = std::make_shared<Node>();
    root->secret = std::move(encryption_secret);
    root_ = std::move(root);
}

SecretTree::Ratchet SecretTree::first_ratchet(const CipherSuite& suite, const SecretBytes& secret,
                                              std::string_view label) {
    Ratchet ratchet;
    ratchet.secret = suite.derive_secret(secret.view(), label);
    return ratchet;
}

// What a node with a secret becomes when something below it is needed; its own secret is gone.
SecretTree::SharedNode SecretTree::opened(const CipherSuite& suite, const Node& node, NodeIndex at) {
    auto next = std::make_shared<Node>();
    if (at.is_leaf()) {
        next->ratchets[0] = std::make_shared<const Ratchet>(first_ratchet(suite, node.secret, "handshake"));
        next->ratchets[1] = std::make_shared<const Ratchet>(first_ratchet(suite, node.secret, "application"));
        return next;
    }
    const auto child = [&](std::string_view side) {
        auto made = std::make_shared<Node>();
        made->secret =
            suite.expand_with_label(node.secret.view(), "tree", bytes_of(side), suite.hash_bytes());
        return made;
    };
    next->left = child("left");
    next->right = child("right");
    return next;
}

template <class Step>
Result<SecretTree::SharedNode> SecretTree::changed(const CipherSuite& suite, const SharedNode& node,
                                                   NodeIndex at, LeafIndex leaf, Step&& step) {
    const SharedNode open = node->secret.empty() ? node : opened(suite, *node, at);
    auto next = std::make_shared<Node>(*open);
    if (at.is_leaf()) {
        LIAISE_TRY(step(*next));
        return SharedNode(std::move(next));
    }
    const NodeIndex left = *left_of(at);
    if (left.covers(leaf)) {
        next->left = LIAISE_TRY(changed(suite, open->left, left, leaf, step));
    } else {
        next->right = LIAISE_TRY(changed(suite, open->right, *right_of(at), leaf, step));
    }
    return SharedNode(std::move(next));
}

template <class Step>
Result<SecretTree::Taken> SecretTree::take_by(const CipherSuite& suite, LeafIndex leaf, RatchetType type,
                                              Step&& step) const {
    if (!root_ || !size_.has(leaf)) return broken(Rule::sender_unknown, leaf.value);
    Taken taken;
    taken.next.size_ = size_;
    taken.next.root_ = LIAISE_TRY(changed(suite, root_, size_.root(), leaf, [&](Node& node) -> Result<void> {
        auto& slot = node.ratchets[static_cast<std::size_t>(type)];
        auto ratchet = std::make_shared<Ratchet>(*slot);
        taken.key = LIAISE_TRY(step(*ratchet));
        slot = std::move(ratchet);
        return {};
    }));
    return taken;
}

Result<SecretTree::Taken> SecretTree::take(const CipherSuite& suite, LeafIndex leaf, RatchetType type,
                                           std::uint32_t generation, const SecretTreeLimits& limits) const {
    return take_by(suite, leaf, type,
                   [&](Ratchet& ratchet) { return ratchet.take(suite, generation, limits); });
}

Result<SecretTree::Taken> SecretTree::take_next(const CipherSuite& suite, LeafIndex leaf,
                                                RatchetType type) const {
    return take_by(suite, leaf, type, [&](Ratchet& ratchet) -> Result<MessageKey> {
        if (ratchet.generation > UINT32_MAX) return broken(Rule::generation_last);
        return ratchet.step(suite);
    });
}

std::size_t SecretTree::count(const Node* node) {
    if (node == nullptr) return 0;
    std::size_t held = node->secret.empty() ? 0 : 1;
    for (const auto& ratchet : node->ratchets)
        if (ratchet) held += 1 + 2 * ratchet->skipped.size();
    return held + count(node->left.get()) + count(node->right.get());
}

std::size_t SecretTree::secrets_held() const {
    return count(root_.get());
}

// Stored form: a node is a tag (0 none, 1 a secret, 2 two children, 3 two ratchets), then that.
void SecretTree::encode_node(Encoder& out, const Node* node) {
    if (node == nullptr) {
        out.u8(0);
    } else if (!node->secret.empty()) {
        out.u8(1).opaque(node->secret.view());
    } else if (node->left) {
        out.u8(2);
        encode_node(out, node->left.get());
        encode_node(out, node->right.get());
    } else {
        out.u8(3);
        for (const auto& ratchet : node->ratchets) {
            out.u64(ratchet->generation).opaque(ratchet->secret.view());
            out.u32(static_cast<std::uint32_t>(ratchet->skipped.size()));
            for (const auto& key : ratchet->skipped)
                out.u32(key->generation).opaque(key->key.view()).opaque(key->nonce.view());
        }
    }
}

Result<SecretTree::SharedNode> SecretTree::decode_node(Decoder& in, NodeIndex at) {
    const std::uint8_t tag = LIAISE_TRY(in.u8());
    auto node = std::make_shared<Node>();
    if (tag == 1) {
        node->secret = SecretBytes::copy_of(LIAISE_TRY(in.opaque()));
        if (node->secret.empty()) return broken(Rule::state_malformed, in.position());
    } else if (tag == 2 && !at.is_leaf()) {
        node->left = LIAISE_TRY(decode_node(in, *left_of(at)));
        node->right = LIAISE_TRY(decode_node(in, *right_of(at)));
    } else if (tag == 3 && at.is_leaf()) {
        for (auto& slot : node->ratchets) {
            Ratchet ratchet;
            ratchet.generation = LIAISE_TRY(in.u64());
            ratchet.secret = SecretBytes::copy_of(LIAISE_TRY(in.opaque()));
            const std::uint32_t skipped = LIAISE_TRY(in.u32());
            for (std::uint32_t i = 0; i < skipped; ++i) {
                MessageKey key;
                key.generation = LIAISE_TRY(in.u32());
                key.key = SecretBytes::copy_of(LIAISE_TRY(in.opaque()));
                key.nonce = SecretBytes::copy_of(LIAISE_TRY(in.opaque()));
                ratchet.skipped.push_back(std::make_shared<const MessageKey>(std::move(key)));
            }
            slot = std::make_shared<const Ratchet>(std::move(ratchet));
        }
    } else {
        return broken(Rule::state_malformed, in.position());
    }
    return SharedNode(std::move(node));
}

void SecretTree::encode(Encoder& out) const {
    out.u32(size_.leaves).u8(root_ ? 1 : 0);
    if (root_) encode_node(out, root_.get());
}

Result<SecretTree> SecretTree::decode(Decoder& in) {
    SecretTree tree;
    tree.size_.leaves = LIAISE_TRY(in.u32());
    if (!std::has_single_bit(tree.size_.leaves) || tree.size_.leaves > limits::mls_leaves_max)
        return broken(Rule::state_malformed, in.position());
    if (LIAISE_TRY(in.presence())) tree.root_ = LIAISE_TRY(decode_node(in, tree.size_.root()));
    return tree;
}

// What two trees share is the same in memory: one look tells that nothing below is different.
void SecretTree::compare(const Node* before, const Node* now, NodeIndex at, const Part& part) {
    if (before == now) return;
    const auto is_part = [](const Node* node) { return node != nullptr && node->left == nullptr; };
    if (is_part(now)) {
        Encoder out = Encoder::for_secrets();
        encode_node(out, now);
        part(at, std::move(out).take_secret());
    } else if (is_part(before)) {
        part(at, std::nullopt);
    }
    if (at.is_leaf()) return;
    const auto child = [](const Node* node, SharedNode Node::*side) {
        return node == nullptr ? nullptr : (node->*side).get();
    };
    compare(child(before, &Node::left), child(now, &Node::left), *left_of(at), part);
    compare(child(before, &Node::right), child(now, &Node::right), *right_of(at), part);
}

void SecretTree::changes_since(const SecretTree& before, const Part& part) const {
    const bool same_shape = before.size_ == size_;
    compare(same_shape ? before.root_.get() : nullptr, root_.get(), size_.root(), part);
}

Result<SecretTree::SharedNode> SecretTree::assembled(NodeIndex at,
                                                     const std::map<NodeIndex, SecretBytes>& parts) {
    if (const auto found = parts.find(at); found != parts.end()) {
        Decoder in(found->second.view());
        SharedNode node = LIAISE_TRY(decode_node(in, at));
        LIAISE_TRY(in.end());
        return node;
    }
    if (at.is_leaf()) return broken(Rule::state_malformed, at.value);
    auto node = std::make_shared<Node>();
    node->left = LIAISE_TRY(assembled(*left_of(at), parts));
    node->right = LIAISE_TRY(assembled(*right_of(at), parts));
    return SharedNode(std::move(node));
}

Result<SecretTree> SecretTree::assemble(TreeSize size, const std::map<NodeIndex, SecretBytes>& parts) {
    if (!std::has_single_bit(size.leaves) || size.leaves > limits::mls_leaves_max)
        return broken(Rule::state_malformed, size.leaves);
    SecretTree tree;
    tree.size_ = size;
    tree.root_ = LIAISE_TRY(assembled(size.root(), parts));
    return tree;
}

}  // namespace liaise::mls
