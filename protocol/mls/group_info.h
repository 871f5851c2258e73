// What all members agree on (GroupContext, RFC 9420 section 8.1) and what newcomers are told of it
// (GroupInfo, section 12.4.3).
#pragma once

#include "protocol/mls/leaf_node.h"

namespace liaise::mls {

struct GroupContext {
    std::uint16_t version = version_mls10;
    std::uint16_t cipher_suite = suite_x25519_chacha20;
    Bytes group_id;
    std::uint64_t epoch = 0;
    Bytes tree_hash;
    Bytes confirmed_transcript_hash;
    ExtensionList extensions;

    void encode(Encoder& out) const;
    static Result<GroupContext> decode(Decoder& in);
    friend bool operator==(const GroupContext&, const GroupContext&) = default;
};

struct GroupInfo {
    GroupContext group_context;
    ExtensionList extensions;
    Bytes confirmation_tag;
    LeafIndex signer;
    Bytes signature;

    void encode(Encoder& out) const;
    static Result<GroupInfo> decode(Decoder& in);
    friend bool operator==(const GroupInfo&, const GroupInfo&) = default;

    void sign(const CipherSuite& suite, const Signer& key);
    bool signature_fits(const CipherSuite& suite, BytesView public_key) const;

  private:
    void encode_content(Encoder& out) const;
};

}  // namespace liaise::mls
