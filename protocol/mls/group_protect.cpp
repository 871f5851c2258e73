// Framing what we send (RFC 9420 section 6), application messages among it.
#include "protocol/mls/group_state.h"

namespace liaise::mls {
namespace {

// Nobody would read a longer one.
Result<Sent> sent(Group next, Bytes message) {
    if (message.size() > limits::mls_message_bytes_max)
        return broken(Rule::message_too_large, message.size());
    return Sent{std::move(next), std::move(message)};
}

}  // namespace

AuthenticatedContent Group::sign(Content content, WireFormat wire_format,
                                 const MessageOptions& options) const {
    FramedContent framed{context().group_id, epoch(), Sender::member(self()), options.authenticated_data,
                         std::move(content)};
    return sign_content(suite(), *signer_, wire_format, std::move(framed), epoch_->context_bytes);
}

Result<Sent> Group::frame(AuthenticatedContent message, const MessageOptions& options,
                          RandomSource& random) const {
    if (message.wire_format == WireFormat::public_message) {
        PublicMessage out = protect_public(suite(), epoch_->secrets.membership_key.view(), std::move(message),
                                           epoch_->context_bytes);
        return sent(*this, encoded_message(std::move(out)));
    }
    const RatchetType ratchet = message.content.content_type() == ContentType::application
                                    ? RatchetType::application
                                    : RatchetType::handshake;
    SecretTree::Taken taken = LIAISE_TRY(secret_tree_.take_next(suite(), self(), ratchet));
    PrivateMessage out = protect_private(suite(), epoch_->secrets.sender_data_secret.view(), taken.key,
                                         message, options.padding_bytes, random);
    Group next = *this;
    next.secret_tree_ = std::move(taken.next);
    return sent(std::move(next), encoded_message(std::move(out)));
}

Result<Sent> Group::protect(BytesView data, const MessageOptions& options, RandomSource& random) const {
    LIAISE_TRY(is_active());
    if (options_.application_waits_for_commit && !waiting_.empty())
        return broken(Rule::proposals_waiting, waiting_.size());
    const std::size_t whole = data.size() + options.padding_bytes + options.authenticated_data.size() + 4096;
    if (whole > limits::mls_message_bytes_max) return broken(Rule::message_too_large, data.size());
    return frame(sign(ApplicationData{to_bytes(data)}, WireFormat::private_message, options), options,
                 random);
}

}  // namespace liaise::mls
