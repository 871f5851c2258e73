// tree-operations, tree-validation, treekem.
#include "protocol/mls/validation.h"
#include "tests/support/seeded_random.h"
#include "tests/vectors/mls/kinds.h"

namespace liaise::test::mls_vectors {

using namespace liaise::mls;

void run_tree_operations(const Json& vector) {
    const CipherSuite& suite = suite_of(vector);
    auto tree = take(decoded<RatchetTree>(hex(vector, "tree_before")), "decode tree_before");
    require(encoded(tree) == hex(vector, "tree_before"), "encode tree_before");
    require(same_bytes(tree.tree_hash(suite).view(), hex(vector, "tree_hash_before")), "tree_hash_before");
    const auto proposal = take(decoded<Proposal>(hex(vector, "proposal")), "proposal");
    const LeafIndex sender{vector.at("proposal_sender").get<std::uint32_t>()};
    if (const auto* add = proposal.as<Add>()) take(tree.add(add->key_package.leaf_node), "add");
    if (const auto* update = proposal.as<Update>()) {
        tree.blank_direct_path(sender);
        tree.replace(sender, update->leaf_node);
    }
    if (const auto* remove = proposal.as<Remove>()) {
        tree.remove(remove->removed);
        tree.truncate();
    }
    require(encoded(tree) == hex(vector, "tree_after"), "tree_after");
    require(same_bytes(tree.tree_hash(suite).view(), hex(vector, "tree_hash_after")), "tree_hash_after");
}

void run_tree_validation(const Json& vector) {
    const CipherSuite& suite = suite_of(vector);
    const auto tree = take(decoded<RatchetTree>(hex(vector, "tree")), "decode tree");
    require(encoded(tree) == hex(vector, "tree"), "encode tree");
    const Json& resolutions = vector.at("resolutions");
    for (std::uint32_t i = 0; i < resolutions.size(); ++i) {
        std::vector<std::uint32_t> nodes;
        for (const NodeIndex node : tree.resolution({i})) nodes.push_back(node.value);
        require(nodes == resolutions[i].get<std::vector<std::uint32_t>>(),
                "resolution of node " + std::to_string(i));
        const Bytes expected = from_hex(vector.at("tree_hashes")[i].get<std::string>()).value();
        require(same_bytes(tree.tree_hash(suite, {i}).view(), expected),
                "tree hash of node " + std::to_string(i));
    }
    take(check_unmerged_leaves(tree), "unmerged leaves");
    take(check_parent_hashes(suite, tree), "parent hashes");
    const Bytes group_id = hex(vector, "group_id");
    tree.for_each_leaf([&](LeafIndex index, const SharedLeaf& leaf) {
        require(leaf->signature_fits(suite, {group_id, index}),
                "signature of leaf " + std::to_string(index.value));
    });
}

namespace {

struct Member {
    TreePrivateKeys keys;
    SharedSigner signer;
};

Member read_member(const CipherSuite& suite, const RatchetTree& tree, const Json& private_part) {
    Member member;
    const LeafIndex index{private_part.at("index").get<std::uint32_t>()};
    member.keys = TreePrivateKeys(index, secret_hex(private_part, "encryption_priv"));
    member.signer = take(suite.signer_of(secret_hex(private_part, "signature_priv")), "signature_priv");
    for (const Json& step : private_part.at("path_secrets")) {
        const NodeIndex node{step.at("node").get<std::uint32_t>()};
        const SecretBytes secret = suite.derive_secret(hex(step, "path_secret"), "node");
        HpkeKeyPair pair = suite.derive_key_pair(secret.view());
        require(same_bytes(pair.public_key, tree.encryption_key(node)), "key of node");
        member.keys.set(node, std::move(pair.private_key));
    }
    take(member.keys.check(suite, tree), "private keys fit the tree");
    require(same_bytes(member.signer->public_key(), tree.leaf(index)->signature_key), "signature key");
    return member;
}

struct PathSetting {
    const CipherSuite& suite;
    GroupContext context;

