// Proposals of our own, and from outside the group (RFC 9420 sections 12.1 and 12.1.8).
#include "protocol/mls/group_state.h"

namespace liaise::mls {

LeafNode with_change(LeafNode leaf, const LeafChange& change) {
    if (change.credential) leaf.credential = *change.credential;
    if (change.capabilities) leaf.capabilities = *change.capabilities;
    if (change.extensions) leaf.extensions = *change.extensions;
    return leaf;
}

Result<Sent> Group::propose(Proposal proposal, const MessageOptions& options, const Environment& environment,
                            RandomSource& random) const {
    return send_proposal(std::move(proposal), {}, nullptr, options, environment, random);
}

Result<Sent> Group::propose_update(const LeafChange& change, const MessageOptions& options,
                                   const Environment& environment, RandomSource& random) const {
    SecretBytes secret(suite().hash_bytes());
    random.fill(secret.mutable_view());
    HpkeKeyPair pair = suite().derive_key_pair(secret.view());
    LeafNode leaf = with_change(*tree().leaf(self()), change);
    SharedSigner signer = change.signer ? change.signer : signer_;
    leaf.leaf_node_source = LeafNodeSource::update;
    leaf.encryption_key = std::move(pair.public_key);
    leaf.lifetime = {};
    leaf.parent_hash.clear();
    leaf.sign(suite(), *signer, {group_id(), self()});
    return send_proposal({Update{std::move(leaf)}}, std::move(pair.private_key), std::move(signer), options,
                         environment, random);
}

Result<Sent> Group::send_proposal(Proposal proposal, SecretBytes update_private, SharedSigner update_signer,
                                  const MessageOptions& options, const Environment& environment,
                                  RandomSource& random) const {
    LIAISE_TRY(is_active());
    if (proposal.as<ExternalInit>()) return broken(Rule::proposal_external_init);
    const Sender sender = Sender::member(self());
    LIAISE_TRY(check_proposal({suite(), context(), tree(), environment, sender}, {&proposal, sender}));
    if (waiting_.size() >= limits::mls_waiting_proposals_max) return broken(Rule::proposals_too_many);
    const AuthenticatedContent message = sign(proposal, options.wire_format, options);
    auto waiting = std::make_shared<WaitingProposal>(
        WaitingProposal{message.proposal_ref(suite()), std::move(proposal), sender, std::move(update_private),
                        std::move(update_signer)});
    Sent sent = LIAISE_TRY(frame(message, options, random));
    sent.next.waiting_.push_back(std::move(waiting));
    return sent;
}

Bytes external_proposal(const CipherSuite& suite, const Signer& signer, std::uint32_t sender_index,
                        BytesView group_id, std::uint64_t epoch, Proposal proposal) {
    FramedContent content{to_bytes(group_id), epoch, {SenderType::external, sender_index}, {}, {}};
    content.content = std::move(proposal);
    AuthenticatedContent message =
        sign_content(suite, signer, WireFormat::public_message, std::move(content), {});
    return encoded_message(protect_public(suite, {}, std::move(message), {}));
}

Bytes proposal_to_join(const CipherSuite& suite, const OwnKeyPackage& own, BytesView group_id,
                       std::uint64_t epoch) {
    FramedContent content{to_bytes(group_id), epoch, {SenderType::new_member_proposal, 0}, {}, {}};
    content.content = Proposal{Add{own.key_package}};
    AuthenticatedContent message =
        sign_content(suite, *own.signer, WireFormat::public_message, std::move(content), {});
    return encoded_message(protect_public(suite, {}, std::move(message), {}));
}

}  // namespace liaise::mls
