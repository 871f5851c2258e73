// Processing a commit (RFC 9420 section 12.4.2). The message's sender is verified; nothing else is.
#include <algorithm>

#include "protocol/mls/group_state.h"

namespace liaise::mls {

// The proposals of a commit, by value or among those that wait.
Result<Group::List> Group::resolve(const std::vector<ProposalOrRef>& items, Sender committer) const {
    std::vector<const WaitingProposal*> by_reference;
    for (const auto& waiting : waiting_) by_reference.push_back(waiting.get());
    std::sort(by_reference.begin(), by_reference.end(),
              [](const auto* a, const auto* b) { return a->reference < b->reference; });
    List list;
    for (const ProposalOrRef& item : items) {
        if (const auto* proposal = std::get_if<Proposal>(&item.content)) {
            list.items.push_back({proposal, committer, Signatures::check});
            continue;
        }
        if (!committer.is_member()) return broken(Rule::external_commit_reference);
        const ProposalRef& wanted = std::get<ProposalRef>(item.content);
        const auto found = std::lower_bound(
            by_reference.begin(), by_reference.end(), wanted,
            [](const auto* waiting, const ProposalRef& reference) { return waiting->reference < reference; });
        if (found == by_reference.end() || (*found)->reference != wanted)
            return broken(Rule::proposal_unknown, list.items.size());
        // Its signatures were checked when it arrived, in this epoch.
        list.items.push_back({&(*found)->proposal, (*found)->sender, Signatures::checked});
        if (!(*found)->update_private.empty()) list.own_update = *found;
    }
    return list;
}

namespace {

// What the path's leaf must be, whoever sends it.
Result<void> check_path_leaf(const LeafRules& rules, const UpdatePath& path, const LeafPlace& place,
                             const LeafNode* old) {
    const LeafNode& leaf = path.leaf_node;
    LIAISE_TRY(check_leaf_source(leaf, LeafNodeSource::commit));
    if (old != nullptr) {
        if (leaf.encryption_key == old->encryption_key)
            return broken(Rule::leaf_same_key, place.leaf_index.value);
        if (!rules.environment.policy.may_become(*old, leaf))
            return broken(Rule::leaf_refused, place.leaf_index.value);
    }
    for (const UpdatePathNode& node : path.nodes)
        LIAISE_TRY(rules.suite.check_public_key(node.encryption_key));
    return check_leaf(rules, leaf, place);
}

bool same_types(const LeafNode* old, const LeafNode& next) {
    return old != nullptr && old->credential.credential_type == next.credential.credential_type &&
           old->capabilities.credentials == next.capabilities.credentials;
}

// The path, put into the tree (sections 7.5 and 12.4.2). Gives the sender's filtered direct path.
Result<std::vector<PathStep>> merge_received_path(const LeafRules& rules, const GroupContext& context,
                                                  const RatchetTree& before, const UpdatePath& path,
                                                  LeafIndex committer, bool external, StagedChange& staged) {
    const LeafNode* const old = external ? nullptr : staged.tree.leaf(committer);
    LIAISE_TRY(check_path_leaf(rules, path, {context.group_id, committer}, old));
    LIAISE_TRY(check_new_keys(before, staged.tree, staged.changed(), &path, committer));
    const bool ask_all = !same_types(old, path.leaf_node);
    if (external) LIAISE_TRY(staged.tree.add(path.leaf_node));

    std::vector<PathStep> steps = filtered_direct_path(staged.tree, committer);
    if (steps.size() != path.nodes.size()) return broken(Rule::path_length, path.nodes.size());
    std::vector<BytesView> public_keys;
    for (const UpdatePathNode& node : path.nodes) public_keys.emplace_back(node.encryption_key);
    const Bytes expected = merge_path(rules.suite, staged.tree, committer, steps, public_keys);
    if (expected != path.leaf_node.parent_hash) return broken(Rule::path_parent_hash);
    staged.tree.replace(committer, path.leaf_node);
    if (ask_all) LIAISE_TRY(check_credential_types(staged.tree));
    return steps;
}

}  // namespace

// Everything about a commit that can be held against it without a secret of ours.
Result<Group::Incoming> Group::examine(const AuthenticatedContent& message,
                                       const Environment& environment) const {
    const Commit& commit = std::get<Commit>(message.content.content);
    const Sender sender = message.content.sender;
    const bool external = !sender.is_member();
    if (epoch() == UINT64_MAX) return broken(Rule::epoch_last);

    Incoming in;
    in.list = LIAISE_TRY(resolve(commit.proposals, sender));
    in.staged = LIAISE_TRY(stage({suite(), context(), tree(), environment, sender}, in.list.items));
    StagedChange& staged = in.staged;
    if (!commit.path && (staged.path_required || commit.proposals.empty())) return broken(Rule::path_missing);
    in.committer = external ? staged.tree.next_free_leaf() : sender.leaf();
    if (external && !staged.removed.empty() &&
        !environment.policy.may_resync(*tree().leaf(staged.removed.front()), commit.path->leaf_node))
        return broken(Rule::external_commit_identity);

    const LeafRules rules = LIAISE_TRY(LeafRules::of(suite(), staged.extensions, environment));
    if (commit.path) {
        in.steps = LIAISE_TRY(
            merge_received_path(rules, context(), tree(), *commit.path, in.committer, external, staged));
    } else {
        LIAISE_TRY(check_new_keys(tree(), staged.tree, staged.changed(), nullptr, in.committer));
    }
    LIAISE_TRY(check_new_clients(environment.policy, staged.tree,
                                 commit.path ? staged.changed_and(in.committer) : staged.changed()));
    return in;
}

// The epoch that an examined commit leads to.
Result<Group> Group::follow(Incoming in, const AuthenticatedContent& message,
                            const Environment& environment) const {
    const Commit& commit = std::get<Commit>(message.content.content);
    StagedChange& staged = in.staged;
    GroupContext next_context = context();
    next_context.epoch += 1;
    next_context.tree_hash = to_bytes(staged.tree.tree_hash(suite()).view());
    next_context.extensions = staged.extensions;

    TreePrivateKeys keys = epoch_->keys;
    if (in.list.own_update) keys.set(NodeIndex::of(self()), in.list.own_update->update_private);
    keys.keep_only(staged.tree);
    SecretBytes commit_secret = no_secret(suite());
    if (commit.path)
        // The provisional context: everything new but the transcript.
        commit_secret = LIAISE_TRY(decrypt_path(suite(), staged.tree, *commit.path, in.steps,
                                                encoded(next_context), staged.added, keys));
    SecretBytes init_secret = epoch_->secrets.init_secret;
    if (staged.external_init)
        init_secret = LIAISE_TRY(receive_external_init(suite(), epoch_->secrets.external_secret,
                                                       staged.external_init->kem_output));
    auto psks = LIAISE_TRY(find_psks(this, staged.psks, environment));
    Stepped stepped = LIAISE_TRY(
        step({suite(), epoch_->interim_transcript_hash, std::move(next_context), std::move(staged.tree),
              std::move(keys), std::move(init_secret), std::move(commit_secret), std::move(psks)},
             message, BytesView(*message.auth.confirmation_tag)));
    Group next = advanced(std::move(stepped.epoch));
    if (in.list.own_update) next.signer_ = in.list.own_update->update_signer;
    if (staged.reinit) {
        next.reinit_ = std::make_shared<const ReInit>(*staged.reinit);
        next.standing_ = Standing::closed;
    }
    return next;
}

Result<Received> Group::take_commit(const AuthenticatedContent& message,
                                    const Environment& environment) const {
    Incoming in = LIAISE_TRY(examine(message, environment));
    const StagedChange& staged = in.staged;
    ReceivedCommit event{message.content.sender,
                         in.committer,
                         staged.added,
                         staged.updated,
                         staged.removed,
                         staged.removes(self()),
                         message.content.authenticated_data,
                         {}};
    if (event.removed_us) {
        event.ratchet_tree = encoded(staged.tree);
        // The new epoch's secrets are not for us. The old keys stay for late messages, until the group is
        // let go.
        Group next = *this;
        next.standing_ = Standing::removed;
        next.waiting_.clear();
        next.pending_ = nullptr;
        return Received{std::move(next), std::move(event)};
    }
    Group next = LIAISE_TRY(follow(std::move(in), message, environment));
    return Received{std::move(next), std::move(event)};
}

}  // namespace liaise::mls
