// Joining by an external commit (RFC 9420 sections 8.3 and 12.4.3.2).
#include "protocol/mls/group_state.h"

namespace liaise::mls {
namespace {

LeafNode leaf_of(const ClientProfile& profile) {
    LeafNode leaf;
    leaf.credential = profile.credential;
    leaf.capabilities = profile.capabilities;
    leaf.extensions = profile.leaf_extensions;
    return leaf;
}

// The proposals of an external commit: the init secret, our old leaf if we replace it, pre-shared keys.
std::vector<Proposal> proposals_of(const ExternalJoinRequest& request, Bytes kem_output) {
    std::vector<Proposal> proposals{{ExternalInit{std::move(kem_output)}}};
    if (request.replaces) proposals.push_back({Remove{*request.replaces}});
    for (const PreSharedKeyID& psk : request.psks) proposals.push_back({PreSharedKey{psk}});
    return proposals;
}

// Our first commit, signed for the epoch of the group info, and where it leads.
struct FirstCommit {
    AuthenticatedContent message;
    RatchetTree tree;
    GroupContext context;  // of the new epoch, but for the transcript
    TreePrivateKeys keys;
    SecretBytes init_secret;
    SecretBytes commit_secret;
    std::vector<PreSharedKeyID> psks;
};

Result<FirstCommit> first_commit(const CipherSuite& suite, const ExternalJoinRequest& request,
                                 const GroupInfo& info, const RatchetTree& before, ExternalInitSecret init,
                                 const Environment& environment, RandomSource& random) {
    const Sender sender{SenderType::new_member_commit, 0};
    const std::vector<Proposal> proposals = proposals_of(request, std::move(init.kem_output));
    std::vector<ListedProposal> list;
    Commit commit;
    for (const Proposal& proposal : proposals) {
        list.push_back({&proposal, sender, Signatures::check});
        commit.proposals.push_back({proposal});
    }
    StagedChange staged = LIAISE_TRY(stage({suite, info.group_context, before, environment, sender}, list));

    // Our leaf, on the leftmost blank, then the path from there.
    FirstCommit first;
    first.context = info.group_context;
    first.context.epoch += 1;
    const RatchetTree before_path = staged.tree;
    const LeafIndex self = LIAISE_TRY(staged.tree.add(leaf_of(request.profile)));
    const LeafPlace place{info.group_context.group_id, self};
    const FreshPath path =
        make_path(suite, staged.tree, leaf_of(request.profile), place, *request.signer, random);
    first.context.tree_hash = to_bytes(staged.tree.tree_hash(suite).view());
    commit.path =
        LIAISE_TRY(encrypt_path(suite, staged.tree, path, self, encoded(first.context), {}, random));
    LIAISE_TRY(check_new_keys(before, before_path, {}, &*commit.path, self));
    const LeafRules rules = LIAISE_TRY(LeafRules::of(suite, staged.extensions, environment));
    LIAISE_TRY(check_leaf(rules, commit.path->leaf_node, place, Signatures::checked));
    LIAISE_TRY(check_credential_types(staged.tree));
    LIAISE_TRY(check_clients(environment.policy, staged.tree));

    first.keys = TreePrivateKeys(self, path.leaf_key.private_key);
    keep_keys(first.keys, path);
    FramedContent content{info.group_context.group_id, info.group_context.epoch, sender,
                          request.authenticated_data, std::move(commit)};
    first.message = sign_content(suite, *request.signer, WireFormat::public_message, std::move(content),
                                 encoded(info.group_context));
    first.tree = std::move(staged.tree);
    first.init_secret = std::move(init.init_secret);
    first.commit_secret = path.secrets.commit_secret;
    first.psks = std::move(staged.psks);
    return first;
}

}  // namespace

Result<ExternalJoin> Group::join_external(const ExternalJoinRequest& request, const GroupOptions& options,
                                          const Environment& environment, RandomSource& random) {
    const GroupInfo info = LIAISE_TRY(parse_message<GroupInfo>(request.group_info));
    const CipherSuite& suite = *LIAISE_TRY(find_suite(info.group_context.cipher_suite));
    if (!suite.has_aead()) return broken(Rule::suite_without_aead, suite.id());
    const RatchetTree tree = LIAISE_TRY(tree_of_group_info(info, request.ratchet_tree));
    LIAISE_TRY(check_group_info(suite, info, tree, environment));
    const Bytes* const external_pub = info.extensions.find(extension_type::external_pub);
    if (external_pub == nullptr) return broken(Rule::group_info_external);
    if (info.group_context.epoch == UINT64_MAX) return broken(Rule::epoch_last);
    const Bytes external_key = LIAISE_TRY(decode_external_pub(*external_pub));
    ExternalInitSecret init = LIAISE_TRY(send_external_init(suite, external_key, random));
    FirstCommit first =
        LIAISE_TRY(first_commit(suite, request, info, tree, std::move(init), environment, random));

    const Digest interim =
        interim_transcript_hash(suite, info.group_context.confirmed_transcript_hash, info.confirmation_tag);
    auto psks = LIAISE_TRY(find_psks(nullptr, first.psks, environment));
    Stepped stepped = LIAISE_TRY(
        step({suite, interim.view(), std::move(first.context), std::move(first.tree), std::move(first.keys),
              std::move(first.init_secret), std::move(first.commit_secret), std::move(psks)},
             first.message, std::nullopt));
    Group group = beginning(std::move(stepped.epoch), request.signer, options);
    first.message.auth.confirmation_tag = group.epoch_->confirmation_tag;
    // Strangers have no membership key, and their messages no tag.
    const PublicMessage message = protect_public(suite, {}, std::move(first.message), {});
    return ExternalJoin{std::move(group), encoded_message(message)};
}

}  // namespace liaise::mls
