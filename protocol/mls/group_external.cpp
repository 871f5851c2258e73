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
    ExternalInitSecret init =
        LIAISE_TRY(send_external_init(suite, LIAISE_TRY(decode_external_pub(*external_pub)), random));

    const Sender sender{SenderType::new_member_commit, 0};
    const std::vector<Proposal> proposals = proposals_of(request, std::move(init.kem_output));
    std::vector<ListedProposal> list;
    Commit commit;
    for (const Proposal& proposal : proposals) {
        list.push_back({&proposal, sender, Signatures::check});
        commit.proposals.push_back({proposal});
    }
    StagedChange staged = LIAISE_TRY(stage({suite, info.group_context, tree, environment, sender}, list));

    // Our leaf, on the leftmost blank, then the path from there.
    GroupContext next_context = info.group_context;
    next_context.epoch += 1;
    const RatchetTree before_path = staged.tree;
    const LeafIndex self = LIAISE_TRY(staged.tree.add(leaf_of(request.profile)));
    const LeafPlace place{info.group_context.group_id, self};
    const FreshPath path =
        make_path(suite, staged.tree, leaf_of(request.profile), place, *request.signer, random);
    next_context.tree_hash = to_bytes(staged.tree.tree_hash(suite).view());
    commit.path = LIAISE_TRY(encrypt_path(suite, staged.tree, path, self, encoded(next_context), {}, random));
    LIAISE_TRY(check_new_keys(before_path, {}, &*commit.path, self));
    const LeafRules rules = LIAISE_TRY(LeafRules::of(suite, staged.extensions, environment));
    LIAISE_TRY(check_leaf(rules, commit.path->leaf_node, place, Signatures::checked));
    LIAISE_TRY(check_credential_types(staged.tree));
    LIAISE_TRY(check_clients(environment.policy, staged.tree));

    const Bytes old_context = encoded(info.group_context);
    FramedContent content{info.group_context.group_id, info.group_context.epoch, sender,
                          request.authenticated_data, std::move(commit)};
    AuthenticatedContent message =
        sign_content(suite, *request.signer, WireFormat::public_message, std::move(content), old_context);
    const Digest interim =
        interim_transcript_hash(suite, info.group_context.confirmed_transcript_hash, info.confirmation_tag);
    TreePrivateKeys keys(self, path.leaf_key.private_key);
    keep_keys(keys, path);
    auto psks = LIAISE_TRY(find_psks(nullptr, staged.psks, environment));
    Stepped stepped = LIAISE_TRY(
        step({suite, interim.view(), std::move(next_context), std::move(staged.tree), std::move(keys),
              std::move(init.init_secret), path.secrets.commit_secret, std::move(psks)},
             message, std::nullopt));
    Group group = beginning(std::move(stepped.epoch), request.signer, options);
    message.auth.confirmation_tag = group.epoch_->confirmation_tag;
    return ExternalJoin{std::move(group),
                        encoded_message(protect_public(suite, {}, std::move(message), old_context))};
}

}  // namespace liaise::mls
