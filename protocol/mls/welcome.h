// The invitation of a new member (RFC 9420 section 12.4.3.1): the group info, sealed once, and the secrets
// that open it, sealed to each newcomer.
#pragma once

#include "protocol/mls/group_info.h"
#include "protocol/mls/proposal.h"

namespace liaise::mls {

// Travels sealed; in memory its secrets are secrets.
struct GroupSecrets {
    SecretBytes joiner_secret;
    std::optional<SecretBytes> path_secret;
    std::vector<PreSharedKeyID> psks;

    SecretBytes encode() const;
    static Result<GroupSecrets> decode(BytesView bytes);  // the whole of them
};

struct EncryptedGroupSecrets {
    Bytes new_member;  // KeyPackageRef
    HPKECiphertext encrypted_group_secrets;

    void encode(Encoder& out) const;
    static Result<EncryptedGroupSecrets> decode(Decoder& in);
    friend bool operator==(const EncryptedGroupSecrets&, const EncryptedGroupSecrets&) = default;
};

struct Welcome {
    std::uint16_t cipher_suite = suite_x25519_chacha20;
    std::vector<EncryptedGroupSecrets> secrets;
    Bytes encrypted_group_info;

    const EncryptedGroupSecrets* find(BytesView key_package_ref) const;
    void encode(Encoder& out) const;
    static Result<Welcome> decode(Decoder& in);
    friend bool operator==(const Welcome&, const Welcome&) = default;
};

}  // namespace liaise::mls
