#include "protocol/mls/message_protection.h"

#include <algorithm>

namespace liaise::mls {
namespace {

constexpr std::string_view signature_label = "FramedContentTBS";

// Whether the signature covers the group's context: from senders who know it.
bool covers_context(SenderType sender) {
    return sender == SenderType::member || sender == SenderType::new_member_commit;
}

void encode_to_be_signed(Encoder& out, WireFormat wire_format, const FramedContent& content,
                         BytesView context) {
    out.u16(version_mls10).u16(static_cast<std::uint16_t>(wire_format)).value(content);
    if (covers_context(content.sender.sender_type)) out.raw(context);
}

std::size_t expected_bytes(const FramedContent& content, BytesView context) {
    const auto* data = std::get_if<ApplicationData>(&content.content);
    return 256 + context.size() + content.authenticated_data.size() + (data ? data->bytes.size() : 512);
}

Digest membership_tag(const CipherSuite& suite, BytesView membership_key, const FramedContent& content,
                      const FramedContentAuthData& auth, BytesView context) {
    Encoder out(expected_bytes(content, context));
    encode_to_be_signed(out, WireFormat::public_message, content, context);
    out.value(auth);
    return suite.mac(membership_key, {out.view()});
}

// PrivateContentAAD, of which SenderDataAAD is the beginning.
Bytes associated_data(const PrivateMessage& message, bool with_authenticated_data) {
    Encoder out(64 + message.group_id.size() + message.authenticated_data.size());
    out.opaque(message.group_id).u64(message.epoch).u8(static_cast<std::uint8_t>(message.content_type));
    if (with_authenticated_data) out.opaque(message.authenticated_data);
    return std::move(out).take();
}

// The nonce of the schedule with the reuse guard XORed into its first four bytes (section 6.3.1).
SecretBytes guarded(const SecretBytes& nonce, const std::array<std::uint8_t, 4>& guard) {
    SecretBytes out = nonce;
    for (std::size_t i = 0; i < guard.size(); ++i) out.mutable_view()[i] ^= guard[i];
    return out;
}

}  // namespace

AuthenticatedContent sign_content(const CipherSuite& suite, const Signer& signer, WireFormat wire_format,
                                  FramedContent content, BytesView context) {
    Encoder out(expected_bytes(content, context));
    encode_to_be_signed(out, wire_format, content, context);
    Bytes signature = suite.sign_with_label(signer, signature_label, out.view());
    return {wire_format, std::move(content), {std::move(signature), std::nullopt}};
}

bool signature_fits(const CipherSuite& suite, BytesView public_key, const AuthenticatedContent& message,
                    BytesView context) {
    Encoder out(expected_bytes(message.content, context));
    encode_to_be_signed(out, message.wire_format, message.content, context);
    return suite.verify_with_label(public_key, signature_label, out.view(), message.auth.signature);
}

PublicMessage protect_public(const CipherSuite& suite, BytesView membership_key, AuthenticatedContent message,
                             BytesView context) {
    PublicMessage out{std::move(message.content), std::move(message.auth), std::nullopt};
    if (out.content.sender.is_member())
        out.membership_tag =
            to_bytes(membership_tag(suite, membership_key, out.content, out.auth, context).view());
    return out;
}

bool membership_tag_fits(const CipherSuite& suite, BytesView membership_key, const PublicMessage& message,
                         BytesView context) {
    const Digest expected = membership_tag(suite, membership_key, message.content, message.auth, context);
    return message.membership_tag && crypto::equal(expected.view(), *message.membership_tag);
}

AuthenticatedContent authenticated(PublicMessage message) {
    return {WireFormat::public_message, std::move(message.content), std::move(message.auth)};
}

SenderDataKey sender_data_key(const CipherSuite& suite, BytesView sender_data_secret, BytesView ciphertext) {
    const BytesView sample = ciphertext.first(std::min(ciphertext.size(), suite.hash_bytes()));
    return {suite.expand_with_label(sender_data_secret, "key", sample, suite.aead_key_bytes()),
            suite.expand_with_label(sender_data_secret, "nonce", sample, suite.aead_nonce_bytes())};
}

PrivateMessage protect_private(const CipherSuite& suite, BytesView sender_data_secret, const MessageKey& key,
                               const AuthenticatedContent& message, std::size_t padding_bytes,
                               RandomSource& random) {
    const FramedContent& content = message.content;
    LIAISE_CHECK(content.sender.is_member());
    PrivateMessage out;
    out.group_id = content.group_id;
    out.epoch = content.epoch;
    out.content_type = content.content_type();
    out.authenticated_data = content.authenticated_data;

    SenderData sender_data{content.sender.leaf(), key.generation, {}};
    random.fill(sender_data.reuse_guard);

    Encoder plain(expected_bytes(content, {}) + padding_bytes);
    encode_content(plain, content.content);
    plain.value(message.auth);
    Bytes padded = std::move(plain).take();
    padded.resize(padded.size() + padding_bytes);
    out.ciphertext = suite.seal(key.key.view(), guarded(key.nonce, sender_data.reuse_guard).view(),
                                associated_data(out, true), padded);
    crypto::wipe(padded);

    Encoder sender;
    sender.u32(sender_data.leaf_index.value).u32(sender_data.generation).raw(sender_data.reuse_guard);
    const SenderDataKey outer = sender_data_key(suite, sender_data_secret, out.ciphertext);
    out.encrypted_sender_data =
        suite.seal(outer.key.view(), outer.nonce.view(), associated_data(out, false), sender.view());
    return out;
}

Result<SenderData> open_sender_data(const CipherSuite& suite, BytesView sender_data_secret,
                                    const PrivateMessage& message) {
    if (!suite.has_aead()) return broken(Rule::suite_without_aead, suite.id());
    const SenderDataKey outer = sender_data_key(suite, sender_data_secret, message.ciphertext);
    const auto plain = suite.open(outer.key.view(), outer.nonce.view(), associated_data(message, false),
                                  message.encrypted_sender_data);
    if (!plain) return broken(Rule::sender_data);
    Decoder in(*plain);
    SenderData sender_data;
    sender_data.leaf_index.value = LIAISE_TRY(in.u32());
    sender_data.generation = LIAISE_TRY(in.u32());
    const BytesView guard = LIAISE_TRY(in.raw(sender_data.reuse_guard.size()));
    std::copy(guard.begin(), guard.end(), sender_data.reuse_guard.begin());
    LIAISE_TRY(in.end());
    return sender_data;
}

namespace {

// PrivateMessageContent, and what the frame says about it.
Result<AuthenticatedContent> private_content(BytesView plain, const SenderData& sender_data,
                                             const PrivateMessage& message) {
    Decoder in(plain);
    AuthenticatedContent out;
    out.wire_format = WireFormat::private_message;
    out.content.group_id = message.group_id;
    out.content.epoch = message.epoch;
    out.content.sender = Sender::member(sender_data.leaf_index);
    out.content.authenticated_data = message.authenticated_data;
    out.content.content = LIAISE_TRY(decode_content(in, message.content_type));
    out.auth = LIAISE_TRY(FramedContentAuthData::decode(in, message.content_type));
    // The rest is padding, and must be zero: no second message may hide there.
    const BytesView padding = LIAISE_TRY(in.raw(in.left()));
    for (const std::uint8_t byte : padding)
        if (byte != 0) return broken(Rule::padding);
    return out;
}

}  // namespace

Result<AuthenticatedContent> open_private(const CipherSuite& suite, const MessageKey& key,
                                          const SenderData& sender_data, const PrivateMessage& message) {
    // A stored key may have been damaged: a size that the suite does not have is one that opens nothing.
    if (key.key.size() != suite.aead_key_bytes() || key.nonce.size() != suite.aead_nonce_bytes())
        return broken(Rule::private_message);
    auto plain = suite.open(key.key.view(), guarded(key.nonce, sender_data.reuse_guard).view(),
                            associated_data(message, true), message.ciphertext);
    if (!plain) return broken(Rule::private_message);
    Result<AuthenticatedContent> content = private_content(*plain, sender_data, message);
    crypto::wipe(*plain);
    return content;
}

}  // namespace liaise::mls
