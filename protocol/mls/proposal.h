// Proposals (RFC 9420 section 12.1): the changes that a commit can make.
#pragma once

#include <variant>

#include "protocol/mls/key_package.h"

namespace liaise::mls {

namespace proposal_type {
inline constexpr ProposalType add = 1;
inline constexpr ProposalType update = 2;
inline constexpr ProposalType remove = 3;
inline constexpr ProposalType psk = 4;
inline constexpr ProposalType reinit = 5;
inline constexpr ProposalType external_init = 6;
inline constexpr ProposalType group_context_extensions = 7;
}  // namespace proposal_type

enum class PSKType : std::uint8_t { external = 1, resumption = 2 };
enum class ResumptionPSKUsage : std::uint8_t { application = 1, reinit = 2, branch = 3 };

// Names a pre-shared key (section 8.4).
struct PreSharedKeyID {
    PSKType psktype = PSKType::external;
    Bytes psk_id;                                                // external
    ResumptionPSKUsage usage = ResumptionPSKUsage::application;  // resumption, with the two below
    Bytes psk_group_id;
    std::uint64_t psk_epoch = 0;
    Bytes psk_nonce;

    bool is_resumption_of(ResumptionPSKUsage kind) const {
        return psktype == PSKType::resumption && usage == kind;
    }
    void encode(Encoder& out) const;
    static Result<PreSharedKeyID> decode(Decoder& in);
    friend bool operator==(const PreSharedKeyID&, const PreSharedKeyID&) = default;
};

struct Add {
    KeyPackage key_package;
    friend bool operator==(const Add&, const Add&) = default;
};
struct Update {
    LeafNode leaf_node;
    friend bool operator==(const Update&, const Update&) = default;
};
struct Remove {
    LeafIndex removed;
    friend bool operator==(const Remove&, const Remove&) = default;
};
struct PreSharedKey {
    PreSharedKeyID psk;
    friend bool operator==(const PreSharedKey&, const PreSharedKey&) = default;
};
struct ReInit {
    Bytes group_id;
    std::uint16_t version = version_mls10;
    std::uint16_t cipher_suite = suite_x25519_chacha20;
    ExtensionList extensions;

    void encode(Encoder& out) const;
    static Result<ReInit> decode(Decoder& in);
    friend bool operator==(const ReInit&, const ReInit&) = default;
};
struct ExternalInit {
    Bytes kem_output;
    friend bool operator==(const ExternalInit&, const ExternalInit&) = default;
};
struct GroupContextExtensions {
    ExtensionList extensions;
    friend bool operator==(const GroupContextExtensions&, const GroupContextExtensions&) = default;
};

struct Proposal {
    // In the order of their type numbers.
    std::variant<Add, Update, Remove, PreSharedKey, ReInit, ExternalInit, GroupContextExtensions> content;

    ProposalType type() const { return static_cast<ProposalType>(content.index() + 1); }
    template <class T>
    const T* as() const {
        return std::get_if<T>(&content);
    }
    // Section 12.4: types that cannot do without an update path.
    bool requires_path() const;

    void encode(Encoder& out) const;
    static Result<Proposal> decode(Decoder& in);  // unsupported for types that the RFC does not define
    friend bool operator==(const Proposal&, const Proposal&) = default;
};

}  // namespace liaise::mls