    // Everybody but the sender opens the path; gives the commit secret, the same for all.
    void deliver(const RatchetTree& before, const UpdatePath& path, LeafIndex sender,
                 const std::vector<Member>& members, const Json* path_secrets, BytesView commit_secret,
                 const Json* tree_hash_after) const {
        RatchetTree tree = before;
        const auto steps = filtered_direct_path(tree, sender);
        require(steps.size() == path.nodes.size(), "length of the path");
        std::vector<BytesView> keys;
        for (const UpdatePathNode& node : path.nodes) keys.emplace_back(node.encryption_key);
        require(merge_path(suite, tree, sender, steps, keys) == path.leaf_node.parent_hash, "parent hash");
        require(path.leaf_node.signature_fits(suite, {context.group_id, sender}), "leaf signature");
        tree.replace(sender, path.leaf_node);
        GroupContext provisional = context;
        provisional.tree_hash = to_bytes(tree.tree_hash(suite).view());
        if (tree_hash_after)
            require(provisional.tree_hash == from_hex(tree_hash_after->get<std::string>()).value(),
                    "tree_hash_after");
        for (const Member& member : members) {
            if (member.keys.self() == sender) continue;
            TreePrivateKeys after = member.keys;
            const auto secret = take(decrypt_path(suite, tree, path, steps, encoded(provisional), {}, after),
                                     "open the path");
            require(same_bytes(secret.view(), commit_secret), "commit_secret");
            after.keep_only(tree);
            take(after.check(suite, tree), "new private keys");
            if (!path_secrets) continue;
            const Json& expected = path_secrets->at(member.keys.self().value);
            const Bytes path_secret = from_hex(expected.get<std::string>()).value();
            const auto node = suite.derive_key_pair(suite.derive_secret(path_secret, "node").view());
            const SecretBytes* const held = after.find(common_ancestor(sender, member.keys.self()));
            require(held && *held == node.private_key, "path secret");
        }
    }
};

}  // namespace

void run_treekem(const Json& vector) {
    const CipherSuite& suite = suite_of(vector);
    const auto tree = take(decoded<RatchetTree>(hex(vector, "ratchet_tree")), "ratchet_tree");
    PathSetting setting{suite, {}};
    setting.context.cipher_suite = suite.id();
    setting.context.group_id = hex(vector, "group_id");
    setting.context.epoch = vector.at("epoch").get<std::uint64_t>();
    setting.context.confirmed_transcript_hash = hex(vector, "confirmed_transcript_hash");
    std::vector<Member> members;
    for (const Json& part : vector.at("leaves_private")) members.push_back(read_member(suite, tree, part));

    for (const Json& update : vector.at("update_paths")) {
        const LeafIndex sender{update.at("sender").get<std::uint32_t>()};
        const auto path = take(decoded<UpdatePath>(hex(update, "update_path")), "update_path");
        setting.deliver(tree, path, sender, members, &update.at("path_secrets"), hex(update, "commit_secret"),
                        &update.at("tree_hash_after"));
    }
    // And a path of our own making from every member.
    SeededRandom random(3);
    for (const Member& member : members) {
        const LeafIndex sender = member.keys.self();
        RatchetTree next = tree;
        const FreshPath fresh = make_path(suite, next, *tree.leaf(sender), {setting.context.group_id, sender},
                                          *member.signer, random);
        GroupContext provisional = setting.context;
        provisional.tree_hash = to_bytes(next.tree_hash(suite).view());
        const auto path =
            take(encrypt_path(suite, next, fresh, sender, encoded(provisional), {}, random), "seal a path");
        setting.deliver(tree, path, sender, members, nullptr, fresh.secrets.commit_secret.view(), nullptr);
    }
}

}  // namespace liaise::test::mls_vectors
