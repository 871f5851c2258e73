#include "protocol/mls/treekem.h"

#include <algorithm>

namespace liaise::mls {
namespace {

constexpr std::string_view path_label = "UpdatePathNode";

HpkeKeyPair key_pair_of(const CipherSuite& suite, const SecretBytes& path_secret) {
    return suite.derive_key_pair(suite.derive_secret(path_secret.view(), "node").view());
}

}  // namespace

TreePrivateKeys::TreePrivateKeys(LeafIndex self, SecretBytes leaf_private) : self_(self) {
    set(NodeIndex::of(self), std::move(leaf_private));
}

const SecretBytes* TreePrivateKeys::find(NodeIndex node) const {
    for (const Entry& entry : entries_)
        if (entry.node == node) return &entry.private_key;
    return nullptr;
}

void TreePrivateKeys::set(NodeIndex node, SecretBytes private_key) {
    for (Entry& entry : entries_) {
        if (entry.node != node) continue;
        entry.private_key = std::move(private_key);
        return;
    }
    entries_.push_back({node, std::move(private_key)});
}

void TreePrivateKeys::keep_only(const RatchetTree& tree) {
    std::erase_if(entries_, [&](const Entry& entry) {
        if (entry.node.value >= tree.size().nodes()) return true;
        return !entry.node.is_leaf() && tree.parent(entry.node) == nullptr;
    });
}

Result<void> TreePrivateKeys::check(const CipherSuite& suite, const RatchetTree& tree) const {
    for (const Entry& entry : entries_)
        LIAISE_TRY(suite.check_key_pair(entry.private_key, tree.encryption_key(entry.node)));
    return {};
}

void TreePrivateKeys::encode(Encoder& out) const {
    out.u32(self_.value).u8(static_cast<std::uint8_t>(entries_.size()));
    for (const Entry& entry : entries_) out.u32(entry.node.value).opaque(entry.private_key.view());
}

Result<TreePrivateKeys> TreePrivateKeys::decode(Decoder& in) {
    TreePrivateKeys keys;
    keys.self_.value = LIAISE_TRY(in.u32());
    const std::uint8_t count = LIAISE_TRY(in.u8());
    for (unsigned i = 0; i < count; ++i) {
        const NodeIndex node{LIAISE_TRY(in.u32())};
        keys.entries_.push_back({node, SecretBytes::copy_of(LIAISE_TRY(in.opaque()))});
    }
    return keys;
}

std::vector<PathStep> filtered_direct_path(const RatchetTree& tree, LeafIndex leaf) {
    std::vector<PathStep> steps;
    NodeIndex below = NodeIndex::of(leaf);
    for (const NodeIndex node : direct_path(leaf, tree.size())) {
        const NodeIndex copath_child = *sibling_of(below, tree.size());
        if (tree.has_members_below(copath_child)) steps.push_back({node, copath_child});
        below = node;
    }
    return steps;
}

Digest parent_hash(const CipherSuite& suite, BytesView encryption_key, BytesView parent_parent_hash,
                   BytesView original_sibling_tree_hash) {
    return suite.hash({LengthHeader(encryption_key.size()).view(), encryption_key,
                       LengthHeader(parent_parent_hash.size()).view(), parent_parent_hash,
                       LengthHeader(original_sibling_tree_hash.size()).view(), original_sibling_tree_hash});
}

Bytes merge_path(const CipherSuite& suite, RatchetTree& tree, LeafIndex leaf,
                 const std::vector<PathStep>& steps, const std::vector<BytesView>& public_keys) {
    LIAISE_CHECK(steps.size() == public_keys.size());
    tree.blank_direct_path(leaf);
    // From the root down: each hash covers the one above. The siblings do not lie on the path, so their tree
    // hashes are still those from before it.
    Bytes above;
    for (std::size_t i = steps.size(); i-- > 0;) {
        const Digest& sibling = tree.tree_hash(suite, steps[i].copath_child);
        const Digest hash = parent_hash(suite, public_keys[i], above, sibling.view());
        tree.set_parent(steps[i].node, {to_bytes(public_keys[i]), std::move(above), {}});
        above = to_bytes(hash.view());
    }
    return above;
}

PathSecrets PathSecrets::from(const CipherSuite& suite, std::vector<PathStep> steps, SecretBytes first) {
    PathSecrets out;
    out.steps = std::move(steps);
    SecretBytes secret = std::move(first);
    for (std::size_t i = 0; i < out.steps.size(); ++i) {
        out.key_pairs.push_back(key_pair_of(suite, secret));
        SecretBytes next = suite.derive_secret(secret.view(), "path");
        out.path_secrets.push_back(std::move(secret));
        secret = std::move(next);
    }
    out.commit_secret = std::move(secret);
    return out;
}

FreshPath make_path(const CipherSuite& suite, RatchetTree& tree, LeafNode leaf_node, const LeafPlace& place,
                    const Signer& signer, RandomSource& random) {
    const auto draw = [&] {
        SecretBytes secret(suite.hash_bytes());
        random.fill(secret.mutable_view());
        return secret;
    };
    FreshPath path;
    path.leaf_key = suite.derive_key_pair(draw().view());
    path.secrets = PathSecrets::from(suite, filtered_direct_path(tree, place.leaf_index), draw());
    std::vector<BytesView> public_keys;
    for (const HpkeKeyPair& pair : path.secrets.key_pairs) public_keys.emplace_back(pair.public_key);
    leaf_node.parent_hash = merge_path(suite, tree, place.leaf_index, path.secrets.steps, public_keys);
    leaf_node.leaf_node_source = LeafNodeSource::commit;
    leaf_node.encryption_key = path.leaf_key.public_key;
    leaf_node.sign(suite, signer, place);
    tree.replace(place.leaf_index, std::move(leaf_node));
    return path;
}

Result<UpdatePath> encrypt_path(const CipherSuite& suite, const RatchetTree& tree, const FreshPath& path,
                                LeafIndex leaf, BytesView context, std::span<const LeafIndex> added,
                                RandomSource& random) {
    const LabeledHpke hpke(suite, path_label, context);
    UpdatePath out;
    out.leaf_node = *tree.leaf(leaf);
    for (std::size_t i = 0; i < path.secrets.steps.size(); ++i) {
        UpdatePathNode node;
        node.encryption_key = path.secrets.key_pairs[i].public_key;
        for (const NodeIndex to : tree.resolution(path.secrets.steps[i].copath_child, added))
            node.encrypted_path_secret.push_back(
                LIAISE_TRY(hpke.seal(tree.encryption_key(to), path.secrets.path_secrets[i].view(), random)));
        out.nodes.push_back(std::move(node));
    }
    return out;
}

namespace {

// The step under whose copath child we are; there is always one, the root's at the latest.
std::size_t step_above(const std::vector<PathStep>& steps, LeafIndex self) {
    for (std::size_t i = 0; i < steps.size(); ++i)
        if (steps[i].copath_child.covers(self)) return i;
    return steps.size();
}

}  // namespace

Result<SecretBytes> decrypt_path(const CipherSuite& suite, const RatchetTree& tree, const UpdatePath& path,
                                 const std::vector<PathStep>& steps, BytesView context,
                                 std::span<const LeafIndex> added, TreePrivateKeys& keys) {
    if (path.nodes.size() != steps.size()) return broken(Rule::path_length, path.nodes.size());
    const std::size_t ours = step_above(steps, keys.self());
    SecretBytes secret;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto& sealed = path.nodes[i].encrypted_path_secret;
        const std::vector<NodeIndex> resolution = tree.resolution(steps[i].copath_child, added);
        if (sealed.size() != resolution.size()) return broken(Rule::path_ciphertexts, i);
        if (i != ours) continue;
        // The one whose private key we hold: an unmerged leaf holds its own leaf's and none above.
        for (std::size_t j = 0; j < resolution.size(); ++j) {
            const SecretBytes* const key = keys.find(resolution[j]);
            if (key == nullptr) continue;
            secret = LIAISE_TRY(LabeledHpke(suite, path_label, context)
                                    .open(sealed[j], *key, tree.encryption_key(resolution[j])));
            break;
        }
    }
    if (secret.size() != suite.hash_bytes()) return broken(Rule::decryption, ours);
    for (std::size_t i = ours; i < steps.size(); ++i) {
        HpkeKeyPair pair = key_pair_of(suite, secret);
        if (pair.public_key != path.nodes[i].encryption_key) return broken(Rule::path_public_key, i);
        keys.set(steps[i].node, std::move(pair.private_key));
        secret = suite.derive_secret(secret.view(), "path");
    }
    return secret;
}

Result<void> adopt_path_secret(const CipherSuite& suite, const RatchetTree& tree, LeafIndex signer,
                               const SecretBytes& path_secret, TreePrivateKeys& keys) {
    if (signer == keys.self() || path_secret.size() != suite.hash_bytes())
        return broken(Rule::welcome_path_secret);
    const NodeIndex first = common_ancestor(keys.self(), signer);
    if (tree.parent(first) == nullptr) return broken(Rule::welcome_path_secret, first.value);
    SecretBytes secret = path_secret;
    for (const NodeIndex node : direct_path(keys.self(), tree.size())) {
        // Above the first one, blank nodes are those that the signer's filtered path left out.
        const ParentNode* const parent = tree.parent(node);
        if (node.level() < first.level() || parent == nullptr) continue;
        HpkeKeyPair pair = key_pair_of(suite, secret);
        if (pair.public_key != parent->encryption_key) return broken(Rule::welcome_path_secret, node.value);
        keys.set(node, std::move(pair.private_key));
        secret = suite.derive_secret(secret.view(), "path");
    }
    return {};
}

}  // namespace liaise::mls
