// A group of one (RFC 9420 section 11).
#include "protocol/mls/group_state.h"

namespace liaise::mls {

Result<Group> Group::create(const CipherSuite& suite, const OwnKeyPackage& own, Bytes group_id,
                            ExtensionList extensions, const GroupOptions& options,
                            const Environment& environment, RandomSource& random) {
    if (!suite.has_aead()) return broken(Rule::suite_without_aead, suite.id());
    LIAISE_TRY(check_group_id(group_id));
    LIAISE_TRY(own.check(suite));
    const LeafRules rules = LIAISE_TRY(LeafRules::of(suite, extensions, environment));
    LIAISE_TRY(check_key_package(rules, own.key_package));

    RatchetTree tree(own.key_package.leaf_node);
    GroupContext context;
    context.cipher_suite = suite.id();
    context.group_id = std::move(group_id);
    context.tree_hash = to_bytes(tree.tree_hash(suite).view());
    context.extensions = std::move(extensions);
    SecretBytes epoch_secret(suite.hash_bytes());
    random.fill(epoch_secret.mutable_view());

    auto epoch = LIAISE_TRY(
        make_epoch({suite, std::move(context), std::move(tree), TreePrivateKeys({0}, own.encryption_private),
                    EpochSecrets::from_epoch_secret(suite, epoch_secret), std::nullopt}));
    return beginning(std::move(epoch), own.signer, options);
}

}  // namespace liaise::mls
