// Extensions (RFC 9420 section 13.4): typed byte strings in key packages, leaves, group contexts and group
// infos; and the contents of those that the RFC defines.
//
// - No list holds two extensions of one type: decoding refuses that.
// - Unknown types are carried and ignored. Which types must be supported by whom is for validation.h.
#pragma once

#include "protocol/mls/codec.h"

namespace liaise::mls {

using ExtensionType = std::uint16_t;
namespace extension_type {
inline constexpr ExtensionType application_id = 1;
inline constexpr ExtensionType ratchet_tree = 2;
inline constexpr ExtensionType required_capabilities = 3;
inline constexpr ExtensionType external_pub = 4;
inline constexpr ExtensionType external_senders = 5;
}  // namespace extension_type

// The types above: every client supports them, and capabilities do not list them (section 7.2).
constexpr bool is_default_extension(ExtensionType type) {
    return type >= extension_type::application_id && type <= extension_type::external_senders;
}

struct Extension {
    ExtensionType extension_type = 0;
    Bytes extension_data;

    void encode(Encoder& out) const;
    static Result<Extension> decode(Decoder& in);
    friend bool operator==(const Extension&, const Extension&) = default;
};

struct ExtensionList {
    std::vector<Extension> items;

    // Nothing, or the data of the one of that type.
    const Bytes* find(ExtensionType type) const;
    void set(ExtensionType type, Bytes data);  // replaces or appends

    void encode(Encoder& out) const;
    static Result<ExtensionList> decode(Decoder& in);
    friend bool operator==(const ExtensionList&, const ExtensionList&) = default;
};

// Who somebody is (section 5.3), as bytes: the identity of a basic credential, the chain of an x509 one, or
// whatever an application's own type holds. What it is worth is for the application to say.
using CredentialType = std::uint16_t;
namespace credential_type {
inline constexpr CredentialType basic = 1;
inline constexpr CredentialType x509 = 2;
}  // namespace credential_type

struct Credential {
    CredentialType credential_type = credential_type::basic;
    Bytes content;

    static Credential basic(BytesView identity) { return {credential_type::basic, to_bytes(identity)}; }
    void encode(Encoder& out) const;
    static Result<Credential> decode(Decoder& in);
    friend bool operator==(const Credential&, const Credential&) = default;
};

// The GroupContext extension of section 11.1.
struct RequiredCapabilities {
    std::vector<ExtensionType> extension_types;
    std::vector<std::uint16_t> proposal_types;
    std::vector<CredentialType> credential_types;

    void encode(Encoder& out) const;
    static Result<RequiredCapabilities> decode(Decoder& in);
    friend bool operator==(const RequiredCapabilities&, const RequiredCapabilities&) = default;
};

// One entry of the GroupContext extension of section 12.1.8.1, a list of these.
struct ExternalSender {
    Bytes signature_key;
    Credential credential;

    void encode(Encoder& out) const;
    static Result<ExternalSender> decode(Decoder& in);
    friend bool operator==(const ExternalSender&, const ExternalSender&) = default;
};

Bytes encode_external_senders(const std::vector<ExternalSender>& senders);
Result<std::vector<ExternalSender>> decode_external_senders(BytesView data);

// The GroupInfo extension of section 12.4.3.2.
Bytes encode_external_pub(BytesView public_key);
Result<Bytes> decode_external_pub(BytesView data);

}  // namespace liaise::mls
