// Taking messages in (RFC 9420 sections 6.1 to 6.3): who may have sent this, and did they? What the message
// then does is for group_apply.cpp.
#include "protocol/mls/group_state.h"

namespace liaise::mls {
namespace {

Result<BytesView> key_of(const LeafNode* leaf, LeafIndex index) {
    if (leaf == nullptr) return broken(Rule::sender_unknown, index.value);
    return BytesView(leaf->signature_key);
}

Result<Bytes> external_sender_key(const GroupContext& context, const FramedContent& content) {
    const auto* const proposal = std::get_if<Proposal>(&content.content);
    if (proposal == nullptr) return broken(Rule::message_sender);
    const bool allowed = !proposal->as<Update>() && !proposal->as<ExternalInit>();
    if (!allowed) return broken(Rule::external_proposal_type, proposal->type());
    const Bytes* const data = context.extensions.find(extension_type::external_senders);
    if (data == nullptr) return broken(Rule::external_sender, content.sender.index);
    auto senders = LIAISE_TRY(decode_external_senders(*data));
    if (content.sender.index >= senders.size()) return broken(Rule::external_sender, content.sender.index);
    return std::move(senders[content.sender.index].signature_key);
}

}  // namespace

// Section 6.1: whose key must have signed this, and whether such a sender may send such a thing.
Result<Bytes> Group::signature_key_of(const FramedContent& content) const {
    const auto* const proposal = std::get_if<Proposal>(&content.content);
    const auto* const commit = std::get_if<Commit>(&content.content);
    switch (content.sender.sender_type) {
        case SenderType::member:
            return to_bytes(LIAISE_TRY(key_of(tree().leaf(content.sender.leaf()), content.sender.leaf())));
        case SenderType::external:
            return external_sender_key(context(), content);
        case SenderType::new_member_proposal:
            if (proposal == nullptr) return broken(Rule::message_sender);
            if (const auto* add = proposal->as<Add>()) return add->key_package.leaf_node.signature_key;
            return broken(Rule::external_proposal_type, proposal->type());
        case SenderType::new_member_commit:
            if (commit == nullptr) return broken(Rule::message_sender);
            if (!commit->path) return broken(Rule::external_commit_path);
            return commit->path->leaf_node.signature_key;
    }
    return broken(Rule::message_sender);
}

Result<Received> Group::receive(BytesView bytes, const Environment& environment) const {
    MLSMessage message = LIAISE_TRY(MLSMessage::parse(bytes));
    if (auto* open = std::get_if<PublicMessage>(&message.content))
        return receive_public(std::move(*open), environment);
    if (const auto* sealed = message.as<PrivateMessage>()) return receive_private(*sealed, environment);
    return broken(Rule::wire_format_unexpected, static_cast<std::uint64_t>(message.wire_format()));
}

Result<Received> Group::receive_public(PublicMessage message, const Environment& environment) const {
    const FramedContent& content = message.content;
    if (!same_bytes(content.group_id, group_id())) return broken(Rule::message_group);
    if (content.epoch != epoch()) return broken(Rule::message_epoch, content.epoch);
    if (content.content_type() == ContentType::application) return broken(Rule::application_in_public);
    if (content.sender.is_member()) {
        if (tree().leaf(content.sender.leaf()) == nullptr)
            return broken(Rule::sender_unknown, content.sender.index);
        if (!membership_tag_fits(suite(), epoch_->secrets.membership_key.view(), message,
                                 epoch_->context_bytes))
            return broken(Rule::membership_tag);
    }
    const Bytes key = LIAISE_TRY(signature_key_of(content));
    const AuthenticatedContent authentic = authenticated(std::move(message));
    if (!signature_fits(suite(), key, authentic, epoch_->context_bytes))
        return broken(Rule::message_signature);
    if (authentic.content.sender == Sender::member(self()))
        return broken(authentic.content.content_type() == ContentType::commit ? Rule::own_commit
                                                                              : Rule::own_message);
    return take_in(authentic, environment);
}

Result<Received> Group::receive_private(const PrivateMessage& message, const Environment& environment) const {
    if (!same_bytes(message.group_id, group_id())) return broken(Rule::message_group);
    const Past* past = nullptr;
    if (message.epoch != epoch()) {
        if (message.content_type == ContentType::application)
            for (const Past& candidate : past_)
                if (candidate.epoch->epoch == message.epoch) past = &candidate;
        if (past == nullptr) return broken(Rule::message_epoch, message.epoch);
    }
    const SecretTree& secrets = past ? past->secret_tree : secret_tree_;
    const SecretBytes& sender_data_secret =
        past ? past->epoch->sender_data_secret : epoch_->secrets.sender_data_secret;
    const BytesView context_bytes = past ? past->epoch->context_bytes : epoch_->context_bytes;
    const LeafIndex ourselves = past ? past->epoch->self : self();

    const SenderData sender = LIAISE_TRY(open_sender_data(suite(), sender_data_secret.view(), message));
    const LeafNode* const leaf = past ? past->epoch->leaf(sender.leaf_index) : tree().leaf(sender.leaf_index);
    const BytesView key = LIAISE_TRY(key_of(leaf, sender.leaf_index));
    if (sender.leaf_index == ourselves)
        return broken(message.content_type == ContentType::commit ? Rule::own_commit : Rule::own_message);
    const RatchetType ratchet =
        message.content_type == ContentType::application ? RatchetType::application : RatchetType::handshake;
    SecretTree::Taken taken =
        LIAISE_TRY(secrets.take(suite(), sender.leaf_index, ratchet, sender.generation, options_.ratchets));
    AuthenticatedContent authentic = LIAISE_TRY(open_private(suite(), taken.key, sender, message));
    if (!signature_fits(suite(), key, authentic, context_bytes)) return broken(Rule::message_signature);

    Group next = *this;
    if (past) {
        next.past_[static_cast<std::size_t>(past - past_.data())].secret_tree = std::move(taken.next);
    } else {
        next.secret_tree_ = std::move(taken.next);
    }
    if (auto* data = std::get_if<ApplicationData>(&authentic.content.content))
        return Received{std::move(next),
                        ApplicationMessage{sender.leaf_index, message.epoch, std::move(data->bytes),
                                           std::move(authentic.content.authenticated_data)}};
    return next.take_in(authentic, environment);
}

Result<Received> Group::take_in(const AuthenticatedContent& message, const Environment& environment) const {
    LIAISE_TRY(is_active());
    return message.content.content_type() == ContentType::commit ? take_commit(message, environment)
                                                                 : take_proposal(message, environment);
}

Result<Received> Group::take_proposal(const AuthenticatedContent& message,
                                      const Environment& environment) const {
    const Proposal& proposal = std::get<Proposal>(message.content.content);
    const Sender sender = message.content.sender;
    if (proposal.as<ExternalInit>()) return broken(Rule::proposal_external_init);
    if (sender.sender_type == SenderType::new_member_proposal &&
        !environment.policy.may_ask_to_join(proposal.as<Add>()->key_package))
        return broken(Rule::leaf_refused);
    ProposalRef reference = message.proposal_ref(suite());
    for (const auto& waiting : waiting_)
        if (waiting->reference == reference) return broken(Rule::proposal_replayed);
    if (waiting_.size() >= limits::mls_waiting_proposals_max) return broken(Rule::proposals_too_many);
    LIAISE_TRY(check_proposal({suite(), context(), tree(), environment, sender}, {&proposal, sender}));

    Group next = *this;
    next.waiting_.push_back(
        std::make_shared<WaitingProposal>(WaitingProposal{reference, proposal, sender, {}, nullptr}));
    return Received{std::move(next), ReceivedProposal{sender, std::move(reference), proposal.type(),
                                                      message.content.authenticated_data}};
}

}  // namespace liaise::mls
