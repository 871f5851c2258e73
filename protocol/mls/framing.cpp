#include "protocol/mls/framing.h"

namespace liaise::mls {
namespace {

constexpr std::string_view proposal_reference_label = "MLS 1.0 Proposal Reference";

}  // namespace

void Sender::encode(Encoder& out) const {
    out.u8(static_cast<std::uint8_t>(sender_type));
    if (sender_type == SenderType::member || sender_type == SenderType::external) out.u32(index);
}

Result<Sender> Sender::decode(Decoder& in) {
    const std::size_t start = in.position();
    const std::uint8_t type = LIAISE_TRY(in.u8());
    if (type < 1 || type > 4) return broken(Rule::sender_type_unknown, start);
    Sender sender{static_cast<SenderType>(type), 0};
    if (sender.sender_type == SenderType::member || sender.sender_type == SenderType::external)
        sender.index = LIAISE_TRY(in.u32());
    return sender;
}

void encode_content(Encoder& out, const Content& content) {
    if (const auto* data = std::get_if<ApplicationData>(&content)) out.opaque(data->bytes);
    if (const auto* proposal = std::get_if<Proposal>(&content)) out.value(*proposal);
    if (const auto* commit = std::get_if<Commit>(&content)) out.value(*commit);
}

Result<Content> decode_content(Decoder& in, ContentType type) {
    switch (type) {
        case ContentType::application:
            return Content(ApplicationData{LIAISE_TRY(in.opaque_copy())});
        case ContentType::proposal:
            return Content(LIAISE_TRY(Proposal::decode(in)));
        case ContentType::commit:
            return Content(LIAISE_TRY(Commit::decode(in)));
    }
    return broken(Rule::content_type_unknown, in.position());
}

Result<ContentType> decode_content_type(Decoder& in) {
    const std::size_t start = in.position();
    const std::uint8_t type = LIAISE_TRY(in.u8());
    if (type < 1 || type > 3) return broken(Rule::content_type_unknown, start);
    return static_cast<ContentType>(type);
}

void FramedContent::encode(Encoder& out) const {
    out.opaque(group_id).u64(epoch).value(sender).opaque(authenticated_data);
    out.u8(static_cast<std::uint8_t>(content_type()));
    encode_content(out, content);
}

Result<FramedContent> FramedContent::decode(Decoder& in) {
    FramedContent framed;
    framed.group_id = LIAISE_TRY(in.opaque_copy());
    framed.epoch = LIAISE_TRY(in.u64());
    framed.sender = LIAISE_TRY(Sender::decode(in));
    framed.authenticated_data = LIAISE_TRY(in.opaque_copy());
    framed.content = LIAISE_TRY(decode_content(in, LIAISE_TRY(decode_content_type(in))));
    return framed;
}

void FramedContentAuthData::encode(Encoder& out) const {
    out.opaque(signature);
    if (confirmation_tag) out.opaque(*confirmation_tag);
}

Result<FramedContentAuthData> FramedContentAuthData::decode(Decoder& in, ContentType type) {
    FramedContentAuthData auth;
    auth.signature = LIAISE_TRY(in.opaque_copy());
    if (type == ContentType::commit) auth.confirmation_tag = LIAISE_TRY(in.opaque_copy());
    return auth;
}

void AuthenticatedContent::encode(Encoder& out) const {
    out.u16(static_cast<std::uint16_t>(wire_format)).value(content).value(auth);
}

Result<AuthenticatedContent> AuthenticatedContent::decode(Decoder& in) {
    AuthenticatedContent value;
    const std::size_t start = in.position();
    const std::uint16_t format = LIAISE_TRY(in.u16());
    if (format < 1 || format > 2) return broken(Rule::wire_format_unknown, start);
    value.wire_format = static_cast<WireFormat>(format);
    value.content = LIAISE_TRY(FramedContent::decode(in));
    value.auth = LIAISE_TRY(FramedContentAuthData::decode(in, value.content.content_type()));
    return value;
}

ProposalRef AuthenticatedContent::proposal_ref(const CipherSuite& suite) const {
    return {to_bytes(suite.ref_hash(proposal_reference_label, encoded(*this)).view())};
}

void PublicMessage::encode(Encoder& out) const {
    out.value(content).value(auth);
    if (membership_tag) out.opaque(*membership_tag);
}

Result<PublicMessage> PublicMessage::decode(Decoder& in) {
    PublicMessage message;
    message.content = LIAISE_TRY(FramedContent::decode(in));
    message.auth = LIAISE_TRY(FramedContentAuthData::decode(in, message.content.content_type()));
    if (message.content.sender.is_member()) message.membership_tag = LIAISE_TRY(in.opaque_copy());
    return message;
}

void PrivateMessage::encode(Encoder& out) const {
    out.opaque(group_id).u64(epoch).u8(static_cast<std::uint8_t>(content_type));
    out.opaque(authenticated_data).opaque(encrypted_sender_data).opaque(ciphertext);
}

Result<PrivateMessage> PrivateMessage::decode(Decoder& in) {
    PrivateMessage message;
    message.group_id = LIAISE_TRY(in.opaque_copy());
    message.epoch = LIAISE_TRY(in.u64());
    message.content_type = LIAISE_TRY(decode_content_type(in));
    message.authenticated_data = LIAISE_TRY(in.opaque_copy());
    message.encrypted_sender_data = LIAISE_TRY(in.opaque_copy());
    message.ciphertext = LIAISE_TRY(in.opaque_copy());
    return message;
}

void MLSMessage::encode(Encoder& out) const {
    out.u16(version_mls10).u16(static_cast<std::uint16_t>(wire_format()));
    std::visit([&](const auto& item) { out.value(item); }, content);
}

Result<MLSMessage> MLSMessage::decode(Decoder& in) {
    const std::uint16_t version = LIAISE_TRY(in.u16());
    if (version != version_mls10) return broken(Rule::version_unknown, version);
    switch (const std::uint16_t format = LIAISE_TRY(in.u16())) {
        case 1:
            return MLSMessage{LIAISE_TRY(PublicMessage::decode(in))};
        case 2:
            return MLSMessage{LIAISE_TRY(PrivateMessage::decode(in))};
        case 3:
            return MLSMessage{LIAISE_TRY(Welcome::decode(in))};
        case 4:
            return MLSMessage{LIAISE_TRY(GroupInfo::decode(in))};
        case 5: {
            KeyPackage key_package = LIAISE_TRY(KeyPackage::decode(in));
            // Section 10: one version inside and outside.
            if (key_package.version != version) return broken(Rule::key_package_version, key_package.version);
            return MLSMessage{std::move(key_package)};
        }
        default:
            return broken(Rule::wire_format_unknown, format);
    }
}

Result<MLSMessage> MLSMessage::parse(BytesView bytes) {
    if (bytes.size() > limits::mls_message_bytes_max) return broken(Rule::message_too_large, bytes.size());
    return decoded<MLSMessage>(bytes);
}

}  // namespace liaise::mls
