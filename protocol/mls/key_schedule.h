// The key schedule (RFC 9420 section 8): from one epoch's init secret, what a commit adds, and the new group
// context, to the new epoch's secrets.
#pragma once

#include "protocol/mls/group_info.h"
#include "protocol/mls/proposal.h"

namespace liaise::mls {

// The secrets of one epoch (table 4). encryption_secret is handed to the secret tree, which consumes it.
struct EpochSecrets {
    SecretBytes sender_data_secret;
    SecretBytes encryption_secret;
    SecretBytes exporter_secret;
    SecretBytes external_secret;
    SecretBytes confirmation_key;
    SecretBytes membership_key;
    SecretBytes resumption_psk;
    SecretBytes epoch_authenticator;
    SecretBytes init_secret;

    static EpochSecrets from_epoch_secret(const CipherSuite& suite, const SecretBytes& epoch_secret);
};

// `context` is the encoded GroupContext of the new epoch.
SecretBytes joiner_secret(const CipherSuite& suite, const SecretBytes& init_secret,
                          const SecretBytes& commit_secret, BytesView context);

// The step between joiner_secret and the rest, from which the Welcome's keys come too.
struct MemberSecret {
    SecretBytes secret;
    static MemberSecret from(const CipherSuite& suite, const SecretBytes& joiner,
                             const SecretBytes& psk_secret);
    SecretBytes welcome_secret(const CipherSuite& suite) const;
    EpochSecrets epoch_secrets(const CipherSuite& suite, BytesView context) const;
};

// Section 12.4.3.1: the group info inside a Welcome.
Bytes seal_group_info(const CipherSuite& suite, const SecretBytes& welcome_secret, const GroupInfo& info);
Result<GroupInfo> open_group_info(const CipherSuite& suite, const SecretBytes& welcome_secret,
                                  BytesView sealed);

// Section 8.4: pre-shared keys in the order of their proposals.
struct PskValue {
    PreSharedKeyID id;
    SecretBytes psk;
};
SecretBytes psk_secret(const CipherSuite& suite, const std::vector<PskValue>& psks);

// Section 8.3: the init secret that an external joiner brings along.
struct ExternalInitSecret {
    Bytes kem_output;
    SecretBytes init_secret;
};
Result<ExternalInitSecret> send_external_init(const CipherSuite& suite, BytesView external_pub,
                                              RandomSource& random);
Result<SecretBytes> receive_external_init(const CipherSuite& suite, const SecretBytes& external_secret,
                                          BytesView kem_output);

// Section 8.5.
SecretBytes export_secret(const CipherSuite& suite, const SecretBytes& exporter_secret,
                          std::string_view label, BytesView context, std::size_t bytes);

// A secret of Nh zero bytes: an absent commit secret or PSK secret.
inline SecretBytes no_secret(const CipherSuite& suite) {
    return SecretBytes(suite.hash_bytes());
}

}  // namespace liaise::mls
