// Making a commit (RFC 9420 section 12.4.1), and the Welcome that goes with it.
#include "protocol/mls/group_state.h"

namespace liaise::mls {
Result<Committed> Group::commit(const CommitRequest& request, const Environment& environment,
                                RandomSource& random) const {
    return commit_as(request, ResumptionPSKUsage::application, environment, random);
}

void keep_keys(TreePrivateKeys& keys, const FreshPath& path) {
    keys.set(NodeIndex::of(keys.self()), path.leaf_key.private_key);
    for (std::size_t i = 0; i < path.secrets.steps.size(); ++i)
        keys.set(path.secrets.steps[i].node, path.secrets.key_pairs[i].private_key);
}

namespace {

// Section 12.4.3.1: the group info sealed once, and its key sealed to each new member, with the secret of the
// lowest node that is both on its path and on ours.
Result<Bytes> make_welcome(const CipherSuite& suite, const StagedChange& staged, const FreshPath* path,
                           const GroupInfo& info, const SecretBytes& joiner, const MemberSecret& member,
                           RandomSource& random) {
    Welcome welcome;
    welcome.cipher_suite = suite.id();
    welcome.encrypted_group_info = seal_group_info(suite, member.welcome_secret(suite), info);
    const LabeledHpke hpke(suite, "Welcome", welcome.encrypted_group_info);
    for (std::size_t i = 0; i < staged.added.size(); ++i) {
        GroupSecrets secrets{joiner, std::nullopt, staged.psks};
        if (path != nullptr) {
            const NodeIndex shared = common_ancestor(staged.added[i], info.signer);
            for (std::size_t step = 0; step < path->secrets.steps.size(); ++step)
                if (path->secrets.steps[step].node == shared)
                    secrets.path_secret = path->secrets.path_secrets[step];
        }
        const KeyPackage& package = *staged.added_packages[i];
        HPKECiphertext sealed = LIAISE_TRY(hpke.seal(package.init_key, secrets.encode().view(), random));
        welcome.secrets.push_back({to_bytes(package.reference(suite).view()), std::move(sealed)});
    }
    return encoded_message(std::move(welcome));
}

}  // namespace

// The proposals, found valid and applied to a copy. `request` outlives the draft.
Result<Group::Draft> Group::draft(const CommitRequest& request, ResumptionPSKUsage resumption,
                                  const Environment& environment) const {
    const Sender sender = Sender::member(self());
    Draft draft;
    draft.staged = LIAISE_TRY(
        choose(request, {suite(), context(), tree(), environment, sender, resumption}, draft.commit));
    draft.psks = LIAISE_TRY(find_psks(this, draft.staged.psks, environment));
    draft.context = context();
    draft.context.epoch += 1;
    draft.context.extensions = draft.staged.extensions;
    draft.keys = epoch_->keys;
    draft.keys.keep_only(draft.staged.tree);
    draft.commit_secret = no_secret(suite());
    draft.signer = signer_;
    return draft;
}

// Fresh keys along our path, sealed under the provisional context: everything new but the transcript.
Result<void> Group::add_path(Draft& draft, const LeafChange& change, const Environment& environment,
                             RandomSource& random) const {
    StagedChange& staged = draft.staged;
    const LeafPlace place{group_id(), self()};
    if (change.signer) draft.signer = change.signer;
    const RatchetTree before_path = staged.tree;
    draft.path = make_path(suite(), staged.tree, with_change(*staged.tree.leaf(self()), change), place,
                           *draft.signer, random);
    draft.context.tree_hash = to_bytes(staged.tree.tree_hash(suite()).view());
    draft.commit.path = LIAISE_TRY(encrypt_path(suite(), staged.tree, *draft.path, self(),
                                                encoded(draft.context), staged.added, random));
    // What the others will check of it.
    LIAISE_TRY(check_new_keys(tree(), before_path, staged.changed(), &*draft.commit.path, self()));
    const LeafRules rules = LIAISE_TRY(LeafRules::of(suite(), staged.extensions, environment));
    LIAISE_TRY(check_leaf(rules, draft.commit.path->leaf_node, place, Signatures::checked));
    if (change.credential || change.capabilities) LIAISE_TRY(check_credential_types(staged.tree));
    LIAISE_TRY(check_new_clients(environment.policy, staged.tree, staged.changed_and(self())));
    draft.keys.keep_only(staged.tree);
    keep_keys(draft.keys, *draft.path);
    draft.commit_secret = draft.path->secrets.commit_secret;
    return {};
}

Result<Committed> Group::commit_as(const CommitRequest& request, ResumptionPSKUsage resumption,
                                   const Environment& environment, RandomSource& random) const {
    LIAISE_TRY(is_active());
    if (epoch() == UINT64_MAX) return broken(Rule::epoch_last);
    Draft made = LIAISE_TRY(draft(request, resumption, environment));
    StagedChange& staged = made.staged;
    if (request.with_path || staged.path_required || made.commit.proposals.empty()) {
        LIAISE_TRY(add_path(made, request.leaf, environment, random));
    } else {
        made.context.tree_hash = to_bytes(staged.tree.tree_hash(suite()).view());
    }
    std::shared_ptr<const ReInit> reinit;
    if (staged.reinit) reinit = std::make_shared<const ReInit>(*staged.reinit);

    // Signed in the old epoch, by the old key.
    AuthenticatedContent message = sign(std::move(made.commit), request.message.wire_format, request.message);
    Stepped next = LIAISE_TRY(step({suite(), epoch_->interim_transcript_hash, std::move(made.context),
                                    std::move(staged.tree), std::move(made.keys), epoch_->secrets.init_secret,
                                    std::move(made.commit_secret), std::move(made.psks)},
                                   message, std::nullopt));
    message.auth.confirmation_tag = next.epoch->confirmation_tag;

    std::optional<Bytes> welcome;
    Bytes ratchet_tree;
    if (!staged.added.empty()) {
        ratchet_tree = encoded(next.epoch->tree);
        GroupInfo info{
            next.epoch->context, request.group_info_extensions, next.epoch->confirmation_tag, self(), {}};
        if (request.tree_in_welcome) info.extensions.set(extension_type::ratchet_tree, ratchet_tree);
        info.sign(suite(), *made.signer);
        welcome = LIAISE_TRY(make_welcome(suite(), staged, made.path ? &*made.path : nullptr, info,
                                          next.joiner_secret, next.member, random));
    }
    Sent sent = LIAISE_TRY(frame(std::move(message), request.message, random));
    sent.next.pending_ = std::make_shared<const PendingCommit>(
        PendingCommit{sent.message, std::move(next.epoch), std::move(made.signer), std::move(reinit)});
    return Committed{std::move(sent.next), std::move(sent.message), std::move(welcome),
                     std::move(ratchet_tree)};
}

}  // namespace liaise::mls
