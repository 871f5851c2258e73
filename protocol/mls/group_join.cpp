// Joining by a Welcome (RFC 9420 section 12.4.3.1).
#include "protocol/mls/group_state.h"

namespace liaise::mls {
namespace {

Result<void> check_resumption_psks(const std::vector<PreSharedKeyID>& psks) {
    std::size_t successions = 0;
    for (const PreSharedKeyID& psk : psks)
        if (psk.psktype == PSKType::resumption && psk.usage != ResumptionPSKUsage::application) ++successions;
    if (successions > 1) return broken(Rule::welcome_psks);
    return {};
}

Result<LeafIndex> find_own_leaf(const RatchetTree& tree, const LeafNode& own) {
    std::optional<LeafIndex> found;
    tree.for_each_leaf([&](LeafIndex index, const SharedLeaf& leaf) {
        if (!found && *leaf == own) found = index;
    });
    if (!found) return broken(Rule::welcome_leaf);
    return *found;
}

}  // namespace

Result<RatchetTree> tree_of_group_info(const GroupInfo& info, const std::optional<BytesView>& beside) {
    if (const Bytes* const inside = info.extensions.find(extension_type::ratchet_tree))
        return decoded<RatchetTree>(*inside);
    if (!beside) return broken(Rule::tree_missing);
    return decoded<RatchetTree>(*beside);
}

Result<void> check_group_info(const CipherSuite& suite, const GroupInfo& info, const RatchetTree& tree,
                              const Environment& environment) {
    const LeafNode* const signer = tree.leaf(info.signer);
    if (signer == nullptr) return broken(Rule::group_info_signer, info.signer.value);
    if (!info.signature_fits(suite, signer->signature_key)) return broken(Rule::group_info_signature);
    if (info.group_context.cipher_suite != suite.id())
        return broken(Rule::welcome_suite, info.group_context.cipher_suite);
    LIAISE_TRY(check_group_id(info.group_context.group_id));
    if (environment.policy.already_in(info.group_context.group_id)) return broken(Rule::group_known);
    if (!same_bytes(tree.tree_hash(suite).view(), info.group_context.tree_hash))
        return broken(Rule::tree_hash);
    const LeafRules rules = LIAISE_TRY(LeafRules::of(suite, info.group_context.extensions, environment));
    return check_tree(rules, tree, info.group_context.group_id);
}

Result<Group> Group::join(const OwnKeyPackage& own, BytesView welcome_bytes,
                          std::optional<BytesView> ratchet_tree, const Group* origin,
                          const GroupOptions& options, const Environment& environment) {
    const Welcome welcome = LIAISE_TRY(parse_message<Welcome>(welcome_bytes));
    if (welcome.cipher_suite != own.key_package.cipher_suite)
        return broken(Rule::welcome_suite, welcome.cipher_suite);
    const CipherSuite& suite = *LIAISE_TRY(find_suite(welcome.cipher_suite));
    if (!suite.has_aead()) return broken(Rule::suite_without_aead, suite.id());
    LIAISE_TRY(own.check(suite));

    const EncryptedGroupSecrets* const entry = welcome.find(own.key_package.reference(suite).view());
    if (entry == nullptr) return broken(Rule::welcome_not_for_us);
    const auto opened = LabeledHpke(suite, "Welcome", welcome.encrypted_group_info)
                            .open(entry->encrypted_group_secrets, own.init_private, own.key_package.init_key);
    if (!opened) return broken(Rule::welcome_secrets);
    const GroupSecrets secrets = LIAISE_TRY(GroupSecrets::decode(opened->view()));
    if (secrets.joiner_secret.size() != suite.hash_bytes()) return broken(Rule::welcome_secrets);
    LIAISE_TRY(check_resumption_psks(secrets.psks));
    const std::vector<PskValue> psks = LIAISE_TRY(find_psks(origin, secrets.psks, environment));
    const MemberSecret member = MemberSecret::from(suite, secrets.joiner_secret, psk_secret(suite, psks));
    GroupInfo info =
        LIAISE_TRY(open_group_info(suite, member.welcome_secret(suite), welcome.encrypted_group_info));
    RatchetTree tree = LIAISE_TRY(tree_of_group_info(info, ratchet_tree));
    LIAISE_TRY(check_group_info(suite, info, tree, environment));

    const LeafIndex self = LIAISE_TRY(find_own_leaf(tree, own.key_package.leaf_node));
    TreePrivateKeys keys(self, own.encryption_private);
    if (secrets.path_secret)
        LIAISE_TRY(adopt_path_secret(suite, tree, info.signer, *secrets.path_secret, keys));

    EpochSecrets epoch_secrets = member.epoch_secrets(suite, encoded(info.group_context));
    auto epoch =
        LIAISE_TRY(make_epoch({suite, std::move(info.group_context), std::move(tree), std::move(keys),
                               std::move(epoch_secrets), BytesView(info.confirmation_tag)}));
    Group group = beginning(std::move(epoch), own.signer, options);
    LIAISE_TRY(check_origin(group, secrets.psks, origin, environment));
    return group;
}

}  // namespace liaise::mls
