#include "protocol/mls/proposal_list.h"

#include <algorithm>

namespace liaise::mls {
namespace {

bool contains(const std::vector<LeafIndex>& sorted, LeafIndex leaf) {
    return std::binary_search(sorted.begin(), sorted.end(), leaf);
}

// Sorts; says whether something was there twice.
template <class T>
bool sort_and_find_twice(std::vector<T>& items) {
    std::sort(items.begin(), items.end());
    return std::adjacent_find(items.begin(), items.end()) != items.end();
}

Result<void> check_update(const ListRules& rules, const LeafRules& leaf_rules, const Update& update,
                          const ListedProposal& listed) {
    if (!listed.sender.is_member()) return broken(Rule::proposal_update_sender);
    const LeafIndex leaf = listed.sender.leaf();
    const LeafNode* const old = rules.tree.leaf(leaf);
    if (old == nullptr) return broken(Rule::sender_unknown, leaf.value);
    LIAISE_TRY(check_leaf_source(update.leaf_node, LeafNodeSource::update));
    if (update.leaf_node.encryption_key == old->encryption_key)
        return broken(Rule::leaf_same_key, leaf.value);
    if (!rules.environment.policy.may_become(*old, update.leaf_node))
        return broken(Rule::leaf_refused, leaf.value);
    return check_leaf(leaf_rules, update.leaf_node, {rules.context.group_id, leaf}, listed.signatures);
}

Result<void> check_psk(const ListRules& rules, const PreSharedKeyID& psk) {
    if (psk.psk_nonce.size() != rules.suite.hash_bytes()) return broken(Rule::psk_nonce);
    if (psk.psktype == PSKType::resumption && psk.usage != ResumptionPSKUsage::application &&
        psk.usage != rules.resumption)
        return broken(Rule::psk_usage);
    return {};
}

Result<void> check_extensions(const ListRules& rules, const ExtensionList& extensions) {
    LIAISE_TRY(LeafRules::of(rules.suite, extensions, rules.environment));
    const Bytes* const data = extensions.find(extension_type::external_senders);
    if (data == nullptr) return {};
    const auto senders = LIAISE_TRY(decode_external_senders(*data));
    for (const ExternalSender& sender : senders)
        if (!rules.environment.policy.accepts_external_sender(sender)) return broken(Rule::leaf_refused);
    return {};
}

Result<void> check_one(const ListRules& rules, const LeafRules& leaf_rules, const ListedProposal& listed) {
    const Proposal& proposal = *listed.proposal;
    if (const auto* add = proposal.as<Add>())
        return check_key_package(leaf_rules, add->key_package, listed.signatures);
    if (const auto* update = proposal.as<Update>()) return check_update(rules, leaf_rules, *update, listed);
    if (const auto* remove = proposal.as<Remove>()) {
        if (rules.tree.leaf(remove->removed) == nullptr)
            return broken(Rule::remove_blank, remove->removed.value);
    }
    if (const auto* psk = proposal.as<PreSharedKey>()) return check_psk(rules, psk->psk);
    if (const auto* reinit = proposal.as<ReInit>()) {
        if (reinit->version < rules.context.version) return broken(Rule::reinit_version, reinit->version);
        LIAISE_TRY(check_group_id(reinit->group_id));
        LIAISE_TRY(LeafRules::of(rules.suite, reinit->extensions, rules.environment));
    }
    if (const auto* change = proposal.as<GroupContextExtensions>())
        return check_extensions(rules, change->extensions);
    return {};
}

// The list as a whole, as far as it is so for members' commits.
Result<void> check_member_list(const ListRules& rules, const std::vector<ListedProposal>& list) {
    std::size_t extension_changes = 0;
    for (const ListedProposal& listed : list) {
        const Proposal& proposal = *listed.proposal;
        if (proposal.as<ExternalInit>()) return broken(Rule::proposal_external_init);
        if (proposal.as<ReInit>() && list.size() > 1) return broken(Rule::proposal_reinit_alone);
        if (proposal.as<GroupContextExtensions>() && ++extension_changes > 1)
            return broken(Rule::proposal_extensions_twice);
        const auto* remove = proposal.as<Remove>();
        const bool by_committer = (remove && remove->removed == rules.committer.leaf()) ||
                                  (proposal.as<Update>() && listed.sender == rules.committer);
        if (by_committer) return broken(Rule::proposal_by_committer);
    }
    return {};
}

Result<void> check_external_list(const std::vector<ListedProposal>& list) {
    std::size_t inits = 0;
    std::size_t removes = 0;
    for (const ListedProposal& listed : list) {
        inits += listed.proposal->as<ExternalInit>() ? 1 : 0;
        removes += listed.proposal->as<Remove>() ? 1 : 0;
        const bool allowed = listed.proposal->as<ExternalInit>() || listed.proposal->as<Remove>() ||
                             listed.proposal->as<PreSharedKey>();
        if (!allowed) return broken(Rule::external_commit_list, listed.proposal->type());
    }
    if (inits != 1 || removes > 1) return broken(Rule::external_commit_list);
    return {};
}

Result<void> check_targets(const std::vector<ListedProposal>& list) {
    std::vector<LeafIndex> targets;
    std::vector<Bytes> psks;
    for (const ListedProposal& listed : list) {
        if (listed.proposal->as<Update>()) targets.push_back(listed.sender.leaf());
        if (const auto* remove = listed.proposal->as<Remove>()) targets.push_back(remove->removed);
        if (const auto* psk = listed.proposal->as<PreSharedKey>()) psks.push_back(encoded(psk->psk));
    }
    if (sort_and_find_twice(targets)) return broken(Rule::proposal_same_leaf);
    if (psks.size() > limits::mls_psks_max) return broken(Rule::list_too_long, psks.size());
    if (sort_and_find_twice(psks)) return broken(Rule::psk_twice);
    return {};
}

void note(StagedChange& staged, const Proposal& proposal) {
    staged.path_required = staged.path_required || proposal.requires_path();
    if (const auto* psk = proposal.as<PreSharedKey>()) staged.psks.push_back(psk->psk);
    if (const auto* reinit = proposal.as<ReInit>()) staged.reinit = reinit;
    if (const auto* init = proposal.as<ExternalInit>()) staged.external_init = init;
}

// Updates, then removes, then adds (section 12.3).
Result<void> apply_to_tree(StagedChange& staged, const std::vector<ListedProposal>& list) {
    for (const ListedProposal& listed : list) {
        const auto* update = listed.proposal->as<Update>();
        if (update == nullptr) continue;
        staged.tree.blank_direct_path(listed.sender.leaf());
        staged.tree.replace(listed.sender.leaf(), update->leaf_node);
        staged.updated.push_back(listed.sender.leaf());
    }
    for (const ListedProposal& listed : list) {
        const auto* remove = listed.proposal->as<Remove>();
        if (remove == nullptr) continue;
        staged.tree.remove(remove->removed);
        staged.removed.push_back(remove->removed);
    }
    if (!staged.removed.empty()) staged.tree.truncate();
    for (const ListedProposal& listed : list) {
        const auto* add = listed.proposal->as<Add>();
        if (add == nullptr) continue;
        staged.added.push_back(LIAISE_TRY(staged.tree.add(add->key_package.leaf_node)));
        staged.added_packages.push_back(&add->key_package);
    }
    std::sort(staged.updated.begin(), staged.updated.end());
    std::sort(staged.removed.begin(), staged.removed.end());
    return {};
}

// Whether a new leaf brings a credential type or capabilities that the others have to be asked about.
bool types_change(const RatchetTree& before, const StagedChange& staged) {
    if (!staged.added.empty()) return true;
    return std::any_of(staged.updated.begin(), staged.updated.end(), [&](LeafIndex leaf) {
        const LeafNode& old = *before.leaf(leaf);
        const LeafNode& next = *staged.tree.leaf(leaf);
        return old.credential.credential_type != next.credential.credential_type ||
               old.capabilities.credentials != next.capabilities.credentials;
    });
}

}  // namespace

std::vector<LeafIndex> StagedChange::changed() const {
    std::vector<LeafIndex> leaves;
    std::merge(updated.begin(), updated.end(), added.begin(), added.end(), std::back_inserter(leaves));
    return leaves;
}

std::vector<LeafIndex> StagedChange::changed_and(LeafIndex committer) const {
    std::vector<LeafIndex> leaves = changed();
    leaves.insert(std::lower_bound(leaves.begin(), leaves.end(), committer), committer);
    return leaves;
}

bool StagedChange::removes(LeafIndex leaf) const {
    return contains(removed, leaf);
}

Result<void> check_proposal(const ListRules& rules, const ListedProposal& listed) {
    const LeafRules leaf_rules =
        LIAISE_TRY(LeafRules::of(rules.suite, rules.context.extensions, rules.environment));
    return check_one(rules, leaf_rules, listed);
}

Result<StagedChange> stage(const ListRules& rules, const std::vector<ListedProposal>& list) {
    if (rules.committer.is_member()) {
        LIAISE_TRY(check_member_list(rules, list));
    } else {
        LIAISE_TRY(check_external_list(list));
    }
    LIAISE_TRY(check_targets(list));

    StagedChange staged;
    staged.tree = rules.tree;
    staged.extensions = rules.context.extensions;
    bool extensions_change = false;
    for (const ListedProposal& listed : list) {
        const auto* change = listed.proposal->as<GroupContextExtensions>();
        if (change == nullptr) continue;
        staged.extensions = change->extensions;
        extensions_change = true;
    }
    // The new extensions hold for the other proposals of the list.
    const LeafRules leaf_rules = LIAISE_TRY(LeafRules::of(rules.suite, staged.extensions, rules.environment));
    for (const ListedProposal& listed : list) {
        LIAISE_TRY(check_one(rules, leaf_rules, listed));
        note(staged, *listed.proposal);
    }
    LIAISE_TRY(apply_to_tree(staged, list));
    if (extensions_change) LIAISE_TRY(check_support_of_all(leaf_rules, staged.tree));
    if (types_change(rules.tree, staged)) LIAISE_TRY(check_credential_types(staged.tree));
    return staged;
}

}  // namespace liaise::mls
