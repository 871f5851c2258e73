// The frames around handshake and application messages (RFC 9420 section 6), as structures. Signing, sealing
// and their opposites are in message_protection.h.
#pragma once

#include "protocol/mls/commit.h"
#include "protocol/mls/welcome.h"

namespace liaise::mls {

enum class WireFormat : std::uint16_t {
    public_message = 1,
    private_message = 2,
    welcome = 3,
    group_info = 4,
    key_package = 5,
};

enum class ContentType : std::uint8_t { application = 1, proposal = 2, commit = 3 };
enum class SenderType : std::uint8_t {
    member = 1,
    external = 2,
    new_member_proposal = 3,
    new_member_commit = 4
};

struct Sender {
    SenderType sender_type = SenderType::member;
    std::uint32_t index = 0;  // leaf_index of a member, sender_index of an external sender

    static Sender member(LeafIndex leaf) { return {SenderType::member, leaf.value}; }
    bool is_member() const { return sender_type == SenderType::member; }
    LeafIndex leaf() const { return {index}; }
    void encode(Encoder& out) const;
    static Result<Sender> decode(Decoder& in);
    friend bool operator==(const Sender&, const Sender&) = default;
};

struct ApplicationData {
    Bytes bytes;
    friend bool operator==(const ApplicationData&, const ApplicationData&) = default;
};

// What a message says, without its frame; the order is that of ContentType.
using Content = std::variant<ApplicationData, Proposal, Commit>;
void encode_content(Encoder& out, const Content& content);
Result<Content> decode_content(Decoder& in, ContentType type);
Result<ContentType> decode_content_type(Decoder& in);

struct FramedContent {
    Bytes group_id;
    std::uint64_t epoch = 0;
    Sender sender;
    Bytes authenticated_data;
    Content content;

    ContentType content_type() const { return static_cast<ContentType>(content.index() + 1); }
    void encode(Encoder& out) const;
    static Result<FramedContent> decode(Decoder& in);
    friend bool operator==(const FramedContent&, const FramedContent&) = default;
};

struct FramedContentAuthData {
    Bytes signature;
    std::optional<Bytes> confirmation_tag;  // commits, and only those

    void encode(Encoder& out) const;
    static Result<FramedContentAuthData> decode(Decoder& in, ContentType type);
    friend bool operator==(const FramedContentAuthData&, const FramedContentAuthData&) = default;
};

struct AuthenticatedContent {
    WireFormat wire_format = WireFormat::private_message;
    FramedContent content;
    FramedContentAuthData auth;

    void encode(Encoder& out) const;
    static Result<AuthenticatedContent> decode(Decoder& in);
    ProposalRef proposal_ref(const CipherSuite& suite) const;
};

struct PublicMessage {
    FramedContent content;
    FramedContentAuthData auth;
    std::optional<Bytes> membership_tag;  // from members, and only those

    void encode(Encoder& out) const;
    static Result<PublicMessage> decode(Decoder& in);
    friend bool operator==(const PublicMessage&, const PublicMessage&) = default;
};

struct PrivateMessage {
    Bytes group_id;
    std::uint64_t epoch = 0;
    ContentType content_type = ContentType::application;
    Bytes authenticated_data;
    Bytes encrypted_sender_data;
    Bytes ciphertext;

    void encode(Encoder& out) const;
    static Result<PrivateMessage> decode(Decoder& in);
    friend bool operator==(const PrivateMessage&, const PrivateMessage&) = default;
};

struct MLSMessage {
    // In the order of their wire formats.
    std::variant<PublicMessage, PrivateMessage, Welcome, GroupInfo, KeyPackage> content;

    WireFormat wire_format() const { return static_cast<WireFormat>(content.index() + 1); }
    template <class T>
    const T* as() const {
        return std::get_if<T>(&content);
    }
    void encode(Encoder& out) const;
    static Result<MLSMessage> decode(Decoder& in);
    // The whole of `bytes`, at most limits::mls_message_bytes_max.
    static Result<MLSMessage> parse(BytesView bytes);
    friend bool operator==(const MLSMessage&, const MLSMessage&) = default;
};

// `item` as an MLSMessage.
template <class T>
Bytes encoded_message(T item) {
    return encoded(MLSMessage{std::move(item)});
}
// A message that must be of one kind.
template <class T>
Result<T> parse_message(BytesView bytes) {
    MLSMessage message = LIAISE_TRY(MLSMessage::parse(bytes));
    T* const item = std::get_if<T>(&message.content);
    if (item == nullptr) return broken(Rule::wire_format_unexpected);
    return std::move(*item);
}

}  // namespace liaise::mls
