// Between a message's content and its bytes (RFC 9420 sections 6.1 to 6.3): signature, membership tag, and
// the two layers of a PrivateMessage.
//
// `context` is the encoded GroupContext of the epoch that the message is sent in, the old one for a commit.
// A PrivateMessage opens in two steps, because its key is found by what the first step shows: the sender data
// (who, which generation), then the content. Nothing here verifies a signature on the way: verify_content
// comes last, and before anything is believed.
#pragma once

#include "protocol/mls/framing.h"
#include "protocol/mls/secret_tree.h"

namespace liaise::mls {

// Section 6.1.
AuthenticatedContent sign_content(const CipherSuite& suite, const Signer& signer, WireFormat wire_format,
                                  FramedContent content, BytesView context);
bool signature_fits(const CipherSuite& suite, BytesView public_key, const AuthenticatedContent& message,
                    BytesView context);

// Section 6.2.
PublicMessage protect_public(const CipherSuite& suite, BytesView membership_key, AuthenticatedContent message,
                             BytesView context);
bool membership_tag_fits(const CipherSuite& suite, BytesView membership_key, const PublicMessage& message,
                         BytesView context);
AuthenticatedContent authenticated(PublicMessage message);

// Section 6.3.
struct SenderData {
    LeafIndex leaf_index;
    std::uint32_t generation = 0;
    std::array<std::uint8_t, 4> reuse_guard{};
};
PrivateMessage protect_private(const CipherSuite& suite, BytesView sender_data_secret, const MessageKey& key,
                               const AuthenticatedContent& message, std::size_t padding_bytes,
                               RandomSource& random);
Result<SenderData> open_sender_data(const CipherSuite& suite, BytesView sender_data_secret,
                                    const PrivateMessage& message);
Result<AuthenticatedContent> open_private(const CipherSuite& suite, const MessageKey& key,
                                          const SenderData& sender_data, const PrivateMessage& message);

// Key and nonce of the sender data, from a sample of the ciphertext (section 6.3.2). For the vectors.
struct SenderDataKey {
    SecretBytes key;
    SecretBytes nonce;
};
SenderDataKey sender_data_key(const CipherSuite& suite, BytesView sender_data_secret, BytesView ciphertext);

}  // namespace liaise::mls
