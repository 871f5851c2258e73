#include "protocol/mls/validation.h"

#include <algorithm>

namespace liaise::mls {
namespace {

Result<void> check_lifetime(const Environment& environment, const Lifetime& lifetime) {
    if (!environment.now) return {};
    const std::int64_t now = to_milliseconds(*environment.now) / 1000;
    if (now < 0 || lifetime.not_after < lifetime.not_before) return broken(Rule::leaf_lifetime);
    if (lifetime.not_after - lifetime.not_before > environment.lifetime_seconds_max)
        return broken(Rule::leaf_lifetime_range);
    const auto seconds = static_cast<std::uint64_t>(now);
    if (seconds < lifetime.not_before || seconds > lifetime.not_after) return broken(Rule::leaf_lifetime);
    return {};
}

// The two lists that are not there by default have to be listed.
bool lists_all(const Capabilities& capabilities, const RequiredCapabilities& required) {
    return std::all_of(required.extension_types.begin(), required.extension_types.end(),
                       [&](ExtensionType type) { return capabilities.supports_extension(type); }) &&
           std::all_of(required.proposal_types.begin(), required.proposal_types.end(),
                       [&](ProposalType type) { return capabilities.supports_proposal(type); }) &&
           std::all_of(required.credential_types.begin(), required.credential_types.end(),
                       [&](CredentialType type) { return capabilities.supports_credential(type); });
}

}  // namespace

const Policy& open_policy() {
    static const struct final : Policy {
    } policy;
    return policy;
}

const PskSource& no_psks() {
    static const PskList none;
    return none;
}

Result<LeafRules> LeafRules::of(const CipherSuite& suite, const ExtensionList& group_extensions,
                                const Environment& environment) {
    if (const std::size_t size = encoded(group_extensions).size();
        size > limits::mls_context_extensions_bytes_max)
        return broken(Rule::extensions_too_large, size);
    LeafRules rules{suite, group_extensions, {}, environment};
    if (const Bytes* data = group_extensions.find(extension_type::required_capabilities))
        rules.required = LIAISE_TRY(decoded<RequiredCapabilities>(*data));
    return rules;
}

Result<void> check_support(const LeafRules& rules, const LeafNode& leaf) {
    for (const Extension& extension : rules.group_extensions.items)
        if (!leaf.capabilities.supports_extension(extension.extension_type))
            return broken(Rule::leaf_group_extension, extension.extension_type);
    if (!lists_all(leaf.capabilities, rules.required)) return broken(Rule::leaf_required);
    return {};
}

Result<void> check_support_of_all(const LeafRules& rules, const RatchetTree& tree) {
    Result<void> result;
    tree.for_each_leaf([&](LeafIndex, const SharedLeaf& leaf) {
        if (result) result = check_support(rules, *leaf);
    });
    return result;
}

Result<void> check_leaf(const LeafRules& rules, const LeafNode& leaf, const LeafPlace& place,
                        Signatures signatures) {
    const CipherSuite& suite = rules.suite;
    const Capabilities& capabilities = leaf.capabilities;
    const std::uint64_t at = place.leaf_index.value;
    if (encoded(leaf).size() > limits::mls_leaf_bytes_max) return broken(Rule::leaf_too_large, at);
    LIAISE_TRY(suite.check_public_key(leaf.encryption_key));
    if (leaf.signature_key.size() != suite.signature_key_bytes()) return broken(Rule::public_key, at);
    if (!Capabilities::lists(capabilities.versions, version_mls10)) return broken(Rule::leaf_version, at);
    if (!Capabilities::lists(capabilities.cipher_suites, suite.id())) return broken(Rule::leaf_suite, at);
    if (!capabilities.supports_credential(leaf.credential.credential_type))
        return broken(Rule::leaf_credential, at);
    for (const Extension& extension : leaf.extensions.items)
        if (!capabilities.supports_extension(extension.extension_type))
            return broken(Rule::leaf_extension, extension.extension_type);
    LIAISE_TRY(check_support(rules, leaf));
    if (leaf.leaf_node_source == LeafNodeSource::key_package)
        LIAISE_TRY(check_lifetime(rules.environment, leaf.lifetime));
    if (signatures == Signatures::check && !leaf.signature_fits(suite, place))
        return broken(Rule::leaf_signature, at);
    if (!rules.environment.policy.accepts(leaf)) return broken(Rule::leaf_refused, at);
    return {};
}

Result<void> check_group_id(BytesView group_id) {
    if (group_id.size() > limits::mls_group_id_bytes_max)
        return broken(Rule::group_id_too_long, group_id.size());
    return {};
}

Result<void> check_leaf_source(const LeafNode& leaf, LeafNodeSource expected) {
    if (leaf.leaf_node_source != expected) return broken(Rule::leaf_source);
    return {};
}

Result<void> check_key_package(const LeafRules& rules, const KeyPackage& key_package, Signatures signatures) {
    if (key_package.version != version_mls10) return broken(Rule::key_package_version, key_package.version);
    if (key_package.cipher_suite != rules.suite.id())
        return broken(Rule::key_package_suite, key_package.cipher_suite);
    LIAISE_TRY(rules.suite.check_public_key(key_package.init_key));
    const LeafNode& leaf = key_package.leaf_node;
    LIAISE_TRY(check_leaf_source(leaf, LeafNodeSource::key_package));
    if (key_package.init_key == leaf.encryption_key) return broken(Rule::key_package_init_key);
    LIAISE_TRY(check_leaf(rules, leaf, {}, signatures));
    if (signatures == Signatures::check && !key_package.signature_fits(rules.suite))
        return broken(Rule::key_package_signature);
    return {};
}

Result<void> check_credential_types(const RatchetTree& tree) {
    if (tree.census().all_support_all_credentials()) return {};
    std::vector<CredentialType> used;
    tree.for_each_leaf([&](LeafIndex, const SharedLeaf& leaf) {
        const CredentialType type = leaf->credential.credential_type;
        if (used.empty() || used.back() != type) used.push_back(type);
    });
    std::sort(used.begin(), used.end());
    used.erase(std::unique(used.begin(), used.end()), used.end());
    Result<void> result;
    tree.for_each_leaf([&](LeafIndex index, const SharedLeaf& leaf) {
        if (!result) return;
        // More types than a leaf can list: some leaf lacks one.
        for (const CredentialType type : used) {
            if (leaf->capabilities.supports_credential(type)) continue;
            result = broken(Rule::leaf_credential, index.value);
            return;
        }
    });
    return result;
}

Result<void> check_clients(const Policy& policy, const RatchetTree& tree) {
    std::vector<Bytes> clients;
    tree.for_each_leaf([&](LeafIndex, const SharedLeaf& leaf) {
        if (auto client = policy.client_id(*leaf)) clients.push_back(std::move(*client));
    });
    std::sort(clients.begin(), clients.end());
    if (std::adjacent_find(clients.begin(), clients.end()) != clients.end())
        return broken(Rule::proposal_client_twice);
    return {};
}

Result<void> check_new_clients(const Policy& policy, const RatchetTree& tree,
                               std::span<const LeafIndex> changed) {
    const bool any = std::any_of(changed.begin(), changed.end(), [&](LeafIndex leaf) {
        return policy.client_id(*tree.leaf(leaf)).has_value();
    });
    return any ? check_clients(policy, tree) : Result<void>();
}

namespace {

// A commit's new keys. A leaf that keeps its signature key is not asked about: its key was unique before.
struct NewKeys {
    std::vector<BytesView> encryption;
    std::vector<BytesView> signature;
    bool may_be_in_use = false;

