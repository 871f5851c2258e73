// A member as the ratchet tree shows it (RFC 9420 section 7.2): keys, credential, what its client can do, and
// a signature over all of it. Making and checking the signature is here; all other rules are in validation.h.
#pragma once

#include <variant>

#include "protocol/mls/cipher_suite.h"
#include "protocol/mls/extension.h"
#include "protocol/mls/tree_math.h"

namespace liaise::mls {

inline constexpr std::uint16_t version_mls10 = 1;

using ProposalType = std::uint16_t;

// What a client supports. Values that we do not know are carried and ignored (section 13.5).
struct Capabilities {
    std::vector<std::uint16_t> versions;
    std::vector<std::uint16_t> cipher_suites;
    std::vector<ExtensionType> extensions;
    std::vector<ProposalType> proposals;
    std::vector<CredentialType> credentials;

    static bool lists(const std::vector<std::uint16_t>& values, std::uint16_t value);
    bool supports_extension(ExtensionType type) const {
        return is_default_extension(type) || lists(extensions, type);
    }
    bool supports_proposal(ProposalType type) const {
        return (type >= 1 && type <= 7) || lists(proposals, type);
    }
    bool supports_credential(CredentialType type) const { return lists(credentials, type); }

    void encode(Encoder& out) const;
    static Result<Capabilities> decode(Decoder& in);
    friend bool operator==(const Capabilities&, const Capabilities&) = default;
};

// Seconds since 1970, both ends included.
struct Lifetime {
    std::uint64_t not_before = 0;
    std::uint64_t not_after = 0;
    friend bool operator==(const Lifetime&, const Lifetime&) = default;
};

enum class LeafNodeSource : std::uint8_t { key_package = 1, update = 2, commit = 3 };

// Where a leaf stands, for sources update and commit, whose signatures cover it.
struct LeafPlace {
    BytesView group_id;
    LeafIndex leaf_index;
};

struct LeafNode {
    Bytes encryption_key;
    Bytes signature_key;
    Credential credential;
    Capabilities capabilities;
    LeafNodeSource leaf_node_source = LeafNodeSource::key_package;
    Lifetime lifetime;  // key_package only
    Bytes parent_hash;  // commit only
    ExtensionList extensions;
    Bytes signature;

    void encode(Encoder& out) const;
    static Result<LeafNode> decode(Decoder& in);
    friend bool operator==(const LeafNode&, const LeafNode&) = default;

    // `place` is left out for the source key_package.
    void sign(const CipherSuite& suite, const Signer& signer, const LeafPlace& place);
    bool signature_fits(const CipherSuite& suite, const LeafPlace& place) const;

  private:
    void encode_content(Encoder& out) const;
    Bytes to_be_signed(const LeafPlace& place) const;
};

}  // namespace liaise::mls
