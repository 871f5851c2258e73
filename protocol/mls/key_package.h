// A client's offer to be added to a group (RFC 9420 section 10): its leaf, and a key for the Welcome.
#pragma once

#include <string_view>

#include "protocol/mls/leaf_node.h"

namespace liaise::mls {

struct KeyPackage {
    std::uint16_t version = version_mls10;
    std::uint16_t cipher_suite = suite_x25519_chacha20;
    Bytes init_key;
    LeafNode leaf_node;
    ExtensionList extensions;
    Bytes signature;

    void encode(Encoder& out) const;
    static Result<KeyPackage> decode(Decoder& in);
    friend bool operator==(const KeyPackage&, const KeyPackage&) = default;

    void sign(const CipherSuite& suite, const Signer& signer);
    bool signature_fits(const CipherSuite& suite) const;
    Digest reference(const CipherSuite& suite) const;  // KeyPackageRef, section 5.2

  private:
    void encode_content(Encoder& out) const;
};

// What a client says about itself in its leaf.
struct ClientProfile {
    Credential credential;
    Capabilities capabilities;
    ExtensionList leaf_extensions;
    ExtensionList key_package_extensions;
    Lifetime lifetime{0, UINT64_MAX};

    // Lists what this implementation speaks, and the credential's type.
    static ClientProfile of(const CipherSuite& suite, Credential credential);
    // Adds values reserved for GREASE (section 13.5), so that others learn to ignore what they do not know:
    // in every capability list but the versions, and in both extension lists.
    void add_grease(RandomSource& random);
};

// A key package with its private keys: used once, by the group that it lets its owner join.
struct OwnKeyPackage {
    KeyPackage key_package;
    SecretBytes init_private;
    SecretBytes encryption_private;
    SharedSigner signer;

    static OwnKeyPackage make(const CipherSuite& suite, const ClientProfile& profile, SharedSigner signer,
                              RandomSource& random);
    // Keys that came from elsewhere: each private one must belong to its public one.
    Result<void> check(const CipherSuite& suite) const;
};

}  // namespace liaise::mls