    void add_encryption(const RatchetTree& before, BytesView key) {
        encryption.push_back(key);
        may_be_in_use = may_be_in_use || before.census().may_have_encryption_key(key);
    }
    void add_leaf(const RatchetTree& before, LeafIndex index, const LeafNode& leaf) {
        add_encryption(before, leaf.encryption_key);
        signature.emplace_back(leaf.signature_key);
        const LeafNode* const old = before.leaf(index);
        const bool kept = old != nullptr && old->signature_key == leaf.signature_key;
        may_be_in_use =
            may_be_in_use || (!kept && before.census().may_have_signature_key(leaf.signature_key));
    }
};

}  // namespace

Result<void> check_new_keys(const RatchetTree& before, const RatchetTree& tree,
                            std::span<const LeafIndex> changed, const UpdatePath* path, LeafIndex committer) {
    NewKeys keys;
    for (const LeafIndex index : changed) keys.add_leaf(before, index, *tree.leaf(index));
    // A committer's new leaf replaces its old one, and may keep the signature key.
    std::vector<LeafIndex> may_share_signature_key(changed.begin(), changed.end());
    if (path != nullptr) {
        keys.add_leaf(before, committer, path->leaf_node);
        for (const UpdatePathNode& node : path->nodes) keys.add_encryption(before, node.encryption_key);
        may_share_signature_key.insert(
            std::lower_bound(may_share_signature_key.begin(), may_share_signature_key.end(), committer),
            committer);
    }
    const SortedKeys encryption = sorted_keys(std::move(keys.encryption));
    const SortedKeys signature = sorted_keys(std::move(keys.signature));
    if (has_twice(encryption) || (keys.may_be_in_use && tree.has_encryption_key(encryption, changed)))
        return broken(Rule::encryption_key_twice);
    if (has_twice(signature) ||
        (keys.may_be_in_use && tree.has_signature_key(signature, may_share_signature_key)))
        return broken(Rule::signature_key_twice);
    return {};
}

}  // namespace liaise::mls
