// What is asked of a Group, and what it tells: plain values.
#pragma once

#include "protocol/mls/framing.h"
#include "protocol/mls/secret_tree.h"

namespace liaise::mls {

class Group;
struct Sent;
struct Committed;
struct ExternalJoin;
struct Received;

// Choices of one member; they need not be the same for all.
struct GroupOptions {
    std::uint32_t past_epochs_max = 3;       // epochs whose application messages still open
    std::uint32_t resumption_keys_max = 16;  // past epochs whose resumption key is kept
    SecretTreeLimits ratchets;
    // Section 12.4: who has seen a proposal commits before sending application data. False leaves that to
    // the application.
    bool application_waits_for_commit = true;
    friend bool operator==(const GroupOptions&, const GroupOptions&) = default;
};

enum class Standing : std::uint8_t { active, closed, removed };

struct MessageOptions {
    WireFormat wire_format =
        WireFormat::private_message;  // of handshakes; application data is always private
    Bytes authenticated_data;
    std::size_t padding_bytes = 0;
};

// What a member changes about its leaf beside the encryption key; nothing: it stays.
struct LeafChange {
    std::optional<Credential> credential;
    std::optional<Capabilities> capabilities;
    std::optional<ExtensionList> extensions;
    SharedSigner signer;
};

struct CommitRequest {
    std::vector<Proposal> proposals;  // by value
    bool with_waiting = true;         // and the received ones by reference, those that fit together
    // A path, also where the proposals do not need one: it renews our keys.
    bool with_path = true;
    bool tree_in_welcome = true;
    LeafChange leaf;  // with a path only
    ExtensionList group_info_extensions;
    MessageOptions message;
};

struct ExternalJoinRequest {
    BytesView group_info;                   // MLSMessage
    std::optional<BytesView> ratchet_tree;  // where the group info has none
    ClientProfile profile;
    SharedSigner signer;
    std::optional<LeafIndex> replaces;  // our own old leaf (resync)
    std::vector<PreSharedKeyID> psks;
    Bytes authenticated_data;
};

struct ApplicationMessage {
    LeafIndex sender;
    std::uint64_t epoch = 0;
    Bytes data;
    Bytes authenticated_data;
};

struct ReceivedProposal {
    Sender sender;
    ProposalRef reference;
    ProposalType type = 0;
    Bytes authenticated_data;
};

struct ReceivedCommit {
    Sender sender;
    LeafIndex committer;  // of an external commit, the new leaf
    std::vector<LeafIndex> added;
    std::vector<LeafIndex> updated;
    std::vector<LeafIndex> removed;
    bool removed_us = false;
    Bytes authenticated_data;
    Bytes ratchet_tree;  // of the new epoch, if it removed us: perhaps its Welcome has another leaf for us
};

}  // namespace liaise::mls
