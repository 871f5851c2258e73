// What must hold of leaves, key packages and whole trees (RFC 9420 sections 7.3, 7.9.2, 10.1, 12.4.3.1)
// before anything is built on them. All of it is linear in what came in, up to a logarithm.
#pragma once

#include "protocol/mls/environment.h"
#include "protocol/mls/treekem.h"

namespace liaise::mls {

// What a leaf is held against.
struct LeafRules {
    const CipherSuite& suite;
    const ExtensionList& group_extensions;
    RequiredCapabilities required;
    const Environment& environment;

    // Refuses group extensions over their limit, and required_capabilities that do not parse.
    static Result<LeafRules> of(const CipherSuite& suite, const ExtensionList& group_extensions,
                                const Environment& environment);
};

// Whether the signatures of a leaf were checked before, in this epoch: then not again.
enum class Signatures { check, checked };

// Section 7.3, but for what needs the other members. `place` is where the leaf is to stand.
Result<void> check_leaf(const LeafRules& rules, const LeafNode& leaf, const LeafPlace& place,
                        Signatures signatures = Signatures::check);
Result<void> check_leaf_source(const LeafNode& leaf, LeafNodeSource expected);
// Section 10.1, its leaf included. Extensions of the key package that the leaf does not list are let pass:
// section 10 asks their maker to list them and section 13.4 asks us to ignore unknown ones, and others'
// GREASE is unlisted.
Result<void> check_key_package(const LeafRules& rules, const KeyPackage& key_package,
                               Signatures signatures = Signatures::check);

Result<void> check_group_id(BytesView group_id);  // its length

// That a leaf supports the group's extensions and required capabilities: of everybody, when these change.
Result<void> check_support(const LeafRules& rules, const LeafNode& leaf);
Result<void> check_support_of_all(const LeafRules& rules, const RatchetTree& tree);
// That every member supports every credential type in use.
Result<void> check_credential_types(const RatchetTree& tree);

// That no two members are one client, where the application has its own idea of that; and the same when only
// the leaves in `changed` are new.
Result<void> check_clients(const Policy& policy, const RatchetTree& tree);
Result<void> check_new_clients(const Policy& policy, const RatchetTree& tree,
                               std::span<const LeafIndex> changed);

// That the keys of `changed` leaves (increasing) and of `path`, which `committer` sent, are nowhere else in
// the tree, nor twice among themselves. `tree` is `before`, whose keys are unique, with the proposals applied
// and not the path.
Result<void> check_new_keys(const RatchetTree& before, const RatchetTree& tree,
                            std::span<const LeafIndex> changed, const UpdatePath* path, LeafIndex committer);

// All of a tree that somebody gave us: each leaf, uniqueness, unmerged leaves, parent hashes.
Result<void> check_tree(const LeafRules& rules, const RatchetTree& tree, BytesView group_id);
// Its parts. Parent hashes presume that the unmerged leaves are right.
Result<void> check_unmerged_leaves(const RatchetTree& tree);
Result<void> check_parent_hashes(const CipherSuite& suite, const RatchetTree& tree);

}  // namespace liaise::mls
